"""The desk database opened: SQLite in one file, its tables brought up to this version."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from api.errors import DeskUnusable

_WAIT = 10
"""Seconds that a writer waits for another one."""


class Desk:
    """A desk database in one file. Opening it runs the migrations that it lacks; DeskUnusable where it cannot be used.

    Errors never carry the values of a statement.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        self._engine = _engine(file)
        try:
            self._migrate()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading."""
        with self._used(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the right to write from its beginning: all of it is kept, or nothing."""
        with self._used(), self._engine.connect().execution_options(immediate=True) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Release the file."""
        self._engine.dispose()

    @contextmanager
    def _used(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            said = str(error.orig)
            busy = "locked" in said
            why = "another command is writing to it; try again" if busy else f"it cannot be used as the desk ({said})"
            raise DeskUnusable(f"{self._file}: {why}") from None
        except SQLAlchemyError as error:
            raise DeskUnusable(f"{self._file}: it cannot be used as the desk ({type(error).__name__})") from None

    def _migrate(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
        steps = ScriptDirectory.from_config(config)
        with self.reading() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
        if found == steps.get_current_head():
            return
        if found is not None and found not in {step.revision for step in steps.walk_revisions()}:
            raise DeskUnusable(f"{self._file}: a newer version of bidring has written to this desk")
        with self.writing() as connection:  # another process may have run them meanwhile: then nothing is left to do
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _engine(file: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(file)), hide_parameters=True, connect_args={"timeout": _WAIT}
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own transactions do not cover changes of tables
        cursor = connection.cursor()
        for pragma in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = FULL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql(
            "BEGIN IMMEDIATE" if connection.get_execution_options().get("immediate") else "BEGIN"
        )

    return engine
