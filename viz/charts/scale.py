"""Scales: days and numbers as places in a drawing, with the ticks of their axes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import floor, log10
from typing import Any

_STEPS_OF_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis and what is written there."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Days:
    """Days from ``first`` to ``last`` along a line of ``width`` from ``left`` on."""

    first: date
    last: date
    left: float
    width: float

    def x(self, day: date) -> float:
        """The place of a day; days outside stand at the ends."""
        whole = max((self.last - self.first).days, 1)
        return round(self.left + self.width * min(max((day - self.first).days / whole, 0.0), 1.0), 1)

    def ticks(self, most: int = 9) -> tuple[Tick, ...]:
        """The first days of months or years, at most about so many: years alone where nothing finer fits."""
        months = (self.last.year - self.first.year) * _MONTHS + self.last.month - self.first.month
        step = next((one for one in _STEPS_OF_MONTHS if months / one <= most), _STEPS_OF_MONTHS[-1])
        begin = self.first.year * _MONTHS + self.first.month - 1
        places = range(-(-begin // step) * step, self.last.year * _MONTHS + self.last.month, step)
        found = [date(number // _MONTHS, number % _MONTHS + 1, 1) for number in places]
        return tuple(
            Tick(self.x(day), f"{day:%Y}" if step >= _MONTHS else f"{day:%Y-%m}")
            for day in found if self.first <= day <= self.last
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers from ``low`` to ``high`` up a line of ``height`` whose upper end is at ``top``."""

    low: float
    high: float
    top: float
    height: float

    def y(self, value: float) -> float:
        """The place of a number; numbers outside stand at the ends."""
        part = (value - self.low) / ((self.high - self.low) or 1.0)
        return round(self.top + self.height * (1 - min(max(part, 0.0), 1.0)), 1)

    def beyond(self, value: float) -> bool:
        """Whether a number lies outside."""
        return not self.low <= value <= self.high

    def ticks(self, most: int = 6, *, percent: bool = False) -> tuple[Tick, ...]:
        """Round numbers, at most about so many."""
        rough = (self.high - self.low) / most or 1.0
        power = 10.0 ** floor(log10(rough))
        step = next(power * one for one in (1, 2, 5, 10) if power * one >= rough * 0.999)
        places = [step * number for number in range(int(-(-self.low // step)), int(self.high // step) + 1)]
        if percent:
            return tuple(Tick(self.y(one), f"{one * 100:g}%") for one in places)
        digits = max(0, -floor(log10(step)))
        return tuple(Tick(self.y(one), f"{one:.{digits}f}") for one in places)


def between(values: Iterable[float], quantile: float) -> float:
    """The value below which so large a part of the values lies; 0 for none."""
    ordered = sorted(values)
    return ordered[min(int(quantile * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def day_of(value: Any) -> date | None:
    """A day of a document, as it came or as text."""
    if value is None or (isinstance(value, date) and type(value) is date):
        return value
    return date.fromisoformat(str(value)[:10])


def spanning(days: Sequence[date], left: float, width: float) -> Days:
    """A scale from the first to the last of these days."""
    return Days(min(days), max(days), left, width)
