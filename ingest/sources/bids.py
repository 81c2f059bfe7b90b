"""Mapped bids: any table with a row per bid, its columns named in a map."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import IO, TypeVar

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

T = TypeVar("T")
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
        column, bidder = mapping.columns["tender"].name, mapping.columns.get("bidder")
        for row in read_rows(handle, label, mapping):
            if isinstance(row, Refusal):
                yield row
            elif not row.get(column):
                yield Refusal(row.position, "the row names no tender", row.raw)
            else:
                salt = "" if bidder and row.get(bidder.name) else nth(row.raw)
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
        winners = {winner for row in rows if (winner := row.row.get("winner"))}
        by_id = winners <= {row.bidder for row in rows}  # a firm may be called "1", which also says yes
        for members in _members(rows):
            won = any(row.won(by_id=by_id) for row in members) or members[-1].won(by_id=by_id)
            _add_bid(members, won, space, out)
        return out


_MOST_SHARE = {"floor": 1, "ceiling": 10}


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
            found = values.number(mapping.constants.get(share), share)
            if found is not None and not 0 < found <= _MOST_SHARE[share]:
                raise BadRecord(
                    f"{share} is a share of the estimate above 0 and up to {_MOST_SHARE[share]}, not {found}"
                )
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
        tender, rule = row.get("tender"), row.get("award_rule")
        if tender is None:
            raise BadRecord("the row names no tender")
        if rule is not None and rule not in AWARD_RULES:
            raise BadRecord(f"award_rule is one of {', '.join(sorted(AWARD_RULES))}, not {rule!r}")
        amount = values.amount(row.get("amount"))
        if amount is not None and amount < 0:
            raise BadRecord(f"amount is below zero: {amount.normalize():f}")
        return cls(
            row,
            record,
            tender,
            row.get("lot"),
            row.get("bidder"),
            amount,
            values.amount(row.get("estimate"), "estimate"),
            row.moment("date"),
            values.number(row.get("floor"), "floor"),
            values.number(row.get("ceiling"), "ceiling"),
        )

    @property
    def who(self) -> str | None:
        """The bidder's id, or the name where there is no id."""
        return self.bidder or self.row.get("bidder_name")

    @property
    def bid(self) -> str:
        """Which bid of its lot this is: its own id, or bidder and sum, as one may bid twice in a lot.

        Where nobody knows whose it is, every row is a bid.
        """
        if own := self.row.get("bid"):
            return own
        content = None if self.who else sha256(self.record.raw).hexdigest()[:8]
        amount = None if self.amount is None else f"{self.amount.normalize():f}"
        return "/".join(part for part in (self.who, amount, content, self.record.salt) if part)

    def won(self, *, by_id: bool) -> bool | None:
        """Whether the row says that its bid won, by id or by a yes or no; None where the table does not say."""
        written = self.row.get("winner")
        if written is None:
            return False if "winner" in self.row.mapping.columns else None
        said = None if by_id else values.yes_no(written)
        return said if said is not None or self.bidder is None else written == self.bidder


def _add_tender(rows: list[BidRow], space: Namespace, out: Outcome) -> None:
    """The tender that the rows share: what the last row that says anything says."""
    newest = rows[-1]
    key = f"{space.name}:{newest.tender}"

    def last(field: str) -> str | None:
        return next((said for row in reversed(rows) if (said := row.row.get(field))), None)

    days = [row.submitted.date() for row in rows if row.submitted]
    lots: dict[str | None, list[BidRow]] = defaultdict(list)
    for row in rows:
        lots[row.lot].append(row)
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
            amount=_last(row.estimate for row in rows) if set(lots) == {None} else None,
            currency=last("currency"),
            day=max(days, default=None),
            award_rule=last("award_rule"),
            floor=_last(row.floor for row in rows),
            ceiling=_last(row.ceiling for row in rows),
        ),
        newest.record,
    )
    for own, of_lot in lots.items():
        lot, amount = f"{key}/{own}" if own else key, _last(row.estimate for row in of_lot)
        currency = _last(row.row.get("currency") for row in of_lot)
        out.add(Lot(lot, key, own or newest.tender, amount=amount, currency=currency), of_lot[-1].record)


def _last(said: Iterable[T | None]) -> T | None:
    return next((one for one in reversed(list(said)) if one is not None), None)


def _members(rows: list[BidRow]) -> Iterator[list[BidRow]]:
    """The rows of each bid: one for each of its firms, the newest, newest firm last."""
    bids: dict[tuple[str | None, str], dict[str | None, BidRow]] = defaultdict(dict)
    for row in rows:
        members = bids[row.lot, row.bid]
        members.pop(row.who, None)
        members[row.who] = row
    for members in bids.values():
        yield list(members.values())


def _add_bid(members: list[BidRow], won: bool | None, space: Namespace, out: Outcome) -> None:
    """One bid of one or several firms: the newest row's word on it."""
    newest = members[-1]
    own, tender = newest.bid, f"{space.name}:{newest.tender}"
    lot = f"{tender}/{newest.lot}" if newest.lot else tender
    key, status, currency = f"{lot}#{own}", newest.row.get("status"), newest.row.get("currency")
    amount = _last(row.amount for row in members)
    valid = (status or "").casefold() not in INVALID
    out.add(Bid(key, tender, lot, own, status, valid, won, amount, currency, newest.submitted), newest.record)
    if won and newest.who:
        day = newest.submitted.date() if newest.submitted else None
        out.add(Award(f"{key}/award", tender, own, lot, "active", amount, currency, day), newest.record)
    for row in members:
        if not row.who:
            continue
        bidder = _organisation(row, space, out, row.bidder, row.row.get("bidder_name"))
        out.add(Tenderer(key, tender, bidder), row.record)
        for kind in ("address", "phone", "email"):
            if made := contact(bidder, kind, row.row.get(kind)):
                out.add(made, row.record)
        if won:
            out.add(Supplier(f"{key}/award", tender, bidder), row.record)


def _organisation(row: BidRow, space: Namespace, out: Outcome, own: str | None, name: str | None) -> str:
    if own is None:
        key, shown = space.named(name or "")
        out.add(Organisation(key, shown, name=name), row.record)
        return key
    key, _, found = space.party(own)
    scheme, number, _ = number_fields(found)
    if problem := space.problem(own, found):
        out.remark(problem)
    out.add(
        Organisation(key, own, scheme, number, problem, name, row.row.get("country")),
        row.record,
    )
    return key
