"""Leiden in native libraries on one co-bidding graph, at three sizes, all in one run.

NetworKit and graspologic-native are no dependencies: ``pip install networkit graspologic-native`` before.
"""

import time
from collections.abc import Callable
from statistics import median

import igraph as ig
import networkit as nk
import numpy as np
from graspologic_native import leiden as graspologic_leiden

from tests.bench.measure import table

SIZES = (10_000, 100_000, 1_000_000)
TURNS = 3


def co_bidding(edges: int, *, seed: int = 0) -> tuple[int, np.ndarray]:
    """So many edges: firms in markets of about 100, of which one edge in ten leaves its market."""
    rng = np.random.default_rng(seed)
    firms = max(200, edges // 20)
    left = rng.integers(firms, size=edges)
    near = (left // 100) * 100 + rng.integers(100, size=edges)
    right = np.where(rng.random(edges) < 0.9, near, rng.integers(firms, size=edges)) % firms
    kept = left != right
    return firms, np.unique(np.sort(np.column_stack([left[kept], right[kept]]), axis=1), axis=0)


def with_igraph(firms: int, ends: np.ndarray, seed: int) -> list[int]:
    """Membership by igraph's Leiden."""
    import random  # noqa: PLC0415

    ig.set_random_number_generator(random.Random(seed))
    graph = ig.Graph(n=firms, edges=ends)
    return graph.community_leiden(objective_function="modularity", n_iterations=2).membership


def with_networkit(firms: int, ends: np.ndarray, seed: int) -> list[int]:
    """Membership by NetworKit's ParallelLeiden."""
    nk.setSeed(seed, False)
    graph = nk.GraphFromCoo((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), n=firms, weighted=True)
    return nk.community.ParallelLeiden(graph).run().getPartition().getVector()


def with_graspologic(firms: int, ends: np.ndarray, seed: int) -> list[int]:
    """Membership by graspologic-native's Leiden, which wants names for nodes."""
    edges = [(str(a), str(b), 1.0) for a, b in ends]
    _modularity, found = graspologic_leiden(edges, seed=seed, iterations=2)
    return [found.get(str(firm), -1 - firm) for firm in range(firms)]


LIBRARIES: dict[str, Callable[[int, np.ndarray, int], list[int]]] = {
    "igraph": with_igraph,
    "NetworKit": with_networkit,
    "graspologic-native": with_graspologic,
}


def main() -> None:
    """Print the median seconds, the modularity, and whether a seed gives the same answer again."""
    rows: list[list[object]] = []
    for size in SIZES:
        firms, ends = co_bidding(size)
        graph = ig.Graph(n=firms, edges=ends)
        for name, find in LIBRARIES.items():
            seconds, answers = [], []
            for _turn in range(TURNS):
                started = time.perf_counter()
                answers.append(find(firms, ends, 1))
                seconds.append(time.perf_counter() - started)
            _, places = np.unique(answers[0], return_inverse=True)
            modularity = graph.modularity(places.tolist())
            same = all(answer == answers[0] for answer in answers)
            rows.append([name, len(ends), f"{median(seconds):.2f}", f"{modularity:.4f}", "yes" if same else "no"])
    table("Leiden", ["library", "edges", "seconds", "modularity", "same again"], rows)


if __name__ == "__main__":
    main()
