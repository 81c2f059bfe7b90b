"""One ring whole: everybody's bids in its tenders, and what they can be set against."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from brief import Brief, node, put

from graph.answers.rings import RingAnswers
from graph.answers.view import View
from graph.detect import Stores, detect
from graph.errors import UnknownId
from graph.generation import Generation, GenerationWriter
from graph.rules import Rules
from graph.store import GraphStore, graph_engine
from ingest.store import open_record_store

Document = dict[str, Any]
LAST_TIGHT = date(2024, 1, 1) + timedelta(days=17)
"""The twelve tenders up to the eighteenth day have bids within one per cent, those after it far apart."""


def turn(number: int, **more: Any) -> Brief:
    """A tender that A, B and C win in turns, near the estimate first and far below it and from each other later."""
    firms, step = "ABC", 1 if number < 18 else 14
    bids: dict[str, Any] = {
        firm: {"amount": 990 + 3 * place * step - (step - 1) * 20}
        for place, firm in enumerate(firms[number % 3 :] + firms[: number % 3])
    }
    bids[firms[number % 3]]["won"] = True
    return {
        "day": date(2024, 1, 1) + timedelta(days=number), "buyer": "Ministry", "region": "North", "estimate": 1000,
        "bids": bids, **more,
    }  # fmt: skip


def country(estimate: int | None = 1000) -> dict[str, Any]:
    tenders = {f"T{number:02}": turn(number, estimate=estimate) for number in range(36)}
    tenders["T40 lots"] = turn(40, lots={"1": 500, "2": 400}) | {
        "bids": {
            "a1": {"by": ["A"], "lot": "1", "amount": 499, "won": True}, "b1": {"by": ["B"], "lot": "1", "amount": 500},
            "a2": {"by": ["A"], "lot": "2", "amount": 399, "won": True}, "b2": {"by": ["B"], "lot": "2", "amount": 400},
        }
    }  # fmt: skip
    tenders["T41 odd"] = turn(41) | {
        "bids": {
            "A": {"amount": 900, "won": True}, "joint": {"by": ["B", "C"], "amount": 950}, "Out": 980,
            "Void": {"amount": 100, "status": "disqualified"}, "Far": {"amount": 5, "currency": "USD"},
        }
    }  # fmt: skip
    for firm in "VWXYZ":
        tenders |= {
            f"quiet {firm} {number}": {
                "day": date(2024, 3, 1) + timedelta(days=number), "buyer": "Council", "region": "North",
                "bids": {firm: {"amount": 90, "won": True}, f"{firm}2": 95},
            }
            for number in range(12)
        }  # fmt: skip
    return {"tenders": tenders}


class Made:
    """A detection of a country, with its graph."""

    def __init__(self, generation: Generation, store: GraphStore) -> None:
        self.generation, self.store = generation, store

    def ring(self, view: View | None = None) -> Document:
        answers = RingAnswers(self.generation, view or View())
        own = RingAnswers(self.generation).rings(everything=True, limit=1)[0]["id"]
        return answers.ring(own, self.store)


def made_of(folder: Path, brief: Brief, stack: ExitStack) -> Made:
    records = stack.enter_context(closing(open_record_store(f"duckdb:///{folder / 'records'}", write=True)))
    put(records, brief)
    engine = stack.enter_context(closing(graph_engine(f"ladybug:///{folder / 'graph'}")))
    with closing(engine.open(1, write=True)) as store:
        detect(Stores(records, store, GenerationWriter(folder / "1.duckdb")), Rules())
        engine.published(1)
    generation = stack.enter_context(closing(Generation(folder / "1.duckdb", 1)))
    return Made(generation, stack.enter_context(closing(engine.open(1))))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    with ExitStack() as stack:
        yield made_of(tmp_path_factory.mktemp("ring"), country(), stack)


@pytest.fixture(scope="module")
def ring(made: Made) -> Document:
    return made.ring()


def meeting(ring: Document, own: str) -> Document:
    return next(one for one in ring["meetings"] if one["id"] == own)


def test_every_bid_in_the_tenders_of_a_ring_is_there_with_its_share_of_the_estimate(ring: Document) -> None:
    assert sorted(one["node"] for one in ring["members"]) == sorted(node(one) for one in "ABC")
    assert [one["id"] for one in ring["meetings"]] == ring["tenders"]
    bids = {(one["tender"], one["bidder"]): one for one in ring["bids"]}
    assert len([own for own in bids if own[0].startswith("T0")]) == 30
    first = bids["T00", "A"]
    assert (first["share"], first["won"], first["member"]) == (0.99, True, True)
    assert first["amount"] == {"amount": "990.00", "currency": "KZT"}
    assert meeting(ring, "T00") | {"buyer": None} == {
        "id": "T00", "node": node("T00", "t"), "title": "Tender T00", "day": date(2024, 1, 1), "buyer": None,
        "estimate": {"amount": "1000.00", "currency": "KZT"}, "lots": 1, "bidders": 3,
        "base": {"amount": "1000.00", "currency": "KZT"}, "low": 0.99, "high": 0.996, "median": 0.993, "winning": 0.99,
        "spread": pytest.approx(3 / 993),
    }  # fmt: skip


def test_members_are_counted_in_the_ring_and_in_all_records(ring: Document) -> None:
    a = next(one for one in ring["members"] if one["id"] == "A")
    won = sum(bid["won"] for bid in ring["bids"] if bid["bidder"] == "A" and bid["tender"] != "T40 lots")
    assert (a["bids"], a["won"]) == (38, won + 1)
    assert a["all_bids"] >= a["bids"]


def test_bids_of_several_lots_are_set_against_nothing(ring: Document) -> None:
    told = meeting(ring, "T40 lots")
    assert (told["lots"], told["base"], told["low"], told["spread"]) == (2, None, None, None)
    assert {one["share"] for one in ring["bids"] if one["tender"] == "T40 lots"} == {None}


def test_a_joint_bid_counts_once_and_void_and_foreign_bids_not_at_all(ring: Document) -> None:
    told = meeting(ring, "T41 odd")
    assert (told["bidders"], told["low"], told["high"], told["median"]) == (5, 0.9, 0.98, 0.95)
    bids = {one["bidder"]: one for one in ring["bids"] if one["tender"] == "T41 odd"}
    assert bids["B"]["share"] == bids["C"]["share"] == 0.95
    assert (bids["Out"]["member"], bids["Out"]["share"]) == (False, 0.98)
    assert (bids["Void"]["valid"], bids["Far"]["share"]) == (False, None)


def test_the_break_says_its_day(ring: Document) -> None:
    found = {one["kind"]: one for one in ring["evidence"]}
    assert found["break"]["at"] == LAST_TIGHT
    assert found["break"]["speaks"] == "for"
    assert {one["at"] for kind, one in found.items() if kind != "break"} == {None}
    assert len(ring["innocent"]) == sum(one["speaks"] == "for" for one in ring["evidence"])


def test_without_estimates_bids_are_set_against_the_winning_one(tmp_path: Path) -> None:
    with ExitStack() as stack:
        ring = made_of(tmp_path, country(estimate=None), stack).ring()
    assert ring["basis"] == "winning"
    assert meeting(ring, "T00")["base"] == {"amount": "990.00", "currency": "KZT"}
    assert meeting(ring, "T00")["low"] == meeting(ring, "T00")["winning"] == 1.0
    assert {one["share"] for one in ring["bids"] if one["won"] and one["tender"] == "T00"} == {1.0}


def test_a_ring_leads_to_its_cases_and_says_the_threshold(made: Made, ring: Document) -> None:
    assert ring["reported"] == (ring["score"] >= ring["threshold"])
    assert [one["id"] for one in ring["cases"]] == [
        one["id"] for one in RingAnswers(made.generation).cases() if "B01" in one["codes"]
    ]


def test_what_may_not_be_seen_is_not_there(made: Made) -> None:
    with pytest.raises(UnknownId):
        made.ring(View(rings=False))
    with pytest.raises(UnknownId):
        RingAnswers(made.generation).ring("ring-000000000000", made.store)
