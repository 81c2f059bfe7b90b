"""Price inside a lot: the members' bids stand closer together than chance places them among all bids of the lot.

Where others bid as well (an incomplete cartel), the spread of the whole lot says little; the members' own bids are a
coalition to look at by itself (Imhof & Wallimann 2021, arXiv 2105.00337), over all its subgroups (Wallimann, Imhof &
Huber 2023, Computational Economics); those of two tell all that those of three and four tell. The coefficients of
variation of all pairs of a lot's n bids are ranked, u_A the rank of pair A as a share, and M is the mean of u over the
pairs of the k members. Where bids are exchangeable, members
are a random k of n: E M = 1/2, and with Q_c the sum of u_A u_B over ordered pairs of pairs that share c bids and
(x)_m = x (x-1) ... (x-m+1)

E M^2 = sum_c Q_c (k)_(4-c) / (n)_(4-c) / C(k,2)^2

exactly (a U-statistic of a sample without replacement). z = sum (1/2 - M) / sqrt(sum of variances) over a
ring's lots is standard normal, and what is the same for all bidders of a lot, as its estimate, cannot move it.
"""

import ibis
import ibis.expr.types as ir
from ibis import _
from scipy.stats import norm

from graph.market.moves import moving_bids
from graph.market.ranks import mid_rank
from graph.projections.cobidding import DIGITS
from graph.rings.groups import GroupTables
from graph.rings.priced import priced_lots
from graph.rings.ring import Evidence

LEAST_LOTS = 8
LEAST_MEMBERS = 2
LEAST_BIDS = 4
MOST_PLACE = 0.4


def coalition_evidence(groups: GroupTables) -> dict[int, Evidence]:
    """The evidence by ring, for rings with lots enough in which others bid against two members or more, if the members'
    pairs stand at :data:`MOST_PLACE` or below by their distance: with many lots like costs alone give a little less
    than one half. Lots that an average decides are left to :mod:`graph.rings.blocks`.
    """
    bids = moving_bids(groups.market.entries, averaged=False, least=LEAST_BIDS)
    sized = bids.semi_join(priced_lots(groups.market), "lot")
    ours = sized.join(groups.members, "party").group_by("ring", "lot").agg(k=_.count(), n=_.n.max())
    lots = groups.market.records.keep("coalition_lots", ours.filter((_.k >= LEAST_MEMBERS) & (_.k < _.n)))
    pairs = groups.market.records.keep("lot_pairs", _pairs(sized.semi_join(lots, "lot")))
    place = groups.within(pairs).group_by("ring", "lot").agg(place=_.u.mean())
    known = place.join(lots, ["ring", "lot"]).join(_sums(pairs), "lot")
    told = known.mutate(variance=_variance(known)).group_by("ring")
    found = told.agg(lots=_.count(), place=_.place.mean().round(DIGITS), variance=_.variance.sum().round(DIGITS))
    rows = found.filter((_.lots >= LEAST_LOTS) & (_.place <= MOST_PLACE)).order_by("ring").to_pyarrow().to_pylist()
    return {row["ring"]: _evidence(row["lots"], row["place"], row["variance"]) for row in rows}


def _pairs(bids: ir.Table) -> ir.Table:
    """``lot``, ``a``, ``b``, ``u``: the pairs of a lot's bids, u their place by closeness, in 0..1."""
    left = bids.select("lot", a="party", x="amount", p="bid")
    right = bids.select("lot", b="party", y="amount", q="bid")
    pairs = left.join(right, ["lot", left.p < right.q])
    apart = pairs.mutate(spread=((_.y - _.x).abs() / (_.x + _.y)).round(DIGITS))
    number = apart.count().over(group_by="lot")
    return apart.select("lot", "a", "b", u=(mid_rank(apart.spread, ["lot"]) - 0.5) / number)


def _sums(pairs: ir.Table) -> ir.Table:
    """``lot``, ``q0``, ``q1``, ``q2``: the sums of products over pairs of pairs that share no, one and both bids."""
    whole = pairs.group_by("lot").agg(all=_.u.sum(), q2=(_.u**2).sum())
    ends = ibis.union(pairs.select("lot", "u", end="a"), pairs.select("lot", "u", end="b"))
    by_bid = ends.group_by("lot", "end").agg(s=_.u.sum()).group_by("lot").agg(shared=(_.s**2).sum())
    joined = whole.join(by_bid, "lot")
    q1 = joined.shared - 2 * joined.q2
    return joined.select("lot", q0=joined["all"] ** 2 - q1 - joined.q2, q1=q1, q2="q2")


def _variance(lots: ir.Table) -> ir.FloatingValue:
    """The variance of a lot's M where members are a random ``k`` of ``n``."""
    k, n = lots.k.cast("float64"), lots.n.cast("float64")
    two = k * (k - 1) / (n * (n - 1))
    three = two * (k - 2) / (n - 2)
    four = three * (k - 3) / (n - 3)
    return (lots.q2 * two + lots.q1 * three + lots.q0 * four) * 4 / (k * (k - 1)) ** 2 - 0.25


def _evidence(lots: int, place: float, variance: float) -> Evidence:
    z = (0.5 - place) * lots / variance**0.5
    text = (
        f"In {lots} lots in which others bid as well, the members' bids are close: by distance their pairs stand at "
        f"{place:.0%} of all pairs of the lot, where 50 % is usual."
    )
    return Evidence("price", z, float(norm.sf(z)), text)
