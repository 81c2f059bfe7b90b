"""What the open part answers, for its OpenAPI document."""

from datetime import date, datetime

from api.routes.shapes import Finding, Money, Named, Ring, Shape


class Tender(Shape):
    """A tender; ``flags`` are the codes of those about it and ``score`` says how suspicious its bids are: both are null
    where they are not published to the caller."""

    id: str
    node: str
    title: str | None = None
    day: date | None = None
    closes: date | datetime | None = None
    status: str | None = None
    method: str | None = None
    region: str | None = None
    category: str | None = None
    buyer: Named | None = None
    estimate: Money | None = None
    bidders: int | None = None
    flags: list[str] | None = None
    score: float | None = None


class Award(Shape):
    """An award; ``amount`` is what all its suppliers get together, ``key`` tells it from those of other tenders."""

    id: str | None = None
    key: str
    tender: str
    node: str
    suppliers: list[Named]
    buyer: Named | None = None
    day: date | None = None
    amount: Money | None = None


class TenderWhole(Tender):
    """A tender with its awards, and the flags and rings about it that the caller may see."""

    awards: list[Award]
    findings: list[Finding]
    rings: list[Ring]


class Year(Shape):
    """A year's tenders and awards, and what was awarded, by currency; without a year what has no day."""

    year: int | None = None
    tenders: int
    awards: int
    awarded: list[Money]


class Counted(Shape):
    """How many tenders a region, category or procedure has; null is where none is said."""

    name: str | None = None
    tenders: int


class FlagCount(Shape):
    """How many flags of a rule there are."""

    code: str
    title: str
    flags: int


class Stats(Shape):
    """Figures; ``findings`` and ``rings`` are null where they are not published to the caller."""

    generation: int
    tenders: int
    awards: int
    buyers: int
    suppliers: int
    by_year: list[Year]
    by_region: list[Counted]
    by_category: list[Counted]
    by_method: list[Counted]
    findings: list[FlagCount] | None = None
    rings: int | None = None


class Measures(Shape):
    """How many tenders, what was awarded in the currency of most awards, and how many tenders are flagged and in how
    many cases; null where this is not open to the caller."""

    tenders: int
    awarded: Money | None = None
    flagged: int | None = None
    cases: int | None = None


class Side(Measures):
    """A row or column of a heat map: a region, category, year, or a party with its ``id``."""

    name: str
    id: str | None = None


class Cell(Measures):
    """A cell, by the places of its row and column."""

    row: int
    column: int


class HeatmapShape(Shape):
    """Tenders crossed by two sides. Rows and columns count all their tenders, cells those of both: a tender without
    either, or of a row or column beyond the first 40, is in none; one with several winners is in several.
    ``truncated`` where there were more rows or columns."""

    rows: list[Side]
    columns: list[Side]
    cells: list[Cell]
    total: Measures
    truncated: bool


class Span(Shape):
    """Tenders from one day to another, both inclusive, as a heat map counts them."""

    since: date
    until: date
    tenders: int
    awarded: Money | None = None
    flagged: int | None = None


class TrendsShape(Shape):
    """Tenders by year and month, the last of them, none left out in between."""

    by_year: list[Span]
    by_month: list[Span]
