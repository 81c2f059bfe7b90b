"""Rings that are known, against the candidate rings of a generation.

Of a candidate ring only the labelled members count: nothing is known of the others. With k firms in the known ring,
c labelled members of the candidate and s firms in both, precision = s / c, recall = s / k and F1 = 2s / (c + k).
"""

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from ibis import _
from sklearn.metrics import adjusted_rand_score

from graph.evaluation.scored import organisations
from graph.generation import Generation

FOUND = 0.5
"""The F1 from which a known ring counts as found: a third of the firms in either ring are in both."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate ring with its labelled members, by the sources' own ids."""

    id: str
    rank: int
    reported: bool
    firms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Match:
    """The candidate ring closest to a known one; None and 0 where none shares a firm with it."""

    candidate: Candidate | None = None
    f1: float = 0.0
    precision: float | None = None
    recall: float = 0.0

    def as_document(self) -> dict[str, Any]:
        """The match with its candidate's ``id``, ``rank`` and ``reported``."""
        named = {name: getattr(self.candidate, name, None) for name in ("id", "rank", "reported")}
        return {"f1": self.f1, "precision": self.precision, "recall": self.recall, **named}


def candidates(generation: Generation, labelled: AbstractSet[str]) -> list[Candidate]:
    """All candidate rings by rank, with those of their members that are labelled."""
    rings = generation.table("rings")
    members = rings.select("id", node=_.members.unnest()).join(organisations(generation), "node")
    own: dict[str, set[str]] = {}
    for row in members.select("id", "own_id").to_pyarrow().to_pylist():
        own.setdefault(row["id"], set()).add(row["own_id"])
    ranked = rings.select("id", "rank", "reported").order_by("rank").to_pyarrow().to_pylist()
    return [Candidate(**row, firms=frozenset(own.get(row["id"], set()) & labelled)) for row in ranked]


def best_match(firms: AbstractSet[str], among: Iterable[Candidate]) -> Match:
    """The candidate with the greatest F1 against a known ring of one firm or more; the first of equal ones."""
    best = Match()
    for one in among:
        shared = len(firms & one.firms)
        f1 = 2 * shared / (len(firms) + len(one.firms))
        if f1 > best.f1:
            best = Match(one, f1, shared / len(one.firms), shared / len(firms))
    return best


def ring_measures(known: Mapping[str, str], among: Collection[Candidate]) -> dict[str, Any]:
    """The measures of known rings; ``known`` names every labelled bidder's ring, "" where it is in none.

    ``rings`` has each known ring's best candidate; ``found`` and ``exact`` count those whose best reported ring has an
    F1 of :data:`FOUND` or more, and of 1. ``ari`` is the adjusted Rand index over the bidders between known and
    reported rings, where "in none" is a class and a firm in several rings counts in the first. What is not defined
    is None: shares of nothing, and ``ari`` where the labels have one class.
    """
    names = sorted({ring for ring in known.values() if ring})
    firms = {name: frozenset(firm for firm, ring in known.items() if ring == name) for name in names}
    reported = [one for one in among if one.reported]
    best = {name: best_match(firms[name], among) for name in names}
    hits = [best_match(firms[name], reported).f1 for name in names]
    found = sum(f1 >= FOUND for f1 in hits)
    matched = sum(any(best_match(ring, [one]).f1 >= FOUND for ring in firms.values()) for one in reported)
    first = max(best.values(), key=lambda match: match.f1, default=None)
    return {
        "known_rings": len(names),
        "reported_rings": len(reported),
        "found": found,
        "exact": sum(f1 == 1 for f1 in hits),
        "ring_recall": found / len(names) if names else None,
        "ring_precision": matched / len(reported) if names and reported else None,
        "ari": _rand(known, reported),
        "best_ring_f1": first.f1 if first else None,
        "best_ring_rank": first.candidate.rank if first and first.candidate else None,
        "rings": [{"ring": name, "firms": len(firms[name]), **best[name].as_document()} for name in names],
    }


def _rand(known: Mapping[str, str], reported: Iterable[Candidate]) -> float | None:
    if len(set(known.values())) < 2:
        return None
    placed: dict[str, str] = {}
    for ring in reported:
        for firm in ring.firms:
            placed.setdefault(firm, ring.id)
    return float(adjusted_rand_score([*known.values()], [placed.get(firm, "") for firm in known]))
