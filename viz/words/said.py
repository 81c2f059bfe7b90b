"""Sentences that were made in English, told in another language: each is read back through its form.

Detection keeps one sentence of a finding, and nothing in other languages: a translation is for reading, and changes
with its catalogue, not with the data. What no form fits stays in English.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

_BLANK = re.compile(r"{(\w+)(?::(\*|=|# [\w ]+))?}")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3})")
_BETWEEN = (" → ", "; ", ", ")
_NAME = "="
THIN = "\u202f"
"""A narrow space that no line breaks at."""
_KEPT = 4096
"""So many sentences are held told: a page of a large case has some hundred."""
Counted = Callable[[int, str], str]


@dataclass(frozen=True, slots=True)
class Form:
    """A sentence's form: what reads it, what it is in another language, and by blank the noun of a number, or that it
    is a name."""

    reads: re.Pattern[str]
    told: str
    kinds: Mapping[str, str]


class Said:
    """Tells English sentences in one language; ``forms`` are in both, ``counted`` gives a number with its noun."""

    def __init__(self, forms: Iterable[tuple[str, str]], counted: Counted) -> None:
        self._forms = [_form(english, told) for english, told in forms]
        self._counted = counted
        self.tell = lru_cache(_KEPT)(self._tell)

    def _tell(self, text: str) -> str:
        """The text in the language: as a whole, or sentence by sentence; as it is where not all of it is known."""
        whole = self._phrase(text)
        if whole is not None:
            return whole
        told, place = [], 0
        while place < len(text):
            found = self._next(text, place)
            if found is None:
                return text
            sentence, place = found
            told.append(sentence)
        return " ".join(told)

    def _phrase(self, text: str) -> str | None:
        for form in self._forms:
            found = form.reads.fullmatch(text)
            if found:
                return self._filled(form, found)
        return None

    def _next(self, text: str, place: int) -> tuple[str, int] | None:
        """The sentence that begins at a place, told, and where the next one begins."""
        for form in self._forms:
            found = form.reads.match(text, place)
            if found and text[found.end() - 1] == "." and text[found.end() : found.end() + 1] in ("", " "):
                return self._filled(form, found), found.end() + 1
        return None

    def _filled(self, form: Form, found: re.Match[str]) -> str:
        values = {name: self._value(value, form.kinds.get(name)) for name, value in found.groupdict().items()}
        return form.told.format(**values)

    def _value(self, value: str, kind: str | None) -> str:
        """What stands in a blank, told: a number with its noun, a phrase, a list or chain of phrases."""
        if kind == _NAME:
            return value
        if kind is not None:
            return self._counted(int(value.replace(",", "")), kind)
        known = self._phrase(value)
        if known is not None:
            return known
        between = next((one for one in _BETWEEN if one in value), None)
        if between is not None:
            return between.join(self._value(part, None) for part in value.split(between))
        return _GROUPED.sub(THIN, value)


def _form(english: str, told: str) -> Form:
    """The form of a catalogue's entry."""
    kinds: dict[str, str] = {}
    parts, end = [], 0
    for blank in _BLANK.finditer(english):
        name, kind = blank.groups()
        parts.append(re.escape(english[end : blank.start()]))
        end = blank.end()
        if kind is None:
            parts.append(rf"(?P<{name}>\S+?)")
        elif kind in ("*", _NAME):
            parts.append(rf"(?P<{name}>.+?)")
            kinds |= {name: _NAME} if kind == _NAME else {}
        else:
            noun = kind.removeprefix("# ")
            kinds[name] = noun.replace(" ", "_")
            parts.append(rf"(?P<{name}>[\d,]+) {re.escape(noun)}s?")
    parts.append(re.escape(english[end:]))
    return Form(re.compile("".join(parts), re.DOTALL), told, kinds)
