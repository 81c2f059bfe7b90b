"""Who bids with whom, against how often their markets would bring them together.

For firms i, j and markets m: participations n_im, tenders N_m, joint tenders n_ij. Where bidders come to a
market's tenders independently, n_ij is hypergeometric in each market:

E = sum_m n_im n_jm / N_m
V = sum_m n_im n_jm (N_m - n_im)(N_m - n_jm) / (N_m^2 (N_m - 1))
z = (n_ij - E) / sqrt(max(V, 1/4))

The variance knows that two firms which bid for nearly everything must meet; a Poisson variance does not, and
hides rings that dominate their market. Jaccard = n_ij / (n_i + n_j - n_ij).
"""

import ibis
import ibis.expr.types as ir
from ibis import _

LEAST_VARIANCE = 0.25
"""The least variance of a count: one meeting where none was expected is two deviations, not infinitely many."""
DIGITS = 9
"""Sums are rounded to so many digits: engines add up in any order, and the same records must give the same graph."""
MOST_BIDDERS = 200
"""Tenders with more bidders say next to nothing of any pair, and their pairs grow with the square."""


def meetings(entries: ir.Table, competed: ir.Table) -> ir.Table:
    """``a``, ``b``, ``tender``: each pair of firms (a < b) that bid against each other in a tender, once.

    ``entries`` has ``tender``, ``bid`` and ``party``; ``competed`` has ``tender`` and ``firms``, for the tenders that
    count. Firms that stand together in a bid of the tender are partners there, not competitors.
    """
    counted = entries.join(competed.filter(_.firms <= MOST_BIDDERS), "tender").select("tender", "bid", "party")
    counted = counted.distinct()
    left = counted.rename(a="party", bid_a="bid")
    right = counted.rename(b="party", bid_b="bid")
    joined = left.join(right, ["tender", left.a < right.b])
    pairs = joined.group_by("tender", "a", "b").agg(together=(_.bid_a == _.bid_b).any())
    return pairs.filter(~_.together).select("a", "b", "tender")


def participation(entries: ir.Table) -> ir.Table:
    """One row per firm and market: ``party``, ``market``, ``n`` bid for of ``tenders``, and ``total`` over markets.

    ``entries`` has ``tender``, ``party`` and ``market``. Tenders without competition count as well: they are where
    firms could have met and did not.
    """
    present = entries.select("tender", "party", "market").distinct()
    sizes = present.group_by("market").agg(tenders=_.tender.nunique())
    taken = present.group_by("party", "market").agg(n=_.count())
    return taken.join(sizes, "market").mutate(total=_.n.sum().over(group_by="party"))


def association(joint: ir.Table, taken: ir.Table) -> ir.Table:
    """One row per pair that met: ``a``, ``b``, ``meetings``, ``expected``, ``z``, ``jaccard``.

    ``joint`` has ``a``, ``b`` and ``meetings``; ``taken`` is :func:`participation`. Both are best computed
    beforehand: in one expression the engine joins every pair of a market's firms.
    """
    left = taken.select("market", "tenders", a="party", n_a="n", total_a="total")
    right = taken.select("market", b="party", n_b="n", total_b="total")
    by_market = joint.join(left, "a").join(right, ["b", "market"])
    size = by_market.tenders.cast("float64")
    together = by_market.n_a * by_market.n_b
    spread = together * (size - by_market.n_a) * (size - by_market.n_b) / (size**2 * ibis.greatest(size - 1, 1.0))
    found = (
        by_market.mutate(e=together / size, v=spread)
        .group_by("a", "b")
        .agg(
            meetings=_.meetings.max(),
            either=(_.total_a + _.total_b - _.meetings).max(),
            expected=_.e.sum(),
            variance=_.v.sum(),
        )
    )
    deviation = ibis.greatest(found.variance, LEAST_VARIANCE).sqrt()
    return found.select(
        "a",
        "b",
        "meetings",
        expected=found.expected.round(DIGITS),
        z=((found.meetings - found.expected) / deviation).round(DIGITS),
        jaccard=found.meetings / found.either.cast("float64"),
    )
