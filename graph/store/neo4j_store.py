"""The graph store on a Neo4j server with Graph Data Science.

:mod:`graph.store.cypher` says how the graph is kept there, :mod:`graph.store.neo4j_push` how it gets there.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import pyarrow as pa
from graphdatascience import GraphDataScience
from graphdatascience.graph.graph_api import Graph
from neo4j.time import Date

from graph.communities import ensure_known
from graph.errors import GraphStoreError
from graph.model import EDGES, KINDS, NODES, Edge, EdgeKind, Node, NodeKind, Path, Subgraph, kind_of
from graph.store import Change, Projection, cypher, neo4j_marker
from graph.store.address import ServerAddress
from graph.store.neo4j_connection import Connection, Limits, Lock, Row
from graph.store.neo4j_projection import Projections
from graph.store.neo4j_push import Push
from graph.store.neo4j_tables import Tables


class Neo4jGraphs:
    """See :class:`graph.store.GraphEngine`. One database holds the published generation and the one in the making."""

    bulk = True

    def __init__(self, address: ServerAddress, *, home: str = "", limits: Limits | None = None) -> None:
        self._connection = Connection(address, limits or Limits())
        self._home = home

    def open(self, generation: int, *, write: bool = False) -> "Neo4jGraphStore":
        """The graph of a generation on the server."""
        if not write:
            neo4j_marker.ensure_readable(self._connection, self._home, generation)
            return Neo4jGraphStore(self._connection, self._home, generation)
        refusal = f"another command is building the graph at {self._connection.address.url}"
        lock = Lock(self._connection, "writer", refusal)
        self._connection.prepare()
        lock.acquire()
        return Neo4jGraphStore(self._connection, self._home, generation, lock)

    def published(self, generation: int) -> None:
        """Delete what this generation dropped; readers of the one before are told to go on."""
        marker = neo4j_marker.Marker.read(self._connection)
        if marker is None or marker.home != self._home or marker.newest != generation:
            raise GraphStoreError(f"generation {generation} is not whole at {self._connection.address.url}")
        neo4j_marker.Marker(self._home, generation, generation).write(self._connection)
        for kind in EDGES:
            self._connection.write_until_done(cypher.PURGE_EDGES[kind], generation=generation)
        self._connection.write_until_done(cypher.PURGE_NODES, generation=generation)

    def about(self) -> dict[str, str]:
        """The versions of the server and of its plugin."""
        return dict(self._connection.versions)

    def close(self) -> None:
        """Release the connections."""
        self._connection.close()


class Neo4jGraphStore:
    """See :class:`graph.store.GraphStore`."""

    def __init__(self, connection: Connection, home: str, generation: int, lock: Lock | None = None) -> None:
        self._connection, self._home, self._generation, self._lock = connection, home, generation, lock
        self._seen: dict[str, Any] = {"generation": generation, "never": cypher.NEVER}
        self._tables = Tables(connection, generation)
        self._projections = Projections(connection, generation, writer=lock is not None)

    def build(
        self, nodes: Mapping[NodeKind, pa.Table], edges: Mapping[EdgeKind, pa.Table], *, verify: bool = False
    ) -> dict[str, Change]:
        """Write what differs from these nodes and edges."""
        where = self._connection.address.url
        if self._lock is None:
            raise GraphStoreError(f"the graph at {where} was opened for reading")
        self._projections.close()
        marker = neo4j_marker.begin(self._connection, self._home, self._generation)
        changes = Push(self._connection, self._generation, verify=verify).run(nodes, edges)
        neo4j_marker.end(self._connection, marker, self._generation)
        return changes

    def counts(self) -> dict[str, int]:
        """How many nodes and edges there are of each kind."""
        return {str(kind): self._tables.count(kind) for kind in KINDS}

    def table(self, kind: NodeKind | EdgeKind) -> pa.Table:
        """Every node or edge of one kind, in order."""
        order = ["id"] if isinstance(kind, NodeKind) else ["source", "target", "mark"]
        found = self._tables.whole(kind).drop_columns("digest")
        return found.sort_by([(name, "ascending") for name in order]).combine_chunks()

    def nodes(self, ids: Iterable[str]) -> list[Node]:
        """The nodes with these ids, in order; ids that are not there are left out."""
        wanted = sorted(set(ids))
        found = self._connection.read(cypher.NODES_BY_ID, ids=wanted, **self._seen)[0]["nodes"] if wanted else []
        return sorted(_node(properties) for properties in found)

    def between(self, ids: Collection[str]) -> Subgraph:
        """These nodes and every edge between any two of them."""
        return self._whole(sorted(set(ids)), EDGES)

    def _whole(self, ids: list[str], kinds: Collection[EdgeKind], *, truncated: bool = False) -> Subgraph:
        """These nodes and the edges of these kinds among them."""
        if not ids or not kinds:
            return Subgraph(tuple(self.nodes(ids)), (), truncated)
        row = self._connection.read(cypher.whole(kinds), ids=ids, **self._seen)[0]
        nodes, edges = (_node(one) for one in row["nodes"]), (_edge(*one) for one in row["edges"])
        return Subgraph(tuple(sorted(nodes)), tuple(sorted(edges)), truncated)

    def neighbourhood(
        self, ids: Collection[str], *, hops: int = 1, kinds: Collection[EdgeKind] | None = None, limit: int = 500
    ) -> Subgraph:
        """The nodes within so many hops of these, nearest first, then by id, up to ``limit``, and the edges between."""
        kinds = tuple(EDGES) if kinds is None else tuple(kinds)
        seeds = sorted(self._connection.read(cypher.KNOWN_IDS, ids=sorted(set(ids)), **self._seen)[0]["ids"])
        kept, frontier = seeds[:limit], seeds
        truncated = len(seeds) > limit
        for _hop in range(hops if kinds else 0):
            if not frontier or truncated:
                break
            room = limit - len(kept)
            query, most = cypher.next_along(kinds), room + 1
            frontier = self._connection.read(query, ids=frontier, kept=kept, limit=most, **self._seen)[0]["ids"]
            truncated = len(frontier) > room
            kept += frontier[:room]
        return self._whole(kept, kinds, truncated=truncated)

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
        kinds = tuple(EDGES) if kinds is None else tuple(kinds)
        found: list[Path] = []
        if source == target or not kinds:
            return found
        for hops in range(1, most_hops + 1):
            query, most = cypher.paths(kinds, hops), limit - len(found)
            rows = self._connection.read(query, source=source, target=target, limit=most, **self._seen)
            found += [_path(row) for row in rows]
            if len(found) >= limit:
                break
        return found

    def components(self, projection: Projection) -> list[list[str]]:
        """The connected parts of two nodes or more: each sorted, all in order."""
        return _parts(self._projections.values(projection, lambda gds, graph: gds.wcc.mutate(graph, "found")))

    def communities(
        self, projection: Projection, *, algorithm: str = "leiden", resolution: float = 1.0, seed: int = 0
    ) -> list[list[str]]:
        """A partition of the projection's nodes, the same for the same seed: one thread has one order of things."""
        ensure_known(algorithm, resolution)
        run: Callable[[GraphDataScience, Graph], Any] = {
            "leiden": lambda gds, graph: gds.leiden.mutate(
                graph,
                "found",
                gamma=resolution,
                random_seed=seed,
                concurrency=1,
                relationship_weight_property="weight",
                max_levels=_LEVELS,
            ),
            # Louvain draws no lots.
            "louvain": lambda gds, graph: gds.louvain.mutate(
                graph, "found", concurrency=1, relationship_weight_property="weight", max_levels=_LEVELS
            ),
        }[algorithm]
        return _parts(self._projections.values(projection, run))

    def betweenness(self, projection: Projection) -> dict[str, float]:
        """How many shortest paths between two others run through each node, by id, in order."""
        found = self._projections.values(projection, lambda gds, graph: gds.betweenness.mutate(graph, "found"))
        return dict(sorted(found.items()))

    def distances(self, projection: Projection, source: str) -> dict[str, float]:
        """How far every node that ``source`` reaches is from it, by id, in order."""
        return dict(sorted(self._projections.distances(projection, source).items()))

    def close(self) -> None:
        """Drop the projections and give the right to write back."""
        self._projections.close()
        if self._lock:
            self._lock.release()


_LEVELS = 20


def _parts(found: Mapping[str, int]) -> list[list[str]]:
    """Nodes by the number of their part, as parts in order."""
    parts: dict[int, list[str]] = defaultdict(list)
    for node in sorted(found):
        parts[found[node]].append(node)
    return sorted(parts.values())


def _value(value: Any) -> Any:
    return value.to_native() if isinstance(value, Date) else value


def _node(properties: Row) -> Node:
    kind = kind_of(properties["id"])
    return Node(properties["id"], kind, {name: _value(properties.get(name)) for name in NODES[kind] if name != "id"})


def _edge(type_: str, source: str, target: str, properties: Row) -> Edge:
    kind = EdgeKind(type_)
    said = {name: _value(properties.get(name)) for name in EDGES[kind].properties}
    return Edge(kind, source, target, properties.get("mark") or "", said)


def _path(row: Row) -> Path:
    return Path(tuple(row["ids"]), tuple(_edge(*edge) for edge in row["edges"]))
