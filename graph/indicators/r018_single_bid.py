"""R018: a competitive procedure in which one firm bid."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import about_tender, named
from graph.indicators.rule import Indicator
from graph.market import Market


@dataclass(frozen=True)
class Settings:
    """``procurement_methods``: the OCDS methods that count as competitive."""

    threshold: float = 1.0
    procurement_methods: tuple[str, ...] = ("open", "selective")


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per tender, about its only bidder."""
    tenders = market.tenders.filter(~_.called_off & _.method.isin(settings.procurement_methods))
    bidders = market.entries.group_by("tender").agg(
        count=_.party.nunique(), parties=named(_.party), documents=named(_.bid_document)
    )
    alone = tenders.join(bidders.filter(_["count"] <= settings.threshold), "tender")
    return alone.select(
        "parties",
        "method",
        **about_tender(value=_["count"].cast("float64")),
        evidence=ibis.array([_.document]).concat(_.documents).unique().sort(),
    )


R018 = Indicator(
    code="R018",
    version="1.0.0",
    title="Single bid received",
    rule="A tender by an open or selective procedure received a bid from one firm only.",
    unit="bidders",
    source="OCP Red Flags in Public Procurement (2024), R018; Cardinal R018",
    innocent="The market is small, the contract small or far away, or only one firm makes what is bought.",
    text="Only one firm bid in this {method} procedure.",
    weight=0.05,
    settings=Settings(),
    find=find,
)
