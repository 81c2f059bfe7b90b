"""What the API answers, for its OpenAPI document."""

from datetime import date, datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A part of an answer; fields that it does not name are passed on."""

    model_config = ConfigDict(extra="allow")


class Money(Shape):
    """A sum as text with two decimals, and its currency."""

    amount: str
    currency: str | None = None


class Period(Shape):
    """First and last day, null for unknown."""

    since: date | None = None
    until: date | None = None


class CaseHead(Shape):
    """A case as a list shows it. ``state`` is moved by people only."""

    id: str
    rank: int
    title: str
    score: float = Field(ge=0, le=1)
    state: str
    codes: list[str]
    firms: int
    persons: int
    period: Period


class Named(Shape):
    """A party: its id in answers, its name, what it is."""

    id: str
    name: str | None = None
    kind: str


class About(Shape):
    """What a finding is about."""

    kind: str
    id: str


class Finding(Shape):
    """A red flag: whom it flags, with what number against which threshold, and the innocent explanation."""

    id: str
    code: str
    version: str
    title: str
    parties: list[str]
    about: list[About]
    value: float
    threshold: float
    unit: str
    period: Period
    text: str
    innocent: str
    evidence: list[str]
    case: str | None = None


class Evidence(Shape):
    """A kind of evidence for a ring; ``p`` is corrected for the number of candidates looked at."""

    kind: str
    statistic: float
    p: float | None = None
    text: str
    at: date | None = Field(default=None, description="The last day before a break.")


class Member(Shape):
    """A firm of a ring."""

    id: str
    name: str | None = None


class Ring(Shape):
    """A group of firms with its evidence by kind, what may be innocent about it, and what would refute it."""

    id: str
    rank: int
    score: float = Field(ge=0, le=1)
    members: list[Member]
    tenders: list[str]
    period: Period
    markets: list[str]
    evidence: list[Evidence]
    innocent: list[str]
    refuted_by: list[str]


class Step(Shape):
    """An edge of a path with its source record."""

    from_: str = Field(alias="from")
    kind: str
    to: str
    detail: str | None = None
    since: date | None = None
    until: date | None = None
    source: str
    problem: str | None = None


class Link(Shape):
    """A path from an official to a firm that won tenders of the official's body."""

    id: str
    official: str
    supplier: str
    buyer: str
    hops: int
    score: float = Field(ge=0, le=1)
    path: list[Step]
    tenders: list[str]
    won: Money | None = None
    text: str


class Source(Shape):
    """A source record; ``hash`` is of the record as it came, ``withheld`` where numbers or birth dates are left out."""

    id: str
    source: str
    format: str
    file: str
    position: str
    loaded_at: datetime
    hash: str
    record: str
    withheld: bool


class Case(CaseHead):
    """A case whole, down to its source records."""

    parties: list[Named]
    findings: list[Finding]
    rings: list[Ring]
    links: list[Link]
    tenders: list[dict[str, Any]]
    evidence: list[Source]


class Entity(Named):
    """A party with what is known and found about it."""

    node: str
    findings: list[Finding]
    rings: list[Ring]
    links: list[Link]
    cases: list[CaseHead]


class GraphNode(Shape):
    """A node with its place in the picture; ``role`` is what its edges make of its kind, ``label`` its short name in
    at most two lines, ``type`` says of a contact whether it is an address, a phone or an email."""

    id: str
    kind: str
    role: str
    name: str
    label: str
    x: float
    y: float
    core: bool


class GraphEdge(Shape):
    """An edge, directed from ``source`` to ``target``."""

    id: str
    kind: str
    source: str
    target: str


class Graph(Shape):
    """A piece of the graph; ``truncated`` where there was more than can be shown."""

    nodes: list[GraphNode]
    edges: list[GraphEdge]
    truncated: bool


class Expansion(Graph):
    """What is around a node; ``more`` others were left out, at least so many where ``truncated``."""

    more: int


class Way(BaseModel):
    """A way: its nodes from one end to the other, and the edges between them, each in its own direction."""

    hops: int
    nodes: list[str]
    edges: list[GraphEdge]


class WayNode(BaseModel):
    """A node on a way."""

    id: str
    kind: str
    name: str


class WaysShape(BaseModel):
    """The shortest ways between two parties; ``truncated`` where the search was cut short."""

    source: str = Field(alias="from")
    target: str = Field(alias="to")
    paths: list[Way]
    nodes: list[WayNode]
    evidence: list[Source]
    truncated: bool


class RuleShape(Shape):
    """A published rule."""

    code: str
    version: str
    title: str
    rule: str
    unit: str
    threshold: float
    source: str
    innocent: str


class Health(Shape):
    """Whether the service can answer, and from which generation."""

    status: str
    version: str
    generation: int | None = None


Item = TypeVar("Item", bound=BaseModel)


class Page(BaseModel, Generic[Item]):
    """A page of a list; ``next`` is the cursor of the next one."""

    items: list[Item]
    next: str | None = None


class Problem(BaseModel):
    """What every error looks like."""

    error: str
    detail: str


PROBLEMS: dict[int | str, dict[str, Any]] = {code: {"model": Problem} for code in (400, 401, 403, 422, 429, 503)}
"""What any route may answer instead."""
MISSING: dict[int | str, dict[str, Any]] = {404: {"model": Problem}}
