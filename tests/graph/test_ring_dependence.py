"""Bids that hang on each other where the lowest wins: against independent numbers, planted covers, honest bidders."""

import random
from datetime import date, timedelta
from math import atanh
from typing import Any

import numpy as np
import pytest
from brief import Brief, MakeMarket, nodes
from scipy.stats import norm

from graph.market import Market
from graph.market.moves import LEAST_JOINT
from graph.rings.dependence import LEAST_BIDS, dependence_evidence
from graph.rings.groups import GroupTables
from graph.rings.ring import Evidence

HABITS = {"A": 0.00, "B": 0.02, "C": 0.05, "X": -0.02, "Y": 0.04, "Z": 0.08}


def independent(lots: int, *, firms: str = "ABCXYZ", seed: int = 1) -> list[dict[str, float]]:
    """Bids with a lot's own level and a firm's own habit."""
    draw = random.Random(seed)
    return [
        {firm: level * (1 + HABITS[firm] + draw.gauss(0, 0.03)) for firm in firms}
        for level in (10 ** draw.uniform(5, 8) for _ in range(lots))
    ]


def covered(lots: int) -> list[dict[str, float]]:
    """The same, but B and C bid a little above A."""
    draw = random.Random(2)
    bids = independent(lots)
    for one in bids:
        one |= {firm: one["A"] * (1 + draw.uniform(0.005, 0.02)) for firm in "BC"}
    return bids


def tenders(bids: list[dict[str, float]], **more: Any) -> dict[str, Brief]:
    return {
        f"T{number:03}": {
            "day": date(2024, 1, 1) + timedelta(days=number),
            "bids": {firm: {"amount": round(amount, 2)} for firm, amount in one.items()},
            **more,
        }
        for number, one in enumerate(bids)
    }


def evidence(make_market: MakeMarket, briefs: dict[str, Brief], firms: str = "ABC") -> Evidence | None:
    market: Market = make_market({"tenders": briefs})
    return dependence_evidence(GroupTables(market, [nodes(firms)])).get(0)


def test_a_pair_s_bids_are_compared_by_what_lot_and_habit_leave(make_market: MakeMarket) -> None:
    bids = covered(20)
    logs = np.log([[round(one[firm], 2) for firm in HABITS] for one in bids])
    left = (logs - logs.mean(axis=1, keepdims=True)) / logs.std(axis=1, ddof=1, keepdims=True)
    rho = np.corrcoef(left[:, 0], left[:, 1])[0, 1]
    found = evidence(make_market, tenders(bids), "AB")
    assert found is not None
    assert found.statistic == pytest.approx((atanh(rho) - atanh(-1 / 5)) * 17**0.5, rel=1e-6)
    assert found.p == pytest.approx(2 * norm.sf(abs(found.statistic)))
    assert found.kind == "allocation"


def test_covers_that_follow_the_winner_s_bid_hang_on_it(make_market: MakeMarket) -> None:
    found = evidence(make_market, tenders(covered(40)))
    assert found is not None
    assert found.statistic > 5
    assert found.text.startswith("The bids of 3 pairs of members, less what lot and habit explain, correlate by 0.")
    assert found.text.endswith("on average, where independent bidders' do by -0.20.")


def test_bids_that_turn_about_each_other_hang_on_each_other_as_well(make_market: MakeMarket) -> None:
    """A low and B high, or B low and A high, as a coin falls."""
    draw, bids = random.Random(4), independent(40)
    for one in bids:
        low, high = draw.sample("AB", 2)
        one[low], one[high] = one["X"] * 0.93, one["X"] * 1.12
    found = evidence(make_market, tenders(bids), "AB")
    assert found is not None
    assert found.statistic < -4
    assert found.p is not None
    assert found.p < 0.001


@pytest.mark.parametrize("seed", range(8))
def test_levels_of_lots_and_habits_of_firms_are_no_dependence(make_market: MakeMarket, seed: int) -> None:
    found = evidence(make_market, tenders(independent(60, seed=seed)))
    assert found is None or (found.p or 0) > 0.01


@pytest.mark.parametrize(
    "briefs",
    [
        tenders(covered(LEAST_JOINT - 1)),
        tenders(covered(40), award_rule="average"),
        tenders([{firm: one[firm] for firm in "ABC"[: LEAST_BIDS - 1]} for one in covered(40)]),
        tenders([dict.fromkeys(one, 1000.0) for one in covered(40)]),
    ],
    ids=["few lots", "an average decides", "few bids", "equal bids"],
)
def test_what_cannot_be_told_is_not_said(make_market: MakeMarket, briefs: dict[str, Brief]) -> None:
    assert evidence(make_market, briefs) is None
