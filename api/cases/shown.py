"""Cases with what people did to them, as the API and the pages show them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from api.access.policy import Caller, Right, may
from api.cases.changes import changes
from api.cases.history import Event, assigned_to, events, in_states, last_events, names, standing_of
from api.cases.judgements import judgements
from api.cases.life import DECIDED, NEXT, Kind, Standing, State
from api.cases.seen import Seen
from api.desk.database import Desk
from api.desk.tables import ACCOUNTS, CASE_EVENTS
from api.errors import UnusableCall
from graph.answers import Answers
from graph.answers.lists import kin_of
from graph.answers.naming import Document

OPEN = "open"
"""Asks for the cases of every state but those that are decided."""
_TOLD = (Kind.MOVED, Kind.ASSIGNED, Kind.DEADLINE)
"""What those are told of who do not work on cases: the steps, without their words."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The cases of a generation as one caller sees them, with what people did to them."""

    desk: Desk
    caller: Caller
    answers: Answers
    generation: int

    def queue(
        self,
        state: str | None,
        assignee: str | None,
        *,
        inside: Collection[str] | None = None,
        offset: int = 0,
        limit: int | None = None,
    ) -> list[Document]:
        """Cases, most suspicious first: all, or those in a state or ``open``, those of somebody, and those ``inside``
        these ids, where asked for.

        UnusableCall for a state that is none.
        """
        if state not in (None, OPEN, *State):
            raise UnusableCall(f"{state!r} is no state: there are {', '.join((OPEN, *State))}")
        among, beside = self._asked(state, assignee)
        if inside is not None:
            among = frozenset(inside) if among is None else among & frozenset(inside)
        return self.heads(self.answers.cases(among=among, beside=beside, offset=offset, limit=limit))

    def heads(self, found: Sequence[Document]) -> list[Document]:
        """Cases of a list, with where they stand, and whether their evidence changed since they were last moved."""
        ids = [one["id"] for one in found]
        if not ids:
            return []
        kin = {one["id"]: kin_of(one) for one in found}
        with self.desk.reading() as connection:
            last = last_events(connection, {*ids, *(own for of in kin.values() for own in of)})
            called = names(connection, {one.assignee for one in last.values()})
        stands = {own: standing_of(own, kin[own], list(last.values()))[0] for own in ids}
        altered = changes(self.desk, self.answers, ids, self.generation)
        return [{**one, **_head(stands[one["id"]], called), "changed": one["id"] in altered} for one in found]

    def party(self, own: str) -> Document:
        """A party, with where its cases stand; UnknownId where there is none."""
        found = self.answers.entity(own)
        return {**found, "cases": self.heads(found["cases"])}

    def hits(self, text: str, limit: int) -> list[Document]:
        """What a search finds, with where cases stand."""
        found = self.answers.search(text, limit=limit)
        parties = [one for one in found if one["kind"] != "case"]
        return [*parties, *self.heads([one for one in found if one["kind"] == "case"])]

    def whole(self, own: str) -> Document:
        """A case with its history, what changed since it was last moved, and what was judged of its findings; UnknownId
        where there is none."""
        document = self.answers.case(own)
        kin = kin_of(document)
        works = may(self.caller.role, Right.WORK)
        with self.desk.reading() as connection:
            done = events(connection, [own, *kin])
            called = names(connection, {one.assignee for one in done})
            towards = _tied_to(connection, own) if works else []
        standing, again = standing_of(own, kin, done)
        changed = changes(self.desk, self.answers, [own], self.generation).get(own)
        titles = {rule["code"]: rule["title"] for rule in self.answers.rules()}
        tied = {one.other for one in done if one.kind is Kind.LINKED and one.other} | set(towards)
        return {
            **document,
            **_head(standing, called),
            "changed": changed is not None,
            "changes": changed.sentences(titles) if changed else [],
            "again": [_began(one, own) for one in again],
            "next": list(NEXT[standing.state]),
            "advice": _advice(standing, done),
            "history": [_event(one, called, works=works) for one in done if works or one.kind in _TOLD],
            "linked": self.answers.cases(among=tied) if works and tied else [],
            "findings": self._judged(document["findings"]),
        }

    def history(self, case: Seen) -> list[Document]:
        """What was done to a case and its kin, in order, for somebody who works on cases."""
        with self.desk.reading() as connection:
            done = events(connection, [case.id, *case.kin])
            called = names(connection, {one.assignee for one in done})
        return [_event(one, called, works=True) for one in done]

    def _judged(self, found: Sequence[Document]) -> list[Document]:
        """Findings with what was said of each; ``fits`` says whether it still rests on what was judged."""
        said = judgements(self.desk, [one["id"] for one in found])
        marks = {row["id"]: row["seen"] for row in self.answers.finding_marks(sorted(said))} if said else {}
        told = {
            own: {
                "outcome": one.outcome, "reason_code": one.reason_code, "case": one.case, "at": one.at,
                "fits": marks.get(own) == one.seen,
            }
            for own, one in said.items()
        }  # fmt: skip
        return [{**one, "judgement": told.get(one["id"])} for one in found]

    def _asked(self, state: str | None, assignee: str | None) -> tuple[frozenset[str] | None, frozenset[str]]:
        """Which cases are asked for: ``among`` some, where it is not all, and none ``beside`` these."""
        among: frozenset[str] | None = None
        with self.desk.reading() as connection:
            if assignee is not None:
                wanted = select(ACCOUNTS.c.id).where(ACCOUNTS.c.name == assignee.strip().lower())
                account = connection.scalar(wanted)
                among = assigned_to(connection, account) if account else frozenset()
            if state is None:
                return among, frozenset()
            again = self._again(connection)  # these stand at triage, whatever the last word on them was
            if state in (OPEN, State.NEW):
                past = DECIDED if state == OPEN else [one for one in State if one is not State.NEW]
                stands = in_states(connection, past)
                return among, stands - again if state == OPEN else stands | again
            stands = in_states(connection, [state])
        stands = stands | again if state == State.TRIAGE else stands - again
        return stands if among is None else among & stands, frozenset()

    def _again(self, connection: Connection) -> frozenset[str]:
        """The cases that began again: others on which somebody worked went into them, or they were split off."""
        related = self.answers.related_cases()
        last = list(last_events(connection, {*related, *(one for kin in related.values() for one in kin)}).values())
        stands = {own: standing_of(own, kin, last) for own, kin in related.items()}
        return frozenset(own for own, (one, again) in stands.items() if again and one.state is State.TRIAGE)


def _head(standing: Standing, called: Mapping[str, str]) -> Document:
    return {
        "state": standing.state,
        "version": standing.version,
        "outcome": standing.outcome,
        "reason_code": standing.reason_code,
        "assignee": called.get(standing.assignee or ""),
        "deadline": standing.deadline,
    }


def _event(one: Event, called: Mapping[str, str], *, works: bool) -> Document:
    told: Document = {
        "case": one.case,
        "version": one.version,
        "kind": one.kind,
        "state": one.state,
        "outcome": one.outcome,
        "reason_code": one.reason_code,
        "assignee": called.get(one.assignee or ""),
        "deadline": one.deadline,
        "by": one.by,
        "at": one.at,
        "generation": one.generation,
    }
    if not works:
        return told
    file = one.file
    shown = file and {"sha256": file.sha256, "name": file.name, "media_type": file.media_type, "size": file.size}
    return {**told, "text": one.text, "other": one.other, "about": one.about, "file": shown}


def _began(one: Event, own: str) -> str:
    stood = f"{one.state}{f' as {one.outcome}' if one.outcome else ''}"
    return (
        f"{one.case}, which was last {stood} on {one.at.date()}, shares its parties with {own} now: its history stands "
        "here as well, and the case begins again at triage."
    )


def _advice(standing: Standing, done: Sequence[Event]) -> list[str]:
    """What is worth doing before a decision; nothing of it is asked for."""
    if standing.state not in (State.INVESTIGATING, State.REVIEW):
        return []
    noticed = {str(one.version) for one in done if one.kind is Kind.NOTICE}
    answered = {one.other for one in done if one.kind is Kind.ANSWER}
    if not noticed:
        return ["No party was heard: give a notice, and keep the answer, before a referral."]
    return ["A notice has no answer yet."] if noticed - answered else []


def _tied_to(connection: Connection, own: str) -> list[str]:
    """The cases that were tied to this one from their side."""
    wanted = select(CASE_EVENTS.c.case_id).where(CASE_EVENTS.c.kind == Kind.LINKED, CASE_EVENTS.c.other == own)
    return list(connection.scalars(wanted.distinct()))
