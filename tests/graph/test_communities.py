"""Components, communities, betweenness and distances in this process, against networkx."""

import random

import igraph as ig
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from graph.communities import ALGORITHMS, betweenness, communities, components, distances

Ends = tuple[NDArray[np.int64], NDArray[np.int64]]
LOOSE_PAIRS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=60)
PAIRS = LOOSE_PAIRS.map(lambda pairs: [pair for pair in pairs if pair[0] != pair[1]])


def ends(pairs: list[tuple[int, int]]) -> Ends:
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def planted(groups: int, size: int, seed: int) -> Ends:
    return ends(list(nx.planted_partition_graph(groups, size, 0.8, 0.02, seed=seed).edges))


@settings(max_examples=100, deadline=None)
@given(PAIRS)
def test_components_are_those_of_networkx(pairs: list[tuple[int, int]]) -> None:
    expected = sorted(sorted(part) for part in nx.connected_components(nx.Graph(pairs)))
    assert components(*ends(pairs)) == expected


@settings(max_examples=60, deadline=None)
@given(PAIRS, st.sampled_from([("leiden", 0.5), ("leiden", 1.0), ("leiden", 4.0), ("louvain", 1.0)]), st.integers(0, 3))
def test_communities_are_a_sorted_partition_within_the_components(
    pairs: list[tuple[int, int]], how: tuple[str, float], seed: int
) -> None:
    algorithm, resolution = how
    left, right = ends(pairs)
    weights = np.linspace(0.5, 2.0, len(left))
    found = communities(left, right, weights, algorithm=algorithm, seed=seed, resolution=resolution)
    assert sorted(node for part in found for node in part) == sorted(set(left) | set(right))
    assert found == sorted(sorted(part) for part in found)
    whole = {node: place for place, part in enumerate(components(left, right)) for node in part}
    assert all(len({whole[node] for node in part}) == 1 for part in found)
    assert found == communities(left, right, weights, algorithm=algorithm, seed=seed, resolution=resolution)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_planted_groups_are_found(algorithm: str, seed: int) -> None:
    left, right = planted(6, 12, seed)
    found = communities(left, right, np.ones(len(left)), algorithm=algorithm, seed=seed)
    assert found == [list(range(start, start + 12)) for start in range(0, 72, 12)]


def test_what_others_draw_does_not_depend_on_the_communities_looked_for() -> None:
    def drawn() -> list[tuple[int, int]]:
        random.seed(5)
        return ig.Graph.Erdos_Renyi(n=20, p=0.3).get_edgelist()

    before = drawn()
    communities(*planted(2, 6, 0), np.ones(len(planted(2, 6, 0)[0])))
    assert drawn() == before


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_modularity_is_within_one_per_cent_of_networkx(algorithm: str) -> None:
    graph = nx.les_miserables_graph()
    graph = nx.convert_node_labels_to_integers(graph)
    left, right = ends(list(graph.edges))
    weights = np.array([graph.edges[edge]["weight"] for edge in graph.edges], dtype=np.float64)
    found = communities(left, right, weights, algorithm=algorithm)
    best = max(nx.community.modularity(graph, nx.community.louvain_communities(graph, seed=seed)) for seed in range(3))
    assert nx.community.modularity(graph, found) >= 0.99 * best


def test_weights_decide_where_a_node_belongs() -> None:
    left, right = ends([(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (6, 0), (6, 3)])
    near, far = np.ones(8), np.ones(8)
    near[6], far[7] = 2.0, 2.0
    assert communities(left, right, near) == [[0, 1, 2, 6], [3, 4, 5]]
    assert communities(left, right, far) == [[0, 1, 2], [3, 4, 5, 6]]


def test_a_higher_resolution_gives_smaller_parts() -> None:
    left, right = planted(4, 10, 1)
    sizes = [len(communities(left, right, np.ones(len(left)), resolution=level)) for level in (0.1, 1.0, 20.0)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[1] < sizes[2]


def test_louvain_knows_no_resolution() -> None:
    with pytest.raises(ValueError, match="resolution"):
        communities(*ends([(0, 1)]), np.ones(1), algorithm="louvain", resolution=0.5)


@settings(max_examples=100, deadline=None)
@given(LOOSE_PAIRS)
def test_betweenness_is_that_of_networkx_on_the_simple_graph(pairs: list[tuple[int, int]]) -> None:
    found = betweenness(*ends(pairs))
    graph = nx.Graph(pairs)
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    assert list(found) == sorted(graph)
    assert found == pytest.approx(nx.betweenness_centrality(graph, normalized=False))


def test_parallel_edges_and_edges_to_oneself_change_no_betweenness() -> None:
    square = [(1, 2), (2, 3), (3, 4), (4, 1)]
    assert betweenness(*ends(square)) == {1: 0.5, 2: 0.5, 3: 0.5, 4: 0.5}
    assert betweenness(*ends([*square, (2, 1), (1, 2), (3, 3)])) == betweenness(*ends(square))
    assert betweenness(*ends([(5, 5)])) == {5: 0.0}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15), st.integers(0, 8)), max_size=60), st.integers(0, 15))
def test_distances_are_those_of_networkx_over_the_lightest_of_parallel_edges(
    edges: list[tuple[int, int, int]], source: int
) -> None:
    left, right = ends([(a, b) for a, b, _ in edges])
    found = distances(left, right, np.array([weight / 4 for _, _, weight in edges]), source)
    graph: nx.MultiGraph[int] = nx.MultiGraph()
    graph.add_weighted_edges_from((a, b, weight / 4) for a, b, weight in edges)
    expected = nx.single_source_dijkstra_path_length(graph, source) if source in graph else {}
    assert found == pytest.approx(dict(expected))
    assert list(found) == sorted(found)


@pytest.mark.parametrize("weight", [-0.5, float("nan")])
def test_no_way_is_shorter_than_none(weight: float) -> None:
    with pytest.raises(ValueError, match="no length"):
        distances(*ends([(0, 1), (1, 2)]), np.array([1.0, weight]), 0)


def test_nothing_gives_nothing() -> None:
    assert components(*ends([])) == []
    assert communities(*ends([]), np.ones(0)) == []
    assert betweenness(*ends([])) == {}
    assert distances(*ends([]), np.ones(0), 0) == {}


def test_unknown_algorithms_are_refused() -> None:
    with pytest.raises(ValueError, match="'voting'"):
        communities(*ends([(0, 1)]), np.ones(1), algorithm="voting")


def test_other_peoples_random_numbers_are_left_alone() -> None:
    left, right = planted(3, 8, 1)
    random.seed(5)
    expected = random.random()
    random.seed(5)
    communities(left, right, np.ones(len(left)), seed=9)
    assert random.random() == expected
