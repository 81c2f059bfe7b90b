"""The desk database opened: a SQLite file or PostgreSQL, its tables brought up to this version."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from api.desk.address import DeskAddress
from api.desk.engines import begin_reading, begin_writing, open_engine, plainly
from api.errors import DeskUnusable

HEAD = "head"
"""The newest revision of the tables."""


class Desk:
    """The desk database behind ``sqlite:///FILE`` or ``postgresql+psycopg://USER:PASSWORD@HOST:PORT/DB``.

    Opening it runs the migrations that it lacks, unless ``migrate`` is False. DeskUnusable where it cannot be used; a
    server that was gone is used again once it is back. Errors never carry the values of a statement or the password.
    """

    def __init__(self, url: str, *, migrate: bool = True) -> None:
        address = DeskAddress.parse(url)
        self.shown = address.shown
        """Where it is, without user and password."""
        if address.file is not None:
            address.file.parent.mkdir(parents=True, exist_ok=True)
        self._file = address.file
        self._opened: tuple[int, int] | None = None
        self._engine = open_engine(address)
        try:
            if migrate and self.revision() != _steps().get_current_head():
                with self.writing() as connection:  # another process may have run them meanwhile: none is left then
                    upgrade(connection)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading, whose statements all see the same state; nothing written on it is kept."""
        with self._used(), self._engine.connect() as connection:
            yield begin_reading(connection)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the right to write from its beginning: all of it is kept, or nothing."""
        with self._used(), self._engine.connect() as connection:
            yield begin_writing(connection)
            connection.commit()

    def revision(self) -> str | None:
        """The revision of its tables, None where it has none; DeskUnusable where this version does not know it."""
        with self.reading() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
        if found is not None and found not in revisions():
            raise DeskUnusable(f"{self.shown}: a newer version of bidring has written to this desk")
        return found

    def about(self) -> dict[str, str]:
        """The engine with its version, and the revision of the tables."""
        revision = self.revision()
        with self.reading() as connection:
            dialect = connection.dialect
            number = ".".join(str(part) for part in dialect.server_version_info or ())
        return {dialect.name: number, "revision": revision or "none"}

    def close(self) -> None:
        """Release the file or the connections."""
        self._engine.dispose()

    @contextmanager
    def _used(self) -> Iterator[None]:
        self._ensure_there()
        try:
            yield
        except SQLAlchemyError as error:
            raise DeskUnusable(f"{self.shown}: {plainly(error)}") from None

    def _ensure_there(self) -> None:
        """Raise DeskUnusable where the file was taken away: connections would go on writing to what nobody reads.

        Once a file stands there again, it is opened anew.
        """
        if self._file is None:
            return
        try:
            status = self._file.stat()
        except OSError:
            if self._opened is None:  # the first connection makes the file
                return
            self._engine.dispose()
            raise DeskUnusable(f"{self.shown}: the file is gone") from None
        if self._opened not in (None, (status.st_dev, status.st_ino)):
            self._engine.dispose()
        self._opened = (status.st_dev, status.st_ino)


def upgrade(connection: Connection, revision: str = HEAD) -> None:
    """Bring the tables up to a revision, inside the transaction of :meth:`Desk.writing`."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def revisions() -> list[str]:
    """The revisions that this version knows, the oldest first."""
    return [step.revision for step in _steps().walk_revisions()][::-1]


def _steps() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    return config
