"""The graph store in one Ladybug file (embedded, Cypher)."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

import ladybug
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graph.communities import betweenness, communities, components, distances
from graph.errors import GraphStoreBusy, GraphStoreError
from graph.model import EDGES, NODES, PREFIXES, EdgeKind, Node, NodeKind, Path, Subgraph, edge_columns
from graph.store import Change, Projection
from graph.store.content import as_built
from graph.store.ladybug_lookup import Lookup, edge_types, make_edge, node_kind

_TYPES = {
    pa.string(): "STRING",
    pa.date32(): "DATE",
    pa.float64(): "DOUBLE",
    pa.int64(): "INT64",
    pa.bool_(): "BOOL",
}
_BUFFER = 256 * 1024 * 1024
_BUILD_BUFFER = 1024 * 1024 * 1024
_MOST_PLANS = 24
"""A connection keeps each query's text with its plan and up to 7 MB of the buffer, until it is closed."""


_Ends = NDArray[np.int64]
_Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Edges:
    """All edges of one kind: ends as places in ``names``, numbers by property."""

    names: list[str]
    left: _Ends
    right: _Ends
    properties: dict[str, _Weights]


def opened(path: FilePath, *, write: bool = False) -> ladybug.Database:
    """The database in a file; GraphStoreBusy while another process writes it, GraphStoreError where it is none."""
    try:
        return ladybug.Database(path, read_only=not write, buffer_pool_size=_BUILD_BUFFER if write else _BUFFER)
    except (RuntimeError, OSError) as error:
        if "lock" in str(error).lower():
            raise GraphStoreBusy(f"another command is building the graph at {path}") from None
        raise GraphStoreError(f"{path} cannot be opened as a graph") from None


class LadybugGraphStore:
    """See :class:`graph.store.GraphStore`. One process may build the file; any number read it once it is built."""

    def __init__(
        self, path: FilePath, database: ladybug.Database, release: Callable[["LadybugGraphStore"], None], *,
        write: bool = False,
    ) -> None:  # fmt: skip
        self._path, self._database, self._release, self._write = path, database, release, write
        self._edges: dict[EdgeKind, _Edges] = {}
        self._planned: set[str] = set()
        self._lookup = Lookup(self._run)
        self._connection = self._connected()
        self.failed = False

    def build(
        self, nodes: Mapping[NodeKind, pa.Table], edges: Mapping[EdgeKind, pa.Table], *, verify: bool = False
    ) -> dict[str, Change]:
        """Replace everything by these nodes and edges: nothing is left to ``verify``."""
        if not self._write:
            raise GraphStoreError(f"the graph at {self._path} was opened for reading")
        self._edges.clear()
        dropped = self._kept()
        for edge in EDGES:
            self._run(f"DROP TABLE IF EXISTS {edge}")
        for node in NODES:
            self._run(f"DROP TABLE IF EXISTS {node}")
        for node, columns in NODES.items():
            typed = ", ".join(f"`{name}` {_TYPES[type_]}" for name, type_ in columns.items())
            self._run(f"CREATE NODE TABLE {node} ({typed}, PRIMARY KEY (id))")
            table = as_built(nodes.get(node), columns)
            if table.num_rows:
                self._run(f"COPY {node} FROM $rows", rows=table)
        for edge, shape in EDGES.items():
            joins = ", ".join(f"FROM {source} TO {target}" for source, target in shape.joins)
            columns = {"mark": pa.string(), **shape.properties}
            typed = ", ".join(f"`{name}` {_TYPES[type_]}" for name, type_ in columns.items())
            self._run(f"CREATE REL TABLE {edge} ({joins}, {typed})")
            self._copy_edges(edge, as_built(edges.get(edge), edge_columns(edge)))
        self._run("CHECKPOINT")
        return {kind: Change(written, dropped.get(kind, 0)) for kind, written in self.counts().items()}

    def _kept(self) -> dict[str, int]:
        """How many nodes and edges there are of the kinds that have a table: none has before the first build."""
        tables = {row[0] for row in self._run("CALL show_tables() RETURN name")}
        return self.counts() if tables.issuperset([*NODES, *EDGES]) else {}

    def _copy_edges(self, edge: EdgeKind, rows: pa.Table) -> None:
        letters = {kind: letter for letter, kind in PREFIXES.items()}
        for source, target in EDGES[edge].joins:
            starts = pc.starts_with(rows["source"], f"{letters[source]}-")
            ends = pc.starts_with(rows["target"], f"{letters[target]}-")
            fitting = rows.filter(pc.and_(starts, ends))
            if fitting.num_rows:
                self._run(f"COPY {edge} FROM $rows (from='{source}', to='{target}')", rows=fitting)

    def counts(self) -> dict[str, int]:
        """How many nodes and edges there are of each kind."""
        found = {}
        for node in NODES:
            found[str(node)] = self._run(f"MATCH (n:{node}) RETURN count(*)")[0][0]
        for edge in EDGES:
            found[str(edge)] = self._run(f"MATCH ()-[e:{edge}]->() RETURN count(*)")[0][0]
        return found

    def table(self, kind: NodeKind | EdgeKind) -> pa.Table:
        """Every node or edge of one kind: nodes by id, edges by source, target and mark."""
        return (
            self._nodes_table(kind)
            if isinstance(kind, NodeKind)
            else self._edges_table(kind, list(EDGES[kind].properties))
        )

    def nodes(self, ids: Iterable[str]) -> list[Node]:
        """The nodes with these ids, in order; ids that are not there are left out."""
        return self._lookup.nodes(ids)

    def between(self, ids: Collection[str]) -> Subgraph:
        """These nodes and every edge between any two of them."""
        return self._lookup.between(ids, tuple(EDGES))

    def neighbourhood(
        self, ids: Collection[str], *, hops: int = 1, kinds: Collection[EdgeKind] | None = None, limit: int = 500
    ) -> Subgraph:
        """The nodes within so many hops of these, nearest first, then by id, up to ``limit``, and the edges between."""
        return self._lookup.neighbourhood(ids, hops, tuple(EDGES if kinds is None else kinds), limit)

    def paths(
        self,
        source: str,
        target: str,
        *,
        most_hops: int = 4,
        kinds: Collection[EdgeKind] | None = None,
        limit: int = 10,
    ) -> list[Path]:
        """Simple paths, edges taken in either direction, fewest hops first and then by their nodes."""
        start, end, types = node_kind(source), node_kind(target), edge_types(EDGES if kinds is None else kinds)
        if start is None or end is None or source == target or not types:
            return []
        found: list[Path] = []
        for hops in range(1, most_hops + 1):
            rows = self._run(
                f"MATCH p = (a:{start} {{id: $source}})-[e:{types}* ACYCLIC {hops}..{hops}]-(b:{end} {{id: $target}}) "
                "RETURN nodes(p), rels(p)",
                source=source,
                target=target,
            )
            # ACYCLIC keeps inner nodes apart from each other, and not from the ends.
            met = (_path(nodes, edges) for nodes, edges in rows)
            found += sorted(path for path in met if len(set(path.nodes)) == hops + 1)
            if len(found) >= limit:
                break
        return found[:limit]

    def components(self, projection: Projection) -> list[list[str]]:
        """The connected parts of two nodes or more: each sorted, all in order."""
        names, left, right, _ = self._projected(projection)
        return [[names[node] for node in part] for part in components(left, right)]

    def communities(
        self, projection: Projection, *, algorithm: str = "leiden", resolution: float = 1.0, seed: int = 0
    ) -> list[list[str]]:
        """A partition of the projection's nodes, the same for the same seed."""
        names, left, right, weights = self._projected(projection)
        found = communities(left, right, weights, algorithm=algorithm, resolution=resolution, seed=seed)
        return [[names[node] for node in part] for part in found]

    def betweenness(self, projection: Projection) -> dict[str, float]:
        """How many shortest paths between two others run through each node of the projection, by id, in order."""
        names, left, right, _ = self._projected(projection)
        return {names[node]: found for node, found in betweenness(left, right).items()}

    def distances(self, projection: Projection, source: str) -> dict[str, float]:
        """The least sum of weights from ``source`` to every node that it reaches, by id, in order."""
        names, left, right, weights = self._projected(projection)
        if source not in names:
            return {}
        return {names[node]: found for node, found in distances(left, right, weights, names.index(source)).items()}

    def _projected(self, projection: Projection) -> tuple[list[str], _Ends, _Ends, _Weights]:
        """The nodes' names in order, and the ends and weights of a projection's edges."""
        edges = self._edges_of(projection.edge)
        projection.ensure_known(edges.properties)
        kept = np.ones(len(edges.left), dtype=bool)
        for name, least in projection.at_least.items():
            kept &= edges.properties[name] >= least
        weights = np.ones(len(kept))
        if projection.weight:
            weights = edges.properties[projection.weight] - projection.offset
        return edges.names, edges.left[kept], edges.right[kept], weights[kept]

    def _edges_of(self, kind: EdgeKind) -> "_Edges":
        """All edges of one kind, read once for the many projections of one detection."""
        if kind not in self._edges:
            numbers = [name for name, type_ in EDGES[kind].properties.items() if type_ in (pa.float64(), pa.int64())]
            table = self._edges_table(kind, numbers)
            ends = np.array([table["source"].to_pylist(), table["target"].to_pylist()], dtype=object)
            names, places = np.unique(ends.reshape(2, -1), return_inverse=True)
            left, right = places.reshape(2, -1)
            properties = {name: np.asarray(table[name].to_numpy(), dtype=np.float64) for name in numbers}
            self._edges[kind] = _Edges([str(name) for name in names], left, right, properties)
        return self._edges[kind]

    def _edges_table(self, kind: EdgeKind, properties: list[str]) -> pa.Table:
        """The ends, the mark and these properties of all edges of one kind, in order."""
        columns = "".join(f", e.`{name}` AS `{name}`" for name in ("mark", *properties))
        query = f"MATCH (a)-[e:{kind}]->(b) RETURN a.id AS source, b.id AS target{columns}"
        return self._sorted(query, edge_columns(kind), ["source", "target", "mark"])

    def _nodes_table(self, kind: NodeKind) -> pa.Table:
        columns = ", ".join(f"n.`{name}` AS `{name}`" for name in NODES[kind])
        return self._sorted(f"MATCH (n:{kind}) RETURN {columns}", NODES[kind], ["id"])

    def _sorted(self, query: str, columns: Mapping[str, pa.DataType], order: list[str]) -> pa.Table:
        found: pa.Table = self._result(query, {}).get_as_arrow()
        schema = pa.schema([(name, columns[name]) for name in found.column_names])
        found = found.cast(schema).sort_by([(name, "ascending") for name in order])
        return found.combine_chunks()

    def close(self) -> None:
        """Give the connection back to whoever opened it, without what was read for projections."""
        self._edges.clear()
        self._release(self)

    def _connected(self) -> ladybug.Connection:
        """A connection; a reader's small questions are answered faster by one thread, and others ask meanwhile."""
        return ladybug.Connection(self._database, num_threads=0 if self._write else 1)

    def disconnect(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _run(self, query: str, **values: Any) -> list[list[Any]]:
        rows: list[list[Any]] = self._result(query, values).get_all()
        return rows

    def _result(self, query: str, values: dict[str, Any]) -> Any:
        try:
            if query not in self._planned and len(self._planned) >= _MOST_PLANS:
                self._planned.clear()
                self._connection.close()
                self._connection = self._connected()
            self._planned.add(query)
            return self._connection.execute(query, values)
        except RuntimeError as error:
            self.failed = True
            raise GraphStoreError(f"the graph at {self._path} failed: {str(error).splitlines()[0]}") from None


def _path(nodes: list[Mapping[str, Any]], edges: list[Mapping[str, Any]]) -> Path:
    """A path from Ladybug's form: internal ids tell the direction of each edge; inner nodes may come twice."""
    own = {(node["_ID"]["table"], node["_ID"]["offset"]): node["id"] for node in nodes}
    seen: list[str] = []
    for node in nodes:
        if not seen or seen[-1] != node["id"]:
            seen.append(node["id"])
    made = []
    for edge in edges:
        source, target = (own[(edge[end]["table"], edge[end]["offset"])] for end in ("_SRC", "_DST"))
        made.append(make_edge(edge["_LABEL"], source, target, edge))
    return Path(tuple(seen), tuple(made))
