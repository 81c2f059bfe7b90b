"""Common first and last names, words for companies and streets; every combination of them is invented."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class MaleName:
    """A man's first name, and the patronymics of his sons and daughters."""

    given: str
    son: str
    daughter: str


_KAZAKH = (
    "Ерлан/Ерлан Серик/Серік Нурлан/Нұрлан Болат/Болат Канат/Қанат Марат/Марат Асхат/Асқат Бауыржан/Бауыржан "
    "Данияр/Данияр Ержан/Ержан Жандос/Жандос Кайрат/Қайрат Мурат/Мұрат Олжас/Олжас Руслан/Руслан Самат/Самат "
    "Талгат/Талғат Тимур/Темір Улан/Ұлан Арман/Арман Азамат/Азамат Берик/Берік Дархан/Дархан Еркин/Еркін "
    "Жанат/Жанат Мади/Мәди Санжар/Санжар Рустем/Рүстем Аскар/Асқар Ильяс/Ілияс"
)
_RUSSIAN = (
    "Александр/Александрович/Александровна Алексей/Алексеевич/Алексеевна Андрей/Андреевич/Андреевна "
    "Виктор/Викторович/Викторовна Владимир/Владимирович/Владимировна Дмитрий/Дмитриевич/Дмитриевна "
    "Евгений/Евгеньевич/Евгеньевна Иван/Иванович/Ивановна Игорь/Игоревич/Игоревна Максим/Максимович/Максимовна "
    "Николай/Николаевич/Николаевна Олег/Олегович/Олеговна Павел/Павлович/Павловна Роман/Романович/Романовна "
    "Сергей/Сергеевич/Сергеевна Юрий/Юрьевич/Юрьевна"
)
_VOWELS = "аеёиоуыэюяіәөұү"


def _kazakh(pair: str) -> tuple[MaleName, MaleName]:
    """A name as it is written in Russian and in Kazakh, each with its own way to make patronymics."""
    russian, kazakh = pair.split("/")
    stem = f"{russian}е" if russian[-1] in _VOWELS else f"{russian}о"
    return (
        MaleName(russian, f"{stem}вич", f"{stem}вна"),
        MaleName(kazakh, f"{kazakh}ұлы", f"{kazakh}қызы"),
    )


def _words(written: str, between: str | None = None) -> tuple[str, ...]:
    """The words of a text, between spaces or a mark."""
    return tuple(written.split(between))


KAZAKH_MEN = tuple(name for pair in _KAZAKH.split() for name in _kazakh(pair))
RUSSIAN_MEN = tuple(MaleName(*forms.split("/")) for forms in _RUSSIAN.split())
KAZAKH_WOMEN = _words(
    "Айгуль Айнур Алия Асель Айжан Ботагоз Гульнара Дана Динара Жанна Жулдыз Зарина Камила Карлыгаш Куралай Лаура "
    "Мадина Меруерт Назгуль Райхан Сауле Толкын Шолпан Әлия Гүлнар Күләш Мөлдір Нұргүл Ұлжан Әсем"
)
RUSSIAN_WOMEN = _words(
    "Анна Екатерина Елена Ирина Людмила Марина Мария Наталья Оксана Ольга Светлана Татьяна Юлия Вера"
)
KAZAKH_SURNAMES = _words(
    "Абдрахманов Абенов Абилов Айтбаев Акишев Алимов Аманов Аубакиров Ахметов Байжанов Баймуканов Бекенов Бекмуратов "
    "Досанов Досымбеков Есенов Ержанов Жаксыбеков Жумабаев Жунусов Ибраев Исабаев Искаков Калиев Касенов Касымов "
    "Кенжебаев Куанышев Кудайбергенов Мамытов Молдабеков Мукашев Мусин Мухамеджанов Нургалиев Нурпеисов Оразбаев "
    "Оспанов Рахимов Сабитов Садыков Сагинтаев Сейтказин Сериков Смагулов Сулейменов Тлеубаев Токаев Турсунов "
    "Тулегенов Умаров Уразбаев Хасенов Шаймерденов Шарипов Әбдіров Әлімбеков Жұмағұлов Құрманов Нұрғалиев"
)
RUSSIAN_SURNAMES = _words(
    "Бондаренко Васильев Волков Григорьев Дьяченко Захаров Иванов Ильин Киселёв Ковалёв Козлов Кузнецов Лебедев "
    "Макаров Мельник Морозов Никитин Новиков Орлов Павлов Петров Пономарёв Романов Семёнов Сидоров Смирнов Соколов "
    "Тимофеев Фёдоров Шевченко Яковлев"
)
STREETS = _words(
    "ул. Абая|ул. Сатпаева|ул. Жамбыла|пр. Достык|ул. Гоголя|ул. Ауэзова|ул. Валиханова|пр. Республики|ул. Сейфуллина|"
    "Бөгенбай батыр көшесі|Қабанбай батыр даңғылы|Абылай хан даңғылы|Қонаев көшесі|Бейбітшілік көшесі|ул. Толе би|"
    "ул. Ломова|ул. Набережная|ул. Строительная|ул. Школьная|ул. Садовая|Тәуелсіздік даңғылы|Жастар көшесі|"
    "мкр. Самал|мкр. Нурсат|мкр. Аксай|ул. Промышленная|ул. Заводская|Желтоқсан көшесі",
    "|",
)
_FIRST_WORDS = _words(
    "Алтын Ак Асыл Арай Батыр Береке Болашак Дала Достык Жетысу Жибек Заман Кайнар Каспий Керуен Кокше Кыран Мереке "
    "Мирас Нур Ордабасы Парасат Рауан Сапа Сарыарка Сункар Тау Тулпар Туран Улы Хан Шанырак Шыгыс Айсар Азия Бастау "
    "Восток Гранит Евразия Запад Капитал Континент Лидер Магистраль Меридиан Орион Прогресс Ресурс Сириус Спектр "
    "Степь Темп Титан Феникс Эталон Юг Алтай Баян Ертіс Қазына Өрлеу Өркен Ұлағат Ырыс"
)
_LATIN = str.maketrans(
    {
        **dict(zip("абвгдеёзийклмнопрстуфхыэәғқңөұүһі", "abvgdeezijklmnoprstufhyeagknouuhi", strict=True)),
        "ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "ь": "", "ъ": "", " ": "-",
    }
)  # fmt: skip


def surname_of(surname: str, *, male: bool) -> str:
    """The surname as a man or a woman bears it.

    >>> surname_of("Оспанов", male=False), surname_of("Шевченко", male=False)
    ('Оспанова', 'Шевченко')
    """
    return f"{surname}а" if not male and surname.endswith(("ов", "ев", "ёв", "ин")) else surname


def company_words(rng: Random, trade: tuple[str, ...]) -> str:
    """What a company calls itself inside the quotes, with a word of its trade in most cases."""
    first = rng.choice(_FIRST_WORDS)
    if rng.random() < 0.7:
        return f"{first}{rng.choice((' ', '-', ' '))}{rng.choice(trade)}"
    second = rng.choice([word for word in _FIRST_WORDS if word != first])
    return f"{first} {second}" if rng.random() < 0.5 else f"{first} {second} {rng.choice(trade)}"


def latin(words: str) -> str:
    """The words in Latin letters, for the name of a mailbox or a domain.

    >>> latin("Жибек Строй")
    'zhibek-stroj'
    """
    return words.casefold().translate(_LATIN)
