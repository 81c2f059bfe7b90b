"""Bidders by tenders: who bid, who won, and with what share; turns that are taken run down the picture as a stair."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from viz.charts.scale import day_of
from viz.text import label

Document = Mapping[str, Any]

LEFT, TOP, WIDE, HIGH = 212.0, 84.0, 27.0, 31.0
"""Where cells begin, and how large one is: a hand can hit it, and a share with one decimal fits in."""
OTHERS = 0
"""The number of the row of bidders that are no members."""


@dataclass(frozen=True, slots=True)
class Column:
    """A tender: its number among the ring's, where it stands, its day."""

    number: int
    node: str
    x: float
    day: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """A member by its number among the ring's, or the others under :data:`OTHERS`; ``lines`` is its name, cut."""

    number: int
    node: str
    y: float
    lines: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A bid: ``sign`` is won, bid or invalid; ``share`` in per cent of what the tender's bids are set against.

    In the row of others ``many`` bids stand together, and ``share`` is that of the winner, where it is one of them.
    """

    tender: int
    member: int
    x: float
    y: float
    sign: str
    share: str
    many: int = 1


@dataclass(frozen=True, slots=True)
class Matrix:
    """``breaks`` are the places of lines between the last tender before a break and the first after it; ``silent``
    counts the members that bid for none of these tenders."""

    width: float
    height: float
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    cells: tuple[Cell, ...]
    breaks: tuple[tuple[float, str], ...]
    silent: int


def matrix(ring: Document, numbers: Mapping[str, int], first: int, most: int, others: str) -> Matrix:
    """The tenders of a ring from number ``first`` (from 0) on, at most so many, with the members that bid for them.

    ``numbers`` are the members' own, from 1 on, by node id. Members stand in the order of their first win here, then of
    their bids, so that turns are seen; ``others`` is what bidders beside them are called.
    """
    tenders = ring["meetings"][first : first + most]
    columns = tuple(
        Column(
            first + place + 1, one["node"], LEFT + place * WIDE, str(one["day"] or "")[:10], one["title"] or one["id"]
        )
        for place, one in enumerate(tenders)
    )
    at = {column.node: column for column in columns}
    made: dict[tuple[str, int], list[Document]] = defaultdict(list)
    for bid in ring["bids"]:
        if bid["tender_node"] in at:
            made[bid["tender_node"], numbers[bid["bidder_node"]] if bid["member"] else OTHERS].append(bid)
    rows = _rows(ring, numbers, made, at, others)
    places = {row.number: row.y for row in rows}
    cells = [
        _cell(at[node], member, places[member], bids)
        for (node, member), bids in sorted(made.items(), key=lambda one: (at[one[0][0]].number, one[0][1]))
    ]
    members = sum(row.number != OTHERS for row in rows)
    width, height = LEFT + len(columns) * WIDE + 8, TOP + len(rows) * HIGH + 6
    return Matrix(width, height, columns, rows, tuple(cells), _breaks(ring, tenders), len(numbers) - members)


def _rows(
    ring: Document,
    numbers: Mapping[str, int],
    made: Mapping[tuple[str, int], Sequence[Document]],
    at: Mapping[str, Column],
    others: str,
) -> tuple[Row, ...]:
    firsts: dict[int, tuple[bool, int]] = {}
    for (node, member), bids in made.items():
        won = any(bid["won"] for bid in bids)
        mine = (not won, at[node].number)
        firsts[member] = min(mine, firsts.get(member, mine))
    shown = sorted((one for one in firsts if one != OTHERS), key=lambda one: (firsts[one], one))
    known = {numbers[one["node"]]: one for one in ring["members"]}
    rows = []
    for place, number in enumerate(shown):
        one = known[number]
        name = one["name"] or one["id"]
        lines = tuple(label(name, width=26, lines=2).split("\n"))
        rows.append(Row(number, one["node"], TOP + place * HIGH, lines, name))
    if OTHERS in firsts:
        rows.append(Row(OTHERS, "", TOP + len(shown) * HIGH, (others,), others))
    return tuple(rows)


def _cell(column: Column, member: int, y: float, bids: Sequence[Document]) -> Cell:
    winner = next((bid for bid in bids if bid["won"]), None)
    sign = "won" if winner else "bid" if any(bid["valid"] for bid in bids) else "invalid"
    told = winner or (bids[0] if member != OTHERS and len(bids) == 1 else None)
    share = _percent(told["share"]) if told else ""
    return Cell(column.number, member, column.x + WIDE / 2, y + HIGH / 2, sign, share, len(bids))


def _percent(share: float | None) -> str:
    """Per cent in at most four signs; the table has more."""
    if share is None or share >= 9.995:
        return ""
    return f"{100 * share:.1f}" if share < 0.9995 else f"{100 * share:.0f}"


def _breaks(ring: Document, tenders: Sequence[Document]) -> tuple[tuple[float, str], ...]:
    found = []
    for one in ring["evidence"]:
        cut = day_of(one.get("at"))
        days = [day_of(tender["day"]) for tender in tenders]
        before = sum(day is not None and cut is not None and day <= cut for day in days)
        if cut and 0 < before < len([day for day in days if day]):
            found.append((LEFT + before * WIDE, str(cut)))
    return tuple(found)
