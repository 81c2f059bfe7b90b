"""What lies at and around given nodes in a Ladybug file, without a scan over all of them.

Ladybug looks a node up by its key where the key is one value, or is unwound from a list: ``IN`` scans the table. It
goes on from nodes that it looked up without a scan only in an ``OPTIONAL MATCH``. So each query is about nodes of
one kind, and what a query needs to say of nodes of another kind are their places in the file.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from graph.model import EDGES, NODES, Edge, EdgeKind, Node, NodeKind, Subgraph, kind_of

_BATCH = 100
"""One query goes on from so many nodes, that the edges of so many hubs fit into memory."""

_FEWER = NodeKind.TENDER
"""Edges to such a node are looked up from there: it has few, while a buyer or a bidder may have tens of thousands."""

Rows = list[list[Any]]
_Place = tuple[int, int]
"""The number of a node's table in the file, and its row there."""


class Lookup:
    """The part of :class:`graph.store.GraphStore` that begins at given nodes; ``run`` answers a query with values."""

    def __init__(self, run: Callable[..., Rows]) -> None:
        self._run = run

    def nodes(self, ids: Iterable[str]) -> list[Node]:
        """The nodes with these ids, in order; ids that are not there are left out."""
        return sorted(self._placed(ids).values())

    def between(self, ids: Iterable[str], kinds: Collection[EdgeKind]) -> Subgraph:
        """These nodes and every edge of these kinds between any two of them."""
        placed = self._placed(ids)
        by_kind = _by_kind(node.id for node in placed.values())
        edges = [edge for source in by_kind for edge in self._edges(source, by_kind, placed, kinds)]
        return Subgraph(tuple(sorted(placed.values())), tuple(sorted(edges)))

    def neighbourhood(self, ids: Iterable[str], hops: int, kinds: Collection[EdgeKind], limit: int) -> Subgraph:
        """The nodes within so many hops of these, nearest first, then by id, up to ``limit``, and the edges between."""
        seeds = [node.id for node in self.nodes(ids)]
        frontier, kept, truncated = seeds, seeds[:limit], len(seeds) > limit
        for hop in range(1, hops + 1):
            if truncated or not frontier:
                break
            # From one node a search is faster than a query for each kind of nodes on the way.
            reached = self._at(seeds[0], hop, kinds, limit) if len(seeds) == 1 else self._next(frontier, kinds, limit)
            frontier = sorted(reached.difference(kept))
            truncated = len(kept) + len(frontier) > limit
            kept = [*kept, *frontier[: limit - len(kept)]]
        found = self.between(kept, kinds)
        return Subgraph(found.nodes, found.edges, truncated)

    def _placed(self, ids: Iterable[str]) -> dict[_Place, Node]:
        placed = {}
        for kind, own in _by_kind(ids).items():
            names = list(NODES[kind])
            columns = ", ".join(f"n.`{name}`" for name in names)
            query = f"UNWIND $ids AS own MATCH (n:{kind} {{id: own}}) RETURN id(n), {columns}"
            for place, *values in self._run(query, ids=own):
                properties = dict(zip(names, values, strict=True))
                placed[_place(place)] = Node(properties.pop("id"), kind, properties)
        return placed

    def _edges(
        self, start: NodeKind, ids: dict[NodeKind, list[str]], placed: dict[_Place, Node], kinds: Collection[EdgeKind]
    ) -> list[Edge]:
        """The edges of these kinds that are looked up from nodes of one kind, to any of those that are ``placed``."""
        ends = {edge: _ends_from(start, edge).intersection(ids) for edge in sorted(kinds)}
        chosen = [edge for edge, others in ends.items() if others]
        if not chosen:
            return []
        wanted = set[NodeKind]().union(*ends.values())
        offsets = sorted({offset for (_, offset), node in placed.items() if node.kind in wanted})
        names = list(dict.fromkeys(name for edge in chosen for name in ("mark", *EDGES[edge].properties)))
        columns = ", ".join(f"e.`{name}`" for name in names)
        types = edge_types(chosen)
        pattern = f"(b)-[e:{types}]->(a)" if start is _FEWER else f"(a)-[e:{types}]->(b)"
        query = (
            f"UNWIND $ids AS own MATCH (a:{start} {{id: own}}) "
            f"OPTIONAL MATCH {pattern} WHERE offset(id(b)) IN $offsets "
            f"RETURN own, label(e), id(b), {columns}"
        )
        found = []
        for own, label, place, *values in self._run(query, ids=ids[start], offsets=offsets):
            # Nothing where a node has no such edge; another node where one of another kind has the same row.
            other = placed.get(_place(place)) if place else None
            if other:
                source, target = (other.id, own) if start is _FEWER else (own, other.id)
                found.append(make_edge(label, source, target, dict(zip(names, values, strict=True))))
        return found

    def _at(self, seed: str, hops: int, kinds: Collection[EdgeKind], limit: int) -> set[str]:
        """The nodes so many hops from one: the first ones by id, more than ``limit`` if there are more."""
        types = edge_types(kinds)
        if not types:
            return set()
        # Never a chain of several edges: over several kinds, Ladybug 0.22 loses some of its ends.
        edges = f"[:{types}]" if hops == 1 else f"[e:{types}* SHORTEST 1..{hops}]"
        farthest = "" if hops == 1 else f" WHERE length(e) = {hops}"
        return self._ends(f"MATCH (a:{kind_of(seed)} {{id: $id}})-{edges}-(b){farthest}", limit, id=seed)

    def _next(self, ids: list[str], kinds: Collection[EdgeKind], limit: int) -> set[str]:
        """The nodes one edge from any of these: the first ones by id, more than ``limit`` if there are more."""
        found: set[str] = set()
        for kind, own in _by_kind(ids).items():
            types = edge_types(edge for edge in kinds if any(kind in join for join in EDGES[edge].joins))
            pattern = f"UNWIND $ids AS own MATCH (a:{kind} {{id: own}}) OPTIONAL MATCH (a)-[:{types}]-(b)"
            for start in range(0, len(own) if types else 0, _BATCH):
                found |= self._ends(pattern, limit, ids=own[start : start + _BATCH])
        return found

    def _ends(self, pattern: str, limit: int, **values: Any) -> set[str]:
        """The ids of the nodes ``b`` of a pattern: all, or at least the first ``limit + 1`` of them."""
        # One more than the limit, and the nothing that a node without edges leads to. The number stands in the text,
        # because a query whose limit is a value is planned anew each time: 3 ms.
        first = f"RETURN DISTINCT b.id AS reached ORDER BY reached LIMIT {limit + 2:d}"
        return {own for (own,) in self._run(f"{pattern} {first}", **values) if own}


def edge_types(kinds: Iterable[EdgeKind]) -> str:
    """Kinds of edges as a pattern names them; empty for no kinds."""
    return "|".join(sorted(kinds))


def node_kind(own: str) -> NodeKind | None:
    """The kind of a node by its id; None for what is no id."""
    try:
        return kind_of(own)
    except KeyError:
        return None


def make_edge(label: str, source: str, target: str, values: Mapping[str, Any]) -> Edge:
    """An edge from its columns; they may be more than its own."""
    kind = EdgeKind(label)
    properties = {name: values[name] for name in EDGES[kind].properties}
    return Edge(kind, source, target, values["mark"] or "", properties)


def _place(internal: Mapping[str, int]) -> _Place:
    return internal["table"], internal["offset"]


def _ends_from(start: NodeKind, edge: EdgeKind) -> set[NodeKind]:
    """The kinds of nodes at the other end of an edge that is looked up from nodes of this kind; empty for none."""
    if start is _FEWER:
        return {source for source, target in EDGES[edge].joins if target is start}
    return {target for source, target in EDGES[edge].joins if source is start and target is not _FEWER}


def _by_kind(ids: Iterable[str]) -> dict[NodeKind, list[str]]:
    """Ids in order under their kinds, each once, without what is no id."""
    found: dict[NodeKind, list[str]] = defaultdict(list)
    for own in sorted(set(ids)):
        kind = node_kind(own)
        if kind:
            found[kind].append(own)
    return dict(found)
