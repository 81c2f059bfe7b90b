"""Who bids with whom, who controls whom, who shares what."""

from datetime import date
from typing import Any

import ibis
import numpy as np
import pytest
import scipy.stats
from brief import MakeMarket, document, node
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.market import Market
from graph.projections.cobidding import LEAST_VARIANCE, MOST_BIDDERS, association, participation
from graph.projections.ties import HUB

DAY = date(2024, 3, 1)
FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)


def rows(table: Any, *columns: str) -> list[tuple[Any, ...]]:
    found = table.select(*columns).to_pyarrow().to_pylist()
    return sorted((tuple(row[name] for name in columns) for row in found), key=str)


def met(market: Market) -> set[tuple[str, frozenset[str]]]:
    own = {row["id"]: row["own_id"] for row in market.parties.to_pyarrow().to_pylist()}
    return {(tender, frozenset((own[a], own[b]))) for tender, a, b in rows(market.meetings, "tender", "a", "b")}


# Co-bidding


def test_firms_meet_where_they_bid_against_each_other(make_market: MakeMarket) -> None:
    market = make_market(
        {
            "tenders": {
                "three": {"bids": {"A": {"amount": 1, "won": True}, "B": 2, "C": 3}},
                "winners alone": {"bids": {"A": {"amount": 1, "won": True}, "B": {"amount": 2, "won": True}}},
                "partners": {"bids": {"joint": {"by": ["A", "B"], "won": True}, "C": 3}},
                "twice": {"bids": {"A": {"won": True}, "A again": {"by": ["A"]}, "B": {}}},
                "alone": {"bids": {"A": {}}},
            }
        }
    )
    three = {("three", frozenset(pair)) for pair in ("AB", "AC", "BC")}
    partners = {("partners", frozenset(pair)) for pair in ("AC", "BC")}
    assert met(market) == three | partners | {("twice", frozenset("AB"))}
    assert all(row["a"] < row["b"] for row in market.meetings.to_pyarrow().to_pylist())


def test_a_crowd_tells_nothing_of_any_pair(make_market: MakeMarket) -> None:
    crowd = {f"F{number}": number + 1 for number in range(MOST_BIDDERS + 1)}
    market = make_market({"tenders": {"crowd": {"bids": crowd}, "most": {"bids": dict(list(crowd.items())[:-1])}}})
    assert {row["tender"] for row in market.meetings.to_pyarrow().to_pylist()} == {"most"}


def hypergeometric(bids: dict[str, dict[str, set[str]]], a: str, b: str) -> tuple[float, float]:
    """Expected joint tenders of two firms and their variance; ``bids`` has the bidders by market and tender."""
    found = []
    for tenders in bids.values():
        n = [sum(firm in present for present in tenders.values()) for firm in (a, b)]
        total = sum(bool(present) for present in tenders.values())
        if all(n):
            with np.errstate(invalid="ignore", divide="ignore"):  # scipy divides by zero where chance has no say
                found.append(scipy.stats.hypergeom(total, *n).stats(moments="mv"))
    return sum(float(mean) for mean, _ in found), sum(float(np.nan_to_num(var)) for _, var in found)


BIDDERS = st.sets(st.sampled_from("ABCDE"), min_size=1)


@settings(max_examples=20, deadline=None)
@given(st.dictionaries(st.sampled_from(["North", "South"]), st.lists(BIDDERS, min_size=1, max_size=12), min_size=1))
def test_expectation_and_variance_are_hypergeometric_in_each_market(drawn: dict[str, list[set[str]]]) -> None:
    bids = {place: {f"{place}{n}": present for n, present in enumerate(each)} for place, each in drawn.items()}
    entries = [
        {"market": place, "tender": tender, "party": firm}
        for place, tenders in bids.items()
        for tender, present in tenders.items()
        for firm in present
    ]
    taken = participation(ibis.memtable(entries))
    present = [each for tenders in bids.values() for each in tenders.values()]
    pairs = [(a, b) for a in "ABCDE" for b in "ABCDE" if a < b and any({a, b} <= each for each in present)]
    joint = [{"a": a, "b": b, "meetings": sum({a, b} <= each for each in present)} for a, b in pairs]
    if not joint:
        return
    found = association(ibis.memtable(joint), taken).to_pyarrow().to_pylist()
    assert sorted((row["a"], row["b"]) for row in found) == pairs
    for row in found:
        a, b, meetings = row["a"], row["b"], row["meetings"]
        mean, variance = hypergeometric(bids, a, b)
        assert row["expected"] == pytest.approx(mean)
        assert row["z"] == pytest.approx((meetings - mean) / max(variance, LEAST_VARIANCE) ** 0.5)
        assert row["jaccard"] == pytest.approx(meetings / sum(bool({a, b} & each) for each in present))


def test_markets_are_told_apart(make_market: MakeMarket) -> None:
    """Two firms that share a small market must meet there; the same meetings among all tenders would look odd."""
    north = {f"N{n}": {"region": "North", "bids": {"A": {"amount": 1, "won": True}, "B": 2}} for n in range(10)}
    south = {f"S{n}": {"region": "South", "bids": {"X": {"amount": 1, "won": True}}} for n in range(30)}
    apart = make_market({"tenders": north | south})
    together = make_market({"tenders": {name: {**one, "region": "Here"} for name, one in (north | south).items()}})
    assert rows(apart.association, "meetings", "expected", "z") == [(10, 10.0, 0.0)]
    ((_, expected, z),) = rows(together.association, "meetings", "expected", "z")
    assert expected == pytest.approx(2.5)
    assert z > 4


def test_categories_and_buyers_make_markets_where_no_region_is_known(make_market: MakeMarket) -> None:
    market = make_market(
        {
            "tenders": {
                "T1": {"region": "North", "category": "works", "buyer": "M"},
                "T2": {"region": "North", "category": "goods", "buyer": "M"},
                "T3": {"category": "goods", "buyer": "M"},
                "T4": {},
            }
        }
    )
    found = dict(rows(market.tenders, "tender", "market"))
    assert found == {"T1": "North / works", "T2": "North / goods", "T3": f"{node('M')} / goods", "T4": " / "}


def own(*facts: tuple[str, str, float], persons: str = "") -> dict[str, Any]:
    return {
        "persons": persons.split(),
        "tenders": {"T": {}},
        "owners": [{"owner": owner, "company": company, "share": share} for owner, company, share in facts],
    }


# Ties


def ties(market: Market) -> set[tuple[str, frozenset[str]]]:
    own_id = {row["id"]: row["own_id"] for row in market.parties.to_pyarrow().to_pylist()}
    return {(kind, frozenset((own_id[a], own_id[b]))) for kind, a, b in rows(market.ties, "kind", "a", "b")}


def all_bid(*firms: str) -> dict[str, Any]:
    return {"T": {"day": DAY, "bids": {firm: place + 1 for place, firm in enumerate(firms)}}}


def test_every_kind_of_tie_is_seen_and_only_between_firms_that_met(make_market: MakeMarket) -> None:
    market = make_market(
        {
            "persons": ["ann", "bob"],
            "tenders": all_bid("A", "B", "C", "D", "E", "F"),
            "owners": [
                {"owner": "ann", "company": "A", "share": 0.5},
                {"owner": "ann", "company": "B", "share": 0.5},
                {"owner": "ann", "company": "Z", "share": 0.5},
                {"owner": "C", "company": "D", "share": 0.25},
                {"owner": "C", "company": "E", "share": 0.2},
            ],
            "officers": [{"person": "bob", "company": firm} for firm in ("A", "C", "Z")],
            "contacts": [{"party": firm, "address": "5 Abai Street"} for firm in ("E", "F", "Z")]
            + [{"party": firm, "phone": "7172000001"} for firm in ("B", "F")]
            + [{"party": firm, "email": "office@example.org"} for firm in ("B", "E")],
        }
    )
    assert ties(market) == {
        ("owner", frozenset("AB")), ("parent", frozenset("CD")), ("officer", frozenset("AC")),
        ("address", frozenset("EF")), ("phone", frozenset("BF")), ("email", frozenset("BE")),
    }  # fmt: skip


@pytest.mark.parametrize(("holders", "tied"), [(HUB, True), (HUB + 1, False), (300, False)])
@pytest.mark.parametrize("kind", ["phone", "officer", "owner"])
def test_what_is_shared_by_many_is_nobodys_tie(make_market: MakeMarket, kind: str, holders: int, tied: bool) -> None:
    firms = ["A", "B", *(f"F{n}" for n in range(holders - 2))]
    facts: dict[str, Any] = {
        "phone": {"contacts": [{"party": firm, "phone": "7172000001"} for firm in firms]},
        "officer": {"officers": [{"person": "ann", "company": firm} for firm in firms]},
        "owner": {"owners": [{"owner": "ann", "company": firm, "share": 1} for firm in firms]},
    }
    market = make_market({"persons": ["ann"], "tenders": all_bid("A", "B"), **facts[kind]})
    assert ties(market) == ({(kind, frozenset("AB"))} if tied else set())


def test_minorities_are_no_ties(make_market: MakeMarket) -> None:
    brief = own(("ann", "A", 0.2), ("ann", "B", 1.0), ("C", "D", 0.24), persons="ann")
    assert ties(make_market(brief | {"tenders": all_bid("A", "B", "C", "D")})) == set()


def test_ties_hold_only_while_both_sides_do(make_market: MakeMarket) -> None:
    market = make_market(
        {
            "persons": ["ann"],
            "tenders": all_bid("A", "B", "C"),
            "officers": [
                {"person": "ann", "company": "A", "until": date(2022, 12, 31)},
                {"person": "ann", "company": "B", "since": date(2022, 1, 1)},
                {"person": "ann", "company": "C", "since": date(2023, 1, 1)},
            ],
        }
    )
    assert ties(market) == {("officer", frozenset("AB")), ("officer", frozenset("BC"))}
    spans = {
        frozenset((row["a"], row["b"])): (row["since"], row["until"]) for row in market.ties.to_pyarrow().to_pylist()
    }
    assert spans[frozenset((node("A"), node("B")))] == (date(2022, 1, 1), date(2022, 12, 31))
    assert spans[frozenset((node("B"), node("C")))] == (date(2023, 1, 1), LAST)
    # On the day of the tender, only the second of them held.
    assert {frozenset((row["a"], row["b"])) for row in market.tied_meetings.to_pyarrow().to_pylist()} == {
        frozenset((node("B"), node("C")))
    }


def test_ties_name_what_is_shared_and_the_records_that_say_so(make_market: MakeMarket) -> None:
    contacts = [{"party": "A", "phone": "7172000001"}, {"party": "B", "phone": "7172000001"}]
    market = make_market({"tenders": all_bid("A", "B"), "contacts": contacts})
    (tie,) = market.ties.to_pyarrow().to_pylist()
    assert tie["via"] == node("phone:7172000001", "c")
    assert tie["documents"] == sorted(document(f"contacts {sorted(fact.items())}") for fact in contacts)
    assert (tie["since"], tie["until"]) == (FIRST, LAST)
