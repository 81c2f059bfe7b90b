"""The two engines of the desk database, made to promise the same."""

from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.desk.address import SERVER_SCHEME, DeskAddress

WAIT = 10
"""Seconds that a writer waits for another one, and that a server has to answer a new connection."""
_SILENCE = 15_000
"""Milliseconds without a sign of the server after which a connection counts as lost."""
_WRITER = 0x62696472
"""The number of the lock that PostgreSQL's writers take in turn; "bidr" in ASCII, so that it is nobody else's."""
_LOST = ("08", "57P")
"""SQLSTATE classes of a connection that ended and of a server that is going down or coming up."""
_REFUSED = {
    "password authentication failed": "the server does not admit this user with this password",
    "no pg_hba.conf entry": "the server does not admit this user from here",
    "does not exist": "the server has no such user or database",
    "too many": "the server has no connection left",
    "certificate": "the server did not prove who it is",
    "SSL": "the server does not speak TLS as sslmode asks",
    "starting up": "the server is starting up; try again",
    "shutting down": "the server is going down; try again",
}


def open_engine(address: DeskAddress) -> Engine:
    """The engine behind an address; nothing is opened yet.

    Writers go one by one on both: SQLite by its lock of the file, PostgreSQL by a lock of the transaction. So what was
    read in :func:`begin_writing` still holds when it is written, and rows become visible in the order of their numbers.
    """
    return _sqlite(address) if address.file is not None else _postgresql(address)


def begin_reading(connection: Connection) -> Connection:
    """The connection with a transaction whose statements all see the same state."""
    if connection.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return connection


def begin_writing(connection: Connection) -> Connection:
    """The connection in a transaction that has the right to write; waits :data:`WAIT` seconds for it."""
    connection = connection.execution_options(immediate=True)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER})")
    else:
        connection.begin()
    return connection


def _sqlite(address: DeskAddress) -> Engine:
    url = URL.create("sqlite", database=str(address.file))
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": WAIT})

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own transactions do not cover changes of tables
        cursor = connection.cursor()
        # Without recursive triggers, INSERT OR REPLACE takes rows away from an append-only table unseen.
        for pragma in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = FULL", "recursive_triggers = ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql(
            "BEGIN IMMEDIATE" if connection.get_execution_options().get("immediate") else "BEGIN"
        )

    return engine


def _postgresql(address: DeskAddress) -> Engine:
    url = URL.create(
        SERVER_SCHEME, address.user, address.password, address.host, address.port, address.database, address.options
    )
    settings = {"lock_timeout": f"{WAIT}s", "timezone": "UTC", "client_encoding": "UTF8", "search_path": "public"}
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,  # a connection that was lost meanwhile is replaced before it is used
        pool_size=5,
        max_overflow=35,  # with the first five as many as a service has threads
        pool_timeout=WAIT,
        connect_args={
            "connect_timeout": WAIT,
            "tcp_user_timeout": _SILENCE,
            "application_name": "bidring",
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        },
    )


def plainly(error: SQLAlchemyError) -> str:
    """Why the desk could not be used, in words that hold no value of a statement and no part of the address."""
    if isinstance(error, PoolTimeout):
        return "too many requests wait for it; try again"
    if not isinstance(error, DBAPIError):
        return f"it cannot be used as the desk ({type(error).__name__})"
    said, state = str(error.orig), getattr(error.orig, "sqlstate", None)
    if "locked" in said or state == "55P03":
        return "another command is writing to it; try again"
    if type(error.orig).__module__.startswith("sqlite3"):
        return f"it cannot be used as the desk ({said})"
    if state is None or state.startswith(("28", "3D", "53", *_LOST)):
        for sign, meaning in _REFUSED.items():
            if sign in said:
                return meaning
        lost = error.connection_invalidated or (state or "").startswith(_LOST)
        return "the connection was lost; try again" if lost else "the server cannot be reached"
    return f"it cannot be used as the desk ({type(error.orig).__name__})"
