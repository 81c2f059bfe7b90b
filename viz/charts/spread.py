"""How far the bids of a ring's tenders lie apart, over time: their range against the estimate, and their spread."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any

from viz.charts.scale import Days, Numbers, Tick, between, day_of, spanning

Document = Mapping[str, Any]

WIDTH, LEFT, RIGHT = 1120.0, 54.0, 16.0
TOP, HIGH, GAP, LOW = 22.0, 260.0, 44.0, 110.0
HEIGHT = TOP + HIGH + GAP + LOW + 30
_FAR = 0.45
"""Bids further than this from the middle one, as a part of it, stand at the rim: one strange bid hides no pattern."""
_MOST_SPREAD = 0.97
_BESIDE, _LAST = 5.0, 110.0
"""How far apart tenders of one day stand at the most, and what is left for those of the last day."""
_DENSE = 150
"""From so many tenders on marks are smaller."""


@dataclass(frozen=True, slots=True)
class Range:
    """A tender: the range of its valid bids, its members' bids as ticks, the winner's place (``inside``: a member)."""

    number: int
    x: float
    top: float
    bottom: float
    ticks: tuple[float, ...]
    winner: float | None
    inside: bool
    clipped: bool
    day: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A tender's spread."""

    number: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Level:
    """A median from ``x1`` to ``x2``, with what it is."""

    x1: float
    x2: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Cut:
    """A break: its place and the last day before it."""

    x: float
    day: str


@dataclass(frozen=True, slots=True)
class Spread:
    """Both panels. ``one`` is the place of the line at 1.00; ``left_out`` counts tenders that cannot be drawn."""

    width: float
    height: float
    upper: tuple[float, float]
    lower: tuple[float, float]
    left: float
    right: float
    one: float
    ranges: tuple[Range, ...]
    dots: tuple[Dot, ...]
    medians: tuple[Level, ...]
    spreads: tuple[Level, ...]
    cuts: tuple[Cut, ...]
    shares: tuple[Tick, ...]
    percents: tuple[Tick, ...]
    days: tuple[Tick, ...]
    left_out: int
    clipped: int
    dense: bool


def spread(ring: Document) -> Spread | None:
    """The chart of a ring; None where no tender has a day and bids that can be set against something."""
    numbered = [(number, one, day_of(one["day"])) for number, one in enumerate(ring["meetings"], 1)]
    drawn = [(number, one, day) for number, one, day in numbered if day and one["low"] is not None]
    if not drawn:
        return None
    placed = sorted({day for _number, _one, day in drawn})
    days, at = _places(placed, [(number, day) for number, _one, day in drawn])
    shares = _shares([one for _number, one, _day in drawn])
    told: dict[str, list[Document]] = defaultdict(list)
    for bid in ring["bids"]:
        if bid["share"] is not None and (bid["valid"] or bid["won"]):
            told[bid["tender_node"]].append(bid)
    ranges = tuple(_range(number, one, at[number], told[one["node"]], shares) for number, one, _day in drawn)
    cuts = [cut for one in ring["evidence"] if (cut := day_of(one.get("at"))) and days.first <= cut <= days.last]
    spreads = [(number, one["spread"], day) for number, one, day in numbered if day and one["spread"] is not None]
    percents = Numbers(0, max(between([one for _n, one, _d in spreads], _MOST_SPREAD) * 1.08, 0.01), _BELOW, LOW)
    inside = [(number, one, day) for number, one, day in spreads if number in at]
    lines = [Cut(_between_days(cut, [(day, at[number]) for number, _one, day in drawn]), str(cut)) for cut in cuts]
    return Spread(
        WIDTH, HEIGHT, (TOP, TOP + HIGH), (_BELOW, _BELOW + LOW), LEFT, WIDTH - RIGHT, shares.y(1.0), ranges,
        tuple(Dot(number, at[number], percents.y(one)) for number, one, _day in inside),
        _levels([(day, one["median"]) for _number, one, day in drawn], lines, days, shares, percent=False),
        _levels([(day, one) for _number, one, day in inside], lines, days, percents, percent=True),
        tuple(lines),
        shares.ticks(), percents.ticks(4, percent=True), days.ticks(),
        len(numbered) - len(drawn), sum(one.clipped for one in ranges), len(drawn) >= _DENSE,
    )  # fmt: skip


_BELOW = TOP + HIGH + GAP


def _shares(drawn: Sequence[Document]) -> Numbers:
    middle = median(one["median"] for one in drawn)
    low = max(min(one["low"] for one in drawn), middle * (1 - _FAR))
    high = min(max(one["high"] for one in drawn), middle * (1 + _FAR))
    low, high = min(low, 1.0), max(high, 1.0)
    air = (high - low) * 0.04 or 0.01
    return Numbers(low - air, high + air, TOP, HIGH)


def _range(number: int, one: Document, x: float, bids: Sequence[Document], shares: Numbers) -> Range:
    winner = next((bid for bid in bids if bid["won"]), None)
    ticks = sorted({shares.y(bid["share"]) for bid in bids if bid["member"] and bid["valid"]})
    return Range(
        number, x, shares.y(one["high"]), shares.y(one["low"]), tuple(ticks),
        shares.y(winner["share"]) if winner else None, bool(winner and winner["member"]),
        shares.beyond(one["high"]) or shares.beyond(one["low"]), str(one["day"])[:10],
    )  # fmt: skip


def _levels(
    values: Sequence[tuple[date, float]], lines: Sequence[Cut], days: Days, numbers: Numbers, *, percent: bool
) -> tuple[Level, ...]:
    """The median of the values before and after each break."""
    cuts = sorted((date.fromisoformat(line.day), line.x) for line in lines)
    bounds = [(date.min, days.left), *cuts, (date.max, WIDTH - RIGHT)]
    found = []
    for (since, begin), (until, end) in pairwise(bounds):
        part = [value for day, value in values if since < day <= until]
        if part:
            middle = median(part)
            text = f"{100 * middle:.2g}%" if percent else f"{middle:.3f}"
            found.append(Level(begin, end, numbers.y(middle), text))
    return tuple(found)


def _places(days: Sequence[date], tenders: Sequence[tuple[int, date]]) -> tuple[Days, dict[int, float]]:
    """The scale, and the place of each tender: those of one day stand side by side, before the next day's."""
    many = Counter(day for _number, day in tenders)
    room = min(many[days[-1]] * _BESIDE, _LAST)
    scale = spanning(days, LEFT + 6, WIDTH - LEFT - RIGHT - 12 - room)
    starts = [*(scale.x(day) for day in days), WIDTH - RIGHT]
    steps = {
        day: min(0.8 * (end - start) / many[day], _BESIDE)
        for day, (start, end) in zip(days, pairwise(starts), strict=True)
    }
    seen: Counter[date] = Counter()
    at = {}
    for number, day in tenders:
        at[number] = round(scale.x(day) + seen[day] * steps[day], 1)
        seen[day] += 1
    return scale, at


def _between_days(cut: date, tenders: Sequence[tuple[date, float]]) -> float:
    """A place right behind the last tender before a break, and before the first after it."""
    before = max((x for day, x in tenders if day <= cut), default=LEFT)
    after = min((x for day, x in tenders if day > cut), default=before)
    return round(min((before + after) / 2, before + _BESIDE), 1)
