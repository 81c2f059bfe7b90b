"""Cells of a heat map as they are written and shaded: what is measured, in which unit, in which of six steps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from viz.figures import NONE, number

STEPS = 6
"""So many shades, of one hue from light to dark, are still told apart."""
FEW = 5
"""Of fewer tenders than these a share says little: such a cell is marked, and not shaded."""
_SHARES = (0.05, 0.1, 0.2, 0.3, 0.5)
"""Where the shades of a share begin, inclusive: the same on every page, so that two pages can be held side by side."""
_UNITS = (0, 3, 6, 9, 12)


class Measure(StrEnum):
    """What a cell tells; a closed list."""

    RISK = "risk"
    MONEY = "money"
    TENDERS = "tenders"
    CASES = "cases"


@dataclass(frozen=True, slots=True)
class Shade:
    """What stands in a cell, its shade from 0 (nothing) to :data:`STEPS`, and whether it tells of few tenders."""

    text: str
    step: int
    few: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """How a measure is written and shaded: in thousands where ``unit`` is 3, and where shades 2 and on begin."""

    measure: Measure
    unit: int
    bounds: tuple[float, ...]

    def shade(self, cell: Mapping[str, Any] | None) -> Shade:
        """The shade of a cell; of None, where there is no tender."""
        value = None if cell is None else value_of(cell, self.measure)
        if cell is None or value is None:
            return Shade("" if cell is None else NONE, 0)
        few = self.measure is Measure.RISK and cell["tenders"] < FEW
        return Shade(self.text(value), 0 if few or value == 0 else self._step(value), few)

    def _step(self, value: float) -> int:
        """The shade of a value that is not nothing; fewer bounds than there are shades leave some out between."""
        reached = sum(value >= bound for bound in self.bounds)
        return 1 + reached * (STEPS - 1) // max(len(self.bounds), 2)

    def text(self, value: float) -> str:
        """A value as it is written in a cell."""
        if self.measure is Measure.RISK:
            return percent(value)
        if self.measure is not Measure.MONEY:
            return number(value)
        scaled = value / 10**self.unit
        if 0 < scaled < 0.05:
            return "< 0.1"
        return number(round(scaled) if scaled >= 10 else round(scaled, 1))

    @property
    def legend(self) -> list[tuple[int, str]]:
        """Each shade with what it stands for, the lightest first."""
        if not self.bounds:
            return []
        starts = [self.text(bound) for bound in self.bounds]
        between = [f"{low}–{high}" for low, high in pairwise(starts)]
        told = [f"< {starts[0]}", *between, f"≥ {starts[-1]}"]
        return list(zip(map(self._step, (0, *self.bounds)), told, strict=True))


def value_of(cell: Mapping[str, Any], measure: Measure) -> float | None:
    """What a cell measures; None where it is not known, or not for the reader."""
    if measure is Measure.RISK:
        return None if cell["flagged"] is None or not cell["tenders"] else cell["flagged"] / cell["tenders"]
    if measure is Measure.MONEY:
        return None if cell["awarded"] is None else float(cell["awarded"]["amount"])
    found: float | None = cell[measure]
    return found


def scale_of(measure: Measure, cells: Iterable[Mapping[str, Any]]) -> Scale:
    """The scale for these cells: fixed shares of risk; else each shade has about as many of them, so that a few great
    ones do not leave all others pale."""
    if measure is Measure.RISK:
        return Scale(measure, 0, _SHARES)
    values = sorted(value for cell in cells if (value := value_of(cell, measure)))
    most = values[-1] if values else 0.0
    unit = next((one for one in _UNITS if most / 10**one < 10_000), _UNITS[-1]) if measure is Measure.MONEY else 0
    parts = {_two_digits(values[len(values) * part // STEPS]) for part in range(1, STEPS) if values}
    return Scale(measure, unit, tuple(sorted(one for one in parts if one > values[0])))


def _two_digits(value: float) -> float:
    """A number with two digits that count: what a legend can say."""
    return float(f"{value:.2g}")


def percent(share: float) -> str:
    """A share in 0..1 in whole per cent: ``12%``, ``< 1%``."""
    return "< 1%" if 0 < share < 0.005 else f"{share * 100:.0f}%"
