"""Whether two names are names of one organisation."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from graph.matching.forms import FAMILIES, Parted, parted
from graph.matching.person import alike_persons
from graph.matching.person_name import looks_like_person
from graph.matching.slips import slip
from graph.matching.sound import sound
from graph.matching.verdict import Verdict
from graph.matching.words import WEAK, common, one_for_several, place

EQUAL = 0.86
"""Equal names alone: firms share names, so only a person says that they are one."""
PUBLIC = 1
"""A name with so many words of administration may be translated: its words stand in any order and any case."""
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11", "xii": "12"}
_ROMAN_LOOK = str.maketrans("іх", "ix")
_SINGLE = {"i": "1", "v": "5", "x": "10"}
_ACRONYM = range(3, 7)


def alike_organisations(left: str, right: str) -> Verdict:
    """How alike two names of organisations are: a score in 0..1 and the reasons, the same in either order.

    >>> alike_organisations('ТОО "Альфа"', '"Альфа" ЖШС').score
    0.86
    >>> alike_organisations("СМУ-1", "СМУ-2").reasons
    ('the numbers in the names differ',)
    """
    ours, theirs = parted(left), parted(right)
    if not ours.words or not theirs.words:
        return Verdict(0.0, ("a name says nothing of its own",))
    if ours.branch != theirs.branch:
        return Verdict(0.4, ("one is a branch or an office of the other, or of a namesake",))
    verdict = _persons(ours, theirs) or _words(ours.words, theirs.words)
    return _with_forms(verdict, ours.forms, theirs.forms)


def _persons(ours: Parted, theirs: Parted) -> Verdict | None:
    """The verdict on people's names, where both are a sole business or a farm under its owner's name."""
    own = {"IE", "FARM"}
    if not (ours.forms | theirs.forms) & own or (ours.forms and theirs.forms and not ours.forms & theirs.forms):
        return None
    names = " ".join(ours.words), " ".join(theirs.words)
    if not any(looks_like_person(name) for name in names):
        return None
    return alike_persons(*names)


def _with_forms(verdict: Verdict, ours: frozenset[str], theirs: frozenset[str]) -> Verdict:
    families = [frozenset().union(*(FAMILIES[code] for code in side)) for side in (ours, theirs)]
    if ours == theirs:
        return verdict.because("the same legal form") if ours else verdict
    if not ours or not theirs:
        return verdict.times(0.95, "one name has no legal form")
    if families[0] & families[1]:
        return verdict.times(0.9, "related legal forms")
    return verdict.times(0.45, "different legal forms")


def _words(left: Sequence[str], right: Sequence[str]) -> Verdict:
    if _numbers(left) != _numbers(right):
        return Verdict(0.3, ("the numbers in the names differ",))
    ours, theirs = _own(left), _own(right)
    whole = "".join(ours) == "".join(theirs)
    if ours == theirs or whole:
        if sound(" ".join(left)).replace(" ", "") == sound(" ".join(right)).replace(" ", ""):
            same = tuple(map(str.lower, left)) == tuple(map(str.lower, right))
            return Verdict(EQUAL, ("the same name" if same else "the same name in another spelling",))
        return Verdict(EQUAL - 0.04, ("the same name but for endings, translation or words that say little",))
    if Counter(ours) == Counter(theirs):
        return Verdict(EQUAL - 0.06 if _public(ours) else 0.62, ("the same words in another order",))
    if _slips(ours, theirs):
        return Verdict(EQUAL - 0.08, ("the same name but for a slip of the pen",))
    if _initials(left, right) or _initials(right, left):
        return Verdict(0.6, ("one name is the initials of the other",))
    return _different(ours, theirs)


def _different(ours: Sequence[str], theirs: Sequence[str]) -> Verdict:
    """Names with words that only one of them has."""
    shared = (Counter(ours) & Counter(theirs)).total()
    if not shared:
        return Verdict(0.0, ("no word in common",))
    return Verdict(round(0.5 * shared / max(len(ours), len(theirs)), 3), ("a word stands in one name only",))


def _slips(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether all words but one are equal and that one is mistyped, or the names are where words are put together."""
    mine, yours = Counter(ours) - Counter(theirs), Counter(theirs) - Counter(ours)
    if not mine or not yours or any(word.startswith("=") for word in (*mine, *yours)):
        return False
    if mine.total() == 1 and yours.total() == 1:
        return slip(*mine, *yours)
    return len(ours) != len(theirs) and slip("".join(ours), "".join(theirs))


def _numbers(words: Sequence[str]) -> Counter[str]:
    return Counter(number for at, word in enumerate(words) if (number := _number(word, last=at == len(words) - 1)))


def _number(word: str, *, last: bool) -> str | None:
    """The figures of a word, Arabic ones for Roman; one Roman figure alone counts at the end of a name."""
    if word.isdigit():
        return word.lstrip("0") or "0"
    roman = word.lower().translate(_ROMAN_LOOK) if word.isupper() else ""
    return _ROMAN.get(roman) or (_SINGLE.get(roman) if last else None)


@lru_cache(maxsize=131_072)
def _own(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words that make a name, each as the one that stands for it; weak ones too, where there are no others."""
    told = one_for_several(words)
    found = [_number(word, last=at == len(told) - 1) or common(word) for at, word in enumerate(told)]
    if _public(found):
        found = [word if word.startswith("=") else place(word) for word in found]
    return tuple(word for word in found if word and word not in WEAK) or tuple(filter(None, found))


def _public(words: Sequence[str]) -> bool:
    return sum(word.startswith("=") for word in words) >= PUBLIC


def _initials(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether a name of one word is the first letters of the other's words."""
    if len(short) != 1 or len(short[0]) not in _ACRONYM or len(long) < _ACRONYM.start or not short[0].isupper():
        return False
    return sound("".join(word[0] for word in long)) == sound(short[0])
