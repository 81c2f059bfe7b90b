"""What a graph is built from, and digests of it: the same contents give the same digest in every engine."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_WIDTH = 16
"""Hexadecimal digits: 64 bits tell millions of parallel edges of one pair apart."""


def as_built(rows: pa.Table | None, columns: Mapping[str, pa.DataType]) -> pa.Table:
    """Rows with exactly these columns; none for None."""
    schema = pa.schema(list(columns.items()))
    return schema.empty_table() if rows is None else rows.select(schema.names).cast(schema)


def with_digests(table: pa.Table) -> pa.Table:
    """The table with the column ``digest``: the first 16 hexadecimal digits of the SHA-256 of each row's values.

    The values stand in the order of the columns, each as the length of its text, a colon and the text, ``-`` for
    null, so that no two rows give the same.

    >>> with_digests(pa.table({"id": ["o-1", "o-2"], "name": ["A", None]}))["digest"].to_pylist()
    ['bab0aae4280b3a0f', 'e2db18467cd51309']
    """
    parts: list[Any] = []
    for column in table.columns:
        said: Any = column.cast(pa.string())
        marked = pc.binary_join_element_wise(pc.utf8_length(said).cast(pa.string()), said, ":")
        parts.append(pc.fill_null(marked, "-"))
    texts = pc.binary_join_element_wise(*parts, "").to_pylist()
    digests = [sha256(str(text).encode()).hexdigest()[:_WIDTH] for text in texts]
    return table.append_column("digest", pa.array(digests, pa.string()))


def content_hash(table: pa.Table) -> str:
    """The SHA-256 of the sorted digests of a table's rows: equal where the contents are, whatever their order."""
    digests = sorted(str(one) for one in with_digests(table)["digest"].to_pylist())
    return sha256("".join(digests).encode()).hexdigest()
