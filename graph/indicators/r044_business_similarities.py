"""R044: bidders of one tender share an address, a phone or an email."""

from dataclasses import dataclass

import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import about_pair, documents, named
from graph.indicators.rule import Indicator
from graph.market import Market


@dataclass(frozen=True)
class Settings:
    """``threshold``: so many tenders in which both bid."""

    threshold: float = 1.0


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per pair of bidders that share a contact detail or an officer; hubs do not count."""
    held = market.tied_meetings.filter(_.kind.isin(["address", "phone", "email", "officer"]))
    pairs = held.group_by("a", "b").agg(
        value=_.tender.nunique().cast("float64"),
        kinds=_.kind.collect(distinct=True).sort().join(", "),
        tenders=named(_.node),
        since=_.day.min(),
        until=_.day.max(),
        evidence=documents(_.documents),
    )
    return pairs.filter(_.value >= settings.threshold).select(
        **about_pair(value=_.value), tenders="tenders", since="since", until="until", evidence="evidence", kinds="kinds"
    )


R044 = Indicator(
    code="R044",
    version="1.0.0",
    title="Business similarities between bidders",
    rule="Two bidders of the same tender share an address, a phone, an email or an officer with few others.",
    unit="tenders",
    source="OCP Red Flags in Public Procurement (2024), R044",
    innocent="Neighbours in one building, or firms that use the same small accountant.",
    text="Two firms with the same {kinds} bid against each other in {value:# tender}.",
    weight=0.3,
    settings=Settings(),
    find=find,
    opens_case=True,
)
