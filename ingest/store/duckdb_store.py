"""The record store in one DuckDB file."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa

from ingest.errors import NoRecords, StoreBusy, StoreError
from ingest.tables import SCHEMAS

LAYOUT = 3
"""Raised when a table changes, so that an older file is refused instead of misread."""
_MEMORY = {True: "128MB", False: "1500MB"}
"""What the engine may hold, writing and reading; beyond it, it works on disk."""


class DuckDBRecordStore:
    """See :class:`ingest.store.RecordStore`. DuckDB gives the file to one writing process, or to many readers."""

    def __init__(self, path: Path, *, write: bool = False) -> None:
        if not write and not path.exists():
            raise NoRecords(f"no records in {path.parent}: load some first with `bidring load`")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._con = ibis.duckdb.connect(path, read_only=not write, memory_limit=_MEMORY[write])
        except duckdb.IOException as error:
            if "Could not set lock" in str(error):
                raise StoreBusy(f"another command is writing to {path}; try again when it has ended") from None
            raise StoreError(f"{path} cannot be opened as a record store") from None
        except (duckdb.Error, OSError) as error:
            if "different configuration" in str(error):  # this process writes to it, or reads it meanwhile
                raise StoreBusy(f"the records at {path} are in use; try again in a moment") from None
            raise StoreError(f"{path} cannot be opened as a record store") from None
        try:
            self._check_layout(path, create=write)
        except StoreError:
            self.close()
            raise

    def _check_layout(self, path: Path, *, create: bool) -> None:
        tables = set(self._con.list_tables())
        if not tables and create:
            with self.writing():
                for name, schema in SCHEMAS.items():
                    self._con.create_table(name, schema=ibis.Schema.from_pyarrow(schema))
                self._con.create_table("layout", pa.table({"version": pa.array([LAYOUT])}))
        elif "layout" not in tables:
            raise StoreError(f"{path} is not a record store")
        found = self._con.table("layout").version.max().execute()
        if found != LAYOUT:
            raise StoreError(f"{path} has layout {found}, this version reads {LAYOUT}: load the files into a new home")

    def table(self, name: str) -> ibis.Table:
        """The table as an Ibis expression."""
        return self._con.table(name)

    def matching(self, name: str, column: str, values: Iterable[str]) -> ibis.Table:
        """The rows of a table whose ``column`` is one of ``values``."""
        wanted = ibis.memtable(pa.table({column: pa.array(sorted(set(values)), pa.string())}))
        return self.table(name).semi_join(wanted, column)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All or nothing: an exception inside rolls everything back."""
        self._con.raw_sql("BEGIN TRANSACTION")
        try:
            yield
        except BaseException:
            self._con.raw_sql("ROLLBACK")
            raise
        self._con.raw_sql("COMMIT")

    def append(self, name: str, rows: pa.Table) -> None:
        """Add rows that have the table's schema."""
        if not rows.num_rows:
            return
        # Ibis's insert, and any view of the rows, would keep them in memory until the transaction ends.
        self._con.con.from_arrow(rows).insert_into(self._checked(name))
        pa.default_memory_pool().release_unused()

    def delete(self, name: str, column: str, values: Iterable[str]) -> int:
        """Remove the rows whose ``column`` is one of ``values``; says how many there were."""
        wanted = sorted(set(values))
        if not wanted:
            return 0
        where = f'"{self._checked(name)}" WHERE "{self._checked(name, column)}" IN (SELECT unnest(?))'
        deleted = self._con.raw_sql(f"DELETE FROM {where}", parameters=[wanted])  # noqa: S608 - names are checked
        return int(deleted.fetchall()[0][0])

    @staticmethod
    def _checked(name: str, column: str | None = None) -> str:
        """The name of a table or column, if it is one of ours: nothing else gets into a statement's text."""
        if name not in SCHEMAS or (column is not None and column not in SCHEMAS[name].names):
            raise StoreError(f"no table or column {name}.{column}")
        return column or name

    def keep(self, name: str, expression: ibis.Table) -> ibis.Table:
        """The expression computed once and held for this session under ``name``."""
        return self._con.create_table(name, expression, temp=True, overwrite=True)

    def close(self) -> None:
        """Release the file."""
        self._con.disconnect()
