"""Making a Neo4j server hold exactly the graph that the records give, by writing what differs.

Every node and edge carries the digest of its contents. What the server holds and what it should hold are compared by
digest; what is missing is written, what is too much is marked as dropped by this generation, in transactions that do
once what they do twice. However far a push came, the next one compares again and so leaves the exact graph. Edges
never change: another content is another edge. Nodes take their new contents at once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import GraphStoreError
from graph.model import EDGES, NODES, EdgeKind, NodeKind, edge_columns
from graph.store import Change, cypher
from graph.store.content import as_built, with_digests
from graph.store.neo4j_connection import Connection
from graph.store.neo4j_tables import Tables

_ENDS = ("source", "target")
_EDGE = (*_ENDS, "digest")
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Difference:
    """What has to be written, and the keys of what has to go."""

    missing: pa.Table
    surplus: pa.Table

    @property
    def change(self) -> Change:
        return Change(self.missing.num_rows, self.surplus.num_rows)


class Push:
    """One push into one generation."""

    def __init__(self, connection: Connection, generation: int, *, verify: bool) -> None:
        self._connection, self._generation, self._verify = connection, generation, verify
        self._tables = Tables(connection, generation)

    def run(self, nodes: Mapping[NodeKind, pa.Table], edges: Mapping[EdgeKind, pa.Table]) -> dict[str, Change]:
        """Write what differs, and say how much that was by kind.

        With ``verify`` all contents are read and digested anew, so that what somebody altered on the server is put
        right; without, the digests that stand there are believed. Raises GraphStoreError for an edge whose ends are
        no nodes.
        """
        if self._verify:
            self._remove_strays()
        of_nodes = {kind: self._nodes(kind, as_built(nodes.get(kind), NODES[kind])) for kind in NODES}
        of_edges = {kind: self._edges(kind, as_built(edges.get(kind), edge_columns(kind))) for kind in EDGES}
        for node, found in of_nodes.items():
            self._write(cypher.PUT_NODES[node], found.missing)
        for edge, found in of_edges.items():
            if self._write(cypher.PUT_EDGES[edge], found.missing, _edge_rows) < found.missing.num_rows:
                raise GraphStoreError(f"an edge {edge} begins or ends at a node that is not there")
        for edge, found in of_edges.items():
            self._write(cypher.DROP_EDGES[edge], found.surplus)
        for found in of_nodes.values():
            self._write(cypher.DROP_NODES, found.surplus)
        return {str(kind): found.change for kind, found in (*of_nodes.items(), *of_edges.items())}

    def _write(self, query: LiteralString, table: pa.Table, shape: Callable[[Rows], Rows] = list) -> int:
        """Write a table in batches, each a transaction of its own; how many rows found what they write to."""
        done = 0
        for batch in table.combine_chunks().to_batches(max_chunksize=self._connection.limits.batch):
            rows = shape(batch.to_pylist())
            done += self._connection.write(query, rows=rows, generation=self._generation)[0]["n"]
        return done

    def _nodes(self, kind: NodeKind, wanted: pa.Table) -> _Difference:
        wanted = with_digests(wanted)
        held = self._tables.whole(kind) if self._verify else self._tables.digests(kind)
        right = held.filter(pa.array(_unaltered(held), pa.bool_())) if self._verify else held
        missing = _without(wanted, right, ("id", "digest")).sort_by("id")
        return _Difference(missing, _without(held.select(["id"]), wanted, ("id",)))

    def _edges(self, kind: EdgeKind, wanted: pa.Table) -> _Difference:
        wanted = with_digests(wanted)
        held = self._verified_edges(kind) if self._verify else self._tables.digests(kind)
        missing = _without(wanted, held, _EDGE).sort_by([(name, "ascending") for name in _ENDS])
        return _Difference(missing, _without(held, wanted, _EDGE))

    def _verified_edges(self, kind: EdgeKind) -> pa.Table:
        """The edges whose contents are what their digest says, each once; the others are deleted."""
        whole = self._tables.whole(kind)
        keys = whole.select(list(_EDGE))
        times = keys.group_by(list(_EDGE)).aggregate([([], "count_all")])
        doubled = times.filter(pc.field("count_all") > 1).select(list(_EDGE))
        altered = keys.filter(pa.array([not one for one in _unaltered(whole)], pa.bool_()))
        wrong = pa.concat_tables([altered, doubled])
        self._write(cypher.DELETE_EDGES[kind], wrong)
        return _without(keys, wrong, _EDGE)

    def _remove_strays(self) -> None:
        """Delete what bears our labels or types and cannot be ours: without an id, or at a node of somebody else's."""
        for edge in EDGES:
            self._connection.write_until_done(cypher.STRAY_EDGES[edge])
        for node in NODES:
            self._connection.write_until_done(cypher.STRAY_NODES[node])


def _unaltered(table: pa.Table) -> list[bool]:
    """Which rows have the contents that their digest says."""
    contents = with_digests(table.drop_columns("digest"))
    return [
        said == found for said, found in zip(table["digest"].to_pylist(), contents["digest"].to_pylist(), strict=True)
    ]


def _without(table: pa.Table, others: pa.Table, keys: Sequence[str]) -> pa.Table:
    """The rows whose keys the other table does not have."""
    return table.join(others.select(list(keys)), list(keys), join_type="left anti")


def _edge_rows(rows: Rows) -> Rows:
    """Rows of an edge table as its query wants them: the ends apart from the properties."""
    return [
        {
            "source": row["source"],
            "target": row["target"],
            "digest": row["digest"],
            "properties": {name: value for name, value in row.items() if name not in _ENDS and value is not None},
        }
        for row in rows
    ]
