"""What the API answers of one ring, one tie and one company's owners."""

from datetime import date
from typing import Any

from pydantic import Field

from api.routes.shapes import CaseHead, Evidence, Link, Member, Money, Named, Ring, RuleShape, Shape, Source


class WholeEvidence(Evidence):
    """Evidence with what it speaks: ``for``, ``against``, or null where it says nothing either way."""

    speaks: str | None = None


class WholeMember(Member):
    """A member, with the tenders of the ring that it bid in and won, and those of all records."""

    node: str
    bids: int
    won: int
    all_bids: int | None = None
    all_won: int | None = None


class RingTender(Shape):
    """A tender in which members met. Shares are of ``base``; none where the tender has several lots."""

    id: str
    node: str
    title: str | None = None
    day: date | None = None
    buyer: Named | None = None
    estimate: Money | None = None
    lots: int
    bidders: int
    base: Money | None = None
    low: float | None = None
    high: float | None = None
    median: float | None = None
    winning: float | None = None
    spread: float | None = Field(default=None, description="Standard deviation over mean, of three valid bids or more.")


class RingBid(Shape):
    """A bid in a tender of the ring, by a member or by somebody else; ``share`` is of the tender's base."""

    tender: str
    tender_node: str
    bidder: str
    bidder_name: str | None = None
    bidder_node: str
    member: bool
    amount: Money | None = None
    share: float | None = None
    won: bool
    valid: bool
    source: str | None = None


class RingWhole(Ring):
    """A ring with everybody's bids in the tenders in which its members met; ``basis``: estimate or winning."""

    threshold: float
    members: list[WholeMember]  # type: ignore[assignment]
    evidence: list[WholeEvidence]  # type: ignore[assignment]
    cases: list[CaseHead]
    basis: str | None = None
    meetings: list[RingTender]
    bids: list[RingBid]


class PathNode(Named):
    """A party or a contact on a path."""

    node: str


class PathAward(Shape):
    """A tender that the supplier won while the path held."""

    id: str
    node: str
    title: str | None = None
    day: date | None = None
    amount: Money | None = None
    estimate: Money | None = None
    bidders: int | None = None


class LinkWhole(Link):
    """A tie whole: the chain from the official on, the awards meanwhile, the rule, the source records."""

    nodes: list[PathNode]
    cases: list[CaseHead]
    awards: list[PathAward]
    rule: RuleShape | None = None
    evidence: list[Source]


class Interest(Shape):
    """An interest on the day; shares are 0..1, null where none is stated."""

    interest: str | None = None
    share_min: float | None = None
    share_max: float | None = None
    direct: bool | None = None
    beneficial: bool | None = None
    since: date | None = None
    until: date | None = None
    problem: str | None = None
    source: str


class OwnedParty(Named):
    """A party in a tree; ``reason`` is why nobody is named."""

    node: str
    entity_type: str | None = None
    reason: str | None = None
    problem: str | None = None


class OwnerShape(OwnedParty):
    """An owner; ``again`` is ``circle`` where it stands below itself, ``above`` where its owners are shown before."""

    interests: list[Interest]
    owners: list["OwnerShape"]
    again: str | None = None


class EndShape(OwnedParty):
    """Where a chain ends, with the whole share through all chains; ``beneficial``: yes, possibly, no, or null."""

    least: float
    most: float
    control: float
    without_share: bool
    beneficial: str | None = None


class OwnersShape(Shape):
    """Who owns a company on a day; ``changes`` are the days on which an interest began or had ended."""

    company: OwnedParty
    at: date
    share: float
    owners: list[OwnerShape]
    ends: list[EndShape]
    notes: list[str]
    changes: list[date]
    evidence: list[Source]
    more_records: int


Document = dict[str, Any]
