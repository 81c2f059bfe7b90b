"""Groups of firms that may be rings, at several scales."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import ibis
import ibis.expr.types as ir
import numpy as np

from graph.communities import components
from graph.model import EdgeKind
from graph.rings.cohesion import LEAST_MEMBERS, MOST_MEMBERS, Group
from graph.store import GraphStore, Projection

SIGNIFICANT = (2.0, 4.0)
JACCARD = tuple(step / 10 for step in range(1, 9))
RESOLUTIONS = (0.5, 1.0, 2.0, 4.0)
WEIGHTS = (("meetings", 0.0), ("jaccard", 0.0), ("z", SIGNIFICANT[0] - 0.5))
SAME_FAMILY = 0.6
"""Groups alike by this Jaccard are one family."""
MOST_OVERLAP = 0.3
MOST_CLIQUE = 5


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


def cliques(association: ir.Table) -> list[Group]:
    """Small groups, each pair of which meets significantly often: a firm and those that it meets most beyond chance.

    For each firm its partners are ranked by z; with the first two, three, four of them it is a triangle or a larger
    clique where all their pairs reach the higher level of :data:`SIGNIFICANT`. A small ring inside a large connected
    part is found in this way, with a number of candidates that grows with the firms alone. Each group once, in order.
    """
    close = association.filter(association.z >= SIGNIFICANT[-1]).select("a", "b", "z")
    ends = ibis.union(close, close.select(a="b", b="a", z="z"))
    ranked = ends.mutate(place=ibis.row_number().over(group_by="a", order_by=[ends.z.desc(), "b"]))
    first = ranked.filter(ranked.place < MOST_CLIQUE - 1).order_by("a", "place").to_pyarrow()
    partners: dict[str, list[str]] = {}
    for firm, other in zip(first["a"].to_pylist(), first["b"].to_pylist(), strict=True):
        partners.setdefault(firm, []).append(other)
    rows = close.select("a", "b").to_pyarrow()
    pairs = set(zip(rows["a"].to_pylist(), rows["b"].to_pylist(), strict=True))
    found: set[Group] = set()
    for firm, others in partners.items():
        for size in range(LEAST_MEMBERS, len(others) + 2):
            group = tuple(sorted((firm, *others[: size - 1])))
            if not all(pair in pairs for pair in combinations(group, 2)):
                break
            found.add(group)
    return sorted(found)


def _pairs(at_least: dict[str, float], weight: str | None = None, offset: float = 0.0) -> Projection:
    return Projection(EdgeKind.CO_BIDS, at_least, weight, offset)


def control_groups(tied_meetings: ir.Table) -> list[Group]:
    """Firms that bid against each other while one owner controlled them, or one of them the other."""
    pairs = tied_meetings.filter(tied_meetings.kind.isin(["owner", "parent"])).select("a", "b").distinct().to_pyarrow()
    ends = np.array([pairs["a"].to_pylist(), pairs["b"].to_pylist()], dtype=object).reshape(2, -1)
    names, places = np.unique(ends, return_inverse=True)
    return [tuple(str(names[place]) for place in group) for group in components(*places.reshape(2, -1))]


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
