"""Judgements outlive runs: what people decided is applied again after a detection, and what changed is said."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from api.access.policy import Caller, Role
from api.cases.changes import between
from api.cases.judgements import explained
from api.cases.life import Move, Standing
from api.cases.seen import Mark, seen
from api.cases.shown import Shown
from api.cases.work import Work
from api.desk.database import Desk
from graph.answers import Answers
from graph.answers.view import EVERYTHING
from graph.generation import Generation, GenerationWriter
from graph.rules import read_rules
from tests.api.cases.test_life import people
from tests.conftest import Demo, on_both_desks
from tests.people import with_own_desk


class Country:
    """A desk, and generations made by hand: cases with their kin and findings."""

    def __init__(self, folder: Path, desk: Desk) -> None:
        self.folder, self.desk, self.ids = folder, desk, people(desk)

    def detect(self, number: int, **cases: Any) -> None:
        """A generation of these cases: findings as (id, evidence), or (kin, findings)."""
        writer = GenerationWriter(self.folder / f"{number}.duckdb")
        told = {own: one if isinstance(one, tuple) else ({}, one) for own, one in cases.items()}
        empty = {"codes": ["R018"], "parties": ["o-1"], "core": ["o-1"], "merged": [], "title": "A case", "score": 0.5}
        writer.rows(
            "cases",
            [
                {**empty, "id": own, "rank": rank, "opened": 1, "restricted": False, **kin}
                for rank, (own, (kin, _found)) in enumerate(told.items(), 1)
            ],
        )
        flag = {"code": "R018", "version": "1.0", "parties": ["o-1"], "about": [], "since": date(2026, 1, 1)}
        rows = [
            {**flag, "id": finding, "evidence": evidence, "case": own}
            for own, (_kin, found) in told.items()
            for finding, evidence in found.items()
        ]
        writer.rows("findings", rows)
        writer.table(
            "parties", pa.table({"id": ["o-1"], "own_id": ["XX-1"], "kind": ["organisation"], "name": ["One"]})
        )
        writer.close({"rules": [{"code": "R018", "title": "Single bid"}]})
        self.number = number

    @contextmanager
    def shown(self) -> Iterator[Shown]:
        with closing(Generation(self.folder / f"{self.number}.duckdb", self.number)) as generation:
            caller = Caller(Role.SUPERVISOR, self.ids["eve"], "eve", "token")
            yield Shown(self.desk, caller, Answers(generation, EVERYTHING), self.number)

    def move(self, by: str, case: str, *moves: Move) -> Standing:
        with self.shown() as shown:
            own = seen(shown.answers, self.number, case)
            [head] = shown.heads(shown.answers.cases(among=[case]))
        for add, one in enumerate(moves):
            caller = Caller(Role.INVESTIGATOR, self.ids[by], by, "token")
            after = Work(self.desk, self.folder, caller, own, head["version"] + add).move(one)
        return after

    def decide(self, case: str, outcome: str, code: str | None = None) -> None:
        self.move("ada", case, *(Move(to, "because") for to in ("triage", "investigating", "review")))
        self.move("bob", case, Move("closed", "because", outcome, code))

    def queue(self, state: str | None = None) -> dict[str, tuple[str, bool]]:
        with self.shown() as shown:
            return {one["id"]: (one["state"], one["changed"]) for one in shown.queue(state, None, offset=0)}


@pytest.fixture
def country(desk_url: str, tmp_path: Path) -> Iterator[Country]:
    with closing(Desk(desk_url)) as desk:
        yield Country(tmp_path, desk)


@on_both_desks
def test_a_decision_stands_after_a_detection_and_what_changed_since_is_marked(country: Country) -> None:
    country.detect(1, a={"f1": ["d1"], "f2": ["d2"]}, b={"f3": ["d3"]}, c={"f4": ["d4"]})
    country.decide("a", "confirmed")
    country.decide("b", "explained", "few-suppliers")
    assert country.queue() == {"a": ("closed", False), "b": ("closed", False), "c": ("new", False)}
    country.detect(2, a={"f2": ["d2", "d9"], "f5": ["d5"]}, b={"f3": ["d3"]}, c={"f4": ["d0"]})
    assert country.queue() == {"a": ("closed", True), "b": ("closed", False), "c": ("new", False)}
    country.move("eve", "a", Move("triage", "to look again"))
    assert country.queue()["a"] == ("triage", False), "whoever moved it has seen it"


def test_what_changed_is_said_in_words() -> None:
    one, other, more = Mark("f1", "R018", "1.0", "a"), Mark("f2", "R028", "1.0", "b"), Mark("f3", "R018", "1.0", "c")
    found = between([one, other], [Mark("f2", "R028", "1.1", "d"), more])
    assert found.sentences({"R018": "Single bid", "R028": "Identical bids"}) == [
        "New since then: 1 × R018 Single bid.",
        "No longer found: 1 × R018 Single bid.",
        "On other records or by another version of the rule: 1 × R028 Identical bids.",
    ]
    assert not between([one, other], [other, one])


@on_both_desks
def test_a_case_that_was_split_off_or_that_others_went_into_begins_again_at_triage(country: Country) -> None:
    country.detect(1, a={"f1": ["d1"], "f2": ["d2"]}, b={"f3": ["d3"]}, c={"f4": ["d4"]}, d={"f5": ["d5"]})
    country.decide("a", "explained", "other")
    country.decide("c", "confirmed")
    country.move("ada", "d", Move("triage", "because"))
    country.detect(
        2,
        a={"f1": ["d1"]},
        part=({"split_from": "a"}, {"f2": ["d2"]}),
        b=({"merged": ["c"]}, {"f3": ["d3"], "f4": ["d4"]}),
        late=({"split_from": "never"}, {"f9": ["d9"]}),
    )
    assert {own: state for own, (state, _changed) in country.queue().items()} == {
        "a": "closed", "part": "triage", "b": "triage", "late": "new"
    }  # fmt: skip
    assert list(country.queue("triage")) == ["part", "b"]
    assert list(country.queue("new")) == ["late"]
    assert list(country.queue("open")) == ["part", "b", "late"]
    assert list(country.queue("closed")) == ["a"]
    assert country.move("eve", "part", Move("investigating", "because")).version == 1
    assert country.queue()["part"] == ("investigating", False)
    country.detect(3, a=({"merged": ["d", "part"]}, {"f1": ["d1"], "f2": ["d2"], "f5": ["d5"]}))
    assert country.queue() == {"a": ("triage", True)}, "work on one case does not vanish into a decided one"
    assert country.queue("closed") == {}
    assert country.move("eve", "a", Move("investigating", "because")).version == 5
    assert country.queue() == {"a": ("investigating", False)}


@on_both_desks
def test_only_what_is_explained_and_still_decided_counts_less(country: Country) -> None:
    country.detect(1, a={"f1": ["d1"]}, b={"f2": ["d2"]}, c={"f3": ["d3"]})
    country.decide("a", "explained", "other")
    country.decide("b", "confirmed")
    country.decide("c", "explained", "other")
    country.move("eve", "c", Move("triage", "not so"))
    assert {own for own, _seen in explained(country.desk)} == {"f1"}


def test_a_detection_keeps_what_was_decided_and_ranks_what_was_explained_last(demo: Demo, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(demo.home, home)
    workspace = with_own_desk(home, tmp_path)
    with closing(Desk(workspace.settings.desk)) as desk:
        ids = people(desk)

        def shown(generation: Generation) -> Shown:
            caller = Caller(Role.SUPERVISOR, ids["eve"], "eve", "token")
            return Shown(desk, caller, Answers(generation, EVERYTHING), generation.number)

        with workspace.generation() as generation:
            before = [one for one in shown(generation).queue(None, None, offset=0) if not one["restricted"]]
            innocent = next(one["id"] for one in before if "R024" not in one["codes"])
            pricey = next(one["id"] for one in before if "R024" in one["codes"])
            for own, moves in ((innocent, ("triage", "investigating", "review")), (pricey, ("triage",))):
                case = seen(shown(generation).answers, generation.number, own)
                for version, to in enumerate(moves):
                    Work(desk, home, Caller(Role.INVESTIGATOR, ids["ada"], "ada"), case, version).move(Move(to, "why"))
            bob = Caller(Role.INVESTIGATOR, ids["bob"], "bob")
            case = seen(shown(generation).answers, generation.number, innocent)
            Work(desk, home, bob, case, 3).move(Move("closed", "why", "explained", "joint-venture"))
        rules = tmp_path / "rules.toml"
        rules.write_text("[R024]\nthreshold = 0.0000001\n", "utf-8")
        workspace.detect(read_rules(rules))
        with workspace.generation() as generation:
            after = [one for one in shown(generation).queue(None, None, offset=0) if not one["restricted"]]
            whole = shown(generation).whole(innocent)
            other = shown(generation).whole(pricey)
    assert after[-1]["id"] == innocent
    assert (after[-1]["state"], after[-1]["score"], after[-1]["changed"]) == ("closed", 0.0, False)
    assert {(one["judgement"]["outcome"], one["judgement"]["fits"]) for one in whole["findings"]} == {
        ("explained", True)
    }
    assert (other["state"], other["changed"]) == ("triage", True)
    assert any(sentence.startswith("No longer found: ") and "R024" in sentence for sentence in other["changes"])
    assert [one["changed"] for one in after if one["id"] == pricey] == [True]
