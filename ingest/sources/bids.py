"""Mapped bids: any table with a row per bid, its columns named in a map."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import IO

import msgspec

from ingest import values
from ingest.contacts import contact
from ingest.errors import BadRecord, UnreadableInput
from ingest.identifiers import number_fields
from ingest.mapping import Mapping
from ingest.parties import Namespace
from ingest.reading import Outcome, Reading, Refusal, SourceRecord
from ingest.records import Award, Bid, Lot, Organisation, Supplier, Tender, Tenderer
from ingest.sources.mapped import MappedRow, check_columns
from ingest.sources.table import occurrences, read_header, read_rows

FIELDS = frozenset(
    {
        "tender",
        "lot",
        "bid",
        "bidder",
        "bidder_name",
        "amount",
        "winner",
        "date",
        "estimate",
        "region",
        "buyer",
        "buyer_name",
        "category",
        "status",
        "title",
        "method",
        "award_rule",
        "floor",
        "ceiling",
        "currency",
        "country",
        "address",
        "phone",
        "email",
    }
)
"""What a map's ``columns`` may name."""
CONSTANTS = FIELDS - {"tender", "lot", "bid", "bidder", "bidder_name", "amount", "winner"} | {"scheme"}
"""What a map's ``constants`` may give."""
AWARD_RULES = frozenset({"lowest", "average", "points"})
INVALID = frozenset({"disqualified", "rejected", "withdrawn", "invalid", "cancelled", "отклонена", "отозвана"})
"""Statuses that say a bid does not count; any other is a valid bid."""


class Bids:
    """A row per bid and lot; without a bidder column every row is a bid of somebody unknown."""

    name = "bids"

    def read(self, handle: IO[bytes], reading: Reading, label: str) -> Iterator[SourceRecord | Refusal]:
        """A source record per row; UnreadableInput for a map that does not fit the table."""
        mapping = reading.mapping
        if mapping is None:
            raise UnreadableInput(f"{label}: a table of bids needs a map of its columns (--map)")
        check_mapping(mapping, read_header(handle.read(1024 * 1024), mapping), label)
        nth = occurrences()
        source = Namespace.of(reading.source, mapping).name
        column = mapping.columns["tender"].name
        for row in read_rows(handle, label, mapping):
            if isinstance(row, Refusal):
                yield row
            elif not row.get(column):
                yield Refusal(row.position, "the row names no tender", row.raw)
            else:
                salt = "" if "bidder" in mapping.columns else nth(row.raw)
                yield SourceRecord(row.position, f"{source}:{row.get(column)}", source, row.raw, salt=salt)

    def records(self, found: Sequence[SourceRecord], reading: Reading) -> Outcome:
        """The tender with its lots, bids, bidders and awards; a row that cannot be used is refused by itself."""
        assert reading.mapping is not None
        space = Namespace.of(reading.source, reading.mapping)
        out = Outcome()
        rows = []
        for record in found:
            try:
                rows.append(BidRow.read(MappedRow(msgspec.json.decode(record.raw), reading.mapping), record))
            except BadRecord as error:
                out.refuse(record, str(error))
        if rows:
            _add_tender(rows, space, out)
        for row in rows:
            _add_bid(row, space, out)
        return out


def check_mapping(mapping: Mapping, header: list[str], label: str) -> None:
    """Refuse a map with fields that do not exist, columns the table lacks, or no tender and amount."""
    for known, given in ((FIELDS, mapping.columns), (CONSTANTS, mapping.constants)):
        unknown = sorted(set(given) - known)
        if unknown:
            raise UnreadableInput(f"{label}: the map gives {unknown[0]!r}, which is no field of a bid")
    for needed in ("tender", "amount"):
        if needed not in mapping.columns:
            raise UnreadableInput(f"{label}: the map names no column for {needed!r}")
    check_columns(mapping, header, label)
    rule = mapping.constants.get("award_rule", "lowest")
    if rule not in AWARD_RULES:
        raise UnreadableInput(f"{label}: award_rule is one of {', '.join(sorted(AWARD_RULES))}, not {rule!r}")
    try:
        for share in ("floor", "ceiling"):
            values.number(mapping.constants.get(share), share)
    except BadRecord as error:
        raise UnreadableInput(f"{label}: {error}") from None


@dataclass(frozen=True, slots=True)
class BidRow:
    """One row of a table of bids, its cells read as values."""

    row: MappedRow
    record: SourceRecord
    tender: str
    lot: str | None
    bidder: str | None
    amount: Decimal | None
    estimate: Decimal | None
    submitted: datetime | None
    floor: float | None
    ceiling: float | None

    @classmethod
    def read(cls, row: MappedRow, record: SourceRecord) -> "BidRow":
        """The row's values; BadRecord names the field that cannot be read."""
        rule = row.get("award_rule")
        if rule is not None and rule not in AWARD_RULES:
            raise BadRecord(f"award_rule is one of {', '.join(sorted(AWARD_RULES))}, not {rule!r}")
        amount = values.amount(row.get("amount"))
        if amount is not None and amount < 0:
            raise BadRecord(f"amount is below zero: {amount.normalize():f}")
        return cls(
            row,
            record,
            row.get("tender") or "",
            row.get("lot"),
            row.get("bidder"),
            amount,
            values.amount(row.get("estimate"), "estimate"),
            row.moment("date"),
            values.number(row.get("floor"), "floor"),
            values.number(row.get("ceiling"), "ceiling"),
        )

    @property
    def won(self) -> bool | None:
        """Whether the row says that its bid won; None where the table does not say."""
        written = self.row.get("winner")
        if written is None:
            return False if "winner" in self.row.mapping.columns else None
        if self.bidder is not None and written == self.bidder:
            return True
        said = values.yes_no(written)
        return False if said is None and self.bidder is not None else said


def _add_tender(rows: list[BidRow], space: Namespace, out: Outcome) -> None:
    """The tender that the rows share: the newest row's word, or the last one that says anything."""
    newest = rows[-1]
    key = f"{space.name}:{newest.tender}"

    def last(field: str) -> str | None:
        return next((said for row in reversed(rows) if (said := row.row.get(field))), None)

    days = [row.submitted.date() for row in rows if row.submitted]
    lots = {row.lot: row for row in rows}
    buyer, buyer_name = last("buyer"), last("buyer_name")
    out.add(
        Tender(
            key,
            newest.tender,
            title=last("title"),
            status="complete",
            method=last("method"),
            category=last("category"),
            country=last("country"),
            region=last("region"),
            buyer=_organisation(newest, space, out, buyer, buyer_name) if buyer or buyer_name else None,
            amount=newest.estimate if set(lots) == {None} else None,
            currency=last("currency"),
            day=max(days, default=None),
            award_rule=last("award_rule"),
            floor=newest.floor,
            ceiling=newest.ceiling,
        ),
        newest.record,
    )
    for own, row in lots.items():
        lot = f"{key}/{own}" if own else key
        out.add(Lot(lot, key, own or row.tender, amount=row.estimate, currency=row.row.get("currency")), row.record)


def _add_bid(row: BidRow, space: Namespace, out: Outcome) -> None:
    tender = f"{space.name}:{row.tender}"
    lot = f"{tender}/{row.lot}" if row.lot else tender
    status, currency, name = row.row.get("status"), row.row.get("currency"), row.row.get("bidder_name")
    # The same bidder may bid twice in a lot, so the sum is part of which bid it is.
    own = row.row.get("bid") or "/".join(
        part for part in (row.bidder, row.amount and f"{row.amount.normalize():f}", row.record.salt) if part
    )
    bid = Bid(
        f"{lot}#{own}",
        tender,
        lot,
        own,
        status,
        (status or "").casefold() not in INVALID,
        row.won,
        row.amount,
        currency,
        row.submitted,
    )
    out.add(bid, row.record)
    if not (row.bidder or name):
        return
    bidder = _organisation(row, space, out, row.bidder, name)
    out.add(Tenderer(bid.key, tender, bidder), row.record)
    for kind in ("address", "phone", "email"):
        if made := contact(bidder, kind, row.row.get(kind)):
            out.add(made, row.record)
    if row.won:
        day = row.submitted.date() if row.submitted else None
        out.add(Award(f"{bid.key}/award", tender, own, lot, "active", row.amount, currency, day), row.record)
        out.add(Supplier(f"{bid.key}/award", tender, bidder), row.record)


def _organisation(row: BidRow, space: Namespace, out: Outcome, own: str | None, name: str | None) -> str:
    if own is None:
        key, shown = space.named(name or "")
        out.add(Organisation(key, shown, name=name), row.record)
        return key
    key, _, found = space.party(own)
    scheme, number, problem = number_fields(found)
    if found is None and space.country == "KZ" and own.isdigit() and len(own) == 12:
        problem = "the check digit of this BIN or IIN is wrong"
    if problem:
        out.remark(problem)
    out.add(
        Organisation(key, own, scheme, number, problem, name, row.row.get("country")),
        row.record,
    )
    return key
