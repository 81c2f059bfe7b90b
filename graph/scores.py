"""How suspicious each tender, pair of firms and firm is, from the same evidence as rings."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from graph.market import Market
from graph.market.ranks import mid_rank
from graph.market.screens import SCREENS
from graph.projections.cobidding import DIGITS
from graph.rings.cohesion import DRAWN
from graph.rings.find import HALF_MOVING
from graph.rings.regimes import regimes
from graph.rings.ring import Ring

HALF_Z = 8.0
"""A pair that meets so many deviations beyond its markets' expectation scores one half, as does one that moves its bids
together by :data:`graph.rings.find.HALF_MOVING` where an average decides.
"""
TIED = {"owner": 0.6, "parent": 0.6, "officer": 0.4, "email": 0.4, "phone": 0.3, "address": 0.2}
"""What a tie takes off what is missing to 1."""


def tender_scores(market: Market, rings: Sequence[Ring]) -> ir.Table:
    """One row per lot with two valid bids: ``tender``, ``lot``, ``node``, ``own_id``, ``score``, ``n``, screens.

    The score is the mean of up to six numbers in 0..1: the ranks of a low CV, a low SKEW, a high RD and a winning
    price high against the estimate; the rank of a low CV4 among lots with as many bids, for among many bids four are
    close by chance; and, where the prices of its ring or market changed on some day, the chance that a
    lot of its side spreads less than one of the other (:func:`graph.rings.regimes.regimes`). Lots with bids at a
    regulated floor or ceiling have no score: there the law makes bids alike.
    """
    limits = market.bids.group_by("lot").agg(limited=_.at_limit.any())
    facts = market.lots.select("lot", "tender", "node", "own_id", "market", "estimate", "day").join(limits, "lot")
    lots = market.screens.join(facts, "lot").mutate(price=_.winning / _.estimate)
    free = lots.filter(~_.limited).left_join(regimes(market, rings), "lot").drop("lot_right")
    ranked = free.mutate(
        low_cv=1 - _rank("CV", free.CV),
        low_skew=1 - _rank("SKEW", free.SKEW),
        high_rd=_rank("RD", free.RD),
        high_price=_rank("price", free.price),
        low_cv4=1 - _rank("CV4", free.CV4, free.n),
    )
    ranks = (ranked.low_cv, ranked.low_skew, ranked.high_rd, ranked.high_price, ranked.low_cv4, ranked.tight)
    total = sum((ibis.coalesce(rank, 0.0) for rank in ranks[1:]), ibis.coalesce(ranks[0], 0.0))
    known = sum((rank.notnull().cast("int64") for rank in ranks[1:]), ranks[0].notnull().cast("int64"))
    scored = ranked.mutate(score=total / known.nullif(0)).select("lot", "score")
    return lots.left_join(scored, "lot").select("lot", "tender", "node", "own_id", "score", "n", *SCREENS, "price")


def _rank(name: str, value: ir.FloatingColumn, *within: ir.Column) -> ir.FloatingValue:
    """The place of a value among all lots that have one, in 0..1, equal in ``within``; null where there is none."""
    among = [value.isnull(), *within]
    place = (mid_rank(value, among) - 0.5) / value.count().over(ibis.window(group_by=among))
    return ibis.ifelse(value.notnull(), place, ibis.null("float64")).name(name)


def pair_scores(market: Market) -> ir.Table:
    """One row per pair that met: ``a``, ``b``, ``score``, ``meetings``, ``expected``, ``z``, ``jaccard``, ``ties``, and
    ``rho`` and ``moving``, the correlation of their bids where an average decides and its z, null where there is none.

    The score is z / (z + 8) for z above zero; bids that move together take moving / (moving + 7), and each kind of tie
    its share, off what is missing to 1.
    """
    kinds = market.tied_meetings.select("a", "b", "kind").distinct()
    missing = kinds.mutate(left=1 - kinds.kind.cases(*TIED.items(), else_=0.0))
    ties = missing.group_by("a", "b").agg(left=_.left.log().sum().exp(), ties=_.kind.collect(distinct=True).sort())
    pairs = market.association.left_join(ties, ["a", "b"]).drop("a_right", "b_right")
    moving = market.averaged_pairs.select("a", "b", "rho", moving="z")
    pairs = pairs.left_join(moving, ["a", "b"]).drop("a_right", "b_right")
    above, together = ibis.greatest(pairs.z, 0.0), ibis.greatest(ibis.coalesce(pairs.moving, 0.0), 0.0)
    lacks = HALF_Z / (above + HALF_Z) * HALF_MOVING / (together + HALF_MOVING)
    score = 1 - lacks * ibis.coalesce(pairs.left, 1.0)
    return pairs.mutate(score=score, ties=ibis.coalesce(_.ties, ibis.literal([], "array<string>"))).drop("left")


def firm_scores(market: Market, pairs: ir.Table, rings: Sequence[Ring]) -> ir.Table:
    """One row per bidder: ``firm``, ``own_id``, ``name``, ``score``, ``rings`` (ids), ``bids``, ``won``.

    With z the sum of a firm's z with a ring's other members over the square root of their number, and w = z / (z + 3)
    for z above zero, a member has (1 + w) / 2 of its ring's odds, and another firm w of its ring's score: the greatest
    of these over all rings, or half of the firm's best pair's, whichever is greater.
    """
    rows = [(firm, ring.id, ring.score, len(ring.members)) for ring in rings for firm in ring.members]
    columns = zip(*rows, strict=True) if rows else ((), (), (), ())
    types = {"firm": pa.string(), "ring": pa.string(), "by_ring": pa.float64(), "size": pa.int64()}
    arrays = [pa.array(column, type_) for column, type_ in zip(columns, types.values(), strict=True)]
    member = market.records.keep("scored_members", ibis.memtable(pa.table(arrays, names=list(types))))
    ends = ibis.union(pairs.select("score", "z", firm="a", other="b"), pairs.select("score", "z", firm="b", other="a"))
    best = _drawn_in(ends, member).group_by("firm").agg(by_ring=_.near.max())
    named = member.group_by("firm").agg(rings=_.ring.collect(order_by=[_.by_ring.desc(), _.ring]))
    by_pair = ends.group_by("firm").agg(by_pair=_.score.max())
    bidders = market.entries.group_by("party").agg(
        bids=_.tender.nunique(), won=_.tender.nunique(where=_.won.fill_null(False))
    )
    joined = bidders.rename(firm="party").join(market.parties.select("own_id", "name", firm="id"), "firm")
    for part in (best, named, by_pair):
        joined = joined.left_join(part, "firm").drop("firm_right")
    score = ibis.greatest(ibis.coalesce(_.by_ring, 0.0), ibis.coalesce(_.by_pair, 0.0) / 2)
    return joined.mutate(score=score, rings=ibis.coalesce(_.rings, ibis.literal([], "array<string>"))).drop(
        "by_ring", "by_pair"
    )


def _drawn_in(ends: ir.Table, member: ir.Table) -> ir.Table:
    """``firm``, ``ring``, ``near``: what each ring gives to its members and to the firms that met them."""
    met = ends.join(member.rename(other="firm"), "other").select("firm", "ring", "by_ring", "size", "z")
    drawn = met.union(member.mutate(z=0.0)).group_by("firm", "ring", "by_ring", "size")
    told = drawn.agg(z=_.z.sum().round(DIGITS)).left_join(
        member.select("firm", "ring", own="by_ring"), ["firm", "ring"]
    )
    inside = told.own.notnull()
    others = ibis.greatest(told["size"] - inside.cast("int64"), 1)
    z = ibis.greatest(told.z / others.sqrt(), 0.0)
    share = z / (z + DRAWN)
    odds = told.by_ring / (1 - told.by_ring) * (1 + share) / 2
    return told.select("firm", "ring", near=ibis.ifelse(inside, odds / (1 + odds), told.by_ring * share))
