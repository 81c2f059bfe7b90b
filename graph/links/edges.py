"""The edges along which influence or benefit can pass between an official and a firm."""

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.links.control import FIRST, LAST, interests
from graph.market import Market
from graph.projections.ties import HUB

MOST_NEIGHBOURS = 25
"""A party with more neighbours than these is a hub (an auditor, a nominee, a state holding) and links nobody."""
STRENGTH = {"officer": 0.9, "kin": 0.9, "email": 0.6, "phone": 0.5, "address": 0.3}
"""How much of an official's interest passes along an edge; along an ownership it is (1 + share) / 2."""


def link_edges(market: Market) -> ir.Table:
    """``a``, ``b``, ``strength``, ``since``, ``until``, ``kin``, ``seat``, ``edge``: every edge twice, once each way.

    ``seat`` is the officer where the edge is one of more than :data:`~graph.projections.ties.HUB` seats, else null: no
    path goes from one such seat to another of the same person.
    ``kin`` is 1 for a kinship, else 0: what an edge adds to the degree of kin on a path.
    ``edge`` is a struct with ``source`` and ``target`` in the edge's own direction, ``kind``, ``detail`` (share, role
    or relation), ``since``, ``until`` and ``document``. Open intervals run from year 1 to 9999.
    """
    records = market.records
    owned = interests(records.ownerships)
    owns = _edge(owned, ("owner", "company"), "owns", owned.share.round(4).cast("string"), (1 + owned.share) / 2)
    officers = _spans(records.officers)
    busy = (
        officers.group_by("person").agg(companies=_.company.nunique()).filter(_.companies > HUB).select(seat="person")
    )
    officer = _edge(officers, ("person", "company"), "officer", officers.role, ibis.literal(STRENGTH["officer"]))
    kinships = _spans(records.kinships)
    kin = _edge(kinships, ("person", "relative"), "kin", kinships.relation, ibis.literal(STRENGTH["kin"]))
    one_way = ibis.union(owns, officer, kin, _contacts(market))
    back = one_way.mutate(a=one_way.b, b=one_way.a)
    both = ibis.union(one_way, back).distinct()
    seats = [both.edge["kind"] == "officer", both.edge["source"] == busy.seat]
    return market.records.keep("link_edges", both.left_join(busy, seats))


def hubs(market: Market, edges: ir.Table) -> ir.Table:
    """``node``: those that no path may pass through: hubs, and every buyer and body with offices."""
    busy = edges.group_by("a").agg(neighbours=_.b.nunique()).filter(_.neighbours > MOST_NEIGHBOURS).select(node="a")
    buyers = market.tenders.filter(_.buyer.notnull()).select(node="buyer")
    bodies = market.records.offices.select(node="body")
    return market.records.keep("hubs", ibis.union(busy, buyers, bodies).distinct())


def _contacts(market: Market) -> ir.Table:
    contacts = market.records.contacts
    few = contacts.group_by("contact").agg(holders=_.party.nunique()).filter(_.holders.between(2, HUB))
    held = _spans(contacts.semi_join(few, "contact").mutate(since=ibis.null("date"), until=ibis.null("date")))
    strength = held.kind.cases(*((kind, STRENGTH[kind]) for kind in ("email", "phone", "address")), else_=0.0)
    # Two edges meet in a contact: each passes the root of what the contact passes.
    return _edge(held, ("party", "contact"), held.kind, ibis.null("string"), strength.sqrt())


def _spans(table: ir.Table) -> ir.Table:
    return table.mutate(since=ibis.coalesce(table.since, FIRST), until=ibis.coalesce(table.until, LAST))


def _edge(
    table: ir.Table, ends: tuple[str, str], kind: str | ir.StringValue, detail: ir.StringValue, strength: ir.Value
) -> ir.Table:
    source, target = ends
    edge = ibis.struct(
        {
            "source": table[source],
            "target": table[target],
            "kind": ibis.literal(kind) if isinstance(kind, str) else kind,
            "detail": detail,
            "since": table.since,
            "until": table.until,
            "document": table.document,
        }
    )
    degree = ibis.literal(int(kind == "kin") if isinstance(kind, str) else 0, "int64")
    return table.select("since", "until", a=source, b=target, strength=strength.cast("float64"), kin=degree, edge=edge)
