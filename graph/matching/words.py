"""Words that names of organisations share: one idea in Kazakh, Russian and English, and words that say little.

The official names of public bodies are translations of each other; brands are spelled by sound alone. So only general
words are translated (:mod:`graph.matching.vocabulary`), and English words of trade are read as Cyrillic spells them.
"""

import re
from functools import lru_cache

from graph.matching.sound import VOWELS, sound
from graph.matching.vocabulary import GROUPS, IDEA, IDEAS, PHRASES, PLACE

_BY_SOUND = """
group групп; trade трейд; trading трейдинг; service сервис; services сервис; company компания; group групп;
logistic логистик; logistics логистик; logistix логистик; engineering инжиниринг; development девелопмент;
energy энерджи; oil ойл; gas газ; food фуд; foods фудс; mining майнинг; capital капитал; partners партнерс;
partner партнер; consulting консалтинг; security секьюрити; solutions солюшнс; technology технолоджи;
technologies технолоджис; international интернешнл; интернэшнл интернешнл; интернейшнл интернешнл;
интернэйшнл интернешнл; asia азия; эйша азия; eurasia евразия; central централ; build билд; building билдинг;
business бизнес; market маркет; medical медикал; media медиа; city сити; air эйр; line лайн; lines лайнс;
time тайм; life лайф;
house хаус; home хоум; design дизайн; travel трэвел; трэвэл трэвел; тревел трэвел; invest инвест; finance финанс;
electric электрик; agency агентство; agro агро; eco эко; euro евро; auto авто; steel стил; metal металл; stone стоун;
water вотер; clean клин; new нью; best бест; first ферст; star стар; sky скай; blue блю; green грин; black блэк;
white вайт; gold голд; silver сильвер; west вест; east ист; north норт; south саут; alliance альянс; union юнион;
standard стандарт; style стайл; club клуб; corporation корпорация; industry индастри; industries индастриз;
resource ресорс; resources ресорсес; supply саплай; equipment эквипмент; systems системс; system систем; plus плюс;
project проджект; premier премьер; quality квалити; professional профессионал; global глобал; world ворлд; techno техно;
констракшн construction; distribution дистрибьюшн; production продакшн; express экспресс; Kazakhstan казахстан;
caspian каспиан; steppe степь; bridge бридж; power пауэр; motors моторс; center центр; centre центр; pharma фарма;
cement цемент; circle циркл; citadel цитадель; tour тур; tours турс; hotel отель; print принт; sport спорт;
services сервис; solution солюшн; product продукт; products продактс; motor мотор; electro электро; electronics электроникс;
enterprise энтерпрайз; enterprises энтерпрайзис; holding холдинг; holdings холдингс; venture венчур; vision вижн;
future фьюче; fusion фьюжн; nature нейчер; data дата; digital диджитал; cloud клауд; cyber кибер; smart смарт; soft софт;
software софтвер; web веб; network нетворк; networks нетворкс; link линк; lab лаб; labs лабс; health хелс; care кэр; кеар кэр;
beauty бьюти; fashion фэшн; фашн фэшн; kids кидс; baby бэби; family фэмили; фамили фэмили; farm фарм; farming фарминг;
fresh фреш; fruit фрут; fruits фрутс; meat мит; milk милк; fish фиш; bakery бэйкери; cafe кафе; coffee кофе; tea ти;
restaurant ресторан; catering кейтеринг; event ивент; events ивентс; cargo карго; freight фрейт; shipping шиппинг; rail рейл;
railway рейлвей; road роуд; roads роудс; way вэй; ваи вэй; drive драйв; car кар; cars карс; tyre тайр; truck трак; trucks тракс;
copper коппер; iron айрон; coal коул; minerals минералс; mineral минерал; drilling дриллинг; exploration эксплорейшн;
petrol петрол; petroleum петролеум; chemical кемикал; chemicals кемикалс; plast пласт; plastic пластик; glass гласс; wood вуд;
paper пейпер; furniture фурниче; concrete конкрит; brick брик; tower тауэр; towers тауэрс; town таун; land лэнд; ланд лэнд;
sea си; ocean оушен; river ривер; lake лейк; mountain маунтин; mountains маунтинс; hill хилл; valley вэлли; вали вэлли;
island айленд; moon мун; sun сан; light лайт; fire файр; snow сноу; ice айс; rain рейн; wind винд; spring спринг;
summer саммер; winter винтер; eagle игл; wolf вульф; lion лайон; tiger тайгер; horse хорс; bear бер; king кинг; queen квин;
royal роял; imperial империал; elite элит; prime прайм; top топ; super супер; ultra ультра; mega мега; max макс; pro про;
lux люкс; deluxe делюкс; luxury лакшери; premium премиум; grand гранд; great грейт; big биг; little литл; smart смарт;
fast фаст; speed спид; easy изи; free фри; open опен; one уан; two ту; three фри; point поинт; поент поинт; choice чойс; price прайс;
brand брэнд; бренд брэнд; trend тренд; idea идея; art арт; studio студио; show шоу; game гейм; games геймс; play плей; music мьюзик;
sound саунд; voice войс; vector вектор; matrix матрикс; phoenix феникс; atlas атлас; titan титан; crystal кристалл;
diamond даймонд; pearl перл; ruby руби; sapphire сапфир; emerald эмеральд; jet джет; fly флай; wing винг; wings вингс;
logic лоджик; magic мэджик; genius джениус; generation дженерейшн; general дженерал; gate гейт; gates гейтс; garden гарден;
builders билдерс; builder билдер; developers девелоперс; traders трейдерс; trader трейдер; leader лидер; leaders лидерс;
master мастер; expert эксперт; experts экспертс; advisors эдвайзорс; audit аудит; tax такс; law ло; legal лигал; insurance иншуранс;
bank банк; pay пэй; cash кэш; money мани; credit кредит; fund фонд; venture венчур; ventures венчурс; innovation инновейшн;
innovations инновейшнс; research рисеч; science сайенс; education эдьюкейшн; school скул; academy академи; center центр;
support саппорт; ко к; co к; control контрол; test тест; inspection инспекшн; safety сейфти; protection протекшн; guard гард; shield шилд
"""
"""English words and other spellings, each with the one that stands for it."""

_WEAK = """и в на по с для из of the and for in de және ме мен пен бен компания firm фирма предприятие имени атындағы
атында named after ltd лтд город города қаласы қала"""

_GENITIVE = re.compile(r"(?:нин|дин|тин)$")
_ADJECTIVE = re.compile(r"(?<=[снк])(?:аиа|ои|ое|ого|ому|ом|и|им|их)$")
_OF_PLACE = re.compile(r"(?:ин)?ск[ау]?$")
_SOFT_PLACE = re.compile(r"цк$")
"""What is heard of -тск (Жаркентская)."""
_SHORTEST, _SHORTEST_PLACE = 7, 4
"""Shorter words keep their endings: too little of them would be left."""
_SPELLED = {sound(old): sound(new) for old, new in (pair.split() for pair in _BY_SOUND.replace("\n", " ").split(";"))}


def loan(heard: str) -> str:
    """An English word's sound as Cyrillic spells it; another word's own."""
    return _SPELLED.get(heard, heard)


def ideas_of(key: str) -> frozenset[str]:
    """The ideas that :func:`common` gave for a word; none for a word that has none."""
    return frozenset(key.split("/")) if key.startswith((IDEA, PLACE)) else frozenset()


def one_for_several(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words with each phrase as the idea that it says.

    >>> one_for_several(("Денсаулық", "сақтау", "басқармасы"))
    ('=здравохранене', 'басқармасы')
    """
    heard = [sound(word) for word in words]
    found: list[str] = []
    at = 0
    while at < len(words):
        for phrase, idea in PHRASES.get(heard[at], ()):
            if len(heard) - at >= len(phrase) and all(
                heard[at + place] in forms for place, forms in enumerate(phrase)
            ):
                found.append(idea)
                at += len(phrase)
                break
        else:
            found.append(words[at])
            at += 1
    return tuple(found)


def place(word: str) -> str:
    """A place's name without the endings that its case, or an adjective of it, adds in Russian.

    >>> place(common("Талгарской")) == place(common("Талғар")), place(common("Риги"))
    (True, 'риги')
    """
    stem = _OF_PLACE.sub("", _SOFT_PLACE.sub("т", word))
    return stem.rstrip(VOWELS) if len(stem.rstrip(VOWELS)) >= _SHORTEST_PLACE else stem


@lru_cache(maxsize=65_536)
def common(word: str) -> str:
    """The word that stands for one of a name: its ideas (a sign before each, ``/`` between), a loan word's spelling, or
    its sound without an adjective's or a genitive's ending.

    >>> common("мектебі") == common("школа") == common("School")
    True
    >>> common("Trade"), common("Талгарской")
    ('треид', 'талгарск')
    """
    if word.startswith(IDEA):
        return word
    heard = sound(word)
    for spelled in (heard, loan(heard)):
        if spelled in IDEAS:
            return "/".join(sorted(IDEAS[spelled]))
    heard = loan(heard)
    stem = _OF_PLACE.sub("", _SOFT_PLACE.sub("т", _ADJECTIVE.sub("", heard)))
    if stem != heard and any(idea.startswith(PLACE) for idea in IDEAS.get(stem, ())):
        return "/".join(sorted(IDEAS[stem]))
    return _ADJECTIVE.sub("", _GENITIVE.sub("", heard)) if len(heard) >= _SHORTEST else heard


WEAK = frozenset(common(word) for word in _WEAK.split())
"""Words whose absence does not make another firm."""


def standing() -> dict[str, str]:
    """The one word that stands for each that has another spelling or language, by sound: for whole tables of words."""
    spelled = {heard: common(heard) for heard in _SPELLED}
    return spelled | {heard: min(GROUPS[idea] for idea in ideas) for heard, ideas in IDEAS.items()}
