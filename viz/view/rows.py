"""What a case's page and report show: rows of texts, with numbers that refer to source records and tenders."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """A source record: ``number`` is what the rest refers to, ``text`` the record laid out for reading.

    ``withheld`` where numbers or birth dates of persons were taken out; ``hash`` is that of the record as it came.
    """

    number: int
    id: str
    source: str
    format: str
    file: str
    position: str
    loaded: str
    hash: str
    text: str
    withheld: bool


@dataclass(frozen=True, slots=True)
class Party:
    """A party of the case with the number of its flags; ``node`` is its id in the graph."""

    node: str
    name: str
    role: str
    id: str
    core: bool
    flags: int


@dataclass(frozen=True, slots=True)
class Proof:
    """One kind of evidence for a ring against its null model; ``speaks`` where it supports the ring."""

    kind: str
    statistic: str
    p: str
    speaks: bool
    text: str


@dataclass(frozen=True, slots=True)
class RingView:
    """A ring with its evidence by kind."""

    id: str
    title: str
    score: str
    members: tuple[str, ...]
    markets: tuple[str, ...]
    period: str
    tenders: tuple[str, ...]
    proofs: tuple[Proof, ...]
    innocent: tuple[str, ...]
    refuted_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hop:
    """A step of a path: what ties the one before to ``name``, since when, and the record that says so."""

    words: str
    name: str
    role: str
    period: str
    record: int | None


@dataclass(frozen=True, slots=True)
class LinkView:
    """A path from an official to a supplier of the official's body; ``id`` is empty where paths have none."""

    id: str
    official: str
    position: str
    buyer: str
    supplier: str
    score: str
    won: str
    period: str
    hops: tuple[Hop, ...]
    tenders: tuple[str, ...]
    told: str


@dataclass(frozen=True, slots=True)
class YearRow:
    """What a household earned and bought in a year."""

    year: str
    income: str
    bought: str


@dataclass(frozen=True, slots=True)
class DeclaredRow:
    """A declared line that counts: as it was declared, and its value in the household's currency."""

    year: str
    kind: str
    what: str
    owner: str
    amount: str
    value: str
    record: int | None


@dataclass(frozen=True, slots=True)
class WealthView:
    """An official's household: its sums, by year and by line, and what could not be counted."""

    official: str
    position: str
    body: str
    period: str
    unit: str
    income: str
    bought: str
    ratio: str
    bought_for: str
    told: str
    years: tuple[YearRow, ...]
    lines: tuple[DeclaredRow, ...]
    incomplete: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """A finding: its number against its threshold, the sentence, and what it rests on."""

    id: str
    value: str
    threshold: str
    unit: str
    parties: tuple[str, ...]
    buyers: tuple[str, ...]
    tenders: tuple[str, ...]
    period: str
    text: str
    records: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RuleView:
    """The flags of one rule with its innocent explanation."""

    code: str
    title: str
    version: str
    innocent: str
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class TenderRow:
    """A tender of the case; ``label`` is what the picture and the flags call it, ``node`` its id in the graph."""

    node: str
    label: str
    id: str
    day: str
    title: str
    buyer: str
    region: str
    category: str
    estimate: str


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A node of the picture."""

    node: str
    number: int
    role: str
    name: str
    label: str
    core: bool
    edges: int


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """An edge of the picture; ``edge`` is its id in the graph."""

    edge: str
    source: str
    words: str
    target: str
    detail: str
    period: str
    record: int | None
    document: str
