"""R036: the lowest bid was disqualified, and a dearer one won."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import about_tender, named
from graph.indicators.rule import Indicator
from graph.market import Market


@dataclass(frozen=True)
class Settings:
    """``threshold``: how much dearer than the disqualified bid the lowest valid one is, as a share of it."""

    threshold: float = 0.0


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per lot, about its winner.

    Counts bids that were valid or disqualified, where the price decides, and an award was made.
    """
    bids = market.entries.filter(
        ~_.called_off
        & (_.amount > 0)
        & (_.valid | (_.bid_status.lower() == "disqualified").fill_null(False))
        & _.award_rule.fill_null("lowest").isin(["lowest"])
    )
    won = _.won.fill_null(False)
    lots = bids.group_by("lot", "node", "buyer", "day", "document").agg(
        lowest=_.amount.min(where=~_.valid),
        cheapest_valid=_.amount.min(where=_.valid),
        parties=_.party.collect(where=won, distinct=True).sort(),
        currencies=_.bid_currency.nunique(),
        documents=named(_.bid_document),
    )
    found = lots.filter((_.lowest < _.cheapest_valid) & (_.parties.length() > 0) & (_.currencies <= 1))
    found = found.mutate(value=(_.cheapest_valid - _.lowest) / _.lowest)
    return found.filter(_.value >= settings.threshold).select(
        "parties",
        **about_tender(value=_.value, lowest=_.lowest, cheapest_valid=_.cheapest_valid),
        evidence=ibis.array([_.document]).concat(_.documents).unique().sort(),
    )


R036 = Indicator(
    code="R036",
    version="1.0.0",
    title="Lowest bid disqualified",
    rule="The lowest bid was disqualified and the award went to a dearer one, where the lowest price wins.",
    unit="share of the lowest bid",
    source="OCP Red Flags in Public Procurement (2024), R036; Cardinal R036",
    innocent="The lowest bid was incomplete, or too low to be serious.",
    text="The lowest bid ({lowest:,.2f}) was disqualified; the lowest valid one is {value:.1%} dearer.",
    weight=0.05,
    settings=Settings(),
    find=find,
)
