"""Numbers as people read them."""

from datetime import date

import pytest

from viz import figures


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"),
        (0, "0"),
        (12.0, "12"),
        (0.8857, "0.886"),
        (1234567, "1\u202f234\u202f567"),
        (2.5e-05, "< 0.001"),
        (-3.5, "−3.5"),
    ],
)
def test_numbers(value: float | None, shown: str) -> None:
    assert figures.number(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(None, "—"), (1e-6, "< 0.001"), (0.001, "0.001"), (0.99, "0.990")])
def test_small_chances_are_no_false_precision(value: float | None, shown: str) -> None:
    assert figures.probability(value) == shown


def test_money_has_thin_spaces_and_a_currency() -> None:
    assert figures.money("13253754.3", "KZT") == "13\u202f253\u202f754.30\u00a0KZT"
    assert figures.minor(123, None) == "1.23"
    assert figures.money_of(None) == "—"
    assert figures.money("no number", "KZT") == "no number\u00a0KZT"


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [(0.75, 1.0, "75–100%"), (0.5, 0.5, "50%"), (None, 0.25, "25%"), (None, None, ""), (1 / 3, None, "33.3%")],
)
def test_shares(low: float | None, high: float | None, shown: str) -> None:
    assert figures.share(low, high) == shown


def test_spans_take_days_and_texts() -> None:
    assert figures.span(date(2024, 5, 7), "2024-06-01") == "2024-05-07 to 2024-06-01"
    assert figures.span("2024-05-07", date(2024, 5, 7)) == "2024-05-07"
    assert figures.span(None, date(2024, 5, 7)) == "until 2024-05-07"
    assert figures.span("2024-05-07", None) == "from 2024-05-07"
    assert figures.span(None, None) == "no dates"
