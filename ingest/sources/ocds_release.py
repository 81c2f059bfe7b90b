"""A compiled OCDS release as normalised records."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ingest import values
from ingest.errors import BadRecord
from ingest.reading import Outcome, SourceRecord
from ingest.records import Award, Bid, Lot, Record, Supplier, Tender, Tenderer
from ingest.sources.ocds_implementation import ImplementationReader
from ingest.sources.ocds_party import Parties, listed
from ingest.sources.ocds_values import inner, money
from ingest.sources.ocds_values import status as status_of

METHODS = frozenset({"open", "selective", "limited", "direct"})
CATEGORIES = frozenset({"goods", "works", "services"})
TENDER_STATUSES = frozenset(
    {
        "planning",
        "planned",
        "active",
        "cancelled",
        "unsuccessful",
        "complete",
        "withdrawn",
    }
)
INVALID_BIDS = frozenset({"disqualified", "rejected", "withdrawn", "invalid", "invited", "unsuccessful", "draft"})
"""Statuses under which a bid does not count; any other does."""
NO_AWARD = frozenset({"cancelled", "unsuccessful", "pending", "disqualified"})
"""Statuses under which an award gives nothing to its suppliers."""
_RULES = {
    "priceonly": "lowest",
    "lowestcost": "lowest",
    "singlebidonly": "lowest",
    "ratedcriteria": "points",
    "bestproposal": "points",
    "bestvaluetogovernment": "points",
    "qualityonly": "points",
}


def add_release(release: dict[str, Any], record: SourceRecord, out: Outcome) -> None:
    """Add what a compiled release says: its tender, lots, bids, awards, contracts and their parties.

    Raises :class:`BadRecord` where a sum or a date cannot be read, or could be read in two ways.
    """
    ReleaseReader(release, record, out).add_all()


@dataclass(frozen=True, slots=True)
class Won:
    """Who won what: the lot (None for all), the suppliers and the bids that an effective award names."""

    lot: str | None
    suppliers: frozenset[str]
    bids: frozenset[str]

    def covers(self, lot: str, tender: str, bid: str, bidders: list[str]) -> bool:
        """Whether a bid won: it is named, or its bidders are the suppliers of its lot."""
        if self.bids:
            return bid in self.bids
        awarded, bid_for = (set(key.removeprefix(f"{tender}/").split("+")) for key in (self.lot or tender, lot))
        whole = tender in (self.lot or tender, lot)
        return (whole or bool(awarded & bid_for)) and bool(self.suppliers.intersection(bidders))


class ReleaseReader:
    """Reads one release; every record goes to the outcome as it is found."""

    def __init__(self, release: dict[str, Any], record: SourceRecord, out: Outcome) -> None:
        self.release, self.record, self.out = release, record, out
        self.ocid = record.subject
        self.tender: dict[str, Any] = release.get("tender") or {}
        self.parties = Parties(release, record, out)
        self.rest = ImplementationReader(release, self.parties, record, out)
        lots = [lot["id"] for lot in self.tender.get("lots") or [] if lot.get("id")]
        self.lots = {own: f"{self.ocid}/{own}" for own in lots}
        self.estimate = self._estimate()
        self.whole = next(iter(self.lots.values())) if len(self.lots) == 1 else self.ocid

    def add_all(self) -> None:
        """Add every record of the release."""
        awards = self._awards()
        self.rest.add_contracts()
        used = self._bids(awards)
        self._lots(used)
        self._tender()

    def _add(self, record: Record) -> None:
        self.out.add(record, self.record)

    def _code(self, holder: dict[str, Any], name: str, known: frozenset[str]) -> str | None:
        written = values.text(holder.get(name))
        code = written.lower() if written else None
        if code is not None and code not in known:
            self.out.remark(f"{name} is not a code of the standard")
            return None
        return code

    def _tender(self) -> None:
        tender, period = self.tender, inner(self.tender, "tenderPeriod")
        buyer = self.parties.key(self.release.get("buyer")) or self._in_role("buyer")
        entity = self.parties.key(tender.get("procuringEntity")) or self._in_role("procuringEntity")
        self.rest.add_plan(buyer or entity)
        amount, currency = self.estimate
        opens = values.moment(period.get("startDate"), "tender/tenderPeriod/startDate")
        closes = values.moment(period.get("endDate"), "tender/tenderPeriod/endDate")
        if opens and closes and closes < opens:
            opens = None
            self.out.remark("tender/tenderPeriod ends before it starts: its start is left out")
        criteria = values.text(tender.get("awardCriteria"))
        method = self._code(tender, "procurementMethod", METHODS)
        details = values.text(tender.get("procurementMethodDetails"))
        self._add(
            Tender(
                self.ocid,
                self.ocid,
                self.ocid,
                values.text(tender.get("title"), limit=500),
                self._code(tender, "status", TENDER_STATUSES),
                method,
                details or (values.text(tender.get("procurementMethod")) if method is None else None),
                self._code(tender, "mainProcurementCategory", CATEGORIES),
                self._classification(),
                self.parties.country(entity) or self.parties.country(buyer),
                self._region(entity, buyer),
                buyer or entity,
                entity,
                amount,
                currency,
                self._day(period),
                opens,
                closes,
                criteria,
                _RULES.get((criteria or "").replace(" ", "").lower()),
                tenderers=values.whole(tender.get("numberOfTenderers"), "tender/numberOfTenderers"),
            )
        )

    def _estimate(self) -> tuple[Decimal | None, str | None]:
        """The tender's value, else its budget; a value of zero says nothing."""
        amount, currency = money(self.tender.get("value"), "tender/value", self.out)
        if amount:
            return amount, currency
        budget = inner(inner(self.release, "planning"), "budget")
        planned, planned_currency = money(budget.get("amount"), "planning/budget/value", self.out)
        return (planned, planned_currency) if planned else (None, currency)

    def _in_role(self, role: str) -> str | None:
        holders = (p for p in self.release.get("parties") or [] if role in listed(p.get("roles")))
        return self.parties.key(next(holders, None))

    def _region(self, entity: str | None, buyer: str | None) -> str | None:
        places = [
            self.tender.get("deliveryAddress"),
            *(item.get("deliveryAddress") for item in self.tender.get("items") or []),
        ]
        for place in places:
            if isinstance(place, dict) and (found := values.text(place.get("region"))):
                return found
        return self.parties.region(entity) or self.parties.region(buyer)

    def _classification(self) -> str | None:
        for stage in (self.tender, *(self.release.get("awards") or [])):
            for item in stage.get("items") or []:
                found = inner(item, "classification")
                if own := values.text(found.get("id")):
                    return f"{values.text(found.get('scheme')) or ''}:{own}"
        return None

    def _day(self, period: dict[str, Any]) -> Any:
        """The day bids closed, or the nearest day known to it."""
        written: list[tuple[object, str]] = [
            (period.get("endDate"), "tender/tenderPeriod/endDate"),
            (period.get("startDate"), "tender/tenderPeriod/startDate"),
            *((award.get("date"), "awards/date") for award in self.release.get("awards") or []),
            (self.release.get("date"), "date"),
        ]
        return next((day for value, name in written if (day := values.day(value, name))), None)

    def _lots(self, used: set[str]) -> None:
        for lot in self.tender.get("lots") or []:
            if own := lot.get("id"):
                amount, currency = money(lot.get("value"), "tender/lots/value", self.out)
                status = self._code(lot, "status", TENDER_STATUSES)
                self._add(
                    Lot(
                        self.lots[own],
                        self.ocid,
                        own,
                        values.text(lot.get("title"), limit=500),
                        status,
                        amount,
                        currency,
                    )
                )
        amount, currency = self.estimate
        for key in sorted(used - set(self.lots.values())) or ([] if self.lots else [self.ocid]):
            own = key.removeprefix(f"{self.ocid}/")
            self._add(Lot(key, self.ocid, own, amount=amount if key == self.ocid else None, currency=currency))

    def _lot(self, *related: object) -> str | None:
        """The lot that something relates to; several together are a lot of their own; None for the whole tender."""
        named = [values.text(one) for each in related for one in listed(each)]
        owns = sorted({one for one in named if one})
        if not owns:
            return None
        return f"{self.ocid}/{'+'.join(owns)}"

    def _awards(self) -> list[Won]:
        by_award: dict[object, list[dict[str, Any]]] = {}
        for contract in self.release.get("contracts") or []:
            if contract.get("suppliers"):
                by_award.setdefault(values.text(contract.get("awardID")), []).extend(contract["suppliers"])
        won = []
        for number, award in enumerate(self.release.get("awards") or []):
            own = award.get("id") or str(number)
            key = f"{self.ocid}#award/{own}"
            amount, currency = money(award.get("value"), "awards/value", self.out)
            status = status_of(award)
            lot = self._lot(award.get("relatedLots"), award.get("relatedLot"), award.get("lotID"))
            day = values.day(award.get("date"), "awards/date")
            self._add(Award(key, self.ocid, own, lot, status, amount, currency, day))
            suppliers = self._organisations(award.get("suppliers") or by_award.get(own))
            for supplier in suppliers:
                self._add(Supplier(key, self.ocid, supplier))
            if status not in NO_AWARD:
                bids = [award.get("relatedBid"), *listed(award.get("relatedBids"))]
                won.append(Won(lot, frozenset(suppliers), frozenset(b for bid in bids if (b := values.text(bid)))))
        return won

    def _organisations(self, references: Any) -> list[str]:
        return list(dict.fromkeys(key for one in references or [] if (key := self.parties.key(one))))

    def _bids(self, awards: list[Won]) -> set[str]:
        """Add the bids and the bidders; says which lots were bid for."""
        used: set[str] = set()
        met: set[str] = set()
        for bid in self._bid_rows(awards):
            record, bidders = bid
            self._add(record)
            used.add(record.lot)
            met.update(bidders)
            for bidder in bidders:
                self._add(Tenderer(record.key, self.ocid, bidder))
        for bidder in self._organisations(self.tender.get("tenderers")):
            if bidder not in met:
                key = f"{self.ocid}#tenderer/{bidder}"
                won = any(award.covers(self.whole, self.ocid, "", [bidder]) for award in awards) if awards else None
                self._add(Bid(key, self.ocid, self.whole, bidder, won=won))
                self._add(Tenderer(key, self.ocid, bidder))
                used.add(self.whole)
        return used

    def _bid_rows(self, awards: list[Won]) -> Iterator[tuple[Bid, list[str]]]:
        details = (self.release.get("bids") or {}).get("details") or []
        for number, bid in enumerate(details):
            own = bid.get("id") or str(number)
            bidders = self._organisations(bid.get("tenderers"))
            status = status_of(bid)
            submitted = values.moment(bid.get("date"), "bids/details/date")
            parts = bid.get("lotValues") or [bid]
            for part in parts:
                lot = (
                    self._lot(part.get("relatedLots"), part.get("relatedLot"))
                    or self._lot(bid.get("relatedLots"))
                    or self.whole
                )
                amount, currency = money(part.get("value"), "bids/details/value", self.out)
                if amount is not None and amount < 0:
                    raise BadRecord("bids/details/value/amount is below zero")
                won = any(award.covers(lot, self.ocid, own, bidders) for award in awards) if awards else None
                key = f"{self.ocid}#bid/{own}" + (f"@{lot}" if len(parts) > 1 else "")
                yield (
                    Bid(key, self.ocid, lot, own, status, status not in INVALID_BIDS, won, amount, currency, submitted),
                    bidders,
                )
