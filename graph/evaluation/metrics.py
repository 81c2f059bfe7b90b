"""How well a generation's scores and rings agree with known cases."""

from collections.abc import Mapping, Sequence
from typing import Any

from sklearn.metrics import average_precision_score, balanced_accuracy_score, roc_auc_score

from graph.evaluation.labels import Labels
from graph.evaluation.rings import best_match, candidates, ring_measures
from graph.evaluation.scored import Key, Scored, scored
from graph.generation import Generation
from graph.rings.rule import B01

HALF = 0.5
"""The threshold of tenders and pairs, which have no rule of their own: the middle of their scores."""


def evaluate(generation: Generation, labels: Labels) -> dict[str, Any]:
    """The measures of one unit, over the labelled ids that are in the records and have a score.

    Counts say how many ids those are and how many were left out. A measure that is not defined is None, as all that
    compare classes are where there is one class only. ``threshold`` is inclusive. For firms, the labelled positives
    taken as one ring are compared with the candidate rings; what there is of rings, ``ring_measures`` says. Raises
    :class:`LabelsError` where no labelled id is in the records.
    """
    found = scored(generation, labels)
    if labels.unit == "ring":
        known = {firm: labels.rings[firm] for (firm,) in found.scores}
        measures = ring_measures(known, candidates(generation, known.keys()))
        named = len({ring for ring in labels.rings.values() if ring})
        return {"unit": labels.unit, **found.counts, "labelled_rings": named, **measures}
    threshold = _ring_threshold(generation) if labels.unit == "firm" else HALF
    measures = _measures(found, _positive(labels), threshold)
    if labels.unit == "firm":
        measures |= _one_ring(generation, found, labels.positive)
    return {"unit": labels.unit, **found.counts, **measures}


def _positive(labels: Labels) -> dict[Key, bool]:
    found: dict[Key, bool] = {(own,): label for own, label in labels.positive.items()}
    return found | dict(labels.pairs.items())


def _measures(found: Scored, positive: Mapping[Key, bool], threshold: float) -> dict[str, Any]:
    truth, scores = [positive[key] for key in found.scores], [*found.scores.values()]
    two = len(set(truth)) == 2
    above = [score >= threshold for score in scores]
    return {
        "positives": sum(truth),
        "roc_auc": float(roc_auc_score(truth, scores)) if two else None,
        "average_precision": float(average_precision_score(truth, scores)) if two else None,
        "balanced_accuracy": float(balanced_accuracy_score(truth, above)) if two else None,
        "threshold": threshold,
        "precision_at_10": _precision_at(10, truth),
        "precision_at_20": _precision_at(20, truth),
    }


def _precision_at(first: int, truth: Sequence[bool]) -> float | None:
    return sum(truth[:first]) / first if len(truth) >= first else None


def _one_ring(generation: Generation, found: Scored, positive: Mapping[str, bool]) -> dict[str, Any]:
    """The labelled positives as one known ring, against the candidate rings; nothing of it without positives."""
    firms = {firm for (firm,) in found.scores}
    among = candidates(generation, firms)
    known = {firm for firm in firms if positive[firm]}
    best = best_match(known, among).as_document() if known else {}
    return {
        **{f"best_ring_{name}": best.get(name) for name in ("f1", "rank", "precision", "recall")},
        "reported_rings": sum(one.reported for one in among),
    }


def _ring_threshold(generation: Generation) -> float:
    """The score from which this generation reports a ring."""
    configured: list[float] = [rule["threshold"] for rule in generation.facts["rules"] if rule["code"] == B01.code]
    return configured[0]
