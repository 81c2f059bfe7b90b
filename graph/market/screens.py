"""The published screens of a lot's bids, and its winning price over the estimate.

Bids are the lot's valid ones with a sum above zero, sorted b1 <= ... <= bn; m their mean, s their standard
deviation with n - 1. What is not defined is null, never 0.

CV = s / m; SPD = (bn - b1) / b1; DIFFP = (b2 - b1) / b1; RD = (b2 - b1) / sd(b2..bn);
RDNOR = (b2 - b1) / mean of all gaps; ALTRD = (b2 - b1) / mean of the gaps among b2..bn;
SKEW = n / ((n-1)(n-2)) * sum(((b-m)/s)^3);
KURT = n(n+1) / ((n-1)(n-2)(n-3)) * sum(((b-m)/s)^4) - 3(n-1)^2 / ((n-2)(n-3));
KSTEST = distance of the bids to Uniform(b1, bn) by Kolmogorov and Smirnov;
CV3, CV4 = the least CV of three, four bids that follow each other, where there are more: a few that agree among many.

Sources: Imhof, Karagok & Rutz 2018 (10.1093/joclec/nhy006); Huber & Imhof 2019
(10.1016/j.ijindorg.2019.04.002); Wallimann, Imhof & Huber 2023 (Computational Economics; the minimum over subgroups);
Garcia Rodriguez et al. 2022 (10.1016/j.autcon.2021.104047).
"""

import ibis
import ibis.expr.types as ir
from ibis import _

DIGITS = 12
"""Screens are rounded to so many digits: engines add up in any order, and the same records must give the same ranks."""
SCREENS = ("CV", "SPD", "DIFFP", "RD", "RDNOR", "ALTRD", "SKEW", "KURT", "KSTEST", "CV3", "CV4")


def screens(bids: ir.Table) -> ir.Table:
    """One row per lot with two bids or more: ``lot``, ``n``, the screens, ``lowest`` and ``winning`` sums.

    ``bids`` has the columns ``lot``, ``bid``, ``amount``, ``valid`` and ``won``. ``winning`` is the lowest sum that
    won, null where none is known to have.
    """
    counted = bids.filter(bids.valid & (bids.amount > 0)).select("lot", "bid", "amount", "won")
    whole = ibis.window(group_by="lot")
    placed = counted.mutate(
        n=_.count().over(whole),
        place=ibis.row_number().over(group_by="lot", order_by=[_.amount, _.bid]),
        m=_.amount.mean().over(whole),
        s=_.amount.std(how="sample").over(whole),
        b1=_.amount.min().over(whole),
        bn=_.amount.max().over(whole),
    ).filter(_.n >= 2)
    z = (placed.amount - placed.m) / placed.s.nullif(0.0)
    u = (placed.amount - placed.b1) / (placed.bn - placed.b1).nullif(0.0)
    above, below = (placed.place + 1) / placed.n - u, u - placed.place / placed.n
    measured = placed.mutate(z3=z**3, z4=z**4, distance=ibis.greatest(above, below), cv3=_run(3), cv4=_run(4))
    loser = measured.place > 0
    lots = measured.group_by("lot").agg(
        n=_.n.max(),
        m=_.m.max(),
        s=_.s.max(),
        b1=_.b1.max(),
        bn=_.bn.max(),
        b2=_.amount.min(where=loser),
        rest=_.amount.std(how="sample", where=loser),
        z3=_.z3.sum(),
        z4=_.z4.sum(),
        distance=_.distance.max(),
        cv3=_.cv3.min(),
        cv4=_.cv4.min(),
        winning=_.amount.min(where=_.won.fill_null(False)),
    )
    return _formulas(lots)


def _formulas(lots: ir.Table) -> ir.Table:
    n = lots.n.cast("float64")
    gap = lots.b2 - lots.b1
    three, four = lots.n >= 3, lots.n >= 4
    return lots.select(
        "lot",
        "n",
        CV=(lots.s / lots.m).round(DIGITS),
        SPD=((lots.bn - lots.b1) / lots.b1).round(DIGITS),
        DIFFP=(gap / lots.b1).round(DIGITS),
        RD=_where(three, gap / lots.rest.nullif(0.0)),
        RDNOR=_where(three, gap / ((lots.bn - lots.b1) / (n - 1)).nullif(0.0)),
        ALTRD=_where(three, gap / ((lots.bn - lots.b2) / (n - 2)).nullif(0.0)),
        SKEW=_where(three, n / ((n - 1) * (n - 2)) * lots.z3),
        KURT=_where(
            four,
            n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * lots.z4 - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3)),
        ),
        KSTEST=_where(three, lots.distance),
        CV3=_where(four, lots.cv3),
        CV4=_where(lots.n >= 5, lots.cv4),
        lowest=lots.b1,
        winning="winning",
    )


def _run(size: int) -> ir.FloatingValue:
    """The CV of a bid and the ``size`` - 1 below it, null where there are fewer."""
    run = ibis.window(group_by="lot", order_by=_.place, preceding=size - 1, following=0)
    spread = _.amount.std(how="sample").over(run) / _.amount.mean().over(run)
    return ibis.ifelse(_.place >= size - 1, spread, ibis.null("float64"))


def _where(condition: ir.BooleanValue, value: ir.FloatingValue) -> ir.FloatingValue:
    """The value where the screen has bids enough, else null; a division by zero is null in every engine."""
    return ibis.ifelse(condition & ~value.isnan(), value.round(DIGITS), ibis.null("float64"))
