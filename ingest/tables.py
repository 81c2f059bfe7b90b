"""The tables of the record store: their columns, and rows as Arrow."""

from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from types import NoneType
from typing import Any, get_args, get_type_hints

import pyarrow as pa

from ingest import records as r
from ingest.declared import Declaration, PriceLevel, Rate
from ingest.implementation import ContractAlias, Milestone, Plan, PlannedLot, Transaction
from ingest.kept import Document, Provenance, Refused

RECORDS: tuple[type[r.Record], ...] = (
    r.Tender,
    r.Lot,
    r.Bid,
    r.Tenderer,
    r.Award,
    r.Supplier,
    r.Contract,
    ContractAlias,
    Transaction,
    Milestone,
    Plan,
    PlannedLot,
    r.Organisation,
    r.Person,
    r.Contact,
    r.Alias,
    r.Ownership,
    r.Officer,
    r.Office,
    r.Kinship,
    Declaration,
    Rate,
    PriceLevel,
    r.Debarment,
    r.Code,
    r.Withdrawn,
)
"""The tables of normalised records."""

_ARROW: dict[Any, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    bytes: pa.binary(),
    date: pa.date32(),
    datetime: pa.timestamp("us"),
    Decimal: pa.decimal128(24, 6),
}


def arrow_schema(kind: type) -> pa.Schema:
    """The Arrow schema of a table's dataclass; a :class:`~ingest.records.Record` carries its provenance last."""
    columns = _columns(kind)
    if issubclass(kind, r.Record):
        columns += _columns(Provenance)
    return pa.schema(columns)


def _columns(kind: type) -> list["pa.Field[Any]"]:
    hints = get_type_hints(kind)
    found = []
    for field in fields(kind):
        options = [t for t in get_args(hints[field.name]) or (hints[field.name],) if t is not NoneType]
        found.append(pa.field(field.name, _ARROW[options[0]]))
    return found


_TABLES: tuple[type[r.Record] | type[Document] | type[Refused], ...] = (*RECORDS, Document, Refused)
SCHEMAS: dict[str, pa.Schema] = {kind.table: arrow_schema(kind) for kind in _TABLES}
"""Every table of the record store with its columns, in the order of creation."""


def values_of(kind: type) -> Callable[[object], tuple[object, ...]]:
    """A function that gives the values of one ``kind``'s fields as a tuple, in the order of the schema."""
    names = [field.name for field in fields(kind)]
    if len(names) == 1:
        one = attrgetter(names[0])
        return lambda record: (one(record),)
    return attrgetter(*names)


def to_arrow(table: str, rows: Iterable[tuple[object, ...]]) -> pa.Table:
    """Rows in the order of the table's schema as an Arrow table."""
    schema = SCHEMAS[table]
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.Table.from_arrays(
        [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)], schema=schema
    )
