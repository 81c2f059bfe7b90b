"""R030: a bid that came after the deadline won."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import about_tender
from graph.indicators.rule import Indicator
from graph.market import Market


@dataclass(frozen=True)
class Settings:
    """``threshold``: so many hours after the deadline, at least one second."""

    threshold: float = 0.0


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per late bid that won, about its bidder."""
    late = market.entries.filter(_.valid & ~_.called_off & _.won.fill_null(False) & (_.submitted > _.closes))
    hours = late.mutate(value=(_.submitted.epoch_seconds() - _.closes.epoch_seconds()) / 3600)
    return hours.filter(_.value >= settings.threshold).select(
        parties=ibis.array([_.party]),
        **about_tender(value=_.value, submitted=_.submitted.cast("string"), closes=_.closes.cast("string")),
        evidence=ibis.array([_.document, _.bid_document]).unique().sort(),
    )


R030 = Indicator(
    code="R030",
    version="1.0.0",
    title="Late bid won",
    rule="The winning bid was submitted after the end of the tender period.",
    unit="hours",
    source="OCP Red Flags in Public Procurement (2024), R030; Cardinal R030",
    innocent="The deadline was extended and the extension not published, or clocks and time zones differ.",
    text="The winning bid came at {submitted}, {value:.1f} hours after the deadline ({closes}, UTC).",
    weight=0.1,
    settings=Settings(),
    find=find,
)
