"""What is around one node, and the shortest ways from one party to another, with bounded work."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, pairwise
from time import monotonic

import networkx as nx

from graph.cases.subgraph import TIES, undirected
from graph.links.edges import MOST_NEIGHBOURS
from graph.model import Edge, EdgeKind, Node, NodeKind, Subgraph, kind_of
from graph.projections.ties import HUB
from graph.store import GraphStore

WAYS = (*TIES, EdgeKind.OFFICE)
"""The edges that lead from one party to another; who bids and buys in the same tenders is not thereby tied."""
MOST_AROUND = 1000
"""So many neighbours are looked at; there are more at hubs alone."""
MOST_SEEN, MOST_STEPS, MOST_SECONDS = 2000, 500, 2.0
"""A search for ways ends after so many nodes, candidates, or seconds, and says so."""
_TOGETHER = 20


@dataclass(frozen=True, slots=True)
class Around:
    """Neighbours of a node with their edges; ``more`` others were left out, or at least so many if ``truncated``."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    more: int
    truncated: bool


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways found, shortest first, as node ids; the nodes and edges on them; whether the search was cut short."""

    ways: tuple[tuple[str, ...], ...]
    found: Subgraph


def joined(store: GraphStore, picture: Collection[str], beside: Collection[str]) -> set[str]:
    """The nodes of a picture, and those of ``beside`` that edges join to it, over others of ``beside`` at most.

    What is named beside a picture is trusted only as far as the graph bears it out; an id of no node joins nothing.
    """
    among = store.between({*picture, *beside})
    parts = nx.connected_components(undirected(among.nodes, among.edges))
    return set(picture).union(*(part for part in parts if not part.isdisjoint(picture)))


def part_of(store: GraphStore, own: str) -> Node | Edge | None:
    """The node or edge with an id; None where there is none."""
    kind, *ends = own.split(":")
    if not ends:
        return next(iter(store.nodes([own])), None)
    if kind not in set(EdgeKind):
        return None
    return next((edge for edge in store.between(set(ends[:2])).edges if edge.id == own), None)


def around(
    store: GraphStore,
    node: str,
    *,
    kinds: Collection[EdgeKind] | None = None,
    since: date | None = None,
    until: date | None = None,
    limit: int = 25,
    shown: Collection[str] = (),
) -> Around:
    """The neighbours of a node that edges of these kinds lead to, and that are not ``shown``: ties first, then by id.

    An edge counts where its interval meets the asked one, both ends included; an edge without days always counts.
    ``edges`` join what is new with the node, with each other, and with what is shown.
    """
    kinds = tuple(EdgeKind) if kinds is None else tuple(kinds)
    near = store.neighbourhood([node], kinds=kinds, limit=MOST_AROUND + 1)
    rank: dict[str, tuple[int, str]] = {}
    for edge in near.edges:
        if node in (edge.source, edge.target) and _meets(edge, since, until):
            other = edge.target if edge.source == node else edge.source
            place = (WAYS.index(edge.kind) if edge.kind in WAYS else len(WAYS), other)
            rank[other] = min(place, rank.get(other, place))
    new = sorted((own for own in rank if own != node and own not in shown), key=rank.__getitem__)
    kept = new[:limit]
    among = store.between({node, *shown, *kept})
    edges = tuple(
        edge
        for edge in among.edges
        if edge.kind in kinds and {edge.source, edge.target} & set(kept) and _meets(edge, since, until)
    )
    nodes = tuple(one for one in among.nodes if one.id in set(kept))
    return Around(nodes, edges, len(new) - len(kept), near.truncated)


def _meets(edge: Edge, since: date | None, until: date | None) -> bool:
    begins, ends = edge.properties.get("since"), edge.properties.get("until")
    return not ((until and begins and begins > until) or (since and ends and ends < since))


@dataclass(frozen=True, slots=True)
class Along:
    """Which edges a way may take: of these kinds, and in force at some time from ``since`` to ``until``, both included.

    An edge without days always counts.
    """

    kinds: Collection[EdgeKind] = WAYS
    since: date | None = None
    until: date | None = None

    def takes(self, edge: Edge) -> bool:
        """Whether a way may take this edge."""
        return edge.kind in self.kinds and _meets(edge, self.since, self.until)


def ways(
    store: GraphStore, source: str, target: str, *, k: int = 5, most_hops: int = 4, along: Along | None = None
) -> Ways:
    """The ``k`` shortest ways from one party to another along :data:`WAYS`, fewest hops first, then by their nodes.

    No way runs through a hub: more than :data:`~graph.links.edges.MOST_NEIGHBOURS` neighbours, a buyer, a body with
    offices; nor from one to another seat of an officer of more than :data:`~graph.projections.ties.HUB` companies.
    What is a hub stays one whatever edges ``along`` leaves. Simple ways in order of their length (Yen 1971,
    10.1287/mnsc.17.11.712), searched in what both ends reach within half the hops.
    """
    search = _Search(store, (source, target), along or Along(), monotonic() + MOST_SECONDS)
    if source != target:
        near = search.spread(source, (most_hops + 1) // 2)
        search.look(sorted(near & search.spread(target, most_hops // 2)))
    chosen = search.shortest(k, most_hops)
    on_ways = {node for way in chosen for node in way}
    steps = {frozenset(step) for way in chosen for step in pairwise(way)}
    edges = tuple(sorted(edge for edge in search.edges if frozenset((edge.source, edge.target)) in steps))
    nodes = tuple(sorted(node for node in search.nodes.values() if node.id in on_ways))
    return Ways(tuple(chosen), Subgraph(nodes, edges, search.truncated))


class _Search:
    """One search: what was seen of the graph so far."""

    def __init__(self, store: GraphStore, ends: tuple[str, str], along: Along, last: float) -> None:
        self._store, self._ends, self._along, self._last = store, ends, along, last
        self.nodes: dict[str, Node] = {}
        self.edges: set[Edge] = set()
        self.truncated = False
        self._hubs: set[str] = set()
        self._known: set[str] = set()
        self._buys: dict[str, bool] = {}
        self._seats: dict[str, set[str]] = defaultdict(set)
        self._joining: dict[frozenset[str], set[EdgeKind]] = defaultdict(set)

    def spread(self, start: str, hops: int) -> set[str]:
        """See everything within so many hops of an end, going on from no hub; the nodes reached so."""
        frontier, seen = [start], {start}
        for _hop in range(hops):
            if not self.look(frontier):
                break
            going = [own for own in frontier if own == start or own not in self._hubs]
            beside = self._beside(going)
            frontier, seen = sorted(beside - seen), seen | beside
        return seen

    def look(self, ids: Sequence[str]) -> bool:
        """See what is beside these nodes, so that it is known which are hubs; whether there was room for all."""
        for some in _batches([own for own in ids if own not in self._known]):
            if len(self.nodes) > MOST_SEEN or monotonic() > self._last:
                self.truncated = True
                return False
            self._look(some)
        return True

    def _beside(self, ids: Collection[str]) -> set[str]:
        among = set(ids)
        return {
            other
            for edge in self.edges
            for own, other in ((edge.source, edge.target), (edge.target, edge.source))
            if own in among
        }

    def _look(self, ids: Sequence[str]) -> None:
        """See the edges of some nodes; those of a hub that is no end are left out."""
        most = MOST_SEEN if set(ids) & set(self._ends) else len(ids) * (MOST_NEIGHBOURS + 2)
        found = self._store.neighbourhood(ids, kinds=WAYS, limit=most)
        if found.truncated and len(ids) > 1:
            for own in ids:
                self._look([own])
            return
        self._known.update(ids)
        beside: dict[str, set[str]] = {own: set() for own in ids}
        for edge in found.edges:
            for own, other in ((edge.source, edge.target), (edge.target, edge.source)):
                if own in beside:
                    beside[own].add(other)
            if edge.kind is EdgeKind.OFFICE:
                self._hubs.add(edge.target)
            elif edge.kind is EdgeKind.OFFICER:
                self._seats[edge.source].add(edge.target)
        self._hubs.update(own for own, others in beside.items() if len(others) > MOST_NEIGHBOURS)
        self.truncated |= found.truncated and bool(set(ids) & set(self._ends))
        going = {own for own in ids if own not in self._hubs or own in self._ends}
        taken = (edge for edge in found.edges if self._along.takes(edge))
        self.edges.update(edge for edge in taken if {edge.source, edge.target} & going)
        self.nodes.update({node.id: node for node in found.nodes})

    def shortest(self, k: int, most_hops: int) -> list[tuple[str, ...]]:
        """The ways, all of one length compared before the first of them are taken."""
        source, target = self._ends
        graph: nx.Graph[str] = nx.Graph()
        graph.add_edges_from(sorted((edge.source, edge.target) for edge in self.edges))
        # A node that was never looked at may be a hub: it lies on a way only where the search was cut short.
        ruled_out = self._hubs.union(own for own in graph if own not in self._known)
        graph.remove_nodes_from(ruled_out.difference(self._ends))
        if source == target or source not in graph or target not in graph:
            return []
        for edge in self.edges:
            self._joining[frozenset((edge.source, edge.target))].add(edge.kind)
        found: list[tuple[str, ...]] = []
        steps = 0
        for way in islice(self._simple(graph), MOST_STEPS):
            steps += 1
            if len(way) > most_hops + 1 or (len(found) >= k and len(way) > len(found[k - 1])):
                break
            if monotonic() > self._last:
                self.truncated = True
                break
            if self._open(way):
                found.append(way)
        self.truncated |= steps == MOST_STEPS
        return sorted(found, key=lambda way: (len(way), way))[:k]

    def _simple(self, graph: "nx.Graph[str]") -> Iterator[tuple[str, ...]]:
        try:
            yield from map(tuple, nx.shortest_simple_paths(graph, *self._ends))
        except nx.NetworkXNoPath:
            return

    def _open(self, way: tuple[str, ...]) -> bool:
        """Whether a way runs through no buyer, and through no officer of many from seat to seat."""
        for before, own, after in zip(way, way[1:], way[2:], strict=False):
            kind = kind_of(own)
            if kind is NodeKind.ORGANISATION and self._buyer(own):
                return False
            if len(self._seats[own]) > HUB and self._by_seat(own, before) and self._by_seat(own, after):
                return False
        return True

    def _by_seat(self, own: str, other: str) -> bool:
        """Whether only a seat joins the two."""
        return self._joining[frozenset((own, other))] == {EdgeKind.OFFICER}

    def _buyer(self, own: str) -> bool:
        if own not in self._buys:
            self._buys[own] = len(self._store.neighbourhood([own], kinds=[EdgeKind.BUYS], limit=2).nodes) > 1
        return self._buys[own]


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _TOGETHER):
        yield ids[start : start + _TOGETHER]
