"""Groups of firms that may be rings, by numbers worked out by hand."""

from itertools import combinations

import ibis
import numpy as np
import pyarrow as pa
import pytest
from brief import Brief, MakeMarket, node, nodes

from graph.rings.candidates import MOST_CLIQUE, Rings, cliques, control_groups, merged
from graph.rings.cohesion import FULL_LIFT, LEAST_LIFT, Cohesion, MeetingGraph

TAKEN = [("A", 4), ("B", 5), ("C", 2)]
MET = [("A", "B", 3, 0.5), ("A", "C", 1, 9.0)]


def meeting_graph() -> MeetingGraph:
    """Three firms in a market of ten tenders; B and C never met."""
    pairs = [dict(zip(("a", "b", "meetings", "z"), row, strict=True)) for row in MET]
    taken = [{"party": firm, "market": "North", "n": n, "tenders": 10} for firm, n in TAKEN]
    return MeetingGraph(ibis.memtable(pa.Table.from_pylist(pairs)), ibis.memtable(pa.Table.from_pylist(taken)))


def test_cohesion_worked_out_by_hand() -> None:
    pair, all_three, strangers = meeting_graph().cohesion([("A", "B"), ("A", "B", "C"), ("B", "C")])
    assert (pair.meetings, pair.expected, pair.lift) == pytest.approx((3, 2, 1.5))
    # A and B have seven meetings' ends, six of them with each other.
    assert pair.exclusivity == pytest.approx(6 / 7)
    assert (all_three.meetings, all_three.exclusivity) == (4, 1)
    assert all_three.expected == pytest.approx((4 * 5 + 4 * 2 + 5 * 2) / 10)
    assert (strangers.meetings, strangers.exclusivity) == (0, 0)


def test_of_two_deviations_the_lesser_counts() -> None:
    pair, busy = meeting_graph().cohesion([("A", "B"), ("A", "C")])
    # 4 * 6 * 5 * 5 / (10 ** 2 * 9) = 2 / 3 is the variance of one, 4 * 6 * 2 * 8 / (10 ** 2 * 9) that of the other.
    assert pair.z == pytest.approx(min((3 - 2) / (2 / 3) ** 0.5, 0.5))
    assert busy.z == pytest.approx(min((1 - 0.8) / (4 * 6 * 2 * 8 / 900) ** 0.5, 9.0))


@pytest.mark.parametrize(
    ("meetings", "z", "strength"),
    [(FULL_LIFT * 2, 9, 4.5), (2.9, 9, 3.6), (2.75, 9, 2.25), (LEAST_LIFT * 2, 9, 0), (9, -1, 0)],
)
def test_a_group_that_meets_little_more_than_expected_has_less_strength(
    meetings: float, z: float, strength: float
) -> None:
    assert Cohesion(meetings, 2, z, 0.5).strength == pytest.approx(strength)


def test_how_much_a_group_draws_a_firm_in_worked_out_by_hand() -> None:
    """A met B three times where two were to be expected, and C once for 0.8; the pairs' own z are 0.5 and 9."""
    found = meeting_graph().affinity(np.array([1.0, 0.0, 0.0]))
    assert found == pytest.approx([0, 0.5, (1 - 0.8) / (4 * 6 * 2 * 8 / 900) ** 0.5])


def companions(*tenders: str) -> dict[str, Brief]:
    """Tenders of a region by their bidders, and sixty of others that make its market large."""
    met = {f"T{n:02}": bidders for n, bidders in enumerate(tenders)} | {f"O{n:02}": "XYZ" for n in range(60)}
    return {
        name: {"region": "North", "bids": {firm: {"amount": 5 + n, "won": not n} for n, firm in enumerate(bidders)}}
        for name, bidders in met.items()
    }


@pytest.mark.parametrize(
    ("group", "settled"),
    [("ABC", "ABCD"), ("ABCX", "ABCD"), ("ABCD", "ABCD"), ("AXY", "AXY")],
    ids=["who always comes is drawn in", "who never comes leaves", "settled", "no group at all stays what it was"],
)
def test_a_group_settles_to_the_firms_that_it_draws_in(make_market: MakeMarket, group: str, settled: str) -> None:
    market = make_market({"tenders": companions(*["ABCD", "BCDA", "CDAB"] * 5, "AXE", "BYE")})
    graph = MeetingGraph(market.association, market.participation)
    assert graph.settled([nodes(group)]) == [nodes(settled)]


def test_a_group_that_would_lose_its_strength_by_settling_stays_what_it_was(make_market: MakeMarket) -> None:
    """E comes to half of what A, B and C bid for, and to much else."""
    others = ["EXY", "EYZ"] * 8
    market = make_market({"tenders": companions(*["ABC", "BCAE", "CAB", "ABCE"] * 5, *others)})
    graph = MeetingGraph(market.association, market.participation)
    alone, joined = graph.cohesion([nodes("ABC"), nodes("ABCE")])
    assert joined.strength < 0.95 * alone.strength
    assert graph.settled([nodes("ABC")]) == [nodes("ABC")]


def test_a_family_s_ring_is_the_firms_that_half_of_its_strength_has() -> None:
    assert merged([tuple("abcd"), tuple("abcde")], [3, 1]) == [tuple("abcd")]
    assert merged([tuple("abcd"), tuple("abcde")], [2, 2]) == [tuple("abcde")]
    assert merged([tuple("abcd"), tuple("wxyz")], [0, 1]) == [tuple("wxyz")]


@pytest.mark.parametrize(("shared", "overlaps"), [(3, False), (4, True)])
def test_more_than_three_tenths_of_the_smaller_group_is_an_overlap(shared: int, overlaps: bool) -> None:
    taken = Rings([tuple("abcdefghijkl")])
    assert taken.overlap(tuple("abcdefghijkl"[:shared] + "0123456789"[shared:])) == overlaps


def test_a_company_and_its_subsidiary_that_bid_against_each_other_are_a_group(make_market: MakeMarket) -> None:
    tenders = {"T": {"bids": {"Parent": {"amount": 1, "won": True}, "Child": 2, "Stranger": 3}}}
    market = make_market({"tenders": tenders, "owners": [{"owner": "Parent", "company": "Child", "share": 1}]})
    assert control_groups(market.tied_meetings) == [nodes(["Parent", "Child"])]


def test_two_firms_of_one_owner_are_a_group_and_those_of_one_address_are_not(make_market: MakeMarket) -> None:
    tenders = {"T": {"bids": {"A": {"amount": 1, "won": True}, "B": 2, "C": 3}}}
    owners = [{"owner": "zoe", "company": firm, "share": 1} for firm in "AB"]
    contacts = [{"party": firm, "address": "1 Abai Street"} for firm in "AC"]
    market = make_market({"persons": ["zoe"], "tenders": tenders, "owners": owners, "contacts": contacts})
    assert {node("A"), node("C")} <= {end for row in market.tied_meetings.to_pyarrow().to_pylist() for end in
                                      (row["a"], row["b"])}  # fmt: skip
    assert control_groups(market.tied_meetings) == [nodes("AB")]


def met(*pairs: str, z: float = 5.0) -> ibis.Table:
    return ibis.memtable(pa.Table.from_pylist([{"a": a, "b": b, "z": z} for a, b in pairs]))


def test_a_triangle_inside_a_large_connected_part_is_a_group() -> None:
    assert cliques(met("AB", "AC", "BC", "CD", "DE", "EF")) == [("A", "B", "C")]


def test_larger_cliques_stand_beside_their_triangles_up_to_a_size() -> None:
    found = cliques(met(*("".join(pair) for pair in combinations("ABCDEF", 2))))
    assert ("A", "B", "C", "D", "E") in found
    assert {len(group) for group in found} == {3, 4, MOST_CLIQUE}


def test_pairs_that_chance_may_explain_make_no_clique() -> None:
    assert cliques(met("AB", "AC", "BC", z=3.9)) == []
    assert cliques(met("AB", "BC")) == []
