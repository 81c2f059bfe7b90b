"""Two spellings of one word: letters that one alphabet keeps apart and another writes in several ways.

Kazakh ө is written о, у or е in Russian papers, ұ у or о, қ к or х; ы and і are left out (Самұрық, Самрук); Latin h is
г or х, c is к, с or ц. Such a letter counts as each of these only where the two words are written in different
alphabets: in one alphabet о and у are two letters, and Кан is not Хан.
"""

import re
import unicodedata
from functools import lru_cache

from graph.matching.sound import sound

_KAZAKH = frozenset("әғқңөұүһі")
_OTHERS = {
    "ә": "еи", "ө": "уе", "ү": "ио", "ұ": "оеи", "і": "е", "ы": "уе", "қ": "х", "ғ": "х", "һ": "гк", "ш": "ч", "у": "в",
    "в": "у", "б": "п", "д": "т",
    "ä": "еи", "ö": "уе", "ó": "уе", "ü": "и", "ú": "и", "ý": "в", "y": "у", "w": "у", "v": "у", "h": "гх", "c": "сцчж",
    "q": "х", "kh": "кг", "ch": "шкх", "s": "з", "oo": "у", "ee": "и", "ae": "а", "oe": "у", "ue": "у", "u": "в",
    "x": "х", "j": "и", "g": "ж", "z": "ц",
}  # fmt: skip
"""What else a letter may be heard as, beside what :func:`sound` hears."""
_LEFT_OUT = frozenset(("ы", "і", "ұ", "ү", "й", "y", "h", "һ", "ь", "ъ"))
"""Letters that the other alphabet may leave out inside a word."""
_UNITS = re.compile(r"shch|sch|tch|kh|gh|zh|sh|ch|ts|tz|ph|th|ck|oo|ee|ae|oe|ue|ng|x|[^\W\d_]")
_OTHERWISE = 0.3
_LIMITS = ((9, 0.9), (6, 0.6), (4, 0.3))
"""The most that differences may cost, by the letters of the shorter word; a letter that is another one costs 1."""
Unit = tuple[str, str, bool]


@lru_cache(maxsize=65_536)
def _units(word: str) -> tuple[Unit, ...]:
    """Each sound of a word with what else it may be and whether it may be left out."""
    text = unicodedata.normalize("NFC", word.lower())
    found: list[Unit] = []
    for match in _UNITS.finditer(text):
        letter = match.group()
        heard = sound(letter).replace(" ", "")
        if letter in {"ң", "ñ", "ń", "ng"}:
            found += [("н", "", False), ("г", "", True)]
        elif letter in {"я", "ю", "ё"} and len(heard) > 1:
            found += [("и", "", True), (heard[-1], "", False)]
        elif letter in {"x"}:
            found += [("к", "х", False), ("с", "", True)]
        elif not heard:
            continue
        elif not found or found[-1][0] != heard[0]:  # doubled letters are one
            found.append((heard[0], _OTHERS.get(letter, ""), letter in _LEFT_OUT))
    return tuple(found)


def _alphabet(word: str) -> str:
    if any("a" <= letter <= "z" for letter in word.lower()):
        return "latin"
    return "kazakh" if _KAZAKH & set(word.lower()) else "russian"


@lru_cache(maxsize=65_536)
def spelled_alike(left: str, right: str) -> bool:
    """Whether two words as written may be one in two alphabets, in all letters but a few; equal sounds always are.

    >>> spelled_alike("Самұрық", "Самрук"), spelled_alike("Өтегенов", "Utegenov"), spelled_alike("Марат", "Мурат")
    (True, True, False)
    """
    if sound(left) == sound(right):
        return True
    if _alphabet(left) == _alphabet(right) != "latin":
        return False
    ours, theirs = _units(left), _units(right)
    shorter = min(len(ours), len(theirs))
    limit = next((most for least, most in _LIMITS if shorter >= least), 0.0)
    if abs(len(ours) - len(theirs)) > len(_LIMITS):
        return False
    return _distance(ours, theirs) <= limit + 1e-9


def _distance(ours: tuple[Unit, ...], theirs: tuple[Unit, ...]) -> float:
    """Levenshtein's distance with these letters' own costs (Wagner and Fischer 1974)."""
    before = [0.0]
    for unit in theirs:
        before.append(before[-1] + _gone(unit))
    for at, unit in enumerate(ours):
        row = [before[0] + _gone(unit)]
        for place, other in enumerate(theirs):
            row.append(
                min(
                    before[place] + _changed(unit, other),
                    before[place + 1] + (_gone(unit) if at else 1.0),
                    row[place] + (_gone(other) if place else 1.0),
                )
            )
        before = row
    return before[-1]


def _gone(unit: Unit) -> float:
    return _OTHERWISE if unit[2] else 1.0


def _changed(unit: Unit, other: Unit) -> float:
    if unit[0] == other[0]:
        return 0.0
    return _OTHERWISE if unit[0] in other[1] or other[0] in unit[1] else 1.0
