"""Paths from an official to the firms that won tenders of the official's body while the office was held.

At most four edges: owner, officer, kin, shared details. Every edge holds on the day of the tender; nothing
passes through a hub, a buyer or a body. Paths are searched from both ends, two edges from each, so that the cost
grows with the neighbourhoods and not with their fourth power.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.links.edges import hubs, link_edges
from graph.market import Market

MOST_HOPS = 4
PER_HOP = 0.85
"""What each further hop leaves of a link's score."""
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
class Link:
    """An official of ``buyer`` and a ``supplier`` that won its ``tenders`` (node ids, by day) while the path held."""

    official: str
    supplier: str
    buyer: str
    position: str | None
    score: float
    path: tuple[Step, ...]
    tenders: tuple[str, ...]
    amount: float
    currency: str | None
    since: date | None
    until: date | None
    text: str

    @property
    def hops(self) -> int:
        """The number of edges between the two."""
        return len(self.path)


def find_links(market: Market) -> list[Link]:
    """The strongest path for each official, supplier and buyer; strongest first, then by ids."""
    edges = link_edges(market)
    closed = hubs(market, edges)
    won = _won_in_office(market)
    officials = won.select(end="official").distinct()
    suppliers = won.select(end="supplier").distinct()
    ahead = _walks(market, "ahead", officials, edges, closed)
    behind = _walks(market, "behind", suppliers, edges, closed)
    found = ibis.union(*_paths(ahead, behind, closed, suppliers))
    held = won.join(found, ["official", "supplier"]).filter(_.day.isnull() | _.day.between(_.since, _.until))
    # Parallel edges give several paths over the same nodes: a win counts once, and the strongest path is shown.
    strongest = [_.strength.desc(), _.edges]
    wins = held.group_by("official", "supplier", "buyer", "nodes", "node", "day").agg(
        position=_.position.max(),
        edges=_.edges.first(order_by=strongest),
        strength=_.strength.max(),
        amount=_.amount.max(),
        currency=_.currency.max(),
    )
    tenders = wins.group_by("official", "supplier", "buyer", "nodes").agg(
        position=_.position.max(),
        path=_.edges.first(order_by=strongest),
        strength=_.strength.max(),
        tenders=_.node.collect(order_by=[_.day, _.node]),
        amount=_.amount.sum(),
        currency=_.currency.max(),
        first=_.day.min(),
        last=_.day.max(),
    )
    best = ibis.row_number().over(
        group_by=["official", "supplier", "buyer"], order_by=[_.nodes.length(), _.strength.desc(), _.nodes]
    )
    rows = tenders.mutate(place=best).filter(_.place == 0).to_pyarrow().to_pylist()
    return sorted((_link(row) for row in rows), key=lambda one: (-one.score, one.official, one.supplier, one.buyer))


def _won_in_office(market: Market) -> ir.Table:
    """``official``, ``buyer``, ``supplier``, ``node``, ``day``, ``amount``: what a body gave while in office."""
    posts = market.records.offices.mutate(
        begins=ibis.coalesce(_.since, ibis.literal(_FIRST)), ends=ibis.coalesce(_.until, ibis.literal(_LAST))
    ).select("body", "position", "begins", "ends", official="person")
    awards = market.awards.filter(~_.called_off & _.buyer.notnull())
    joined = awards.join(posts, awards.buyer == posts.body)
    held = joined.filter(_.day.isnull() | _.day.between(_.begins, _.ends))
    # Two posts at one body make no award twice as large.
    awarded = held.group_by("official", "buyer", "party", "node", "day", "award").agg(
        position=_.position.max(), amount=_.award_amount.max(), currency=_.currency.max()
    )
    won = awarded.group_by("official", "buyer", "party", "node", "day").agg(
        position=_.position.max(), amount=_.amount.sum(), currency=_.currency.max()
    )
    return market.records.keep("won_in_office", won.rename(supplier="party"))


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
    )
    one = market.records.keep(f"{name}_one", one)
    inner = one.anti_join(closed, one["at"] == closed.node)
    onward = edges.select("a", next="b", part="strength", begins="since", ends="until", edge="edge")
    two = inner.join(onward, inner["at"] == onward.a)
    two = two.filter(~two.nodes.contains(two.next))
    node, edge = ibis.array([two.next]), ibis.array([two.edge])
    two = two.select(
        "end",
        at="next",
        nodes=two.nodes.concat(node) if forward else node.concat(two.nodes),
        edges=two.edges.concat(edge) if forward else edge.concat(two.edges),
        strength=two.strength * two.part,
        since=ibis.greatest(two.since, two.begins),
        until=ibis.least(two.until, two.ends),
    )
    return one, market.records.keep(f"{name}_two", two.filter(_.since <= _.until))


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


_COLUMNS = ("official", "supplier", "nodes", "edges", "strength", "since", "until")


def _met(ahead: ir.Table, behind: ir.Table) -> ir.Table:
    """Walks from both ends that meet in one node and share no other."""
    rest = behind.select(
        "at",
        supplier="end",
        rest=_.nodes,
        onward=_.edges,
        part="strength",
        begins="since",
        ends="until",
    )
    joined = ahead.rename(official="end").join(rest, "at")
    apart = joined.filter(_.nodes.intersect(_.rest).length() == 1)
    path = apart.mutate(
        since=ibis.greatest(_.since, _.begins),
        until=ibis.least(_.until, _.ends),
        strength=_.strength * _.part,
        nodes=_.nodes.concat(_.rest[1:]),
        edges=_.edges.concat(_.onward),
    )
    return path.filter(_.since <= _.until).select(*_COLUMNS)


def _link(row: dict[str, Any]) -> Link:
    steps = tuple(_step(edge) for edge in row["path"])
    score = row["strength"] * PER_HOP ** (len(steps) - 1)
    tenders = tuple(dict.fromkeys(row["tenders"]))
    return Link(
        row["official"],
        row["supplier"],
        row["buyer"],
        row["position"],
        score,
        steps,
        tenders,
        row["amount"] or 0.0,
        row["currency"],
        row["first"],
        row["last"],
        _text(row["official"], steps, len(tenders)),
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


def _text(official: str, steps: tuple[Step, ...], tenders: int) -> str:
    """The path in words, without names."""
    at, chain = official, "official"
    for number, step in enumerate(steps):
        forward = step.source == at
        at = step.target if forward else step.source
        last = number == len(steps) - 1
        chain += f" {_WORDS.get(step.kind, _SHARED)[0 if forward else 1].format(detail=_detail(step))} → "
        chain += "supplier" if last else {"p": "person", "c": f"shared {step.kind}"}.get(at[0], "company")
    times = "one tender" if tenders == 1 else f"{tenders} tenders"
    return f"{chain}. The supplier won {times} of the official's body while the office was held and the path stood."


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
