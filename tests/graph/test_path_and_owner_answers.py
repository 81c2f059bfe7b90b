"""A tie of an official whole, and owners as a reader may see them."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from brief import document, node, put

from graph.answers import Answers
from graph.answers.owned import OwnerAnswers
from graph.answers.paths import PathAnswers
from graph.answers.view import View
from graph.detect import Stores, detect
from graph.errors import UnknownId
from graph.generation import Generation, GenerationWriter
from graph.matching.decisions import NONE_DECIDED
from graph.rules import Rules
from graph.store import graph_engine
from ingest.store import RecordStore, open_record_store

Document = dict[str, Any]
NUMBER, SOLE = "KZ-IIN-000101300123", "KZ-IIN-850101300011"
COUNTRY: dict[str, Any] = {
    "persons": [NUMBER, "eve"],
    "sole": [SOLE],
    "tenders": {
        f"T{n}": {
            "day": date(2024, 1, n), "buyer": "Ministry", "estimate": 120,
            "bids": {"A": {"amount": 100, "won": True}, "B": 105},
        }
        for n in (2, 1)
    },
    "owners": [
        {"owner": NUMBER, "company": "A", "share": 0.6, "since": date(2020, 1, 1), "until": date(2024, 5, 31)},
        {"owner": "eve", "company": "A", "share": 0.6, "since": date(2024, 6, 1)},
        {"owner": SOLE, "company": "A", "share": 0.2, "since": date(2020, 1, 1)},
    ],
    "offices": [{"person": "eve", "body": "Ministry", "position": "Head", "since": date(2020, 1, 1)}],
    "kin": [{"person": "eve", "relative": NUMBER, "relation": "spouse"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Generation, RecordStore]]:
    folder: Path = tmp_path_factory.mktemp("tie")
    with ExitStack() as stack:
        records = stack.enter_context(closing(open_record_store(f"duckdb:///{folder / 'records'}", write=True)))
        put(records, COUNTRY)
        engine = stack.enter_context(closing(graph_engine(f"ladybug:///{folder / 'graph'}")))
        with closing(engine.open(1, write=True)) as store:
            detect(Stores(records, store, GenerationWriter(folder / "1.duckdb")), Rules())
        yield stack.enter_context(closing(Generation(folder / "1.duckdb", 1))), records


def test_a_tie_has_one_id_wherever_it_is_named(made: tuple[Generation, RecordStore]) -> None:
    answers = Answers(made[0])
    [link] = answers.links()
    case = answers.case(answers.cases()[0]["id"])
    assert link["id"].startswith("link-")
    assert [one["id"] for one in case["links"]] == [one["id"] for one in answers.entity("A")["links"]] == [link["id"]]
    assert PathAnswers(made[0]).link(link["id"])["cases"][0]["id"] == case["id"]


def test_a_tie_tells_the_chain_the_awards_by_day_and_its_records(made: tuple[Generation, RecordStore]) -> None:
    answers = PathAnswers(made[0])
    found = answers.link(answers.links()[0]["id"])
    assert [one["node"] for one in found["nodes"]] == [node("eve", "p"), node(NUMBER, "p"), node("A")]
    assert [(one["id"], one["day"], one["amount"]["amount"], one["bidders"]) for one in found["awards"]] == [
        ("T1", date(2024, 1, 1), "100.00", None), ("T2", date(2024, 1, 2), "100.00", None),
    ]  # fmt: skip
    known = {one["id"] for one in found["evidence"]}
    assert {found["post"]["source"], *(step["source"] for step in found["path"])} <= known
    assert found["rule"]["code"] == "L01"
    with pytest.raises(UnknownId):
        PathAnswers(made[0], View(persons=False)).link(found["id"])


def owners(made: tuple[Generation, RecordStore], given: str, day: date, view: View) -> Document:
    return OwnerAnswers(made[0], view).owners(made[1], NONE_DECIDED, given, day)


def test_owners_are_those_of_the_day_with_the_days_of_change(made: tuple[Generation, RecordStore]) -> None:
    before = owners(made, "A", date(2024, 5, 31), View(numbers=True))
    after = owners(made, node("A"), date(2024, 6, 1), View(numbers=True))
    assert [one["id"] for one in before["owners"]] == [NUMBER, SOLE]
    assert [one["id"] for one in after["owners"]] == ["eve", SOLE]
    assert before["changes"] == after["changes"] == [date(2020, 1, 1), date(2024, 6, 1)]
    assert {one["id"] for one in before["evidence"]} >= {before["owners"][0]["interests"][0]["source"]}


def test_numbers_of_persons_are_withheld_and_give_nobody_away(made: tuple[Generation, RecordStore]) -> None:
    found = str(owners(made, "A", date(2024, 3, 1), View())).replace(f"{SOLE} by name", "")  # so the records call them
    assert NUMBER.rpartition("-")[2] not in found
    assert SOLE.rpartition("-")[2] not in found
    assert "[number withheld]" in found
    for given in (SOLE, SOLE.rpartition("-")[2], NUMBER):
        with pytest.raises(UnknownId):
            owners(made, given, date(2024, 3, 1), View())
    assert owners(made, SOLE, date(2024, 3, 1), View(numbers=True))["company"]["id"] == SOLE


def test_numbers_that_only_newer_records_know_are_withheld_too(tmp_path: Path) -> None:
    """Whoever loads records and does not detect again shows the tree of the new records all the same."""
    other = "KZ-IIN-900101300999"
    with ExitStack() as stack:
        records = stack.enter_context(closing(open_record_store(f"duckdb:///{tmp_path / 'records'}", write=True)))
        put(records, COUNTRY)
        engine = stack.enter_context(closing(graph_engine(f"ladybug:///{tmp_path / 'graph'}")))
        with closing(engine.open(1, write=True)) as store:
            detect(Stores(records, store, GenerationWriter(tmp_path / "1.duckdb")), Rules())
        generation = stack.enter_context(closing(Generation(tmp_path / "1.duckdb", 1)))
        put(records, {"persons": [other], "owners": [{"owner": other, "company": "New", "share": 1}]})
        found = owners((generation, records), "New", date(2024, 3, 1), View())
    assert [one["id"] for one in found["owners"]] == [node(other, "p")]
    assert other.rpartition("-")[2] not in str(found)
    assert document(f"owners {sorted({'owner': other, 'company': 'New', 'share': 1}.items(), key=str)}") in str(found)
