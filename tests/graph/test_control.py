"""Who controls whom: integrated ownership against its closed form, ranges, circles, days, control without a share."""

from datetime import date
from itertools import permutations
from typing import Any

import ibis
import numpy as np
import pytest
from brief import MakeMarket, document, node
from numpy.typing import NDArray

from graph.build import edge_tables
from graph.links.control import BENEFICIAL, interests, overowned
from graph.links.integrated import with_documents
from graph.market import Market
from graph.model import EdgeKind

LAST = date(9999, 12, 31)
DAY = date(2024, 3, 1)


def market(make_market: MakeMarket, *facts: tuple[Any, ...], persons: str = "") -> Market:
    """The market of facts (owner, company, share, and what else is said)."""
    owners = [{"owner": a, "company": b, "share": share, **dict(*more)} for a, b, share, *more in facts]
    return make_market({"persons": persons.split(), "tenders": {"T": {}}, "owners": owners})


def control(found: Market, *columns: str) -> dict[tuple[str, str], list[tuple[Any, ...]]]:
    """The rows of each owner and company by day, as much of each as the columns name."""
    own = {row["id"]: row["own_id"] for row in found.parties.to_pyarrow().to_pylist()}
    rows: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
    for row in found.control.order_by("since").to_pyarrow().to_pylist():
        told = tuple(row[name] for name in columns or ("least", "most"))
        rows.setdefault((own[row["owner"]], own[row["company"]]), []).append(told)
    return rows


@pytest.mark.parametrize(
    ("least", "most", "interest", "beneficial", "share"),
    [
        (0.25, 0.5, "shareholding", False, 0.25),
        (0.4, 0.4, "shareholding", True, 0.4),
        (None, 0.25, "shareholding", False, None),
        (None, 0.1, "shareholding", True, 0.1),
        (None, None, "shareholding", True, BENEFICIAL),
        (None, None, "shareholding", False, None),
        (None, None, "appointment-of-board", False, 1.0),
        (None, None, None, None, None),
    ],
)
def test_a_share_is_the_least_that_a_statement_allows(
    least: float | None, most: float | None, interest: str | None, beneficial: bool | None, share: float | None
) -> None:
    statement = {
        "owner": "o", "company": "c", "share_min": least, "share_max": most, "interest": interest, "direct": None,
        "beneficial": beneficial, "since": None, "until": None, "document": "d", "problem": None,
    }  # fmt: skip
    schema = {
        "owner": "string", "company": "string", "share_min": "float64", "share_max": "float64", "interest": "string",
        "direct": "boolean", "beneficial": "boolean", "since": "date", "until": "date", "document": "string",
        "problem": "string",
    }  # fmt: skip
    found = interests(ibis.memtable([statement], schema=ibis.schema(schema))).to_pyarrow()
    assert found["share"].to_pylist() == ([] if share is None else [share])


def test_shares_multiply_along_a_chain_with_least_and_most(make_market: MakeMarket) -> None:
    found = control(
        market(
            make_market,
            ("ann", "A", 0.75, {"most": 1.0}),
            ("A", "B", 0.5, {"most": 0.75}),
            ("B", "C", 0.5),
            persons="ann",
        )
    )
    assert found[("ann", "A")] == [(0.75, 1.0)]
    assert found[("ann", "B")] == [(0.375, 0.75)]
    assert found[("ann", "C")] == [(0.1875, 0.375)]
    assert found[("A", "C")] == [(0.25, 0.375)]


def test_shares_add_over_chains(make_market: MakeMarket) -> None:
    facts = (("ann", "A", 1), ("ann", "B", 0.5), ("A", "D", 0.4), ("B", "D", 0.4), ("ann", "D", 0.2))
    assert control(market(make_market, *facts, persons="ann"))[("ann", "D")] == [(0.8, 0.8)]


def test_chains_may_be_of_any_depth(make_market: MakeMarket) -> None:
    facts = [(f"F{n:03}", f"F{n + 1:03}", 1.0) for n in range(60)]
    found = control(market(make_market, ("ann", "F000", 0.5), *facts, persons="ann"))
    assert found[("ann", "F060")] == [(0.5, 0.5)]
    assert found[("F000", "F060")] == [(1.0, 1.0)]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # Nobody outside: each holds the other, and nobody holds themselves.
        ((("A", "B", 1), ("B", "A", 1)), {("A", "B"): 1, ("B", "A"): 1}),
        ((("A", "B", 1), ("B", "C", 1), ("C", "A", 1)), dict.fromkeys(permutations("ABC", 2), 1)),
        # All that is outside the circle is the only outsider's: 0.5 + 0.25 + 0.125 + ...
        (
            (("ann", "A", 0.5), ("A", "B", 1), ("B", "A", 0.5)),
            {("ann", "A"): 1, ("ann", "B"): 1, ("A", "B"): 1, ("B", "A"): 0.5},
        ),
        # Two outsiders share what is left of a circle.
        (
            (("ann", "A", 0.3), ("bob", "B", 0.6), ("A", "B", 0.4), ("B", "A", 0.7)),
            {("ann", "A"): 0.3 / 0.72, ("bob", "A"): 0.42 / 0.72, ("ann", "B"): 0.12 / 0.72, ("bob", "B"): 0.6 / 0.72,
             ("A", "B"): 0.4, ("B", "A"): 0.7},
        ),
    ],
)  # fmt: skip
def test_circles_end(make_market: MakeMarket, facts: Any, expected: dict[tuple[str, str], float]) -> None:
    found = control(market(make_market, *facts, persons="ann bob"), "least")
    assert {key: rows[0][0] for key, rows in found.items()} == pytest.approx(expected, abs=2e-6)
    assert all(len(rows) == 1 for rows in found.values())


def closed_form(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """N_ij / N_ii with N = (I - A)^-1."""
    inverse = np.linalg.inv(np.eye(len(shares)) - shares)
    return inverse / np.diag(inverse)[:, None]


def test_it_is_integrated_ownership_in_random_markets_with_many_circles(make_market: MakeMarket) -> None:
    draw = np.random.default_rng(7)
    facts, expected, persons = [], {}, []
    for country in range(25):
        size = 7
        shares = draw.random((size, size)) * (draw.random((size, size)) < 0.35)
        shares[:, :2] = 0  # persons have no owners
        np.fill_diagonal(shares, 0)
        shares = np.round(shares / np.maximum(shares.sum(axis=0) * 1.02, 1), 3)
        shares[shares < 0.01] = 0
        names = [f"{country} {n}" for n in range(size)]
        persons += names[:2]
        facts += [{"owner": names[i], "company": names[j], "share": s} for (i, j), s in np.ndenumerate(shares) if s]
        integrated = closed_form(shares)
        expected |= {(names[i], names[j]): v for (i, j), v in np.ndenumerate(integrated) if i != j and v >= 0.0101}
        assert integrated[:2].sum(axis=0).max() <= 1 + 1e-9
    found = control(make_market({"persons": persons, "tenders": {"T": {}}, "owners": facts}), "least", "most")
    assert {key: rows[0][0] for key, rows in found.items() if key in expected} == pytest.approx(expected, abs=5e-6)
    assert sum(rows[0][0] >= 0.0101 for rows in found.values()) == len(expected) > 300


def test_shares_of_one_kind_that_add_up_to_more_than_all_are_scaled_and_said(make_market: MakeMarket) -> None:
    made = market(make_market, ("ann", "A", 0.8), ("bob", "A", 0.6), ("A", "B", 1), persons="ann bob")
    found = control(made)
    assert found[("ann", "B")] == [pytest.approx((0.8 / 1.4, 0.8), abs=1e-6)]
    assert found[("bob", "B")] == [pytest.approx((0.6 / 1.4, 0.6), abs=1e-6)]
    said = {row["id"]: row["problem"] for row in overowned(made.holdings).to_pyarrow().to_pylist()}
    assert list(said) == [node("A")]
    assert "140 %" in said[node("A")]
    told = {row["id"]: row["problem"] for row in made.parties.to_pyarrow().to_pylist()}
    assert told[node("A")] == said[node("A")]
    assert told[node("B")] is None


def test_every_ownership_that_adds_up_to_too_much_says_so_itself_on_the_days_it_does(make_market: MakeMarket) -> None:
    made = market(
        make_market,
        ("ann", "A", 0.8, {"since": date(2020, 1, 1)}),
        ("bob", "A", 0.6, {"since": date(2022, 1, 1), "until": date(2022, 12, 31)}),
        ("bob", "A", 0.1, {"since": date(2023, 1, 1)}),
        ("cid", "A", 0.2, {"until": date(2021, 12, 31)}),
        ("cid", "A", 1.0, {"interest": "votingRights"}),
        ("dan", "A", 0.9, {"direct": False, "since": date(2022, 1, 1)}),
        ("ann", "B", 1.0),
        persons="ann bob cid dan",
    )
    rows = edge_tables(made)[EdgeKind.OWNS].to_pyarrow().to_pylist()
    said = {(row["source"], row["share_min"]): row["problem"] for row in rows if row["problem"]}
    assert said.keys() == {(node("ann", "p"), 0.8), (node("bob", "p"), 0.6)}
    assert all("140 %" in problem for problem in said.values())
    assert len(rows) == 7


def test_a_tie_says_that_the_number_of_an_end_is_not_valid(make_market: MakeMarket) -> None:
    wrong = "KZ-BIN-070340007368"
    told = {
        "persons": ["ann"],
        "tenders": {"T": {}},
        "owners": [{"owner": "ann", "company": wrong, "share": 0.5}, {"owner": "ann", "company": "A", "share": 0.5}],
        "officers": [{"person": "ann", "company": wrong, "role": "director"}],
        "offices": [{"person": "ann", "body": wrong}],
    }
    tables = edge_tables(make_market(told))
    for kind in (EdgeKind.OWNS, EdgeKind.OFFICER, EdgeKind.OFFICE):
        said = {row["target"]: row["problem"] for row in tables[kind].to_pyarrow().to_pylist()}
        assert "the check digit of this KZ-BIN is wrong" in said.pop(node(wrong))
        assert not any(said.values())


def test_own_kin_and_own_owners_are_said_and_not_used(make_market: MakeMarket) -> None:
    owners = [{"owner": "A", "company": "A", "share": 0.5}, {"owner": "ann", "company": "A", "share": 0.5}]
    kin = [{"person": "ann", "relative": "ann"}, {"person": "ann", "relative": "bob"}]
    made = make_market({"persons": ["ann", "bob"], "tenders": {"T": {}}, "owners": owners, "kin": kin})
    assert control(made) == {("ann", "A"): [(0.5, 0.5)]}
    assert made.records.kinships.count().execute() == 1
    told = {row["id"]: row["problem"] for row in made.parties.to_pyarrow().to_pylist() if row["problem"]}
    assert told.keys() == {node("A"), node("ann", "p")}
    assert "its own owner" in told[node("A")]
    assert "their own kin" in told[node("ann", "p")]


@pytest.mark.parametrize(
    "facts",
    [
        (("ann", "A", 1), ("bob", "A", 1, {"interest": "votingRights"})),
        (("ann", "A", 1, {"until": date(2020, 1, 1)}), ("bob", "A", 1, {"since": date(2020, 1, 2)})),
        (("ann", "A", 1, {"until": date(2020, 1, 1)}), ("bob", "A", 1, {"since": date(2020, 1, 1)})),
        (
            ("ann", "A", 1, {"until": DAY}),
            ("bob", "A", 1, {"since": DAY, "until": DAY}),
            ("cid", "A", 1, {"since": DAY}),
        ),
        (("ann", "A", 0.6), ("ann", "A", 0.6, {"since": date(2020, 1, 1)})),
        (("ann", "A", 0.334), ("bob", "A", 0.334), ("cid", "A", 0.334)),
        (("ann", "A", 0.5, {"most": 0.75}), ("bob", "A", 0.25, {"most": 0.5})),
    ],
)
def test_kinds_days_repetitions_and_roundings_do_not_add_up_to_too_much(make_market: MakeMarket, facts: Any) -> None:
    assert overowned(market(make_market, *facts, persons="ann bob cid").holdings).count().execute() == 0


def test_nobody_may_have_more_than_the_others_leave(make_market: MakeMarket) -> None:
    found = control(market(make_market, ("ann", "A", 0.7), ("bob", "A", None), persons="ann bob"))
    assert found == {("ann", "A"): [(0.7, 0.7)], ("bob", "A"): [(0.0, pytest.approx(0.3))]}


def test_control_without_a_share_passes_the_whole_on_and_says_so(make_market: MakeMarket) -> None:
    board = {"interest": "appointmentOfBoard"}
    made = market(make_market, ("ann", "A", None, board), ("A", "B", 0.4), ("bob", "B", 0.6), persons="ann bob")
    found = control(made, "least", "most", "control")
    assert found[("ann", "A")] == [(0.0, 0.0, 1.0)]
    assert found[("ann", "B")] == [(0.0, 0.0, 0.4)]
    assert found[("bob", "B")] == [(0.6, 0.6, 0.6)]


def test_boards_that_one_person_appoints_add_up_in_the_company_below(make_market: MakeMarket) -> None:
    board = {"interest": "appointmentOfBoard"}
    facts = (("ann", "A", None, board), ("ann", "B", None, board), ("A", "C", 0.4), ("B", "C", 0.4), ("C", "A", 0.9))
    assert control(market(make_market, *facts, persons="ann"), "control")[("ann", "C")] == [(0.8,)]


def test_a_summed_up_chain_does_not_count_beside_the_chain(make_market: MakeMarket) -> None:
    """A statement that says "indirectly 50 %" tells of the same shares as the statements about the chain."""
    facts = (("ann", "A", 0.5), ("A", "B", 1), ("ann", "B", 0.5, {"direct": False}))
    assert control(market(make_market, *facts, persons="ann"))[("ann", "B")] == [(0.5, 0.5)]


def test_a_chain_holds_while_all_its_interests_do(make_market: MakeMarket) -> None:
    found = control(
        market(
            make_market,
            ("A", "B", 1, {"since": date(2020, 1, 1), "until": date(2022, 12, 31)}),
            ("B", "C", 1, {"since": date(2022, 6, 1)}),
            ("B", "D", 1, {"since": date(2023, 1, 1)}),
        ),
        "since",
        "until",
    )
    assert found[("A", "C")] == [(date(2022, 6, 1), date(2022, 12, 31))]
    assert found[("B", "C")] == [(date(2022, 6, 1), LAST)]
    assert ("A", "D") not in found


def test_who_held_what_on_which_day(make_market: MakeMarket) -> None:
    facts = (
        ("ann", "H", 1, {"until": date(2022, 6, 30)}),
        ("bob", "H", 1, {"since": date(2022, 7, 1)}),
        ("H", "A", 0.5, {"until": date(2022, 12, 31)}),
        ("H", "A", 0.8, {"since": date(2023, 1, 1)}),
    )
    found = control(market(make_market, *facts, persons="ann bob"), "least", "since", "until")
    assert found[("ann", "A")] == [(0.5, date(1, 1, 1), date(2022, 6, 30))]
    assert found[("bob", "A")] == [(0.5, date(2022, 7, 1), date(2022, 12, 31)), (0.8, date(2023, 1, 1), LAST)]
    assert found[("H", "A")] == [(0.5, date(1, 1, 1), date(2022, 12, 31)), (0.8, date(2023, 1, 1), LAST)]


def test_what_is_worth_less_than_a_hundredth_is_left_out(make_market: MakeMarket) -> None:
    found = control(market(make_market, ("A", "B", 0.1), ("B", "C", 0.1), ("C", "D", 0.1), ("E", "D", 0.009)))
    assert found[("A", "C")] == [(pytest.approx(0.01),) * 2]
    assert ("A", "D") not in found
    assert ("E", "D") not in found


def test_the_greatest_interest_of_an_owner_counts(make_market: MakeMarket) -> None:
    assert control(market(make_market, ("A", "B", 0.3), ("A", "B", 0.6, {"interest": "votingRights"}))) == {
        ("A", "B"): [(0.6, 0.6)]
    }


def test_a_person_controls_the_business_that_carries_their_number(make_market: MakeMarket) -> None:
    made = make_market({"sole": ["KZ-IIN-1"], "tenders": {"T": {"bids": {"KZ-IIN-1": 1, "A": 2}}}})
    (row,) = made.control.to_pyarrow().to_pylist()
    assert (row["owner"], row["company"], row["least"]) == (node("KZ-IIN-1", "p"), node("KZ-IIN-1"), 1.0)


def test_the_proof_of_a_chain_is_every_record_on_it_and_no_other(make_market: MakeMarket) -> None:
    facts: list[dict[str, Any]] = [
        {"owner": "ann", "company": "A", "share": 1.0},
        {"owner": "ann", "company": "B", "share": 1.0},
        {"owner": "A", "company": "C", "share": 0.5},
        {"owner": "B", "company": "C", "share": 0.25},
        {"owner": "bob", "company": "C", "share": 0.25},
        {"owner": "ann", "company": "C", "share": 0.9, "until": date(2019, 1, 1)},
        {"owner": "C", "company": "D", "share": 1.0},
    ]
    made = make_market({"persons": ["ann", "bob"], "tenders": {"T": {}}, "owners": facts})
    asked = made.control.filter(
        (made.control.owner == node("ann", "p")) & (made.control.company == node("C")) & (made.control.until == LAST)
    )
    (row,) = with_documents(asked, made.holdings, made.control).to_pyarrow().to_pylist()
    assert row["documents"] == sorted(document(f"owners {sorted(fact.items(), key=str)}") for fact in facts[:4])
