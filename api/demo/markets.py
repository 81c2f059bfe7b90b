"""Markets (what a region buys of a category): how many tenders each has, and which are rigged or tight."""

from dataclasses import dataclass
from datetime import date
from random import Random

from api.demo.places import CATEGORIES, REGIONS
from api.demo.planted import RING_KINDS
from api.demo.scale import Scale
from api.demo.tenders import workday


@dataclass(frozen=True, slots=True)
class RingPlan:
    """A ring to plant: how many members, how many tenders to rig, and the last day of one that ends."""

    kind: str
    size: int
    rigged: int
    ends: date | None

    @property
    def honest_beside(self) -> int:
        """The fewest honest tenders in the ring's market; more after an end, so that prices can be seen to change."""
        return round(1.2 * self.rigged) if self.ends else self.rigged


@dataclass(frozen=True, slots=True)
class Market:
    """A market with its number of tenders; ``ring`` is the number of the ring in it, if any.

    In a ``tight`` one, a look-alike, five or six honest firms bid for nearly everything.
    """

    region: int
    category: int
    tenders: int
    ring: int | None = None
    tight: bool = False

    @property
    def ordinary(self) -> bool:
        """Whether neither a ring nor a tight circle is in it."""
        return self.ring is None and not self.tight


def plan_rings(rng: Random, scale: Scale) -> tuple[RingPlan, ...]:
    """The rings to plant, so many of each kind."""
    return tuple(_ring(rng, scale, kind) for kind in RING_KINDS for _ in range(scale.rings))


def _ring(rng: Random, scale: Scale, kind: str) -> RingPlan:
    sizes = {"association": (3, 5), "hidden owner": (3, 3)}.get(kind, (4, 6))
    rigged = (12, scale.most_hidden) if kind == "hidden owner" else (25, scale.most_rigged)
    ends = workday(rng, date(2022, 9, 1), date(2023, 4, 28)) if kind == "ended" else None
    return RingPlan(kind, rng.randint(*sizes), rng.randint(*rigged), ends)


def plan_markets(rng: Random, scale: Scale, plans: tuple[RingPlan, ...]) -> tuple[Market, ...]:
    """The markets of a country, their tenders (those under a price floor apart) adding up to the scale's.

    Rings are put into larger markets, tight circles into others; no two share one.
    """
    weights = [
        region.weight * category.weight * rng.lognormvariate(0, 0.5)
        for region in REGIONS[: scale.regions]
        for category in CATEGORIES[: scale.categories]
    ]
    by_size = sorted(range(len(weights)), key=lambda number: -weights[number])
    larger = by_size[: max(len(plans), round(0.7 * len(by_size)))]
    rings = dict(zip(rng.sample(larger, len(plans)), range(len(plans)), strict=True))
    tight = frozenset(rng.sample([number for number in by_size if number not in rings], scale.tight_markets))
    fewest = [1] * len(weights)
    for number, ring in rings.items():
        fewest[number] = plans[ring].rigged + plans[ring].honest_beside
    for number in sorted(tight):
        fewest[number] = max(8, min(40, scale.tenders // 80))
    extra = _shared_out(scale.tenders - scale.floor_tenders - sum(fewest), weights)
    return tuple(
        Market(
            number // scale.categories,
            number % scale.categories,
            fewest[number] + extra[number],
            rings.get(number),
            number in tight,
        )
        for number in range(len(weights))
    )


def _shared_out(total: int, weights: list[float]) -> list[int]:
    """A total in whole parts by weight; what rounding leaves over goes to the largest remainders."""
    exact = [total * weight / sum(weights) for weight in weights]
    parts = [int(part) for part in exact]
    by_rest = sorted(range(len(exact)), key=lambda number: parts[number] - exact[number])
    for number in by_rest[: total - sum(parts)]:
        parts[number] += 1
    return parts
