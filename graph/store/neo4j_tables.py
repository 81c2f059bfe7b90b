"""What a Neo4j server holds, as tables: a column as one list in an answer, since rows come twenty times slower."""

from collections.abc import Iterator, Mapping
from typing import Any, LiteralString

import pyarrow as pa

from graph.model import NODES, PREFIXES, EdgeKind, NodeKind, edge_columns
from graph.store import cypher
from graph.store.neo4j_connection import Connection

_CHUNK = 50_000
"""So many elements or fewer are read at once: a list of more takes too much of a server's heap."""
_DIGITS = "0123456789abcdef"
_LAST = "\U0010ffff"
_NOTHING = {"no_text": cypher.NO_TEXT, "no_whole": cypher.NO_WHOLE, "no_number": float("nan"), "never": cypher.NEVER}
_DIGEST = {"digest": pa.string()}
_KEYS = {"source": pa.string(), "target": pa.string()}


class Tables:
    """The nodes and edges of one generation."""

    def __init__(self, connection: Connection, generation: int) -> None:
        self._connection, self._generation = connection, generation

    def count(self, kind: NodeKind | EdgeKind) -> int:
        """How many there are of a kind."""
        query = cypher.COUNT_NODES[kind] if isinstance(kind, NodeKind) else cypher.COUNT_EDGES[kind]
        found = self._connection.read(query, generation=self._generation, never=cypher.NEVER)
        return int(found[0]["n"])

    def whole(self, kind: NodeKind | EdgeKind) -> pa.Table:
        """Everything of a kind with the digest that it carries, empty where it carries none; in no order."""
        if isinstance(kind, NodeKind):
            return self._read(kind, cypher.NODE_COLUMNS[kind], {**NODES[kind], **_DIGEST})
        return self._read(kind, cypher.EDGE_COLUMNS[kind], {**edge_columns(kind), **_DIGEST})

    def digests(self, kind: NodeKind | EdgeKind) -> pa.Table:
        """``id`` of nodes, ``source`` and ``target`` of edges, and the digest that each carries; in no order."""
        if isinstance(kind, NodeKind):
            return self._read(kind, cypher.NODE_DIGESTS[kind], {"id": pa.string(), **_DIGEST})
        return self._read(kind, cypher.EDGE_DIGESTS[kind], {**_KEYS, **_DIGEST})

    def _read(self, kind: NodeKind | EdgeKind, query: LiteralString, columns: Mapping[str, pa.DataType]) -> pa.Table:
        schema = pa.schema(list(columns.items()))
        count = self.count(kind)
        if not count:
            return schema.empty_table()
        limits = self._connection.limits
        parts = []
        for first, last in _ranges(count):
            values = {"generation": self._generation, "first": first, "last": last, **_NOTHING}
            row = self._connection.read(query, seconds=limits.write, **values)[0]
            parts.append(pa.table([_column(row[name], type_) for name, type_ in columns.items()], schema=schema))
        return pa.concat_tables(parts)


def _ranges(count: int) -> Iterator[tuple[str, str]]:
    """Half-open spans of ids that cover every text, so many that each holds some :data:`_CHUNK` of ``count``.

    >>> list(_ranges(10))
    [('', '\U0010ffff')]
    """
    bounds = [""]
    if count > _CHUNK:
        seconds = _DIGITS if count > _CHUNK * len(_DIGITS) else ("",)
        bounds += [f"{letter}-{one}{two}" for letter in sorted(PREFIXES) for one in _DIGITS for two in seconds]
    yield from zip(bounds, [*bounds[1:], _LAST], strict=True)


def _column(values: list[Any], type_: pa.DataType) -> "pa.Array[Any]":
    """A column from the values that stand for it."""
    if type_ == pa.bool_():
        return pa.array([None if value < 0 else value == 1 for value in values], type_)
    if type_ == pa.float64():
        return pa.array(values, type_, from_pandas=True)
    if type_ == pa.int64():
        return pa.array([None if value == cypher.NO_WHOLE else value for value in values], type_)
    texts = pa.array([None if value == cypher.NO_TEXT else value for value in values], pa.string())
    return texts.cast(type_)
