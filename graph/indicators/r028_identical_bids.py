"""R028: different bidders of a lot name the same price."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import about_tender, named
from graph.indicators.rule import Indicator
from graph.market import Market


@dataclass(frozen=True)
class Settings:
    """``threshold``: so many different bidders with one price."""

    threshold: float = 2.0


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per lot and price, about the bidders that named it.

    Bids at a regulated floor or ceiling do not count: there the conditional discount decides, and every bidder
    who wants to win names the limit.
    """
    bids = market.entries.filter(~_.called_off & ~_.at_limit & (_.amount > 0))
    bids = bids.mutate(money=ibis.coalesce(_.bid_currency, _.currency))
    same = bids.group_by("lot", "node", "buyer", "day", "document", "amount", "money").agg(
        value=_.party.nunique().cast("float64"),
        bids=_.bid.nunique(),
        parties=named(_.party),
        documents=named(_.bid_document),
    )
    # Partners in one bid share its price; it takes two bids to be identical.
    return same.filter((_.value >= settings.threshold) & (_.bids >= 2)).select(
        "parties",
        **about_tender(value=_.value, amount=_.amount),
        evidence=ibis.array([_.document]).concat(_.documents).unique().sort(),
    )


R028 = Indicator(
    code="R028",
    version="1.0.0",
    title="Identical bid prices",
    rule="Different bidders of one lot name exactly the same price, which is no regulated floor or ceiling.",
    unit="bidders with the same price",
    source="OCP Red Flags in Public Procurement (2024), R028; Cardinal R028",
    innocent="A list price, a tariff, or a price floor that the records do not state.",
    text="{value:.0f} bidders named exactly the same price, {amount:,.2f}.",
    weight=0.2,
    settings=Settings(),
    find=find,
)
