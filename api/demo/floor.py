"""Look-alike: one agency's tenders under a regulated price floor, where everybody bids the floor and points decide."""

from dataclasses import replace

from api.demo.honest import House
from api.demo.tenders import Offer, Slot, Tender, draw_estimate, held, workday

FLOOR_PER_CENT = 95
"""Every bid stands at exactly so much of the estimate."""


def floor_tenders(house: House) -> list[Tender]:
    """The agency's tenders, in ordinary markets of its own category where there are any, in the order of their days."""
    rng, country = house.rng, house.country
    places = [number for number, market in enumerate(country.markets) if market.ordinary]
    places = [number for number in places if country.markets[number].category == 0] or places
    slots = [Slot(rng.choice(places), workday(rng), country.agency) for _ in range(country.scale.floor_tenders)]
    return [_floor_tender(house, slot) for slot in sorted(slots, key=lambda slot: (slot.day, slot.market))]


def _floor_tender(house: House, slot: Slot) -> Tender:
    """All bids valid, the winner any of them."""
    rng = house.rng
    bidders: list[int] = []
    while len(bidders) < 2:
        bidders = sorted({bid[0] for bid in house.country.circle(slot.market, slot.day).bidders(rng, house.town(slot))})
    # In whole tenge, so that 95 per cent of it is a whole number of tiyn.
    estimate = draw_estimate(rng) // 100 * 100
    price = estimate * FLOOR_PER_CENT // 100
    tender = held(rng, slot, (estimate,), [Offer(0, (firm,), price, safe=True) for firm in bidders])
    return replace(tender, method="open", winners=(rng.choice(tender.bids),))
