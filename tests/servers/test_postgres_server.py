"""A server for tests is a real one: it keeps what is committed, keeps to itself, and leaves with its parent."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.servers import postgres_server
from tests.servers.neo4j_server import ServerMissing
from tests.servers.postgres_server import PostgresServer, binaries, running

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    try:
        with running() as started:
            yield started
    except ServerMissing as missing:
        pytest.skip(str(missing))


def listening(pid: int) -> set[tuple[str, int]]:
    connections = psutil.net_connections("inet")
    return {(c.laddr.ip, c.laddr.port) for c in connections if c.pid == pid and c.status == "LISTEN"}


def test_it_answers_with_its_version_and_listens_on_the_local_address_only(server: PostgresServer) -> None:
    [(version,)] = server.run("SELECT current_setting('server_version')")
    assert version.startswith(server.version)
    assert server.pid is not None
    assert listening(server.pid) == {("127.0.0.1", server.port)}
    assert psutil.Process(server.pid).uids().effective != 0


def test_nobody_is_admitted_without_the_password(server: PostgresServer) -> None:
    for password in ("", "wrong"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(host="127.0.0.1", port=server.port, user=server.user, password=password, dbname="postgres")


def test_what_is_committed_outlives_a_kill_and_a_restart_and_databases_are_apart(server: PostgresServer) -> None:
    one, other = server.new_database(), server.new_database()
    server.run("CREATE TABLE t (n int)", database=one)
    server.run("INSERT INTO t VALUES (%s)", 7, database=one)
    url = server.url(one)
    server.kill()
    assert not server.running
    server.start()
    assert (server.run("SELECT n FROM t", database=one), server.url(one)) == ([(7,)], url)
    with pytest.raises(psycopg.errors.UndefinedTable):
        server.run("SELECT n FROM t", database=other)
    server.drop_database(one)
    with pytest.raises(psycopg.OperationalError):
        server.run("SELECT 1", database=one)


def test_it_ends_with_the_process_that_started_it() -> None:
    code = (
        "from tests.servers.postgres_server import running\n"
        "with running() as server:\n    print(server.pid, server.home, flush=True)\n    input()\n"
    )
    started = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    pid, home = started.stdout.readline().split()
    process = psutil.Process(int(pid))
    os.kill(started.pid, signal.SIGKILL)
    started.communicate()
    process.wait(30)
    assert not process.is_running()
    subprocess.run(["rm", "-r", str(Path(home).parent)], check=True)


def test_missing_binaries_say_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres_server, "_BINARIES", tmp_path)
    with pytest.raises(ServerMissing, match="apt-get install postgresql"):
        binaries()
