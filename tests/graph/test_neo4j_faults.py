"""A push that is cut off, wherever that is, and pushed again leaves the exact graph: nothing doubled, nothing lost."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, LiteralString

import pytest
from neo4j_country import Tables, country, hashes, held

from graph.errors import GraphStoreBusy, GraphStoreError, GraphStoreUnreachable
from graph.model import EdgeKind, NodeKind
from graph.store import Projection
from graph.store.address import ServerAddress
from graph.store.neo4j_connection import Connection, Limits, Lock, Row
from graph.store.neo4j_store import Neo4jGraphs, Neo4jGraphStore
from tests.servers.bolt_proxy import BoltProxy, Fault
from tests.servers.neo4j_server import Neo4jServer

BATCHES = Limits(batch=20, retry=3, connect=5)
PUSH = """
import sys
sys.path.insert(0, "tests/graph")
from neo4j_country import country
from graph.store.address import ServerAddress
from graph.store.neo4j_connection import Limits
from graph.store.neo4j_store import Neo4jGraphs
graphs = Neo4jGraphs(ServerAddress.parse(sys.argv[1]), home="home", limits=Limits(batch=5))
store = graphs.open(1, write=True)
print("pushing", flush=True)
store.build(*country(200))
print("pushed", flush=True)
"""
EDGE_NAMES = {str(kind) for kind in EdgeKind}
ROOT = Path(__file__).parents[2]


@pytest.fixture
def server(neo4j_server: Neo4jServer) -> Neo4jServer:
    neo4j_server.run("MATCH (n) DETACH DELETE n")
    return neo4j_server


@pytest.fixture
def proxy(server: Neo4jServer) -> Iterator[BoltProxy]:
    """Between the pushing store and the server; schema and versions have been asked for before it does anything."""
    with BoltProxy(server.bolt_url) as found:
        yield found


@pytest.fixture(scope="module")
def tables() -> Tables:
    return country()


def pushed(url: str, tables: Tables, generation: int = 1) -> dict[str, tuple[int, str]]:
    """What the server holds after a push into a generation, which is then published."""
    with closing(Neo4jGraphs(ServerAddress.parse(url), home="home", limits=BATCHES)) as graphs:
        with closing(graphs.open(generation, write=True)) as store:
            store.build(*tables)
        graphs.published(generation)
        with closing(graphs.open(generation)) as store:
            assert store.counts() == {kind: number for kind, (number, _) in hashes(tables).items()}
            return held(store)


def in_all(server: Neo4jServer) -> tuple[int, int]:
    """Every node and relationship on the server, ours or not, but for what the graph says of itself."""
    found = server.run("MATCH (n) WHERE NOT n:Bidring RETURN count(n) AS n")[0]["n"]
    return found, server.run("MATCH ()-[x]->() RETURN count(x) AS n")[0]["n"]


def sizes(tables: Tables) -> tuple[int, int]:
    nodes, edges = tables
    return sum(one.num_rows for one in nodes.values()), sum(one.num_rows for one in edges.values())


class Interrupted(Connection):
    """A connection on which something happens at its nth write."""

    def __init__(self, url: str, nth: int, happens: Callable[[], object]) -> None:
        super().__init__(ServerAddress.parse(url), BATCHES)
        self.prepare()
        self._left, self._happens = nth, happens

    def write(self, query: LiteralString, **values: Any) -> list[Row]:
        if hasattr(self, "_left"):
            if self._left == 0:
                self._happens()
            self._left -= 1
        return super().write(query, **values)


@contextmanager
def interrupted(url: str, nth: int, happens: Callable[[], object], generation: int = 1) -> Iterator[Neo4jGraphStore]:
    """A store to push with, in the middle of whose push something happens."""
    connection = Interrupted(url, nth, happens)
    lock = Lock(connection, "writer", "busy")
    lock.acquire()
    with closing(connection), closing(Neo4jGraphStore(connection, "home", generation, lock)) as store:
        yield store


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("nth", [0, 24, 45])
def test_a_connection_cut_at_a_commit(
    server: Neo4jServer, proxy: BoltProxy, tables: Tables, before: bool, nth: int
) -> None:
    faults: list[Fault] = []
    with (
        interrupted(proxy.url, nth, lambda: faults.append(proxy.cut_at_commit(before=before))) as store,
        pytest.raises(GraphStoreUnreachable),
    ):
        store.build(*tables)
    assert [fault.happened for fault in faults] == [1]
    assert pushed(server.url, tables) == hashes(tables)
    assert in_all(server) == sizes(tables)


@pytest.mark.parametrize("times", [2])
def test_a_transient_error_is_tried_again_and_not_seen(
    server: Neo4jServer, proxy: BoltProxy, tables: Tables, times: int
) -> None:
    fault = proxy.fail_transiently(after=0, times=times)
    assert pushed(proxy.url, tables) == hashes(tables)
    assert fault.happened == times
    assert in_all(server) == sizes(tables)


@pytest.mark.parametrize("nth", [25, 45])
def test_a_server_that_cannot_be_reached_from_the_middle_on(
    server: Neo4jServer, proxy: BoltProxy, tables: Tables, nth: int
) -> None:
    with (
        interrupted(proxy.url, nth, lambda: proxy.cut_after(queries=0, times=None)) as store,
        pytest.raises(GraphStoreUnreachable),
    ):
        store.build(*tables)
    proxy.heal()
    assert 0 < sum(in_all(server)) < sum(sizes(tables))
    assert pushed(server.url, tables) == hashes(tables)
    assert in_all(server) == sizes(tables)


def test_a_server_killed_in_the_middle_of_a_push(server: Neo4jServer) -> None:
    tables = country(200)
    before = sizes(tables)
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", PUSH, server.url], cwd=ROOT, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "pushing\n"
        while process.poll() is None and in_all(server)[0] < 100:
            time.sleep(0.01)
        server.kill()
        assert process.stdout.readline() == "", "the push ended with an error"
        process.wait()
    server.start()
    left = in_all(server)
    assert 0 < left[0] < before[0] or 0 < left[1] < before[1]
    assert pushed(server.url, tables) == hashes(tables)
    assert in_all(server) == before


def test_a_pushing_process_killed_in_the_middle_leaves_no_lock(server: Neo4jServer) -> None:
    tables = country(200)
    with subprocess.Popen(
        [sys.executable, "-c", PUSH, server.url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "pushing\n"
        while process.poll() is None and in_all(server)[0] < 100:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGSTOP)  # stands still in the middle while another asks for the lock
        with (
            closing(Neo4jGraphs(ServerAddress.parse(server.url), home="home")) as graphs,
            pytest.raises(GraphStoreBusy, match="another command is building"),
        ):
            graphs.open(1, write=True)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert pushed(server.url, tables) == hashes(tables)
    assert in_all(server) == sizes(tables)


def test_a_second_generation_cut_off_leaves_the_first_whole(
    server: Neo4jServer, proxy: BoltProxy, tables: Tables
) -> None:
    first = pushed(server.url, tables)
    nodes, edges = country(60)
    with (
        interrupted(proxy.url, 6, lambda: proxy.cut_after(queries=0, times=None), generation=2) as store,
        pytest.raises(GraphStoreUnreachable),
    ):
        store.build(nodes, edges)
    with closing(Neo4jGraphs(ServerAddress.parse(server.url), home="home")) as graphs:
        with closing(graphs.open(1)) as store:
            assert {kind: one for kind, one in held(store).items() if kind in EDGE_NAMES} == {
                kind: one for kind, one in first.items() if kind in EDGE_NAMES
            }
        with pytest.raises(GraphStoreError, match="generation 2 is not whole"):
            graphs.open(2)
    assert pushed(server.url, (nodes, edges), generation=2) == hashes((nodes, edges))
    assert in_all(server) == sizes((nodes, edges))


def test_a_server_that_dies_while_it_computes_is_named(server: Neo4jServer, tables: Tables) -> None:
    pushed(server.url, tables)
    limits = Limits(retry=1, connect=2)
    with closing(Neo4jGraphs(ServerAddress.parse(server.url), home="home", limits=limits)) as graphs:
        with closing(graphs.open(1)) as store:
            assert store.nodes(["o-0000000000000001"])[0].kind is NodeKind.ORGANISATION
            server.kill()
            with pytest.raises(GraphStoreUnreachable, match="no Neo4j answers"):
                store.communities(Projection(EdgeKind.CO_BIDS, {}))
        server.start()
        with closing(graphs.open(1)) as store:
            assert store.communities(Projection(EdgeKind.CO_BIDS, {}))
