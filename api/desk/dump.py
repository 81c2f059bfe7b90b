"""The rows of the desk as JSON lines, the same from every engine: how they move from one to the other."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import JSON, Column, Connection, MetaData, String, Table, func, insert, select

_REVISION = "alembic_version"
_AT_ONCE = 1000


def desk_tables(connection: Connection) -> list[Table]:
    """The tables that the database has, each after those that it refers to."""
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True
    return [table for table in metadata.sorted_tables if table.name != _REVISION]


def dump_rows(connection: Connection, table: Table) -> Iterator[bytes]:
    """The rows of a table, one JSON object a line, in the order of their keys by code point."""
    key = list(table.primary_key.columns) or list(table.columns)
    query = select(table).order_by(*(_ordered(connection, column).nulls_first() for column in key))
    encoder = msgspec.json.Encoder(order="sorted")
    with connection.execute(query, execution_options={"yield_per": _AT_ONCE}) as rows:
        for row in rows.mappings():
            yield encoder.encode(dict(row)) + b"\n"


def load_rows(connection: Connection, table: Table, lines: Iterable[bytes]) -> int:
    """Add the rows of such lines to a table; says how many. Raises :class:`msgspec.MsgspecError` for another line."""
    kinds = {column.name: _kind(column) for column in table.columns}
    decoder = msgspec.json.Decoder(dict[str, Any])
    count, left = 0, iter(lines)
    while some := list(islice(left, _AT_ONCE)):
        rows = [_row(decoder.decode(line), kinds) for line in some]
        connection.execute(insert(table), rows)
        count += len(rows)
    if connection.dialect.name == "postgresql":
        _continue_numbers(connection, table)
    return count


def _row(found: dict[str, Any], kinds: dict[str, Any]) -> dict[str, Any]:
    if found.keys() != kinds.keys():
        raise msgspec.ValidationError("a row has not the columns of its table")
    return {name: msgspec.convert(value, kinds[name]) for name, value in found.items()}


def _kind(column: "Column[Any]") -> Any:
    return Any if isinstance(column.type, JSON) else column.type.python_type | None


def _ordered(connection: Connection, column: "Column[Any]") -> Any:
    """SQLite orders texts by code point; PostgreSQL does where it is told to."""
    is_text = isinstance(column.type, String)
    return column.collate("C") if is_text and connection.dialect.name == "postgresql" else column


def _continue_numbers(connection: Connection, table: Table) -> None:
    """Have the numbers that the server gives out go on after the greatest there is."""
    for column in table.primary_key.columns:
        sequence = connection.scalar(select(func.pg_get_serial_sequence(f'"{table.name}"', column.name)))
        if sequence is not None:
            last = connection.scalar(select(func.max(column)))
            connection.execute(select(func.setval(sequence, last or 1, last is not None)))
