"""Cells and fields as values."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest import values
from ingest.errors import BadRecord

SUMS = st.decimals(min_value=-(10**17), max_value=10**17, allow_nan=False, allow_infinity=False, places=2)
JSON_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.text(alphabet="0123456789.,+-eE '\u00a0", max_size=20),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (507061, "507061"),
        (0.1, "0.1"),
        (-3, "-3"),
        ("507061", "507061"),
        ("1 234,50", "1234.5"),
        ("1\u00a0234,50", "1234.5"),
        ("1'234.50", "1234.5"),
        ("1,234.50", "1234.5"),
        ("1.234,50", "1234.5"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("1.234.567,8", "1234567.8"),
        ("1,5", "1.5"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        ("1.234", "1.234"),
        (" 12 ", "12"),
        ("1e3", "1000"),
        (".5", "0.5"),
        ("5.", "5"),
        ("0.0000004", "0"),
        ("0.0000005", "0"),
        ("0.0000015", "0.000002"),
    ],
)
def test_a_sum_is_read_where_it_has_one_meaning(written: object, read: str) -> None:
    assert values.amount(written) == Decimal(read)


@pytest.mark.parametrize("written", ["1,234", "-1,234", "12,345", "999,999"])
def test_a_sum_with_two_meanings_is_refused_and_named(written: str) -> None:
    with pytest.raises(BadRecord, match=r"price can be read in two ways: '" + written):
        values.amount(written, "price")


@pytest.mark.parametrize(
    "written",
    ["abc", "12 KZT", "1,23,456", "1.2.3", "1,2,3.4", "--5", "1e", "١٢٣", "0x10", "1_000", "NaN", "inf", True, [], {}],
)
def test_what_is_no_sum_is_refused(written: object) -> None:
    with pytest.raises(BadRecord):
        values.amount(written)


@pytest.mark.parametrize("written", [None, "", "   ", "\u00a0"])
def test_an_empty_sum_is_none(written: object) -> None:
    assert values.amount(written) is None


@pytest.mark.parametrize(
    "written", [10**18, -(10**18), 1e18, "1e999", "999999999999999999.9999999", float("inf"), float("nan")]
)
def test_a_sum_that_does_not_fit_its_column_is_refused(written: object) -> None:
    with pytest.raises(BadRecord):
        values.amount(written)


@given(SUMS)
@example(Decimal("-0.00"))
def test_a_sum_survives_every_way_to_write_it(money: Decimal) -> None:
    plain = f"{money:.2f}"
    grouped = f"{money:,.2f}"
    swapped = grouped.translate(str.maketrans(",.", ".,"))
    spaced = grouped.replace(",", " ").replace(".", ",")
    assert {values.amount(one) for one in (plain, grouped, swapped, spaced)} == {money}


@given(JSON_VALUES)
@example("999999999999999999.9999999")
def test_a_sum_is_none_or_fits_or_is_refused(written: object) -> None:
    try:
        found = values.amount(written)
    except BadRecord:
        return
    assert found is None or (abs(found) < values.AMOUNT_LIMIT and found == round(found, 6))


def test_a_whole_number_has_no_fraction() -> None:
    assert values.whole("12.0", "n") == 12
    assert values.whole("", "n") is None
    with pytest.raises(BadRecord, match="n is not a whole number"):
        values.whole("1.5", "n")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-02-29", date(2024, 2, 29)),
        ("2024-02-29T23:59:59Z", date(2024, 2, 29)),
        ("2024-02-29T23:59:59-11:00", date(2024, 2, 29)),
        ("2024-02-29 10:00", date(2024, 2, 29)),
        ("2024-02-29T10:00:00 something", date(2024, 2, 29)),
        ("31.12.2017", date(2017, 12, 31)),
        ("1.2.2017", date(2017, 2, 1)),
        ("31.12.2017 10:30", date(2017, 12, 31)),
        ("31/12/2017", date(2017, 12, 31)),
        ("12/31/2017", date(2017, 12, 31)),
        ("5/5/2017", date(2017, 5, 5)),
        ("", None),
        (None, None),
    ],
)
def test_a_day_is_read_as_it_is_written(written: object, read: date | None) -> None:
    assert values.day(written) == read


@pytest.mark.parametrize(
    "written",
    ["2024-02-30", "2024-13-01", "01/02/2017", "32.01.2017", "13/13/2017", "yesterday", "2024-01-015", "2024", 45000],
)
def test_a_day_with_no_or_two_meanings_is_refused(written: object) -> None:
    with pytest.raises(BadRecord, match="signed is not a date"):
        values.day(written, "signed")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-01-01T00:00:00+06:00", datetime(2023, 12, 31, 18)),
        ("2024-01-01T00:00:00Z", datetime(2024, 1, 1)),
        ("2024-01-01", datetime(2024, 1, 1)),
        ("31.12.2017 10:30:15", datetime(2017, 12, 31, 10, 30, 15)),
    ],
)
def test_a_time_is_kept_in_utc(written: str, read: datetime) -> None:
    assert values.moment(written) == read


@pytest.mark.parametrize("written", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_outside_the_calendar_is_refused(written: str) -> None:
    with pytest.raises(BadRecord, match="out of range"):
        values.moment(written)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_the_zone_moves_a_time_and_never_a_day(when: datetime, minutes: int) -> None:
    zoned = when.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert values.moment(zoned.isoformat()) == zoned.astimezone(UTC).replace(tzinfo=None)
    assert values.day(zoned.isoformat()) == when.date()


@given(JSON_VALUES)
@example("\ud800")
def test_days_and_times_are_read_or_refused(written: object) -> None:
    for read in (values.day, values.moment):
        try:
            found = read(written)
        except BadRecord:
            continue
        assert found is None or 1 <= found.year <= 9999


@pytest.mark.parametrize(
    ("written", "read"),
    [(True, True), (1, True), ("ДА", True), ("No", False), ("0.0", False), ("maybe", None), ("", None), (None, None)],
)
def test_yes_and_no_are_read_in_the_usual_words(written: object, read: bool | None) -> None:
    assert values.yes_no(written) is read


def test_text_is_stripped_cut_and_freed_of_control_characters() -> None:
    assert values.text("  a\x00b\tc\nd  ") == "a b c\nd"
    assert values.text("x" * 50, limit=10) == "x" * 10
    assert values.text(12.5) == "12.5"
    assert values.text(True) == "true"
    assert values.text(["x"]) is None
    assert values.text(" \x07 ") is None
