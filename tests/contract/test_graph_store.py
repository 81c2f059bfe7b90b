"""What every graph store promises. A new engine is one more line in ``ENGINES``."""

import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import closing
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest

from graph.errors import GraphStoreBusy, GraphStoreError
from graph.model import EDGES, KINDS, NODES, Edge, EdgeKind, NodeKind, Subgraph, edge_columns
from graph.model import Path as GraphPath
from graph.store import Change, GraphEngine, GraphStore, Projection, graph_engine
from tests.servers.neo4j_server import Neo4jServer

ENGINES = ("ladybug", "neo4j")
Rows = dict[NodeKind, list[dict[str, Any]]], dict[EdgeKind, list[dict[str, Any]]]

NODE_ROWS: dict[NodeKind, list[dict[str, Any]]] = {
    NodeKind.ORGANISATION: [{"id": f"o-{n}", "own_id": f"KZ-{n}", "name": f"Firm {n}"} for n in "abcdefgh"],
    NodeKind.PERSON: [{"id": f"p-{n}", "name": f"Person {n}", "kind": "person"} for n in "xyz"],
    NodeKind.TENDER: [{"id": "t-1", "day": date(2024, 3, 1), "amount_minor": 10**15, "currency": "KZT"}],
    NodeKind.CONTACT: [{"id": "c-1", "kind": "phone", "name": "7172 00-00-01", "holders": 2}],
}
EDGE_ROWS: dict[EdgeKind, list[dict[str, Any]]] = {
    EdgeKind.BID: [
        {
            "source": "o-a",
            "target": "t-1",
            "mark": "1",
            "amount_minor": 500,
            "won": True,
            "valid": True,
            "document": "d1",
        },
        {"source": "o-b", "target": "t-1", "mark": "2", "amount_minor": 600, "won": False, "valid": True},
    ],
    EdgeKind.OWNS: [
        {"source": "p-x", "target": "o-a", "mark": "1", "share_min": 0.5, "since": date(2020, 1, 1)},
        {"source": "p-x", "target": "o-a", "mark": "2", "share_min": 0.25},
        {"source": "o-a", "target": "o-c", "mark": ""},
        {"source": "o-c", "target": "o-d", "mark": ""},
        {"source": "o-d", "target": "o-b", "mark": ""},
    ],
    EdgeKind.KIN: [{"source": "p-x", "target": "p-y", "mark": "", "relation": "sister"}],
    EdgeKind.REACHED_AT: [
        {"source": "p-y", "target": "c-1", "mark": ""},
        {"source": "o-b", "target": "c-1", "mark": ""},
    ],
    EdgeKind.CO_BIDS: [
        {"source": "o-a", "target": "o-b", "mark": "", "meetings": 9, "expected": 2.0, "z": 6.0, "jaccard": 0.9},
        {"source": "o-b", "target": "o-c", "mark": "", "meetings": 8, "expected": 2.0, "z": 5.0, "jaccard": 0.5},
        {"source": "o-e", "target": "o-f", "mark": "", "meetings": 7, "expected": 2.0, "z": 4.0, "jaccard": 0.2},
        {"source": "o-f", "target": "o-g", "mark": "", "meetings": 3, "expected": 2.0, "z": 2.0, "jaccard": 0.1},
    ],
}


def table(rows: list[dict[str, Any]], columns: Any) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=pa.schema(list(columns.items())))


def tables(nodes: Any, edges: Any) -> tuple[dict[NodeKind, pa.Table], dict[EdgeKind, pa.Table]]:
    return (
        {kind: table(rows, NODES[kind]) for kind, rows in nodes.items()},
        {kind: table(rows, edge_columns(kind)) for kind, rows in edges.items()},
    )


def fill(store: GraphStore, nodes: Any = NODE_ROWS, edges: Any = EDGE_ROWS) -> dict[str, Change]:
    return store.build(*tables(nodes, edges))


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an engine has room for graphs, and holds none."""
    if request.param == "ladybug":
        return f"ladybug:///{tmp_path}/graph/one"
    server: Neo4jServer = request.getfixturevalue("neo4j_server")
    server.run("MATCH (n) DETACH DELETE n")
    return server.url


@pytest.fixture
def graphs(url: str) -> Iterator[GraphEngine]:
    """An engine without graphs."""
    with closing(graph_engine(url, home="contract")) as engine:
        yield engine


@pytest.fixture(scope="module")
def ladybug(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    """A filled file."""
    with closing(graph_engine(f"ladybug:///{tmp_path_factory.mktemp('contract')}")) as engine:
        with closing(engine.open(1, write=True)) as built:
            fill(built)
        with closing(engine.open(1)) as opened:
            yield opened


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest) -> Iterator[GraphStore]:
    """A filled store that tests only read."""
    if request.param == "ladybug":
        yield request.getfixturevalue("ladybug")
        return
    server: Neo4jServer = request.getfixturevalue("neo4j_server")
    with closing(graph_engine(server.url, home="contract")) as engine:
        with closing(engine.open(1, write=True)) as built:
            fill(built)
        with closing(engine.open(1)) as opened:
            yield opened


def ids(found: Subgraph) -> list[str]:
    return [node.id for node in found.nodes]


def shown(path: GraphPath) -> tuple[tuple[str, ...], list[str]]:
    return path.nodes, [edge.id for edge in path.edges]


def undirected(kinds: Collection[EdgeKind]) -> "nx.Graph[str]":
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from((row["source"], row["target"]) for kind in kinds for row in EDGE_ROWS.get(kind, []))
    return graph


def test_counts_every_kind(store: GraphStore) -> None:
    expected = {str(kind): len(NODE_ROWS.get(kind, [])) for kind in NODES}
    assert store.counts() == expected | {str(kind): len(EDGE_ROWS.get(kind, [])) for kind in EDGES}


def test_nodes_come_in_order_with_their_properties_and_unknown_ids_are_left_out(store: GraphStore) -> None:
    found = store.nodes(["t-1", "o-b", "o-nobody", "o-a", "nonsense", "", "x-1", "o-a"])
    assert [(node.id, node.kind) for node in found] == [
        ("o-a", NodeKind.ORGANISATION),
        ("o-b", NodeKind.ORGANISATION),
        ("t-1", NodeKind.TENDER),
    ]
    assert found[0].properties["name"] == "Firm a"
    assert found[2].properties["day"] == date(2024, 3, 1)
    assert found[2].properties["amount_minor"] == 10**15
    assert found[2].properties["own_id"] is None


def test_ids_are_values_and_never_a_query(store: GraphStore) -> None:
    assert store.nodes(["o-a'}) RETURN 1 //", "o-a\x00"]) == []


def test_between_gives_the_nodes_and_every_edge_between_any_two(store: GraphStore) -> None:
    found = store.between(["o-b", "t-1", "o-a", "o-nobody"])
    assert ids(found) == ["o-a", "o-b", "t-1"]
    assert [edge.id for edge in found.edges] == ["BID:o-a:t-1:1", "BID:o-b:t-1:2", "CO_BIDS:o-a:o-b"]
    assert found.edges[0].properties["won"] is True
    assert found.edges[0].properties["document"] == "d1"
    assert not found.truncated


def test_parallel_edges_are_kept_apart_by_their_marks(store: GraphStore) -> None:
    found = store.between(["p-x", "o-a"]).edges
    assert [(edge.mark, edge.properties["share_min"], edge.properties["since"]) for edge in found] == [
        ("1", 0.5, date(2020, 1, 1)),
        ("2", 0.25, None),
    ]


def test_between_nothing_is_empty(store: GraphStore) -> None:
    assert store.between([]) == Subgraph((), ())


@pytest.mark.parametrize("hops", [0, 1, 2, 3])
@pytest.mark.parametrize("kinds", [None, (EdgeKind.OWNS, EdgeKind.KIN), (EdgeKind.CO_BIDS,)])
def test_neighbourhood_is_what_lies_within_so_many_hops(
    store: GraphStore, hops: int, kinds: Collection[EdgeKind] | None
) -> None:
    graph = undirected(kinds or list(EDGES))
    reach = nx.single_source_shortest_path_length(graph, "o-a", cutoff=hops)
    found = store.neighbourhood(["o-a"], hops=hops, kinds=kinds)
    assert ids(found) == sorted(reach)
    assert not found.truncated
    inside = [edge for edge in store.between(list(reach)).edges if kinds is None or edge.kind in kinds]
    assert list(found.edges) == inside


def test_neighbourhood_of_several_is_the_union(store: GraphStore) -> None:
    assert ids(store.neighbourhood(["p-y", "o-e"])) == ["c-1", "o-e", "o-f", "p-x", "p-y"]


def test_neighbourhood_over_no_kinds_is_the_nodes_alone(store: GraphStore) -> None:
    assert store.neighbourhood(["o-a"], hops=2, kinds=()) == Subgraph(tuple(store.nodes(["o-a"])), ())


def test_neighbourhood_keeps_the_nearest_first_and_says_what_it_left_out(store: GraphStore) -> None:
    everything = ids(store.neighbourhood(["o-a"], hops=2))
    near = ids(store.neighbourhood(["o-a"], hops=1))
    for limit in range(1, len(everything) + 2):
        found = store.neighbourhood(["o-a"], hops=2, limit=limit)
        assert len(found.nodes) == min(limit, len(everything))
        assert found.truncated == (limit < len(everything))
        first = ["o-a", *[own for own in near if own != "o-a"]][:limit]
        assert set(first) <= set(ids(found))
        assert {end for edge in found.edges for end in (edge.source, edge.target)} <= set(ids(found))


def test_neighbourhood_of_more_than_the_limit_is_truncated(store: GraphStore) -> None:
    found = store.neighbourhood(["o-c", "o-b", "o-a"], hops=0, limit=2)
    assert (ids(found), found.truncated) == (["o-a", "o-b"], True)


def test_neighbourhood_of_unknown_ids_is_empty(store: GraphStore) -> None:
    assert store.neighbourhood(["o-nobody", "nonsense"], hops=2) == Subgraph((), ())


def test_paths_are_simple_shortest_first_and_keep_the_direction_of_edges(store: GraphStore) -> None:
    kinds = (EdgeKind.OWNS, EdgeKind.KIN, EdgeKind.REACHED_AT)
    found = store.paths("p-y", "o-b", kinds=kinds, most_hops=5)
    assert [shown(path) for path in found] == [
        (("p-y", "c-1", "o-b"), ["REACHED_AT:p-y:c-1", "REACHED_AT:o-b:c-1"]),
        (
            ("p-y", "p-x", "o-a", "o-c", "o-d", "o-b"),
            ["KIN:p-x:p-y", "OWNS:p-x:o-a:1", "OWNS:o-a:o-c", "OWNS:o-c:o-d", "OWNS:o-d:o-b"],
        ),
        (
            ("p-y", "p-x", "o-a", "o-c", "o-d", "o-b"),
            ["KIN:p-x:p-y", "OWNS:p-x:o-a:2", "OWNS:o-a:o-c", "OWNS:o-c:o-d", "OWNS:o-d:o-b"],
        ),
    ]
    assert found[1].edges[1].properties["since"] == date(2020, 1, 1)


@pytest.mark.parametrize("most_hops", [1, 2, 3, 4])
def test_paths_are_exactly_those_of_networkx(store: GraphStore, most_hops: int) -> None:
    kinds = (EdgeKind.OWNS, EdgeKind.KIN, EdgeKind.REACHED_AT, EdgeKind.BID, EdgeKind.CO_BIDS)
    graph = undirected(kinds)
    for source, target in (("o-a", "o-b"), ("o-b", "o-a"), ("p-x", "t-1"), ("o-e", "o-g"), ("o-a", "o-g")):
        found = store.paths(source, target, most_hops=most_hops, limit=1000)
        expected = sorted({tuple(path) for path in nx.all_simple_paths(graph, source, target, cutoff=most_hops)})
        nodes = list(dict.fromkeys(path.nodes for path in found))
        assert nodes == sorted(expected, key=lambda path: (len(path), path))
        assert all(len(path.edges) == len(path.nodes) - 1 for path in found)
        for path in found:
            for edge, ends in zip(path.edges, pairwise(path.nodes), strict=True):
                assert {edge.source, edge.target} == set(ends)


def test_paths_stop_at_the_limit_with_the_first_ones(store: GraphStore) -> None:
    every = store.paths("o-a", "o-b", limit=100)
    assert len(every) > 2
    for limit in (1, 2, len(every)):
        assert store.paths("o-a", "o-b", limit=limit) == every[:limit]


@pytest.mark.parametrize(
    ("source", "target"), [("o-a", "o-a"), ("o-a", "o-nobody"), ("nonsense", "o-a"), ("o-h", "o-a")]
)
def test_there_is_no_path_to_oneself_nor_to_nowhere(store: GraphStore, source: str, target: str) -> None:
    assert store.paths(source, target) == []


def test_components_keep_edges_at_or_above_the_given_values(store: GraphStore) -> None:
    def parts(**at_least: float) -> list[list[str]]:
        return store.components(Projection(EdgeKind.CO_BIDS, at_least))

    assert parts() == [["o-a", "o-b", "o-c"], ["o-e", "o-f", "o-g"]]
    assert parts(z=4.0) == [["o-a", "o-b", "o-c"], ["o-e", "o-f"]]
    assert parts(z=4.0, jaccard=0.5) == [["o-a", "o-b", "o-c"]]
    assert parts(meetings=9) == [["o-a", "o-b"]]
    assert parts(z=6.1) == []


def test_projections_name_numbers_that_the_edge_has(store: GraphStore) -> None:
    with pytest.raises(GraphStoreError, match="colour"):
        store.components(Projection(EdgeKind.CO_BIDS, {"colour": 1.0}))
    with pytest.raises(GraphStoreError, match="weightiness"):
        store.communities(Projection(EdgeKind.CO_BIDS, {}, "weightiness"))


@pytest.mark.parametrize("algorithm", ["leiden", "louvain"])
def test_communities_are_a_partition_and_the_same_for_the_same_seed(graphs: GraphEngine, algorithm: str) -> None:
    graph = nx.planted_partition_graph(4, 8, 0.9, 0.05, seed=5)
    nodes = {NodeKind.ORGANISATION: [{"id": f"o-{n:02}"} for n in graph]}
    pairs = [
        {"source": f"o-{a:02}", "target": f"o-{b:02}", "mark": "", "meetings": 3, "z": 2.5} for a, b in graph.edges
    ]
    with closing(graphs.open(1, write=True)) as store:
        fill(store, nodes, {EdgeKind.CO_BIDS: pairs})
        projection = Projection(EdgeKind.CO_BIDS, {}, "z", 1.5)
        found = store.communities(projection, algorithm=algorithm, seed=3)
        assert found == store.communities(projection, algorithm=algorithm, seed=3)
    assert sorted(node for part in found for node in part) == [f"o-{n:02}" for n in graph]
    assert found == sorted(sorted(part) for part in found)
    assert found == [[f"o-{n:02}" for n in range(start, start + 8)] for start in (0, 8, 16, 24)]


def test_unknown_algorithms_are_refused(store: GraphStore) -> None:
    with pytest.raises(ValueError, match="voting"):
        store.communities(Projection(EdgeKind.CO_BIDS, {}), algorithm="voting")


def test_building_again_replaces_everything(graphs: GraphEngine) -> None:
    with closing(graphs.open(1, write=True)) as store:
        fill(store)
        assert store.components(Projection(EdgeKind.CO_BIDS, {}))
        fill(store, {NodeKind.PERSON: [{"id": "p-only"}]}, {})
        assert {kind: n for kind, n in store.counts().items() if n} == {"Person": 1}
        assert store.nodes(["p-only", "o-a"])[0].id == "p-only"
        assert store.components(Projection(EdgeKind.CO_BIDS, {})) == []


def test_an_empty_store_answers_with_nothing(graphs: GraphEngine) -> None:
    with closing(graphs.open(1, write=True)) as store:
        fill(store, {}, {})
        assert set(store.counts().values()) == {0}
        assert store.communities(Projection(EdgeKind.CO_BIDS, {})) == []
        assert store.neighbourhood(["o-a"]) == Subgraph((), ())


def answers(asked: GraphStore) -> list[Any]:
    found = asked.between([row["id"] for rows in NODE_ROWS.values() for row in rows])
    return [
        [(node.id, dict(node.properties)) for node in found.nodes],
        [(edge.id, dict(edge.properties)) for edge in found.edges],
        [asked.table(kind).to_pylist() for kind in KINDS],
        asked.neighbourhood(["o-a"], hops=2, limit=5),
        asked.paths("p-y", "o-b"),
        asked.components(Projection(EdgeKind.CO_BIDS, {"z": 3.0})),
        asked.communities(Projection(EdgeKind.CO_BIDS, {}, "jaccard")),
    ]


def test_equal_stores_give_equal_answers_whatever_the_order_of_building(graphs: GraphEngine) -> None:
    with closing(graphs.open(1, write=True)) as one:
        fill(one)
        expected = answers(one)
    with closing(graphs.open(2, write=True)) as other:
        fill(other, {}, {})
        fill(
            other,
            {kind: rows[::-1] for kind, rows in reversed(NODE_ROWS.items())},
            {kind: rows[::-1] for kind, rows in reversed(EDGE_ROWS.items())},
        )
        assert answers(other) == expected


def test_every_engine_gives_the_same_answers(store: GraphStore, ladybug: GraphStore) -> None:
    assert answers(store) == answers(ladybug)


def test_a_table_is_what_was_built_in_order(store: GraphStore) -> None:
    for kind, rows in NODE_ROWS.items():
        assert store.table(kind).equals(table(sorted(rows, key=lambda row: row["id"]), NODES[kind]))
    for edge, rows in EDGE_ROWS.items():
        ordered = sorted(rows, key=lambda row: (row["source"], row["target"], row["mark"]))
        assert store.table(edge).equals(table(ordered, edge_columns(edge)))
    assert store.table(EdgeKind.OFFICE).num_rows == 0


def test_what_a_build_says_it_wrote_is_what_it_was_given(graphs: GraphEngine) -> None:
    with closing(graphs.open(1, write=True)) as store:
        changes = fill(store)
    assert {kind: change.written for kind, change in changes.items()} == {
        str(kind): len(NODE_ROWS.get(kind, []) if isinstance(kind, NodeKind) else EDGE_ROWS.get(kind, []))
        for kind in KINDS
    }
    assert {change.dropped for change in changes.values()} == {0}


def test_an_edge_to_a_node_that_is_not_there_is_refused(graphs: GraphEngine) -> None:
    with closing(graphs.open(1, write=True)) as store, pytest.raises(GraphStoreError):
        fill(store, NODE_ROWS, {EdgeKind.KIN: [{"source": "p-x", "target": "p-nobody", "mark": ""}]})


@pytest.mark.parametrize("verify", [False, True])
def test_a_generation_in_the_making_is_not_seen_by_readers_of_the_one_before(graphs: GraphEngine, verify: bool) -> None:
    with closing(graphs.open(1, write=True)) as store:
        fill(store)
        expected = answers(store)
    graphs.published(1)
    fewer = {**EDGE_ROWS, EdgeKind.OWNS: EDGE_ROWS[EdgeKind.OWNS][1:], EdgeKind.KIN: []}
    fewer[EdgeKind.BID] = [{**row, "amount_minor": 7} for row in EDGE_ROWS[EdgeKind.BID]]
    more = {**NODE_ROWS, NodeKind.CONTACT: [*NODE_ROWS[NodeKind.CONTACT], {"id": "c-2", "kind": "email"}]}
    with closing(graphs.open(2, write=True)) as store:
        store.build(*tables(more, fewer), verify=verify)
        made = answers(store)
        with closing(graphs.open(1)) as reader:
            assert answers(reader) == expected
            assert reader.nodes(["c-2"]) == []
    graphs.published(2)
    with closing(graphs.open(2)) as reader:
        assert answers(reader) == made
        assert reader.counts()["KIN"] == 0
        assert [node.id for node in reader.nodes(["c-2"])] == ["c-2"]
        assert [edge["amount_minor"] for edge in reader.table(EdgeKind.BID).to_pylist()] == [7, 7]


def test_what_comes_back_after_it_was_dropped_is_there_once(graphs: GraphEngine) -> None:
    with closing(graphs.open(1, write=True)) as store:
        fill(store)
        expected = answers(store)
    graphs.published(1)
    for _turn in range(2):  # the second is the same generation after a detection that ended before it was published
        with closing(graphs.open(2, write=True)) as store:
            fill(store, {}, {})
            fill(store)
            assert answers(store) == expected
    graphs.published(2)
    with closing(graphs.open(2)) as store:
        assert answers(store) == expected


def test_a_generation_that_was_never_made_is_not_read(graphs: GraphEngine) -> None:
    with closing(graphs.open(1, write=True)) as store:
        fill(store)
    with pytest.raises(GraphStoreError):
        graphs.open(2)


def test_betweenness_is_that_of_networkx(store: GraphStore) -> None:
    graph = undirected([EdgeKind.CO_BIDS])
    found = store.betweenness(Projection(EdgeKind.CO_BIDS, {}))
    assert list(found) == sorted(graph)
    assert found == pytest.approx(nx.betweenness_centrality(graph, normalized=False))
    assert store.betweenness(Projection(EdgeKind.CO_BIDS, {"z": 100.0})) == {}


def test_distances_are_those_of_networkx(store: GraphStore) -> None:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_weighted_edges_from((row["source"], row["target"], row["z"] - 1) for row in EDGE_ROWS[EdgeKind.CO_BIDS])
    for source in ("o-a", "o-f"):
        found = store.distances(Projection(EdgeKind.CO_BIDS, {}, "z", 1.0), source)
        assert found == pytest.approx(nx.single_source_dijkstra_path_length(graph, source))
        assert list(found) == sorted(found)
    assert store.distances(Projection(EdgeKind.CO_BIDS, {}), "o-c") == {"o-a": 2.0, "o-b": 1.0, "o-c": 0.0}


@pytest.mark.parametrize("source", ["o-h", "o-nobody", "p-x", "nonsense"])
def test_there_are_no_distances_from_what_is_not_projected(store: GraphStore, source: str) -> None:
    assert store.distances(Projection(EdgeKind.CO_BIDS, {}), source) == {}


def test_louvain_knows_no_resolution(store: GraphStore) -> None:
    with pytest.raises(ValueError, match="resolution"):
        store.communities(Projection(EdgeKind.CO_BIDS, {}), algorithm="louvain", resolution=2.0)


def test_what_was_built_is_there_after_reopening(graphs: GraphEngine) -> None:
    with closing(graphs.open(1, write=True)) as store:
        fill(store)
        before = store.counts()
    with closing(graphs.open(1)) as again:
        assert again.counts() == before
    with closing(graphs.open(1, write=True)) as writer:
        assert writer.counts() == before


def test_a_store_opened_for_reading_refuses_to_be_built(graphs: GraphEngine) -> None:
    with closing(graphs.open(1, write=True)) as store:
        fill(store)
    with closing(graphs.open(1)) as reader:
        with pytest.raises(GraphStoreError, match="reading"):
            fill(reader)
        assert reader.counts()["Person"] == 3


def test_two_readers_may_have_it_open(graphs: GraphEngine) -> None:
    with closing(graphs.open(1, write=True)) as store:
        fill(store)
    with closing(graphs.open(1)) as one, closing(graphs.open(1)) as two:
        assert one.counts() == two.counts()


def test_a_second_writing_process_is_told_that_the_store_is_busy(graphs: GraphEngine, url: str) -> None:
    script = (
        "import sys; from graph.errors import GraphStoreBusy; from graph.store import graph_engine\n"
        "engine = graph_engine(sys.argv[1], home='contract')\n"
        "try: engine.open(1, write=True).close()\n"
        "except GraphStoreBusy as error: print('busy:', error)\n"
        "engine.close()"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", script, url]
    with closing(graphs.open(1, write=True)) as store:
        fill(store)
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
        assert done.stdout.startswith("busy: another command is building the graph")
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == ""


def test_a_missing_store_says_how_to_make_one(graphs: GraphEngine) -> None:
    with pytest.raises(GraphStoreError, match="bidring detect"):
        graphs.open(1)


@pytest.mark.parametrize("url", ["", "graph", "ladybug://x", "ladybug:///", "sqlite:///x", "neo5j://host"])
def test_urls_that_name_no_store_are_refused_with_the_url(url: str) -> None:
    with pytest.raises(GraphStoreError, match="is not ladybug") as told:
        graph_engine(url)
    assert repr(url) in str(told.value)


def test_a_file_that_is_no_graph_is_not_taken_for_a_busy_one(tmp_path: Path) -> None:
    path = tmp_path / "block" / "000001.lbug"
    path.parent.mkdir()
    path.write_bytes(b"no graph" * 1000)
    with pytest.raises(GraphStoreError, match="cannot be opened") as told:
        graph_engine(f"ladybug:///{path.parent}").open(1)
    assert not isinstance(told.value, GraphStoreBusy)


def test_edges_of_one_projection_keep_their_order() -> None:
    # Ids compare as (kind, source, target, mark), which is the order that answers come in.
    edges = [Edge(EdgeKind.OWNS, "o-a", "o-b", mark) for mark in ("2", "", "1")]
    assert [edge.mark for edge in sorted(edges)] == ["", "1", "2"]
    assert np.unique([edge.id for edge in edges]).size == 3
