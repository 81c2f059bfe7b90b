"""A person's name taken apart: surname, given name, patronymic, in every order that it may be meant in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from graph.matching.sound import sound, unmixed

_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ`\-‐–][^\W\d_]+)*")
_TITLE_WORDS = "г-н г-жа гр гражданин гражданка господин госпожа мырза ханым mr mrs ms dr prof др проф"
_TITLES = frozenset(sound(title).replace(" ", "-") for title in _TITLE_WORDS.split())
_SON, _DAUGHTER = ("ович", "евич", "ич", "ули", "огли", "уули"), ("овна", "евна", "инична", "ична", "кизи")
_PATRONYMIC = re.compile(rf"(.{{2,}}?)({'|'.join((*_SON, *_DAUGHTER))})")
_WRITTEN_END = re.compile(
    r"(?:[оеё]вич|[оеё]вна|ич|инична|ична|[ұу]лы|[ұу]лу|[қк]ызы|[oe]vich|[oe]vna|[io]?ch|ichna|ūly|uly|ulı|[qk]yzy|[qk]ızı)$",
    re.IGNORECASE,
)
_STANDALONE = frozenset(("ули", "кизи", "огли", "уулу"))
_NO_PATRONYMIC = ("ич", "ична")
_SHORT_SON = re.compile(r"(?:ил|лук|фом|кузм|никит|сав|фок)(?:ин)?ич(?:на)?")
"""After few fathers' names alone is -ич by itself a patronymic; elsewhere it ends surnames."""
_LONGEST_INITIAL = 2
"""Latin initials take up to two letters: Zh. Yu. Sh."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a name by its sound; ``initial`` where only its first letter is written."""

    heard: str
    initial: bool = False
    written: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Patronymic:
    """A father's name; ``child`` is "son", "daughter" or None where the form does not say, ``heard`` the whole word."""

    father: str
    child: str | None = None
    heard: str = ""
    initial: bool = False
    written: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a name."""

    surname: Part | None
    given: Part | None
    patronymic: Patronymic | None = None


@lru_cache(maxsize=131_072)
def readings(name: str) -> tuple[Reading, ...]:
    """The ways to read a person's name, the likeliest first; none where it has no letters.

    >>> readings("Ахметов Ерлан Серікұлы")[0].patronymic
    Patronymic(father='серик', child='son', heard='серикули', initial=False)
    >>> [reading.surname.heard for reading in readings("Ерлан Ахметов")]
    ['ахметов']
    """
    before, comma, after = unmixed(name).partition(",")
    first, second = _parts(before), _parts(after)
    if comma and first and second:
        return (_read(first[:1], [*first[1:], *second]),)
    parts = first + second
    full = [part for part in parts if not part.initial]
    if not full:
        return ()
    if len(full) == 1:
        return (_read(full, [part for part in parts if part.initial]),)
    fathers = [part for part in full if _patronymic(part)]
    if len(full) == 2 and len(parts) == 2:
        return _of_two(full[0], full[1])
    if fathers:
        rest = [part for part in parts if part is not fathers[-1]]
        place = parts.index(fathers[-1])
        surname = rest[-1] if place == len(parts) - 2 and not rest[-1].initial else rest[0]
        if len(rest) == len("ab") and surname_like(rest[1].heard) and not surname_like(rest[0].heard):
            surname = rest[1]  # given name, surname, patronymic
        given = [part for part in rest if part is not surname]
        return (_read([surname], [*given, fathers[-1]]),)
    return _by_ends(full, [part for part in parts if part.initial])


def _of_two(one: Part, other: Part) -> tuple[Reading, ...]:
    """Two words: a surname and a given name in either order, or a given name and a patronymic."""
    ways = _certain([Reading(one, other), Reading(other, one)], one, other)
    if father := _patronymic(other):
        ways.append(Reading(None, one, father))
    return tuple(ways)


def _by_ends(full: list[Part], initials: list[Part]) -> tuple[Reading, ...]:
    """The surname stands first or last; what is between counts as a second name."""
    ways = [_read(full[:1], [*full[1:], *initials]), _read(full[-1:], [*full[:-1], *initials])]
    return tuple(_certain(ways, full[0], full[-1]))


def _certain(ways: list[Reading], first: Part, last: Part) -> list[Reading]:
    """Of the readings with the first and with the last word as surname the one whose surname alone looks like one."""
    before, after = surname_like(first.heard), surname_like(last.heard)
    return ways if before == after else ways[:1] if before else ways[1:]


def _read(surname: Sequence[Part], others: Sequence[Part]) -> Reading:
    given = others[0] if others else None
    second = others[1] if len(others) > 1 else None
    father = None
    if second:
        father = _patronymic(second) or Patronymic(second.heard, heard=second.heard, initial=second.initial)
    return Reading(surname[0], given, father)


def _parts(text: str) -> list[Part]:
    found: list[Part] = []
    for match in _WORD.finditer(text):
        word, heard = match.group(), sound(match.group()).replace(" ", "-")
        pointed = text[match.end() : match.end() + 1] == "."
        if not heard or heard in _TITLES:
            continue
        if heard in _STANDALONE and found:
            found[-1] = Part(found[-1].heard + heard, written=found[-1].written + word)
        elif len(word) == len("ЕС") and word.isupper() and not pointed and not text.isupper():
            found += [Part(sound(letter), initial=True) for letter in word]
        else:
            found.append(Part(heard, len(word) == 1 or (pointed and len(word) <= _LONGEST_INITIAL), word))
    return found


def _patronymic(part: Part) -> Patronymic | None:
    """The father's name that a word is made of, if it is made as a patronymic is."""
    found = _PATRONYMIC.fullmatch(part.heard)
    if part.initial or not found:
        return None
    father, ending = found.groups()
    if ending in _NO_PATRONYMIC and not _SHORT_SON.fullmatch(part.heard):
        return None
    return Patronymic(
        father, "son" if ending in _SON else "daughter", part.heard, written=_WRITTEN_END.sub("", part.written)
    )


_SURNAME_ENDS = re.compile(r".{2,}(?:ов|ев|ин|ова|ева|ина|ски|скаиа|цки|цкаиа|енко|чук|иук|иан|дзе|швили|баи|беков)")


_GIVEN_WORDS = """
константин валентин мартин августин андрев мартин эдвин севастьян себастьян damian andrew matthew kevin edwin robin
марина ирина галина полина карина алина екатерина катерина кристина валентина ангелина сабина регина альбина мадина
зарина амина эльмина дарина самина руфина эвелина жасмина арина catherine martina
"""
_GIVEN = frozenset(map(sound, _GIVEN_WORDS.split()))
"""Given names that end as surnames do."""


def surname_like(heard: str) -> bool:
    """Whether a word ends as surnames do and given names seldom."""
    return heard not in _GIVEN and bool(_SURNAME_ENDS.fullmatch(heard))


def looks_like_person(name: str) -> bool:
    """Whether a name has initials or a patronymic beside another word."""
    parts = _parts(unmixed(name))
    marked = [part for part in parts if part.initial or _patronymic(part)]
    return bool(marked) and len(marked) < len(parts)
