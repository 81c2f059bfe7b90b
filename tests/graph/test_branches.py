"""Branches are linked to their heads, never made one with them, and count as under common control."""

from collections.abc import Sequence
from datetime import date

import pytest
from brief import AT, Brief, MakeMarket, market_of, node, put

from graph.build import edge_tables
from graph.indicators.r033_shared_shareholder import R033
from graph.links.edges import hubs, link_edges
from graph.market import Market
from graph.matching.branches import LISTED_AT, branch_of
from graph.matching.candidates import find_candidates
from graph.matching.decisions import Decisions, pair_id
from graph.matching.party import Party
from graph.matching.score import score
from graph.matching.verdict import THRESHOLD
from graph.model import EdgeKind
from ingest.identifiers import kz_check_digit
from ingest.kept import Provenance
from ingest.records import BRANCH, Organisation
from ingest.store import RecordStore
from ingest.tables import to_arrow, values_of


def bin_of(stem: str) -> str:
    return f"{stem}{kz_check_digit(stem)}"


HEAD, PART, OTHER = bin_of("15014000001"), bin_of("16024100002"), bin_of("17034000003")
NAME, PART_NAME = 'ТОО "Алтын Дән"', 'Филиал ТОО "Алтын Дән" в г. Атырау'


def firm(name: str, number: str | None = None) -> Party:
    return Party("organisation", (name,), {"KZ-BIN": frozenset({number})} if number else {})


@pytest.mark.parametrize(
    ("left", "right", "branch"),
    [
        (firm(NAME, HEAD), firm(NAME, PART), 1),
        (firm(PART_NAME, PART), firm(NAME, HEAD), 0),
        (firm(PART_NAME), firm(NAME, HEAD), 0),
        (firm("Atyrau branch of Altyn Dan LLP"), firm(NAME), 0),
        (firm(PART_NAME), firm(PART_NAME, PART), None),
        (firm(PART_NAME, HEAD), firm(NAME, OTHER), None),
        (firm(NAME), firm(NAME), None),
        (Party("person", ("Филиал",)), Party("person", ("Альфа",)), None),
    ],
)
def test_a_bin_tells_a_branch_and_without_one_the_name_does(left: Party, right: Party, branch: int | None) -> None:
    assert branch_of(left, right) is (None if branch is None else (left, right)[branch])
    assert branch_of(right, left) is branch_of(left, right)


@pytest.mark.parametrize(
    "name",
    [
        PART_NAME,
        'Атырауский филиал ТОО "Алтын Дән"',
        "«Алтын Дән» ЖШС Атырау қаласындағы филиалы",
        "Altyn Dan LLP, Atyrau branch",
    ],
)
def test_a_branch_and_its_head_are_offered_and_stay_below_what_counts_as_one(name: str) -> None:
    found = score(firm(name, PART), firm(NAME, HEAD))
    assert found == score(firm(NAME, HEAD), firm(name, PART))
    assert found.score == LISTED_AT < THRESHOLD
    assert "linked and not joined" in found.reasons[0]


def test_a_branch_of_another_name_and_two_heads_are_not_offered() -> None:
    assert score(firm('Филиал ТОО "Береке"', PART), firm(NAME, HEAD)).score == 0
    assert score(firm(NAME, OTHER), firm(NAME, HEAD)).score == 0
    assert score(firm(PART_NAME, PART), firm(PART_NAME, PART)).score == 1


def named(store: RecordStore, firms: Sequence[tuple[str, str]]) -> None:
    proof = values_of(Provenance)(Provenance("register", "r", "register", AT, "hash"))
    rows = [
        (*values_of(Organisation)(Organisation(f"KZ-BIN-{own}", own, "KZ-BIN", own, name=name)), *proof)
        for own, name in firms
    ]
    with store.writing():
        store.append("organisations", to_arrow("organisations", rows))


def test_candidates_have_a_branch_beside_its_head_and_an_accepted_one_is_a_link(records: RecordStore) -> None:
    many = [(bin_of(f"18014000{n:03}"), f'ТОО "Фирма {n}"') for n in range(20, 24)]
    named(records, [(HEAD, NAME), (PART, PART_NAME), (OTHER, 'ТОО "Береке"'), *many])
    put(records, {"persons": ["ann"], "owners": [{"owner": "ann", "company": f"KZ-BIN-{HEAD}", "share": 0.6}]})
    (found,) = find_candidates(Market(records).records, Decisions()).candidates
    head, part = node(f"KZ-BIN-{HEAD}"), node(f"KZ-BIN-{PART}")
    assert found.id == pair_id(head, part)
    market = Market(records, Decisions(accepted=((found.left, found.right),)))
    assert market.records.left_out == {}
    assert list(market.records.linked) == [(found.left, found.right)]
    control = {(row["owner"], row["company"]): row["least"] for row in market.control.to_pyarrow().to_pylist()}
    assert control == {(node("ann", "p"), head): 0.6, (head, part): 1.0, (node("ann", "p"), part): 0.6}
    (edge,) = [row for row in edge_tables(market)[EdgeKind.OWNS].to_pyarrow().to_pylist() if row["interest"] == BRANCH]
    assert (edge["source"], edge["target"], edge["share_min"], edge["document"]) == (head, part, 1.0, "register")
    ids = market.parties.id.to_pyarrow().to_pylist()
    assert {head, part} <= set(ids)
    undone = Market(records, Decisions())
    assert undone.records.branches.count().execute() == 0


def test_what_a_source_links_is_not_asked_again(records: RecordStore) -> None:
    named(records, [(HEAD, NAME), (PART, PART_NAME)])
    keys = {"owner": f"KZ-BIN-{HEAD}", "company": f"KZ-BIN-{PART}"}
    assert len(find_candidates(Market(records).records, Decisions()).candidates) == 1
    put(records, {"owners": [{**keys, "share": 1, "interest": BRANCH}]})
    assert find_candidates(Market(records).records, Decisions()).candidates == ()


def bidding(branches: int) -> Brief:
    bids = {"H": {"amount": 100, "won": True}, "B0": 101, "B1": 102, "X": 103}
    owners = [{"owner": "H", "company": f"B{n}", "share": 1, "interest": BRANCH} for n in range(branches)]
    owners += [{"owner": "ann", "company": "H", "share": 1}, {"owner": "ann", "company": "X", "share": 1}]
    return {"persons": ["ann"], "tenders": {"T1": {"day": date(2024, 3, 1), "bids": bids}}, "owners": owners}


@pytest.mark.parametrize("branches", [2, 30])
def test_a_branch_that_bids_beside_its_head_is_under_common_control_however_many_there_are(
    make_market: MakeMarket, branches: int
) -> None:
    market = make_market(bidding(branches))
    ties = {(row["a"], row["b"], row["kind"]) for row in market.tied_meetings.to_pyarrow().to_pylist()}
    own = {one: node(one) for one in ("H", "B0", "B1", "X")}
    for one, other, kind in (("H", "B0", "parent"), ("H", "B1", "parent"), ("B0", "B1", "owner"), ("H", "X", "owner")):
        assert (*sorted((own[one], own[other])), kind) in ties
    found = R033.find(market, R033.settings).to_pyarrow().to_pylist()
    assert sorted((own["B0"], own["B1"])) in [row["parties"] for row in found]
    assert own["H"] not in hubs(market, link_edges(market)).node.to_pyarrow().to_pylist()


def test_an_owner_of_many_companies_that_are_no_branches_still_ties_nobody(records: RecordStore) -> None:
    told = bidding(0)
    told["owners"] += [{"owner": "ann", "company": f"C{n}", "share": 1} for n in range(10)]  # type: ignore[index]
    assert market_of(records, told).tied_meetings.count().execute() == 0
