"""Who held a post at a buyer, or at a body above it, and what the buyer gave to whom meanwhile."""

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.links.control import FIRST, LAST
from graph.market import Market

ABOVE = 0.5
"""A body that controls another by at least so much is above it; its officials count as the other's."""
CENTS = 2
"""Sums are rounded to so many digits: the engine adds in any order."""


def posts(market: Market) -> ir.Table:
    """``official``, ``buyer``, ``begins``, ``ends``, ``above``, ``post``: posts at buyers, and at bodies above them.

    ``above`` is True for a post at a body that controls the buyer, while it does. ``post`` is a struct: ``body``,
    ``position``, ``procurement``, ``since``, ``until``, ``document``.
    """
    offices = market.records.offices
    told = offices.mutate(
        begins=offices.since.fill_null(FIRST),
        ends=offices.until.fill_null(LAST),
        post=ibis.struct(
            {
                "body": offices.body,
                "position": offices.position,
                "procurement": offices.procurement,
                "since": offices.since,
                "until": offices.until,
                "document": offices.document,
            }
        ),
    ).select("body", "begins", "ends", "post", official="person")
    strong = market.control.filter(_.control >= ABOVE).select("since", "until", body="owner", buyer="company")
    higher = told.join(strong, "body").mutate(
        begins=ibis.greatest(_.begins, _.since), ends=ibis.least(_.ends, _.until), above=ibis.literal(True)
    )
    own = told.mutate(buyer=_.body, above=ibis.literal(False))
    columns = ("official", "buyer", "begins", "ends", "above", "post")
    return ibis.union(own.select(*columns), higher.filter(_.begins <= _.ends).select(*columns))


def won_in_office(market: Market) -> ir.Table:
    """``official``, ``buyer``, ``supplier``, ``node``, ``day``, ``currency``, ``amount``, ``above``, ``post``.

    What a buyer gave while the post was held; of several posts the buyer's own goes first, then one that decides on
    purchases. An award without a day counts as within every post.
    """
    awards = market.awards.filter(~_.called_off & _.buyer.notnull())
    joined = awards.join(posts(market), "buyer")
    held = joined.filter(_.day.isnull() | _.day.between(_.begins, _.ends))
    order = [_.above, _.post["procurement"].fill_null(False).desc(), _.post["position"], _.post["document"]]
    # Two posts at one body make no award twice as large.
    awarded = held.group_by("official", "buyer", "party", "node", "day", "award", "currency").agg(
        above=_.above.min(), post=_.post.first(order_by=order), amount=_.award_amount.max()
    )
    order = [_.above, _.post["procurement"].fill_null(False).desc(), _.post["position"], _.post["document"]]
    won = awarded.group_by("official", "buyer", "party", "node", "day", "currency").agg(
        above=_.above.min(), post=_.post.first(order_by=order), amount=_.amount.sum().round(CENTS)
    )
    return market.records.keep("won_in_office", won.rename(supplier="party"))


def spending(market: Market) -> ir.Table:
    """``buyer``, ``currency``, ``spent``, ``typical``: all that a buyer gave, and the market's median award."""
    awards = market.awards.filter(~_.called_off & _.buyer.notnull() & _.award_amount.notnull())
    once = awards.group_by("buyer", "currency", "award").agg(amount=_.award_amount.max())
    typical = once.group_by("currency").agg(typical=_.amount.median())
    return once.group_by("buyer", "currency").agg(spent=_.amount.sum().round(CENTS)).join(typical, "currency")
