"""When tenders are held, for which buyer, and which of them rings rig or officials steer."""

from dataclasses import dataclass, replace
from datetime import date
from random import Random

from api.demo.country import Country
from api.demo.honest import House, honest_tender
from api.demo.planted import TIE_KINDS
from api.demo.rings import rigged_tender
from api.demo.scale import LAST_CLOSE
from api.demo.tenders import Slot, Tender, workday

_STEERED = (3, 6)


@dataclass(frozen=True, slots=True)
class Favour:
    """A firm that an official steers tenders to: from the first of them to the last (days on which bids close)."""

    kind: str
    buyer: int
    firm: int
    first: date
    last: date


def slots(rng: Random, country: Country) -> list[Slot]:
    """The tenders to be held, market by market, without those under a price floor."""
    found: list[Slot] = []
    for number in range(len(country.markets)):
        found += _market_slots(rng, country, number)
    return found


def _market_slots(rng: Random, country: Country, number: int) -> list[Slot]:
    market = country.markets[number]
    local = [n for n, buyer in enumerate(country.buyers) if buyer.region == market.region and n != country.agency]
    weights = [(6.0 if market.category in country.buyers[n].buys else 0.4) * rng.lognormvariate(0, 0.4) for n in local]
    rigged: list[Slot] = []
    if market.ring is not None:
        plan = country.plans[market.ring]
        close = sorted(range(len(local)), key=lambda place: -weights[place])[: rng.randint(2, 3)]
        days = sorted(workday(rng, last=plan.ends or LAST_CLOSE) for _ in range(plan.rigged))
        for turn, day in enumerate(days):
            # A ring lives with a few buyers, and one tender in eight is somebody else's.
            buyer = local[rng.choice(close)] if rng.random() < 0.88 else rng.choice(local)
            rigged.append(Slot(number, day, buyer, market.ring, turn))
    honest = [Slot(number, workday(rng), rng.choices(local, weights)[0]) for _ in range(market.tenders - len(rigged))]
    if market.ring is not None:
        # Every outsider near the ring bids at least once, so that the ring never has its market for itself.
        outsiders = [one.firm for one in country.circles[number].pool if one.firm not in country.members[market.ring]]
        for place, firm in zip(rng.sample(range(len(honest)), min(len(honest), 10)), outsiders, strict=False):
            honest[place] = replace(honest[place], called=firm)
    return rigged + honest


def steered(rng: Random, country: Country, plain: list[Slot]) -> tuple[list[Slot], tuple[Favour, ...]]:
    """The slots with some of them steered to favoured firms, and the favours: so many of each kind of tie."""
    found = list(plain)
    places = _free_places(country, plain)
    free = set(country.free)
    favours: list[Favour] = []
    kinds = [kind for kind in TIE_KINDS for _ in range(country.scale.ties)]
    while len(favours) < len(kinds):
        market, buyer, numbers = places.pop(rng.randrange(_first_choice(country, places)))
        firms = [one.firm for one in country.circles[market].pool if one.firm in free]
        if not firms:
            continue
        firm = rng.choice(firms)
        free.remove(firm)
        count = min(len(numbers), rng.randint(*_STEERED))
        numbers.sort(key=lambda number: (plain[number].day, number))
        start = rng.randint(0, len(numbers) - count)
        taken = numbers[start : start + count]
        for number in taken:
            found[number] = replace(found[number], favoured=firm, called=None)
        favours.append(Favour(kinds[len(favours)], buyer, firm, found[taken[0]].day, found[taken[-1]].day))
    return found, tuple(favours)


def _free_places(country: Country, plain: list[Slot]) -> list[tuple[int, int, list[int]]]:
    """Markets and buyers with at least three honest tenders, ordinary markets first; their slots."""
    by_place: dict[tuple[int, int], list[int]] = {}
    for number, slot in enumerate(plain):
        if slot.ring is None and slot.called is None:
            by_place.setdefault((slot.market, slot.buyer), []).append(number)
    found = [(market, buyer, numbers) for (market, buyer), numbers in by_place.items() if len(numbers) >= _STEERED[0]]
    found = [place for place in found if not country.markets[place[0]].tight]
    return sorted(found, key=lambda place: (not country.markets[place[0]].ordinary, place[:2]))


def _first_choice(country: Country, places: list[tuple[int, int, list[int]]]) -> int:
    """How many of the places are in ordinary markets, or all where none is."""
    return sum(country.markets[market].ordinary for market, _, _ in places) or len(places)


def hold(house: House, planned: list[Slot]) -> list[Tender]:
    """The tenders of the slots, in the order of the days on which bids close."""
    found = [honest_tender(house, slot) if slot.ring is None else rigged_tender(house, slot) for slot in planned]
    return sorted(found, key=lambda tender: (tender.closes, tender.opens, tender.slot.market))
