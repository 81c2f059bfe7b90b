"""How the bids of two firms move together over the lots that both bid for.

What is left of independent bids once the lot and the firms' habits are gone correlates by a known c. With rho_ij the
correlation over n_ij joint lots, z_ij = (atanh(rho_ij) - atanh(c)) * sqrt(n_ij - 3) is standard normal (conditional
independence: Bajari & Ye 2003, 10.1162/003465303773815871; Fisher 1921).
"""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.market.ranks import mid_rank
from graph.projections.cobidding import DIGITS, MOST_BIDDERS

LEAST_JOINT = 8
LEAST_AVERAGED = 6
"""Lots with fewer bids hardly have places to tell blocks by."""
_MOST_RHO = 0.999


def moving_bids(entries: ir.Table, *, averaged: bool, least: int) -> ir.Table:
    """``lot``, ``bid``, ``party``, ``amount``, ``n``: bids of one firm each in lots with ``least`` or more of them.

    Of the lots that an average decides (``averaged``), or of all others; without bids at a regulated floor or ceiling,
    which the law makes alike.
    """
    rule = _.award_rule.fill_null("lowest") == "average"
    bids = entries.filter(
        _.valid & ~_.called_off & (_.amount > 0) & ~_.at_limit & (rule if averaged else ~rule) & (_.partners == 1)
    ).select("lot", "bid", "party", "amount")
    return bids.mutate(n=_.count().over(group_by="lot")).filter((_.n >= least) & (_.n <= MOST_BIDDERS))


def moving_pairs(moved: ir.Table, by: Sequence[str] = ()) -> ir.Table:
    """``by``, ``a``, ``b`` (a < b), ``lots``, ``rho``, ``chance``, ``z``: pairs that met in lots enough.

    ``moved`` has ``by``, ``lot``, ``party``, ``r``, the bid less what the lot and the firm's habit explain, and
    ``chance``, what the r of independent bidders correlate by in the lot; its mean is c.
    """
    left, right = moved.rename(a="party", r_a="r"), moved.drop("chance").rename(b="party", r_b="r")
    joined = left.join(right, [*by, "lot", left.a < right.b])
    pairs = joined.group_by(*by, "a", "b").agg(lots=_.count(), rho=_.r_a.corr(_.r_b, how="pop"), chance=_.chance.mean())
    held = pairs.filter((_.lots >= LEAST_JOINT) & _.rho.notnull() & ~_.rho.isnan())
    bounded = held.mutate(rho=_bounded(held.rho), chance=_bounded(held.chance))
    return bounded.mutate(z=(_atanh(bounded.rho) - _atanh(bounded.chance)) * (bounded.lots - 3).sqrt())


def averaged_places(entries: ir.Table) -> ir.Table:
    """``lot``, ``party``, ``r``, ``chance``: bids in lots that an average decides, as :func:`moving_pairs` reads them;
    r and the chance of 0 as in :mod:`graph.rings.blocks`."""
    bids = moving_bids(entries, averaged=True, least=LEAST_AVERAGED)
    own = bids.mutate(u=(mid_rank(bids.amount, ["lot"]) - 0.5) / bids.n)
    return own.mutate(r=_.u - _.u.mean().over(group_by="party")).select("lot", "party", "r", chance=ibis.literal(0.0))


def _bounded(rho: ir.FloatingValue) -> ir.FloatingValue:
    return ibis.greatest(ibis.least(rho.round(DIGITS), _MOST_RHO), -_MOST_RHO)


def _atanh(value: ir.FloatingValue) -> ir.FloatingValue:
    return 0.5 * ((1 + value) / (1 - value)).ln()
