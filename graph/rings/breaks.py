"""Break: at a day that nobody named, the prices of a group's lots change for good.

Lots stand in the order of their days with ranks R_1..R_T by the value looked at. Pettitt's test for a change at an
unknown point (1979, 10.2307/2346729): U_t = 2 sum_{i <= t} R_i - t (T + 1), K = max |U_t|,
p = min(1, 2 exp(-6 K^2 / (T^3 + T^2))). U_t / (t (T - t)) is Cliff's delta of the lots before and after, in -1..1.
Cuts lie between days, never within one. A cartel that ends (or begins) leaves such a break: its bids lie close
together and near the estimate on one side of it (Abrantes-Metz et al. 2006, 10.1016/j.ijindorg.2005.10.003).
"""

from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.market.ranks import mid_rank
from graph.rings.groups import GroupTables
from graph.rings.priced import priced_lots
from graph.rings.ring import Evidence, clearest

LEAST_LOTS = 20
LEAST_SIDE = 5
"""So many lots lie on each side of a break."""
_WORDS = {"spread": "spread of the bids", "price": "winning price against the estimate"}


def breaks(lots: ir.Table) -> ir.Table:
    """One row per group with lots enough: where its values break most, whether by chance or not.

    ``lots`` has ``group``, ``lot``, ``day`` and ``value``; lots without a day or a value are left out. Columns:
    ``group``, ``lots``, ``day`` (the last before the break), ``delta`` (below zero where values are low before it and
    high after it), ``p``.
    """
    held = _dated(lots)
    order = ibis.window(group_by="group", order_by=["day", "lot"], preceding=None, following=0)
    ranked = held.mutate(size=_.count().over(group_by="group"), rank=mid_rank(held.value, ["group"])).filter(
        _.size >= LEAST_LOTS
    )
    summed = ranked.mutate(t=_.count().over(order), ranks=_["rank"].sum().over(order))
    # Within a day the order says nothing: a cut stands after its last lot.
    ends = summed.group_by("group", "day", "size").agg(t=_.t.max(), ranks=_.ranks.max())
    cuts = ends.filter((_.t >= LEAST_SIDE) & (_.size - _.t >= LEAST_SIDE)).mutate(u=2 * _.ranks - _.t * (_.size + 1))
    first = ibis.row_number().over(group_by="group", order_by=[_.u.abs().desc(), _.day])
    best = cuts.mutate(place=first).filter(_.place == 0)
    size = best["size"].cast("float64")
    return best.select(
        "group",
        "day",
        lots="size",
        delta=best.u / (best.t * (size - best.t)),
        p=ibis.least(2 * (-6 * best.u**2 / (size**3 + size**2)).exp(), 1.0),
    )


def _dated(lots: ir.Table) -> ir.Table:
    return lots.filter(_.day.notnull() & _.value.notnull()).select("group", "lot", "day", "value")


def with_medians(found: ir.Table, lots: ir.Table) -> ir.Table:
    """The breaks with ``before`` and ``after``, the medians of the values."""
    cut = _dated(lots).join(found.select("group", cut="day"), "group")
    sides = cut.group_by("group").agg(
        before=_.value.median(where=_.day <= _.cut), after=_.value.median(where=_.day > _.cut)
    )
    return found.join(sides, "group")


def break_evidence(groups: GroupTables) -> dict[int, Evidence]:
    """The evidence by ring, for rings with lots enough that have a day; of spread and price, what breaks more."""
    facts = groups.market.lots.select("lot", "day", "estimate")
    led = groups.led.join(priced_lots(groups.market), "lot").join(facts, "lot")
    series = {"spread": led.CV, "price": led.winning / led.estimate}
    found: dict[int, list[Evidence]] = {}
    for name, value in series.items():
        lots = led.select("lot", "day", group="ring", value=value)
        for row in with_medians(breaks(lots), lots).order_by("group").to_pyarrow().to_pylist():
            found.setdefault(row["group"], []).append(_evidence(name, row))
    return {ring: clearest(evidence) for ring, evidence in found.items()}


def _evidence(name: str, row: dict[str, Any]) -> Evidence:
    text = (
        f"In {row['lots']} lots that the members lead, the {_WORDS[name]} changed after {row['day']:%Y-%m-%d} from "
        f"{row['before']:.1%} to {row['after']:.1%} (medians)."
    )
    return Evidence("break", abs(row["delta"]), row["p"], text, row["day"])
