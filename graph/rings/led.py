"""The lots whose prices are looked at: those that the members of a ring lead, and all that can be compared."""

import ibis.expr.types as ir
from ibis import _

from graph.market import Market

LEAST_BIDS = 3
"""With two bids the spread is a single gap."""


def led_lots(market: Market, members: ir.Table) -> ir.Table:
    """``ring``, ``lot``: two members or more bid, and half or more of the lot's valid bids are theirs."""
    bidders = market.entries.filter(_.valid & ~_.called_off).select("lot", "bid", "party").distinct()
    sizes = bidders.group_by("lot").agg(n=_.bid.nunique())
    inside = bidders.join(members, "party").group_by("ring", "lot").agg(ours=_.bid.nunique())
    led = inside.join(sizes, "lot").filter((_.ours >= 2) & (2 * _.ours >= _.n))
    return market.records.keep("led_lots", led.select("ring", "lot"))


def priced_lots(market: Market) -> ir.Table:
    """The screens of lots with bids enough, without those with a bid at a regulated floor or ceiling: there the law
    makes bids alike.
    """
    limited = market.bids.filter(_.at_limit)
    return market.screens.filter((_.n >= LEAST_BIDS) & _.CV.notnull()).anti_join(limited, "lot")
