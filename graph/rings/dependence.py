"""Allocation: the members' bids hang on each other, where independent bidders' do not.

Whoever covers another's bid bids where that bid tells him to: bids rise and fall together, or one rises where another
falls (Bajari & Ye 2003, 10.1162/003465303773815871). Of each lot w = (log b - m) / s with m and s the mean and standard
deviation of the logarithms of all its bids, less the firm's own mean of w. As they add
up to nothing, the w of n independent bidders correlate by -1 / (n - 1). z = sum z_ij / sqrt(pairs) over the pairs of
members (Stouffer et al. 1949) with the z_ij of :mod:`graph.market.moves`.
"""

from ibis import _
from scipy.stats import norm

from graph.market.moves import moving_bids, moving_pairs
from graph.projections.cobidding import DIGITS
from graph.rings.groups import GroupTables
from graph.rings.ring import Evidence

LEAST_BIDS = 4
"""Of three bids less their mean, two tell the third."""
LEAST_SHIFT = 0.2
"""Honest firms of one town share costs that no record tells: with many pairs a small correlation is significant."""


def dependence_evidence(groups: GroupTables) -> dict[int, Evidence]:
    """The evidence by ring, for rings with pairs that met in lots enough that the lowest bid or points decide, if
    their correlation is :data:`LEAST_SHIFT` or more away from what chance gives, on either side.
    """
    logs = moving_bids(groups.market.entries, averaged=False, least=LEAST_BIDS).mutate(log=_.amount.ln())
    scaled = logs.mutate(w=(_.log - _.log.mean().over(group_by="lot")) / _.log.std().over(group_by="lot").nullif(0.0))
    known = scaled.filter(_.w.notnull())
    moved = known.mutate(r=(_.w - _.w.mean().over(group_by="party")).round(DIGITS)).select(
        "lot", "party", "r", chance=-1 / (_.n - 1)
    )
    pairs = moving_pairs(groups.market.records.keep("scaled_bids", moved).join(groups.members, "party"), ["ring"])
    found = pairs.group_by("ring").agg(
        pairs=_.count(), z=_.z.sum().round(DIGITS), rho=_.rho.mean().round(DIGITS), chance=_.chance.mean().round(DIGITS)
    )
    far = (_.rho - _.chance).abs() >= LEAST_SHIFT
    rows = found.filter(far).order_by("ring").to_pyarrow().to_pylist()
    return {row["ring"]: _evidence(row["pairs"], row["z"], row["rho"], row["chance"]) for row in rows}


def _evidence(pairs: int, total: float, rho: float, chance: float) -> Evidence:
    z = total / pairs**0.5
    text = (
        f"The bids of {pairs} pairs of members, less what lot and habit explain, correlate by {rho:.2f} on average, "
        f"where independent bidders' do by {chance:.2f}."
    )
    return Evidence("allocation", z, float(2 * norm.sf(abs(z))), text)
