"""What the database itself promises of decisions on cases, tried by raw statements on every engine."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from api.access.policy import Caller, Role
from api.cases.figures import decided
from api.cases.history import assigned_to, events, in_states, standing_of
from api.cases.judgements import explained
from api.cases.life import Move
from api.cases.seen import Mark, Seen
from api.cases.work import Work
from api.desk.database import Desk
from api.errors import DeskUnusable
from tests.servers.postgres_server import PostgresServer

ENGINES = ("sqlite", "postgresql")
ROW = (
    "INSERT INTO case_events (case_id, version, kind, state, outcome, reason_code, account, made_at, generation, kin,"
    " text) VALUES ('case-1', :version, :kind, :state, :outcome, :code, :account, '2026-01-01 00:00:00', 1, '', 'why')"
)


@pytest.fixture(params=ENGINES)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """A desk with three people."""
    server: PostgresServer | None = None
    url = f"sqlite:///{tmp_path / 'desk.sqlite'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        name = server.new_database()
        url = server.url(name)
    with closing(Desk(url)) as found:
        with found.writing() as connection:
            added = text(
                "INSERT INTO accounts (id, name, role, made_at) VALUES (:own, :own, 'investigator', '2026-01-01')"
            )
            connection.execute(added, [{"own": own} for own in ("ada", "bob", "eve")])
        yield found
    if server is not None:
        server.drop_database(name)


def values(version: int, kind: str, state: str, account: str, **more: Any) -> dict[str, Any]:
    row = {"version": version, "kind": kind, "state": state, "account": account}
    return {**row, "outcome": None, "code": None, **more}


def put(desk: Desk, *row: Any, **more: Any) -> None:
    with desk.writing() as connection:
        connection.execute(text(ROW), values(*row, **more))


def to_review(desk: Desk) -> None:
    """Ada works on a case, and moves it to review."""
    put(desk, 1, "moved", "triage", "ada")
    put(desk, 2, "moved", "investigating", "ada")
    put(desk, 3, "moved", "review", "ada")


def refused(desk: Desk, said: str, *row: Any, **more: Any) -> None:
    count = text("SELECT count(*) FROM case_events")
    with desk.writing() as connection:
        before = connection.scalar(count)
        with pytest.raises(IntegrityError, match=said), connection.begin_nested():
            connection.execute(text(ROW), values(*row, **more))
        assert connection.scalar(count) == before


def test_somebody_else_decides_after_a_review(desk: Desk) -> None:
    to_review(desk)
    put(desk, 4, "moved", "closed", "bob", outcome="confirmed")
    put(desk, 5, "note", "closed", "ada", outcome="confirmed")  # a decided case can be added to, and stays decided
    put(desk, 6, "moved", "triage", "ada")


@pytest.mark.parametrize("state", ["closed", "referred"])
def test_who_proposed_a_decision_does_not_make_it(desk: Desk, state: str) -> None:
    to_review(desk)
    refused(desk, "four eyes", 4, "moved", state, "ada", outcome="confirmed")
    put(desk, 4, "note", "review", "bob")
    refused(desk, "four eyes", 5, "moved", state, "ada", outcome="confirmed")


def test_who_edited_last_does_not_decide_even_after_somebody_gave_the_case_away(desk: Desk) -> None:
    to_review(desk)
    put(desk, 4, "note", "review", "bob")
    put(desk, 5, "assigned", "review", "eve")
    put(desk, 6, "deadline", "review", "ada")
    refused(desk, "four eyes", 7, "moved", "closed", "bob", outcome="likely")
    put(desk, 7, "moved", "closed", "eve", outcome="likely")


def test_no_other_way_leads_to_a_decision(desk: Desk) -> None:
    refused(desk, "four eyes", 1, "moved", "closed", "bob", outcome="confirmed")
    put(desk, 1, "moved", "triage", "ada")
    refused(desk, "four eyes", 2, "moved", "referred", "bob", outcome="confirmed")
    refused(desk, "four eyes", 2, "note", "closed", "bob", outcome="confirmed")
    put(desk, 2, "assigned", "review", "bob")  # in review by no move
    refused(desk, "four eyes", 3, "moved", "closed", "bob", outcome="confirmed")
    refused(desk, "four eyes", 3, "moved", "closed", "eve", outcome="confirmed")


def test_an_outcome_does_not_change_without_a_review(desk: Desk) -> None:
    to_review(desk)
    put(desk, 4, "moved", "closed", "bob", outcome="confirmed")
    refused(desk, "four eyes", 5, "note", "closed", "eve", outcome="duplicate")
    refused(desk, "four eyes", 5, "moved", "closed", "eve", outcome="confirmed")
    refused(desk, "four eyes", 5, "moved", "referred", "eve", outcome="confirmed")


def test_versions_neither_repeat_nor_leave_gaps(desk: Desk) -> None:
    put(desk, 1, "moved", "triage", "ada")
    for version in (0, 1, 3):
        refused(desk, "follow each other", version, "note", "triage", "ada")


@pytest.mark.parametrize(
    ("state", "more"),
    [
        ("closed", {}),
        ("closed", {"outcome": "explained"}),
        ("closed", {"outcome": "confirmed", "code": "other"}),
        ("closed", {"outcome": "proven"}),
        ("triage", {"outcome": "confirmed"}),
        ("open", {}),
    ],
)
def test_a_decision_without_its_words_is_no_row(desk: Desk, state: str, more: dict[str, str]) -> None:
    to_review(desk)
    with pytest.raises(DeskUnusable):
        put(desk, 4, "moved", state, "bob", **more)


@pytest.mark.parametrize("table", ["case_events", "case_findings", "case_files"])
def test_what_was_done_is_only_added_to(desk: Desk, table: str) -> None:
    put(desk, 1, "moved", "triage", "ada")
    with desk.writing() as connection:
        connection.execute(text("INSERT INTO case_findings VALUES (1, 'R018-1', 'R018', '1.0', 'mark')"))
        connection.execute(text("INSERT INTO case_files VALUES (1, 'aa', 'a.txt', 'text/plain', 1)"))
    first = {"case_events": "account = 'bob'", "case_findings": "code = 'x'", "case_files": "name = 'x'"}[table]
    for change in (f"UPDATE {table} SET {first}", f"DELETE FROM {table}"):
        with (
            desk.writing() as connection,
            pytest.raises(IntegrityError, match=f"{table} is only added to"),
            connection.begin_nested(),
        ):
            connection.execute(text(change))


def test_the_desk_works_and_reads_the_same_on_every_engine(desk: Desk, tmp_path: Path) -> None:
    case = Seen(
        "case-1", ("case-0",), ("o-1",), (Mark("R018-1", "R018", "1.0", "aa"), Mark("B01-1", "B01", "1.0", "b")), 3
    )

    def work(name: str, version: int) -> Work:
        return Work(desk, tmp_path, Caller(Role.INVESTIGATOR, name, name, "token"), case, version)

    work("ada", 0).assign("ada")
    work("ada", 1).move(Move("triage", "because"))
    work("ada", 2).attach("a.txt", b"words", "what was said")
    work("ada", 3).move(Move("investigating", "because"))
    work("ada", 4).move(Move("review", "because"))
    work("bob", 5).move(Move("closed", "because", "explained", "other"))
    with desk.reading() as connection:
        done = events(connection, ["case-1"])
        assert standing_of("case-1", ("case-0",), done)[0].version == 6
        assert [one.file.name for one in done if one.file] == ["a.txt"]
        assert assigned_to(connection, "ada") == in_states(connection, ["closed"]) == {"case-1"}
        assert assigned_to(connection, "bob") == frozenset()
    assert explained(desk) == {("R018-1", "aa"), ("B01-1", "b")}
    every, by_rule = decided(desk, ["B01"])
    assert [one.case for one in every] == ["case-1"]
    assert list(by_rule) == [("R018", "1.0")]
