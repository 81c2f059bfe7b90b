"""A tree of owners as places: the firm at the left, its owners to the right of it, and theirs to the right of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.answers.owned import everybody
from viz.figures import share
from viz.text import label

Document = Mapping[str, Any]

BOX, HIGH, ACROSS, DOWN = 206.0, 46.0, 296.0, 60.0
"""The size of a box, and how far apart columns and rows are: a share stands on the line between."""
MOST_BOXES = 150
"""So many owners are drawn; the list has all."""
_MARGIN = 8.0


@dataclass(frozen=True, slots=True)
class Box:
    """A party: ``role`` is firm, person or unknown; ``place`` its number in the list, 0 for the firm itself.

    ``kinds`` are those of its interests where they are no plain shares; beside them, or ``again``, the name has one
    line.
    """

    place: int
    x: float
    y: float
    role: str
    lines: tuple[str, ...]
    name: str
    node: str
    again: str | None
    problem: bool
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """An interest from an owner to what it owns; ``share`` is empty for control without one. ``indirect`` where a
    statement sums up a chain."""

    owner: int
    owned: int
    x1: float
    y1: float
    x2: float
    y2: float
    share: str
    indirect: bool
    problem: bool


@dataclass(frozen=True, slots=True)
class Tree:
    """``left_out`` counts the owners that the list alone has."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    left_out: int


def tree(found: Document, unnamed: str) -> Tree:
    """The picture of a document of owners; ``unnamed`` is written where nobody is named."""
    places = {id(one): number for number, one in enumerate(everybody(found["owners"]), 1)}
    drawing = _Drawing(places, unnamed)
    y = drawing.draw(found["company"], found["owners"], 0, 0)
    assert y >= 0
    deepest = max(box.x for box in drawing.boxes)
    height = drawing.next_y + _MARGIN
    boxes = tuple(sorted(drawing.boxes, key=lambda box: box.place))
    lines = tuple(sorted(drawing.lines, key=lambda line: line.owner))
    return Tree(deepest + BOX + _MARGIN, height, boxes, lines, len(places) + 1 - len(boxes))


def role_of(one: Document) -> str:
    """What a party is drawn as: firm, person, or unknown where nobody is named."""
    if one.get("reason") or one["kind"].startswith(("unknown", "anonymous")):
        return "unknown"
    if str(one.get("entity_type") or "").lower().startswith(("unknown", "anonymous")):
        return "unknown"
    return "firm" if one["kind"] == "organisation" else "person"


class _Drawing:
    """Sets boxes from the leaves on: each between the first and the last of those to its right."""

    def __init__(self, places: Mapping[int, int], unnamed: str) -> None:
        self._places, self._unnamed = places, unnamed
        self.boxes: list[Box] = []
        self.lines: list[Line] = []
        self.next_y = _MARGIN
        self._drawn = 1

    def draw(self, one: Document, owners: Sequence[Document], place: int, depth: int) -> float:
        """Draw a party and everybody above it; the middle of its box."""
        room = max(MOST_BOXES - self._drawn, 0)
        kept = owners[:room]
        self._drawn += len(kept)
        middles = [self.draw(owner, owner["owners"], self._places[id(owner)], depth + 1) for owner in kept]
        if middles:
            middle = (middles[0] + middles[-1]) / 2
        else:
            middle = self.next_y + HIGH / 2
            self.next_y += DOWN
        x = _MARGIN + depth * ACROSS
        name = one["name"] or (self._unnamed if role_of(one) == "unknown" else one["id"])
        kinds = _kinds(one.get("interests", ()))
        lines = tuple(label(name, width=24, lines=1 if kinds or one.get("again") else 2).split("\n"))
        self.boxes.append(
            Box(
                place, x, middle - HIGH / 2, role_of(one), lines, name, one["node"], one.get("again"),
                bool(one["problem"]), kinds,
            )
        )  # fmt: skip
        for owner, at in zip(kept, middles, strict=True):
            self.lines.append(_line(owner, self._places[id(owner)], place, (x + BOX, middle), (x + ACROSS, at)))
        return middle


def _line(owner: Document, number: int, owned: int, begin: tuple[float, float], end: tuple[float, float]) -> Line:
    rows, told = owner["interests"], _greatest(owner["interests"])
    return Line(
        number, owned, begin[0], begin[1], end[0], end[1], share_of(told) if told else "",
        bool(rows) and all(row["direct"] is False for row in rows), any(row["problem"] for row in rows),
    )  # fmt: skip


def _greatest(rows: Sequence[Document]) -> Document | None:
    """The interest with the greatest stated share."""
    stated = [row for row in rows if row["share_min"] is not None or row["share_max"] is not None]
    return max(stated, key=lambda row: (row["share_min"] or 0.0, row["share_max"] or 0.0), default=None)


def _kinds(rows: Sequence[Document]) -> tuple[str, ...]:
    """The kinds of interests that a line's share does not say by itself."""
    told = _greatest(rows)
    kinds = dict.fromkeys(row["interest"] or "" for row in ([told] if told else rows))
    return () if told and set(kinds) <= {"", "shareholding"} else tuple(kinds)


def share_of(row: Document) -> str:
    """A stated share with its range; an end that is open is 0 or 100 per cent."""
    low, high = row["share_min"], row["share_max"]
    if low is None and high is None:
        return ""
    return share(0.0 if low is None else low, 1.0 if high is None else high)
