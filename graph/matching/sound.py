"""Names as they sound, whatever alphabet and spelling they are written in.

The alphabets of Kazakh and Russian, Kazakh's Latin spellings (2021: ä ğ q ñ ö ū ü ş ı; 2018: á ǵ ń ó ú ý sh ch; the
spellings of passports: zh kh gh sh yu) and English come to one coarse Cyrillic spelling. Letters that one of them does
not tell apart (ы и і й, к қ, у ұ ү, е ё э) are one; so are п and б behind к, с, т, where Kazakh writes б and Russian
papers what is heard (Сәтбаев, Сатпаев). The same steps run on a text and on a column of the record store.
"""

import re
from functools import lru_cache
from itertools import chain

import ibis.expr.types as ir

VOWELS = "аеиоу"
_MARKS = r"[\x{0300}-\x{036f}'’‘ʼ`´ʹʺ′]"
_OTHER = r"[^a-zа-я0-9]+"
_LETTERS = {
    "a": "äáàâãåāăąəæ", "g": "ğǵģĝ", "n": "ñńňŋ", "o": "öóòôõøōő", "u": "üúùûůűūŭ", "i": "ıíìîïīĭį", "e": "éèêëēėęě",
    "c": "ć", "l": "łľĺ", "d": "ďđð", "t": "ťţț", "r": "řŕ", "z": "źż", "s": "ś", "k": "ķ",
    "ш": "şšșщ", "ч": "çč", "ж": "žҗ", "у": "ýұүў", "а": "ә", "о": "ө", "к": "қҡҝ", "г": "ғґ", "н": "ңҥ", "х": "һҳ",
    "и": "йіїы", "е": "ёэє",
}  # fmt: skip
"""Letters that count as another one, Latin ones first."""
_LATIN_GROUPS = {
    "shch": "ш", "sch": "ш", "sh": "ш", "tch": "ч", "ch": "ч", "dzh": "ж", "dj": "ж", "zh": "ж", "kh": "х", "gh": "г",
    "ph": "ф", "th": "т", "tz": "ц", "ts": "ц", "ck": "к", "qu": "ку", "yo": "е", "ye": "е", "ya": "иа",
    "yu": "иу", "x": "кс", "ce": "се", "ci": "си", "cy": "си", "j ": "и ",
}  # fmt: skip
"""Latin letters that stand for one sound together, in the order in which they are read."""
_LATIN = ("abcdefghijklmnopqrstuvwyz", "абкдефгхижклмнопкрстуввиз")
_CYRILLIC_GROUPS = {"ь": "", "ъ": "", "я": "иа", "ю": "иу", "дж": "ж", "тж": "ж", "тс": "ц", "нг ": "н ", "ие": "е"}
_DOUBLE = {2 * letter: letter for letter in "абвгдежзиклмнопрстуфхцчш"}

Step = tuple[str, str, str]
_STEPS: tuple[Step, ...] = (
    ("pattern", _MARKS, ""),
    ("letters", "".join(_LETTERS.values()), "".join(len(many) * one for one, many in _LETTERS.items())),
    ("pattern", _OTHER, " "),
    ("around", " ", " "),
    *(("text", old, new) for old, new in _LATIN_GROUPS.items()),
    ("letters", *_LATIN),
    *(("text", old, new) for old, new in chain(_CYRILLIC_GROUPS.items(), _DOUBLE.items())),
    ("text", "ие", "е"),
    ("text", "ее", "е"),
    *(("text", f"{dull}п", f"{dull}б") for dull in "ткс"),
)


@lru_cache(maxsize=262_144)
def sound(text: str) -> str:
    """How a text sounds: lower-case Cyrillic words and digits with one space between them.

    >>> sound("Жұмабаев"), sound("Zhumabayev"), sound("Jūmabaev")
    ('жумабаев', 'жумабаев', 'жумабаев')
    """
    found = text.lower()
    for kind, old, new in _STEPS:
        if kind == "text":
            found = found.replace(old, new)
        elif kind == "letters":
            found = found.translate(_table(old, new))
        elif kind == "pattern":
            found = _pattern(old).sub(new, found)
        else:
            found = f"{old}{found}{new}"
    return " ".join(found.split())


def sound_of(column: ir.StringValue) -> ir.StringValue:
    """What :func:`sound` gives, for a column, computed by the record store's engine."""
    found = column.lower()
    for kind, old, new in _STEPS:
        if kind == "text":
            found = found.replace(old, new)
        elif kind == "letters":
            found = found.translate(old, new)
        elif kind == "pattern":
            found = found.re_replace(old, new)
        else:
            found = found.lpad(found.length() + 1, old).rpad(found.length() + 2, new)
    return found.strip()


@lru_cache(maxsize=8)
def _table(old: str, new: str) -> dict[int, int]:
    return str.maketrans(old, new)


@lru_cache(maxsize=8)
def _pattern(written: str) -> re.Pattern[str]:
    """The engines' pattern as Python writes it."""
    return re.compile(re.sub(r"\\x\{([0-9a-f]{4})\}", r"\\u\1", written))


_CYRILLIC_LOOK, _LATIN_LOOK = "АВСЕНКМОРТХУІасеорхуік", "ABCEHKMOPTXYIaceopxyik"
_TO_CYRILLIC, _TO_LATIN = str.maketrans(_LATIN_LOOK, _CYRILLIC_LOOK), str.maketrans(_CYRILLIC_LOOK, _LATIN_LOOK)


def unmixed(text: str) -> str:
    """The text with letters that only look right put right: a word is written in the alphabet of most of its letters.

    >>> unmixed("Aстaнa") == "Астана"  # three Latin letters stood in it
    True
    """
    return " ".join(_unmixed(word) for word in text.split())


def _unmixed(word: str) -> str:
    cyrillic = sum("Ѐ" <= letter <= "ӿ" for letter in word)
    latin = sum(letter.isascii() and letter.isalpha() for letter in word)
    if not cyrillic or not latin:
        return word
    return word.translate(_TO_CYRILLIC if cyrillic >= latin else _TO_LATIN)
