"""Small charts of how something goes over time: bars for amounts, dots on a line for shares."""

from collections.abc import Sequence
from dataclasses import dataclass

from viz.heatmap import Measure, Scale

WIDTH, HEIGHT = 320, 96
"""Of a chart's own area, in units of the drawing."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One span's bar or dot: its left edge and width, its top, and what it says; ``top`` is None where nothing is
    known."""

    left: float
    width: float
    top: float | None
    text: str

    @property
    def middle(self) -> float:
        """Where a dot stands."""
        return round(self.left + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, from zero at its foot to ``most`` at its head; ``line`` are the points between neighbouring dots."""

    measure: Measure
    marks: tuple[Mark, ...]
    most: str
    lines: tuple[str, ...]


def chart(scale: Scale, values: Sequence[float | None]) -> Chart:
    """The chart of these values, in their order; one that is not known leaves a gap."""
    most = max((value for value in values if value is not None), default=0.0)
    step = WIDTH / max(len(values), 1)
    marks = tuple(
        Mark(
            round(number * step + step * 0.1, 1),
            round(step * 0.8, 1),
            None if value is None else round(HEIGHT - (HEIGHT * value / most if most else 0), 1),
            "" if value is None else scale.text(value),
        )
        for number, value in enumerate(values)
    )
    runs: list[list[str]] = [[]]
    for mark in marks:
        if mark.top is None:
            runs.append([])
        else:
            runs[-1].append(f"{mark.middle},{mark.top}")
    return Chart(scale.measure, marks, scale.text(most), tuple(" ".join(run) for run in runs if len(run) > 1))
