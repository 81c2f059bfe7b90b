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


@dataclass(frozen=True, slots=True)
class Projection:
    """Edges of one kind between one kind of nodes, undirected: those whose properties are at least the given values.

    ``weight`` names the property that weighs an edge, less ``offset``; without one every edge weighs 1.
    """

    edge: EdgeKind
    at_least: Mapping[str, float]
    weight: str | None = None
    offset: float = 0.0


class GraphStore(Protocol):
    """Built whole from tables, read ever after. A store opened for reading refuses to be built."""

    def build(self, nodes: Mapping[NodeKind, pa.Table], edges: Mapping[EdgeKind, pa.Table]) -> None:
        """Replace everything: columns as in :data:`graph.model.NODES` and :func:`graph.model.edge_columns`."""
        ...

    def counts(self) -> dict[str, int]:
        """How many nodes and edges there are of each kind."""
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
        """A partition of the projection's nodes, the same for the same seed: each part sorted, all in order."""
        ...

    def close(self) -> None:
        """Release the store."""
        ...


def open_graph_store(url: str, *, write: bool = False) -> GraphStore:
    """The store behind ``ladybug:///path/to/file``.

    Raises :class:`GraphStoreError` for an unknown engine or a missing store, and
    :class:`~graph.errors.GraphStoreBusy` where another process builds it.
    """
    from graph.store.ladybug_store import LadybugGraphStore  # noqa: PLC0415 - engines load when asked for

    engine, separator, path = url.partition(":///")
    if not separator or engine != "ladybug" or not path:
        raise GraphStoreError(f"graph: {url!r} is not ladybug:///FILE")
    return LadybugGraphStore(FilePath(path), write=write)
