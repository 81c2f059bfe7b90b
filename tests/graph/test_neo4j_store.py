"""What a graph on a Neo4j server promises beside the contract: schema, repair, whose it is, limits, projections."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from neo4j_country import Tables, country, hashes, held

from graph.errors import GraphStoreBusy, GraphStoreError, GraphTooLarge
from graph.model import EdgeKind
from graph.store import Projection, graph_engine
from graph.store.address import ServerAddress
from graph.store.cypher import SCHEMA
from graph.store.neo4j_connection import Connection, Limits
from graph.store.neo4j_store import Neo4jGraphs
from tests.servers.neo4j_server import Neo4jServer

CO_BIDS = Projection(EdgeKind.CO_BIDS, {}, "z")
PROJECTED = "CALL gds.graph.list() YIELD graphName RETURN graphName"


@pytest.fixture
def server(neo4j_server: Neo4jServer) -> Neo4jServer:
    neo4j_server.run("MATCH (n) DETACH DELETE n")
    return neo4j_server


@pytest.fixture
def graphs(server: Neo4jServer) -> Iterator[Neo4jGraphs]:
    with closing(engine(server)) as found:
        yield found


@pytest.fixture(scope="module")
def tables() -> Tables:
    return country()


def engine(server: Neo4jServer, home: str = "home", **limits: float) -> Neo4jGraphs:
    return Neo4jGraphs(ServerAddress.parse(server.url), home=home, limits=Limits(**limits))  # type: ignore[arg-type]


def build(graphs: Neo4jGraphs, tables: Tables, generation: int = 1) -> None:
    with closing(graphs.open(generation, write=True)) as store:
        store.build(*tables)
    graphs.published(generation)


def test_constraints_and_indexes_stand_before_the_first_write_and_are_asserted(
    server: Neo4jServer, tables: Tables
) -> None:
    server.clear()
    with closing(engine(server)) as graphs:
        with closing(graphs.open(1, write=True)):
            assert not server.run("MATCH (n:Entity) RETURN n LIMIT 1")
            uniques = server.run("SHOW CONSTRAINTS YIELD labelsOrTypes, properties, type RETURN *")
            assert [(row["labelsOrTypes"], row["properties"]) for row in uniques if "UNIQUE" in row["type"]] == [
                (["Bidring"], ["id"]),
                (["Entity"], ["id"]),
            ]
            online = server.run("SHOW INDEXES YIELD state, type WHERE type <> 'LOOKUP' RETURN state")
            assert [row["state"] for row in online] == ["ONLINE"] * len(SCHEMA)
        build(graphs, tables)
        server.run("DROP CONSTRAINT entity_id")
        with pytest.raises(GraphStoreError, match=r"Entity.id unique: run `bidring graph push`"):
            graphs.open(1)
        with closing(graphs.open(1, write=True)):
            graphs.open(1).close()


def test_every_value_comes_back_as_it_was(graphs: Neo4jGraphs, tables: Tables) -> None:
    build(graphs, tables)
    with closing(graphs.open(1)) as store:
        assert held(store) == hashes(tables)


def test_pushing_the_same_again_writes_nothing(graphs: Neo4jGraphs, tables: Tables) -> None:
    build(graphs, tables)
    for verify in (False, True):
        with closing(graphs.open(2, write=True)) as store:
            changes = store.build(*tables, verify=verify)
        assert {(change.written, change.dropped) for change in changes.values()} == {(0, 0)}


ALTERED = {
    "a property": "MATCH (x:Organisation {own_id: 'KZ-3'}) SET x.name = 'Another'",
    "a property of another type": "MATCH (x:Tender {name: 'Tender 3'}) SET x.amount_minor = 'much'",
    "a property of an edge": "MATCH ()-[x:BID {mark: '3-1'}]->() SET x.amount_minor = 1",
    "an edge taken away": "MATCH ()-[x:KIN]->() DELETE x",
    "a node taken away": "MATCH (x:Person {name: 'Person 1'}) DETACH DELETE x",
    "an edge doubled": "MATCH (a)-[x:KIN]->(b) CREATE (a)-[y:KIN]->(b) SET y = properties(x)",
    "an edge of somebody's own": "MATCH (a:Person {name: 'Person 5'}), (b {name: 'Person 6'}) CREATE (a)-[:KIN]->(b)",
    "a node of somebody's own": "CREATE (:Organisation {name: 'No such firm'})",
    "a node with an id": "CREATE (:Organisation:Entity {id: 'o-ffff', name: 'No such firm'})",
    "an edge to elsewhere": "MATCH (a:Person {name: 'Person 5'}) CREATE (a)-[:KIN]->(:Note {text: 'mine'})",
}  # fmt: skip


@pytest.mark.parametrize("alteration", ALTERED.values(), ids=ALTERED)
def test_what_somebody_altered_on_the_server_is_put_right(
    server: Neo4jServer, graphs: Neo4jGraphs, tables: Tables, alteration: str
) -> None:
    build(graphs, tables)
    server.run(alteration)
    with closing(graphs.open(1, write=True)) as store:
        found, counted = held(store), store.counts()
        assert (found, counted) != (hashes(tables), {kind: n for kind, (n, _) in hashes(tables).items()})
        store.build(*tables, verify=True)
        graphs.published(1)
        assert held(store) == hashes(tables)
        assert store.counts() == {kind: number for kind, (number, _) in hashes(tables).items()}


def test_nodes_of_other_labels_are_left_alone(server: Neo4jServer, graphs: Neo4jGraphs, tables: Tables) -> None:
    server.run("CREATE (:Note {text: 'mine'})")
    build(graphs, tables)
    with closing(graphs.open(1, write=True)) as store:
        store.build(*tables, verify=True)
    assert server.run("MATCH (x:Note) RETURN count(x) AS n") == [{"n": 1}]


def test_after_publication_analysts_see_one_generation(
    server: Neo4jServer, graphs: Neo4jGraphs, tables: Tables
) -> None:
    build(graphs, tables)
    nodes, edges = tables
    fewer = {**edges, EdgeKind.BID: edges[EdgeKind.BID].slice(0, 5)}
    with closing(graphs.open(2, write=True)) as store:
        store.build(nodes, fewer)
        assert server.run("MATCH ()-[x:BID]->() RETURN count(x) AS n") == [{"n": edges[EdgeKind.BID].num_rows}]
    graphs.published(2)
    assert server.run("MATCH ()-[x:BID]->() RETURN count(x) AS n") == [{"n": 5}]
    assert server.run("MATCH ()-[x]->() WHERE x.dropped IS NOT NULL RETURN count(x) AS n") == [{"n": 0}]
    with pytest.raises(GraphStoreBusy, match="gone on to generation 2"):
        graphs.open(1)


def test_another_home_is_told_that_the_graph_is_not_its_own_and_may_take_it(
    server: Neo4jServer, graphs: Neo4jGraphs, tables: Tables
) -> None:
    build(graphs, tables, generation=7)
    with closing(engine(server, home="other")) as others:
        with pytest.raises(GraphStoreError, match="another home's"):
            others.open(7)
        smaller = country(12)
        build(others, smaller, generation=1)
        with closing(others.open(1)) as store:
            assert held(store) == hashes(smaller)
    with pytest.raises(GraphStoreError, match="another home's"):
        graphs.open(7)


def test_a_query_that_takes_too_long_is_ended(graphs: Neo4jGraphs) -> None:
    connection: Connection = graphs._connection
    with pytest.raises(GraphStoreError, match=r"took longer than 0.5 s"):
        connection.read("UNWIND range(1, 10000000000) AS n RETURN sum(n)", seconds=0.5)


def test_batches_change_nothing(server: Neo4jServer, tables: Tables) -> None:
    with closing(engine(server, batch=7)) as graphs:
        build(graphs, tables)
        with closing(graphs.open(1)) as store:
            assert held(store) == hashes(tables)


def test_a_projection_that_does_not_fit_is_refused_before_it_is_made(server: Neo4jServer, tables: Tables) -> None:
    with closing(engine(server, projection=1000)) as graphs:
        build(graphs, tables)
        with closing(graphs.open(1)) as store, pytest.raises(GraphTooLarge, match="80 edges needs up to"):
            store.communities(CO_BIDS)
    assert server.run(PROJECTED) == []


def test_the_servers_free_memory_is_known(graphs: Neo4jGraphs, tables: Tables) -> None:
    build(graphs, tables)
    with closing(graphs.open(1)) as store:
        free = store._projections._free()
    assert 2**26 < free < 2**36


@pytest.mark.parametrize("write", [False, True])
def test_projections_are_dropped(server: Neo4jServer, graphs: Neo4jGraphs, tables: Tables, write: bool) -> None:
    build(graphs, tables)
    with closing(graphs.open(1, write=write)) as store:
        store.components(CO_BIDS)
        store.communities(CO_BIDS)
        store.betweenness(CO_BIDS)
        store.distances(CO_BIDS, "o-0000000000000001")
        assert len(server.run(PROJECTED)) == (1 if write else 0)
    assert server.run(PROJECTED) == []


def test_a_projection_that_a_crash_left_is_dropped_by_the_next(
    server: Neo4jServer, graphs: Neo4jGraphs, tables: Tables
) -> None:
    build(graphs, tables)
    crash = (
        "import os, sys\nfrom graph.model import EdgeKind\nfrom graph.store import Projection, graph_engine\n"
        "store = graph_engine(sys.argv[1], home='home').open(1, write=True)\n"
        "store.communities(Projection(EdgeKind.CO_BIDS, {}))\nos._exit(9)"
    )
    done = subprocess.run([sys.executable, "-c", crash, server.url], cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 9
    assert len(server.run(PROJECTED)) == 1
    with closing(graphs.open(1, write=True)) as store:
        store.communities(CO_BIDS)
        assert len(server.run(PROJECTED)) == 1
    assert server.run(PROJECTED) == []


def test_projections_of_others_are_left_alone(server: Neo4jServer, graphs: Neo4jGraphs, tables: Tables) -> None:
    build(graphs, tables)
    server.run("CALL gds.graph.project('mine', 'Organisation', 'CO_BIDS') YIELD graphName RETURN graphName")
    with closing(graphs.open(1, write=True)) as store:
        store.communities(CO_BIDS)
    assert server.run(PROJECTED) == [{"graphName": "mine"}]
    server.run("CALL gds.graph.drop('mine') YIELD graphName RETURN graphName")


def test_the_engine_says_what_it_is(server: Neo4jServer) -> None:
    with closing(graph_engine(server.url)) as graphs:
        assert graphs.about()["neo4j"].startswith("5.26")
        assert graphs.about()["graph-data-science"].startswith("2.13")
