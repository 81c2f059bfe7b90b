"""Digests of what a graph holds: the same contents give the same digest in every engine."""

from hashlib import sha256

import ibis
import ibis.expr.types as ir
import pyarrow as pa

_WIDTH = 16
"""Hexadecimal digits: 64 bits tell millions of parallel edges of one pair apart."""


def with_digests(table: pa.Table) -> pa.Table:
    """The table with the column ``digest``: the first 16 hexadecimal digits of the SHA-256 of each row's values.

    The values stand in the order of the columns, each as its length, a colon and its text, ``-`` for null, so that no
    two rows give the same text.

    >>> with_digests(pa.table({"id": ["o-1", "o-2"], "name": ["A", None]}))["digest"].to_pylist()
    ['fa2bba1d95a5a60c', '3e1a2a0c19b40bde']
    """
    if not table.num_rows:
        return table.append_column("digest", pa.array([], pa.string()))
    rows = ibis.memtable(table)
    text = ibis.literal("").join([_text(rows[name]) for name in table.column_names])
    found: pa.Table = rows.mutate(digest=text.hexdigest("sha256").substr(0, _WIDTH)).to_pyarrow()
    return found.select([*table.column_names, "digest"]).cast(table.schema.append(pa.field("digest", pa.string())))


def _text(value: ir.Value) -> ir.StringValue:
    said = value.cast("string")
    found: ir.StringValue = ibis.coalesce(said.length().cast("string") + ":" + said, "-")
    return found


def content_hash(table: pa.Table) -> str:
    """The SHA-256 of the sorted digests of a table's rows: equal where the contents are, whatever their order."""
    digests = sorted(with_digests(table)["digest"].to_pylist())
    return sha256("".join(digests).encode()).hexdigest()
