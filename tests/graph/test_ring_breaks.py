"""Breaks at a day that nobody named, against numbers worked out by hand; the times that they part."""

import math
import random
from datetime import date, timedelta
from typing import Any

import ibis
import pytest
from brief import Brief, MakeMarket, nodes

from graph.market import Market
from graph.rings.breaks import LEAST_LOTS, LEAST_SIDE, break_evidence, breaks, with_medians
from graph.rings.groups import GroupTables
from graph.rings.regimes import regimes
from graph.rings.ring import Evidence, Ring
from graph.scores import tender_scores

START = date(2024, 1, 1)


def lots(*values: float | None, group: str = "g", same_day: int = 1) -> list[dict[str, Any]]:
    return [
        {"group": group, "lot": f"{group}{n:03}", "day": START + timedelta(days=n // same_day), "value": value}
        for n, value in enumerate(values)
    ]


def found(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    schema = {"group": "string", "lot": "string", "day": "date", "value": "float64"}
    series = ibis.memtable(rows, schema=ibis.schema(schema))
    table = with_medians(breaks(series), series)
    return {row["group"]: row for row in table.to_pyarrow().to_pylist()}


def test_a_step_is_found_where_it_is() -> None:
    """Twelve low values, then eight high ones, each falling: U = 2 (1 + ... + 12) - 12 * 21 = -96 between them."""
    row = found(lots(*reversed(range(12)), *reversed(range(100, 108))))["g"]
    assert (row["day"], row["lots"], row["delta"]) == (START + timedelta(days=11), 20, -1)
    assert row["p"] == pytest.approx(2 * math.exp(-6 * 96**2 / (20**3 + 20**2)))
    assert (row["before"], row["after"]) == (5.5, 103.5)


def test_a_fall_is_found_as_well_with_the_other_sign() -> None:
    assert found(lots(*range(100, 108), *range(12)))["g"]["delta"] == 1


def test_equal_values_share_their_ranks() -> None:
    """Ten ones (rank 5.5 each) and ten twos (15.5): U = 2 * 55 - 10 * 21 = -100."""
    row = found(lots(*[1.0] * 10, *[2.0] * 10))["g"]
    assert row["p"] == pytest.approx(2 * math.exp(-6 * 100**2 / 8400))
    assert row["delta"] == -1


def test_without_a_change_chance_explains_everything() -> None:
    assert found(lots(*[1.0, 2.0] * 12))["g"]["p"] == 1


def test_a_cut_stands_between_days_and_leaves_lots_on_both_sides() -> None:
    """Nineteen of twenty values follow the step, or one day holds both its sides: the cut is where it may be."""
    late = found(lots(0.0, *range(100, 100 + LEAST_LOTS)))["g"]
    assert late["day"] >= START + timedelta(days=LEAST_SIDE - 1)
    shared = found(lots(*reversed(range(11)), *reversed(range(100, 113)), same_day=4))["g"]
    assert shared["day"] in {START + timedelta(days=1), START + timedelta(days=2)}
    assert abs(shared["delta"]) < 1


@pytest.mark.parametrize(("number", "told"), [(LEAST_LOTS - 1, False), (LEAST_LOTS, True)])
def test_few_lots_have_no_break_and_lots_without_a_value_are_none(number: int, told: bool) -> None:
    rows = lots(*range(number)) + lots(*[None] * 50, group="empty")
    assert set(found(rows)) == ({"g"} if told else set())


def test_random_orders_rarely_break() -> None:
    """Pettitt's p is conservative: of 200 random series at most one in twenty is below .05."""
    draw = random.Random(5)
    rows = [row for n in range(200) for row in lots(*(draw.random() for _ in range(40)), group=f"s{n}")]
    p = [row["p"] for row in found(rows).values()]
    assert len(p) == 200
    assert sum(one <= 0.05 for one in p) <= 10


# In a market


def ended(firms: str, others: str, *, tight: int = 15, wide: int = 15) -> dict[str, Brief]:
    """Lots of a ring whose bids lie close together up to a day and far apart after it, and lots of others."""
    tenders: dict[str, Brief] = {}
    for number in range(tight + wide):
        step = 1 if number < tight else 40
        for name, who, spread in (("ring", firms, step), ("rest", others, 40)):
            amounts = {firm: 1000 + (spread + number % 7) * place for place, firm in enumerate(who)}
            bids = {firm: {"amount": amount, "won": amount == 1000} for firm, amount in amounts.items()}
            day = START + timedelta(days=7 * number)
            tenders[f"{name} {number:02}"] = {"region": name, "day": day, "estimate": 1200, "bids": bids}
    return tenders


def told(market: Market, firms: str) -> Evidence | None:
    return break_evidence(GroupTables(market, [nodes(firms)])).get(0)


def test_a_ring_that_ends_breaks_and_its_sentence_says_when_and_how(make_market: MakeMarket) -> None:
    market = make_market({"tenders": ended("ABC", "XYZ")})
    broken = told(market, "ABC")
    assert broken is not None
    assert broken.p is not None
    assert broken.p < 1e-3
    assert broken.statistic == 1
    last = START + timedelta(days=7 * 14)
    assert f"In 30 lots that the members lead, the spread of the bids changed after {last} from 0." in broken.text
    rest = told(market, "XYZ")
    assert rest is not None
    assert rest.p == 1


def test_lots_without_days_break_nowhere(make_market: MakeMarket) -> None:
    tenders = {name: {key: v for key, v in one.items() if key != "day"} for name, one in ended("ABC", "XYZ").items()}
    assert told(make_market({"tenders": tenders}), "ABC") is None


def test_lots_on_the_narrow_side_of_a_ring_s_break_are_the_tighter_ones(make_market: MakeMarket) -> None:
    market = make_market({"tenders": ended("ABC", "XYZ")})
    names = {row["lot"]: row["own_id"] for row in market.lots.select("lot", "own_id").to_pyarrow().to_pylist()}
    sides = regimes(market, [Ring(nodes("ABC"), 0.9, ())]).to_pyarrow().to_pylist()
    assert {names[row["lot"]]: row["tight"] for row in sides} == {
        f"ring {number:02}": float(number < 15) for number in range(30)
    }


def test_a_market_s_break_counts_where_no_ring_is_known(make_market: MakeMarket) -> None:
    """The same lots by no named ring: their market broke, and their scores say so."""
    market = make_market({"tenders": ended("ABC", "XYZ")})
    assert regimes(market, []).count().execute() == 30
    scores = {row["own_id"]: row["score"] for row in tender_scores(market, []).to_pyarrow().to_pylist()}
    before = [scores[f"ring {number:02}"] for number in range(15)]
    after = [scores[f"ring {number:02}"] for number in range(15, 30)]
    assert min(before) > max(after)
