"""Components, communities, betweenness and distances of a projection, in this process, with igraph.

igraph was chosen by measurement against NetworKit and graspologic-native: see DECISIONS.md and
``tests/bench/communities.py``.
"""

import random
from collections.abc import Iterable, Sequence

import igraph as ig
import numpy as np
from numpy.typing import NDArray

ALGORITHMS = ("leiden", "louvain")
_LEIDEN_ROUNDS = 4
"""Leiden is run again from its own result so many times; more changed no partition of the market graphs tried."""


Ends = NDArray[np.int64]
Part = list[int]


def components(left: Ends, right: Ends) -> list[Part]:
    """The connected parts of the undirected graph with these edges: each sorted, all in order of their first node.

    >>> components(np.array([1, 3]), np.array([2, 4]))
    [[1, 2], [3, 4]]
    """
    nodes, graph = _graph(left, right)
    return _parts(graph.connected_components(), nodes)


def ensure_known(algorithm: str, resolution: float) -> None:
    """ValueError for an algorithm that is none of :data:`ALGORITHMS`, and for Louvain at another resolution than 1."""
    if algorithm not in ALGORITHMS:
        raise ValueError(f"unknown algorithm {algorithm!r}")
    if algorithm == "louvain" and resolution != 1:
        raise ValueError(f"louvain has no resolution, so it cannot be {resolution}")


def communities(
    left: Ends,
    right: Ends,
    weights: NDArray[np.float64],
    *,
    algorithm: str = "leiden",
    resolution: float = 1.0,
    seed: int = 0,
) -> list[Part]:
    """A partition that makes modularity high: each part sorted, all in order of their first node.

    Leiden: Traag, Waltman & van Eck 2019 (10.1038/s41598-019-41695-z); Louvain: Blondel et al. 2008
    (10.1088/1742-5468/2008/10/P10008). ``weights`` are above zero. The same seed gives the same partition.
    Raises ValueError for an algorithm that is none of :data:`ALGORITHMS`, and for Louvain at another resolution than 1.
    """
    ensure_known(algorithm, resolution)
    nodes, graph = _graph(left, right)
    if not len(nodes):
        return []
    # igraph draws from one generator for the whole process; it gets its own here and Python's back after.
    ig.set_random_number_generator(random.Random(seed))  # noqa: S311 - no secret
    try:
        if algorithm == "leiden":
            found = graph.community_leiden(
                objective_function="modularity",
                weights=weights.tolist(),
                resolution=resolution,
                n_iterations=_LEIDEN_ROUNDS,
            )
        else:
            found = graph.community_multilevel(weights=weights.tolist())
    finally:
        ig.set_random_number_generator(random)
    return _parts(found, nodes)


def betweenness(left: Ends, right: Ends) -> dict[int, float]:
    """How much of the shortest paths between two others runs through each node, in order of the nodes.

    C(v) is the sum over all pairs s, t of sigma(s, t | v) / sigma(s, t): of the shortest paths from s to t, the share
    that runs through v. Freeman 1977 (10.2307/3033543), found as by Brandes 2001 (10.1080/0022250X.2001.9990249).
    Parallel edges count as one, and edges from a node to itself as none.

    >>> betweenness(np.array([1, 2, 3]), np.array([2, 3, 4]))
    {1: 0.0, 2: 2.0, 3: 2.0, 4: 0.0}
    """
    nodes, graph = _graph(left, right)
    return dict(zip(nodes.tolist(), graph.simplify().betweenness(directed=False), strict=True))


def distances(left: Ends, right: Ends, weights: NDArray[np.float64], source: int) -> dict[int, float]:
    """How far each node that ``source`` reaches is from it, itself at 0 included, in order of the nodes.

    d(t) is the least sum of weights over a path from ``source`` to t: Dijkstra 1959 (10.1007/BF01386390). Of parallel
    edges the lightest counts. Empty where ``source`` has no edge. ValueError for a weight that is below 0 or no number.

    >>> distances(np.array([1, 1, 2]), np.array([2, 3, 3]), np.array([1.0, 5.0, 1.5]), 1)
    {1: 0.0, 2: 1.0, 3: 2.5}
    """
    unfit = weights[~(weights >= 0)]
    if len(unfit):
        raise ValueError(f"a weight of {unfit[0]} is no length")
    nodes, graph = _graph(left, right)
    place = int(np.searchsorted(nodes, source))
    if place == len(nodes) or nodes[place] != source:
        return {}
    found = np.array(graph.distances(source=[place], weights=weights.tolist())[0])
    reached = np.isfinite(found)
    return dict(zip(nodes[reached].tolist(), found[reached].tolist(), strict=True))


def _graph(left: Ends, right: Ends) -> tuple[Ends, ig.Graph]:
    """The nodes that have edges, in order, and the graph of their places."""
    nodes, places = np.unique(np.concatenate([left, right]), return_inverse=True)
    return nodes, ig.Graph(n=len(nodes), edges=places.reshape(2, -1).T)


def _parts(parts: Iterable[Sequence[int]], nodes: Ends) -> list[Part]:
    return sorted(sorted(int(node) for node in nodes[list(part)]) for part in parts if len(part))
