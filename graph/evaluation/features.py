"""What a generation says of each tender or firm, as rows of numbers to learn from.

No number here is an id, a day or made from a label: with a tender's number, its date or its neighbours' labels a model
passes any test and has learnt nothing. Numbers are on a signed logarithmic scale where they are learnt from, because
ratios of gaps between bids have long tails.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
from ibis import _
from numpy.typing import NDArray

from graph.generation import Generation
from graph.market.screens import SCREENS

Numbers = NDArray[np.float64]
PRICE, BIDS = "price_to_estimate", "number_of_bids"
TENDER_FEATURES = (*SCREENS, PRICE, BIDS)
FIRM_FEATURES = (
    "bids", "won_share", "partners", "best_z", "mean_z", "best_jaccard", "mean_jaccard", "share_with_closest",
    "share_beyond_expected", "share_within_ring", "ring_size",
)  # fmt: skip
BEYOND_EXPECTED = 2.0
"""A pair meets beyond expectation from so many deviations on, as in the graph's CO_BIDS."""


@dataclass(frozen=True, slots=True)
class Features:
    """Rows of numbers in order of ``ids``: the sources' own ids that stand for one node each.

    ``nodes`` are their node ids, ``values`` has a column per name, not a number where it is unknown; ``scores`` are
    those of the detection, which has seen no label, 0 where it gave none.
    """

    names: tuple[str, ...]
    ids: tuple[str, ...]
    nodes: tuple[str, ...]
    values: Numbers
    scores: Numbers


def tender_features(generation: Generation) -> Features:
    """The screens of each tender with two priced bids, from its lot with the highest score.

    See :mod:`graph.market.screens` for the formulas and their sources.
    """
    scores = generation.table("scores")
    place = ibis.row_number().over(group_by="node", order_by=[_.score.desc(nulls_first=False), _.lot])
    best = scores.mutate(place=place).filter(_.place == 0)
    table = best.select("own_id", "node", "score", *SCREENS, **{PRICE: best.price, BIDS: best.n})
    return _features(table, TENDER_FEATURES)


def firm_features(generation: Generation) -> Features:
    """How each bidder bids, wins, and meets others; shares are of its meetings.

    ``share_with_closest`` is with the firm it met most, ``share_beyond_expected`` with those that it meets 2 deviations
    more often than their markets explain, ``share_within_ring`` with the members of its best ring, reported or not.
    The cohesion of rings is after Wachs & Kertesz 2019 (10.1038/s41598-019-47198-1).
    """
    pairs, firms = generation.table("pairs"), generation.table("firms")
    numbers = ("meetings", "z", "jaccard")
    ends = ibis.union(
        pairs.select(*numbers, firm="a", other="b"), pairs.select(*numbers, firm="b", other="a"), distinct=False
    )
    met = ends.group_by("firm").agg(
        partners=_.other.nunique(),
        best_z=_.z.max(),
        mean_z=_.z.mean(),
        best_jaccard=_.jaccard.max(),
        mean_jaccard=_.jaccard.mean(),
        share_with_closest=_.meetings.max() / _.meetings.sum(),
        share_beyond_expected=_.meetings.sum(where=_.z >= BEYOND_EXPECTED).fill_null(0) / _.meetings.sum(),
    )
    rings = _best_rings(generation, ends)
    joined = firms.left_join(met, "firm").drop("firm_right").left_join(rings, "firm").drop("firm_right")
    known = joined.mutate(node=_.firm, won_share=_.won / _.bids)
    return _features(known.select("own_id", "node", "score", *FIRM_FEATURES), FIRM_FEATURES)


def _best_rings(generation: Generation, ends: ir.Table) -> ir.Table:
    """``firm``, ``ring_size`` and ``share_within_ring`` of each firm's best ring by rank."""
    rings = generation.table("rings")
    members = rings.select("rank", ring_size=rings.members.length(), firm=rings.members.unnest())
    best = members.group_by("firm").agg(rank=_.rank.min())
    home = best.join(members, ["firm", "rank"]).select("firm", "rank", "ring_size")
    around = ends.select("firm", "other", "meetings").join(home.select("firm", "rank"), "firm")
    inside = around.semi_join(members.select("rank", other="firm"), ["rank", "other"])
    within = inside.group_by("firm").agg(within=_.meetings.sum())
    total = ends.group_by("firm").agg(total=_.meetings.sum())
    joined = home.left_join(within, "firm").drop("firm_right").left_join(total, "firm").drop("firm_right")
    share = joined.within.fill_null(0) / joined.total.nullif(0)
    return joined.select("firm", "ring_size", share_within_ring=share)


def _features(table: ir.Table, names: Sequence[str]) -> Features:
    """The rows whose own id stands for nothing else, in order of the ids."""
    alone = table.filter(_.own_id.notnull()).mutate(alike=_.count().over(ibis.window(group_by="own_id")))
    found = alone.filter(_.alike == 1).order_by("own_id").to_pyarrow()
    columns = [np.array(found[name].to_pylist(), dtype=np.float64) for name in (*names, "score")]
    values = np.column_stack(columns[:-1]) if found.num_rows else np.empty((0, len(names)))
    values[~np.isfinite(values)] = np.nan
    return Features(
        tuple(names),
        tuple(found["own_id"].to_pylist()),
        tuple(found["node"].to_pylist()),
        values,
        np.nan_to_num(columns[-1]),
    )
