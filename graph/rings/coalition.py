"""Price inside a lot: the members' bids stand closer together than chance places them among all bids of the lot.

Where others bid as well (an incomplete cartel), the spread of the whole lot says little; the members' own bids are a
coalition to look at by itself (Imhof & Wallimann 2021, arXiv 2105.00337). With ranks 1..n of a lot's bids, k of them
members', s^2 is the sample variance of the members' ranks. Where bids are exchangeable its mean is n (n + 1) / 12, and
permutations of the ranks give its variance. z = sum (mean - s^2) / sqrt(sum of variances) over a ring's lots is
standard normal, and what is the same for all bidders of a lot, as its estimate, cannot move it.
"""

from functools import lru_cache

import ibis.expr.types as ir
import numpy as np
from ibis import _
from scipy.stats import norm

from graph.market import Market
from graph.market.ranks import mid_rank
from graph.projections.cobidding import DIGITS
from graph.rings.led import priced_lots
from graph.rings.ring import Evidence

LEAST_LOTS = 8
LEAST_MEMBERS = 2
MOST_SPREAD = 2 / 3
_DRAWS = 4000


def coalition_evidence(market: Market, members: ir.Table) -> dict[int, Evidence]:
    """The evidence by ring, for rings with lots enough in which others bid against two members or more, if their bids'
    places spread by at most :data:`MOST_SPREAD` of what chance gives: with many lots like costs alone give a little
    less. Lots that an average decides are left to :mod:`graph.rings.blocks`.
    """
    averaged = market.lots.filter(_.award_rule == "average")
    bids = market.entries.filter(_.valid & ~_.called_off & (_.amount > 0)).select("lot", "bid", "party", "amount")
    alone = bids.distinct().semi_join(priced_lots(market), "lot").anti_join(averaged, "lot")
    once = alone.group_by("lot", "bid", "amount").agg(party=_.party.min(), firms=_.count()).filter(_.firms == 1)
    rank = mid_rank(once.amount, ["lot"])
    ranked = market.records.keep("bid_ranks", once.mutate(rank=rank, n=_.count().over(group_by="lot")))
    inside = (
        ranked.join(members, "party")
        .group_by("ring", "lot")
        .agg(n=_.n.max(), k=_.count(), s2=_["rank"].var(how="sample"))
    )
    lots = inside.filter((_.k >= LEAST_MEMBERS) & (_.k < _.n) & (_.n >= 4))
    counted = (
        lots.group_by("ring", "n", "k").agg(lots=_.count(), s2=_.s2.sum().round(DIGITS)).order_by("ring", "n", "k")
    )
    totals: dict[int, list[float]] = {}
    for row in counted.to_pyarrow().to_pylist():
        total = totals.setdefault(row["ring"], [0, 0.0, 0.0, 0.0])
        mean = row["n"] * (row["n"] + 1) / 12
        for place, value in enumerate(
            (row["lots"], row["s2"], row["lots"] * mean, row["lots"] * _variance(row["n"], row["k"]))
        ):
            total[place] += value
    return {
        ring: _evidence(lots, s2, expected, variance)
        for ring, (lots, s2, expected, variance) in totals.items()
        if lots >= LEAST_LOTS and s2 <= MOST_SPREAD * expected
    }


@lru_cache(maxsize=4096)
def _variance(n: int, k: int) -> float:
    """The variance of s^2 of k of n ranks drawn without replacement."""
    ranks = np.tile(np.arange(1.0, n + 1), (_DRAWS, 1))
    drawn = np.random.default_rng(n * 1000 + k).permuted(ranks, axis=1)[:, :k]
    return float(drawn.var(axis=1, ddof=1).var())


def _evidence(lots: float, s2: float, expected: float, variance: float) -> Evidence:
    z = (expected - s2) / variance**0.5
    text = (
        f"In {lots:.0f} lots in which others bid as well, the places of the members' bids spread by "
        f"{s2 / expected:.0%} of what chance gives."
    )
    return Evidence("price", z, float(norm.sf(z)), text)
