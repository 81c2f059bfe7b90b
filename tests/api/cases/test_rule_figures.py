"""The figures: shares with their interval, held against a library's."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from api.cases.figures import Decided, figures, wilson
from api.cases.life import Outcome

BEGAN = datetime(2026, 1, 1)


@given(st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_is_the_one_that_scipy_gives(counts: tuple[int, int]) -> None:
    expected = binomtest(*counts).proportion_ci(0.95, "wilson")
    assert wilson(*counts) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_nothing_decided_says_nothing() -> None:
    none = figures([])
    assert (none.precision, none.low, none.high, none.median_days, none.late_days) == (None, 0.0, 1.0, None, None)


def test_only_clear_outcomes_count_for_the_precision_and_all_for_the_days() -> None:
    outcomes = [Outcome.CONFIRMED, Outcome.LIKELY, Outcome.EXPLAINED, Outcome.INSUFFICIENT, Outcome.DUPLICATE] * 2
    found = figures([Decided(f"case-{n}", one, BEGAN, BEGAN + timedelta(days=n + 1)) for n, one in enumerate(outcomes)])
    assert (found.decided, found.clear) == (10, 6)
    assert found.precision == pytest.approx(4 / 6)
    assert (found.median_days, found.late_days) == (5.5, 9.0)
