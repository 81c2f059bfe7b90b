"""Ties: members share owners, officers or contact details more often than other firms that meet.

The number of tied pairs among a ring's pairs that met is binomial with the share of tied pairs in the whole
market where nothing brings the tied together.
"""

from ibis import _
from scipy.stats import binom

from graph.rings.groups import GroupTables
from graph.rings.ring import Evidence


def ties_evidence(groups: GroupTables) -> dict[int, Evidence]:
    """The evidence by ring, for rings with a tied pair."""
    tied = groups.market.tied_meetings.group_by("a", "b").agg(
        kinds=_.kind.collect(distinct=True).sort(), controlled=_.kind.isin(["owner", "parent"]).any()
    )
    pairs = groups.within(groups.market.joint.select("a", "b")).group_by("ring").agg(pairs=_.count())
    ours = (
        groups.within(tied)
        .group_by("ring")
        .agg(
            tied=_.count(),
            controlled=_.controlled.sum(),
            kinds=_.kinds.collect().flatten().unique().sort(),
        )
    )
    all_pairs, all_tied = int(groups.market.joint.count().execute()), int(tied.count().execute())
    rows = ours.join(pairs, "ring").order_by("ring").to_pyarrow().to_pylist()
    rate = all_tied / max(all_pairs, 1)
    return {row["ring"]: _evidence(row["tied"], row["pairs"], row["controlled"], row["kinds"], rate) for row in rows}


def controlled_tenders(groups: GroupTables) -> dict[int, int]:
    """By ring, the number of tenders in which members under common control bid against each other."""
    held = groups.market.tied_meetings.filter(_.kind.isin(["owner", "parent"])).select("a", "b", "tender").distinct()
    counted = groups.within(held).group_by("ring").agg(tenders=_.tender.nunique())
    return {row["ring"]: row["tenders"] for row in counted.to_pyarrow().to_pylist()}


def _evidence(tied: int, pairs: int, controlled: int, kinds: list[str], rate: float) -> Evidence:
    control = f"; {controlled} of them are under common control" if controlled else ""
    text = (
        f"{tied} of {pairs} pairs of members that met share {', '.join(kinds)}{control}; "
        f"among all firms that met {rate:.2%} do."
    )
    return Evidence("ties", float(tied), float(binom.sf(tied - 1, pairs, rate)), text)
