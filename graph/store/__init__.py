"""The graph store: nodes, edges, neighbourhoods, paths, communities.

One protocol, so that a file on a laptop and a server answer the same. What crosses it are the types of
:mod:`graph.model`, never a query's text or a driver's record; answers come back sorted, so equal stores give
equal answers.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Protocol

import pyarrow as pa

from graph.errors import GraphStoreError
from graph.model import EdgeKind, Node, NodeKind, Path, Subgraph

SERVER_SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
"""The schemes of a Neo4j server: ``+s`` is encrypted, ``+ssc`` is encrypted and trusts any certificate."""


@dataclass(frozen=True, slots=True)
class Projection:
    """Edges of one kind between one kind of nodes, undirected: those whose properties are at least the given values.

    ``weight`` names the property that weighs an edge, less ``offset``; without one every edge weighs 1.
    """

    edge: EdgeKind
    at_least: Mapping[str, float]
    weight: str | None = None
    offset: float = 0.0

    def ensure_known(self, numbers: Collection[str]) -> None:
        """GraphStoreError where the edge has no such number as the projection names."""
        unknown = {*self.at_least, *filter(None, [self.weight])} - set(numbers)
        if unknown:
            raise GraphStoreError(f"{self.edge} has no number called {sorted(unknown)[0]!r}")


@dataclass(frozen=True, slots=True)
class Change:
    """How many nodes or edges of one kind a build wrote, and how many it did away with."""

    written: int
    dropped: int


class GraphStore(Protocol):
    """The graph of one generation: built whole from tables, read ever after.

    A store opened for reading refuses to be built. Every method raises :class:`~graph.errors.GraphStoreError`
    where the engine fails.
    """

    def build(
        self, nodes: Mapping[NodeKind, pa.Table], edges: Mapping[EdgeKind, pa.Table], *, verify: bool = False
    ) -> dict[str, Change]:
        """Make the graph exactly this: columns as in :data:`graph.model.NODES` and :func:`graph.model.edge_columns`.

        Says what changed, by kind. An engine may write no more than what differs; with ``verify`` it compares all
        contents instead of trusting what it noted of them. A build that was cut off is made whole by the next one.
        GraphStoreError for an edge that begins or ends at no node.
        """
        ...

    def counts(self) -> dict[str, int]:
        """How many nodes and edges there are of each kind."""
        ...

    def table(self, kind: NodeKind | EdgeKind) -> pa.Table:
        """Every node or edge of one kind as it is kept now, with the columns and in the order that it was built from:
        nodes by id, edges by source, target and mark.
        """
        ...

    def nodes(self, ids: Iterable[str]) -> list[Node]:
        """The nodes with these ids, in order; ids that are not there are left out."""
        ...

    def between(self, ids: Collection[str]) -> Subgraph:
        """These nodes and every edge between any two of them."""
        ...

    def neighbourhood(
        self, ids: Collection[str], *, hops: int = 1, kinds: Collection[EdgeKind] | None = None, limit: int = 500
    ) -> Subgraph:
        """The nodes within so many hops of these, nearest first, then by id, up to ``limit``, and the edges between."""
        ...

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
        ...

    def components(self, projection: Projection) -> list[list[str]]:
        """The connected parts of two nodes or more: each sorted, all in order."""
        ...

    def communities(
        self, projection: Projection, *, algorithm: str = "leiden", resolution: float = 1.0, seed: int = 0
    ) -> list[list[str]]:
        """A partition of the projection's nodes, the same for the same seed: each part sorted, all in order.

        ValueError for an algorithm that is none of :data:`graph.communities.ALGORITHMS`, and for Louvain at another
        resolution than 1, which not every engine has.
        """
        ...

    def betweenness(self, projection: Projection) -> dict[str, float]:
        """How many shortest paths between two others run through each node of the projection, by id, in order.

        A pair with several shortest paths counts in parts; edges count as 1 long whatever they weigh (Freeman 1977,
        10.2307/3033543; Brandes 2001, 10.1080/0022250X.2001.9990249).
        """
        ...

    def distances(self, projection: Projection, source: str) -> dict[str, float]:
        """How far every node that ``source`` reaches is from it, by id, in order, itself at 0 included: the least sum
        of weights over a path (Dijkstra 1959, 10.1007/BF01386390).

        Empty where the projection does not have ``source``.
        """
        ...

    def close(self) -> None:
        """Release the store."""
        ...


class GraphEngine(Protocol):
    """Where the graphs of a home are kept, one a generation; one process may write, any number read.

    ``bulk`` says whether a first load has a faster way than :meth:`GraphStore.build`
    (:mod:`graph.store.neo4j_import`).
    """

    bulk: bool

    def open(self, generation: int, *, write: bool = False) -> GraphStore:
        """The graph of a generation.

        Raises :class:`~graph.errors.GraphStoreBusy` where another process writes, and
        :class:`~graph.errors.GraphStoreError` where there is no such graph to read.
        """
        ...

    def published(self, generation: int) -> None:
        """Readers go on to this generation: drop what only earlier ones need."""
        ...

    def about(self) -> dict[str, str]:
        """What the engine is: names and versions, no secrets."""
        ...

    def close(self) -> None:
        """Release the engine."""
        ...


def graph_engine(url: str, *, home: str = "") -> GraphEngine:
    """The engine behind ``ladybug:///FOLDER`` or ``neo4j://USER:PASSWORD@HOST:PORT`` (see :data:`SERVER_SCHEMES`).

    ``home`` tells one home's graph on a server from another's. Raises :class:`~graph.errors.GraphStoreUnusable` for
    an unknown engine, and for a server that refuses us, that is too old or lacks Graph Data Science;
    :class:`~graph.errors.GraphStoreUnreachable` where none answers.
    """
    from graph.store.address import ServerAddress, redacted  # noqa: PLC0415

    scheme, separator, rest = url.partition("://")
    if separator and scheme == "ladybug" and rest.startswith("/") and len(rest) > 1:
        from graph.store.ladybug_files import LadybugGraphs  # noqa: PLC0415 - engines load when asked for

        return LadybugGraphs(FilePath(rest[1:]))
    if separator and scheme in SERVER_SCHEMES:
        from graph.store.neo4j_store import Neo4jGraphs  # noqa: PLC0415

        return Neo4jGraphs(ServerAddress.parse(url), home=home)
    raise GraphStoreError(f"graph: {redacted(url)!r} is not ladybug:///FOLDER or neo4j://USER:PASSWORD@HOST:PORT")
