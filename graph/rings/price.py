"""Price: the members' lots have less spread than the other lots of the same market and year.

Lots are ranked by their coefficient of variation within market and year. Where nothing is agreed, the rank of a
ring's lot, as a share of the ranks, is uniform: z = (1/2 - mean) * sqrt(12 n) over the ring's n lots is standard
normal (the stratified rank test of van Elteren 1960; the screen of Huber & Imhof 2019).
"""

from ibis import _
from scipy.stats import norm

from graph.market.ranks import mid_rank
from graph.projections.cobidding import DIGITS
from graph.rings.groups import GroupTables
from graph.rings.priced import priced_lots
from graph.rings.ring import Evidence

LEAST_LOTS = 5


def price_evidence(groups: GroupTables) -> dict[int, Evidence]:
    """The evidence by ring, for rings with lots enough in markets and years where others bid as well."""
    facts = groups.market.lots.select("lot", "market", year=_.day.year())
    lots = priced_lots(groups.market).select("lot", "n", "CV").join(facts, "lot")
    stratum = ["market", "year"]
    size = lots.count().over(group_by=stratum)
    ranked = lots.mutate(size=size, place=(mid_rank(lots.CV, stratum) - 0.5) / size)
    own = groups.led.join(ranked, "lot")
    found = own.group_by("ring").agg(
        lots=_.count(), rank=_.place.mean().round(DIGITS), CV=_.CV.median(), others=_.size.sum() - _.count()
    )
    rows = found.filter((_.lots >= LEAST_LOTS) & (_.others >= _.lots)).order_by("ring").to_pyarrow().to_pylist()
    return {row["ring"]: _evidence(row["lots"], row["rank"], row["CV"]) for row in rows}


def _evidence(lots: int, rank: float, spread: float) -> Evidence:
    z = (0.5 - rank) * (12 * lots) ** 0.5
    text = (
        f"In {lots} lots that the members lead, the bids spread by {spread:.1%} (median); by spread these lots stand "
        f"at {rank:.0%} of their markets' lots of the same year, where 50 % is usual."
    )
    return Evidence("price", z, float(norm.sf(z)), text)
