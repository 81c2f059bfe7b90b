"""What the routes of the case desk answer, for the OpenAPI document."""

from datetime import date, datetime

from pydantic import BaseModel, Field


class Stood(BaseModel):
    """A case as it stands; ``version`` is what the next change names."""

    id: str
    state: str
    version: int
    outcome: str | None = None
    reason_code: str | None = None
    assignee: str | None = None
    deadline: date | None = None


class FileShape(BaseModel):
    """A file attached to a case."""

    sha256: str
    name: str
    media_type: str
    size: int
    text: str
    by: str
    at: datetime


class FigureRow(BaseModel):
    """Decided cases: how many, with which outcomes; ``precision`` is the share of confirmed and likely among those with
    a clear outcome, with the ends of its 95 % Wilson interval; ``few`` where there are too few to rely on it. Days are
    from the first thing that somebody did to the decision: median, and the 90th percentile."""

    decided: int
    outcomes: dict[str, int]
    precision: float | None = Field(default=None, ge=0, le=1)
    precision_low: float = Field(ge=0, le=1)
    precision_high: float = Field(ge=0, le=1)
    few: bool
    median_days: float | None = None
    late_days: float | None = None


class RuleFigures(FigureRow):
    """The same for the cases that had a rule; ``cases`` have it now, and so large a share of these is undecided."""

    code: str
    version: str
    title: str
    cases: int
    undecided_share: float | None = Field(default=None, ge=0, le=1)


class FigureSheet(BaseModel):
    """The figures of all decided cases, and by rule and version; below ``few`` clear decisions a row says so."""

    few: int
    all: FigureRow
    rules: list[RuleFigures]
