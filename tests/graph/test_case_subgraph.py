"""A case's own piece of the graph."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from brief import Brief, market_of, node

from graph.build import build_graph
from graph.cases.subgraph import case_subgraph
from graph.model import EdgeKind
from graph.store import GraphStore, graph_engine
from ingest.store import open_record_store

WORLD: Brief = {
    "tenders": {f"T{n}": {"region": "North", "bids": {"A": {"amount": 1, "won": True}, "B": 2}} for n in range(5)}
    | {f"O{n}": {"region": "North", "bids": {"C": {"amount": 1, "won": True}, "D": 2}} for n in range(20)},
    # A - X - Y - Z - B lies between the two; P and Q lead from A to nowhere.
    "owners": [
        {"owner": owner, "company": company, "share": 1}
        for owner, company in (("X", "A"), ("Y", "X"), ("Y", "Z"), ("Z", "B"), ("P", "A"), ("Q", "P"))
    ],
}
PARTIES = [node("A"), node("B")]
BETWEEN = [node("X"), node("Y"), node("Z")]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    folder = tmp_path_factory.mktemp("subgraph")
    with (
        closing(open_record_store(f"duckdb:///{folder}/records", write=True)) as records,
        closing(graph_engine(f"ladybug:///{folder}/graph").open(1, write=True)) as found,
    ):
        build_graph(market_of(records, WORLD), found)
        yield found


def test_what_ties_two_parties_within_two_hops_of_each_is_shown_and_what_leads_nowhere_is_not(
    store: GraphStore,
) -> None:
    found = case_subgraph(store, PARTIES)
    assert {one.id for one in found.nodes} == {*PARTIES, *BETWEEN}
    assert not found.truncated


def test_what_ties_goes_before_what_a_case_is_about(store: GraphStore) -> None:
    tenders = [node("T1", "t"), node("T2", "t")]
    found = case_subgraph(store, PARTIES, tenders, limit=6)
    assert {one.id for one in found.nodes} == {*PARTIES, *BETWEEN, tenders[0]}
    assert found.truncated


def test_that_two_bid_together_is_drawn_only_where_their_tenders_are_not(store: GraphStore) -> None:
    alone, about = case_subgraph(store, PARTIES), case_subgraph(store, PARTIES, [node("T1", "t")])
    assert EdgeKind.CO_BIDS in {edge.kind for edge in alone.edges}
    assert EdgeKind.CO_BIDS not in {edge.kind for edge in about.edges}
    assert EdgeKind.BID in {edge.kind for edge in about.edges}
