"""The scores that a generation gives to labelled tenders, firms and pairs."""

from collections.abc import Iterable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from graph.errors import LabelsError
from graph.evaluation.labels import Labels
from graph.generation import Generation

Key = tuple[str, ...]
"""One id, or the two of a pair."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Labelled ids with their scores in 0..1, best first, equal ones by id; how many ids are labelled, and known."""

    scores: dict[Key, float]
    labelled: int
    known: int

    @property
    def counts(self) -> dict[str, int]:
        """How far the labels reach."""
        return {
            "labelled": self.labelled,
            "known": self.known,
            "unknown": self.labelled - self.known,
            "scored": len(self.scores),
            "unscored": self.known - len(self.scores),
        }


def scored(generation: Generation, labels: Labels) -> Scored:
    """The labelled ids that have a score: tenders by their best lot, firms that bid, pairs of known firms.

    An id that several tenders or firms bear takes the best of their scores; a pair that never met scores 0. Raises
    :class:`LabelsError` where no id is in the records.
    """
    keys: list[Key]
    if labels.unit == "pair":
        keys = [*labels.pairs]
        found = _pairs(generation, _given(("a", "b"), keys))
    else:
        keys = [(own,) for own in (labels.rings if labels.unit == "ring" else labels.positive)]
        table = _tenders(generation) if labels.unit == "tender" else _firms(generation)
        found = _given(("a",), keys).join(table, _.a == table.own_id).select("a", "score")
    rows = [tuple(row.values()) for row in found.to_pyarrow().to_pylist()]
    if not rows:
        what = {"ring": "firm"}.get(labels.unit, labels.unit)
        raise LabelsError(
            f"none of the {len(keys)} labelled {what}s is in the records, {' and '.join(keys[0])!r} for one: "
            f"labels go by the ids that `bidring {what}s` shows"
        )
    scores = {key: float(score) for *ids, score in rows if score is not None for key in [tuple(ids)]}
    return Scored(dict(sorted(scores.items(), key=lambda one: (-one[1], one[0]))), len(keys), len(rows))


def organisations(generation: Generation) -> ir.Table:
    """``node`` and ``own_id`` of every organisation."""
    return generation.table("parties").filter(_.kind == "organisation").select("own_id", node="id")


def _given(columns: tuple[str, ...], keys: Iterable[Key]) -> ir.Table:
    values = zip(*keys, strict=True)
    return ibis.memtable(pa.table(dict(zip(columns, (pa.array(one, pa.string()) for one in values), strict=True))))


def _tenders(generation: Generation) -> ir.Table:
    lots = generation.table("scores").group_by("node").agg(score=_.score.max())
    tenders = generation.table("tenders").select("own_id", "node").left_join(lots, "node")
    return tenders.group_by("own_id").agg(score=_.score.max())


def _firms(generation: Generation) -> ir.Table:
    bidders = generation.table("firms").select("score", node="firm")
    return organisations(generation).left_join(bidders, "node").group_by("own_id").agg(score=_.score.max())


def _pairs(generation: Generation, given: ir.Table) -> ir.Table:
    """``a``, ``b`` and ``score`` of the given pairs whose firms are both known."""
    nodes = organisations(generation)
    met = generation.table("pairs").select("a", "b", "score")
    for end in ("a", "b"):
        own = nodes.select(node="node", **{f"own_{end}": "own_id"})
        met = met.join(own, met[end] == own.node).drop("node")
    first, second = ibis.least(met.own_a, met.own_b), ibis.greatest(met.own_a, met.own_b)
    best = met.select("score", first=first, second=second).group_by("first", "second").agg(score=_.score.max())
    known = given.filter(_.a.isin(nodes.own_id) & _.b.isin(nodes.own_id))
    joined = known.left_join(best, (known.a == best.first) & (known.b == best.second))
    return joined.select("a", "b", score=ibis.coalesce(_.score, 0.0))
