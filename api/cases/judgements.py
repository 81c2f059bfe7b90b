"""What people judged of findings when they decided cases: it holds for as long as the case stays decided."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from api.cases.life import DECIDED, Kind, Outcome
from api.desk.database import Desk
from api.desk.tables import CASE_EVENTS, CASE_FINDINGS

JUDGED = (Outcome.CONFIRMED, Outcome.LIKELY, Outcome.EXPLAINED)
"""The outcomes that say something of a case's findings."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was said of a finding with the decision of a case; ``seen`` is the mark of what it rested on then."""

    outcome: Outcome
    reason_code: str | None
    case: str
    at: datetime
    seen: str


def judgements(desk: Desk, findings: Collection[str] | None = None) -> dict[str, Judgement]:
    """By finding, the last word on it: on these findings, or on all that were judged.

    A case that was opened again says nothing until it is decided anew.
    """
    moves = select(func.max(CASE_EVENTS.c.number)).where(CASE_EVENTS.c.kind == Kind.MOVED)
    counts = CASE_EVENTS.c.number.in_(moves.group_by(CASE_EVENTS.c.case_id))
    judged = CASE_EVENTS.c.state.in_(DECIDED) & CASE_EVENTS.c.outcome.in_(JUDGED)
    wanted = select(CASE_FINDINGS.c.finding, CASE_FINDINGS.c.seen, CASE_EVENTS).join(
        CASE_EVENTS, CASE_FINDINGS.c.event == CASE_EVENTS.c.number
    )
    wanted = wanted.where(counts & judged).order_by(CASE_EVENTS.c.number)
    if findings is not None:
        wanted = wanted.where(CASE_FINDINGS.c.finding.in_(sorted(findings)))
    with desk.reading() as connection:
        return {
            row["finding"]: Judgement(
                Outcome(row["outcome"]), row["reason_code"], row["case_id"], row["made_at"], row["seen"]
            )
            for row in connection.execute(wanted).mappings()
        }


def explained(desk: Desk) -> frozenset[tuple[str, str]]:
    """The findings that were explained, by id and the mark of what they rested on."""
    found = judgements(desk).items()
    return frozenset((own, one.seen) for own, one in found if one.outcome is Outcome.EXPLAINED)
