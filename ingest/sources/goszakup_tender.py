"""A tender of the portal out of what is told of it: announcement, lots, applications, commission, contracts.

Whatever is missing is left open: lots that only applications name, a tender that only contracts name. Sums are without
VAT, as lots and bids are; times of Almaty become UTC, days stay local. Codes stay as they are: what they say is read
from the portal's lists (:class:`ingest.records.Code`).
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from ingest.implementation import ContractAlias, PlannedLot
from ingest.reading import Outcome, SourceRecord
from ingest.records import Award, Bid, Contract, Lot, Office, Supplier, Tender, Tenderer
from ingest.sources.goszakup_bids import Application, applications, floor_of
from ingest.sources.goszakup_contracts import Agreement, agreements
from ingest.sources.goszakup_implementation import contract_id
from ingest.sources.goszakup_object import CURRENCY, Portal, Told
from ingest.sources.goszakup_party import Parties
from ingest.sources.goszakup_plans import enstru, plan_id

_NOTHING = Portal({})


def add_tender(told: Told, out: Outcome) -> None:
    """Add all that is told of one tender; one whose announcement was deleted keeps nothing but its contracts."""
    called_back = "TrdBuy" in told and not told["TrdBuy"]
    if called_back:
        told = {"Contract": told.get("Contract", []), "ContractUnits": told.get("ContractUnits", [])}
    signed, bids = agreements(told), applications(told)
    records = [record for type_ in ("TrdBuy", "Lots") for _, record in told.get(type_, [])]
    records += [*(bid.record for bid in bids), *(one.record for one in signed)]
    if records:
        TenderReader(told, bids, signed, out, records[0]).add_all()
    _add_commission(told, out)


class TenderReader:
    """Reads one tender; ``record`` is the one that tells most of it, and ``key`` its subject."""

    def __init__(
        self, told: Told, bids: list[Application], signed: list[Agreement], out: Outcome, record: SourceRecord
    ) -> None:
        self._bids, self._signed, self._out, self._record = bids, signed, out, record
        self._announced = next((found for found, _ in told.get("TrdBuy", [])), _NOTHING)
        self._lots = {own: (found, of) for found, of in told.get("Lots", []) if (own := found.id("id"))}
        self.key = record.subject
        named = {*self._lots, *(offer.lot for bid in bids for offer in bid.offers if offer.lot)}
        self._named = sorted(named, key=lambda own: (len(own), own))
        self._used: dict[str, SourceRecord] = {}

    def add_all(self) -> None:
        """Add every record of the tender."""
        won = self._add_contracts()
        self._add_bids(won)
        self._add_lots()
        self._add_tender()

    def _lot(self, own: str | None, record: SourceRecord) -> str:
        """The key of a lot; of the only one, or of the tender as a whole, where none is named."""
        own = own or (self._named[0] if len(self._named) == 1 else None)
        key = f"{self.key}/{own}" if own else self.key
        self._used.setdefault(key, record)
        return key

    def _add_contracts(self) -> dict[str, set[str]]:
        """Add contracts and what they award; says which suppliers won which lots."""
        won: dict[str, set[str]] = {}
        for one in self._signed:
            parties, found = Parties(one.record, self._out), one.found
            supplier = _party(found, parties, "supplier")
            lots = self._lots_of(one, supplier)
            key = f"{self.key}#contract/{one.root}"
            awards = [f"{key}@{lot}" for lot in lots] if len(lots) > 1 else [key]
            own, currency = found.text("contractNumberSys") or one.root, found.text("refCurrencyCode") or CURRENCY
            status, signed = found.id("refContractStatusId"), one.signed
            ends = found.day("planExecDate", "ecEndDate")
            self._out.add(
                Contract(
                    key, self.key, own, awards[0] if signed else None, status, one.amount, currency, signed, signed,
                    ends if not (signed and ends and ends < signed) else None, one.amendments,
                    found.amount("contractSumWnds"), one.final_amount, one.executed,
                ),
                one.record,
            )  # fmt: skip
            for version, told in one.versions.items():
                self._out.add(ContractAlias(contract_id(told.source, version), key), told)
            if signed is None or supplier is None:
                continue
            day = found.day("trdBuyItogiDatePublic") or self._announced.day("itogiDatePublic") or signed
            for award, lot in zip(awards, lots or [""], strict=True):
                amount = one.lots.get(lot) if lot and len(lots) > 1 else one.amount
                place = self._lot(lot, one.record) if lot else None
                self._out.add(Award(award, self.key, own, place, status, amount, currency, day, key), one.record)
                self._out.add(Supplier(award, self.key, supplier), one.record)
                won.setdefault(place or self.key, set()).add(supplier)
        return won

    def _lots_of(self, one: Agreement, supplier: str | None) -> list[str]:
        """The lots that a contract is for: those of its units, the only one, or the one whose bid has its sum."""
        if one.lots:
            return sorted(one.lots, key=lambda own: (len(own), own))
        if len(self._named) == 1:
            return self._named
        sums = {one.amount, one.found.amount("contractSumWnds")} - {None}
        same = {
            offer.lot
            for bid in self._bids
            for offer in bid.offers
            if offer.lot and offer.amount in sums and self._bidder(bid) == supplier
        }
        return [lot for lot in same if lot] if len(same) == 1 else []

    def _bidder(self, bid: Application) -> str | None:
        return _party(bid.supplier, Parties(bid.record, self._out), "supplier")

    def _add_bids(self, won: dict[str, set[str]]) -> None:
        for bid in self._bids:
            bidder = self._bidder(bid)
            for number, offer in enumerate(bid.offers):
                lot = self._lot(offer.lot, bid.record)
                key = f"{self.key}#app/{bid.id}" + (f"/{offer.lot or number}" if len(bid.offers) > 1 else "")
                winners = won.get(lot)
                self._out.add(
                    Bid(
                        key, self.key, lot, bid.id, offer.status, offer.valid,
                        bidder in winners if winners else None,
                        offer.amount, CURRENCY, bid.submitted, offer.compared,
                    ),
                    bid.record,
                )  # fmt: skip
                if bidder:
                    self._out.add(Tenderer(key, self.key, bidder), bid.record)

    def _add_lots(self) -> None:
        for own, (found, record) in self._lots.items():
            self._out.add(
                Lot(
                    f"{self.key}/{own}", self.key, found.text("lotNumber") or own,
                    found.text("nameRu", "nameKz"), found.id("refLotStatusId"), found.amount("amount"), CURRENCY,
                    found.id("refBuyTradeMethodsId"), found.id("refTradeMethodsId"),
                    enstru(*found.codes("enstruList")),
                ),
                record,
            )  # fmt: skip
            points = [*found.codes("pointList"), *(one.id("id") for one in found.each("Plans"))]
            for point in dict.fromkeys(point for point in points if point and point.strip("0")):
                key, plan = f"{self.key}/{own}", plan_id(record.source, point)
                self._out.add(PlannedLot(key, self.key, plan), record)
        told = {f"{self.key}/{own}" for own in self._lots}
        for key, record in self._used.items():
            if key not in told:
                self._out.add(Lot(key, self.key, key.removeprefix(f"{self.key}/"), currency=CURRENCY), record)

    def _add_tender(self) -> None:
        found, parties = self._announced, Parties(self._record, self._out)
        contract = self._signed[0].found if self._signed else _NOTHING
        lot = next((thing for thing, _ in self._lots.values()), _NOTHING)
        buyers = (_party(one, parties, "customer") for one in (found, lot, contract))
        buyer = next((key for key in buyers if key), None)
        entity = _party(found, parties, "org")
        own = (
            found.text("numberAnno") or lot.text("trdBuyNumberAnno") or contract.text("trdBuyNumberAnno")
            or contract.text("contractNumberSys") or self.key.rsplit(":", 1)[1]
        )  # fmt: skip
        method = found.id("refTradeMethodsId") or lot.id("refBuyTradeMethodsId") or contract.id("faktTradeMethodsId")
        estimates = {own: amount for own, (thing, _) in self._lots.items() if (amount := thing.amount("amount"))}
        self._out.add(
            Tender(
                self.key,
                own,
                title=found.text("nameRu", "nameKz")
                or contract.text("trdBuyNameRu", "descriptionRu", "trdBuyNameKz", "descriptionKz"),
                status=found.id("refBuyStatusId"),
                method=method,
                method_details=method,
                category=found.id("refSubjectTypeId") or contract.id("refSubjectTypeId"),
                country="KZ",
                region=self._region(),
                buyer=buyer or entity,
                procuring_entity=entity,
                amount=found.amount("totalSum") or (sum(estimates.values(), Decimal(0)) or None),
                currency=CURRENCY,
                day=self._day(contract),
                opens=found.moment("startDate"),
                closes=self._closes(),
                award_rule=method,
                floor=floor_of(self._bids, estimates),
            ),
            self._record,
        )

    def _closes(self) -> datetime | None:
        """When applications closed: at the end of the second round, where there was one."""
        ends = (self._announced.moment("endDate"), self._announced.moment("repeatEndDate"))
        return max((end for end in ends if end), default=None)

    def _day(self, contract: Portal) -> date | None:
        """The day bids closed, or the nearest day known to it."""
        found = self._announced
        applied = [day for bid in self._bids if (day := bid.supplier.day("dateApply"))]
        return (
            found.day("repeatEndDate", "endDate")
            or max(applied, default=None)
            or found.day("itogiDatePublic", "publishDate")
            or contract.day("trdBuyItogiDatePublic", "signDate", "crdate")
        )

    def _region(self) -> str | None:
        """The code of the region that the lots, or the announcement, are for; None where they are for several."""
        places = [code for thing, _ in self._lots.values() for code in thing.codes("plnPointKatoList")]
        regions = {code[:2] for code in places or self._announced.codes("kato") if code.isdigit()}
        return f"{regions.pop()}0000000" if len(regions) == 1 else None


def _party(found: Portal, parties: Parties, role: str) -> str | None:
    """The key of the supplier, customer or organiser (``org``) that an object names, its contacts kept."""
    inside = found.one({"org": "Organizer"}.get(role, role))
    biin = found.biin(f"{role}BinIin", f"{role}Biin", f"{role}Bin") or inside.biin("bin", "iin")
    name = inside.text("nameRu", "nameKz") or found.text(f"{role}NameRu", f"{role}NameKz")
    key = parties.organisation(biin, pid=found.id(f"{role}Id", f"{role}Pid") or inside.id("pid"), name=name)
    if key and role != "org":
        parties.contacts(key, address=found.text(f"{role}LegalAddress"))
    return key


def _members(told: Told) -> Iterator[tuple[Portal, SourceRecord]]:
    for found, record in told.get("TrdBuy", []):
        yield from ((member, record) for member in found.each("Commission"))
    yield from told.get("Commission", [])


def _add_commission(told: Told, out: Outcome) -> None:
    """Add who sat on the commission, known by name and body alone, from publication to results."""
    announced = next((found for found, _ in told.get("TrdBuy", [])), _NOTHING)
    since, until = announced.day("publishDate", "startDate"), announced.day("itogiDatePublic")
    for member, record in _members(told):
        parties, name = Parties(record, out), member.text("fio")
        own = member.biin("bin") or announced.biin("customerBin", "orgBin")
        body = parties.organisation(own) if own and name else None
        if body is None:
            out.remark("a member of a commission without a name or a body was left out")
            continue
        person = parties.person(name, None, body)
        span = (None, None) if since and until and until < since else (since, until)
        if person:
            out.add(Office(person, body, member.id("refCommRolesId"), True, *span), record)
