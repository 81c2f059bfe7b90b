"""Decisions on pairs of parties: written once, read by every detection."""

from datetime import UTC, datetime

from sqlalchemy import func, insert, select

from api.desk.database import Desk
from api.desk.tables import PAIR_DECISIONS
from graph.matching.decisions import Decisions, pair_of


def decide(desk: Desk, pairs: list[str], decision: str, by: str) -> None:
    """Add one decision (accept, reject or undo) on each pair, with its author and the time: all of them, or none."""
    at = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    rows = [{"pair": pair, "decision": decision, "decided_by": by, "decided_at": at} for pair in pairs]
    with desk.writing() as connection:
        connection.execute(insert(PAIR_DECISIONS), rows)


def decisions(desk: Desk) -> Decisions:
    """What counts: the last decision on each pair, in the order in which they were made."""
    last = select(func.max(PAIR_DECISIONS.c.number)).group_by(PAIR_DECISIONS.c.pair)
    said = select(PAIR_DECISIONS.c.pair, PAIR_DECISIONS.c.decision).where(PAIR_DECISIONS.c.number.in_(last))
    with desk.reading() as connection:
        rows = [tuple(row) for row in connection.execute(said.order_by(PAIR_DECISIONS.c.number))]
    found = {
        word: tuple(pair for own, said in rows if said == word and (pair := pair_of(own)))
        for word in ("accept", "reject")
    }
    return Decisions(found["accept"], found["reject"])
