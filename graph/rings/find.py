"""From candidates to rings: the evidence of each by kind, and one score."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from ibis import _
from scipy.stats import false_discovery_control, norm

from graph.indicators.rule import MOST_NAMED
from graph.market import Market
from graph.rings.allocation import allocation_evidence
from graph.rings.blocks import Blocks, block_evidence
from graph.rings.breaks import break_evidence
from graph.rings.candidates import Rings, association_groups, cliques, control_groups, merged
from graph.rings.coalition import coalition_evidence
from graph.rings.cohesion import Cohesion, Group, MeetingGraph
from graph.rings.dependence import dependence_evidence
from graph.rings.division import division_evidence
from graph.rings.gaps import gap_evidence
from graph.rings.groups import GroupTables
from graph.rings.price import price_evidence
from graph.rings.ring import SIGNIFICANT, Evidence, Ring, clearest
from graph.rings.ties import controlled_tenders, ties_evidence
from graph.store import GraphStore

HALF_STRENGTH = 4.5
HALF_MOVING = 7.0
"""The strength of association, and the z of bids that move together, that scores one half alone."""
HALF_CONTROLLED = 2.0
"""So many tenders in which firms under common control bid against each other score one half alone."""
WEIGHT = 0.3
MOST_Z = 3.0
"""What a further kind of evidence adds to the log odds for each standard deviation, and up to how many of them."""
MOST_MARKETS = 5
_TESTS = (
    (price_evidence, coalition_evidence),
    (break_evidence,),
    (allocation_evidence, division_evidence, gap_evidence, dependence_evidence),
)
"""The tests of each kind of evidence that looks at bids one by one; of several the clearest speaks."""


def find_rings(market: Market, store: GraphStore, *, seed: int = 0) -> list[Ring]:
    """Every candidate ring with its evidence, most suspicious first, then by members.

    The odds of a ring begin with the greatest of strength / 4.5 for association, z / 7 for bids that move together
    and t / 2 for t tenders under common control. Each other kind of evidence whose p, corrected over the candidates
    (Benjamini & Hochberg 1995), is at most .05 multiplies them by exp(0.3 z), z the normal deviate of its own p up to
    3: log odds of independent kinds add up (Good 1950). Prices that spread significantly more than their markets' speak
    against a ring, by z down to -3. The score is odds / (1 + odds).
    """
    graph, blocks = MeetingGraph(market.association, market.participation), Blocks(market)
    rings = _groups(market, store, graph, blocks, seed)
    if not rings:
        return []
    groups = GroupTables(market, rings)
    cohesion = graph.cohesion(rings)
    control = controlled_tenders(groups)
    moving = block_evidence(blocks, rings)
    tests = [[test(groups) for test in kind] for kind in _TESTS]
    kinds = [(kind, _corrected(kind)) for kind in [*map(_clearest, tests), moving, ties_evidence(groups)]]
    facts = _facts(groups)
    found = []
    for place, group in enumerate(rings):
        evidence = [_association(group, cohesion[place]), *(said[place] for _kind, said in kinds if place in said)]
        odds = {
            "association": cohesion[place].strength / HALF_STRENGTH,
            "format": max(moving[place].statistic, 0.0) / HALF_MOVING if place in moving else 0.0,
            "ties": control.get(place, 0) / HALF_CONTROLLED,
        }
        further = [(kind[place], said[place]) for kind, said in kinds if place in kind]
        found.append(Ring(group, _score(odds, further), tuple(evidence), **facts.get(place, {})))
    return sorted(found, key=lambda ring: (-ring.score, -ring.evidence[0].statistic, ring.members))


def _groups(market: Market, store: GraphStore, graph: MeetingGraph, blocks: Blocks, seed: int) -> list[Group]:
    """The candidates of every source without those that overlap an earlier one: first those that score one half by
    their meetings or moves alone, then common control, then the others, each strongest first.
    """
    met = sorted({*association_groups(store, seed=seed), *cliques(market.association)})
    met = graph.settled(merged(met, [one.strength for one in graph.cohesion(met)]))
    moving = blocks.groups(seed=seed)
    moving = merged(moving, [blocks.z(group) for group in moving])
    by_odds = [(one.strength / HALF_STRENGTH, group) for group, one in zip(met, graph.cohesion(met), strict=True)]
    by_odds += [(blocks.z(group) / HALF_MOVING, group) for group in moving]
    by_odds.sort(key=lambda one: (-one[0], one[1]))
    alone = [group for odds, group in by_odds if odds >= 1]
    taken = Rings()
    for group in [*alone, *control_groups(market.tied_meetings), *(group for _odds, group in by_odds)]:
        if not taken.overlap(group):
            taken.add(group)
    return taken.groups


def _association(group: Group, cohesion: Cohesion) -> Evidence:
    text = (
        f"The {len(group)} firms met {cohesion.meetings:.0f} times in the same tenders, {cohesion.lift:.1f} times what "
        f"their markets explain ({cohesion.expected:.1f}); {cohesion.exclusivity:.0%} of "
        "their meetings are with each other."
    )
    return Evidence("association", cohesion.z, float(norm.sf(cohesion.z)), text)


def _clearest(tests: Sequence[Mapping[int, Evidence]]) -> dict[int, Evidence]:
    """One evidence a ring of several tests of one kind."""
    places = sorted({place for test in tests for place in test})
    return {place: clearest([test[place] for test in tests if place in test]) for place in places}


def _corrected(found: Mapping[int, Evidence]) -> dict[int, Evidence]:
    """The evidence with its p-values corrected for the number of candidates looked at."""
    places = sorted(found)
    p = [found[place].p for place in places]
    corrected: list[float] = false_discovery_control(np.array(p, dtype=np.float64)).tolist() if places else []
    return {place: replace(found[place], p=float(value)) for place, value in zip(places, corrected, strict=True)}


def _score(odds: Mapping[str, float], further: Sequence[tuple[Evidence, Evidence]]) -> float:
    """The score from the odds that kinds of evidence give alone, by kind, and all evidence, as found and corrected."""
    first = max(odds, key=lambda kind: odds[kind])
    added = sum(_deviation(found, said) for found, said in further if found.kind != first)
    joined = odds[first] * float(np.exp(WEIGHT * added))
    return joined / (1 + joined)


def _deviation(found: Evidence, said: Evidence) -> float:
    """How far evidence speaks for a ring, or prices against it, in standard deviations; 0 where chance may give it.

    The correction decides whether it speaks; how far does not depend on what other candidates there are.
    """
    if found.kind == "price" and norm.cdf(found.statistic) <= SIGNIFICANT:
        return max(found.statistic, -MOST_Z)
    if found.p is None or said.p is None or said.p > SIGNIFICANT:
        return 0.0
    return min(float(norm.isf(found.p)), MOST_Z)


def _facts(groups: GroupTables) -> dict[int, dict[str, Any]]:
    """Where and when the members of each ring met: tenders by day, the markets they met in most, first and last day."""
    met = groups.met
    spans = met.group_by("ring").agg(
        tenders=_.node.collect(order_by=[_.day, _.tender]),
        documents=_.document.collect(order_by=[_.day, _.tender])[:MOST_NAMED],
        since=_.day.min(),
        until=_.day.max(),
    )
    counted = met.group_by("ring", "market").agg(times=_.count())
    markets = counted.group_by("ring").agg(markets=_.market.collect(order_by=[_.times.desc(), _.market])[:MOST_MARKETS])
    rows = spans.join(markets, "ring").to_pyarrow().to_pylist()
    return {
        row["ring"]: {
            "tenders": tuple(row["tenders"]),
            "markets": tuple(row["markets"]),
            "documents": tuple(row["documents"]),
            "since": row["since"],
            "until": row["until"],
        }
        for row in rows
    }
