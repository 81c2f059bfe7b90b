"""The tables of the record store, from the dataclasses of the records."""

from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_args, get_type_hints

import pyarrow as pa
import pytest

from ingest import declared, implementation
from ingest import records as r
from ingest.kept import Document, Provenance, Refused
from ingest.tables import RECORDS, SCHEMAS, to_arrow, values_of

KINDS = (*RECORDS, Document, Refused)
SAMPLES: dict[Any, Any] = {
    str: "text",
    int: 7,
    float: 0.5,
    bool: True,
    bytes: b"\x00\xff",
    date: date(2024, 2, 29),
    datetime: datetime(2024, 2, 29, 12, 30, 15, 123456),
    Decimal: Decimal("999999999999999999.123456"),
}


def sample(kind: type) -> Any:
    hints = get_type_hints(kind)
    types = {f.name: next(t for t in (*get_args(hints[f.name]), hints[f.name]) if t in SAMPLES) for f in fields(kind)}
    return kind(**{name: SAMPLES[type_] for name, type_ in types.items()})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.table)
def test_a_record_of_every_kind_comes_back_as_it_went_in(kind: type) -> None:
    made = sample(kind)
    proof = sample(Provenance) if issubclass(kind, r.Record) else None
    row = values_of(kind)(made) + (values_of(Provenance)(proof) if proof else ())
    [found] = to_arrow(kind.table, [row]).to_pylist()
    expected = {f.name: getattr(one, f.name) for one in (made, proof) if one for f in fields(one)}
    assert found == expected


def test_every_kind_of_record_has_a_table_of_its_own() -> None:
    defined = {
        one
        for module in (r, declared, implementation)
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, r.Record) and one is not r.Record
    }
    assert set(RECORDS) == defined
    assert len(SCHEMAS) == len(KINDS) == len({kind.table for kind in KINDS})


def test_sums_are_decimals_and_records_end_with_their_provenance() -> None:
    assert SCHEMAS["bids"].field("amount").type == pa.decimal128(24, 6)
    assert SCHEMAS["bids"].names[-5:] == ["source", "subject", "document", "loaded_at", "hash"]


def test_no_rows_make_an_empty_table_of_the_right_shape() -> None:
    assert to_arrow("bids", []).schema == SCHEMAS["bids"]
