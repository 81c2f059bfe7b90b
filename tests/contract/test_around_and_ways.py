"""What is around a node, what belongs to a picture, and the ways between parties: the same from every graph store."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

import pytest

from graph.links.edges import MOST_NEIGHBOURS
from graph.model import EdgeKind, NodeKind
from graph.reach import Along, around, joined, ways
from graph.store import GraphStore, graph_engine
from tests.contract.test_graph_store import ENGINES, fill
from tests.servers.neo4j_server import Neo4jServer

HUB = [f"o-h{n:02}" for n in range(MOST_NEIGHBOURS)]
NODES: dict[NodeKind, list[dict[str, Any]]] = {
    NodeKind.ORGANISATION: [{"id": own} for own in ("o-a", "o-b", "o-c", "o-d", "o-e", "o-f", "o-g", "o-hub", *HUB)],
    NodeKind.PERSON: [{"id": own} for own in ("p-x", "p-y", "p-z")],
}
EDGES: dict[EdgeKind, list[dict[str, Any]]] = {
    EdgeKind.OWNS: [
        {"source": "p-x", "target": "o-a", "since": date(2020, 1, 1), "until": date(2020, 12, 31)},
        {"source": "p-x", "target": "o-b", "since": date(2020, 6, 1)},
        {"source": "o-a", "target": "o-c"},
        {"source": "o-c", "target": "o-d"},
        {"source": "o-d", "target": "o-b"},
        {"source": "o-e", "target": "o-hub"},
        {"source": "o-hub", "target": "o-f"},
        *({"source": "o-hub", "target": own} for own in HUB),
    ],
    EdgeKind.KIN: [{"source": "p-x", "target": "p-y", "until": date(2019, 5, 5)}],
    EdgeKind.OFFICER: [{"source": "p-y", "target": "o-g"}],
    EdgeKind.CO_BIDS: [{"source": "o-a", "target": "o-b", "meetings": 9}],
}


@pytest.fixture(scope="module", params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    """A filled store."""
    url = f"ladybug:///{tmp_path_factory.mktemp('reach')}"
    if request.param == "neo4j":
        server: Neo4jServer = request.getfixturevalue("neo4j_server")
        server.run("MATCH (n) DETACH DELETE n")
        url = server.url
    with closing(graph_engine(url, home="reach")) as engine:
        with closing(engine.open(1, write=True)) as built:
            edges = {kind: [{"mark": "", **row} for row in rows] for kind, rows in EDGES.items()}
            fill(built, NODES, edges)
        with closing(engine.open(1)) as opened:
            yield opened


def found(store: GraphStore, source: str, target: str, **along: Any) -> list[tuple[str, ...]]:
    return list(ways(store, source, target, along=Along(**along)).ways)


def test_ways_come_by_hops_and_then_by_their_nodes(store: GraphStore) -> None:
    assert found(store, "o-a", "o-b") == [("o-a", "p-x", "o-b"), ("o-a", "o-c", "o-d", "o-b")]
    assert found(store, "o-b", "o-a") == [("o-b", "p-x", "o-a"), ("o-b", "o-d", "o-c", "o-a")]
    assert ways(store, "o-a", "o-b", k=1).ways == (("o-a", "p-x", "o-b"),)
    assert ways(store, "o-a", "o-b", most_hops=2).ways == (("o-a", "p-x", "o-b"),)
    assert found(store, "o-a", "o-a") == found(store, "o-a", "o-none") == found(store, "p-z", "o-a") == []


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [
        (None, None, True),
        (date(2020, 12, 31), None, True),
        (date(2021, 1, 1), None, False),
        (None, date(2020, 6, 1), True),
        (None, date(2020, 5, 31), False),
        (date(2020, 6, 1), date(2020, 6, 1), True),
        (date(1900, 1, 1), date(2100, 1, 1), True),
    ],
)
def test_a_tie_counts_where_its_days_and_those_asked_for_meet_and_always_without_days(
    store: GraphStore, since: date | None, until: date | None, counts: bool
) -> None:
    long = ("o-a", "o-c", "o-d", "o-b")
    wanted = [("o-a", "p-x", "o-b"), long] if counts else [long]
    assert found(store, "o-a", "o-b", since=since, until=until) == wanted


def test_a_way_takes_ties_of_the_kinds_asked_for_alone(store: GraphStore) -> None:
    assert found(store, "o-b", "o-g") == [("o-b", "p-x", "p-y", "o-g")]
    assert found(store, "o-b", "o-g", kinds=[EdgeKind.OWNS, EdgeKind.KIN]) == []
    assert found(store, "o-b", "o-g", since=date(2019, 5, 6)) == []
    way = ways(store, "o-b", "o-g", along=Along([EdgeKind.OWNS, EdgeKind.KIN, EdgeKind.OFFICER]))
    assert [(edge.kind, edge.source, edge.target) for edge in way.found.edges] == [
        (EdgeKind.KIN, "p-x", "p-y"), (EdgeKind.OFFICER, "p-y", "o-g"), (EdgeKind.OWNS, "p-x", "o-b"),
    ]  # fmt: skip


@pytest.mark.parametrize("most_hops", [2, 3, 4])
def test_no_way_runs_through_a_hub_wherever_on_it_the_hub_is(store: GraphStore, most_hops: int) -> None:
    assert ways(store, "o-e", "o-f", most_hops=most_hops).ways == ()
    assert found(store, "o-e", "o-hub") == [("o-e", "o-hub")]


def test_a_hub_stays_one_where_few_of_its_ties_are_asked_for(store: GraphStore) -> None:
    assert found(store, "o-e", "o-f", kinds=[EdgeKind.OWNS], since=date(2024, 1, 1)) == []


def test_what_is_around_a_node_comes_ties_first_and_the_rest_is_counted(store: GraphStore) -> None:
    some = around(store, "o-hub", limit=3)
    assert [node.id for node in some.nodes] == ["o-e", "o-f", "o-h00"]
    assert (some.more, some.truncated) == (len(HUB) - 1, False)
    assert around(store, "o-hub", limit=100, shown=HUB).nodes == tuple(store.nodes(["o-e", "o-f"]))
    first = around(store, "o-a", limit=1)
    assert ([node.id for node in first.nodes], first.more) == (["o-c"], 2)
    late = around(store, "o-a", since=date(2021, 1, 1), kinds=[EdgeKind.OWNS])
    assert ([node.id for node in late.nodes], late.more) == (["o-c"], 0)


def test_a_node_belongs_to_a_picture_where_a_chain_of_what_was_shown_joins_it(store: GraphStore) -> None:
    assert joined(store, {"o-a"}, {"o-c"}) == {"o-a", "o-c"}
    assert joined(store, {"o-a"}, {"p-y"}) == {"o-a"}
    assert joined(store, {"o-a"}, {"p-y", "p-x"}) == {"o-a", "p-x", "p-y"}
    assert joined(store, {"o-a"}, {"p-y", "o-g", "o-none", "no id"}) == {"o-a"}
    assert joined(store, {"o-a"}, {"o-g", "p-y", "p-x", "o-e"}) == {"o-a", "p-x", "p-y", "o-g"}
