"""Ids are deterministic, and the graph built from the records is always the same."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from brief import Brief, MakeMarket, node, put

from graph.build import build_graph, edge_tables, graph_tables, node_tables
from graph.market import Market
from graph.model import EDGES, NODES, EdgeKind, Node, NodeKind, edge_columns, kind_of
from graph.store import GraphStore, graph_engine
from ingest.store import RecordStore, open_record_store

MARKET: dict[str, Any] = {
    "persons": ["ann", "bob"],
    "tenders": {
        f"T{number}": {
            "buyer": "Ministry",
            "day": date(2024, 3, number),
            "region": "North",
            "estimate": "1000.55",
            "bids": {"A": {"amount": "100.10", "won": True}, "B": 110},
        }
        for number in range(1, 6)
    }
    | {f"O{number}": {"region": "North", "bids": {"C": 1, "D": {"amount": 2, "won": True}}} for number in range(20)}
    | {"joint": {"region": "South", "bids": {"both": {"by": ["A", "C"], "amount": 5, "won": True}, "D": 6}}},
    "owners": [
        {"owner": "ann", "company": "A", "share": 0.5},
        {"owner": "A", "company": "B", "share": 0.3, "since": date(2020, 1, 1)},
        {"owner": "A", "company": "B", "share": 0.6, "since": date(2022, 1, 1)},
    ],
    "officers": [{"person": "bob", "company": "B", "role": "director"}],
    "offices": [{"person": "bob", "body": "Ministry"}],
    "kin": [{"person": "ann", "relative": "bob", "relation": "brother"}],
    "contacts": [
        {"party": "A", "phone": "7172000001"},
        {"party": "bob", "phone": "7172000001"},
        {"party": "B", "phone": "5"},
    ],
}


def expected_counts(market: Market) -> dict[str, int]:
    """How many nodes and edges of each kind the records give."""
    nodes, edges = graph_tables(market)
    return {str(kind): table.num_rows for kind, table in [*nodes.items(), *edges.items()]}


@contextmanager
def built(market: Market, path: Path) -> Iterator[GraphStore]:
    with closing(graph_engine(f"ladybug:///{path}").open(1, write=True)) as store:
        build_graph(market, store)
        yield store


def whole(store: GraphStore, market: Market) -> tuple[Any, Any]:
    """Every node and edge with its properties."""
    ids = [row for table in node_tables(market).values() for row in table.id.to_list()]
    found = store.between(ids)
    return (
        [(one.id, one.kind, dict(one.properties)) for one in found.nodes],
        [(one.id, dict(one.properties)) for one in found.edges],
    )


def reversed_brief(brief: Brief) -> Brief:
    """The same facts, told in the opposite order."""
    return {
        name: dict(reversed(facts.items())) if isinstance(facts, dict) else list(reversed(facts))
        for name, facts in brief.items()
    }


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    url = f"duckdb:///{tmp_path_factory.mktemp('build')}/records.duckdb"
    with closing(open_record_store(url, write=True)) as store:
        put(store, MARKET)
        yield Market(store)


@pytest.mark.parametrize(
    ("letter", "kind"),
    [("o", NodeKind.ORGANISATION), ("p", NodeKind.PERSON), ("t", NodeKind.TENDER), ("c", NodeKind.CONTACT)],
)
def test_the_first_letter_of_an_id_says_its_kind(letter: str, kind: NodeKind) -> None:
    assert kind_of(f"{letter}-0123456789abcdef") is kind


@pytest.mark.parametrize("own", ["x-0123456789abcdef", "KZ-BIN-070340007367", "", "-", "organisation"])
def test_what_is_no_id_has_no_kind(own: str) -> None:
    with pytest.raises(KeyError):
        kind_of(own)


def test_ids_are_made_of_the_keys_alone(market: Market) -> None:
    ids = {kind: set(table.id.to_list()) for kind, table in node_tables(market).items()}
    assert ids[NodeKind.ORGANISATION] == {node(key) for key in ("A", "B", "C", "D", "Ministry")}
    assert ids[NodeKind.PERSON] == {node("ann", "p"), node("bob", "p")}
    assert node("T1", "t") in ids[NodeKind.TENDER]
    assert ids[NodeKind.CONTACT] == {node("phone:7172000001", "c")}


def test_every_node_and_edge_has_an_id_of_its_own(market: Market, tmp_path: Path) -> None:
    with built(market, tmp_path / "graph") as store:
        nodes, edges = whole(store, market)
    assert len({one[0] for one in nodes}) == len(nodes) == sum(expected_counts(market)[kind] for kind in NODES)
    assert len({one[0] for one in edges}) == len(edges) == sum(expected_counts(market)[kind] for kind in EDGES)


def test_the_graph_has_as_many_of_each_kind_as_the_records_give(market: Market, tmp_path: Path) -> None:
    with built(market, tmp_path / "graph") as store:
        assert store.counts() == expected_counts(market)
        assert store.counts() == {
            "Organisation": 5, "Person": 2, "Tender": 26, "Contact": 1,
            "BID": 10 + 40 + 3, "SUPPLIES": 5 + 20 + 2, "BUYS": 5, "OWNS": 3, "OFFICER": 1, "OFFICE": 1, "KIN": 1,
            "REACHED_AT": 2, "CO_BIDS": 2,
        }  # fmt: skip


def test_rebuilding_gives_the_same_graph(market: Market, tmp_path: Path) -> None:
    with built(market, tmp_path / "graph") as store:
        first = whole(store, market)
        build_graph(market, store)
        assert whole(store, market) == first


def test_the_order_of_loading_changes_nothing(market: Market, records: RecordStore, tmp_path: Path) -> None:
    put(records, reversed_brief(MARKET))
    other = Market(records)
    with built(market, tmp_path / "one") as one, built(other, tmp_path / "other") as two:
        assert whole(one, market) == whole(two, other)


def test_sums_are_whole_minor_units(market: Market, tmp_path: Path) -> None:
    with built(market, tmp_path / "graph") as store:
        (tender,) = store.nodes([node("T1", "t")])
        found = store.between([node("A"), node("T1", "t")])
    assert tender.properties["amount_minor"] == 100055
    (bid,) = [edge for edge in found.edges if edge.kind is EdgeKind.BID]
    assert (bid.properties["amount_minor"], bid.properties["won"], bid.properties["currency"]) == (10010, True, "KZT")


def test_a_bid_s_own_currency_goes_before_the_tender_s(make_market: MakeMarket) -> None:
    bids = {"A": {"amount": 1, "currency": "USD"}, "B": {"amount": 2, "won": True}}
    table = edge_tables(make_market({"tenders": {"T": {"bids": bids}}}))[EdgeKind.BID]
    assert {row["source"]: row["currency"] for row in table.to_pyarrow().to_pylist()} == {
        node("A"): "USD",
        node("B"): "KZT",
    }


def test_interests_of_different_times_are_different_edges(market: Market, tmp_path: Path) -> None:
    with built(market, tmp_path / "graph") as store:
        owns = [edge for edge in store.between([node("A"), node("B")]).edges if edge.kind is EdgeKind.OWNS]
    assert [(edge.properties["share_min"], edge.properties["since"]) for edge in owns] == [
        (0.3, date(2020, 1, 1)),
        (0.6, date(2022, 1, 1)),
    ]


def test_tables_have_the_columns_of_the_model(market: Market) -> None:
    for kind, table in node_tables(market).items():
        assert set(NODES[kind]) <= set(table.columns)
    for edge, table in edge_tables(market).items():
        assert set(edge_columns(edge)) <= set(table.columns)


def test_one_company_under_two_numbers_is_one_node(make_market: MakeMarket) -> None:
    brief = {
        "tenders": {"T1": {"bids": {"GB-COH-02987170": 1, "B": 2}}},
        "owners": [{"owner": "C", "company": "bods:x1", "share": 0.5}],
        "firms": [{"key": "GB-COH-02987170", "aliases": ["bods:x1"]}],
    }
    market = make_market(brief)
    (owned,) = market.records.ownerships.to_pyarrow().to_pylist()
    assert owned["company"] == node("GB-COH-02987170")
    assert node("bods:x1") not in market.parties.id.to_list()


def test_what_is_known_of_one_end_only_does_not_stop_the_build(records: RecordStore, tmp_path: Path) -> None:
    """A statement may be about a company that no source record describes."""
    put(
        records, {"tenders": {"T1": {"bids": {"A": 1, "B": 2}}}, "owners": [{"owner": "C", "company": "A", "share": 1}]}
    )
    records.delete("organisations", "key", ["C"])
    market = Market(records)
    with built(market, tmp_path / "graph") as store:
        assert store.counts() == expected_counts(market)
        assert store.counts()["OWNS"] == 1


def test_a_node_is_called_by_its_name_or_own_id_or_id() -> None:
    assert Node("o-1", NodeKind.ORGANISATION, {"name": "Name", "own_id": "7"}).name == "Name"
    assert Node("o-1", NodeKind.ORGANISATION, {"name": None, "own_id": "7"}).name == "7"
    assert Node("o-1", NodeKind.ORGANISATION).name == "o-1"
