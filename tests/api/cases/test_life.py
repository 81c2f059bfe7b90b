"""The life of a case: a model of it against the desk, whatever people do in whatever order."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import insert

from api.access.accounts import Accounts, now
from api.access.policy import Caller, Role
from api.cases.history import assigned_to, events, in_states, standing_of
from api.cases.life import DECIDED, NEXT, OUTCOMES, REASONS, Move, Outcome, Standing, State, expect, moved
from api.cases.seen import Mark, Seen
from api.cases.work import Work
from api.desk.database import Desk
from api.desk.tables import ACCOUNTS
from api.errors import NotAllowed, Outdated, UnusableCall
from tests.conftest import on_both_desks

PEOPLE = ("ada", "bob", "eve")
CASE = Seen("case-1", (), ("o-1",), (Mark("R018-1", "R018", "1.0", "aa"),), 1)
ANY_MOVE = st.builds(
    Move,
    to=st.sampled_from([*State, "open"]),
    reason=st.sampled_from(["because", " ", "ok"]),
    outcome=st.sampled_from([None, *Outcome, "proven"]),
    reason_code=st.sampled_from([None, "other", "no-such-code"]),
)
GOOD_MOVE = st.sampled_from([(to, outcome) for to in State for outcome in (OUTCOMES.get(to) or (None,))]).map(
    lambda one: Move(one[0], "because", one[1], "other" if one[1] is Outcome.EXPLAINED else None)
)


@dataclass
class Model:
    """What the desk should say, kept in the simplest way."""

    state: str = "new"
    version: int = 0
    outcome: str | None = None
    assignee: str | None = None
    proposer: str | None = None
    editor: str | None = None

    def allows(self, by: str, move: Move) -> bool:
        decides = move.to in ("closed", "referred")
        follows = {
            "new": ["triage"], "triage": ["investigating"], "investigating": ["review"],
            "review": ["closed", "referred", "investigating"], "closed": ["triage"], "referred": ["triage"],
        }[self.state]  # fmt: skip
        if move.to not in follows or len(move.reason.strip()) < 3:
            return False
        if not decides:
            return move.outcome is None and move.reason_code is None
        fits = ["confirmed", "likely"] + (["explained", "insufficient", "duplicate"] if move.to == "closed" else [])
        explained = move.reason_code in REASONS if move.outcome == "explained" else move.reason_code is None
        return move.outcome in fits and explained and by not in (self.proposer, self.editor)


class LifeOfACase(RuleBasedStateMachine):
    """Three people, one case, everything that can be done to it."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.home = Path(self.folder.name)
        self.desk = Desk(f"sqlite:///{self.home / 'desk.sqlite'}")
        self.ids = people(self.desk)
        self.model = Model()

    def work(self, name: str, version: int | None = None, role: Role = Role.INVESTIGATOR) -> Work:
        caller = Caller(role, self.ids[name], name, "token")
        return Work(self.desk, self.home, caller, CASE, self.model.version if version is None else version)

    @rule(name=st.sampled_from(PEOPLE), move=ANY_MOVE | GOOD_MOVE | GOOD_MOVE)
    def move(self, name: str, move: Move) -> None:
        if not self.model.allows(name, move):
            with pytest.raises((UnusableCall, NotAllowed)):
                self.work(name).move(move)
            return
        after = self.work(name).move(move)
        model = self.model
        model.state, model.version, model.outcome, model.editor = move.to, model.version + 1, move.outcome, name
        model.proposer = name if move.to == "review" else None
        assert (after.state, after.version) == (model.state, model.version)

    @rule(name=st.sampled_from(PEOPLE))
    def on(self, name: str) -> None:
        """The step that leads on, so that a run comes to the end of a life often enough."""
        to = NEXT[State(self.model.state)][0]
        self.move(name, Move(to, "because", "likely" if to in DECIDED else None))

    @rule(name=st.sampled_from(PEOPLE))
    def note(self, name: str) -> None:
        self.work(name).note("a note")
        self.model.version, self.model.editor = self.model.version + 1, name

    @rule(name=st.sampled_from(PEOPLE), to=st.sampled_from([*PEOPLE, None]), supervises=st.booleans())
    def assign(self, name: str, to: str | None, supervises: bool) -> None:
        work = self.work(name, role=Role.SUPERVISOR if supervises else Role.INVESTIGATOR)
        if not supervises and (to not in (None, name) or self.model.assignee not in (None, name)):
            with pytest.raises(NotAllowed):
                work.assign(to)
            return
        work.assign(to)
        self.model.version, self.model.assignee = self.model.version + 1, to

    @rule(name=st.sampled_from(PEOPLE), off=st.sampled_from([-1, 1, 7]))
    def act_on_another_version(self, name: str, off: int) -> None:
        with pytest.raises(Outdated, match=f"the case is at version {self.model.version}"):
            self.work(name, self.model.version + off).note("too late")

    @invariant()
    def the_desk_says_what_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        model = self.model
        with self.desk.reading() as connection:
            done = events(connection, ["case-1"])
            found, again = standing_of("case-1", (), done)
            called = {own: name for name, own in self.ids.items()}
            assert (found.state, found.version, found.outcome) == (model.state, model.version, model.outcome)
            assert called.get(found.assignee or "") == model.assignee
            assert called.get(found.proposer or "") == model.proposer
            assert called.get(found.editor or "") == model.editor
            assert again == ()
            assert [one.version for one in done] == list(range(1, model.version + 1))
            if model.version:
                assert in_states(connection, [model.state]) == {"case-1"}
            for name in PEOPLE:
                assert ("case-1" in assigned_to(connection, self.ids[name])) == (name == model.assignee)

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            self.desk.close()
            self.folder.cleanup()


def people(desk: Desk) -> dict[str, str]:
    """Accounts of three investigators, by name."""
    rows = [{"id": f"u-{name}", "name": name, "role": "investigator", "made_at": now()} for name in PEOPLE]
    with desk.writing() as connection:
        connection.execute(insert(ACCOUNTS), rows)
    return {name: f"u-{name}" for name in PEOPLE}


LifeOfACase.TestCase.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
TestLifeOfACase = LifeOfACase.TestCase


def test_every_state_is_reached_and_left() -> None:
    assert set(NEXT) == set(State) == {State.NEW, *(to for after in NEXT.values() for to in after)}
    assert [state for state, after in NEXT.items() if set(after) & set(DECIDED)] == [State.REVIEW]


def test_four_eyes_are_told_in_a_plain_sentence() -> None:
    in_review = Standing(State.REVIEW, 3, proposer="ada", editor="bob")
    for by in ("ada", "bob"):
        with pytest.raises(NotAllowed, match="somebody else does"):
            moved(in_review, Move("closed", "because", "confirmed"), by)
    assert moved(in_review, Move("closed", "because", "confirmed"), "eve").outcome is Outcome.CONFIRMED
    assert moved(in_review, Move("investigating", "not yet", None), "ada").state is State.INVESTIGATING
    with pytest.raises(Outdated, match="version 3, not 2"):
        expect(in_review, 2)


@on_both_desks
def test_of_two_who_write_at_once_one_is_told_to_look_again(desk_url: str, tmp_path: Path) -> None:
    together = Barrier(4)
    with closing(Desk(desk_url)) as desk:
        ids = people(desk)

    def write(name: str) -> str:
        with closing(Desk(desk_url)) as own:
            caller = Caller(Role.INVESTIGATOR, ids[name], name, "token")
            together.wait()
            try:
                Work(own, tmp_path, caller, CASE, 0).move(Move("triage", f"{name} says so"))
            except Outdated as late:
                return str(late)
            return "done"

    with ThreadPoolExecutor(4) as threads:
        said = sorted(threads.map(write, ("ada", "bob", "eve", "ada")))
    assert said == ["done", *["the case is at version 1, not 0: look at it again"] * 3]


@on_both_desks
def test_accounts_that_do_not_work_on_cases_are_given_none(desk_url: str, tmp_path: Path) -> None:
    with closing(Desk(desk_url)) as desk:
        ids = people(desk)
        them = Accounts(desk, tmp_path)
        them.add("reader", Role.MONITOR, "a test")
        them.change("eve", "a test", disabled=True)
        work = Work(desk, tmp_path, Caller(Role.SUPERVISOR, ids["ada"], "ada", "token"), CASE, 0)
        for name in ("reader", "eve", "nobody.at.all"):
            with pytest.raises(UnusableCall, match="nobody who works on cases"):
                work.assign(name)
        assert work.assign("BOB ").assignee == ids["bob"]
