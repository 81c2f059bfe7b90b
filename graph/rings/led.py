"""The lots that the members of a ring lead: what their prices are looked at in."""

import ibis.expr.types as ir
from ibis import _

from graph.market import Market


def led_lots(market: Market, members: ir.Table) -> ir.Table:
    """``ring``, ``lot``: two members or more bid, and half or more of the lot's valid bids are theirs."""
    bidders = market.entries.filter(_.valid & ~_.called_off).select("lot", "bid", "party").distinct()
    sizes = bidders.group_by("lot").agg(n=_.bid.nunique())
    inside = bidders.join(members, "party").group_by("ring", "lot").agg(ours=_.bid.nunique())
    led = inside.join(sizes, "lot").filter((_.ours >= 2) & (2 * _.ours >= _.n))
    return market.records.keep("led_lots", led.select("ring", "lot"))
