"""The screens of a lot's bids against numbers worked out by hand and against independent formulas."""

from itertools import combinations
from math import isclose

import ibis
import numpy as np
import pyarrow as pa
import pytest
import scipy.stats
from brief import MakeMarket
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.market.screens import SCREENS, screens

Lots = list[list[float]]
CENTS = st.integers(100, 10**9).map(lambda cents: cents / 100)


def measured(lots: Lots, *, valid: bool = True, won: bool | None = None) -> dict[int, dict[str, float | None]]:
    rows = [
        {"lot": number, "bid": f"{place:03}", "amount": amount, "valid": valid, "won": won}
        for number, bids in enumerate(lots)
        for place, amount in enumerate(bids)
    ]
    schema = pa.schema(
        [
            ("lot", pa.int64()),
            ("bid", pa.string()),
            ("amount", pa.float64()),
            ("valid", pa.bool_()),
            ("won", pa.bool_()),
        ]
    )
    found = screens(ibis.memtable(pa.Table.from_pylist(rows, schema=schema))).order_by("lot").to_pyarrow().to_pylist()
    return {row["lot"]: row for row in found}


def independent(bids: list[float]) -> dict[str, float | None]:
    """The published formulas once more, with numpy and scipy."""
    b = np.sort(np.array(bids, dtype=np.float64))
    n, gaps = len(b), np.diff(np.sort(b))
    spread = b[-1] - b[0]
    return {
        "CV": scipy.stats.variation(b, ddof=1),
        "SPD": spread / b[0],
        "DIFFP": gaps[0] / b[0],
        "RD": gaps[0] / np.std(b[1:], ddof=1) if n >= 3 and b[-1] > b[1] else None,
        "RDNOR": gaps[0] / gaps.mean() if n >= 3 and spread > 0 else None,
        "ALTRD": gaps[0] / gaps[1:].mean() if n >= 3 and b[-1] > b[1] else None,
        "SKEW": scipy.stats.skew(b, bias=False) if n >= 3 and spread > 0 else None,
        "KURT": scipy.stats.kurtosis(b, bias=False) if n >= 4 and spread > 0 else None,
        "KSTEST": scipy.stats.kstest(b, "uniform", args=(b[0], spread)).statistic if n >= 3 and spread > 0 else None,
        **{f"CV{size}": tightest(b, size) if n > size else None for size in (3, 4)},
    }


def tightest(bids: "np.typing.NDArray[np.float64]", size: int) -> float:
    """The least CV of neighbouring bids."""
    return min(scipy.stats.variation(bids[at : at + size], ddof=1) for at in range(len(bids) - size + 1))


def test_equal_numbers_worked_out_by_hand() -> None:
    found = measured([[100, 110, 120, 150]])[0]
    assert found["n"] == 4
    assert found["CV"] == pytest.approx((1400 / 3) ** 0.5 / 120)  # m = 120, s^2 = (400 + 100 + 0 + 900) / 3
    assert found["SPD"] == pytest.approx(0.5)
    assert found["DIFFP"] == pytest.approx(0.1)
    assert found["RD"] == pytest.approx(10 / (1300 / 3) ** 0.5)  # 110, 120, 150: m = 380/3, s^2 = 1300/3
    assert found["RDNOR"] == pytest.approx(10 / (50 / 3))
    assert found["ALTRD"] == pytest.approx(10 / 20)
    assert found["SKEW"] == pytest.approx(4 / 6 * 18000 / (1400 / 3) ** 1.5)  # -20^3 - 10^3 + 0 + 30^3
    assert found["KURT"] == pytest.approx(20 / 6 * 980000 / (1400 / 3) ** 2 - 27 / 2)
    assert found["KSTEST"] == pytest.approx(0.75 - 0.4)  # u = 0, .2, .4, 1: three of four lie at or below .4
    assert found["CV3"] == pytest.approx(10 / 110)  # of 100, 110, 120
    assert found["CV4"] is None


def test_a_few_bids_that_agree_among_many_are_seen() -> None:
    """Of all subgroups of three, those of neighbours spread least (Wallimann, Imhof & Huber)."""
    bids = [90.0, 118.0, 119.0, 120.0, 150.0, 171.0]
    found = measured([bids])[0]
    for size in (3, 4):
        least = min(scipy.stats.variation(group, ddof=1) for group in combinations(bids, size))
        assert found[f"CV{size}"] == pytest.approx(least)
    assert found["CV3"] == pytest.approx(1 / 119)


def test_two_bids_have_only_the_screens_of_two() -> None:
    found = measured([[200, 210]])[0]
    assert {name for name in SCREENS if found[name] is not None} == {"CV", "SPD", "DIFFP"}


def test_three_bids_have_all_but_kurtosis_and_what_looks_at_a_part() -> None:
    found = measured([[200, 210, 230]])[0]
    assert {name for name in SCREENS if found[name] is None} == {"KURT", "CV3", "CV4"}


def test_one_bid_has_no_row() -> None:
    assert measured([[200], [200, 0], [200, 201]]).keys() == {2}


@pytest.mark.parametrize("amount", [100.0, 33.33, 0.1, 123456789.99])
def test_what_is_undefined_is_null_and_neither_zero_nor_nan(amount: float) -> None:
    equal, equal_losers = measured([[amount] * 7, [0.9 * amount, amount, amount, amount]]).values()
    assert equal["CV"] == equal["SPD"] == equal["DIFFP"] == equal["CV3"] == equal["CV4"] == 0
    assert all(equal[name] is None for name in ("RD", "RDNOR", "ALTRD", "SKEW", "KURT", "KSTEST"))
    assert equal_losers["RD"] is None
    assert equal_losers["ALTRD"] is None
    assert equal_losers["RDNOR"] == pytest.approx(3)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(CENTS, min_size=2, max_size=12), min_size=1, max_size=30))
def test_agree_with_numpy_and_scipy(lots: Lots) -> None:
    found = measured(lots)
    assert found.keys() == set(range(len(lots)))
    for number, bids in enumerate(lots):
        for name, expected in independent(bids).items():
            got = found[number][name]
            assert (got is None) == (expected is None), (name, bids)
            assert got is None or isclose(got, expected or 0.0, rel_tol=1e-6, abs_tol=1e-9), (name, bids)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(100, 10**6), min_size=4, max_size=8), st.sampled_from([0.001, 7.0, 1e6]))
def test_do_not_depend_on_the_currency_nor_the_order_of_bids(bids: list[int], rate: float) -> None:
    one, other = measured([[float(bid) for bid in bids], [bid * rate for bid in sorted(bids)]]).values()
    for name in SCREENS:
        assert one[name] == (None if other[name] is None else pytest.approx(other[name], rel=1e-5, abs=1e-7)), name


def test_count_only_valid_bids_of_tenders_that_were_not_called_off(make_market: MakeMarket) -> None:
    market = make_market(
        {
            "tenders": {
                "T1": {
                    "bids": {"A": {"amount": 100, "won": True}, "B": 110, "C": {"amount": 1, "status": "withdrawn"}}
                },
                "T2": {"status": "cancelled", "bids": {"A": 100, "B": 110}},
                "T3": {"bids": {"A": 100, "B": {}}},
            }
        }
    )
    (row,) = market.screens.to_pyarrow().to_pylist()
    assert (row["lot"], row["n"], row["lowest"], row["winning"]) == ("T1", 2, 100, 100)
    assert row["SPD"] == pytest.approx(0.1)


def test_lots_of_one_tender_are_screened_apart(make_market: MakeMarket) -> None:
    bids = {"A1": {"by": ["A"], "lot": 1, "amount": 100}, "B1": {"by": ["B"], "lot": 1, "amount": 120}}
    bids |= {"A2": {"by": ["A"], "lot": 2, "amount": 100}, "B2": {"by": ["B"], "lot": 2, "amount": 150}}
    market = make_market({"tenders": {"T": {"lots": {1: 100, 2: 100}, "bids": bids}}})
    found = {row["lot"]: row["SPD"] for row in market.screens.to_pyarrow().to_pylist()}
    assert found == {"T/1": pytest.approx(0.2), "T/2": pytest.approx(0.5)}
