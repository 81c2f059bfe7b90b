"""A case's own piece of the graph: its parties, what they met in, and what ties them."""

from collections.abc import Collection, Sequence

import networkx as nx

from graph.model import Edge, EdgeKind, Node, Subgraph
from graph.store import GraphStore

TIES = (EdgeKind.OWNS, EdgeKind.OFFICER, EdgeKind.KIN, EdgeKind.REACHED_AT)
TIE_HOPS = 2
MOST_NODES = 300
"""More than this is no picture."""


def case_subgraph(
    store: GraphStore, parties: Collection[str], context: Sequence[str] = (), *, limit: int = MOST_NODES
) -> Subgraph:
    """The parties of a case, whatever ties two of them within two hops each, and as much context as fits.

    ``context`` are nodes that the case is about (tenders, buyers, nodes on a path), most telling first. Nodes beside
    the parties and the context stay only where they lie between others. ``truncated`` says that something was left out.
    """
    around = store.neighbourhood(parties, hops=TIE_HOPS, kinds=TIES, limit=4 * limit)
    between = lying_between(around, parties)
    wanted = list(dict.fromkeys([*sorted(parties), *between, *context]))
    kept = wanted[:limit]
    found = store.between(kept)
    edges = tuple(edge for edge in found.edges if edge.kind is not EdgeKind.CO_BIDS or not context)
    return Subgraph(found.nodes, edges, around.truncated or len(wanted) > limit)


def lying_between(around: Subgraph, parties: Collection[str]) -> list[str]:
    """The nodes of a neighbourhood that lie on a way from one party to another, in order of their ids."""
    graph = undirected(around.nodes, around.edges)
    loose = [node for node in graph if graph.degree(node) < 2 and node not in parties]
    while loose:
        graph.remove_nodes_from(loose)
        loose = [node for node in graph if graph.degree(node) < 2 and node not in parties]
    return sorted(node for node in graph if node not in parties)


def undirected(nodes: Sequence[Node], edges: Sequence[Edge]) -> "nx.Graph[str]":
    """The subgraph as a simple networkx graph; parallel edges are one."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(node.id for node in nodes)
    graph.add_edges_from((edge.source, edge.target) for edge in edges)
    return graph
