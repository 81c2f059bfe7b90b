"""The times in which the prices of a ring, or of a market, lay close together, told by a significant break."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis import _
from scipy.stats import false_discovery_control

from graph.market import Market
from graph.rings.breaks import breaks
from graph.rings.groups import GroupTables
from graph.rings.priced import priced_lots
from graph.rings.ring import SIGNIFICANT, Ring


def regimes(market: Market, rings: Sequence[Ring]) -> ir.Table:
    """``lot``, ``tight``: lots of rings and markets whose bids spread differently before and after some day.

    ``tight`` is (1 + |delta|) / 2 on the side of the narrow spreads and (1 - |delta|) / 2 on the other, delta Cliff's
    of the lots before and after the break: the chance that a lot of this side spreads less than one of the other. A
    break counts if its p, corrected over all rings and markets (Benjamini & Hochberg 1995), is at most .05; a ring's
    goes before its market's.
    """
    days = market.lots.filter(~_.called_off & _.day.notnull()).select("lot", "day", "market")
    led = GroupTables(market, [ring.members for ring in rings]).led.join(days, "lot")
    by_ring = led.select("lot", "day", group="r" + _.ring.cast("string"))
    grouped = by_ring.union(days.select("lot", "day", group="m" + _.market))
    spreads = grouped.join(priced_lots(market).select("lot", "CV"), "lot")
    cuts = _significant(breaks(spreads.rename(value="CV")).order_by("group").to_pyarrow())
    sided = grouped.join(cuts, "group").mutate(
        tight=(1 + ibis.ifelse(_.day <= _.cut, -_.delta, _.delta)) / 2, ring=_.group.startswith("r")
    )
    first = ibis.row_number().over(group_by="lot", order_by=[_.ring.desc(), _.group])
    held = sided.mutate(place=first).filter(_.place == 0)
    return market.records.keep("regimes", held.select("lot", "tight"))


def _significant(found: pa.Table) -> ir.Table:
    """``group``, ``cut`` and ``delta`` of the breaks that chance hardly gives."""
    p = np.asarray(found["p"].to_numpy(), dtype=np.float64)
    kept = false_discovery_control(p) <= SIGNIFICANT if len(p) else np.zeros(0, dtype=bool)
    return ibis.memtable(found.select(["group", "day", "delta"]).rename_columns(["group", "cut", "delta"]).filter(kept))
