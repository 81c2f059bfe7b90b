"""Tenders as the generator holds them; sums are whole tiyn (hundredths of a tenge), firms are their numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import exp
from random import Random

from api.demo.scale import FIRST_CLOSE, LAST_CLOSE


@dataclass(frozen=True, slots=True)
class Slot:
    """A tender that is going to be held: where, for whom, on what day bids close, and who has a hand in it.

    ``ring`` is the ring that rigs it and ``turn`` which of the ring's tenders it is; ``favoured`` is a firm that the
    buyer's official is tied to, which bids and wins; ``called`` is a firm that is sure to bid.
    """

    market: int
    day: date
    buyer: int
    ring: int | None = None
    turn: int = 0
    favoured: int | None = None
    called: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A bid before its day: partners in one bid stand together; a ``safe`` one is never refused."""

    lot: int
    bidders: tuple[int, ...]
    amount: int
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Bid:
    """A bid for one lot, numbered within its tender by time."""

    number: int
    lot: int
    bidders: tuple[int, ...]
    amount: int
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Tender:
    """A tender with its estimates by lot, its bids, and for each lot the bid that won."""

    slot: Slot
    opens: datetime
    closes: datetime
    method: str
    lots: tuple[int, ...]
    bids: tuple[Bid, ...]
    winners: tuple[Bid | None, ...]
    cancelled: bool = False

    @property
    def bidders(self) -> list[int]:
        """The numbers of the firms that bid, sorted."""
        return sorted({firm for bid in self.bids for firm in bid.bidders})

    @property
    def suppliers(self) -> list[int]:
        """The numbers of the firms that won something, sorted."""
        return sorted({firm for bid in self.winners if bid for firm in bid.bidders})

    @property
    def status(self) -> str:
        """The status as OCDS has it."""
        if self.cancelled:
            return "cancelled"
        return "complete" if any(self.winners) else "unsuccessful"


def workday(rng: Random, first: date = FIRST_CLOSE, last: date = LAST_CLOSE) -> date:
    """A day from Monday to Friday between two days, both included."""
    while (day := first + timedelta(rng.randint(0, (last - first).days))).weekday() > 4:
        pass
    return day


def poisson(rng: Random, mean: float) -> int:
    """A Poisson draw, by multiplying uniform ones (Knuth 1969); for small means."""
    limit, count, product = exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


def draw_estimate(rng: Random) -> int:
    """The estimate of a lot in tiyn: lognormal around 25 million tenge, from one million to five thousand million."""
    while not 1e8 <= (found := rng.lognormvariate(21.6, 1.25)) <= 5e11:
        pass
    return round(found)


def distinct(amounts: Iterable[int]) -> list[int]:
    """The amounts in order, each lowered by single tenge until it equals none before it.

    >>> distinct([500_00, 700_00, 500_00])
    [50000, 70000, 49900]
    """
    found: dict[int, None] = {}
    for amount in amounts:
        while amount in found:
            amount -= 100  # noqa: PLW2901 - the lowered amount takes its place
        found[amount] = None
    return list(found)


def held(rng: Random, slot: Slot, lots: Sequence[int], offers: Sequence[Offer]) -> Tender:
    """The tender in which these offers were made: the lowest valid bid of each lot wins.

    About six bids in a hundred are disqualified and one is withdrawn, never a safe one; about one tender in
    eighty is cancelled after its bids, never one with a safe bid.
    """
    closes = datetime.combine(slot.day, time(rng.randint(4, 11), rng.choice((0, 0, 30))))
    days = rng.randint(15, 30) if rng.random() < 0.85 else rng.randint(8, 14)
    opening = slot.day - timedelta(days)
    opening -= timedelta(max(0, opening.weekday() - 4))
    opens = datetime.combine(opening, time(rng.randint(3, 11), rng.randrange(60)))
    window = (closes - opens).total_seconds()
    made = sorted((round(window * rng.uniform(0.3, 0.9995)), number) for number in range(len(offers)))
    bids = tuple(
        Bid(place, offer.lot, offer.bidders, offer.amount, _status(rng, offer), opens + timedelta(seconds=seconds))
        for place, (seconds, number) in enumerate(made, 1)
        for offer in (offers[number],)
    )
    cancelled = rng.random() < 0.0125 and not any(offer.safe for offer in offers)
    return Tender(
        slot,
        opens,
        closes,
        rng.choices(("open", "selective", "limited"), (85, 9, 6))[0],
        tuple(lots),
        bids,
        tuple(None if cancelled else _lowest(bids, lot) for lot in range(len(lots))),
        cancelled,
    )


def _status(rng: Random, offer: Offer) -> str:
    chance = rng.random()
    if offer.safe or chance >= 0.07:
        return "valid"
    return "disqualified" if chance < 0.06 else "withdrawn"


def _lowest(bids: Iterable[Bid], lot: int) -> Bid | None:
    valid = [bid for bid in bids if bid.lot == lot and bid.status == "valid"]
    return min(valid, key=lambda bid: bid.amount, default=None)
