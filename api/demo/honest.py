"""Honest tenders: who bids, what each asks, who wins."""

from dataclasses import dataclass
from math import exp
from random import Random

from api.demo.country import Country
from api.demo.tenders import Offer, Slot, Tender, distinct, draw_estimate, held

_SHOCK = (-0.15, 0.05)
_MARKUP = (0.05, 0.07)
_SEVERAL_LOTS = 0.07
_NO_BIDS = 0.0125


@dataclass(frozen=True, slots=True)
class House:
    """Where tenders are held: the country, and the one source of randomness."""

    rng: Random
    country: Country

    def town(self, slot: Slot) -> str:
        """The place where the buyer of a tender sits."""
        return self.country.buyers[slot.buyer].company.town


def honest_prices(rng: Random, estimate: int, count: int) -> list[int]:
    """What honest bidders of one lot ask, in tiyn, no two the same, all below the estimate.

    estimate * exp(N(-0.15, 0.05)) * exp(N(0.05, 0.07)): the first factor, the cost of the work, is common to all.
    Who would ask more than the estimate asks up to two per cent less.
    """
    cost = rng.gauss(*_SHOCK)
    shares = [exp(cost + rng.gauss(*_MARKUP)) for _ in range(count)]
    below = [share if share < 0.9995 else 1 - rng.uniform(0.0005, 0.02) for share in shares]
    return distinct([round(estimate * share) for share in below])


def honest_tender(house: House, slot: Slot) -> Tender:
    """The tender of a slot in which everybody bids independently; the favoured firm, if any, asks least of all."""
    rng, country = house.rng, house.country
    called = tuple(firm for firm in (slot.favoured, slot.called) if firm is not None)
    bidders = country.circle(slot.market, slot.day).bidders(rng, house.town(slot), called)
    if not called and rng.random() < _NO_BIDS:
        bidders = []
    lots = [draw_estimate(rng)]
    if rng.random() < _SEVERAL_LOTS:
        lots += [draw_estimate(rng) for _ in range(rng.randint(1, 2))]
    offers: list[Offer] = []
    for lot, estimate in enumerate(lots):
        takers = [one for one in bidders if len(lots) == 1 or one[0] in called or rng.random() < 0.75]
        offers += _offers(rng, slot, lot, takers, estimate)
    return held(rng, slot, lots, offers)


def _offers(rng: Random, slot: Slot, lot: int, takers: list[tuple[int, ...]], estimate: int) -> list[Offer]:
    prices = honest_prices(rng, estimate, len(takers))
    if slot.favoured is not None and len(takers) > 1:
        place = takers.index((slot.favoured,))
        others = min(price for number, price in enumerate(prices) if number != place)
        prices[place] = min(prices[place], round(others * (1 - rng.uniform(0.002, 0.03))))
    return [Offer(lot, one, price, safe=slot.favoured in one) for one, price in zip(takers, prices, strict=True)]
