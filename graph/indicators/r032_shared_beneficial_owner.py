"""R032: bidders of one tender have the same beneficial owner."""

from dataclasses import dataclass

import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import about_pair, documents, named
from graph.indicators.rule import Indicator
from graph.links.control import BENEFICIAL
from graph.market import Market


@dataclass(frozen=True)
class Settings:
    """``threshold``: so many tenders in which both bid; ``share``: from this share on an owner counts."""

    threshold: float = 1.0
    share: float = BENEFICIAL


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per pair of bidders that a person controls both of on the day they bid."""
    known = settings.share == BENEFICIAL
    held = market.tied_meetings if known else market.tied(market.control_ties(settings.share))
    held = held.filter((_.kind == "owner") & _.via.startswith("p-"))
    pairs = held.group_by("a", "b").agg(
        value=_.tender.nunique().cast("float64"),
        owners=_.via.nunique(),
        tenders=named(_.node),
        since=_.day.min(),
        until=_.day.max(),
        evidence=documents(_.documents),
    )
    return pairs.filter(_.value >= settings.threshold).select(
        **about_pair(value=_.value),
        tenders="tenders",
        since="since",
        until="until",
        evidence="evidence",
        owners="owners",
    )


R032 = Indicator(
    code="R032",
    version="1.1.0",
    title="Bidders share a beneficial owner",
    rule=(
        "Two bidders of the same tender were controlled by the same person, by 25 % or more in each, when they bid: "
        "shares multiply along chains of owners and add over them; control without a share counts as the whole."
    ),
    unit="tenders",
    source="OCP Red Flags in Public Procurement (2024), R032",
    innocent="An investor with minority stakes in competitors, or an owner who had sold before the register noted it.",
    text="Two firms with {owners:# beneficial owner} in common bid against each other in {value:# tender}.",
    weight=0.5,
    settings=Settings(),
    find=find,
    opens_case=True,
)
