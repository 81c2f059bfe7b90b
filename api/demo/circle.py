"""The firms from which a market's bidders are drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from heapq import nsmallest
from math import log
from random import Random

from api.demo.tenders import poisson

NEIGHBOUR = 3.0
"""How much likelier a firm bids where the buyer sits in its own place: an honest lift that the files do not show."""
_TOGETHER = 0.75


@dataclass(frozen=True, slots=True)
class Entrant:
    """A firm in a market: its number, the weight with which it is drawn, and the place where it sits."""

    firm: int
    weight: float
    town: str


@dataclass(frozen=True, slots=True)
class Circle:
    """Who may bid in a market.

    ``regulars`` bid with a chance of their own in every tender (a tight market), the ``pool`` is drawn from by
    weight. Of the firms ``apart`` no two bid in one honest tender. ``partners`` stand together in one bid.
    """

    pool: tuple[Entrant, ...]
    regulars: tuple[tuple[int, float], ...] = ()
    apart: frozenset[int] = frozenset()
    partners: Mapping[int, int] = field(default_factory=dict)

    def bidders(self, rng: Random, town: str, called: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
        """Who bids in an honest tender of a buyer in ``town``, partners together; the ``called`` ones first.

        One and a Poisson number (mean 3) of firms, or all there are; in a tight market the regulars and a few more.
        """
        regulars = [firm for firm, chance in self.regulars if rng.random() < chance]
        wanted = poisson(rng, 0.4) if self.regulars else 1 + poisson(rng, 3.0)
        found = list(dict.fromkeys((*called, *regulars, *self.drawn(rng, town, max(wanted, not regulars)))))
        if self.apart:
            met = [firm for firm in found if firm in self.apart]
            found = [firm for firm in found if firm not in met[1:]]
        if not self.regulars:
            found = found[: max(wanted, len(called))]
        return self._in_bids(rng, found, called)

    def drawn(self, rng: Random, town: str, count: int) -> list[int]:
        """So many firms of the pool, without replacement and by weight, or all there are.

        The smallest of exponential times with the weights as rates (Efraimidis & Spirakis 2006).
        """
        if count <= 0:
            return []
        times = [
            (-log(1.0 - rng.random()) / (one.weight * NEIGHBOUR if one.town == town else one.weight), one.firm)
            for one in self.pool
        ]
        return [firm for _, firm in nsmallest(count, times)]

    def _in_bids(self, rng: Random, firms: list[int], called: tuple[int, ...]) -> list[tuple[int, ...]]:
        """The firms as the bidders of single bids: partners share one most of the time."""
        bids: list[tuple[int, ...]] = []
        taken: set[int] = set()
        for firm in firms:
            if firm in taken:
                continue
            partner = self.partners.get(firm)
            together = partner is not None and partner not in called and firm not in called
            if partner is not None and together and rng.random() < _TOGETHER:
                taken.add(partner)
                bids = [bid for bid in bids if partner not in bid]
                bids.append((firm, partner))
            else:
                bids.append((firm,))
        return bids
