"""From candidates to rings: the evidence of each by kind, and one score."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import ibis.expr.types as ir
import numpy as np
from ibis import _
from scipy.stats import false_discovery_control, norm

from graph.indicators.rule import MOST_NAMED
from graph.market import Market
from graph.rings.allocation import allocation_evidence
from graph.rings.candidates import (
    Cohesion,
    Group,
    MeetingGraph,
    Rings,
    association_groups,
    control_groups,
    merged,
)
from graph.rings.price import price_evidence
from graph.rings.ring import SIGNIFICANT, Evidence, Ring
from graph.rings.tables import member_table, ring_tenders
from graph.rings.ties import controlled_tenders, ties_evidence
from graph.store import GraphStore

HALF_STRENGTH = 7.0
"""The strength of association that scores one half."""
HALF_CONTROLLED = 2.0
"""So many tenders in which firms under common control bid against each other score one half."""
SUPPORT = 0.2
"""A second kind of evidence takes a fifth off what is missing to 1."""
MOST_MARKETS = 5


def find_rings(market: Market, store: GraphStore, *, seed: int = 0) -> list[Ring]:
    """Every candidate ring with its evidence, most suspicious first, then by members.

    The score is the greater of strength / (strength + 7) for association and t / (t + 2) for t tenders under
    common control; each other kind of evidence whose p, corrected over the candidates (Benjamini & Hochberg
    1995), is at most .05 takes a fifth off what is missing to 1.
    """
    graph = MeetingGraph(market.association, market.participation)
    groups = association_groups(store, seed=seed)
    taken = Rings(merged(groups, [one.strength for one in graph.cohesion(groups)]))
    for group in control_groups(market.tied_meetings):
        if not taken.overlap(group):
            taken.add(group)
    rings = taken.groups
    if not rings:
        return []
    members = member_table(market, rings)
    cohesion = graph.cohesion(rings)
    control = controlled_tenders(market, members)
    kinds = [_corrected(evidence(market, members)) for evidence in (price_evidence, allocation_evidence, ties_evidence)]
    facts = _facts(market, members)
    found = []
    for place, group in enumerate(rings):
        evidence = [_association(group, cohesion[place]), *(kind[place] for kind in kinds if place in kind)]
        score = _score(cohesion[place], control.get(place, 0), evidence)
        found.append(Ring(group, score, tuple(evidence), **facts.get(place, {})))
    return sorted(found, key=lambda ring: (-ring.score, -ring.evidence[0].statistic, ring.members))


def _association(group: Group, cohesion: Cohesion) -> Evidence:
    text = (
        f"The {len(group)} firms met {cohesion.meetings:.0f} times in the same tenders, {cohesion.lift:.1f} times what "
        f"their markets explain ({cohesion.expected:.1f}); {cohesion.exclusivity:.0%} of "
        "their meetings are with each other."
    )
    return Evidence("association", cohesion.z, float(norm.sf(cohesion.z)), text)


def _corrected(found: Mapping[int, Evidence]) -> dict[int, Evidence]:
    """The evidence with its p-values corrected for the number of candidates looked at."""
    places = sorted(found)
    p = [found[place].p for place in places]
    corrected: list[float] = false_discovery_control(np.array(p, dtype=np.float64)).tolist() if places else []
    return {place: replace(found[place], p=float(value)) for place, value in zip(places, corrected, strict=True)}


def _score(cohesion: Cohesion, controlled: int, evidence: Sequence[Evidence]) -> float:
    by_association = cohesion.strength / (cohesion.strength + HALF_STRENGTH)
    by_control = controlled / (controlled + HALF_CONTROLLED)
    score = max(by_association, by_control)
    for one in evidence[1:]:
        if one.p is not None and one.p <= SIGNIFICANT:
            score += (1 - score) * SUPPORT
    return score


def _facts(market: Market, members: ir.Table) -> dict[int, dict[str, Any]]:
    """Where and when the members of each ring met: tenders by day, the markets they met in most, first and last day."""
    met = ring_tenders(market, members)
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
