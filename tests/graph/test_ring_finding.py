"""Rings through what the package gives: planted ones are found, honest markets are quiet."""

import math
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest
from brief import Brief, market_of
from scipy.stats import norm

from graph.build import build_graph
from graph.findings import ring_findings
from graph.market import Market
from graph.rings.allocation import allocation_evidence
from graph.rings.cohesion import MeetingGraph
from graph.rings.dependence import dependence_evidence
from graph.rings.division import division_evidence
from graph.rings.find import find_rings
from graph.rings.gaps import gap_evidence
from graph.rings.groups import GroupTables
from graph.rings.ring import INNOCENT, REFUTED_BY, Ring, clearest
from graph.rings.rule import B01
from graph.rings.ties import controlled_tenders
from graph.store import GraphStore, graph_engine
from ingest.store import open_record_store

PLANTED = {"North": [f"North ring {n}" for n in range(4)], "South": [f"South ring {n}" for n in range(5)]}
KINDS = {"association", "price", "break", "allocation", "format", "ties"}


def honest(draw: random.Random, region: str, tenders: int, firms: int) -> dict[str, Brief]:
    """Tenders of a region to which its firms come independently of each other, at their own prices."""
    made = {}
    for number in range(tenders):
        present = draw.sample([f"{region} firm {n}" for n in range(firms)], draw.randint(2, 5))
        bids: dict[str, Any] = {firm: {"amount": round(draw.uniform(800, 1200), 2)} for firm in present}
        min(bids.values(), key=lambda bid: bid["amount"])["won"] = True
        made[f"{region} {number}"] = {"region": region, "day": day(draw), "estimate": 1000, "bids": bids}
    return made


def rigged(draw: random.Random, region: str, ring: list[str], tenders: int) -> dict[str, Brief]:
    """Tenders to which a ring comes together, mostly whole, with one of the others; members win in turns."""
    made = {}
    for number in range(tenders):
        turn = ring[number % len(ring)]
        present = [turn, *draw.sample([one for one in ring if one != turn], len(ring) - 1 - draw.randint(0, 1))]
        bids: dict[str, Any] = {one: {"amount": round(draw.uniform(1000, 1010), 2)} for one in present}
        bids[turn] = {"amount": 990, "won": True}
        bids[f"{region} firm {draw.randint(0, 19)}"] = {"amount": round(draw.uniform(1000, 1200), 2)}
        when = date(2024, 1, 1) + timedelta(days=7 * number)
        made[f"{region} rigged {number}"] = {"region": region, "day": when, "estimate": 1000, "bids": bids}
    return made


def day(draw: random.Random) -> date:
    return date(2024, 1, 1) + timedelta(days=draw.randint(0, 300))


@dataclass(frozen=True)
class Looked:
    market: Market
    store: GraphStore
    rings: list[Ring]
    name: dict[str, str]

    def members(self, ring: Ring) -> set[str]:
        return {self.name[member] for member in ring.members}

    @property
    def reported(self) -> list[Ring]:
        return [ring for ring in self.rings if ring.score >= B01.settings.threshold]


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Brief], Looked]]:
    with ExitStack() as stack:

        def find(brief: Brief) -> Looked:
            folder = tmp_path_factory.mktemp("rings")
            url = f"duckdb:///{folder}/records.duckdb"
            market = market_of(stack.enter_context(closing(open_record_store(url, write=True))), brief)
            store = stack.enter_context(closing(graph_engine(f"ladybug:///{folder}/graph").open(1, write=True)))
            build_graph(market, store)
            rows = market.parties.select("id", "own_id").to_pyarrow().to_pylist()
            rings = find_rings(market, store, seed=1)
            return Looked(market, store, rings, {row["id"]: row["own_id"] for row in rows})

        yield find


@pytest.fixture(scope="module")
def planted(look: Callable[[Brief], Looked]) -> Looked:
    draw = random.Random(7)
    tenders: dict[str, Brief] = {}
    for region, ring in PLANTED.items():
        tenders |= honest(draw, region, 120, 20) | rigged(draw, region, ring, 30)
    owned = [{"owner": "zoe", "company": firm, "share": 1} for firm in ("One hand", "Other hand")]
    hands = {"One hand": {"amount": 5, "won": True}, "Other hand": 6}
    tenders |= {f"hands {n}": {"region": "West", "day": day(draw), "bids": hands} for n in range(4)}
    return look({"persons": ["zoe"], "tenders": tenders, "owners": owned})


@pytest.fixture(scope="module")
def mixed(look: Callable[[Brief], Looked]) -> Looked:
    """Two rings that rotate, and a group in the East that only meets often: honest prices, won by the lowest."""
    draw = random.Random(7)
    tenders: dict[str, Brief] = {}
    for region, ring in PLANTED.items():
        tenders |= honest(draw, region, 120, 20) | rigged(draw, region, ring, 30)
    tenders |= honest(draw, "East", 120, 20)
    for number in range(40):
        bids: dict[str, Any] = {f"East friend {n}": {"amount": round(draw.uniform(800, 1200), 2)} for n in range(4)}
        min(bids.values(), key=lambda bid: bid["amount"])["won"] = True
        tenders[f"East friends {number}"] = {"region": "East", "day": day(draw), "estimate": 1000, "bids": bids}
    return look({"tenders": tenders})


def test_planted_rings_are_reported_and_nothing_else(planted: Looked) -> None:
    expected = [set(ring) for ring in PLANTED.values()] + [{"One hand", "Other hand"}]
    found = [planted.members(ring) for ring in planted.reported]
    assert all(ring in found for ring in expected)
    assert len(found) == len(expected)


def test_an_honest_market_is_quiet(look: Callable[[Brief], Looked]) -> None:
    draw = random.Random(11)
    tenders = {name: one for place in "ABC" for name, one in honest(draw, place, 100, 15).items()}
    assert look({"tenders": tenders}).reported == []


def test_a_small_market_in_which_everybody_must_meet_is_quiet(look: Callable[[Brief], Looked]) -> None:
    draw = random.Random(3)
    tenders = honest(draw, "Big", 60, 20)
    for number in range(40):
        bids: dict[str, Any] = {f"Isle firm {n}": {"amount": draw.randint(800, 1200)} for n in range(4)}
        min(bids.values(), key=lambda bid: bid["amount"])["won"] = True
        tenders[f"Isle {number}"] = {"region": "Isle", "day": day(draw), "bids": bids}
    assert look({"tenders": tenders}).reported == []


def test_the_same_seed_gives_the_same_rings(planted: Looked) -> None:
    assert find_rings(planted.market, planted.store, seed=1) == planted.rings


def test_candidates_hardly_overlap(planted: Looked) -> None:
    for one, other in combinations(planted.rings, 2):
        shared = set(one.members) & set(other.members)
        assert len(shared) <= 0.5 * min(len(one.members), len(other.members))


def test_rings_come_most_suspicious_first_with_scores_in_0_to_1(planted: Looked) -> None:
    scores = [ring.score for ring in planted.rings]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({ring.id for ring in planted.rings}) == len(planted.rings)


def test_each_kind_of_evidence_stands_by_itself_with_its_chance(planted: Looked) -> None:
    for ring in planted.rings:
        kinds = [one.kind for one in ring.evidence]
        assert kinds[0] == "association"
        assert len(set(kinds)) == len(kinds)
        assert set(kinds) <= KINDS <= set(INNOCENT) & set(REFUTED_BY)
        assert all(one.p is None or 0 <= one.p <= 1 for one in ring.evidence)
        assert all(any(c.isdigit() for c in one.text) for one in ring.evidence)
        assert len(ring.innocent) == len(ring.refuted_by) == len(ring.supporting) >= 1


def test_rotation_and_close_prices_support_a_ring(planted: Looked) -> None:
    for ring in planted.reported:
        if planted.members(ring) in [set(members) for members in PLANTED.values()]:
            assert {"allocation", "price"} <= {one.kind for one in ring.supporting}


def test_chances_are_corrected_for_the_number_of_candidates_looked_at(mixed: Looked) -> None:
    """p times candidates over place, but never less than that of a greater p (Benjamini & Hochberg 1995)."""
    groups = GroupTables(mixed.market, [ring.members for ring in mixed.rings])
    kind = (allocation_evidence, division_evidence, gap_evidence, dependence_evidence)
    tests = [test(groups) for test in kind]
    raw = {
        place: clearest([test[place] for test in tests if place in test])
        for place in {p for test in tests for p in test}
    }
    assert len(raw) >= 3
    least = 1.0
    for rank, place in reversed(list(enumerate(sorted(raw, key=lambda place: raw[place].p or 0.0), 1))):
        least = min(least, (raw[place].p or 0.0) * len(raw) / rank)
        (said,) = [one for one in mixed.rings[place].evidence if one.kind == "allocation"]
        assert said.p == pytest.approx(least)


def test_only_evidence_that_chance_hardly_gives_adds_to_a_score(mixed: Looked) -> None:
    """Significant after correction, it adds by its own p; the correction itself does not change by how much."""
    graph = MeetingGraph(mixed.market.association, mixed.market.participation)
    groups = GroupTables(mixed.market, [ring.members for ring in mixed.rings])
    controlled = controlled_tenders(groups)
    idle = 0
    for place, (ring, cohesion) in enumerate(
        zip(mixed.rings, graph.cohesion([ring.members for ring in mixed.rings]), strict=True)
    ):
        odds, most = max(cohesion.strength / 4.5, controlled.get(place, 0) / 2), 0.0
        least = odds
        for one in ring.evidence[1:]:
            if one.kind == "price" and one.statistic < norm.ppf(0.05):
                odds *= math.exp(0.3 * max(one.statistic, -3))
                least = odds
            elif one in ring.supporting:
                most += 0.9
                least *= math.exp(0.3 * min(norm.isf(one.p), 3))
        assert least / (1 + least) <= ring.score + 1e-9
        assert ring.score <= odds * math.exp(most) / (1 + odds * math.exp(most)) + 1e-9
        idle += len(ring.evidence) - len(ring.supporting)
    assert idle


def test_a_ring_names_where_and_when_its_members_met(planted: Looked) -> None:
    for ring in planted.reported:
        assert ring.members == tuple(sorted(ring.members))
        assert ring.tenders
        assert ring.since is not None
        assert ring.until is not None
        assert ring.since <= ring.until
        (place,) = {market.partition(" / ")[0] for market in ring.markets}
        assert all(place.split()[0] in name or place == "West" for name in planted.members(ring))


def test_findings_are_those_at_or_above_the_threshold(planted: Looked) -> None:
    findings = ring_findings(planted.rings, B01)
    assert [one.parties for one in findings] == [ring.members for ring in planted.reported]
    least = min(ring.score for ring in planted.reported)
    assert len(ring_findings(planted.rings, B01.configured({"threshold": least}))) == len(findings)


def test_without_meetings_there_are_no_rings(look: Callable[[Brief], Looked]) -> None:
    assert look({"tenders": {"T": {"bids": {"A": {"amount": 1, "won": True}}}}}).rings == []
