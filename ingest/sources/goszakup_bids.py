"""Applications for a tender's lots: who bid, what was named, and by which sum bids are compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

from ingest.reading import SourceRecord
from ingest.sources.goszakup_codes import disqualified
from ingest.sources.goszakup_object import Portal, Told

_CENT = Decimal("0.01")
_SCALE = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Offer:
    """What an application offers for one lot (None where it does not say which)."""

    lot: str | None
    amount: Decimal | None = None
    compared: Decimal | None = None
    discounted: bool = False
    status: str | None = None
    valid: bool = True


@dataclass(frozen=True, slots=True)
class Application:
    """One bidder's application with its offers, one or more."""

    record: SourceRecord
    id: str
    supplier: Portal
    submitted: datetime | None
    offers: tuple[Offer, ...]


def applications(told: Told) -> list[Application]:
    """The applications, in the order of their numbers."""
    found = [
        Application(
            record,
            thing.id("id") or "",
            thing,
            thing.moment("dateApply"),
            tuple(_offer(part) for part in thing.each("AppLots")) or (Offer(None),),
        )
        for thing, record in told.get("TrdApp", [])
    ]
    return sorted(found, key=lambda one: (len(one.id), one.id))


def _offer(part: Portal) -> Offer:
    name = part.one("RefAppStatus").text("nameRu", "nameKz")
    amount, price = part.amount("amount"), part.amount("price")
    reduced = part.amount("discountPrice")
    compared = _whole_sum(reduced, amount, price) if reduced else None
    return Offer(
        part.id("lotId"),
        amount,
        None if compared == amount else compared,
        bool(reduced),
        name or part.id("statusId"),
        not disqualified(name),
    )


def _whole_sum(reduced: Decimal, amount: Decimal | None, price: Decimal | None) -> Decimal:
    """The sum after the conditional discount. ``discountPrice`` comes for the lot or for a unit, as ``price`` does: a
    discount never makes several units cost less than one, so what is above the unit's price is for the lot.
    """
    if not amount or not price or reduced > price:
        return reduced
    return (amount * reduced / price).quantize(_SCALE, ROUND_HALF_EVEN)


def floor_of(bids: Iterable[Application], estimates: Mapping[str, Decimal]) -> float | None:
    """The price floor that a tender's bids show, as a share of the lot's sum; None where they show none.

    Under a regulated floor every bidder names it, and a conditional discount decides. So: in a lot whose bids all carry
    such a discount, two or more name the lowest sum, it is a whole per cent of the lot's sum below 100, and every
    lot of the tender that shows one shows the same.
    """
    by_lot: dict[str, list[Offer]] = {}
    for bid in bids:
        for offer in bid.offers:
            if offer.lot and offer.lot in estimates and offer.amount:
                by_lot.setdefault(offer.lot, []).append(offer)
    shown = {_shared_floor(offers, estimates[lot]) for lot, offers in by_lot.items()} - {None}
    return shown.pop() if len(shown) == 1 else None


def _shared_floor(offers: list[Offer], estimate: Decimal) -> float | None:
    lowest = min(offer.amount for offer in offers if offer.amount)
    if not estimate or not all(offer.discounted for offer in offers):
        return None
    share = (lowest / estimate).quantize(_CENT)
    named = sum(offer.amount == lowest for offer in offers)
    exact = abs(lowest - share * estimate) <= _CENT
    return float(share) if named >= 2 and share < 1 and exact else None
