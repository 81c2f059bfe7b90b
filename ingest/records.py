"""The normalised records: one dataclass per table of the record store.

A ``key`` joins records: registration number in org-id style where there is one, else the source's own
id within its source. ``id`` is the source's own id, for people to join back. OCDS names for procurement,
BODS names for ownership; shares are 0..1; intervals are days, both ends included, None for open.
Amounts are whole and minor units together (up to six decimals) with a currency beside them.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar


class Record:
    """A row of one table; ``table`` names it."""

    __slots__ = ()
    table: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Tender(Record):
    """A contracting process. ``day`` is the day bids closed, or the nearest day known to it.

    ``award_rule`` is lowest, average or points; ``floor`` and ``ceiling`` are regulated bid limits as
    shares of the estimate.
    """

    table: ClassVar[str] = "tenders"
    key: str
    id: str
    ocid: str | None = None
    title: str | None = None
    status: str | None = None
    method: str | None = None
    method_details: str | None = None
    category: str | None = None
    classification: str | None = None
    country: str | None = None
    region: str | None = None
    buyer: str | None = None
    procuring_entity: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    day: date | None = None
    opens: datetime | None = None
    closes: datetime | None = None
    award_criteria: str | None = None
    award_rule: str | None = None
    floor: float | None = None
    ceiling: float | None = None
    tenderers: int | None = None


@dataclass(frozen=True, slots=True)
class Lot(Record):
    """A part of a tender that is bid for by itself; a tender without lots has one, with the tender's key.

    ``method`` is the procedure it went through, ``planned_method`` the one that was planned, where they are told.
    """

    table: ClassVar[str] = "lots"
    key: str
    tender: str
    id: str
    title: str | None = None
    status: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    method: str | None = None
    planned_method: str | None = None
    classification: str | None = None


@dataclass(frozen=True, slots=True)
class Bid(Record):
    """One bid for one lot. ``valid`` is False for a bid that was disqualified or withdrawn.

    ``amount`` is the sum that was named; ``compared`` the one by which bids are ranked where that is another, as after
    a conditional discount.
    """

    table: ClassVar[str] = "bids"
    key: str
    tender: str
    lot: str
    id: str
    status: str | None = None
    valid: bool = True
    won: bool | None = None
    amount: Decimal | None = None
    currency: str | None = None
    submitted: datetime | None = None
    compared: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Tenderer(Record):
    """A firm in a bid; a consortium's bid has several."""

    table: ClassVar[str] = "tenderers"
    bid: str
    tender: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Award(Record):
    """A decision to give a lot, or a whole tender where ``lot`` is None, to its suppliers.

    ``contract`` is the one that tells of it, where the source knows awards only by their contracts.
    """

    table: ClassVar[str] = "awards"
    key: str
    tender: str
    id: str
    lot: str | None = None
    status: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    day: date | None = None
    contract: str | None = None


@dataclass(frozen=True, slots=True)
class Supplier(Record):
    """A firm that an award went to."""

    table: ClassVar[str] = "suppliers"
    award: str
    tender: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Contract(Record):
    """A signed contract; ``amendments`` counts its published changes.

    ``gross`` is its sum with the tax, where ``amount`` is without; ``final_amount`` (as ``amount``) what it came to
    once it was carried out, on the day ``executed``.
    """

    table: ClassVar[str] = "contracts"
    key: str
    tender: str
    id: str
    award: str | None = None
    status: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    signed: date | None = None
    starts: date | None = None
    ends: date | None = None
    amendments: int = 0
    gross: Decimal | None = None
    final_amount: Decimal | None = None
    executed: date | None = None


@dataclass(frozen=True, slots=True)
class Organisation(Record):
    """What one source record says about an organisation; ``problem`` says what is wrong with its number, and
    ``entity_type`` is the BODS type of what is no registered company: trust, state, unknownEntity..."""

    table: ClassVar[str] = "organisations"
    key: str
    id: str
    scheme: str | None = None
    number: str | None = None
    problem: str | None = None
    name: str | None = None
    country: str | None = None
    region: str | None = None
    registered: date | None = None
    dissolved: date | None = None
    status: str | None = None
    activity: str | None = None
    entity_type: str | None = None


@dataclass(frozen=True, slots=True)
class Person(Record):
    """What one source record says about a person; ``kind`` is known, unknown or anonymous, ``reason`` the publisher's
    for naming nobody, as written."""

    table: ClassVar[str] = "persons"
    key: str
    id: str
    scheme: str | None = None
    number: str | None = None
    problem: str | None = None
    name: str | None = None
    birth_date: str | None = None
    kind: str = "known"
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Contact(Record):
    """An address, phone or email of a party, as written and in the normal form used to compare."""

    table: ClassVar[str] = "contacts"
    party: str
    kind: str
    value: str
    normal: str


@dataclass(frozen=True, slots=True)
class Alias(Record):
    """Another key of a party: a second number, or the id under which statements refer to it."""

    table: ClassVar[str] = "aliases"
    alias: str
    party: str


@dataclass(frozen=True, slots=True)
class Ownership(Record):
    """One interest of an owner (person or organisation) in a company, with its range of shares."""

    table: ClassVar[str] = "ownerships"
    owner: str
    company: str
    interest: str | None = None
    share_min: float | None = None
    share_max: float | None = None
    direct: bool | None = None
    beneficial: bool | None = None
    since: date | None = None
    until: date | None = None


BRANCH = "branch"
"""The interest of a company in its branch or office, which has a number of its own: all of it."""


@dataclass(frozen=True, slots=True)
class Officer(Record):
    """A person who acts for a company: director, founder, accountant."""

    table: ClassVar[str] = "officers"
    company: str
    person: str
    role: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Office(Record):
    """A public post; ``procurement`` is True where it decides on purchases."""

    table: ClassVar[str] = "offices"
    person: str
    body: str
    position: str | None = None
    procurement: bool | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Kinship(Record):
    """Two persons who are family; ``relation`` is what ``relative`` is to ``person``."""

    table: ClassVar[str] = "kinships"
    person: str
    relative: str
    relation: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Debarment(Record):
    """A party on a list of suppliers that may not be contracted."""

    table: ClassVar[str] = "debarments"
    party: str
    list: str
    reason: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Code(Record):
    """What a code of a source's own list says in ``field`` (``tenders.status``), for the records of that source.

    ``name`` is the list's; ``meaning`` is our word for it, None where we have none.
    """

    table: ClassVar[str] = "codes"
    field: str
    code: str
    name: str | None = None
    meaning: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn(Record):
    """A statement that a later one replaces: its own records no longer count."""

    table: ClassVar[str] = "withdrawn"
    replaced: str
