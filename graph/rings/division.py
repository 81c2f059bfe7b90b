"""Allocation: who of the members wins depends on the buyer.

In the order of days, a member's win is a repeat where the same member won the ring's tender before and bids again.
Where members do not divide buyers among themselves, a repeat is as likely after a tender of the same buyer as after
another's: the number of repeats at the same buyer is hypergeometric given all repeats (Fisher's exact test, 1934).
Division of customers among members of milk cartels: Pesendorfer 2000 (10.1111/1467-937X.00135).
"""

import ibis
from ibis import _
from scipy.stats import hypergeom

from graph.rings.groups import GroupTables
from graph.rings.ring import Evidence

LEAST_CHANCES = 6
"""So many tenders after one of the same buyer, and after one of another, in which the last winner bid again."""


def division_evidence(groups: GroupTables) -> dict[int, Evidence]:
    """The evidence by ring, for rings with dated wins enough at the same buyer and at others."""
    buyers = groups.market.tenders.filter(_.buyer.notnull()).select("tender", "buyer")
    held = groups.held.join(buyers, "tender")
    order = ibis.window(group_by="ring", order_by=["day", "tender"])
    turns = held.mutate(last=_.winner.lag().over(order), before=_.buyer.lag().over(order)).filter(_.last.notnull())
    chances = turns.filter(_.firms.contains(_.last)).mutate(same=_.buyer == _.before, repeat=_.winner == _.last)
    found = chances.group_by("ring").agg(
        n=_.count(), same=_.same.sum(), repeats=_.repeat.sum(), both=(_.same & _.repeat).sum()
    )
    enough = found.filter((_.same >= LEAST_CHANCES) & (_.n - _.same >= LEAST_CHANCES))
    rows = enough.order_by("ring").to_pyarrow().to_pylist()
    return {row["ring"]: _evidence(row["n"], row["same"], row["repeats"], row["both"]) for row in rows}


def _evidence(n: int, same: int, repeats: int, both: int) -> Evidence:
    text = (
        f"After a tender of the same buyer the last winner among the members won again in {both} of {same}, after "
        f"another buyer's in {repeats - both} of {n - same}."
    )
    return Evidence("allocation", float(both), float(hypergeom.sf(both - 1, n, repeats, same)), text)
