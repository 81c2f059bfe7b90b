"""Allocation: hardly any bid comes close to the winning one.

Where bidders compete, small margins between the two lowest bids are at least as frequent as larger ones. Who is to lose
keeps away from the winner's bid, so that close bids are missing (Chassang, Kawai, Nakabayashi & Ortner 2022,
10.3982/ECTA17155). With h half the median of the margins (b2 - b1) / b1 of a ring's lots, as many or more lie within
[0, h) as within [h, 2h) where their density does not rise: the number in the second part is binomial with 1/2 at most.
"""

from ibis import _
from scipy.stats import binom

from graph.rings.groups import GroupTables
from graph.rings.priced import priced_lots
from graph.rings.ring import Evidence

LEAST_LOTS = 16


def gap_evidence(groups: GroupTables) -> dict[int, Evidence]:
    """The evidence by ring, for rings that lead lots enough which the lowest bid wins."""
    lowest = groups.market.lots.filter(_.award_rule.fill_null("lowest") == "lowest").select("lot")
    lots = groups.led.semi_join(lowest, "lot").join(priced_lots(groups.market).select("lot", "DIFFP"), "lot")
    middle = lots.group_by("ring").agg(lots=_.count(), median=_.DIFFP.median())
    placed = lots.join(middle.filter(_.lots >= LEAST_LOTS), "ring")
    found = placed.group_by("ring").agg(
        lots=_.lots.max(),
        median=_.median.max(),
        close=(_.median / 2 > _.DIFFP).sum(),
        apart=((_.median / 2 <= _.DIFFP) & (_.median > _.DIFFP)).sum(),
    )
    rows = found.order_by("ring").to_pyarrow().to_pylist()
    return {row["ring"]: _evidence(row["lots"], row["median"], row["close"], row["apart"]) for row in rows}


def _evidence(lots: int, median: float, close: int, apart: int) -> Evidence:
    text = (
        f"In {lots} lots that the members lead, the second bid came within {median / 2:.2%} of the lowest "
        f"{close} times, and {apart} times from there to {median:.2%}; competition gives close bids at least as often."
    )
    return Evidence("allocation", float(apart - close), float(binom.sf(apart - 1, close + apart, 0.5)), text)
