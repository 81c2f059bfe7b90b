"""Records as nodes and edges, and the graph store filled with them.

The graph is derived: the same records always give the same nodes, edges and ids, and it can be dropped and
built again at any time.
"""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from graph.market import Market
from graph.model import NODES, EdgeKind, NodeKind, edge_columns
from graph.store import GraphStore

LEAST_Z = 2.0
"""Pairs that meet no more than their markets explain are not kept as edges; they still stand in the records."""
_MINOR = 100


def node_tables(market: Market) -> dict[NodeKind, ir.Table]:
    """The nodes of each kind, with the columns of :data:`graph.model.NODES`."""
    parties = market.parties
    firms = parties.filter(parties.kind == "organisation")
    persons = parties.filter(parties.kind != "organisation")
    tenders = market.tenders
    shared = _shared_contacts(market)
    return {
        NodeKind.ORGANISATION: firms.select(*NODES[NodeKind.ORGANISATION]),
        NodeKind.PERSON: persons.select(*NODES[NodeKind.PERSON]),
        NodeKind.TENDER: tenders.select(
            id="node",
            own_id="own_id",
            name="title",
            day="day",
            market="market",
            region="region",
            category="category",
            amount_minor=_minor(tenders.estimate),
            currency="currency",
            document="document",
        ),
        NodeKind.CONTACT: shared.group_by("contact", "kind")
        .agg(name=_.value.min(), holders=_.party.nunique())
        .rename(id="contact"),
    }


def edge_tables(market: Market) -> dict[EdgeKind, ir.Table]:
    """The edges of each kind, with the columns of :func:`graph.model.edge_columns`."""
    told = market.told
    return {
        EdgeKind.BID: market.entries.select(
            source="party",
            target="node",
            mark="bid",
            amount_minor=_minor(market.entries.named),
            currency=ibis.coalesce(market.entries.bid_currency, market.entries.currency),
            won="won",
            valid="valid",
            since="day",
            until="day",
            document="bid_document",
        ),
        EdgeKind.SUPPLIES: market.awards.select(
            source="party",
            target="node",
            mark="award",
            amount_minor=_minor(market.awards.award_amount),
            currency="currency",
            since="day",
            until="day",
            document="document",
        ),
        EdgeKind.BUYS: market.tenders.filter(_.buyer.notnull()).select(
            source="buyer", target="node", mark=ibis.literal(""), since="day", until="day", document="document"
        ),
        EdgeKind.OWNS: _marked(
            told("ownerships").rename(source="owner", target="company"), "interest", "share_min", "share_max"
        ),
        EdgeKind.OFFICER: _marked(told("officers").rename(source="person", target="company"), "role"),
        EdgeKind.OFFICE: _marked(told("offices").rename(source="person", target="body"), "position", "procurement"),
        EdgeKind.KIN: _marked(told("kinships").rename(source="person", target="relative"), "relation"),
        EdgeKind.REACHED_AT: _shared_contacts(market).select(
            source="party",
            target="contact",
            mark=ibis.literal(""),
            kind="kind",
            since=ibis.null("date"),
            until=ibis.null("date"),
            document="document",
        ),
        EdgeKind.CO_BIDS: market.association.filter(_.z >= LEAST_Z).select(
            "meetings", "expected", "z", "jaccard", source="a", target="b", mark=ibis.literal("")
        ),
    }


def graph_tables(market: Market) -> tuple[dict[NodeKind, pa.Table], dict[EdgeKind, pa.Table]]:
    """The nodes and edges of the market's graph as a graph store is built from them, in order."""
    nodes = {kind: _rows(table, NODES[kind], ["id"]) for kind, table in node_tables(market).items()}
    edges = {
        kind: _rows(table, edge_columns(kind), ["source", "target", "mark"])
        for kind, table in edge_tables(market).items()
    }
    return nodes, edges


def build_graph(market: Market, store: GraphStore) -> None:
    """Fill the store with the market's graph, in place of what was there."""
    store.build(*graph_tables(market))


def _rows(table: ir.Table, columns: Mapping[str, pa.DataType], order: list[str]) -> pa.Table:
    rows: pa.Table = table.select(*columns).order_by(*order).to_pyarrow().cast(pa.schema(list(columns.items())))
    return rows


def _minor(amount: ir.FloatingValue) -> ir.IntegerValue:
    return (amount * _MINOR).round().cast("int64")


def _marked(table: ir.Table, *properties: str) -> ir.Table:
    """Equal edges once, with the first of their source records; told apart by what they say and when."""
    said = ibis.literal("/").join(
        [ibis.coalesce(table[name].cast("string"), "") for name in (*properties, "since", "until")]
    )
    marked = table.mutate(mark=said)
    return marked.group_by("source", "target", "mark").agg(
        **{name: marked[name].max() for name in (*properties, "since", "until", "problem")},
        document=marked.document.min(),
    )


def _shared_contacts(market: Market) -> ir.Table:
    """Contacts of more than one party: the others join nobody."""
    contacts = market.records.contacts
    many = contacts.group_by("contact").agg(holders=_.party.nunique()).filter(_.holders > 1)
    return contacts.semi_join(many, "contact").semi_join(market.parties, contacts.party == market.parties.id)
