"""Whether a graph is what the records give: as many nodes and edges of each kind, with the same contents."""

from dataclasses import dataclass

from graph.build import graph_tables
from graph.market import Market
from graph.model import KINDS, EdgeKind, NodeKind
from graph.store import GraphStore
from graph.store.content import content_hash


@dataclass(frozen=True, slots=True)
class Compared:
    """One kind of node or edge: how many the graph has and the records give, and the hash of the contents of each."""

    kind: NodeKind | EdgeKind
    graph: int
    records: int
    graph_hash: str
    records_hash: str

    @property
    def equal(self) -> bool:
        """Whether the graph holds exactly what the records give."""
        return self.graph == self.records and self.graph_hash == self.records_hash


def compare(market: Market, store: GraphStore) -> list[Compared]:
    """Every kind of node, then of edge; contents are read from the graph itself, whatever it notes of them."""
    nodes, edges = graph_tables(market)
    found = []
    for kind in KINDS:
        wanted = nodes[kind] if isinstance(kind, NodeKind) else edges[kind]
        held = store.table(kind)
        found.append(Compared(kind, held.num_rows, wanted.num_rows, content_hash(held), content_hash(wanted)))
    return found
