"""How apart from the others a group of firms keeps itself, and which firms it draws in."""

from collections.abc import Sequence
from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from graph.projections.cobidding import LEAST_VARIANCE

LEAST_LIFT = 1.25
FULL_LIFT = 1.5
DRAWN = 3.0
"""A firm belongs to a group whose members it met so many standard deviations more often than markets explain."""
MOST_LOST = 0.05
_ROUNDS = 5

LEAST_MEMBERS = 3
"""Two firms that meet often are a pair; a ring by association has three. Common control needs two."""
MOST_MEMBERS = 500
"""Larger groups are sectors of an economy, not agreements."""

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cohesion:
    """How apart a group keeps itself.

    ``meetings``: how often two members bid against each other; ``expected``: what their markets explain, over all
    pairs of members, also those that never met; ``z``: the difference in standard deviations, or the pairs' own z
    added up and divided by the square root of their number, whichever is less; ``exclusivity``: the share of the
    members' meetings that are with members, in 0..1.

    The lesser of the two, because one busy pair carries the sum over a group of idle ones, and many pairs with a
    small bias carry the mean.
    """

    meetings: float
    expected: float
    z: float
    exclusivity: float

    @property
    def lift(self) -> float:
        """How many times more often the members meet than their markets explain."""
        return self.meetings / max(self.expected, 1e-9)

    @property
    def strength(self) -> float:
        """``z`` times ``exclusivity``, less where the lift is below :data:`FULL_LIFT`, nothing at
        :data:`LEAST_LIFT`.

        Cohesion and exclusivity together as in Wachs & Kertesz 2019 (10.1038/s41598-019-47198-1). Large groups reach
        a high z by a small bias that no market data explain; a lift cannot be had in that way.
        """
        lifted = (self.lift - LEAST_LIFT) / (FULL_LIFT - LEAST_LIFT)
        return max(self.z, 0.0) * self.exclusivity * min(max(lifted, 0.0), 1.0)


class MeetingGraph:
    """All pairs of firms that met, and what each bid for, as sparse matrices to measure many groups at once."""

    def __init__(self, association: ir.Table, participation: ir.Table) -> None:
        taken = participation.select("party", "market", "n", "tenders").order_by("party", "market").to_pyarrow()
        firms, rows = np.unique(np.array(taken["party"].to_pylist(), dtype=object), return_inverse=True)
        markets, columns = np.unique(np.array(taken["market"].to_pylist(), dtype=object), return_inverse=True)
        self._firms = firms
        self._numbers = {firm: number for number, firm in enumerate(firms)}
        self._sizes = np.zeros(len(markets))
        self._sizes[columns] = taken["tenders"].to_numpy()
        n = np.asarray(taken["n"].to_numpy(), dtype=np.float64)
        shape = (len(firms), len(markets))
        self._taken = sp.csr_array((n, (rows, columns)), shape=shape)
        self._spread = sp.csr_array((n * (self._sizes[columns] - n), (rows, columns)), shape=shape)
        pairs = association.select("a", "b", "meetings", "z").order_by("a", "b").to_pyarrow()
        left = [self._numbers[firm] for firm in pairs["a"].to_pylist()]
        right = [self._numbers[firm] for firm in pairs["b"].to_pylist()]

        def symmetric(column: str) -> sp.csr_array:
            values = np.asarray(pairs[column].to_numpy(), dtype=np.float64)
            half = sp.coo_array((values, (left, right)), shape=(len(firms), len(firms))).tocsr()
            return sp.csr_array(half + half.T)

        self._meetings, self._z = symmetric("meetings"), symmetric("z")
        self._total = np.asarray(self._meetings.sum(axis=1)).ravel()

    def cohesion(self, groups: Sequence[Group]) -> list[Cohesion]:
        """How apart each group keeps itself, in the same order. Firms that never bid count as absent.

        With n_im participations of member i among the N_m tenders of market m, over all pairs of members:
        expected = sum_m ((sum_i n_im)^2 - sum_i n_im^2) / (2 N_m), and with f_im = n_im (N_m - n_im)
        variance = sum_m ((sum_i f_im)^2 - sum_i f_im^2) / (2 N_m^2 (N_m - 1)), as for independent hypergeometric pairs.
        """
        if not groups:
            return []
        rows = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
        columns = np.array([self._numbers[firm] for group in groups for firm in group])
        inside = sp.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(groups), len(self._numbers)))
        meetings, pairs_z = _within(inside, self._meetings), _within(inside, self._z)
        exclusivity = 2 * meetings / np.maximum(inside @ self._total, 1)
        size = np.maximum(self._sizes, 1)
        expected = _over_pairs(inside, self._taken, 1 / size)
        variance = _over_pairs(inside, self._spread, 1 / (size**2 * np.maximum(size - 1, 1)))
        sizes = np.array([len(group) for group in groups], dtype=np.float64)
        pairs = np.maximum(sizes * (sizes - 1) / 2, 1)
        total_z = (meetings - expected) / np.sqrt(np.maximum(variance, LEAST_VARIANCE))
        z = np.minimum(total_z, pairs_z / np.sqrt(pairs))
        return [Cohesion(*map(float, row)) for row in zip(meetings, expected, z, exclusivity, strict=True)]

    def settled(self, groups: Sequence[Group]) -> list[Group]:
        """Each group as the firms that its members draw in, in the same order: who is drawn in by those is asked
        again, until nobody comes or goes. A group that would lose more than :data:`MOST_LOST` of its strength in
        this way stays what it was.

        Firm i and group G: z_i = (sum_j n_ij - E) / sqrt(max(V, 1/4)) over the members j, with E and V as in
        :meth:`cohesion`, or the pairs' own z added up and divided by the square root of their number, whichever is
        less. Those with z_i >= 3 are drawn in.
        """
        settled = [self._settled(group) for group in groups]
        kept = zip(groups, self.cohesion(groups), settled, self.cohesion(settled), strict=True)
        return [after if new.strength >= (1 - MOST_LOST) * old.strength else before for before, old, after, new in kept]

    def _settled(self, group: Group) -> Group:
        inside = np.zeros(len(self._numbers))
        inside[[self._numbers[firm] for firm in group]] = 1
        for _round in range(_ROUNDS):
            drawn = (self.affinity(inside) >= DRAWN).astype(np.float64)
            if not min(len(group), LEAST_MEMBERS) <= drawn.sum() <= MOST_MEMBERS:
                return group
            if np.array_equal(drawn, inside):
                break
            inside = drawn
        return tuple(sorted(str(self._firms[place]) for place in np.flatnonzero(inside)))

    def affinity(self, inside: NDArray[np.float64]) -> NDArray[np.float64]:
        """For each firm the z of its meetings with a group, given as a one for each member and a zero for others."""
        size = np.maximum(self._sizes, 1)
        expected = self._with_others(self._taken, inside, 1 / size)
        variance = self._with_others(self._spread, inside, 1 / (size**2 * np.maximum(size - 1, 1)))
        meetings = self._meetings @ inside
        total = (meetings - expected) / np.sqrt(np.maximum(variance, LEAST_VARIANCE))
        pairs = self._z @ inside / np.sqrt(np.maximum(inside.sum() - inside, 1))
        return np.asarray(np.where(meetings > 0, np.minimum(total, pairs), 0.0))

    def _with_others(
        self, values: sp.csr_array, inside: NDArray[np.float64], weights: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """For each firm the sum over members other than itself and markets of the product of their values."""
        own = np.asarray(values.multiply(values) @ weights).ravel() * inside
        return np.asarray(values @ (weights * (inside @ values))).ravel() - own


def _within(inside: sp.csr_array, values: sp.csr_array) -> NDArray[np.float64]:
    """For each group the sum of a symmetric matrix over its pairs."""
    return np.asarray((inside @ values).multiply(inside).sum(axis=1)).ravel() / 2


def _over_pairs(inside: sp.csr_array, values: sp.csr_array, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each group the sum over pairs of members and markets of the product of their values, by market's weight."""
    sums = inside @ values
    squares = inside @ values.multiply(values)
    return np.asarray((sums.multiply(sums) - squares) @ weights).ravel() / 2
