"""General words of names from ``words.csv``: what they mean in Kazakh, Russian and English, and all their forms.

A row is one idea: its field, then the words for it in each language, base forms, with ``_`` for a space. The words of a
row translate each other. Those of ``plain`` and ``name`` do not, for brands are not translated: these rows list words
that exist, and a word that exists is no misspelling of another.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from graph.matching.sound import sound

IDEA, PLACE = "=", "~"
_UNTRANSLATED = ("plain", "name")
_ADJECTIVE_ENDS = ("ый", "ий", "ой")
_ADJECTIVE = "и аиа иаиа еиа ое ее ого его ому ему ои еи уиу иуиу им ом ем их ими е о"
"""Endings as they sound; the last joins an adjective to another: дорожно-строительный."""
_NOUN = "а иа и у иу е о ои еи ом ем ов ев ам иам ами иами ах иах"
_KAZAKH = "и си нин дин тин инин синин лик дик тик га ге ка ке на не да де"
_PLURAL = "лар лер дар дер тар тер"
_VOICED = {"к": "г", "п": "б"}
_BRIEF = 3
"""From so many letters on a word of Russian may lose its last vowel in a form."""


def rows(file: str) -> list[dict[str, str]]:
    """The rows of a table that is shipped beside this module."""
    text = files("graph.matching").joinpath(file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _kazakh(word: str) -> Iterator[str]:
    heard = sound(word)
    for stem in {heard, heard[:-1] + _VOICED.get(heard[-1], heard[-1])}:
        yield stem
        yield from (stem + end for end in _KAZAKH.split())
        yield from (stem + plural + end for plural in _PLURAL.split() for end in ("", "и", "дин", "инин"))


def _russian(word: str) -> Iterator[str]:
    yield sound(word)
    if word.endswith(_ADJECTIVE_ENDS) and len(word) > _BRIEF + 1:
        stem, ends = sound(word[:-2]), _ADJECTIVE
    else:
        stem, ends = sound(word[:-1] if word[-1] in "аяьйое" and len(word) > _BRIEF else word), _NOUN
    yield stem
    yield from (stem + end for end in ends.split())


def _english(word: str) -> Iterator[str]:
    yield from (sound(word), sound(f"{word}s"))


_FORMS = {"kazakh": _kazakh, "russian": _russian, "english": _english}


@cache
def forms(word: str, language: str) -> frozenset[str]:
    """All forms of a base word as they sound."""
    return frozenset(_together(form) for form in _FORMS[language](word))


def _together(heard: str) -> str:
    """A stem and an ending as the whole word sounds."""
    return heard.replace("ии", "и").replace("ие", "е").replace("ее", "е").replace("тс", "ц")


def _made() -> tuple[
    dict[str, frozenset[str]], dict[str, list[tuple[tuple[frozenset[str], ...], str]]], frozenset[str]
]:
    base: dict[str, set[str]] = defaultdict(set)
    inflected: dict[str, set[str]] = defaultdict(set)
    phrases: dict[str, list[tuple[tuple[frozenset[str], ...], str]]] = defaultdict(list)
    known: set[str] = set()
    for row in rows("words.csv"):
        listed = [(word, language) for language in _FORMS for word in row[language].split()]
        first = (row["russian"].split() or row["kazakh"].split())[0]
        idea = (PLACE if row["field"] == "place" else IDEA) + sound(first.replace("_", ""))
        for word, language in listed:
            parts = word.replace("-", "_").split("_")
            heard = [forms(part, language) for part in parts]
            known |= {sound(part) for part in parts}
            if row["field"] in _UNTRANSLATED:
                continue
            if len(parts) > 1:
                for start in heard[0]:
                    phrases[start].append((tuple(heard), idea))
            else:
                base[sound(word)].add(idea)
                for form in heard[0]:
                    inflected[form].add(idea)
    found = {heard: frozenset(base.get(heard) or ideas) for heard, ideas in inflected.items()}
    for told in phrases.values():
        told.sort(key=lambda one: -len(one[0]))
    return found, dict(phrases), frozenset(known)


IDEAS, PHRASES, KNOWN = _made()
"""Ideas by the sound of every form; phrases, longest first, by that of their first word; words that exist."""


def _groups() -> dict[str, str]:
    """One idea for all that some word cannot tell apart (department: управление, департамент, отдел)."""
    leader: dict[str, str] = {}

    def lead(idea: str) -> str:
        while leader.get(idea, idea) != idea:
            idea = leader[idea]
        return idea

    for ideas in IDEAS.values():
        first, *others = sorted(map(lead, ideas))
        leader[first] = first
        for other in others:
            leader[other] = first
    return {idea: lead(idea) for ideas in IDEAS.values() for idea in ideas}


GROUPS = _groups()


@cache
def exists(heard: str) -> bool:
    """Whether a word is one of the language, or is put together of two that are (Каратас)."""
    if heard in KNOWN or heard in IDEAS:
        return True
    return any(heard[:at] in KNOWN and heard[at:] in KNOWN for at in range(2, len(heard) - 1))
