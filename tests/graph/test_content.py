"""Digests of contents: equal for equal contents, in any order, and different for any other."""

from datetime import date
from hashlib import sha256
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import EDGES, NODES, edge_columns
from graph.store.content import content_hash, with_digests

_TEXTS = st.text(st.characters(codec="utf-8"), max_size=5)
VALUES: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.string(): _TEXTS,
    pa.int64(): st.integers(-(2**63), 2**63 - 1),
    pa.float64(): st.floats(allow_nan=False),
    pa.bool_(): st.booleans(),
    pa.date32(): st.dates(),
}
SCHEMA = pa.schema([(f"{type_}", type_) for type_ in VALUES])
ROWS = st.lists(st.tuples(*(st.none() | values for values in VALUES.values())), min_size=1, max_size=5)
Row = tuple[Any, ...]


def rows_as_table(rows: list[Row], schema: pa.Schema = SCHEMA) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema)


def digests(*rows: Row, schema: pa.Schema = SCHEMA) -> list[str]:
    return with_digests(rows_as_table(list(rows), schema))["digest"].to_pylist()


def texts(*rows: Row) -> list[str]:
    return digests(*rows, schema=pa.schema([(f"{place}", pa.string()) for place in range(len(rows[0]))]))


def test_every_type_of_the_model_is_looked_at_here() -> None:
    columns = [*NODES.values(), *(edge_columns(kind) for kind in EDGES)]
    assert {type_ for kind in columns for type_ in kind.values()} == set(VALUES)


PINNED = (
    (("o-1", 12, 0.1, True, date(2024, 2, 29)), "3:o-12:123:0.14:true10:2024-02-29"),
    (("ТОО «Ә» 🏗\n", -7, 1e300, False, date(1, 1, 1)), "10:ТОО «Ә» 🏗\n2:-76:1e+3005:false10:0001-01-01"),
    (("", 0, -2.5, None, None), "0:1:04:-2.5--"),
    ((None, None, None, None, None), "-----"),
)  # fmt: skip


@pytest.mark.parametrize(("row", "text"), PINNED)
def test_the_form_that_is_digested_stays_as_it_is(row: Row, text: str) -> None:
    """A graph on a server carries digests: in another form, a push would write all of it again."""
    assert digests(row) == [sha256(text.encode()).hexdigest()[:16]]


def test_the_hash_of_a_known_table_stays_as_it_is() -> None:
    """It is the hash of the digests in order, which other tools may compute."""
    table = rows_as_table([row for row, _text in PINNED])
    assert with_digests(table)["digest"].to_pylist() == [
        "822c8765b3a87e92",
        "9337ad1ce73b2702",
        "17f9835c5b4b7a09",
        "73be087e93080f9e",
    ]
    assert content_hash(table) == "cd595d7a03e8973917f775b2313e66aacd586e87d9fcdae1afa39dd1224f31c3"
    assert content_hash(table.slice(0, 0)) == sha256(b"").hexdigest()


@given(ROWS, st.data())
def test_the_order_of_rows_changes_nothing(rows: list[Row], data: st.DataObject) -> None:
    assert content_hash(rows_as_table(data.draw(st.permutations(rows)))) == content_hash(rows_as_table(rows))


@given(ROWS)
def test_a_row_that_is_there_once_more_is_seen(rows: list[Row]) -> None:
    assert content_hash(rows_as_table([*rows, rows[0]])) != content_hash(rows_as_table(rows))


@given(ROWS, st.data())
def test_any_other_value_is_another_digest(rows: list[Row], data: st.DataObject) -> None:
    column = data.draw(st.integers(0, len(VALUES) - 1))
    other = data.draw(st.none() | [*VALUES.values()][column])
    changed = (*rows[0][:column], other, *rows[0][column + 1 :])
    same = repr(other) == repr(rows[0][column])
    assert (digests(changed) == digests(rows[0])) is same
    assert (content_hash(rows_as_table([changed, *rows[1:]])) == content_hash(rows_as_table(rows))) is same


@given(st.tuples(*[st.none() | _TEXTS] * 3), st.tuples(*[st.none() | _TEXTS] * 3))
def test_only_equal_rows_of_texts_share_a_digest(one: Row, other: Row) -> None:
    first, second = texts(one, other)
    assert (first == second) is (one == other)


ALIKE = [
    (("a", "bc"), ("ab", "c")),
    (("", "a"), ("a", "")),
    ((None, ""), ("", None)),
    (("-", None), (None, "-")),
    (("", None), ("", "")),
    (("1:a", ""), ("", "1:a")),
    (("a0:", None), ("a", "0:")),
    (("a1:b", "c"), ("a", "1:bc")),
    (("é", "e"), ("e\u0301", "e")),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_texts_that_look_alike_side_by_side_differ(one: Row, other: Row) -> None:
    first, second = texts(one, other)
    assert first != second


def test_a_table_in_several_pieces_has_the_same_contents() -> None:
    table = rows_as_table([row for row, _text in PINNED])
    pieces = pa.concat_tables([table.slice(0, 1), table.slice(1, 2), table.slice(3)])
    assert with_digests(pieces)["digest"].to_pylist() == with_digests(table)["digest"].to_pylist()
    assert content_hash(pieces) == content_hash(table)
