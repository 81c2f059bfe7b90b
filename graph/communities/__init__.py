"""Components and communities of a projection, in this process, with igraph.

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
    Raises ValueError for an algorithm that is none of :data:`ALGORITHMS`.
    """
    if algorithm not in ALGORITHMS:
        raise ValueError(f"unknown algorithm {algorithm!r}")
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
            found = graph.community_multilevel(weights=weights.tolist(), resolution=resolution)
    finally:
        ig.set_random_number_generator(random)
    return _parts(found, nodes)


def _graph(left: Ends, right: Ends) -> tuple[Ends, ig.Graph]:
    """The nodes that have edges, in order, and the graph of their places."""
    nodes, places = np.unique(np.concatenate([left, right]), return_inverse=True)
    return nodes, ig.Graph(n=len(nodes), edges=places.reshape(2, -1).T)


def _parts(parts: Iterable[Sequence[int]], nodes: Ends) -> list[Part]:
    return sorted(sorted(int(node) for node in nodes[list(part)]) for part in parts if len(part))
