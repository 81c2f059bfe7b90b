"""A PostgreSQL server for tests: Debian's binaries, a process, a data folder and a port of its own.

It touches no cluster of the package's own. PostgreSQL refuses to run as root: then it runs as the package's user.
Errors are those of :mod:`tests.servers.neo4j_server`.
"""

import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from tests.servers.neo4j_server import HOST, WATCH, ServerError, ServerMissing, free_port

USER = "bidring"
_BINARIES = Path("/usr/lib/postgresql")
_UNPRIVILEGED = ("postgres", "nobody")
_START_SECONDS = 60  # fifty times what an idle machine takes
_STOP_SECONDS = 60
_TAIL = 4000  # characters of the log that a failure shows
_CONFIGURATION = f"""\
listen_addresses = '{HOST}'
unix_socket_directories = ''
dynamic_shared_memory_type = mmap
max_connections = 100
shared_buffers = 32MB
fsync = off
"""


def binaries() -> Path:
    """The folder with the newest ``postgres`` and ``initdb``. Raises ServerMissing where there is none."""
    found = [path.parent for path in _BINARIES.glob("*/bin/postgres") if (path.parent / "initdb").exists()]
    if not found:
        raise ServerMissing("a PostgreSQL server for the tests needs its binaries: apt-get install postgresql")
    return max(found, key=lambda path: float(path.parent.name))


def _runner() -> dict[str, Any]:
    """As whom the server runs: this user, or an unprivileged one where this is root."""
    if os.geteuid():
        return {}
    for name in _UNPRIVILEGED:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise ServerMissing("a PostgreSQL server for the tests does not run as root: apt-get install postgresql")


class PostgresServer:
    """One server: a folder, a port and a password that stay the same over its starts and stops.

    ``home`` is made, and must be reachable for the user that the server runs as. It listens on the local address only,
    admits by password, and never outlives the process that started it.
    """

    def __init__(self, home: Path) -> None:
        self.home, self.user, self.password, self.port = home, USER, secrets.token_hex(16), free_port()
        self._binaries, self._as = binaries(), _runner()
        self._process: subprocess.Popen[bytes] | None = None
        self._watch: subprocess.Popen[bytes] | None = None
        self._made = 0
        self._settle()

    def _settle(self) -> None:
        self.home.mkdir()
        given = self.home / "password"
        given.write_text(self.password, "utf-8")
        for path in (self.home, given):
            if self._as:
                os.chown(path, self._as["user"], self._as["group"])
        done = subprocess.run(
            [
                self._binaries / "initdb", f"--pgdata={self.home / 'data'}", f"--username={USER}", f"--pwfile={given}",
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
            ],
            cwd=self.home, stdin=subprocess.DEVNULL, capture_output=True, check=False, **self._as,
        )  # fmt: skip
        if done.returncode:
            raise ServerError(f"initdb ended with {done.returncode}:\n{done.stderr.decode(errors='replace')[-_TAIL:]}")
        with (self.home / "data" / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.write(f"{_CONFIGURATION}port = {self.port}\n")

    def url(self, database: str = "postgres", *, password: str | None = None) -> str:
        """What BIDRING_DESK says for a database of this server."""
        return f"postgresql+psycopg://{self.user}:{password or self.password}@{HOST}:{self.port}/{database}"

    @property
    def version(self) -> str:
        """The server's version, as it says it itself."""
        said = subprocess.run([self._binaries / "postgres", "--version"], check=True, capture_output=True, text=True)
        found = re.search(r"\d+\.\d+", said.stdout)
        assert found
        return found[0]

    @property
    def log(self) -> str:
        """The end of what the server wrote."""
        path = self.home / "log"
        return path.read_text("utf-8", "replace")[-_TAIL:] if path.exists() else ""

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The number of the process; None if there is none."""
        return self._process.pid if self._process is not None else None

    def run(self, query: str, *values: object, database: str = "postgres") -> list[tuple[Any, ...]]:
        """The rows of one query, committed by itself."""
        with psycopg.connect(**self._where(database), autocommit=True) as connection:
            found = connection.execute(query.encode(), values or None)
            return found.fetchall() if found.description else []

    def new_database(self) -> str:
        """The name of a new, empty database."""
        self._made += 1
        name = f"test_{self._made}"
        with psycopg.connect(**self._where("postgres"), autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {} TEMPLATE template0").format(Identifier(name)))
        return name

    def drop_database(self, name: str) -> None:
        """Take a database away, with whoever is in it."""
        with psycopg.connect(**self._where("postgres"), autocommit=True) as connection:
            connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))

    def _where(self, database: str) -> dict[str, Any]:
        return {"host": HOST, "port": self.port, "user": USER, "password": self.password, "dbname": database}

    def start(self) -> None:
        """Starts the server and waits until it answers. Raises ServerError if it ends or takes too long."""
        deadline = time.monotonic() + _START_SECONDS
        while not self.running:
            try:
                self._launch(deadline)
            except ServerError as error:  # the backends of one that was killed take a moment to see it
                if "shared memory block" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def _launch(self, deadline: float) -> None:
        with (self.home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self.home / "data"],
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._as,
            )
        command = ["sh", "-c", WATCH, str(self._process.pid)]
        self._watch = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
        try:
            self._wait(deadline)
        except BaseException:
            self.kill()
            raise

    def _wait(self, deadline: float) -> None:
        while True:
            try:
                self.run("SELECT 1")
            except psycopg.OperationalError:
                if not self.running:
                    raise ServerError(f"the server ended while it started\n{self.log}") from None
                if time.monotonic() > deadline:
                    raise ServerError(f"the server did not answer within {_START_SECONDS} s\n{self.log}") from None
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Ends the server in order, whoever is connected."""
        if self._process is not None and self.running:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
                raise ServerError(f"the server did not stop within {_STOP_SECONDS} s\n{self.log}") from None
        self.kill()

    def kill(self) -> None:
        """Ends the server at once; its backends, in groups of their own, see it and end themselves."""
        if self._process is not None:
            if self.running:
                self._process.kill()
            self._process.wait()
            self._process = None
        if self._watch is not None:
            self._watch.communicate(b"\n")
            self._watch = None


@contextmanager
def running() -> Iterator[PostgresServer]:
    """A started server in a temporary folder, gone with everything in it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="bidring-postgres-"))
    folder.chmod(0o755)
    try:
        server = PostgresServer(folder / "home")
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
