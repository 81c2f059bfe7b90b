"""Format: in auctions that an average decides, some firms move their bids together.

Where the bid nearest to an average wins, a ring places its members' bids to move that average and bids as a block
(Conley & Decarolis 2016, 10.1257/mic.20130254). Of each lot u = (rank - 1/2) / n is a bid's place among n bids, and
r = u minus the mean of the firm's own places over all its lots, so that a firm's habit says nothing. How the r of two
firms move together is the z_ij of :mod:`graph.market.moves` with c = 0, a little above the -1 / (n - 1) of places:
where some bid as blocks, all others are pushed aside together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.stats import norm

from graph.communities import communities, components
from graph.market import Market
from graph.rings.cohesion import LEAST_MEMBERS, MOST_MEMBERS, Group
from graph.rings.ring import Evidence

CLOSE = (3.0, 4.5)
"""Pairs that move together by so many deviations may be of one block."""
RESOLUTIONS = (1.0, 2.0)


@dataclass(frozen=True, slots=True)
class Block:
    """How a group's bids move together: ``pairs`` of its members bid for lots enough, ``z`` sums up their z_ij."""

    pairs: int
    z: float
    rho: float


class Blocks:
    """The pairs of firms that bid for enough lots that an average decides."""

    def __init__(self, market: Market) -> None:
        pairs = market.averaged_pairs.order_by("a", "b").to_pyarrow()
        self._pairs = {
            (a, b): (rho, z)
            for a, b, rho, z in zip(*(pairs[name].to_pylist() for name in ("a", "b", "rho", "z")), strict=True)
        }

    def groups(self, *, seed: int = 0) -> list[Group]:
        """Groups of firms whose bids move together, at several scales, each once, in order."""
        found: set[Group] = set()
        for least in CLOSE:
            close = [(a, b, z) for (a, b), (_rho, z) in self._pairs.items() if z >= least]
            if not close:
                continue
            names, places = np.unique(np.array([pair[:2] for pair in close], dtype=object), return_inverse=True)
            left, right = places.reshape(-1, 2).T
            weights = np.array([z for *_ends, z in close])
            parts = components(left, right)
            for resolution in RESOLUTIONS:
                parts += communities(left, right, weights, resolution=resolution, seed=seed)
            found.update(tuple(str(names[place]) for place in part) for part in parts)
        return sorted(group for group in found if LEAST_MEMBERS <= len(group) <= MOST_MEMBERS)

    def block(self, group: Group) -> Block | None:
        """How a group moves; None where no two of its members bid for lots enough.

        z = sum z_ij / sqrt(pairs) over the pairs that did (Stouffer et al. 1949), rho their mean correlation.
        """
        found = [self._pairs[pair] for pair in combinations(sorted(group), 2) if pair in self._pairs]
        if not found:
            return None
        rho, z = np.array(found).T
        return Block(len(found), float(z.sum() / len(found) ** 0.5), float(rho.mean()))

    def z(self, group: Group) -> float:
        """The z of :meth:`block`, 0 where there is none or it is below."""
        block = self.block(group)
        return max(block.z, 0.0) if block else 0.0


def block_evidence(blocks: Blocks, groups: Sequence[Group]) -> dict[int, Evidence]:
    """The evidence by the place of the group, where two of its members bid for lots enough."""
    found = {place: blocks.block(group) for place, group in enumerate(groups)}
    return {place: _evidence(block) for place, block in found.items() if block}


def _evidence(block: Block) -> Evidence:
    text = (
        f"In lots that an average decides, the bids of {block.pairs} pairs of members move together: their places "
        f"correlate by {block.rho:.2f} on average, where independent bidders' do by 0."
    )
    return Evidence("format", block.z, float(norm.sf(block.z)), text)
