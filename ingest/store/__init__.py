"""The record store: the tables of normalised records, read through Ibis expressions.

One protocol, so that the same expressions run on a DuckDB file and on a cluster. What crosses it are
Ibis tables to read, Arrow tables to write, and our own types.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import ibis
import pyarrow as pa

from ingest.errors import StoreError


class RecordStore(Protocol):
    """Tables named in :data:`ingest.tables.SCHEMAS`. A store opened for reading refuses to write."""

    def table(self, name: str) -> ibis.Table:
        """The table as an Ibis expression."""
        ...

    def matching(self, name: str, column: str, values: Iterable[str]) -> ibis.Table:
        """The rows of a table whose ``column`` is one of ``values``, as an expression."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """A transaction: all that is written inside is kept together, or nothing where the block raises."""
        ...

    def append(self, name: str, rows: pa.Table) -> None:
        """Add rows that have the table's schema."""
        ...

    def delete(self, name: str, column: str, values: Iterable[str]) -> int:
        """Remove the rows whose ``column`` is one of ``values``; says how many there were."""
        ...

    def keep(self, name: str, expression: ibis.Table) -> ibis.Table:
        """The expression computed once and held for this session under ``name``, as a table."""
        ...

    def close(self) -> None:
        """Release the store; what was written is on disk."""
        ...


def open_record_store(url: str, *, write: bool = False) -> RecordStore:
    """The store behind ``duckdb:///path/to/file``; made where it is missing and ``write`` is True.

    Raises :class:`StoreError` for an unknown engine or a missing store, :class:`~ingest.errors.StoreBusy`
    where another process writes to it.
    """
    from ingest.store.duckdb_store import DuckDBRecordStore  # noqa: PLC0415 - engines load when asked for

    engine, separator, path = url.partition(":///")
    if not separator or engine != "duckdb" or not path:
        raise StoreError(f"records: {url!r} is not duckdb:///FILE")
    return DuckDBRecordStore(Path(path), write=write)
