"""A connection to a Neo4j server: queries with time limits, failures in plain words, one writer at a time."""

import logging
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString

import neo4j
from neo4j import exceptions as failures

from graph.errors import (
    GraphStoreBusy,
    GraphStoreError,
    GraphStoreUnreachable,
    GraphStoreUnusable,
    GraphTooLarge,
)
from graph.store import cypher
from graph.store.address import ServerAddress

OLDEST_NEO4J = (5, 26)
OLDEST_GDS = (2, 13)
_TIMED_OUT = (".TransactionTimedOut", ".TransactionTimedOutClientConfiguration", ".LockClientStopped")
_OUT_OF_MEMORY = ("MemoryPoolOutOfMemoryError", "OutOfMemoryError")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a query may take in seconds, how many rows go into one transaction, and the memory of a projection.

    ``lock``: how long another writer is waited for. ``projection``: bytes that a projection may take; what the
    server has free, where it is None.
    """

    connect: float = 10
    read: float = 30
    write: float = 300
    project: float = 3600
    retry: float = 60
    lock: float = 3
    batch: int = 5000
    projection: int | None = None


class Connection:
    """A pool of connections to one server, checked at the start; one for a process, used by any thread."""

    def __init__(self, address: ServerAddress, limits: Limits) -> None:
        self.address, self.limits = address, limits
        # Retries are told by what comes of them; the driver's own lines would show queries.
        logging.getLogger("neo4j").addHandler(logging.NullHandler())
        logging.getLogger("neo4j").propagate = False
        with self.told(limits.connect):
            self.driver = neo4j.GraphDatabase.driver(
                address.url,
                auth=(address.user, address.password),
                connection_timeout=limits.connect,
                connection_acquisition_timeout=limits.connect,
                max_transaction_retry_time=limits.retry,
                notifications_min_severity="OFF",
                user_agent="bidring",
            )
        try:
            self.versions = self._checked_versions()
        except GraphStoreError:
            self.close()
            raise

    def _checked_versions(self) -> dict[str, str]:
        with self.told(self.limits.connect):
            self.driver.verify_connectivity()
        about = self.read(cypher.COMPONENTS)[0]
        _not_too_old("Neo4j", about["version"], OLDEST_NEO4J, self.address)
        with self.told(self.limits.read):
            try:
                gds = self.driver.execute_query(cypher.GDS_VERSION).records[0]["version"]
            except failures.ClientError as error:
                if "gds.version" not in str(error.message):
                    raise
                raise GraphStoreUnusable(
                    f"{self.address.url} has no Graph Data Science: install the plugin graph-data-science "
                    "and allow the procedures gds.*"
                ) from None
        _not_too_old("Graph Data Science", gds, OLDEST_GDS, self.address)
        return {"neo4j": f"{about['version']} {about['edition']}", "graph-data-science": gds}

    def read(self, query: LiteralString, *, seconds: float | None = None, **values: Any) -> list[Row]:
        """The rows of a query, in a transaction that is tried again where the server says that it may be."""
        return self._managed(neo4j.READ_ACCESS, query, seconds or self.limits.read, values)

    def write(self, query: LiteralString, **values: Any) -> list[Row]:
        """As :meth:`read`, for queries that write; what they do twice they must do once."""
        return self._managed(neo4j.WRITE_ACCESS, query, self.limits.write, values)

    def _managed(self, access: str, query: LiteralString, seconds: float, values: Mapping[str, Any]) -> list[Row]:
        @neo4j.unit_of_work(timeout=seconds)
        def work(transaction: neo4j.ManagedTransaction) -> list[Row]:
            return [dict(record) for record in transaction.run(query, dict(values))]  # data() walks through all values

        with self.told(seconds), self.driver.session(default_access_mode=access) as session:
            return session.execute_read(work) if access == neo4j.READ_ACCESS else session.execute_write(work)

    def write_until_done(self, query: LiteralString, **values: Any) -> None:
        """Repeat a query that treats ``$batch`` elements and returns their number ``n``, until there are no more."""
        while self.write(query, batch=self.limits.batch, **values)[0]["n"]:
            pass

    def prepare(self) -> None:
        """Create the constraints and indexes that are missing, and wait for them."""
        for name in self.missing_schema():
            self.write(cypher.SCHEMA[name])
        self.read(cypher.AWAIT_INDEXES, seconds=self.limits.write, most=int(self.limits.write))
        self.ensure_prepared()

    def missing_schema(self) -> list[str]:
        """The constraints and indexes that are wanted and not there."""
        held = set(self.read(cypher.SHOW_SCHEMA)[0]["held"])
        return [name for name in cypher.SCHEMA if name not in held]

    def ensure_prepared(self) -> None:
        """GraphStoreError where a constraint or an index is missing."""
        if missing := self.missing_schema():
            raise GraphStoreError(
                f"the graph at {self.address.url} lacks an index or a constraint on {missing[0]}: "
                "run `bidring graph push`"
            )

    @contextmanager
    def told(self, seconds: float) -> Iterator[None]:
        """Turns the driver's errors into ours. Texts of the server stay out: they may hold values."""
        try:
            yield
        except failures.AuthError:
            raise GraphStoreUnusable(
                f"{self.address.url} does not take the user {self.address.user!r} with this password"
            ) from None
        except (failures.ServiceUnavailable, failures.SessionExpired, OSError):
            raise self._unreachable() from None
        except failures.Neo4jError as error:
            raise self.refused(error, seconds) from None
        except failures.DriverError as error:
            raise GraphStoreError(f"the graph at {self.address.url} failed: {type(error).__name__}") from None

    def _unreachable(self) -> GraphStoreError:
        """Why there is no answer: the driver tells of a certificate only in its log, so that it is looked at here."""
        address, where = self.address, self.address.url
        hint = ", or it wants an encrypted connection (neo4j+s://)"
        if "+s" in address.scheme:
            context = ssl.create_default_context()
            if address.scheme.endswith("+ssc"):
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            hint = ""
            try:
                with (
                    socket.create_connection((address.host, address.port), timeout=self.limits.connect) as plain,
                    context.wrap_socket(plain, server_hostname=address.host),
                ):
                    pass
            except ssl.SSLCertVerificationError as error:
                return GraphStoreUnusable(
                    f"the certificate of {where} is not trusted ({error.verify_message}): give its authority in "
                    "SSL_CERT_FILE, or use +ssc to take any certificate"
                )
            except (ssl.SSLError, ConnectionResetError, TimeoutError):
                return GraphStoreUnusable(f"{where} does not encrypt: use the scheme without +s")
            except OSError:
                pass
        return GraphStoreUnreachable(f"no Neo4j answers at {where}: it is not running or not reachable{hint}")

    def refused(self, error: failures.Neo4jError, seconds: float) -> GraphStoreError:
        """What the server refused, in our words."""
        code = error.code or type(error).__name__
        if code.endswith(_TIMED_OUT):
            return GraphStoreError(f"the graph at {self.address.url} took longer than {seconds:g} s: ask for less")
        if code.rpartition(".")[2] in _OUT_OF_MEMORY or "exceeds current free memory" in str(error.message):
            return GraphTooLarge(
                f"the graph at {self.address.url} does not fit into the server's memory: give it a larger heap"
            )
        return GraphStoreError(f"the graph at {self.address.url} failed: {code}")

    def close(self) -> None:
        """Release the connections."""
        self.driver.close()


class Lock:
    """A right that one connection has at a time. The server holds it for as long as our transaction is open, so that
    it is free again when either side dies.
    """

    def __init__(self, connection: Connection, name: str, refusal: str) -> None:
        self._connection, self._name, self._refusal = connection, name, refusal
        self._session: neo4j.Session | None = None

    def acquire(self) -> None:
        """Take the right; GraphStoreBusy with the refusal where another has it for longer than is waited for."""
        seconds = self._connection.limits.lock
        with self._connection.told(seconds):
            try:
                self._hold(seconds).rollback()
            except failures.Neo4jError as error:
                self.release()
                if (error.code or "").endswith(_TIMED_OUT):
                    raise GraphStoreBusy(self._refusal) from None
                raise
            self._hold(0)

    def _hold(self, seconds: float) -> neo4j.Transaction:
        if self._session is None:
            self._session = self._connection.driver.session()
        transaction = self._session.begin_transaction(timeout=seconds)
        transaction.run(cypher.LOCK, lock=self._name).consume()
        return transaction

    def release(self) -> None:
        """Give the right back."""
        if self._session is not None:
            self._session.close()
            self._session = None


def _not_too_old(what: str, version: str, oldest: tuple[int, int], address: ServerAddress) -> None:
    found = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    if found < oldest:
        wanted = ".".join(map(str, oldest))
        raise GraphStoreUnusable(f"{what} {version} at {address.url} is too old: {wanted} or later is needed")
