"""Places of nodes."""

import math
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import Edge, EdgeKind, Node, NodeKind, Subgraph
from viz.layout import layout


def firms(count: int, ties: list[tuple[int, int]]) -> Subgraph:
    """So many firms, of which some own others."""
    nodes = tuple(Node(f"o-{one:016x}", NodeKind.ORGANISATION, {"name": f"ТОО «Фирма {one}»"}) for one in range(count))
    edges = tuple(Edge(EdgeKind.OWNS, nodes[a].id, nodes[b].id) for a, b in sorted(set(ties)))
    return Subgraph(nodes, edges)


def test_an_empty_picture_has_no_places() -> None:
    assert layout(Subgraph((), ())) == {}


def test_a_single_node_stands_in_the_middle() -> None:
    assert layout(firms(1, [])) == {"o-0000000000000000": (0.0, 0.0)}


def test_the_same_seed_gives_the_same_places(picture: Subgraph) -> None:
    assert layout(picture, seed=3) == layout(picture, seed=3)


def test_the_order_of_nodes_and_edges_is_no_matter(picture: Subgraph) -> None:
    assert layout(Subgraph(picture.nodes[::-1], picture.edges[::-1])) == layout(picture)


def test_an_edge_to_nowhere_or_to_itself_is_no_matter() -> None:
    found = firms(2, [(0, 1), (1, 1)])
    loose = Edge(EdgeKind.OWNS, "o-0000000000000000", "o-nowhere")
    assert layout(Subgraph(found.nodes, (*found.edges, loose))).keys() == {node.id for node in found.nodes}


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(2, 25))
def test_every_node_has_a_finite_place_of_its_own(data: st.DataObject, count: int) -> None:
    end = st.integers(0, count - 1)
    picture = firms(count, data.draw(st.lists(st.tuples(end, end), max_size=60)))
    places = layout(picture)
    assert places.keys() == {node.id for node in picture.nodes}
    assert all(math.isfinite(value) for place in places.values() for value in place)
    assert len(set(places.values())) == count


@pytest.mark.parametrize("spokes", [12, 60, 299])
def test_marks_keep_their_distance_around_a_hub(spokes: int) -> None:
    places = layout(firms(spokes + 1, [(0, one) for one in range(1, spokes + 1)]))
    assert min(math.dist(a, b) for a, b in combinations(places.values(), 2)) > 20


def test_300_nodes_of_a_crowded_market_do_not_cover_each_other() -> None:
    bidders = [Node(f"o-{one:016x}", NodeKind.ORGANISATION, {"name": "ТОО «Фирма»"}) for one in range(12)]
    tenders = [Node(f"t-{one:016x}", NodeKind.TENDER, {"name": "Көмір"}) for one in range(288)]
    bids = [
        Edge(EdgeKind.BID, bidders[(one * 7 + step * step) % 12].id, tender.id, str(step))
        for one, tender in enumerate(tenders)
        for step in range(4)
    ]
    places = layout(Subgraph((*bidders, *tenders), tuple(sorted(bids))))
    assert min(math.dist(a, b) for a, b in combinations(places.values(), 2)) > 20
