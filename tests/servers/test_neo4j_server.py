"""A server for tests is a real one: it keeps what is committed, forgets what is cleared, and leaves with its parent."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from neo4j import GraphDatabase, TrustCustomCAs
from neo4j.exceptions import ClientError, ServiceUnavailable

from tests.servers.neo4j_server import (
    GDS_VERSION,
    NEO4J_VERSION,
    Neo4jServer,
    ServerError,
    ServerMissing,
    resolve,
    running,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def started() -> Iterator[Neo4jServer]:
    try:
        with running() as server:
            yield server
    except ServerMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def server(started: Neo4jServer) -> Neo4jServer:
    started.start()
    started.clear()
    return started


@pytest.fixture(scope="module")
def bare() -> Iterator[Neo4jServer]:
    """A server that demands TLS and has no Graph Data Science."""
    try:
        with running(gds=False, tls="required") as server:
            yield server
    except ServerMissing as missing:
        pytest.skip(str(missing))


def numbers(server: Neo4jServer) -> list[int]:
    return [row["id"] for row in server.run("MATCH (n:One) RETURN n.id AS id ORDER BY id")]


def test_it_answers_with_its_version_and_that_of_graph_data_science(server: Neo4jServer) -> None:
    components = server.run("CALL dbms.components() YIELD versions, edition")
    assert components == [{"versions": [NEO4J_VERSION], "edition": "community"}]
    assert server.run("RETURN gds.version() AS version") == [{"version": GDS_VERSION}]


def test_it_listens_on_the_local_address_only(server: Neo4jServer) -> None:
    connections = psutil.net_connections("inet")
    listening = {(c.laddr.ip, c.laddr.port) for c in connections if c.pid == server.pid and c.status == "LISTEN"}
    assert {(ip.removeprefix("::ffff:"), port) for ip, port in listening} == {("127.0.0.1", server.port)}


def test_its_driver_routes_and_its_urls_name_the_user(server: Neo4jServer) -> None:
    with server.driver() as driver:
        assert driver.execute_query("RETURN 1 AS one").records[0]["one"] == 1
    who = f"{server.user}:{server.password}@127.0.0.1:{server.port}"
    assert (server.url, server.bolt_url) == (f"neo4j://{who}", f"bolt://{who}")


def test_clear_leaves_nothing(server: Neo4jServer) -> None:
    server.run("CREATE CONSTRAINT `odd ``name` FOR (n:One) REQUIRE n.id IS UNIQUE")
    server.run("CREATE INDEX FOR (n:One) ON (n.day)")
    server.run("UNWIND range(1, 12000) AS id CREATE (:One {id: id})-[:TO]->(:Other)")
    server.run("MATCH (a:One)-[:TO]->(b) RETURN gds.graph.project('graph', a, b) AS graph")
    server.clear()
    assert server.run("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]
    assert server.run("SHOW CONSTRAINTS") == []
    assert {row["type"] for row in server.run("SHOW INDEXES YIELD type")} == {"LOOKUP"}
    assert server.run("CALL gds.graph.list() YIELD graphName") == []


def test_what_is_committed_outlives_a_kill_and_a_restart(server: Neo4jServer) -> None:
    server.run("CREATE (:One {id: 1})")
    with server.driver() as driver, driver.session() as session, session.begin_transaction() as open_one:
        open_one.run("CREATE (:One {id: 2})").consume()
        server.kill()
        assert not server.running
        open_one.close()
    url = server.url
    server.start()
    assert (numbers(server), server.url) == ([1], url)
    server.restart()
    assert numbers(server) == [1]


def test_a_stopped_one_is_loaded_by_the_administration_tool(server: Neo4jServer, tmp_path: Path) -> None:
    rows = tmp_path / "one.csv"
    rows.write_text(":ID,id:long\na,7\nb,8\n", "utf-8")
    server.stop()
    arguments = ["database", "import", "full", "neo4j", f"--nodes=One={rows}", "--overwrite-destination"]
    assert "2 nodes" in server.admin(*arguments)
    assert not Path("import.report").exists()
    with pytest.raises(ServerError, match="missing"):
        server.admin("database", "import", "full", "neo4j", "--nodes=One=missing.csv", "--overwrite-destination")
    server.start()
    assert numbers(server) == [7, 8]


def test_without_graph_data_science_there_is_none(bare: Neo4jServer) -> None:
    with pytest.raises(ClientError, match=r"gds\.version"):
        bare.run("RETURN gds.version() AS version")
    assert bare.run("SHOW PROCEDURES YIELD name WHERE name STARTS WITH 'gds' RETURN name") == []
    bare.run("CREATE (:One)")
    bare.clear()
    assert numbers(bare) == []


def test_where_tls_is_demanded_a_plain_connection_is_refused(bare: Neo4jServer) -> None:
    assert bare.url.startswith("neo4j+ssc://")
    assert bare.bolt_url.startswith("bolt+ssc://")
    assert bare.run("RETURN 1 AS one") == [{"one": 1}]
    address, who = f"bolt://127.0.0.1:{bare.port}", (bare.user, bare.password)
    with GraphDatabase.driver(address, auth=who) as driver, pytest.raises(ServiceUnavailable):
        driver.verify_connectivity()


def test_where_tls_is_demanded_the_certificate_is_good_for_who_trusts_its_authority(bare: Neo4jServer) -> None:
    address, who = f"bolt://127.0.0.1:{bare.port}", (bare.user, bare.password)
    trusted = TrustCustomCAs(str(bare.authority))
    with GraphDatabase.driver(address, auth=who, encrypted=True, trusted_certificates=trusted) as driver:
        driver.verify_connectivity()
    with GraphDatabase.driver(address, auth=who, encrypted=True) as driver, pytest.raises(ServiceUnavailable):
        driver.verify_connectivity()


def test_one_that_cannot_start_says_why(bare: Neo4jServer, tmp_path: Path) -> None:
    broken = Neo4jServer(tmp_path / "home", gds=False)
    with (broken.home / "conf" / "neo4j.conf").open("a") as settings:
        settings.write("server.no_such_setting=1\n")
    with pytest.raises(ServerError, match="no_such_setting"):
        broken.start()
    assert not broken.running


def test_it_ends_with_the_process_that_started_it(bare: Neo4jServer, tmp_path: Path) -> None:
    script = "import sys; from pathlib import Path; from tests.servers.neo4j_server import Neo4jServer\n"
    script += "Neo4jServer(Path(sys.argv[1]), gds=False).start()"
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "home")], cwd=ROOT) as parent:
        children: list[psutil.Process] = []
        while len(children) < 2 or children[0].name() != "java":  # the server and what watches it
            assert parent.poll() is None
            children = psutil.Process(parent.pid).children()
        os.kill(parent.pid, signal.SIGKILL)
    _, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []


@pytest.mark.parametrize(("program", "named"), [("java", "Java 17"), ("mvn", "Maven")])
def test_a_missing_program_is_named_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str, named: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in {"java", "mvn"} - {program}:
        write_program(tmp_path / name, "exit 0")
    with pytest.raises(ServerMissing, match=f"`{program}`: install .*{named}"):
        resolve.__wrapped__()


def test_half_of_the_jars_are_never_taken_for_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    write_program(tmp_path / "java", "exit 0")
    write_program(
        tmp_path / "mvn", 'for last; do :; done; mkdir "${last#*=}"; touch "${last#*=}/a.jar"; echo no room; exit 1'
    )
    with pytest.raises(ServerError, match="no room"):
        resolve.__wrapped__()
    assert [path.suffix for path in (tmp_path / "cache" / "bidring-tests").iterdir()] == [".lock"]


def write_program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
