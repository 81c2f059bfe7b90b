"""Planted rings: how each kind bids in the tenders that it rigs.

* ``rotation``: the winner is agreed, in turn, a little below the estimate; the others cover it from above.
* ``association``: the members stay together far more often than their market explains; prices are ordinary.
* ``hidden owner``: firms of one person, held through different holdings, bid against each other.
* ``ended``: as rotation up to a day; afterwards the same firms bid independently.
"""

from dataclasses import dataclass
from random import Random

from api.demo.country import Country
from api.demo.honest import House, honest_prices
from api.demo.planted import PlantedRing
from api.demo.tenders import Offer, Slot, Tender, distinct, draw_estimate, held, poisson

_OUTSIDERS = {"rotation": 0.25, "association": 1.0, "hidden owner": 1.5, "ended": 0.25}
"""How many others bid in a rigged tender on average; in an honest one it is four."""


def planted_rings(country: Country) -> tuple[PlantedRing, ...]:
    """The country's rings as they are handed out to compare with."""
    return tuple(
        PlantedRing(
            plan.kind, tuple(sorted(country.firms[firm].company.id for firm in members)), plan.rigged, plan.ends
        )
        for plan, members in zip(country.plans, country.members, strict=True)
    )


def rigged_tender(house: House, slot: Slot) -> Tender:
    """The tender of a slot that belongs to a ring."""
    assert slot.ring is not None
    rng, country = house.rng, house.country
    kind, members = country.plans[slot.ring].kind, country.members[slot.ring]
    circle = country.circle(slot.market, slot.day)
    drawn = circle.drawn(rng, house.town(slot), poisson(rng, _OUTSIDERS[kind]) + len(members))
    others = [firm for firm in drawn if firm not in members][: max(0, len(drawn) - len(members))]
    estimate = draw_estimate(rng)
    if kind in ("rotation", "ended"):
        offers = _covered(Turn(rng, estimate, slot.turn), members, others)
    else:
        bidders = [*_who_meets(rng, kind, members), *others]
        prices = honest_prices(rng, estimate, len(bidders))
        offers = [Offer(0, (firm,), price, firm in members) for firm, price in zip(bidders, prices, strict=True)]
    return held(rng, slot, (estimate,), offers)


def _who_meets(rng: Random, kind: str, members: tuple[int, ...]) -> list[int]:
    """The members in one tender: nearly all of them, at least three in an association, two of a hidden owner's."""
    fewest = 2 if kind == "hidden owner" else 3
    absent = len(members) > fewest and rng.random() < 0.3
    return rng.sample(members, len(members) - absent)


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is in a rotation, and what there is to win."""

    rng: Random
    estimate: int
    number: int


def _covered(turn: Turn, members: tuple[int, ...], others: list[int]) -> list[Offer]:
    """The agreed winner at 0.95 to 0.985 of the estimate, covers 1 to 6 per cent above it, below the estimate.

    Outsiders that come in spite of all ask more than the winner.
    """
    rng, winner = turn.rng, members[turn.number % len(members)]
    covers = rng.sample([firm for firm in members if firm != winner], rng.randint(2, len(members) - 1))
    least = round(turn.estimate * rng.uniform(0.95, 0.985))
    room = 0.9995 * turn.estimate / least - 1
    above = [rng.uniform(0.0105, min(0.0595, room)) for _ in covers] + [rng.uniform(0.004, room) for _ in others]
    prices = distinct([least, *(round(least * (1 + part)) for part in above)])
    firms = (winner, *covers, *others)
    return [Offer(0, (firm,), price, firm in members) for firm, price in zip(firms, prices, strict=True)]
