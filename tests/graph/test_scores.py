"""Scores of lots, pairs and firms, worked out by hand."""

import random
from datetime import date
from typing import Any

import pytest
from brief import Brief, MakeMarket, node, nodes

from graph.answers.documents import pair_reasons
from graph.market import Market
from graph.rings.ring import Ring
from graph.scores import firm_scores, pair_scores, tender_scores


def lot(estimate: int, *amounts: int, **more: Any) -> Brief:
    """A tender of A, B, C..., the first of whom won."""
    bids = {firm: {"amount": amount, "won": firm == "A"} for firm, amount in zip("ABCD", amounts, strict=False)}
    return {"region": "North", "day": date(2024, 1, 1), "estimate": estimate, "bids": bids, **more}


def scored(market: Market) -> dict[str, float | None]:
    return {row["own_id"]: row["score"] for row in tender_scores(market, []).to_pyarrow().to_pylist()}


CLOSE, APART = lot(100, 100, 101, 102), lot(200, 100, 110, 200)


def test_a_lot_with_close_even_and_dear_bids_and_a_gap_below_them_stands_above_another(make_market: MakeMarket) -> None:
    """Of two, each rank is a quarter or three quarters: CV, SKEW, RD and price all point the same way."""
    assert scored(make_market({"tenders": {"close": CLOSE, "apart": APART}})) == {"close": 0.75, "apart": 0.25}


def test_what_has_no_rank_does_not_count_in_the_mean(make_market: MakeMarket) -> None:
    """Two bids have a spread and a price and neither SKEW nor RD."""
    found = scored(make_market({"tenders": {"close": lot(100, 100, 101), "apart": lot(200, 100, 200)}}))
    assert found == {"close": 0.75, "apart": 0.25}


def test_bids_at_a_regulated_limit_have_no_score_and_take_no_rank_from_others(make_market: MakeMarket) -> None:
    limited = lot(100, 90, 90, 91, floor=0.9)
    found = scored(make_market({"tenders": {"close": CLOSE, "apart": APART, "limited": limited}}))
    assert found == {"close": 0.75, "apart": 0.25, "limited": None}


MET: Brief = {
    "persons": ["zoe"],
    "tenders": {f"T{n}": {**CLOSE, "region": "North"} for n in range(4)}
    | {f"S{n}": {"region": "North", "bids": {"X": 1, "Y": {"amount": 2, "won": True}}} for n in range(20)},
    "owners": [{"owner": "zoe", "company": firm, "share": 1} for firm in "AB"],
    "contacts": [{"party": firm, "phone": "7172000001"} for firm in "AB"],
}


def test_each_kind_of_tie_takes_its_share_off_what_a_pair_lacks_to_one(make_market: MakeMarket) -> None:
    market = make_market(MET)
    pairs = {(row["a"], row["b"]): row for row in pair_scores(market).to_pyarrow().to_pylist()}
    tied, untied = pairs[nodes("AB")], pairs[nodes("AC")]
    assert tied["z"] == untied["z"] > 0
    assert (tied["ties"], untied["ties"]) == (["owner", "phone"], [])
    lacks = 8 / (untied["z"] + 8)
    assert untied["score"] == pytest.approx(1 - lacks)
    assert tied["score"] == pytest.approx(1 - lacks * (1 - 0.6) * (1 - 0.3))


def test_a_firm_s_score_is_by_how_much_a_ring_draws_it_in_or_half_of_its_best_pair_s(make_market: MakeMarket) -> None:
    """A and B are one ring, which C met as often: z is that of one pair, for the ring has one or two other members."""
    market = make_market(MET)
    pairs = pair_scores(market)
    rings = [Ring(nodes("AB"), 0.9, ()), Ring(nodes("AY"), 0.95, ()), Ring(nodes("BX"), 0.01, ())]
    found = {row["firm"]: row for row in firm_scores(market, pairs, rings).to_pyarrow().to_pylist()}
    z = next(row["z"] for row in pairs.to_pyarrow().to_pylist() if (row["a"], row["b"]) == nodes("AB"))
    with_one, with_two = z / (z + 3), 2 * z / 2**0.5 / (2 * z / 2**0.5 + 3)
    by_member = 9 * (1 + with_one) / 2
    by_stranger = 19 / 2  # A never met Y: the least that a member has
    assert found[node("A")]["score"] == pytest.approx(max(by_member / (1 + by_member), by_stranger / (1 + by_stranger)))
    assert found[node("B")]["score"] == pytest.approx(max(by_member / (1 + by_member), 0.95 * with_one))
    assert found[node("C")]["score"] == pytest.approx(max(0.9 * with_two, 0.95 * with_one))
    assert [found[node(firm)]["rings"] for firm in "AC"] == [[rings[1].id, rings[0].id], []]
    assert (found[node("A")]["bids"], found[node("A")]["won"], found[node("C")]["won"]) == (4, 4, 0)


def test_without_rings_every_bidder_has_half_of_the_best_pair_s_score(make_market: MakeMarket) -> None:
    market = make_market(MET)
    found = {row["firm"]: row["rings"] for row in firm_scores(market, pair_scores(market), []).to_pyarrow().to_pylist()}
    assert found == {node(firm): [] for firm in "ABCXY"}


def test_four_bids_that_agree_among_many_lift_a_lot_above_those_with_as_many_bids(make_market: MakeMarket) -> None:
    """Of two lots each screen ranks one at three quarters and the other at one; CV4 is one of four."""
    bids = {"agree": (100, 130, 131, 132, 133, 160), "apart": (100, 107, 122, 139, 151, 167)}
    lots = {
        name: {"bids": {firm: {"amount": amount} for firm, amount in zip("ABCDEF", amounts, strict=True)}}
        for name, amounts in bids.items()
    }
    rows = {row["own_id"]: row for row in tender_scores(make_market({"tenders": lots}), []).to_pyarrow().to_pylist()}
    ranks = {name: (row["CV"], row["SKEW"], -row["RD"], row["CV4"]) for name, row in rows.items()}
    expected = {
        name: sum(0.75 if one < other else 0.25 for one, other in zip(ranks[name], ranks[rest], strict=True)) / 4
        for name, rest in (("agree", "apart"), ("apart", "agree"))
    }
    assert {name: row["score"] for name, row in rows.items()} == pytest.approx(expected)
    assert rows["agree"]["CV4"] < rows["apart"]["CV4"]


def test_four_close_bids_are_compared_among_lots_with_as_many_bids(make_market: MakeMarket) -> None:
    """The lot of nine bids has four closer ones than that of five, and is alone with its number: it stands half way."""
    few = {"A": 100, "B": 110, "C": 121, "D": 133, "E": 146}
    many = {firm: 100 + 3 * place for place, firm in enumerate("ABCDEFGHI")}
    lots = {"few": {"bids": few}, "less": {"bids": few | {"E": 170}}, "many": {"bids": many}}
    rows = {row["own_id"]: row for row in tender_scores(make_market({"tenders": lots}), []).to_pyarrow().to_pylist()}
    assert rows["many"]["CV4"] < min(rows["few"]["CV4"], rows["less"]["CV4"])
    assert min(rows.values(), key=lambda row: row["CV"])["own_id"] == "many"
    by_screen = {
        name: {row["own_id"]: (place + 0.5) / 3 for place, row in enumerate(sorted(rows.values(), key=order))}
        for name, order in (
            ("CV", lambda row: -row["CV"]),
            ("SKEW", lambda row: -row["SKEW"]),
            ("RD", lambda row: row["RD"]),
        )
    }
    mean = (sum(by_screen[name]["many"] for name in by_screen) + 0.5) / 4
    assert rows["many"]["score"] == pytest.approx(mean)


def test_bids_that_move_together_where_an_average_decides_lift_a_pair(make_market: MakeMarket) -> None:
    """A and B come near the top or the bottom together; the others bid as they come."""
    draw = random.Random(5)
    tenders = {}
    for number in range(30):
        bids = {firm: {"amount": round(draw.uniform(900, 1100), 2)} for firm in "CDEFGH"}
        end = draw.choice((880, 1120))
        bids |= {firm: {"amount": round(end + draw.uniform(-5, 5), 2)} for firm in "AB"}
        bids["C"]["won"] = True
        tenders[f"T{number}"] = {"award_rule": "average", "day": date(2024, 1, 1), "bids": bids}
    pairs = {
        (row["a"], row["b"]): row for row in pair_scores(make_market({"tenders": tenders})).to_pyarrow().to_pylist()
    }
    block, other = pairs[nodes("AB")], pairs[nodes("CD")]
    assert block["z"] == other["z"] == 0
    assert block["moving"] > 7 > other["moving"]
    assert block["score"] == pytest.approx(block["moving"] / (block["moving"] + 7))
    assert other["score"] == pytest.approx(max(other["moving"], 0) / (max(other["moving"], 0) + 7))
    assert any(reason.startswith("their bids move together") for reason in pair_reasons(block))
