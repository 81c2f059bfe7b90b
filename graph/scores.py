"""How suspicious each tender, pair of firms and firm is, from the same evidence as rings."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from graph.market import Market
from graph.market.screens import SCREENS
from graph.rings.ring import Ring

HALF_Z = 8.0
"""A pair that meets so many deviations beyond its markets' expectation scores one half."""
TIED = {"owner": 0.6, "parent": 0.6, "officer": 0.4, "email": 0.4, "phone": 0.3, "address": 0.2}
"""What a tie takes off what is missing to 1."""


def tender_scores(market: Market) -> ir.Table:
    """One row per lot with two valid bids: ``tender``, ``lot``, ``node``, ``own_id``, ``score``, ``n``, screens.

    The score is the mean of up to four ranks in 0..1: low CV, low SKEW, high RD, winning price high against the
    estimate. Lots with bids at a regulated floor or ceiling have no score: there the law makes bids alike.
    """
    limits = market.bids.group_by("lot").agg(limited=_.at_limit.any())
    facts = market.lots.select("lot", "tender", "node", "own_id", "market", "estimate", "day").join(limits, "lot")
    lots = market.screens.join(facts, "lot").mutate(price=_.winning / _.estimate)
    free = lots.filter(~_.limited)
    ranked = free.mutate(
        low_cv=1 - _rank("CV", free.CV),
        low_skew=1 - _rank("SKEW", free.SKEW),
        high_rd=_rank("RD", free.RD),
        high_price=_rank("price", free.price),
    )
    ranks = (ranked.low_cv, ranked.low_skew, ranked.high_rd, ranked.high_price)
    total = sum((ibis.coalesce(rank, 0.0) for rank in ranks[1:]), ibis.coalesce(ranks[0], 0.0))
    known = sum((rank.notnull().cast("int64") for rank in ranks[1:]), ranks[0].notnull().cast("int64"))
    scored = ranked.mutate(score=total / known.nullif(0)).select("lot", "score")
    return lots.left_join(scored, "lot").select("lot", "tender", "node", "own_id", "score", "n", *SCREENS, "price")


def _rank(name: str, value: ir.FloatingColumn) -> ir.FloatingValue:
    """The place of a value among all lots that have one, in 0..1; null where it has none."""
    among = ibis.window(group_by=value.isnull())
    place = (ibis.rank().over(group_by=value.isnull(), order_by=value) + 0.5) / value.count().over(among)
    return ibis.ifelse(value.notnull(), place, ibis.null("float64")).name(name)


def pair_scores(market: Market) -> ir.Table:
    """One row per pair that met: ``a``, ``b``, ``score``, ``meetings``, ``expected``, ``z``, ``jaccard``, ``ties``.

    The score is z / (z + 8) for z above zero; each kind of tie takes its share off what is missing to 1.
    """
    kinds = market.tied_meetings.select("a", "b", "kind").distinct()
    missing = kinds.mutate(left=1 - kinds.kind.cases(*TIED.items(), else_=0.0))
    ties = missing.group_by("a", "b").agg(left=_.left.log().sum().exp(), ties=_.kind.collect(distinct=True).sort())
    pairs = market.association.left_join(ties, ["a", "b"]).drop("a_right", "b_right")
    above = ibis.greatest(pairs.z, 0.0)
    score = 1 - HALF_Z / (above + HALF_Z) * ibis.coalesce(pairs.left, 1.0)
    return pairs.mutate(score=score, ties=ibis.coalesce(_.ties, ibis.literal([], "array<string>"))).drop("left")


def firm_scores(market: Market, pairs: ir.Table, rings: Sequence[Ring]) -> ir.Table:
    """One row per bidder: ``firm``, ``own_id``, ``name``, ``score``, ``rings`` (ids), ``bids``, ``won``.

    The score is that of the firm's best ring, or half of its best pair's, whichever is greater.
    """
    rows = [(firm, ring.id, ring.score) for ring in rings for firm in ring.members]
    firms, ids, scores = zip(*rows, strict=True) if rows else ((), (), ())
    member = ibis.memtable(
        pa.table(
            {
                "firm": pa.array(firms, pa.string()),
                "ring": pa.array(ids, pa.string()),
                "by_ring": pa.array(scores, pa.float64()),
            }
        )
    )
    best = member.group_by("firm").agg(
        by_ring=_.by_ring.max(), rings=_.ring.collect(order_by=[_.by_ring.desc(), _.ring])
    )
    ends = ibis.union(pairs.select("score", firm="a"), pairs.select("score", firm="b"))
    by_pair = ends.group_by("firm").agg(by_pair=_.score.max())
    bidders = market.entries.group_by("party").agg(
        bids=_.tender.nunique(), won=_.tender.nunique(where=_.won.fill_null(False))
    )
    named = bidders.rename(firm="party").join(market.parties.select("own_id", "name", firm="id"), "firm")
    joined = named.left_join(best, "firm").drop("firm_right").left_join(by_pair, "firm").drop("firm_right")
    score = ibis.greatest(ibis.coalesce(_.by_ring, 0.0), ibis.coalesce(_.by_pair, 0.0) / 2)
    return joined.mutate(score=score, rings=ibis.coalesce(_.rings, ibis.literal([], "array<string>"))).drop(
        "by_ring", "by_pair"
    )
