"""How a case moves: which states there are, which follow which, and what each step asks for.

    new -> triage -> investigating <-> review -> closed | referred        closed, referred -> triage (reopened)

Nothing here reads or writes: a case as it stands and a step that is asked for give the case as it stands after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from api.errors import NotAllowed, Outdated, UnusableCall


class State(StrEnum):
    """Where a case stands."""

    NEW = "new"
    TRIAGE = "triage"
    INVESTIGATING = "investigating"
    REVIEW = "review"
    CLOSED = "closed"
    REFERRED = "referred"


class Kind(StrEnum):
    """What can be done to a case."""

    MOVED = "moved"
    ASSIGNED = "assigned"
    DEADLINE = "deadline"
    NOTE = "note"
    ATTACHMENT = "attachment"
    LINKED = "linked"
    NOTICE = "notice"
    ANSWER = "answer"


class Outcome(StrEnum):
    """What a decision says."""

    CONFIRMED = "confirmed"
    LIKELY = "likely"
    EXPLAINED = "explained"
    INSUFFICIENT = "insufficient"
    DUPLICATE = "duplicate"


NEXT: Mapping[State, tuple[State, ...]] = {
    State.NEW: (State.TRIAGE,),
    State.TRIAGE: (State.INVESTIGATING,),
    State.INVESTIGATING: (State.REVIEW,),
    State.REVIEW: (State.CLOSED, State.REFERRED, State.INVESTIGATING),
    State.CLOSED: (State.TRIAGE,),
    State.REFERRED: (State.TRIAGE,),
}
"""Which states may follow; every case that is decided was in review."""
DECIDED = (State.CLOSED, State.REFERRED)
EDITS = (Kind.MOVED, Kind.NOTE, Kind.ATTACHMENT, Kind.LINKED, Kind.NOTICE, Kind.ANSWER)
"""What makes somebody a case's editor; who has it and until when changes nothing of what it says."""
OUTCOMES: Mapping[State, tuple[Outcome, ...]] = {
    State.CLOSED: tuple(Outcome), State.REFERRED: (Outcome.CONFIRMED, Outcome.LIKELY)
}  # fmt: skip
REASONS: Mapping[str, str] = {
    "joint-venture": "a declared joint venture, consortium or group of companies",
    "few-suppliers": "few firms can supply this, or serve this place",
    "rule-of-procedure": "the rules of the procedure lead to what was seen",
    "market-prices": "published or regulated prices make offers alike",
    "declared-interest": "the interest was declared, and the person took no part",
    "namesake": "two parties were taken for one",
    "record-error": "the source record is wrong, or was corrected",
    "other": "another explanation, which the reason states",
}
"""Why a case can be explained, by code."""
LEAST_REASON, MOST_TEXT = 3, 10_000
"""Letters of a reason or note."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as it stands: ``version`` counts what was done to it, 0 for nothing yet; ``assignee``, ``proposer`` (who
    moved it to review) and ``editor`` (who last changed what it says) are account ids."""

    state: State = State.NEW
    version: int = 0
    outcome: Outcome | None = None
    reason_code: str | None = None
    assignee: str | None = None
    deadline: date | None = None
    proposer: str | None = None
    editor: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A decision that is asked for."""

    to: str
    reason: str
    outcome: str | None = None
    reason_code: str | None = None


def expect(standing: Standing, version: int) -> None:
    """Outdated where somebody acts on another version than the case's."""
    if version != standing.version:
        raise Outdated(f"the case is at version {standing.version}, not {version}: look at it again")


def moved(standing: Standing, move: Move, by: str) -> Standing:
    """The case after a decision by an account.

    UnusableCall for a step that does not follow, or lacks what it asks for; NotAllowed where the reviewer proposed the
    decision or was the last to edit the case: four eyes.
    """
    to, outcome = _target(standing, move), _outcome(move)
    reason(move.reason)
    if to in DECIDED and by in (standing.proposer, standing.editor):
        raise NotAllowed(
            "four eyes: whoever moved the case to review, or edited it last, does not decide it; somebody else does"
        )
    after = replace(standing, state=to, version=standing.version + 1, outcome=outcome, editor=by)
    code = move.reason_code if outcome is Outcome.EXPLAINED else None
    return replace(after, reason_code=code, proposer=by if to is State.REVIEW else None)


def done(standing: Standing, kind: Kind, by: str) -> Standing:
    """The case after anything else was done to it."""
    editor = by if kind in EDITS else standing.editor
    return replace(standing, version=standing.version + 1, editor=editor)


def reason(text: str) -> str:
    """A reason or note without blanks around it; UnusableCall where it says nothing or too much."""
    said = text.strip()
    if len(said) < LEAST_REASON:
        raise UnusableCall("say why, in words: the reason is kept with the case")
    if len(said) > MOST_TEXT:
        raise UnusableCall(f"at most {MOST_TEXT:,} letters: attach what is longer")
    return said


def _target(standing: Standing, move: Move) -> State:
    if move.to not in list(State):
        raise UnusableCall(f"{move.to!r} is no state: there are {', '.join(State)}")
    if move.to not in NEXT[standing.state]:
        raise UnusableCall(f"from {standing.state} a case moves to {' or '.join(NEXT[standing.state])}, not {move.to}")
    return State(move.to)


def _outcome(move: Move) -> Outcome | None:
    allowed = OUTCOMES.get(State(move.to), ())
    if not allowed:
        if move.outcome or move.reason_code:
            raise UnusableCall(f"outcome and reason_code are for cases that are decided, not for {move.to}")
        return None
    if move.outcome not in allowed:
        raise UnusableCall(f"a {move.to} case has one of the outcomes {', '.join(allowed)}")
    if move.outcome == Outcome.EXPLAINED and move.reason_code not in REASONS:
        raise UnusableCall(f"what is explained has one of the reason codes {', '.join(REASONS)}")
    if move.outcome != Outcome.EXPLAINED and move.reason_code:
        raise UnusableCall("reason_code is for what is explained")
    return Outcome(move.outcome)
