"""Each kind of evidence for a ring, against numbers worked out by hand."""

from datetime import date, timedelta
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from brief import Brief, MakeMarket, node, nodes
from scipy.stats import binom, hypergeom, norm, rankdata

from graph.market import Market
from graph.rings.allocation import LEAST_CHANCES, allocation_evidence
from graph.rings.coalition import LEAST_LOTS as LEAST_COALITION
from graph.rings.coalition import coalition_evidence
from graph.rings.division import division_evidence
from graph.rings.gaps import gap_evidence
from graph.rings.groups import GroupTables
from graph.rings.price import LEAST_LOTS, price_evidence
from graph.rings.ring import Evidence, clearest
from graph.rings.ties import controlled_tenders, ties_evidence


def ring(market: Market, firms: str) -> Any:
    """The members of one ring, firms being letters."""
    return GroupTables(market, [nodes(firms)])


def turns(*tenders: str) -> dict[str, Brief]:
    """A tender a day: who bid, the winner first."""
    return {
        f"T{number:02}": {
            "day": date(2024, 1, 1) + timedelta(days=number),
            "bids": {firm: {"amount": 100 + place, "won": not place} for place, firm in enumerate(firms)},
        }
        for number, firms in enumerate(tenders)
    }


# Allocation


def allocation(make_market: MakeMarket, tenders: dict[str, Brief], firms: str) -> Evidence | None:
    market = make_market({"tenders": tenders})
    return allocation_evidence(ring(market, firms)).get(0)


def test_turns_are_counted_against_the_chance_of_a_repeat(make_market: MakeMarket) -> None:
    """Ten chances of one half and two of a third; the last winner won again twice."""
    tenders = turns("AB", "BA", "AB", "BA", "AB", "AB", "BA", "AB", "BA", "BA", "AB", "BAC", "CAB")
    found = allocation(make_market, tenders, "ABC")
    assert found is not None
    z = (10 / 2 + 2 / 3 - 2) / (10 / 4 + 2 * 2 / 9) ** 0.5
    assert (found.statistic, found.p) == pytest.approx((z, norm.sf(z)))
    assert "In 12 tenders" in found.text
    assert "again 2 times" in found.text
    assert "give 5.7" in found.text


@pytest.mark.parametrize(("chances", "enough"), [(LEAST_CHANCES - 1, False), (LEAST_CHANCES, True)])
def test_few_turns_say_nothing(make_market: MakeMarket, chances: int, enough: bool) -> None:
    tenders = turns(*("AB" if number % 2 else "BA" for number in range(chances + 1)))
    assert bool(allocation(make_market, tenders, "AB")) == enough


def test_a_winner_that_stays_away_next_time_had_no_chance_to_win_again(make_market: MakeMarket) -> None:
    assert allocation(make_market, turns(*["AB", "BC", "CA"] * 5), "ABC") is None


def test_a_tender_that_two_members_won_is_nobody_s_turn(make_market: MakeMarket) -> None:
    bids = {
        f"{firm}{lot}": {"by": [firm], "lot": lot, "amount": 5, "won": firm == winner}
        for lot, winner in ((1, "A"), (2, "B"))
        for firm in "AB"
    }
    tenders = {name: {**one, "lots": {1: 5, 2: 5}, "bids": bids} for name, one in turns(*["AB"] * 12).items()}
    assert allocation(make_market, tenders, "AB") is None


def test_a_tender_that_was_called_off_is_nobody_s_turn(make_market: MakeMarket) -> None:
    tenders = {name: {**one, "status": "cancelled"} for name, one in turns(*["AB", "BA"] * 6).items()}
    assert allocation(make_market, tenders, "AB") is None


# Division of buyers


def division(make_market: MakeMarket, *held: str) -> Evidence | None:
    """A tender a day of A and B: a buyer's letter, then the winner's."""
    tenders = {
        name: {**one, "buyer": buyer}
        for (name, one), (buyer, _winner) in zip(
            turns(*("AB" if winner == "A" else "BA" for _buyer, winner in held)).items(), held, strict=True
        )
    }
    market = make_market({"tenders": tenders})
    return division_evidence(ring(market, "AB")).get(0)


def test_members_that_divide_buyers_repeat_at_the_same_one(make_market: MakeMarket) -> None:
    """P is A's and Q is B's: eight tenders follow one of the same buyer, all repeats; seven another's, none of them."""
    found = division(make_market, *["PA", "PA", "QB", "QB"] * 4)
    assert found is not None
    assert found.p == pytest.approx(hypergeom.sf(7, 15, 8, 8))
    assert found.p == pytest.approx(1 / 6435)
    assert "won again in 8 of 8, after another buyer's in 0 of 7" in found.text


def test_members_that_win_in_turns_divide_no_buyers(make_market: MakeMarket) -> None:
    found = division(make_market, *["PA", "PB", "QA", "QB"] * 4)
    assert found is not None
    assert found.p == 1


def test_one_buyer_alone_is_not_divided(make_market: MakeMarket) -> None:
    assert division(make_market, *["PA", "PA"] * 10) is None


# Price


def priced(name: str, bids: dict[str, float], *, times: int = LEAST_LOTS, region: str = "North") -> dict[str, Brief]:
    first = min(bids, key=lambda firm: bids[firm])
    entered = {firm: {"amount": amount, "won": firm == first} for firm, amount in bids.items()}
    return {
        f"{name} {number}": {"region": region, "day": date(2024, 1, 1 + number), "bids": entered}
        for number in range(times)
    }


CLOSE = {"A": 100.0, "B": 101.0, "X": 102.0}
WIDE = {"X": 100.0, "Y": 150.0, "Z": 200.0}


def price(make_market: MakeMarket, tenders: dict[str, Brief]) -> Evidence | None:
    market = make_market({"tenders": tenders})
    return price_evidence(ring(market, "AB")).get(0)


def test_lots_are_ranked_by_spread_within_their_market_and_year(make_market: MakeMarket) -> None:
    """Five alike at the narrow end of ten: each stands in the middle of their five places."""
    found = price(make_market, priced("ours", CLOSE) | priced("others", WIDE) | priced("far", CLOSE, region="South"))
    assert found is not None
    near = price(make_market, priced("ours", CLOSE) | priced("others", WIDE))
    assert near is not None
    z = (0.5 - 0.25) * (12 * 5) ** 0.5
    assert (near.statistic, near.p) == pytest.approx((z, norm.sf(z)))
    assert "In 5 lots" in near.text
    assert "In 10 lots" in found.text


def test_few_lots_say_nothing_of_prices(make_market: MakeMarket) -> None:
    assert price(make_market, priced("ours", CLOSE, times=LEAST_LOTS - 1) | priced("others", WIDE)) is None


@pytest.mark.parametrize(("others", "counted"), [("WX", True), ("WXY", False)])
def test_members_lead_where_they_are_half_of_the_bidders(make_market: MakeMarket, others: str, counted: bool) -> None:
    bids = {"A": 100.0, "B": 101.0, **dict.fromkeys(others, 102.0)}
    assert bool(price(make_market, priced("ours", bids) | priced("others", WIDE))) == counted


def test_one_member_alone_leads_no_lot(make_market: MakeMarket) -> None:
    assert price(make_market, priced("ours", {"A": 1.0, "X": 2.0, "Y": 3.0}) | priced("others", WIDE)) is None


def test_lots_with_none_to_compare_them_with_say_nothing_of_prices(make_market: MakeMarket) -> None:
    alone = [priced(place, CLOSE, times=1, region=place) for place in ("P", "Q", "R", "S", "U")]
    assert price(make_market, {name: one for each in alone for name, one in each.items()}) is None


# Ties


def test_tied_pairs_are_counted_against_all_pairs_that_met(make_market: MakeMarket) -> None:
    """One of six pairs that met is tied, and it is one of the ring's three."""
    tenders = turns("ABC", "DEF")
    contacts = [{"party": firm, "phone": "7172000001"} for firm in "AB"]
    market = make_market({"tenders": tenders, "contacts": contacts})
    found = ties_evidence(ring(market, "ABC"))[0]
    assert (found.statistic, found.p) == pytest.approx((1, binom.sf(0, 3, 1 / 6)))
    assert found.p == pytest.approx(1 - (5 / 6) ** 3)
    assert found.text == "1 of 3 pairs of members that met share phone; among all firms that met 16.67% do."
    assert controlled_tenders(ring(market, "ABC")) == {}
    assert ties_evidence(ring(market, "DEF")) == {}


def test_common_control_is_said_and_its_tenders_counted(make_market: MakeMarket) -> None:
    tenders = turns("ABC", "AB", "AC", "BC")
    owners = [{"owner": "A", "company": "B", "share": 1}]
    market = make_market({"tenders": tenders, "owners": owners})
    assert "1 of them are under common control" in ties_evidence(ring(market, "ABC"))[0].text
    assert controlled_tenders(ring(market, "ABC")) == {0: 2}


# Price inside a lot


def among(*orders: str) -> dict[str, Brief]:
    """A lot for each order of firms, lowest bid first."""
    return {
        f"T{number:02}": {
            "region": "North",
            "bids": {firm: {"amount": 100 + 3 * place, "won": not place} for place, firm in enumerate(order)},
        }
        for number, order in enumerate(orders)
    }


def coalition(make_market: MakeMarket, tenders: dict[str, Brief], firms: str = "AB") -> Evidence | None:
    market = make_market({"tenders": tenders})
    return coalition_evidence(ring(market, firms)).get(0)


def test_members_next_to_each_other_among_others_stand_close(make_market: MakeMarket) -> None:
    """Two of four bids 100, 103, 106, 109: as shares of a pair's sum the closest pair is the dearest. A and B are third
    and second closest of six pairs, at 2.5/6 and 1.5/6; a random pair's place has the variance 35/12/36.
    """
    found = coalition(make_market, among(*["ABXY", "XBAY"] * 5))
    assert found is not None
    assert found.statistic == pytest.approx((1 / 2 - 1 / 3) * 10 / (10 * 35 / 12 / 36) ** 0.5)
    assert found.p == norm.sf(found.statistic)
    assert found.text == (
        "In 10 lots in which others bid as well, the members' bids are close: by distance their pairs stand at 33% of "
        "all pairs of the lot, where 50 % is usual."
    )


@pytest.mark.parametrize(("n", "k"), [(5, 2), (6, 3), (7, 5), (9, 4)])
def test_the_variance_of_a_coalition_s_place_is_that_of_all_coalitions_of_its_size(
    make_market: MakeMarket, n: int, k: int
) -> None:
    amounts = [100.0]
    for step in range(1, n):
        amounts.append(amounts[-1] * (1 + (step * 7 % 11) / 40))
    pairs = list(combinations(range(n), 2))
    spread = rankdata([(amounts[b] - amounts[a]) / (amounts[a] + amounts[b]) for a, b in pairs])
    u = dict(zip(pairs, (spread - 0.5) / len(pairs), strict=True))
    means = [np.mean([u[pair] for pair in combinations(few, 2)]) for few in combinations(range(n), k)]
    closest = min(combinations(range(n), k), key=lambda few: np.mean([u[pair] for pair in combinations(few, 2)]))
    bids = {f"F{place}": {"amount": round(amount, 6)} for place, amount in enumerate(amounts)}
    market = make_market({"tenders": {f"T{number}": {"bids": bids} for number in range(LEAST_COALITION)}})
    members = GroupTables(market, [tuple(node(f"F{place}") for place in closest)])
    found = coalition_evidence(members)[0]
    z = (0.5 - min(means)) * LEAST_COALITION**0.5 / np.std(means)
    assert found.statistic == pytest.approx(z)


@pytest.mark.parametrize(
    "tenders",
    [among(*["ABXY"] * 7), among(*["AXYB"] * 10), among(*["ABCD"] * 10), among(*["AXYZ"] * 10)],
    ids=["few lots", "far from each other", "nobody else", "one member"],
)
def test_nothing_is_said_of_bids_that_do_not_stand_close(make_market: MakeMarket, tenders: dict[str, Brief]) -> None:
    assert coalition(make_market, tenders, "ABCD" if "ABCD" in "".join(tenders["T00"]["bids"]) else "AB") is None


def test_lots_that_an_average_decides_are_left_to_the_format(make_market: MakeMarket) -> None:
    tenders = {name: {**one, "award_rule": "average"} for name, one in among(*["ABXY"] * 10).items()}
    assert coalition(make_market, tenders) is None


# Close bids


def margins(*parts: float) -> dict[str, Brief]:
    """A lot of A, B and C for each margin between the two lowest bids, in tenths of a percent."""
    return {
        f"T{number:02}": {"bids": {"A": {"amount": 1000, "won": True}, "B": 1000 + part, "C": 1200}}
        for number, part in enumerate(parts)
    }


def gaps(make_market: MakeMarket, tenders: dict[str, Brief]) -> Evidence | None:
    market = make_market({"tenders": tenders})
    return gap_evidence(ring(market, "ABC")).get(0)


def test_close_bids_that_are_missing_are_counted(make_market: MakeMarket) -> None:
    """The median margin is 20: none lies below 10, and nine of nineteen between that and the median."""
    found = gaps(make_market, margins(*[12, 14, 16] * 3, *[20] * 2, *[30] * 8))
    assert found is not None
    assert (found.kind, found.statistic, found.p) == ("allocation", 9, pytest.approx(2**-9))
    assert "In 19 lots that the members lead, the second bid came within 1.00% of the lowest 0 times" in found.text
    assert "and 9 times from there to 2.00%" in found.text


def test_close_bids_as_frequent_as_others_say_nothing(make_market: MakeMarket) -> None:
    found = gaps(make_market, margins(*[2, 4, 6] * 3, *[20] * 2, *[30] * 8))
    assert found is not None
    assert found.p == 1


def test_few_lots_and_lots_that_the_lowest_does_not_win_say_nothing_of_close_bids(make_market: MakeMarket) -> None:
    assert gaps(make_market, margins(*[12] * 15)) is None
    assert gaps(make_market, margins(*[12] * 16)) is not None
    pointed = {name: {**one, "award_rule": "points"} for name, one in margins(*[12] * 16).items()}
    assert gaps(make_market, pointed) is None


# Several tests of a kind


def test_of_several_tests_the_clearest_speaks_at_the_price_of_having_looked_twice() -> None:
    faint, clear, silent = (Evidence("price", z, p, "") for z, p in ((-2.0, 0.97), (4.0, 0.001), (0.1, 0.4)))
    assert clearest([faint, clear]) == Evidence("price", 4.0, 0.002, "")
    assert clearest([faint, silent]) == Evidence("price", -2.0, 1.0, "")
    assert clearest([silent]) == silent


def test_bids_at_a_regulated_floor_are_no_close_prices(make_market: MakeMarket) -> None:
    """Where the law says what a bid is, lots count neither as narrow nor as wide."""
    floored = {
        name: {**one, "estimate": 100, "floor": 1.0} for name, one in priced("ours", CLOSE, times=LEAST_LOTS).items()
    }
    assert price(make_market, floored | priced("others", WIDE, times=20)) is None
