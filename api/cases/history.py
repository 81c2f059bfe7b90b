"""What was done to cases, read back from the desk."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, Select, func, select

from api.cases.life import DECIDED, EDITS, Kind, Outcome, Standing, State
from api.cases.seen import Mark
from api.desk.tables import ACCOUNTS, CASE_EVENTS, CASE_FILES, CASE_FINDINGS


@dataclass(frozen=True, slots=True)
class File:
    """A file attached: its bytes are known by their SHA-256."""

    sha256: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done to a case, and the case as it stood after; ``account`` did it and is called ``by``."""

    number: int
    case: str
    version: int
    kind: Kind
    state: State
    outcome: Outcome | None
    reason_code: str | None
    assignee: str | None
    deadline: date | None
    account: str
    by: str
    at: datetime
    generation: int
    kin: tuple[str, ...]
    other: str | None
    text: str
    about: str | None = None
    file: File | None = None

    @property
    def decides(self) -> bool:
        """Whether it closed or referred the case."""
        return self.kind is Kind.MOVED and self.state in DECIDED


def events(connection: Connection, cases: Collection[str]) -> list[Event]:
    """Everything that was done to these cases, in order."""
    wanted = select(CASE_EVENTS, ACCOUNTS.c.name, CASE_FILES).join_from(
        CASE_EVENTS, ACCOUNTS, CASE_EVENTS.c.account == ACCOUNTS.c.id
    )
    wanted = wanted.outerjoin(CASE_FILES, CASE_FILES.c.event == CASE_EVENTS.c.number)
    found = wanted.where(CASE_EVENTS.c.case_id.in_(sorted(cases))).order_by(CASE_EVENTS.c.number)
    return [_event(row) for row in connection.execute(_named(found)).mappings()]


def last_events(connection: Connection, cases: Collection[str], *, moves: bool = False) -> dict[str, Event]:
    """By case, the last thing that was done to it; with ``moves`` the last that moved it."""
    of = select(func.max(CASE_EVENTS.c.number)).where(CASE_EVENTS.c.case_id.in_(sorted(cases)))
    if moves:
        of = of.where(CASE_EVENTS.c.kind == Kind.MOVED)
    wanted = select(CASE_EVENTS, ACCOUNTS.c.name).join(ACCOUNTS, CASE_EVENTS.c.account == ACCOUNTS.c.id)
    rows = connection.execute(wanted.where(CASE_EVENTS.c.number.in_(of.group_by(CASE_EVENTS.c.case_id)))).mappings()
    return {row["case_id"]: _event(row) for row in rows}


def findings_at(connection: Connection, numbers: Collection[int]) -> dict[int, tuple[Mark, ...]]:
    """By event, the findings that its case had."""
    wanted = select(CASE_FINDINGS).where(CASE_FINDINGS.c.event.in_(sorted(numbers))).order_by(CASE_FINDINGS.c.finding)
    found: dict[int, list[Mark]] = {number: [] for number in numbers}
    for row in connection.execute(wanted).mappings():
        found[row["event"]].append(Mark(row["finding"], row["code"], row["version"], row["seen"]))
    return {number: tuple(one) for number, one in found.items()}


def standing_of(own: str, kin: Sequence[str], done: Sequence[Event]) -> tuple[Standing, tuple[Event, ...]]:
    """A case as it stands after what was done to it and its kin, and what made it begin again, if anything did.

    A case that others went into, or that was split from one, begins again at triage where somebody worked on these:
    what was decided of them is not decided of it. So does one that was decided before another went into it.
    """
    mine = [one for one in done if one.case == own]
    last = mine[-1] if mine else None
    known = set(last.kin) if last else set()
    fresh = [one for one in done if one.case in set(kin) - known]
    again = tuple({one.case: one for one in fresh}.values())
    if last is None:
        return Standing(State.TRIAGE if again else State.NEW), again
    move = next((one for one in reversed(mine) if one.kind is Kind.MOVED), None)
    editor = next((one.account for one in reversed(mine) if one.kind in EDITS), None)
    proposer = move.account if move and move.state is State.REVIEW else None
    if again and last.state in (State.NEW, *DECIDED):
        return Standing(State.TRIAGE, last.version, None, None, last.assignee, last.deadline, None, editor), again
    return Standing(
        last.state, last.version, last.outcome, last.reason_code, last.assignee, last.deadline, proposer, editor
    ), ()  # fmt: skip


def assigned_to(connection: Connection, account: str) -> frozenset[str]:
    """The cases that an account has."""
    once = select(CASE_EVENTS.c.case_id).where(CASE_EVENTS.c.assignee == account)
    last = select(func.max(CASE_EVENTS.c.number)).where(CASE_EVENTS.c.case_id.in_(once)).group_by(CASE_EVENTS.c.case_id)
    now = select(CASE_EVENTS.c.case_id).where(CASE_EVENTS.c.number.in_(last), CASE_EVENTS.c.assignee == account)
    return frozenset(connection.scalars(now))


def in_states(connection: Connection, states: Collection[str]) -> frozenset[str]:
    """The cases that stand in one of these states, so far as somebody did something to them."""
    last = select(func.max(CASE_EVENTS.c.number)).group_by(CASE_EVENTS.c.case_id)
    wanted = select(CASE_EVENTS.c.case_id).where(
        CASE_EVENTS.c.number.in_(last), CASE_EVENTS.c.state.in_(sorted(states))
    )
    return frozenset(connection.scalars(wanted))


def _named(wanted: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    """The columns of an event, its author's name and its file, each once."""
    file = [CASE_FILES.c[name].label(f"file_{name}") for name in ("sha256", "name", "media_type", "size")]
    return wanted.with_only_columns(*CASE_EVENTS.c, ACCOUNTS.c.name, *file)


def _event(row: RowMapping) -> Event:
    sha256 = row.get("file_sha256")
    file = File(sha256, row["file_name"], row["file_media_type"], row["file_size"]) if sha256 else None
    outcome = Outcome(row["outcome"]) if row["outcome"] else None
    return Event(
        row["number"], row["case_id"], row["version"], Kind(row["kind"]), State(row["state"]), outcome,
        row["reason_code"], row["assignee"], row["deadline"], row["account"], row["name"], row["made_at"],
        row["generation"], tuple(row["kin"].split()), row["other"], row["text"], row["about"], file,
    )  # fmt: skip


def names(connection: Connection, accounts: Collection[str | None]) -> Mapping[str, str]:
    """The names of accounts."""
    wanted = select(ACCOUNTS.c.id, ACCOUNTS.c.name).where(ACCOUNTS.c.id.in_(sorted(filter(None, accounts))))
    return {row.id: row.name for row in connection.execute(wanted)}
