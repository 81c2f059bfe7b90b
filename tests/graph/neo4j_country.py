"""A small graph of every kind of node and edge, and what the tests of the Neo4j store ask of it."""

from datetime import date
from typing import Any

import pyarrow as pa

from graph.model import EDGES, KINDS, NODES, EdgeKind, NodeKind, edge_columns
from graph.store import GraphStore
from graph.store.content import content_hash

Tables = tuple[dict[NodeKind, pa.Table], dict[EdgeKind, pa.Table]]
HOSTILE = ("", " ", '"', '""', "a,b", "a;b\tc", "line\nbreak", "cr\r\nlf", "\\", "\\n", "'", "{x: 1}", "ТОО «Ә»", "🏗")
"""Texts that a CSV file or a query could trip over."""


def country(firms: int = 40) -> Tables:
    """So many firms, as many tenders, bids of three firms each, and a few edges of every other kind."""
    orgs = [
        {"id": f"o-{n:016x}", "own_id": f"KZ-{n}", "name": HOSTILE[n % len(HOSTILE)], "registered": date(2020, 1, 1)}
        for n in range(firms)
    ]
    persons = [{"id": f"p-{n:016x}", "name": f"Person {n}", "kind": "person"} for n in range(firms)]
    tenders = [
        {"id": f"t-{n:016x}", "name": f"Tender {n}", "day": date(2024, 1, 1 + n % 28), "amount_minor": 10**15 + n}
        for n in range(firms)
    ]
    contacts = [{"id": "c-0", "kind": "phone", "name": "1", "holders": 2}]

    def org(n: int) -> str:
        return str(orgs[n % firms]["id"])

    bids = [
        {"source": org(n + k), "target": tender["id"], "mark": f"{n}-{k}", "amount_minor": 100 + k, "currency": "KZT",
         "won": k == 0, "valid": None if k == 2 else True, "since": tender["day"], "document": f"d{n}"}
        for n, tender in enumerate(tenders)
        for k in range(3)
    ]  # fmt: skip
    edges: dict[EdgeKind, list[dict[str, Any]]] = {
        EdgeKind.BID: bids,
        EdgeKind.SUPPLIES: [{"source": org(n), "target": t["id"], "mark": ""} for n, t in enumerate(tenders)],
        EdgeKind.BUYS: [{"source": org(0), "target": tender["id"], "mark": ""} for tender in tenders],
        EdgeKind.OWNS: [
            {"source": p["id"], "target": org(n), "mark": HOSTILE[n % len(HOSTILE)], "share_min": 0.1 + n / 97}
            for n, p in enumerate(persons)
        ]
        + [{"source": org(1), "target": org(2), "mark": "", "share_max": 1 / 3}],
        EdgeKind.OFFICER: [{"source": persons[0]["id"], "target": org(3), "mark": "", "role": "director"}],
        EdgeKind.OFFICE: [{"source": persons[1]["id"], "target": org(0), "mark": "", "procurement": True}],
        EdgeKind.KIN: [{"source": persons[0]["id"], "target": persons[1]["id"], "mark": "", "relation": "sister"}],
        EdgeKind.REACHED_AT: [{"source": org(n), "target": "c-0", "mark": ""} for n in range(2)],
        EdgeKind.CO_BIDS: [
            {"source": min(org(n), org(n + k)), "target": max(org(n), org(n + k)), "mark": f"{k}", "meetings": 2 + k,
             "expected": 0.5, "z": 2.0 + n / 10, "jaccard": 0.5}
            for n in range(firms)
            for k in (1, 2)
        ],
    }  # fmt: skip
    nodes = {
        NodeKind.ORGANISATION: orgs,
        NodeKind.PERSON: persons,
        NodeKind.TENDER: tenders,
        NodeKind.CONTACT: contacts,
    }
    return (
        {kind: pa.Table.from_pylist(nodes[kind], pa.schema(list(NODES[kind].items()))) for kind in NODES},
        {kind: pa.Table.from_pylist(edges[kind], pa.schema(list(edge_columns(kind).items()))) for kind in EDGES},
    )


def hashes(tables: Tables) -> dict[str, tuple[int, str]]:
    """The number and the hash of the contents of each kind, as the tables have them."""
    nodes, edges = tables
    found: dict[NodeKind | EdgeKind, pa.Table] = {**nodes, **edges}
    return {str(kind): (table.num_rows, content_hash(table)) for kind, table in found.items()}


def held(store: GraphStore) -> dict[str, tuple[int, str]]:
    """The same as the store has them."""
    return {str(kind): (table.num_rows, content_hash(table)) for kind in KINDS for table in [store.table(kind)]}
