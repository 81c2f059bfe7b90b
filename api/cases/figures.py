"""What decisions say of the rules: how often a rule's cases hold, how many are open, how long a decision takes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, sqrt
from statistics import median

from sqlalchemy import func, select

from api.cases.life import DECIDED, Kind, Outcome
from api.desk.database import Desk
from api.desk.tables import CASE_EVENTS, CASE_FINDINGS

FEW = 20
"""Below so many decisions a precision says little, and the figures say so."""
_Z = 1.959963984540054
"""The 97.5th percentile of the normal distribution: a two-sided interval of 95 %."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A case that is decided: when work on it began and ended, with what outcome."""

    case: str
    outcome: Outcome
    began: datetime
    ended: datetime

    @property
    def days(self) -> float:
        """Days from the first thing that somebody did to it to its decision."""
        return (self.ended - self.began).total_seconds() / 86_400


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of decided cases by outcome, the share of those with a clear outcome that held, with its interval, and
    days to the decision: median and 90th percentile. None where there is nothing to tell from."""

    outcomes: Mapping[Outcome, int]
    precision: float | None
    low: float
    high: float
    median_days: float | None
    late_days: float | None

    @property
    def clear(self) -> int:
        """Decisions that say whether the case held."""
        return sum(self.outcomes[one] for one in (Outcome.CONFIRMED, Outcome.LIKELY, Outcome.EXPLAINED))

    @property
    def decided(self) -> int:
        """All decisions."""
        return sum(self.outcomes.values())


def wilson(held: int, of: int, z: float = _Z) -> tuple[float, float]:
    """The score interval of a share: (0, 1) where there is nothing to tell from.

    With p = held / n: (p + z²/2n ± z sqrt(p (1 - p)/n + z²/4n²)) / (1 + z²/n), from Wilson, E. B. (1927), "Probable
    inference, the law of succession, and statistical inference", JASA 22 (158), 209-212. It stays inside 0..1 and holds
    for the small numbers that decisions are.

    >>> [round(end, 3) for end in wilson(8, 10)]
    [0.49, 0.943]
    """
    if not of:
        return 0.0, 1.0
    share, square = held / of, z * z / of
    middle = share + square / 2
    half = z * sqrt(share * (1 - share) / of + square / (4 * of))
    return max(0.0, (middle - half) / (1 + square)), min(1.0, (middle + half) / (1 + square))


def figures(found: Sequence[Decided]) -> Figures:
    """The figures of decided cases."""
    outcomes = {outcome: sum(one.outcome is outcome for one in found) for outcome in Outcome}
    held = outcomes[Outcome.CONFIRMED] + outcomes[Outcome.LIKELY]
    clear = held + outcomes[Outcome.EXPLAINED]
    days = sorted(one.days for one in found)
    return Figures(
        outcomes, held / clear if clear else None, *wilson(held, clear), median(days) if days else None,
        days[ceil(0.9 * len(days)) - 1] if days else None,
    )  # fmt: skip


def decided(desk: Desk, hidden: Collection[str] = ()) -> tuple[list[Decided], dict[tuple[str, str], list[Decided]]]:
    """The cases that are decided now, and the same by the rules (code and version) that they had when they were.

    Cases with none but ``hidden`` rules are left out. Those that were opened again are not decided.
    """
    moves = select(func.max(CASE_EVENTS.c.number)).where(CASE_EVENTS.c.kind == Kind.MOVED)
    began = (
        select(CASE_EVENTS.c.case_id, func.min(CASE_EVENTS.c.made_at).label("began"))
        .group_by(CASE_EVENTS.c.case_id)
        .subquery()
    )
    wanted = (
        select(CASE_EVENTS.c.case_id, CASE_EVENTS.c.outcome, CASE_EVENTS.c.made_at, began.c.began)
        .add_columns(CASE_FINDINGS.c.code, CASE_FINDINGS.c.version)
        .join(began, began.c.case_id == CASE_EVENTS.c.case_id)
        .join(CASE_FINDINGS, CASE_FINDINGS.c.event == CASE_EVENTS.c.number)
        .where(CASE_EVENTS.c.number.in_(moves.group_by(CASE_EVENTS.c.case_id)), CASE_EVENTS.c.state.in_(DECIDED))
        .where(CASE_FINDINGS.c.code.notin_(sorted(hidden)))
        .distinct()
        .order_by(CASE_EVENTS.c.case_id, CASE_FINDINGS.c.code, CASE_FINDINGS.c.version)
    )
    cases: dict[str, Decided] = {}
    rules: dict[tuple[str, str], list[Decided]] = {}
    with desk.reading() as connection:
        for own, outcome, ended, start, code, version in connection.execute(wanted):
            one = cases.setdefault(own, Decided(own, Outcome(outcome), start, ended))
            rules.setdefault((code, version), []).append(one)
    return list(cases.values()), rules
