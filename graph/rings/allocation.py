"""Allocation: wins go around among the members more regularly than chance allows.

In the order of days, a member's win is a repeat where the same member won the ring's tender before. Where
nothing is agreed and the last winner bids again among m members, a repeat has the chance 1 / m:
z = (sum 1/m - repeats) / sqrt(sum (1/m)(1 - 1/m)) is standard normal, and rotation makes it large.
"""

import ibis
from ibis import _
from scipy.stats import norm

from graph.projections.cobidding import DIGITS
from graph.rings.groups import GroupTables
from graph.rings.ring import Evidence

LEAST_CHANCES = 8
"""So many tenders in which the last winner bid again."""


def allocation_evidence(groups: GroupTables) -> dict[int, Evidence]:
    """The evidence by ring, for rings with dated wins enough."""
    order = ibis.window(group_by="ring", order_by=["day", "tender"])
    turns = groups.held.mutate(last=_.winner.lag().over(order)).filter(_.last.notnull())
    chances = turns.filter(_.firms.contains(_.last)).mutate(chance=1.0 / _.m)
    found = chances.group_by("ring").agg(
        n=_.count(),
        expected=_.chance.sum().round(DIGITS),
        variance=(_.chance * (1 - _.chance)).sum().round(DIGITS),
        repeats=(_.winner == _.last).sum(),
    )
    rows = found.filter(_.n >= LEAST_CHANCES).order_by("ring").to_pyarrow().to_pylist()
    return {row["ring"]: _evidence(row["n"], row["expected"], row["variance"], row["repeats"]) for row in rows}


def _evidence(n: int, expected: float, variance: float, repeats: int) -> Evidence:
    z = (expected - repeats) / variance**0.5
    text = (
        f"In {n} tenders in which the last winner among the members bid again, it won again {repeats} times; "
        f"chance would give {expected:.1f}."
    )
    return Evidence("allocation", z, float(norm.sf(z)), text)
