"""A name taken apart into its legal form, the words of its own, and what makes it a branch of another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from graph.legal_forms import LEGAL_FORMS, MODIFIERS
from graph.matching.sound import unmixed
from graph.matching.vocabulary import rows

FAMILIES = {form.code: frozenset(form.families.split()) for form in LEGAL_FORMS}
_WORD = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)*\.?")
_QUOTES = tuple("\"«“„'")
_PLUS = re.compile(r"\s*\+(?=\W*$)")
_POINTED = re.compile(r"\b(?:[^\W\d_][./]){1,5}[^\W\d_]\b\.?")
_LOOK = str.maketrans("aeiocpxykmtbh", "аеіосрхукмтвн")
_ABBREVIATED = {row["short"]: row["long"] for row in rows("abbreviations.csv")}
_SHORT = 3
_DOTTED = frozenset(("г", "обл", "қ", "ауд", "им", "ат", "no", "n", "с", "пос", "ул", "гор"))
"""Abbreviations that are read as such only with their point behind them, or before a number."""
_BRANCH = re.compile(
    r"филиал\w*|представительств\w*|өкілдігі|branch|representative|обособленн\w*|подразделени\w*", re.IGNORECASE
)
_TOWN = re.compile(
    r"[\s,(]+(?:(?:г|с|пос|гор)\.\s*|(?:город|город[ае]|село|пос[её]лок)\s+)[^\W\d_][\w-]+\)?\s*$"
    r"|[,(]\s*[^\W\d_][\w-]+\s+(?:қ\.|қаласы|ауылы|кенті|city)\)?\s*$",
    re.IGNORECASE,
)
"""A town behind a name, marked as one."""
_MODIFYING = (
    "пхв", "на пхв", "шжқ", "on rem", "on the right of economic management", *MODIFIERS,
    "нк", "ұк", "nc", "национальная компания", "ұлттық компания", "ұлттық компаниясы", "national company",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parted:
    """An organisation's name in parts: ``forms`` are codes of legal forms, ``words`` its own words as written,
    ``place`` those of a town that stands behind them (``, г. Тараз``)."""

    words: tuple[str, ...]
    forms: frozenset[str]
    branch: bool
    place: tuple[str, ...] = field(default=(), repr=False)


def _key(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words of a legal form for comparing: letters of both alphabets that look the same are one."""
    return tuple(word.rstrip(".").lower().translate(_LOOK) for word in words)


def _known() -> Iterator[tuple[tuple[str, ...], str | None]]:
    for form in LEGAL_FORMS:
        for long, short in form.long.items():
            yield _key(_split(long)), form.code
            yield _key((short,)), form.code
        for short in form.short.split():
            yield _key((short,)), form.code
    for modifier in _MODIFYING:
        yield _key(_split(modifier)), None


def _split(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text))


_FORMS = dict(_known())
_LENGTHS = sorted({len(words) for words in _FORMS}, reverse=True)
FORM_WORDS = {
    form.code: frozenset(
        word.lower() for written in (*form.long, *form.long.values(), *form.short.split()) for word in _split(written)
    )
    for form in LEGAL_FORMS
}
"""Every word of each legal form, as it is written."""


@lru_cache(maxsize=131_072)
def parted(name: str) -> Parted:
    """The parts of an organisation's name.

    Forms count where the name begins or ends with them: one at each end, with what modifies it.

    >>> parted('ТОО "Альфа-Строй"')
    Parted(words=('Альфа', 'Строй'), forms=frozenset({'LLP'}), branch=False)
    >>> parted("«Альфа» жауапкершілігі шектеулі серіктестігі").forms
    frozenset({'LLP'})
    """
    name, town = _town(name)
    words = _split(_POINTED.sub(_joined, unmixed(_PLUS.sub(" плюс", name))))
    kept = tuple(word for word in words if not _BRANCH.fullmatch(word.rstrip(".")))
    branch = len(kept) < len(words)
    found: set[str] = set()
    for at_end in (True, False) if name.lstrip()[:1] in _QUOTES or _begins_alike(kept) else (False, True):
        kept = _strip(kept, found, at_end=at_end)  # what stands in quotes is read last
    return Parted(tuple(_expanded(kept)), frozenset(found), branch, town)


def _town(name: str) -> tuple[str, tuple[str, ...]]:
    """A name without the town behind it, and that town's words."""
    found = _TOWN.search(name)
    if not found or not _split(name[: found.start()]):
        return name, ()
    return name[: found.start()], tuple(_expanded(_split(found.group())))


def _begins_alike(words: tuple[str, ...]) -> bool:
    """Whether a name begins with a word that only looks like a form, and ends with one: Aq Jol LLP."""
    return (
        len(words) > 1
        and len(words[0]) <= _SHORT
        and words[0].istitle()
        and words[-1].isupper()
        and _key(words[-1:]) in _FORMS
    )


def _joined(found: re.Match[str]) -> str:
    """Т.О.О. and К/Х without their points, if they are forms; initials as they are."""
    bare = re.sub(r"[./]", "", found.group())
    return bare if _key((bare,)) in _FORMS else found.group()


def _strip(words: tuple[str, ...], found: set[str], *, at_end: bool) -> tuple[str, ...]:
    """The words without forms at one end; the forms go into ``found``. One form alone, or the same one again."""
    while words:
        for length in _LENGTHS:
            part = words[-length:] if at_end else words[:length]
            code = _FORMS.get(_key(part), "")
            if len(part) == length and code != "" and (code is None or not found or code in found):
                break
        else:
            return words
        if code:
            found.add(code)
        words = words[:-length] if at_end else words[length:]
    return words


def _expanded(words: tuple[str, ...]) -> Iterator[str]:
    for place, word in enumerate(words):
        bare = word.rstrip(".").lower()
        following = words[place + 1] if place + 1 < len(words) else ""
        initial = len(bare) == 1 and len(following.rstrip(".")) < len("ая")  # of a person: nothing follows, or another
        dotted = (word.endswith(".") and not initial) or following.isdigit()
        if bare in _ABBREVIATED and (dotted or bare not in _DOTTED):
            yield from _ABBREVIATED[bare].split()
        else:
            yield word if len(bare) > 1 and following else word.rstrip(".")
