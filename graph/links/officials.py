"""Paths from an official to the firms that won tenders of the official's body while the office was held.

At most four edges: owner, officer, kin, shared details. Every edge holds on the day of the tender; nothing
passes through a hub, a buyer or a body, nor between companies of an officer of many. An official of a body that
controls the buyer counts as the buyer's. Paths are searched from both ends, two edges from each, so that the cost
grows with the neighbourhoods and not with their fourth power.

    score = strength * 0.85^(hops - 1) * (0.85 where the post is at a body above) * (0.6 + 0.2 value + 0.2 share)

``strength`` is the product of the edges' strengths (:mod:`graph.links.edges`), ``value`` = won / (won + the market's
median award), ``share`` what was won of all that the buyer gave, in the currency of most of the wins. It is in 0..1,
falls with every hop and grows with every edge's strength, with the value won and with the share.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.links.edges import hubs, link_edges
from graph.links.posts import CENTS, spending, won_in_office
from graph.market import Market

MOST_HOPS = 4
PER_HOP = 0.85
"""What each further hop leaves of a link's score, and a post at a body above the buyer as well."""
TIED, VALUE, SHARE = 0.6, 0.2, 0.2
"""What a tie alone makes of a link's score, and what the value won and its share of the buyer's spending add."""
_FIRST, _LAST = date(1, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Step:
    """An edge of a path, in its own direction; open ends of its interval are None."""

    source: str
    target: str
    kind: str
    detail: str | None
    since: date | None
    until: date | None
    document: str


@dataclass(frozen=True, slots=True)
class Post:
    """A post at a public body; ``procurement`` where it decides on purchases."""

    body: str
    position: str | None
    procurement: bool | None
    since: date | None
    until: date | None
    document: str


@dataclass(frozen=True, slots=True)
class Link:
    """An official of ``buyer`` and a ``supplier`` that won its ``tenders`` (node ids, by day) while the path held.

    The ``post`` is at the buyer, or at a body above it. ``share`` is what these tenders are of the buyer's spending.
    """

    official: str
    supplier: str
    buyer: str
    post: Post
    score: float
    path: tuple[Step, ...]
    tenders: tuple[str, ...]
    amount: float
    currency: str | None
    share: float | None
    since: date | None
    until: date | None
    text: str

    @property
    def hops(self) -> int:
        """The number of edges between the two."""
        return len(self.path)

    @property
    def documents(self) -> tuple[str, ...]:
        """The source records of the path's edges, then of the post, each once."""
        return tuple(dict.fromkeys([*(step.document for step in self.path), self.post.document]))


def find_links(market: Market, *, kin: int = 2) -> list[Link]:
    """The strongest path for each official, supplier and buyer; strongest first, then by ids.

    ``kin`` is the most kinships on a path.
    """
    edges = link_edges(market)
    closed = hubs(market, edges)
    won = won_in_office(market)
    officials = won.select(end="official").distinct()
    suppliers = won.select(end="supplier").distinct()
    ahead = _walks(market, "ahead", officials, edges, closed)
    behind = _walks(market, "behind", suppliers, edges, closed)
    found = ibis.union(*_paths(ahead, behind, closed, suppliers)).filter(_.kin <= kin)
    held = won.join(found, ["official", "supplier"]).filter(_.day.isnull() | _.day.between(_.since, _.until))
    # Parallel edges give several paths over the same nodes: a win counts once, and the strongest path is shown.
    strongest = [_.strength.desc(), _.edges]
    path = ("official", "supplier", "buyer", "nodes")
    wins = held.group_by(*path, "node", "day", "currency").agg(
        above=_.above.min(),
        post=_.post.first(order_by=strongest),
        edges=_.edges.first(order_by=strongest),
        strength=_.strength.max(),
        amount=_.amount.max(),
    )
    in_currency = wins.mutate(sum=_.amount.sum().over(group_by=[*path, "currency"]).round(CENTS)).mutate(
        wins=_.count().over(group_by=[*path, "currency"])
    )
    usual = [_.wins.desc(), _.currency]
    tenders = in_currency.group_by(*path).agg(
        above=_.above.min(),
        post=_.post.first(order_by=[_.above, _.day.desc(), _.node]),
        path=_.edges.first(order_by=strongest),
        strength=_.strength.max(),
        tenders=_.node.collect(order_by=[_.day, _.node]),
        amount=_["sum"].first(order_by=usual),
        currency=_.currency.first(order_by=usual),
        first=_.day.min(),
        last=_.day.max(),
    )
    order = [_.nodes.length(), _.above, _.strength.desc(), _.nodes]
    best = ibis.row_number().over(group_by=["official", "supplier", "buyer"], order_by=order)
    spent = spending(market)
    placed = tenders.mutate(place=best).filter(_.place == 0).left_join(spent, ["buyer", "currency"])
    rows = placed.drop("buyer_right", "currency_right").to_pyarrow().to_pylist()
    return sorted((_link(row) for row in rows), key=lambda one: (-one.score, one.official, one.supplier, one.buyer))


def _walks(market: Market, name: str, ends: ir.Table, edges: ir.Table, closed: ir.Table) -> tuple[ir.Table, ir.Table]:
    """Walks of 1 or 2 edges from given ends: ``end``, ``at``, ``nodes``, ``edges``, ``strength``, ``since``, ``until``.

    ``nodes`` and ``edges`` run from the official on, whichever end a walk starts from.
    """
    forward = name == "ahead"
    one = ends.join(edges, ends.end == edges.a)
    one = one.select(
        "end",
        "strength",
        "since",
        "until",
        at="b",
        nodes=ibis.array([one.end, one.b] if forward else [one.b, one.end]),
        edges=ibis.array([one.edge]),
        kin="kin",
        seat="seat",
    )
    one = market.records.keep(f"{name}_one", one)
    inner = one.anti_join(closed, one["at"] == closed.node)
    onward = edges.select(
        "a", next="b", part="strength", begins="since", ends="until", more="kin", edge="edge", onward="seat"
    )
    two = inner.join(onward, inner["at"] == onward.a)
    two = two.filter(~two.nodes.contains(two.next), _passes(two.seat, two.onward))
    node, edge = ibis.array([two.next]), ibis.array([two.edge])
    two = two.select(
        "end",
        at="next",
        nodes=two.nodes.concat(node) if forward else node.concat(two.nodes),
        edges=two.edges.concat(edge) if forward else edge.concat(two.edges),
        strength=two.strength * two.part,
        since=ibis.greatest(two.since, two.begins),
        until=ibis.least(two.until, two.ends),
        kin=two.kin + two.more,
        seat="onward",
    )
    return one, market.records.keep(f"{name}_two", two.filter(_.since <= _.until))


def _passes(seat: ir.Value, onward: ir.Value) -> ir.BooleanValue:
    """Whether a path may go on: not from a seat of an officer of many (an auditor, a nominee) to another of them."""
    return (seat != onward).fill_null(True)


def _paths(
    ahead: tuple[ir.Table, ir.Table], behind: tuple[ir.Table, ir.Table], closed: ir.Table, suppliers: ir.Table
) -> list[ir.Table]:
    """Paths of 1 to 4 edges: ``official``, ``supplier``, ``nodes``, ``edges``, ``strength``, ``since``, ``until``."""
    short = [
        walks.semi_join(suppliers, walks["at"] == suppliers.end).rename(official="end", supplier="at")
        for walks in ahead
    ]
    middle = ahead[1].anti_join(closed, ahead[1]["at"] == closed.node)
    return [*(table.select(*_COLUMNS) for table in short), *(_met(middle, walks) for walks in behind)]


_COLUMNS = ("official", "supplier", "nodes", "edges", "strength", "kin", "since", "until")


def _met(ahead: ir.Table, behind: ir.Table) -> ir.Table:
    """Walks from both ends that meet in one node and share no other."""
    rest = behind.select(
        "at",
        supplier="end",
        rest=_.nodes,
        onward=_.edges,
        part="strength",
        more="kin",
        begins="since",
        ends="until",
        leaving="seat",
    )
    joined = ahead.rename(official="end").join(rest, "at")
    apart = joined.filter(_.nodes.intersect(_.rest).length() == 1, _passes(_.seat, _.leaving))
    path = apart.mutate(
        since=ibis.greatest(_.since, _.begins),
        until=ibis.least(_.until, _.ends),
        strength=_.strength * _.part,
        kin=_.kin + _.more,
        nodes=_.nodes.concat(_.rest[1:]),
        edges=_.edges.concat(_.onward),
    )
    return path.filter(_.since <= _.until).select(*_COLUMNS)


def _link(row: dict[str, Any]) -> Link:
    steps = tuple(_step(edge) for edge in row["path"])
    amount = row["amount"] or 0.0
    share = round(min(amount / row["spent"], 1.0), 9) if row["spent"] else None
    value = amount / (amount + row["typical"]) if amount else 0.0
    hops = len(steps) - 1 + row["above"]
    score = row["strength"] * PER_HOP**hops * (TIED + VALUE * value + SHARE * (share or 0.0))
    tenders = tuple(dict.fromkeys(row["tenders"]))
    return Link(
        row["official"],
        row["supplier"],
        row["buyer"],
        Post(**row["post"]),
        round(score, 9),  # the engine adds in any order
        steps,
        tenders,
        amount,
        row["currency"],
        share,
        row["first"],
        row["last"],
        _text(row, steps, len(tenders), share),
    )


def _step(edge: dict[str, Any]) -> Step:
    since, until = edge["since"], edge["until"]
    return Step(
        edge["source"],
        edge["target"],
        edge["kind"],
        edge["detail"],
        None if since == _FIRST else since,
        None if until == _LAST else until,
        edge["document"],
    )


def _text(row: dict[str, Any], steps: tuple[Step, ...], tenders: int, share: float | None) -> str:
    """The path in words, without names."""
    at, chain = row["official"], "official"
    for number, step in enumerate(steps):
        forward = step.source == at
        at = step.target if forward else step.source
        last = number == len(steps) - 1
        chain += f" {_WORDS.get(step.kind, _SHARED)[0 if forward else 1].format(detail=_detail(step))} → "
        chain += "supplier" if last else {"p": "person", "c": f"shared {step.kind}"}.get(at[0], "company")
    times = "one tender" if tenders == 1 else f"{tenders} tenders"
    whose = "of the body below the official's" if row["above"] else "of the official's body"
    part = "" if share is None else f", {share:.0%} of what it spent,"
    return f"{chain}. The supplier won {times} {whose}{part} while the office was held and the path stood."


def _detail(step: Step) -> str:
    if step.kind == "owns" and step.detail:
        return f" {float(step.detail):.0%}"
    return f" ({step.detail})" if step.detail else ""


_SHARED = ("is reached at", "used by")
_WORDS = {
    "owns": ("owns{detail}", "is owned{detail} by"),
    "officer": ("is officer{detail} of", "has as officer{detail}"),
    "kin": ("has a relative{detail}", "is a relative{detail} of"),
}
