"""The proxy changes nothing until it is told to, and each fault reaches a plain driver as the real one would."""

from collections.abc import Iterator

import pytest
from neo4j import Driver, GraphDatabase, ManagedTransaction
from neo4j.exceptions import IncompleteCommit, ServiceUnavailable, TransientError

from tests.servers.bolt_proxy import BoltProxy
from tests.servers.neo4j_server import Neo4jServer, ServerMissing, running


@pytest.fixture(scope="module")
def server() -> Iterator[Neo4jServer]:
    try:
        with running() as started:
            yield started
    except ServerMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def proxy(server: Neo4jServer) -> Iterator[BoltProxy]:
    server.clear()
    with BoltProxy(server.bolt_url) as opened:
        yield opened


@pytest.fixture
def driver(server: Neo4jServer, proxy: BoltProxy) -> Iterator[Driver]:
    with GraphDatabase.driver(proxy.address, auth=(server.user, server.password)) as opened:
        yield opened


class Writing:
    """A unit of work of two queries that counts how often it is tried."""

    def __init__(self) -> None:
        self.tries = 0

    def __call__(self, transaction: ManagedTransaction) -> None:
        self.tries += 1
        for name in ("a", "b"):
            transaction.run("CREATE (:One {name: $name})", name=name).consume()


def names(server: Neo4jServer) -> list[str]:
    return [row["name"] for row in server.run("MATCH (n:One) RETURN n.name AS name ORDER BY name")]


def test_without_faults_what_is_asked_and_answered_passes_unchanged(driver: Driver, server: Neo4jServer) -> None:
    long = "слово " * 50_000  # several chunks either way
    with driver.session() as session:
        assert session.run("RETURN $long AS long", long=long).single(strict=True)["long"] == long
        rows = session.run("UNWIND range(1, 5000) AS n RETURN n, {half: n / 2.0} AS map").data()
        session.execute_write(Writing())
    assert rows == [{"n": n, "map": {"half": n / 2}} for n in range(1, 5001)]
    assert names(server) == ["a", "b"]
    assert driver.get_server_info().protocol_version == (5, 4)


def test_the_url_is_the_servers_with_the_proxys_port(server: Neo4jServer, proxy: BoltProxy) -> None:
    assert proxy.url == server.bolt_url.replace(str(server.port), str(proxy.port))
    assert proxy.address == f"bolt://127.0.0.1:{proxy.port}"


@pytest.mark.parametrize("url", ["neo4j://h:1", "bolt+s://h:1", "bolt://h", "h:1", ""])
def test_urls_that_it_cannot_stand_before_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="bolt://"):
        BoltProxy(url)


def test_cut_before_the_commit_nothing_is_written_and_the_client_cannot_know(
    driver: Driver, proxy: BoltProxy, server: Neo4jServer
) -> None:
    fault, work = proxy.cut_at_commit(before=True), Writing()
    with driver.session() as session:
        with pytest.raises(IncompleteCommit):
            session.execute_write(work)
        assert (names(server), work.tries, fault.happened) == ([], 1, 1)
        session.execute_write(work)
    assert (names(server), work.tries, fault.happened) == (["a", "b"], 2, 1)


def test_cut_after_the_commit_everything_is_written_and_the_client_cannot_know(
    driver: Driver, proxy: BoltProxy, server: Neo4jServer
) -> None:
    fault, work = proxy.cut_at_commit(before=False), Writing()
    with driver.session() as session, pytest.raises(IncompleteCommit):
        session.execute_write(work)
    assert (names(server), work.tries, fault.happened) == (["a", "b"], 1, 1)


@pytest.mark.parametrize(("after", "times"), [(0, 1), (1, 2)])
def test_a_transient_failure_is_tried_again_and_the_work_is_done_once(
    driver: Driver, proxy: BoltProxy, server: Neo4jServer, after: int, times: int
) -> None:
    fault, work = proxy.fail_transiently(after=after, times=times), Writing()
    with driver.session() as session:
        session.execute_write(work)
    assert (names(server), work.tries, fault.happened) == (["a", "b"], times + 1, times)


def test_a_transient_failure_keeps_its_code_and_spares_single_queries(
    driver: Driver, proxy: BoltProxy, server: Neo4jServer
) -> None:
    proxy.fail_transiently(code="Neo.TransientError.General.DatabaseUnavailable")
    with driver.session() as session:
        session.run("CREATE (:One {name: 'alone'})").consume()
        with pytest.raises(TransientError) as told, session.begin_transaction() as transaction:
            transaction.run("RETURN 1").consume()
    assert told.value.code == "Neo.TransientError.General.DatabaseUnavailable"
    assert names(server) == ["alone"]


def test_a_connection_is_cut_once_so_many_queries_are_through(
    driver: Driver, proxy: BoltProxy, server: Neo4jServer
) -> None:
    fault = proxy.cut_after(queries=2)
    with driver.session() as session:
        for name in ("a", "b"):
            session.run("CREATE (:One {name: $name})", name=name).consume()
        with pytest.raises(ServiceUnavailable):
            session.run("CREATE (:One {name: 'c'})").consume()
        session.run("CREATE (:One {name: 'd'})").consume()
    assert (names(server), fault.happened) == (["a", "b", "d"], 1)


def test_a_cut_within_a_transaction_is_tried_again_on_a_new_connection(
    driver: Driver, proxy: BoltProxy, server: Neo4jServer
) -> None:
    fault, work = proxy.cut_after(queries=1), Writing()
    with driver.session() as session:
        session.execute_write(work)
    assert (names(server), work.tries, fault.happened) == (["a", "b"], 2, 1)


def test_what_the_server_says_can_be_rewritten(driver: Driver, proxy: BoltProxy) -> None:
    fault = proxy.rewrite(b"5.26.26", b"4.44.44")
    with driver.session() as session:
        versions = session.run("CALL dbms.components() YIELD versions RETURN versions[0] AS one").single(strict=True)
    assert (versions["one"], driver.get_server_info().agent, fault.happened) == ("4.44.44", "Neo4j/4.44.44", 2)
    with pytest.raises(ValueError, match="length"):
        proxy.rewrite(b"5.26", b"5.1")


def test_faults_end_when_they_are_forgotten_and_connections_when_it_is_closed(
    driver: Driver, proxy: BoltProxy, server: Neo4jServer
) -> None:
    fault = proxy.cut_at_commit(before=True, times=None)
    proxy.heal()
    with driver.session() as session:
        session.execute_write(Writing())
        assert (names(server), fault.happened) == (["a", "b"], 0)
        proxy.close()
        with pytest.raises(ServiceUnavailable):
            session.run("RETURN 1").consume()
