"""The graph store in one Ladybug file (embedded, Cypher)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path as FilePath
from typing import Any

import ladybug
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graph.communities import communities, components
from graph.errors import GraphStoreBusy, GraphStoreError
from graph.model import EDGES, NODES, PREFIXES, Edge, EdgeKind, Node, NodeKind, Path, Subgraph, edge_columns, kind_of
from graph.store import Projection

_TYPES = {
    pa.string(): "STRING",
    pa.date32(): "DATE",
    pa.float64(): "DOUBLE",
    pa.int64(): "INT64",
    pa.bool_(): "BOOL",
}
_BUFFER = 256 * 1024 * 1024
_BUILD_BUFFER = 1024 * 1024 * 1024


_Ends = NDArray[np.int64]
_Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Edges:
    """All edges of one kind: ends as places in ``names``, numbers by property."""

    names: list[str]
    left: _Ends
    right: _Ends
    properties: dict[str, _Weights]


class LadybugGraphs:
    """See :class:`graph.store.GraphEngine`: a folder with one file a generation."""

    bulk = False

    def __init__(self, folder: FilePath) -> None:
        self._folder = folder

    def open(self, generation: int, *, write: bool = False) -> "LadybugGraphStore":
        """The graph in the generation's file."""
        return LadybugGraphStore(self._folder / f"{generation:06}.lbug", write=write)

    def published(self, generation: int) -> None:
        """Delete the files of generations before the last one, which a reader may still be in."""
        for file in self._folder.glob("*.lbug*"):
            number = file.name.partition(".")[0]
            if number.isdigit() and int(number) < generation - 1:
                file.unlink(missing_ok=True)

    def about(self) -> dict[str, str]:
        """The library's version."""
        return {"ladybug": version("ladybug")}

    def close(self) -> None:
        """Nothing is held between stores."""


class LadybugGraphStore:
    """See :class:`graph.store.GraphStore`. One process may build the file; any number read it once it is built."""

    def __init__(self, path: FilePath, *, write: bool = False) -> None:
        if not write and not path.exists():
            raise GraphStoreError(f"no graph at {path}: make one with `bidring detect`")
        self._path, self._write = path, write
        self._edges: dict[EdgeKind, _Edges] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            size = _BUILD_BUFFER if write else _BUFFER
            self._database = ladybug.Database(path, read_only=not write, buffer_pool_size=size)
            self._connection = ladybug.Connection(self._database)
        except (RuntimeError, OSError) as error:
            if "lock" in str(error).lower():
                raise GraphStoreBusy(f"another command is building the graph at {path}") from None
            raise GraphStoreError(f"{path} cannot be opened as a graph") from None

    def build(self, nodes: Mapping[NodeKind, pa.Table], edges: Mapping[EdgeKind, pa.Table]) -> None:
        """Replace everything by these nodes and edges."""
        if not self._write:
            raise GraphStoreError(f"the graph at {self._path} was opened for reading")
        self._edges.clear()
        for edge in EDGES:
            self._run(f"DROP TABLE IF EXISTS {edge}")
        for node in NODES:
            self._run(f"DROP TABLE IF EXISTS {node}")
        for node, columns in NODES.items():
            typed = ", ".join(f"`{name}` {_TYPES[type_]}" for name, type_ in columns.items())
            self._run(f"CREATE NODE TABLE {node} ({typed}, PRIMARY KEY (id))")
            table = _table(nodes.get(node), columns)
            if table.num_rows:
                self._run(f"COPY {node} FROM $rows", rows=table)
        for edge, shape in EDGES.items():
            joins = ", ".join(f"FROM {source} TO {target}" for source, target in shape.joins)
            columns = {"mark": pa.string(), **shape.properties}
            typed = ", ".join(f"`{name}` {_TYPES[type_]}" for name, type_ in columns.items())
            self._run(f"CREATE REL TABLE {edge} ({joins}, {typed})")
            self._copy_edges(edge, _table(edges.get(edge), edge_columns(edge)))
        self._run("CHECKPOINT")

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

    def nodes(self, ids: Iterable[str]) -> list[Node]:
        """The nodes with these ids, in order; ids that are not there are left out."""
        found = []
        for own in sorted(set(ids)):
            kind = _kind(own)
            rows = self._run(f"MATCH (n:{kind} {{id: $id}}) RETURN n", id=own) if kind else []
            found += [_node(row[0]) for row in rows]
        return found

    def between(self, ids: Collection[str]) -> Subgraph:
        """These nodes and every edge between any two of them."""
        nodes = self.nodes(ids)
        return Subgraph(tuple(nodes), tuple(self._edges_between([node.id for node in nodes])))

    def _edges_between(self, ids: list[str]) -> list[Edge]:
        present = {_kind(own) for own in ids}
        found = []
        for edge, shape in EDGES.items():
            for source, target in shape.joins:
                if source in present and target in present:
                    rows = self._run(
                        f"MATCH (a:{source})-[e:{edge}]->(b:{target}) WHERE a.id IN $ids AND b.id IN $ids "
                        "RETURN e, a.id, b.id",
                        ids=ids,
                    )
                    found += [_edge(*row) for row in rows]
        return sorted(found)

    def neighbourhood(
        self, ids: Collection[str], *, hops: int = 1, kinds: Collection[EdgeKind] | None = None, limit: int = 500
    ) -> Subgraph:
        """The nodes within so many hops of these, nearest first, then by id, up to ``limit``, and the edges between."""
        seeds = [node.id for node in self.nodes(ids)]
        kept = dict.fromkeys(seeds[:limit])
        truncated = len(seeds) > limit
        for hop in range(1, hops + 1):
            reached = sorted({own for seed in seeds for own in self._reached(seed, hop, kinds)} - set(kept))
            truncated = truncated or len(kept) + len(reached) > limit
            kept.update(dict.fromkeys(reached[: max(0, limit - len(kept))]))
        edges = [edge for edge in self._edges_between(list(kept)) if kinds is None or edge.kind in kinds]
        return Subgraph(tuple(self.nodes(kept)), tuple(edges), truncated)

    def _reached(self, seed: str, hops: int, kinds: Collection[EdgeKind] | None) -> list[str]:
        """The ids at the end of a walk of so many edges."""
        types = _types(kinds)
        if not types:
            return []
        chain = "".join(f"-[:{types}]-(n{number})" for number in range(1, hops + 1))
        query = f"MATCH (a:{_kind(seed)} {{id: $id}}){chain} RETURN DISTINCT n{hops}.id"
        return [row[0] for row in self._run(query, id=seed)]

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
        start, end, types = _kind(source), _kind(target), _types(kinds)
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

    def _projected(self, projection: Projection) -> tuple[list[str], _Ends, _Ends, _Weights]:
        """The nodes' names in order, and the ends and weights of a projection's edges."""
        edges = self._edges_of(projection.edge)
        unknown = {*projection.at_least, *filter(None, [projection.weight])} - set(edges.properties)
        if unknown:
            raise GraphStoreError(f"{projection.edge} has no number called {sorted(unknown)[0]!r}")
        kept = np.ones(len(edges.left), dtype=bool)
        for name, least in projection.at_least.items():
            kept &= edges.properties[name] >= least
        weights = edges.properties[projection.weight] if projection.weight else np.ones(len(kept))
        return edges.names, edges.left[kept], edges.right[kept], weights[kept] - projection.offset

    def _edges_of(self, kind: EdgeKind) -> "_Edges":
        """All edges of one kind, read once for the many projections of one detection."""
        if kind not in self._edges:
            numbers = [name for name, type_ in EDGES[kind].properties.items() if type_ in (pa.float64(), pa.int64())]
            columns = "".join(f", e.`{name}` AS `{name}`" for name in numbers)
            query = f"MATCH (a)-[e:{kind}]->(b) RETURN a.id AS source, b.id AS target{columns}"
            table = self._result(query, {}).get_as_arrow()
            table = table.sort_by([("source", "ascending"), ("target", "ascending")])
            ends = np.array([table["source"].to_pylist(), table["target"].to_pylist()], dtype=object)
            names, places = np.unique(ends.reshape(2, -1), return_inverse=True)
            left, right = places.reshape(2, -1)
            properties = {name: np.asarray(table[name].to_numpy(), dtype=np.float64) for name in numbers}
            self._edges[kind] = _Edges([str(name) for name in names], left, right, properties)
        return self._edges[kind]

    def close(self) -> None:
        """Release the file."""
        self._connection.close()
        self._database.close()

    def _run(self, query: str, **values: Any) -> list[list[Any]]:
        rows: list[list[Any]] = self._result(query, values).get_all()
        return rows

    def _result(self, query: str, values: dict[str, Any]) -> Any:
        try:
            return self._connection.execute(query, values)
        except RuntimeError as error:
            raise GraphStoreError(f"the graph at {self._path} failed: {str(error).splitlines()[0]}") from None


def _types(kinds: Collection[EdgeKind] | None) -> str:
    """Kinds of edges as a pattern names them, all where none are given; empty for no kinds."""
    return "|".join(sorted(EDGES if kinds is None else kinds))


def _kind(own: str) -> NodeKind | None:
    try:
        return kind_of(own)
    except KeyError:
        return None


def _table(rows: pa.Table | None, columns: Mapping[str, pa.DataType]) -> pa.Table:
    schema = pa.schema(list(columns.items()))
    return schema.empty_table() if rows is None else rows.select(schema.names).cast(schema)


def _node(found: Mapping[str, Any]) -> Node:
    kind = NodeKind(found["_LABEL"])
    return Node(found["id"], kind, {name: found[name] for name in NODES[kind] if name != "id"})


def _edge(found: Mapping[str, Any], source: str, target: str) -> Edge:
    kind = EdgeKind(found["_LABEL"])
    properties = {name: found[name] for name in EDGES[kind].properties}
    return Edge(kind, source, target, found["mark"] or "", properties)


def _path(nodes: list[Mapping[str, Any]], edges: list[Mapping[str, Any]]) -> Path:
    """A path from Ladybug's form: internal ids tell the direction of each edge; inner nodes may come twice."""
    own = {(node["_ID"]["table"], node["_ID"]["offset"]): node["id"] for node in nodes}
    seen: list[str] = []
    for node in nodes:
        if not seen or seen[-1] != node["id"]:
            seen.append(node["id"])
    made = [
        _edge(edge, *(own[(edge[end]["table"], edge[end]["offset"])] for end in ("_SRC", "_DST"))) for edge in edges
    ]
    return Path(tuple(seen), tuple(made))
