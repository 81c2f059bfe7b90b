"""Numbers of persons do not leave with the source records, however the records write them."""

import pytest

from graph.answers.withhold import MARK, withhold

NUMBERS = frozenset({"50101300123"})  # without leading zeros, as they are compared


@pytest.mark.parametrize("written", ["050101300123", "50101300123", "KZ-IIN-050101300123", "kz-iin-50101300123"])
def test_a_number_is_withheld_with_and_without_scheme_and_leading_zeros(written: str) -> None:
    assert "50101300123" not in withhold(f'{{"owner": "{written}", "share": 0.5}}', NUMBERS)
    assert MARK in withhold(f"Ann,{written},2024", NUMBERS)


@pytest.mark.parametrize("written", ["501013001230", "1050101300123", "KZ-BIN-070340007367", "2024-05-01"])
def test_other_numbers_stay(written: str) -> None:
    assert withhold(written, NUMBERS) == written
