"""Birth dates in source records: known ones in any form, and whatever stands in a field that is named so."""

import json

import pytest

from graph.answers import Answers
from graph.answers.births import MARK, births_in, withhold_births
from graph.answers.view import EVERYTHING, View
from tests.conftest import Demo


@pytest.mark.parametrize(
    "record",
    [
        {"birth_date": "1976-05-30"},
        {"birthDate": "1976"},
        {"personDetails": {"birthDate": "1976-05", "names": ["A"]}},
        {"properties": {"birthDate": ["1976-05-30", "1976"], "name": ["B"]}},
        {"date_of_birth": {"year": 1976, "more": {"day": [30, {"month": 5}]}}},
        {"DateOfBirth": 19760530},
        {"Дата рождения": "30 мая 1976"},
        {"туған күні": "1976 ж."},
        {"dob": "30/5/76"},
    ],
)
@pytest.mark.parametrize("escaped", [True, False])
def test_a_field_that_is_named_as_a_birth_date_is_taken_out_with_all_that_is_in_it(
    record: dict[str, object], escaped: bool
) -> None:
    text = json.dumps({"before": 1, **record, "after": "1990"}, ensure_ascii=escaped)
    shown = withhold_births(text, {})
    assert "76" not in shown
    assert json.loads(shown)["before"] == 1
    assert json.loads(shown)["after"] == "1990"
    assert MARK in shown


@pytest.mark.parametrize(
    "text", ['{"birth_date": ""}', '{"birthDate":null}', '{"title": "birth: 1976"}', "", "born 1976"]
)
def test_a_record_without_a_birth_date_stays_as_it_came(text: str) -> None:
    assert withhold_births(text, {}) == text


@pytest.mark.parametrize(
    "text", ['{"birthDate": 1976-05-30}', '{"birthDate": "1976', '{"birthDate": ' + "[" * 100_000 + "76"]
)
def test_what_is_no_json_behind_such_a_name_is_taken_out_to_the_end(text: str) -> None:
    assert "76" not in withhold_births(text, {})


def test_a_known_birth_date_is_taken_out_however_it_is_written_where_the_person_is_named(demo: Demo) -> None:
    with demo.workspace.generation() as generation:
        parties = generation.table("parties")
        known = parties.filter(parties.birth_date.notnull() & parties.name.notnull()).order_by("id").limit(1)
        [row] = known.to_pyarrow().to_pylist()
        year, month, day = row["birth_date"].split("-")
        for written in (
            row["birth_date"],
            f"{day}.{month}.{year}",
            f"{month}/{day}/{year}",
            f"{year}{month}{day}",
            f"{row['birth_date']}T00:00:00Z",
        ):
            bare = written.removesuffix("T00:00:00Z")
            for name in (row["name"].upper(), json.dumps(row["name"]).strip('"'), row["own_id"].rpartition("-")[2]):
                text = f'{{"column 6":"{name}","column 7":"{written}","since":"2031-01-01"}}'
                assert withhold_births(text, births_in(generation, [text])) == text.replace(bare, MARK), written
            other = f'{{"column 6":"Zz","column 7":"{written}"}}'
            assert withhold_births(other, births_in(generation, [other])) == other, "a day like any other"
        assert births_in(generation, ["2031-01-01 1850-02-30 99999999 1.1.1800", ""]) == {}


def test_no_birth_date_of_a_person_is_in_a_case_unless_its_reader_may_see_numbers(demo: Demo) -> None:
    with demo.workspace.generation() as generation:
        answers, inside = Answers(generation, View(private=None)), Answers(generation, EVERYTHING)
        parties = generation.table("parties")
        rows = parties.filter(parties.birth_date.notnull()).select("name", "birth_date").to_pyarrow().to_pylist()
        seen = 0
        for one in [one["id"] for one in inside.cases() if one["persons"]][:25]:
            whole = {record["id"]: record for record in inside.case(one)["evidence"]}
            for record in answers.case(one)["evidence"]:
                came = whole[record["id"]]
                there = [row["birth_date"] for row in rows if row["birth_date"] in came["record"]
                         and row["name"] in came["record"]]  # fmt: skip
                assert [day for day in there if day in record["record"]] == []
                assert record["withheld"] or not there
                assert record["hash"] == came["hash"]
                seen += bool(there)
        assert seen > 5
