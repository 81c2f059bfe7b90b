"""What a red flag is."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from string import Formatter
from typing import Any, Self

import ibis.expr.types as ir

from graph.errors import RulesError
from graph.market import Market

COLUMNS = ("parties", "subject", "tenders", "buyer", "value", "since", "until", "evidence")
"""What every ``find`` gives, beside the numbers that its sentence names.

``parties``: node ids of those whom it flags; ``subject``: the tender it is about, empty where it is about the
parties themselves; ``tenders``: node ids; ``buyer``: node id or null; ``value``: what was measured; ``since``,
``until``: first and last day; ``evidence``: ids of source records.
"""
MOST_NAMED = 100
"""A finding names at most so many tenders and source records; its value still counts them all."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A published rule. ``version`` is major.minor.patch: a new major version gives new ids to its findings.

    ``settings`` is a frozen dataclass with defaults, its inclusive ``threshold`` first. ``opens_case`` says whether a
    finding is reason enough to open a case, or only joins one about its parties; ``weight``, in 0..1, how much one
    adds to the score of its case (our own judgement, to be replaced by decisions counted). Findings of a ``restricted``
    rule are about private life: they stand in cases of their own, which only a caller who may see them gets.
    """

    code: str
    version: str
    title: str
    rule: str
    unit: str
    source: str
    innocent: str
    weight: float
    settings: Any
    opens_case: bool = False
    restricted: bool = False

    def configured(self, given: Mapping[str, Any]) -> Self:
        """The rule with settings from a rules file; :class:`RulesError` names an unknown field or a bad value."""
        known = {field.name for field in dataclasses.fields(self.settings)}
        for name, value in given.items():
            if name not in known:
                raise RulesError(f"[{self.code}] has no field {name!r}; fields are {', '.join(sorted(known))}")
            if not _fits(value, getattr(self.settings, name)):
                default = _plain(self.settings, name)
                raise RulesError(f"[{self.code}] {name} = {value!r} is not usable: its default is {default!r}")
        values = {name: _like(value, getattr(self.settings, name)) for name, value in given.items()}
        return dataclasses.replace(self, settings=dataclasses.replace(self.settings, **values))

    def as_document(self) -> dict[str, Any]:
        """The rule as it is published."""
        return {
            "code": self.code,
            "version": self.version,
            "title": self.title,
            "rule": self.rule,
            "unit": self.unit,
            "threshold": self.settings.threshold,
            "settings": {field.name: _plain(self.settings, field.name) for field in dataclasses.fields(self.settings)},
            "source": self.source,
            "innocent": self.innocent,
            "restricted": self.restricted,
        }


@dataclass(frozen=True, kw_only=True)
class Indicator(Rule):
    """A red flag: a rule found by one expression.

    ``find`` gives the columns of :data:`COLUMNS`; ``text`` is a finding's sentence, with ``find``'s columns
    in braces; ``{value:# tender}`` is "1 tender" or "2 tenders".
    """

    text: str
    find: Callable[[Market, Any], ir.Table]

    def sentence(self, row: Mapping[str, Any]) -> str:
        """The sentence of one row that ``find`` gives."""
        return _SENTENCE.vformat(self.text, (), row)


class _Sentence(Formatter):
    """Formats numbers with what they count, in the singular and the plural."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if not format_spec.startswith("# "):
            return str(super().format_field(value, format_spec))
        return f"{value:.0f} {format_spec[2:]}{'' if value == 1 else 's'}"


_SENTENCE = _Sentence()


def _plain(settings: Any, name: str) -> Any:
    value = getattr(settings, name)
    return list(value) if isinstance(value, tuple) else value


def _fits(value: object, default: object) -> bool:
    if isinstance(default, tuple):
        return isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value))
    if isinstance(default, bool):
        return isinstance(value, bool)
    if isinstance(default, int):
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if isinstance(default, float):
        return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    return isinstance(value, type(default))


def _like(value: Any, default: object) -> Any:
    """The value in the type of its default; ``open|selective`` is a list as in Cardinal's settings."""
    if isinstance(default, tuple):
        return tuple(value.split("|")) if isinstance(value, str) else tuple(value)
    return float(value) if isinstance(default, float) else value
