"""A Neo4j server with Graph Data Science for tests: its jars from Maven, a process and a home of its own.

Errors::

    ServerError           the server or one of its tools failed; the message ends with what it wrote
    └── ServerMissing     a program that it needs is not installed: a test may skip, the message says what to install
"""

import hashlib
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import neo4j
import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from filelock import FileLock
from neo4j.exceptions import DriverError, Neo4jError

NEO4J_VERSION = "5.26.26"
GDS_VERSION = "2.13.9"
HOST = "127.0.0.1"
USER = "neo4j"

_HERE = Path(__file__).parent
_START_SECONDS = 120  # ten times what an idle machine takes
_STOP_SECONDS = 60
_TAIL = 4000  # characters of each log that a failure shows
_PORTS = range(20_000, 32_000)  # below those that systems give to clients, which could take ours while it is down
_OPENED = ("java.io", "java.lang", "java.nio", "java.util.concurrent", "sun.nio.ch")
# A test asks little: code that is compiled once, lightly, takes half the time of a machine. Later options win.
_JAVA_OPTIONS = (
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    *(f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in _OPENED),
)
_PROCEDURE_MARKS = (
    b"Lorg/neo4j/procedure/Procedure;",
    b"Lorg/neo4j/procedure/UserFunction;",
    b"Lorg/neo4j/procedure/UserAggregationFunction;",
)
# Kills the process group $0 when its input ends without a line: then the process that held the other end is gone.
WATCH = 'read -r line || kill -s KILL -- "-$0"'

_CONFIGURATION = f"""\
server.default_listen_address={HOST}
server.default_advertised_address={HOST}
server.bolt.listen_address={HOST}:{{port}}
server.http.enabled=false
server.https.enabled=false
server.directories.plugins={{plugins}}
server.memory.pagecache.size=128m
dbms.usage_report.enabled=false
dbms.security.auth_max_failed_attempts=0
db.logs.query.enabled=OFF
db.tx_log.preallocate=false
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
"""
_CONFIGURATION_GDS = "dbms.security.procedures.unrestricted=gds.*\n"
_CONFIGURATION_TLS = """\
server.bolt.tls_level=REQUIRED
dbms.ssl.policy.bolt.enabled=true
dbms.ssl.policy.bolt.base_directory=certificates
dbms.ssl.policy.bolt.private_key=private.key
dbms.ssl.policy.bolt.public_certificate=public.crt
dbms.ssl.policy.bolt.client_auth=NONE
"""


class ServerError(Exception):
    """The server or one of its tools failed."""


class ServerMissing(ServerError):
    """A program that the server needs is not installed."""


@dataclass(frozen=True, slots=True)
class Jars:
    """Where the resolved jars lie.

    ``procedures`` is a folder with those of ``gds`` that hold procedures: the server reads every class of
    that folder at the start, so a small one halves the start. ``archive`` is Java's class data archive for
    ``server`` and ``gds``, which halves it again; an empty file where this Java makes none.
    """

    server: tuple[Path, ...]
    gds: tuple[Path, ...]
    procedures: Path
    archive: Path


@cache
def resolve() -> Jars:
    """The server's jars; fetched once for a machine, into the user's cache folder.

    Raises ServerMissing without Java or Maven, ServerError if Maven fails.
    """
    java = _program("java", "a Java 17 or 21 runtime")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bidring-tests"
    folder = base / f"neo4j-{NEO4J_VERSION}-gds-{GDS_VERSION}"
    base.mkdir(parents=True, exist_ok=True)
    with FileLock(base / f"{folder.name}.lock"):
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=base, prefix="resolving-") as scratch:
                made = Path(scratch) / "jars"
                _fetch(made)
                made.rename(folder)
        version = subprocess.run([java, "-version"], check=True, capture_output=True).stderr
        jars = Jars(
            tuple(sorted((folder / "server").iterdir())),
            tuple(sorted((folder / "gds").iterdir())),
            folder / "procedures",
            folder / f"classes-{hashlib.sha256(version).hexdigest()[:12]}.jsa",
        )
        if not jars.archive.exists():
            _archive_classes(jars)
    return jars


def _program(name: str, what: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise ServerMissing(f"a Neo4j server for the tests needs `{name}`: install {what}")
    return found


def _fetch(folder: Path) -> None:
    maven = _program("mvn", "Apache Maven 3.8 or newer")
    for name in ("server", "gds"):
        command = [maven, "-q", "-B", "-f", str(_HERE / f"{name}.xml"), "dependency:copy-dependencies"]
        _finish([*command, f"-DoutputDirectory={folder / name}"], _HERE)
    (folder / "procedures").mkdir()
    for jar in sorted((folder / "gds").iterdir()):
        if _has_procedures(jar):
            (folder / "procedures" / jar.name).symlink_to(Path("..") / "gds" / jar.name)


def _has_procedures(jar: Path) -> bool:
    with zipfile.ZipFile(jar) as opened:
        classes = (opened.read(name) for name in opened.namelist() if name.endswith(".class"))
        return any(mark in code for code in classes for mark in _PROCEDURE_MARKS)


def _archive_classes(jars: Jars) -> None:
    """Makes the class data archive, as a server's start, a few queries and its stop use the classes."""
    with tempfile.TemporaryDirectory(dir=jars.archive.parent, prefix="archiving-") as scratch:
        made = Path(scratch) / "classes.jsa"
        server = Neo4jServer(Path(scratch) / "home", jars=jars, java_options=(f"-XX:ArchiveClassesAtExit={made}",))
        try:
            server.start()
            server.run("UNWIND range(1, 9) AS n MERGE (a:One {id: n}) MERGE (b:One {id: n + 1}) MERGE (a)-[:TO]->(b)")
            server.run("MATCH (a:One)-[:TO]->(b:One) RETURN gds.graph.project('one', a, b) AS graph")
            server.run("CALL gds.wcc.stream('one') YIELD nodeId, componentId RETURN count(*) AS n")
            server.clear()
            server.stop()
        finally:
            server.kill()
        made.touch()
        made.rename(jars.archive)


def _finish(command: list[str], place: Path, environment: dict[str, str] | None = None) -> str:
    """What the command wrote. Raises ServerError with it if the command fails."""
    done = subprocess.run(
        command,
        cwd=place,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    wrote = done.stdout.decode(errors="replace")
    if done.returncode:
        raise ServerError(f"{Path(command[0]).name} ended with {done.returncode}:\n{wrote[-_TAIL:]}")
    return wrote


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    while True:
        port = random.choice(_PORTS)
        with socket.socket() as tried:
            try:
                tried.bind((HOST, port))
            except OSError:
                continue
        return port


class Neo4jServer:
    """One server: a home folder, a port and a password that stay the same over its starts and stops.

    ``home`` is made. ``gds`` is whether Graph Data Science is installed, ``tls`` whether Bolt demands it, ``heap``
    Java's largest heap. It listens on the local address only, and never outlives the process that started it.
    """

    def __init__(
        self,
        home: Path,
        *,
        gds: bool = True,
        tls: Literal["required"] | None = None,
        heap: str = "1g",
        jars: Jars | None = None,
        java_options: tuple[str, ...] = (),
    ) -> None:
        self.home, self.gds, self.tls = home, gds, tls
        self.user, self.password, self.port = USER, secrets.token_hex(16), free_port()
        self._jars = jars or resolve()
        self._java_options = (*_JAVA_OPTIONS, "-Xms256m", f"-Xmx{heap}", *java_options)
        self._process: subprocess.Popen[bytes] | None = None
        self._watch: subprocess.Popen[bytes] | None = None
        self._driver: neo4j.Driver | None = None
        self._has_password = False
        self._settle()

    def _settle(self) -> None:
        for name in ("conf", "logs", "plugins", "certificates"):
            (self.home / name).mkdir(parents=True)
        plugins = self._jars.procedures if self.gds else self.home / "plugins"
        text = _CONFIGURATION.format(port=self.port, plugins=plugins)
        text += (_CONFIGURATION_GDS if self.gds else "") + (_CONFIGURATION_TLS if self.tls else "")
        (self.home / "conf" / "neo4j.conf").write_text(text, "utf-8")
        if self.tls:
            authority = trustme.CA()
            authority.cert_pem.write_to_path(str(self.authority))
            issued = authority.issue_cert(HOST, "localhost")
            key = load_pem_private_key(issued.private_key_pem.bytes(), None)
            pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            (self.home / "certificates" / "private.key").write_bytes(pem)
            (self.home / "certificates" / "public.crt").write_bytes(issued.cert_chain_pems[0].bytes())

    @property
    def url(self) -> str:
        """The server's URL with user and password; under TLS its scheme takes any certificate."""
        return f"{self._scheme('neo4j')}://{self.user}:{self.password}@{HOST}:{self.port}"

    @property
    def bolt_url(self) -> str:
        """The same without routing."""
        return f"{self._scheme('bolt')}://{self.user}:{self.password}@{HOST}:{self.port}"

    @property
    def authority(self) -> Path:
        """Where the certificate lies that signed the server's, under TLS."""
        return self.home / "authority.pem"

    def _scheme(self, name: str) -> str:
        return f"{name}+ssc" if self.tls else name

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The number of the process; None if there is none."""
        return self._process.pid if self._process is not None else None

    @property
    def log(self) -> str:
        """The ends of what the server wrote: warnings and errors of its debug log, its log, its console."""
        found = []
        for name in ("debug.log", "neo4j.log", "console.log"):
            path = self.home / "logs" / name
            text = path.read_text("utf-8", "replace") if path.exists() else ""
            if name == "debug.log":
                text = "".join(line for line in text.splitlines(keepends=True) if " WARN " in line or " ERROR " in line)
            found.append(f"== {name}\n{text[-_TAIL:]}")
        return "\n".join(found)

    def driver(self, **options: Any) -> neo4j.Driver:
        """A new driver for this server, which the caller closes; the options are the driver's."""
        address = f"{self._scheme('neo4j')}://{HOST}:{self.port}"
        return neo4j.GraphDatabase.driver(address, **{"auth": (self.user, self.password), **options})

    def run(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows of one auto-commit query."""
        if self._driver is None:
            self._driver = self.driver()
        with self._driver.session() as session:
            return session.run(query, parameters).data()

    def clear(self) -> None:
        """Takes away every node, constraint, index and projected graph; the two token look-ups of a new one stay."""
        if self.gds:
            self.run(
                "CALL gds.graph.list() YIELD graphName AS name CALL gds.graph.drop(name) YIELD graphName RETURN name"
            )
        self.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS")
        for row in self.run("SHOW CONSTRAINTS YIELD name"):
            self.run(f"DROP CONSTRAINT {_quoted(row['name'])}")
        for row in self.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name"):
            self.run(f"DROP INDEX {_quoted(row['name'])}")

    def start(self) -> None:
        """Starts the server and waits until it answers. Raises ServerError if it ends or takes too long."""
        if self.running:
            return
        jars = self._jars.server + (self._jars.gds if self.gds else ())
        archive = self._jars.archive
        shared = (
            [f"-XX:SharedArchiveFile={archive}"] if self.gds and archive.exists() and archive.stat().st_size else []
        )
        with (self.home / "logs" / "console.log").open("ab") as console:
            self._process = subprocess.Popen(
                [*self._java(jars, *shared), "org.neo4j.server.CommunityEntryPoint", *self._places()],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
            )
        command = ["sh", "-c", WATCH, str(self._process.pid)]
        self._watch = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
        try:
            self._wait(time.monotonic() + _START_SECONDS)
        except BaseException:
            self.kill()
            raise

    def _java(self, jars: tuple[Path, ...], *options: str) -> list[str]:
        java = _program("java", "a Java 17 or 21 runtime")
        return [java, *self._java_options, *options, "-cp", os.pathsep.join(map(str, jars))]

    def _places(self) -> list[str]:
        return [f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}"]

    def _wait(self, deadline: float) -> None:
        while not self._answers():
            if not self.running:
                raise ServerError(f"the server ended while it started\n{self.log}")
            if time.monotonic() > deadline:
                raise ServerError(f"the server did not answer within {_START_SECONDS} s\n{self.log}")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            socket.create_connection((HOST, self.port), timeout=5).close()
            if not self._has_password:
                with self.driver(auth=(USER, USER)) as driver, driver.session(database="system") as session:
                    query = "ALTER CURRENT USER SET PASSWORD FROM $old TO $new"
                    session.run(query, old=USER, new=self.password).consume()
                self._has_password = True
            self.run("RETURN 1 AS one")
        except (OSError, DriverError, Neo4jError):
            self._close_driver()
            return False
        return True

    def stop(self) -> None:
        """Ends the server in order, as an operator does: its store is whole and free for ``admin``."""
        self._close_driver()
        if self._process is not None and self.running:
            self._process.terminate()
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
                raise ServerError(f"the server did not stop within {_STOP_SECONDS} s\n{self.log}") from None
        self.kill()

    def kill(self) -> None:
        """Ends the server at once, as a power cut does."""
        self._close_driver()
        if self._process is not None:
            if self.running:
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
        if self._watch is not None:
            self._watch.communicate(b"\n")
            self._watch = None

    def restart(self) -> None:
        """Stops the server, if it runs, and starts it on the same home, port and password."""
        self.stop()
        self.start()

    def admin(self, *arguments: str) -> str:
        """What the administration tool wrote, run on this home: ``admin("database", "info")``.

        It works in the home folder: relative paths start there. Most commands want the server stopped. Raises
        ServerError with what it wrote if it fails.
        """
        places = {"NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")}
        command = [*self._java(self._jars.server), "org.neo4j.cli.AdminTool", *arguments]
        return _finish(command, self.home, {**os.environ, **places})

    def _close_driver(self) -> None:
        if self._driver is not None:
            self._driver.close()
            self._driver = None


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


@contextmanager
def running(**options: Any) -> Iterator[Neo4jServer]:
    """A started server in a temporary home, gone with everything in it at the end; the options are Neo4jServer's."""
    with tempfile.TemporaryDirectory(prefix="bidring-neo4j-") as folder:
        server = Neo4jServer(Path(folder) / "home", **options)
        try:
            server.start()
            yield server
        finally:
            server.kill()
