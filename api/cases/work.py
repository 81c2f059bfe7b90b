"""What people do with cases, written to the desk: each is one event, kept whole or not at all."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from api.access.accounts import now
from api.access.policy import Caller, Right, may
from api.cases.files import keep, kept, type_of, usable_name
from api.cases.history import events, standing_of
from api.cases.life import DECIDED, Kind, Move, Standing, State, done, expect, moved, reason
from api.cases.seen import Seen
from api.desk.database import Desk
from api.desk.tables import ACCOUNTS, CASE_EVENTS, CASE_FILES, CASE_FINDINGS
from api.errors import NotAllowed, UnusableCall
from graph.errors import UnknownId

Change = Callable[[Connection, Standing], Standing]


@dataclass(frozen=True, slots=True)
class Work:
    """Somebody's work on a case as they see it; ``version`` is that of the case which they act on.

    Every method gives the case as it stands after. Outdated where the case is at another version.
    """

    desk: Desk
    home: Path
    caller: Caller
    case: Seen
    version: int
    clock: Callable[[], datetime] = now

    def move(self, asked: Move) -> Standing:
        """Move the case; with what :func:`api.cases.life.moved` refuses."""
        return self._add(Kind.MOVED, lambda _c, before: moved(before, asked, self._by), asked.reason.strip())

    def note(self, text: str, about: str | None = None) -> Standing:
        """Add a note, to the case or about a node or edge of its picture."""
        return self._add(Kind.NOTE, self._done(Kind.NOTE), reason(text), about=about)

    def assign(self, name: str | None, why: str = "") -> Standing:
        """Give the case to an account by name, or to nobody. Supervisors give to whoever works on cases; others take
        what nobody has, and give back their own. NotAllowed, UnusableCall otherwise."""

        def change(connection: Connection, before: Standing) -> Standing:
            to = None if name is None else _worker(connection, name)
            own = to in (None, self._by) and before.assignee in (None, self._by)
            if not may(self.caller.role, Right.ASSIGN) and not own:
                raise NotAllowed("you may take a case that nobody has, or give back your own; a supervisor gives cases")
            return replace(done(before, Kind.ASSIGNED, self._by), assignee=to)

        return self._add(Kind.ASSIGNED, change, why.strip())

    def until(self, day: date | None, why: str = "") -> Standing:
        """Set or take away the deadline."""

        def change(_connection: Connection, before: Standing) -> Standing:
            if before.state in DECIDED:
                raise UnusableCall("a case that is decided has no deadline: reopen it first")
            return replace(done(before, Kind.DEADLINE, self._by), deadline=day)

        return self._add(Kind.DEADLINE, change, why.strip())

    def attach(self, name: str | None, data: bytes, text: str) -> Standing:
        """Attach a file, and say what it is."""
        called = usable_name(name)
        media_type, said = type_of(called, data), reason(text)
        own = sha256(data).hexdigest()
        file = {"sha256": own, "name": called, "media_type": media_type, "size": len(data)}

        def change(_connection: Connection, before: Standing) -> Standing:
            keep(self.home, own, data)  # before the event is: what it names is there
            return done(before, Kind.ATTACHMENT, self._by)

        return self._add(Kind.ATTACHMENT, change, said, other=own, file=file)

    def link(self, other: Seen, text: str) -> Standing:
        """Tie the case to another, and say why. A restricted case is tied from its own side, so that nothing of it
        stands with an open one."""
        if other.id == self.case.id:
            raise UnusableCall("a case is not tied to itself")
        if other.restricted and not self.case.restricted:
            raise UnusableCall("a restricted case is tied to an open one from its own side")
        return self._add(Kind.LINKED, self._done(Kind.LINKED), reason(text), other=other.id)

    def notice(self, party: str, text: str) -> Standing:
        """Keep that a party of the case, by node id, was told what is held against it, and asked for an answer."""
        if party not in self.case.parties:
            raise UnusableCall("a notice goes to a party of the case, by its node id")

        def change(_connection: Connection, before: Standing) -> Standing:
            if before.state not in (State.INVESTIGATING, State.REVIEW):
                raise UnusableCall("a notice is given while a case is investigated or in review")
            return done(before, Kind.NOTICE, self._by)

        return self._add(Kind.NOTICE, change, reason(text), other=party)

    def answer(self, notice: int, text: str) -> Standing:
        """Keep what a party answered to the notice of a version."""

        def change(connection: Connection, before: Standing) -> Standing:
            given = [one.version for one in events(connection, [self.case.id]) if one.kind is Kind.NOTICE]
            if notice not in given:
                raise UnusableCall(f"version {notice} of the case is no notice")
            return done(before, Kind.ANSWER, self._by)

        return self._add(Kind.ANSWER, change, reason(text), other=str(notice))

    @property
    def _by(self) -> str:
        assert self.caller.account is not None  # nobody else has the right
        return self.caller.account

    def _done(self, kind: Kind) -> Change:
        return lambda _connection, before: done(before, kind, self._by)

    def _add(
        self,
        kind: Kind,
        change: Change,
        text: str,
        *,
        other: str | None = None,
        about: str | None = None,
        file: dict[str, Any] | None = None,
    ) -> Standing:
        case = self.case
        with self.desk.writing() as connection:
            before, _again = standing_of(case.id, case.kin, events(connection, [case.id, *case.kin]))
            expect(before, self.version)
            after = change(connection, before)
            row = {
                "case_id": case.id, "version": after.version, "kind": kind, "state": after.state,
                "outcome": after.outcome, "reason_code": after.reason_code, "assignee": after.assignee,
                "deadline": after.deadline, "account": self._by, "made_at": self.clock(), "other": other,
                "generation": case.generation, "kin": " ".join(case.kin), "text": text,
                "about": about,
            }  # fmt: skip
            number = connection.execute(insert(CASE_EVENTS).values(row)).inserted_primary_key[0]  # type: ignore[index]
            if kind is Kind.MOVED and case.findings:
                marks = [
                    {
                        "event": number,
                        "finding": one.finding,
                        "code": one.code,
                        "version": one.version,
                        "seen": one.seen,
                    }
                    for one in case.findings
                ]
                connection.execute(insert(CASE_FINDINGS), marks)
            if file is not None:
                connection.execute(insert(CASE_FILES).values(event=number, **file))
        return after


def attached(desk: Desk, home: Path, case: Seen, own: str) -> tuple[str, bytes]:
    """Name and bytes of a file that is attached to a case or its kin; UnknownId where it is none."""
    wanted = select(CASE_FILES.c.name).join(CASE_EVENTS, CASE_FILES.c.event == CASE_EVENTS.c.number)
    here = CASE_EVENTS.c.case_id.in_([case.id, *case.kin]) & (CASE_FILES.c.sha256 == own)
    with desk.reading() as connection:
        name = connection.scalar(wanted.where(here).order_by(CASE_FILES.c.event).limit(1))
    if name is None:
        raise UnknownId("the case has no such file")
    return name, kept(home, own)


def _worker(connection: Connection, name: str) -> str:
    """The account, by name, of somebody who works on cases."""
    row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.name == name.strip().lower())).mappings().first()
    if row is None or row["disabled"] or not may(row["role"], Right.WORK):
        raise UnusableCall(f"{name!r} is nobody who works on cases")
    return str(row["id"])
