"""Bids that move together where an average decides: pairs against numbers worked out by hand, planted blocks."""

import random
from datetime import date, timedelta
from math import atanh
from typing import Any

import numpy as np
import pytest
from brief import Brief, MakeMarket, node, nodes

from graph.market.moves import LEAST_AVERAGED, LEAST_JOINT
from graph.rings.blocks import Blocks, block_evidence

FIRMS = "ABCDEFGH"


def auctions(*orders: str, rule: str = "average") -> dict[str, Brief]:
    """A lot for each order of firms, lowest bid first; the third wins."""
    return {
        f"T{number:02}": {
            "award_rule": rule,
            "day": date(2024, 1, 1) + timedelta(days=number),
            "bids": {firm: {"amount": 100 + place, "won": place == 2} for place, firm in enumerate(order)},
        }
        for number, order in enumerate(orders)
    }


def shuffled(times: int, firms: str = FIRMS, seed: int = 1) -> list[str]:
    draw = random.Random(seed)
    return ["".join(draw.sample(firms, len(firms))) for _ in range(times)]


def pairs(tenders: dict[str, Brief], make_market: MakeMarket) -> dict[tuple[str, str], Any]:
    rows = make_market({"tenders": tenders}).averaged_pairs.to_pyarrow().to_pylist()
    return {(row["a"], row["b"]): row for row in rows}


def test_a_pair_s_places_are_correlated_over_the_lots_that_both_bid_for(make_market: MakeMarket) -> None:
    orders = shuffled(12)
    found = pairs(auctions(*orders), make_market)
    assert len(found) == 28
    places = {firm: np.array([order.index(firm) for order in orders], dtype=float) for firm in FIRMS}
    rho = np.corrcoef(places["A"], places["B"])[0, 1]
    row = found[nodes("AB")]
    assert (row["lots"], row["rho"]) == (12, pytest.approx(rho))
    assert row["z"] == pytest.approx(atanh(rho) * (12 - 3) ** 0.5)


def test_a_habit_is_no_correlation(make_market: MakeMarket) -> None:
    """A and B are always the two lowest, the others come as they come: in turns, A and B move against each other."""
    rest = shuffled(20, "CDEFGH")
    found = pairs(auctions(*(("AB" if n % 2 else "BA") + order for n, order in enumerate(rest))), make_market)
    assert found[nodes("AB")]["rho"] == pytest.approx(-0.999)


@pytest.mark.parametrize(("times", "firms", "rule"), [
    (LEAST_JOINT - 1, FIRMS, "average"), (12, FIRMS[: LEAST_AVERAGED - 1], "average"), (12, FIRMS, "lowest"),
])  # fmt: skip
def test_few_lots_few_bids_and_other_rules_say_nothing(
    make_market: MakeMarket, times: int, firms: str, rule: str
) -> None:
    market = make_market({"tenders": auctions(*shuffled(times, firms), rule=rule)})
    blocks = Blocks(market)
    assert market.averaged_pairs.count().execute() == 0
    assert blocks.groups() == []
    assert blocks.block(nodes("ABC")) is None
    assert blocks.z(nodes("ABC")) == 0
    assert block_evidence(blocks, [nodes("ABC")]) == {}


@pytest.fixture
def planted(make_market: MakeMarket) -> Any:
    """Twenty bidders that come as they like, and four that move to the same end each time."""
    draw, tenders = random.Random(3), {}
    for number in range(60):
        bids = {f"firm {n}": {"amount": round(draw.uniform(800, 1200), 2)} for n in draw.sample(range(20), 12)}
        end = draw.choice((790, 1000, 1210))
        bids |= {f"block {n}": {"amount": round(end + draw.uniform(-8, 8), 2)} for n in draw.sample(range(4), 3)}
        next(iter(bids.values()))["won"] = True
        tenders[f"T{number}"] = {"award_rule": "average", "day": date(2024, 1, 1), "bids": bids}
    return make_market({"tenders": tenders})


def test_a_block_that_moves_together_is_the_clearest_group(planted: Any) -> None:
    blocks = Blocks(planted)
    groups = blocks.groups(seed=1)
    block = tuple(sorted(node(f"block {n}") for n in range(4)))
    assert max(groups, key=blocks.z) == block
    assert blocks.z(block) > 7
    assert all(blocks.z(group) < 7 for group in groups if not set(group) & set(block))
    told = block_evidence(blocks, [block])[0]
    assert (told.kind, told.p) == ("format", pytest.approx(0, abs=1e-9))
    assert "the bids of 6 pairs of members move together" in told.text


def test_the_same_seed_gives_the_same_groups(planted: Any) -> None:
    assert Blocks(planted).groups(seed=1) == Blocks(planted).groups(seed=1)
