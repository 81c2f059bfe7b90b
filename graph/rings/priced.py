"""The lots whose prices can be compared."""

import ibis.expr.types as ir
from ibis import _

from graph.market import Market

LEAST_BIDS = 3
"""With two bids the spread is a single gap."""


def priced_lots(market: Market) -> ir.Table:
    """The screens of lots with bids enough, without those with a bid at a regulated floor or ceiling: there the law
    makes bids alike.
    """
    limited = market.bids.filter(_.at_limit)
    return market.screens.filter((_.n >= LEAST_BIDS) & _.CV.notnull()).anti_join(limited, "lot")
