"""Words that names of organisations share: the same idea in Kazakh, Russian and English, and words that say little.

The official names of public bodies are translations of each other; brands are spelled by sound alone. So only words of
administration, education and health are translated, and English words of trade are read as Cyrillic spells them.
"""

import re
from functools import lru_cache

from graph.matching.sound import VOWELS, sound

_TRANSLATED = """
школ-а/-ы/-е/-у мектеб-і/-інің мектеп school
гимнази-я/-и/-ю гимназия-сы/-сының gymnasium
лице-й/-я/-и лицей-і/-інің lyceum
колледж-а колледж-і/-інің college
университет-а университет-і/-інің university
институт-а институт-ы/-ының institute
академи-я/-и академия-сы/-сының academy
детсад/сад/сада балабақша-сы/-сының бақша-сы/-сының kindergarten
ясли бөбекжай-ы
средняя/средней/среднее орта secondary
общеобразовательная/общеобразовательной жалпы
начальная/начальной бастауыш primary
музыкальная/музыкальной музыка/музыкалық music
спортивная/спортивной спорт/спорттық sports
больниц-а/-ы аурухана-сы/-сының hospital
поликлиник-а/-и емхана-сы/-сының polyclinic
городская/городской/городское қалалық municipal
областная/областной/областное облыстық региональный/региональная/региональное regional
районная/районной/районное аудандық district
сельский/сельская/сельского ауылдық/ауыл rural
центральная/центральной/центральный/централ орталық central
центр-а орталығы/орталығының center/centre
детская/детской/детский/детского балалар children
министерств-о/-а министрлігі/министрлігінің ministry
финансов финансы/финанс қаржы finance
образовани-я/-е білім education
наук-и/-а ғылым science
здравоохранени-я/-е денсаулық health/healthcare
хозяйств-а/-о шаруашылығы/шаруашылығының
внутренних ішкі internal
дел істер affairs
юстици-и/-я әділет justice
обороны қорғаныс defense/defence
культур-ы/-а мәдениет culture
спорта спорт sport
труда еңбек labour/labor
экономики экономика economy
транспорта көлік transport
строительства/строительная/строительный құрылыс construction
торговый/торговая сауда
восточно/восточный шығыс
западно/западный батыс
северо/северный солтүстік
южно/южный оңтүстік
туркестанская/туркестанской туркестан түркістан
архитектуры сәулет architecture
управлени-е/-я басқармасы/басқармасының department/administration
департамент-а департаменті/департаментінің
отдел-а бөлімі/бөлімінің division
комитет-а комитеті/комитетінің committee
аппарат-а аппараты/аппаратының
акимат-а/-ы әкімдігі/әкімдігінің akimat
акима/аким әкімі/әкімінің/әкім akim
государственных/государственная/государственный мемлекеттік state
закупок/закупки сатып procurement
доходов кірістер revenue
город-а/-е қаласы/қаласының/қала
области/область облысы/облысының oblast/region
района/район ауданы/ауданының district
села/село ауылы/ауылының village
республик-а/-и республикасы/республикасының republic
казахстан-а/-е/-ская/-ской қазақстан-ның kazakhstan
национальн-ый/-ая/-ого/-ой ұлттық national
компания/компании компаниясы company/kompaniya
банк-а банкі/банкінің bank
библиотек-а/-и кітапхана-сы/-сының library
музей/музея музейі/мұражайы museum
театр-а театры/театрының theatre/theater
дом/дома үйі/үй house
"""
"""A line per idea, all its words; ``-`` gives endings of the word before it."""

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
cement цемент; circle циркл; citadel цитадель; tour тур; tours турс; hotel отель; print принт; sport спорт
"""
"""English words and other spellings, each with the one that stands for it."""

_WEAK = """и в на по с для из of the and for in de және ме мен пен бен компания firm фирма фирмасы предприятие имени
атындағы атында named after ltd лтд города город қаласы"""

_GENITIVE = re.compile(r"(?:нин|дин|тин)$")
_ADJECTIVE = re.compile(r"(?<=[снк])(?:аиа|ои|ое|ого|ому|ом|и|им|их)$")
_OF_PLACE = re.compile(r"(?:ин)?ск$")
_SHORTEST, _SHORTEST_PLACE = 7, 4
"""Shorter words keep their endings: too little of them would be left."""


def _translated() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _TRANSLATED.strip().splitlines():
        idea = "=" + sound(line.split()[0].replace("-", "").split("/")[0])
        for word in line.split():
            stem = ""
            for part in word.split("/"):
                if "-" not in part[1:] and not part.startswith("-"):
                    stem = part
                    found.setdefault(sound(part), idea)
                    continue
                before, _hyphen, ending = part.partition("-")
                if before:
                    stem = before
                    found.setdefault(sound(stem), idea)
                found.setdefault(sound(stem + ending), idea)
    return found


IDEAS = _translated()
"""The idea, with a sign before it, of each word that has one, by its sound."""
_SPELLED = {sound(old): sound(new) for old, new in (pair.split() for pair in _BY_SOUND.replace("\n", " ").split(";"))}
WEAK = frozenset(IDEAS.get(sound(word), sound(word)) for word in _WEAK.split())
"""Words whose absence does not make another firm."""


_PHRASES = {
    tuple(sound(phrase).split()): sound(idea)
    for phrase, idea in (
        ("детский сад", "детсад"), ("детского сада", "детсад"), ("ясли сад", "детсад"),
        ("бөбекжай балабақша", "детсад"), ("бөбекжай балабақшасы", "детсад"), ("денсаулық сақтау", "здравоохранение"),
        ("сатып алу", "закупок"), ("бала бақшасы", "детсад"), ("жалпы білім беретін", "общеобразовательная"),
        ("білім беру", "образование"),
    )
}  # fmt: skip
"""Several words for which another language has one."""


def one_for_several(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words with those of a phrase as the one word that says the same.

    >>> one_for_several(("Денсаулық", "сақтау", "басқармасы"))
    ('здравохранене', 'басқармасы')
    """
    heard = [sound(word) for word in words]
    for phrase, one in _PHRASES.items():
        for start in range(len(words) - len(phrase) + 1):
            if tuple(heard[start : start + len(phrase)]) == phrase:
                return one_for_several((*words[:start], one, *words[start + len(phrase) :]))
    return words


def place(word: str) -> str:
    """A place's name without the endings that its case, or an adjective of it, adds in Russian.

    >>> place(common("Карагандинской")) == place(common("Қарағанды")), place(common("Астаны"))
    (True, 'астан')
    """
    stem = _OF_PLACE.sub("", word)
    return stem.rstrip(VOWELS) if len(stem.rstrip(VOWELS)) >= _SHORTEST_PLACE else stem


@lru_cache(maxsize=65_536)
def common(word: str) -> str:
    """The word that stands for one of a name: an idea (with a sign before it), a loan word's spelling, or its sound
    without an adjective's or a genitive's ending. A word may sound as two.

    >>> common("мектебі") == common("школа") == common("School")
    True
    >>> common("Trade"), common("Алматинской")
    ('треид', 'алматинск')
    """
    heard = sound(word)
    if heard in IDEAS:
        return IDEAS[heard]
    heard = _SPELLED.get(heard, heard)
    if heard in IDEAS:
        return IDEAS[heard]
    return _ADJECTIVE.sub("", _GENITIVE.sub("", heard)) if len(heard) >= _SHORTEST else heard
