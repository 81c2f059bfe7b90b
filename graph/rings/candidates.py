"""Groups of firms that may be rings, at several scales, and how apart from the others each keeps itself."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from graph.communities import components
from graph.model import EdgeKind
from graph.projections.cobidding import LEAST_VARIANCE
from graph.store import GraphStore, Projection

SIGNIFICANT = (2.0, 4.0)
JACCARD = tuple(step / 10 for step in range(1, 9))
RESOLUTIONS = (0.5, 1.0, 2.0, 4.0)
WEIGHTS = (("meetings", 0.0), ("jaccard", 0.0), ("z", SIGNIFICANT[0] - 0.5))
LEAST_LIFT = 1.5
MOST_MEMBERS = 500
"""Larger groups are sectors of an economy, not agreements."""
SAME_FAMILY = 0.6
"""Groups alike by this Jaccard are one family."""
MOST_OVERLAP = 0.3
LEAST_MEMBERS = 3
"""Two firms that meet often are a pair; a ring by association has three. Common control needs two."""

Group = tuple[str, ...]


def association_groups(store: GraphStore, *, seed: int = 0) -> list[Group]:
    """Connected parts of the pairs that meet significantly often, at several levels, and communities among them.

    In the order of the groups' members; each group once.
    """
    found: set[Group] = set()
    for z in SIGNIFICANT:
        for jaccard in JACCARD:
            found.update(map(tuple, store.components(_pairs({"z": z, "jaccard": jaccard}))))
    for weight, offset in WEIGHTS:
        projection = _pairs({"z": SIGNIFICANT[0]}, weight, offset)
        for resolution in RESOLUTIONS:
            found.update(map(tuple, store.communities(projection, resolution=resolution, seed=seed)))
    return sorted(group for group in found if LEAST_MEMBERS <= len(group) <= MOST_MEMBERS)


def _pairs(at_least: dict[str, float], weight: str | None = None, offset: float = 0.0) -> Projection:
    return Projection(EdgeKind.CO_BIDS, at_least, weight, offset)


def control_groups(tied_meetings: ir.Table) -> list[Group]:
    """Firms that bid against each other while one owner controlled them, or one of them the other."""
    pairs = tied_meetings.filter(tied_meetings.kind.isin(["owner", "parent"])).select("a", "b").distinct().to_pyarrow()
    ends = np.array([pairs["a"].to_pylist(), pairs["b"].to_pylist()], dtype=object).reshape(2, -1)
    names, places = np.unique(ends, return_inverse=True)
    return [tuple(str(names[place]) for place in group) for group in components(*places.reshape(2, -1))]


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
        """``z`` times ``exclusivity``; 0 where the lift is below :data:`LEAST_LIFT`.

        Cohesion and exclusivity together as in Wachs & Kertesz 2019 (10.1038/s41598-019-47198-1). Large groups reach
        a high z by a small bias that no market data explain; a lift cannot be had in that way.
        """
        return self.z * self.exclusivity if self.lift >= LEAST_LIFT and self.z > 0 else 0.0


class MeetingGraph:
    """All pairs of firms that met, and what each bid for, as sparse matrices to measure many groups at once."""

    def __init__(self, association: ir.Table, participation: ir.Table) -> None:
        taken = participation.select("party", "market", "n", "tenders").order_by("party", "market").to_pyarrow()
        firms, rows = np.unique(np.array(taken["party"].to_pylist(), dtype=object), return_inverse=True)
        markets, columns = np.unique(np.array(taken["market"].to_pylist(), dtype=object), return_inverse=True)
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


def _within(inside: sp.csr_array, values: sp.csr_array) -> NDArray[np.float64]:
    """For each group the sum of a symmetric matrix over its pairs."""
    return np.asarray((inside @ values).multiply(inside).sum(axis=1)).ravel() / 2


def _over_pairs(inside: sp.csr_array, values: sp.csr_array, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each group the sum over pairs of members and markets of the product of their values, by market's weight."""
    sums = inside @ values
    squares = inside @ values.multiply(values)
    return np.asarray((sums.multiply(sums) - squares) @ weights).ravel() / 2


def merged(groups: Sequence[Group], strengths: Sequence[float]) -> list[Group]:
    """One group for each family of overlapping ones, strongest first.

    A family is the strongest group left and those alike to it; the ring is the firms that half of the family has,
    weighed by strength. Groups that overlap a ring already found are dropped.
    """
    order = sorted((i for i in range(len(groups)) if strengths[i] > 0), key=lambda i: (-strengths[i], groups[i]))
    having: dict[str, list[int]] = {}
    for place in order:
        for firm in groups[place]:
            having.setdefault(firm, []).append(place)
    rings = Rings()
    for place in order:
        if rings.overlap(groups[place]):
            continue
        family = [i for i in having_any(groups[place], having) if _alike(groups[place], groups[i])]
        ring = _agreed([(groups[i], strengths[i]) for i in family])
        rings.add(groups[place] if len(ring) < LEAST_MEMBERS or rings.overlap(ring) else ring)
    return rings.groups


def having_any(group: Group, having: Mapping[str, Sequence[int]]) -> list[int]:
    """The places of the groups that share a firm with this one, in order."""
    return sorted({place for firm in group for place in having[firm]})


def _agreed(family: Sequence[tuple[Group, float]]) -> Group:
    """The firms that groups with at least half of the family's strength have."""
    votes: dict[str, float] = {}
    for group, strength in family:
        for firm in group:
            votes[firm] = votes.get(firm, 0.0) + strength
    half = sum(strength for _, strength in family) / 2
    return tuple(sorted(firm for firm, vote in votes.items() if vote >= half))


def _alike(one: Group, other: Group) -> bool:
    return len(set(one) & set(other)) >= SAME_FAMILY * len(set(one) | set(other))


class Rings:
    """Groups that hardly overlap, and the places of their firms."""

    def __init__(self, groups: Iterable[Group] = ()) -> None:
        self.groups: list[Group] = []
        self._places: dict[str, list[int]] = {}
        for group in groups:
            self.add(group)

    def add(self, group: Group) -> None:
        """Take a group in, whether it overlaps or not."""
        for firm in group:
            self._places.setdefault(firm, []).append(len(self.groups))
        self.groups.append(group)

    def overlap(self, group: Group) -> bool:
        """Whether a group shares more than :data:`MOST_OVERLAP` of the smaller of the two with one taken in."""
        shared = Counter(place for firm in group for place in self._places.get(firm, ()))
        return any(n > MOST_OVERLAP * min(len(group), len(self.groups[place])) for place, n in shared.items())
