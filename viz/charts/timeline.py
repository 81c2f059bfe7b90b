"""A post, the ties of its holder, and the awards meanwhile on one axis, so that one sees that they overlap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from viz.charts.scale import Days, Tick, day_of
from viz.text import cut

Document = Mapping[str, Any]

WIDTH, LEFT, RIGHT, TOP, HIGH = 1120.0, 320.0, 20.0, 26.0, 34.0
BAR = 13.0
_BEFORE = timedelta(days=3 * 365)
_MARGIN = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval: ``kind`` is post, or the step's; ``early`` and ``late`` where it begins before or ends after the
    picture, or nobody says when."""

    kind: str
    y: float
    x: float
    width: float
    early: bool
    late: bool
    label: str
    said: str


@dataclass(frozen=True, slots=True)
class Mark:
    """An award by its number in the table."""

    number: int
    x: float
    y: float
    day: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars from above, and the awards below them."""

    width: float
    height: float
    left: float
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    days: tuple[Tick, ...]
    awards_y: float
    span: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Interval:
    """What a bar is drawn of: days are inclusive, None for unknown or still so; ``said`` are the days in words."""

    kind: str
    label: str
    since: Any
    until: Any
    said: str


def timeline(intervals: Sequence[Interval], awards: Sequence[Document]) -> Timeline | None:
    """The picture of these intervals and awards; None where no award has a day.

    It begins three years before the first award at most: who has been somebody's son for decades needs no longer bar.
    """
    dated = [(number, day) for number, one in enumerate(awards, 1) if (day := day_of(one["day"]))]
    if not dated:
        return None
    first, last = min(day for _n, day in dated), max(day for _n, day in dated)
    begun = [day for one in intervals if (day := day_of(one.since)) and first - _BEFORE <= day <= first]
    ended = [day for one in intervals if (day := day_of(one.until)) and last <= day <= last + _BEFORE]
    days = Days(min([*begun, first]) - _MARGIN, max([*ended, last]) + _MARGIN, LEFT, WIDTH - LEFT - RIGHT)
    bars = tuple(_bar(one, TOP + place * HIGH, days) for place, one in enumerate(intervals))
    y = TOP + len(intervals) * HIGH + 12
    marks = tuple(Mark(number, days.x(day), y, str(day)) for number, day in dated)
    return Timeline(WIDTH, y + 44, LEFT, bars, marks, days.ticks(), y, (days.x(first), days.x(last)))


def _bar(one: Interval, y: float, days: Days) -> Bar:
    since, until = day_of(one.since) or date.min, day_of(one.until) or date.max
    x1, x2 = days.x(since), days.x(until)
    return Bar(
        one.kind,
        y,
        x1,
        max(round(x2 - x1, 1), 2.0),
        since < days.first,
        until > days.last,
        cut(one.label, 46),
        one.said,
    )
