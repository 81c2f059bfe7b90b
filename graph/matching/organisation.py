"""Whether two names are names of one organisation."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from graph.matching.forms import FAMILIES, Parted, parted
from graph.matching.person import alike_persons
from graph.matching.person_name import looks_like_person
from graph.matching.slips import mistyped, slip
from graph.matching.sound import sound
from graph.matching.spelling import spelled_alike
from graph.matching.verdict import THRESHOLD, Verdict
from graph.matching.vocabulary import IDEA, exists
from graph.matching.words import WEAK, common, ideas_of, loan, one_for_several, place

EQUAL = 0.86
"""Equal names alone: firms share names, so only a person says that they are one."""
PUBLIC = 1
"""A name with so many words of administration may be translated: its words stand in any order and any case."""
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11", "xii": "12"}
_ROMAN_LOOK = str.maketrans("іх", "ix")
_SINGLE = {"i": "1", "v": "5", "x": "10"}
_ACRONYM = range(3, 7)
_SLIP = 2
_SHORTEST_STEM = 2
_COMBINING = 3
_OFFICES = frozenset(map(common, ("управление", "отдел", "департамент", "министерство", "комитет", "department")))
_OF_AN_OFFICE = frozenset(map(common, ("акимат", "республика", "Казахстан")))
"""What the name of an office may say of whose it is, or not."""
_MISTYPED = Verdict(EQUAL - 0.08, ("the same name but for a slip of the pen",))


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
    verdict = _persons(ours, theirs) or _placed(ours, theirs)
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


def _placed(ours: Parted, theirs: Parted) -> Verdict:
    """The verdict on the words with those of towns; where one name alone has a town and its own words, without it."""
    whole = _words((*ours.words, *ours.place), (*theirs.words, *theirs.place))
    if whole.score >= THRESHOLD or bool(ours.place) == bool(theirs.place):
        return whole
    named = [word for word in _own(ours.words) if not ideas_of(word) and not word.isdigit()]
    bare = _words(ours.words, theirs.words)
    if not named or bare.score < THRESHOLD:
        return whole
    return bare.times(0.95, "one name has no town")


def _words(left: tuple[str, ...], right: tuple[str, ...]) -> Verdict:
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
    if found := _alike(*_unfolded(left, right)):
        return found
    if _initials(left, right) or _initials(right, left):
        return Verdict(0.6, ("one name is the initials of the other",))
    return _different(ours, theirs)


def _alike(left: tuple[str, ...], right: tuple[str, ...]) -> Verdict | None:
    """The verdict on names whose words are one another's in other letters, abbreviated, or but one mistyped."""
    ours, theirs = _spoken(left), _spoken(right)
    joined = "".join(written for written, _key in ours), "".join(written for written, _key in theirs)
    if len(ours) != len(theirs):
        if spelled_alike(*joined) and not _public(_own(left)):
            return Verdict(EQUAL - 0.04, ("the same name in another spelling",))
        heard = ["".join(loan(sound(written)) for written, _key in side) for side in (ours, theirs)]
        if heard[0] == heard[1]:
            return Verdict(EQUAL - 0.04, ("the same name in another spelling",))
        keys = [Counter(key for _written, key in side) for side in (ours, theirs)]
        alone = (keys[0] - keys[1], keys[1] - keys[0])
        if not all(alone) or any(key.startswith(IDEA) for side in alone for key in side):
            return None
        return _MISTYPED if mistyped(*heard) else None
    free = _public(_own(left)) and _public(_own(right))
    rest, slips, moved = list(theirs), 0, False
    for written, key in sorted(ours, key=lambda one: all(one[1] != other[1] for other in theirs)):
        found = min(rest, key=lambda other: _apart(written, key, *other))
        apart = _apart(written, key, *found)
        moved = moved or ours.index((written, key)) != theirs.index(found)
        slips += apart == _SLIP
        if apart > _SLIP or slips > 1 or (moved and not free):
            return None
        rest.remove(found)
    return _MISTYPED if slips else Verdict(EQUAL - 0.06, ("the same name in another spelling or abbreviated",))


def _unfolded(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names with words of one that stand for several of the other written out as these.

    Медколледж is Медицинский колледж, and РМЗ is Ремонтно-механический завод where the name says more than that.
    """
    if len(left) > len(right):
        again = _unfolded(right, left)
        return again[1], again[0]
    for at, word in enumerate(left):
        heard = sound(word)
        for start in range(len(right) - 1):
            stem, rest = sound(right[start]), sound(right[start + 1])
            before = heard.removesuffix(rest)
            if rest and _COMBINING <= len(before) < len(heard) and stem.startswith(before) and stem != before:
                return (*left[:at], right[start], right[start + 1], *left[at + 1 :]), right
        if len(left) > 1 and len(word) in _ACRONYM and word.isupper():
            for start in range(len(right) - len(word) + 1):
                several = right[start : start + len(word)]
                if sound("".join(one[0] for one in several)) == heard:
                    return (*left[:at], *several, *left[at + 1 :]), right
    return left, right


def _apart(written: str, key: str, other: str, other_key: str) -> int:
    """0 where two words are equal, 1 where they are in other letters or abbreviated, 2 mistyped, 3 other words."""
    if key == other_key or ideas_of(key) & ideas_of(other_key):
        return 0
    if key.isdigit() or other_key.isdigit():
        return _SLIP + 1
    if _abbreviates(written, other) or _abbreviates(other, written):
        return 1
    mine, yours = sound(written), sound(other)
    if f"{key}ин" == other_key or f"{other_key}ин" == key:  # Тасмұрын, Тасмурынский: the ending takes ин for its own
        return 1
    if loan(mine) == loan(yours):
        return 1
    hissed = loan(mine).replace("з", "с") == loan(yours).replace("з", "с")  # an English s is heard as both
    if not (exists(mine) and exists(yours)) and (spelled_alike(written, other) or hissed):
        return 1
    if ideas_of(key) and ideas_of(other_key):
        return _SLIP + 1
    swapped = not (exists(mine) and exists(yours)) and slip(written.lower(), other.lower())
    return _SLIP if swapped or mistyped(mine, yours) or mistyped(key, other_key) else _SLIP + 1


def _abbreviates(short: str, long: str) -> bool:
    """Whether a word with a point behind it is the beginning of the other (мед., медицинский)."""
    return (
        short.endswith(".") and len(short) > _SHORTEST_STEM and sound(long).startswith(sound(short)) and short != long
    )


def _spoken(words: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The words that make a name, as written and as the one that stands for each; without weak ones."""
    told = one_for_several(words)
    keys = [_number(word, last=at == len(told) - 1) or common(word) for at, word in enumerate(told)]
    if _public(keys):
        keys = [key if ideas_of(key) else place(key) for key in keys]
    pairs = [(word, key) for word, key in zip(told, keys, strict=True) if key]
    if not _OFFICES.isdisjoint(keys):
        pairs = [pair for pair in pairs if pair[1] not in _OF_AN_OFFICE]
    return tuple(pair for pair in pairs if pair[1] not in WEAK) or tuple(pairs)


def _different(ours: Sequence[str], theirs: Sequence[str]) -> Verdict:
    """Names with words that only one of them has."""
    shared = (Counter(ours) & Counter(theirs)).total()
    if not shared:
        return Verdict(0.0, ("no word in common",))
    return Verdict(round(0.5 * shared / max(len(ours), len(theirs)), 3), ("a word stands in one name only",))


def _numbers(words: Sequence[str]) -> list[str]:
    """The numbers in their order: house 14 of quarter 6 is not house 6 of quarter 14."""
    return [number for at, word in enumerate(words) if (number := _number(word, last=at == len(words) - 1))]


def _number(word: str, *, last: bool) -> str | None:
    """The figures of a word, Arabic ones for Roman; one Roman figure alone counts at the end of a name."""
    if word.isdigit():
        return word.lstrip("0") or "0"
    roman = word.lower().translate(_ROMAN_LOOK) if word.isupper() else ""
    return _ROMAN.get(roman) or (_SINGLE.get(roman) if last else None)


@lru_cache(maxsize=131_072)
def _own(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words that make a name, each as the one that stands for it; weak ones too, where there are no others."""
    return tuple(key for _written, key in _spoken(words))


def _public(words: Sequence[str]) -> bool:
    return sum(word.startswith(IDEA) for word in words) >= PUBLIC


def _initials(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether a name of one word is the first letters of the other's words."""
    if len(short) != 1 or len(short[0]) not in _ACRONYM or len(long) < _ACRONYM.start or not short[0].isupper():
        return False
    return sound("".join(word[0] for word in long)) == sound(short[0])
