"""R035: every bidder but the winner was disqualified."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import about_tender, named
from graph.indicators.rule import Indicator
from graph.market import Market


@dataclass(frozen=True)
class Settings:
    """``threshold``: so many bidders disqualified beside the winner."""

    threshold: float = 1.0


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per tender, about its winner."""
    lost = _.bid_status.lower() == "disqualified"
    tenders = (
        market.entries.filter(~_.called_off)
        .group_by("tender", "node", "buyer", "day", "document")
        .agg(
            valid_bidders=_.party.nunique(where=_.valid),
            winners=_.party.nunique(where=_.won.fill_null(False)),
            valid_winners=_.party.nunique(where=_.valid & _.won.fill_null(False)),
            value=_.party.nunique(where=lost.fill_null(False)).cast("float64"),
            parties=_.party.collect(where=_.valid & _.won.fill_null(False), distinct=True).sort(),
            documents=named(_.bid_document),
        )
    )
    alone = tenders.filter(
        (_.valid_bidders == 1) & (_.winners == 1) & (_.valid_winners == 1) & (_.value >= settings.threshold)
    )
    return alone.select(
        "parties",
        **about_tender(value=_.value),
        evidence=ibis.array([_.document]).concat(_.documents).unique().sort(),
    )


R035 = Indicator(
    code="R035",
    version="1.0.0",
    title="All except the winning bid disqualified",
    rule="One bidder's bid was valid and won; every other bidder was disqualified.",
    unit="bidders disqualified",
    source="OCP Red Flags in Public Procurement (2024), R035; Cardinal R035",
    innocent="The requirements are strict for a reason, and the other bidders were new to them.",
    text="The only valid bid won: {value:# other bidder} had been disqualified.",
    weight=0.1,
    settings=Settings(),
    find=find,
)
