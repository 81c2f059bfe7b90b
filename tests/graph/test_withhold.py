"""Numbers of persons in source records."""

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.answers.withhold import MARK, numbers_in, withhold
from graph.generation import Generation, GenerationWriter
from tests.conftest import Demo

NUMBER = "850101300011"


def test_numbers_of_persons_are_found_with_and_without_their_scheme_and_those_of_firms_are_not(demo: Demo) -> None:
    tie, ring = demo.planted.ties[0], demo.planted.rings[0]
    person, firm = (own.rpartition("-")[2] for own in (tie.official, ring.members[0]))
    with demo.workspace.generation() as generation:
        assert numbers_in(generation, [f"KZ-IIN-{person},x", f'{{"id": {firm}}}']) == {person}
        assert numbers_in(generation, [f"{person};1"]) == {person}
        assert numbers_in(generation, ["000000000000", "name only"]) == frozenset()


def test_a_number_inside_a_longer_one_stays() -> None:
    assert withhold(f"9{NUMBER} {NUMBER}", {NUMBER}) == f"9{NUMBER} {MARK}"


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_number_between_other_characters_is_always_taken_out(before: str, after: str) -> None:
    assert NUMBER not in withhold(f"{before} {NUMBER},{after}", {NUMBER})


@given(st.text(max_size=80).filter(lambda text: NUMBER not in text))
def test_what_holds_no_number_stays_as_it_is(text: str) -> None:
    assert withhold(text, {NUMBER}) == text


BARE = frozenset({"50101300123"})  # without leading zeros, as they are compared


@pytest.mark.parametrize("written", ["050101300123", "50101300123", "KZ-IIN-050101300123", "kz-iin-50101300123"])
def test_a_number_is_withheld_with_and_without_scheme_and_leading_zeros(written: str) -> None:
    assert "50101300123" not in withhold(f'{{"owner": "{written}", "share": 0.5}}', BARE)
    assert MARK in withhold(f"Ann,{written},2024", BARE)


@pytest.mark.parametrize("written", ["501013001230", "1050101300123", "KZ-BIN-070340007367", "2024-05-01"])
def test_other_numbers_stay(written: str) -> None:
    assert withhold(written, BARE) == written


def test_bare_numbers_and_those_of_other_schemes_are_found_and_ids_of_statements_are_not(tmp_path: Path) -> None:
    own = ["850101300015", "registry:707412345", "GBR-PASSPORT-707499999", "bods:7cef5877b1f003ff030b47e6231afb5ae37f"]
    writer = GenerationWriter(tmp_path / "1.duckdb")
    writer.table("parties", pa.table({"kind": ["person"] * len(own), "own_id": own}))
    writer.close({})
    generation = Generation(tmp_path / "1.duckdb", 1)
    try:
        found = numbers_in(generation, [f'"{one}"' for one in own])
    finally:
        generation.close()
    assert found == {"850101300015", "707412345", "707499999"}
