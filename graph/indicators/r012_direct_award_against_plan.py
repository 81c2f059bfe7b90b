"""R012: what was planned as a competition was given to one supplier directly."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import about_tender, named
from graph.indicators.rule import Indicator
from graph.market import Market


@dataclass(frozen=True)
class Settings:
    """``threshold``: so many lots; ``planned_methods`` and ``procurement_methods``: what was planned, and used."""

    threshold: float = 1.0
    planned_methods: tuple[str, ...] = ("open", "selective")
    procurement_methods: tuple[str, ...] = ("direct",)


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per tender and supplier; a purchase after a call that failed is no direct one."""
    lots = market.procedures.filter(
        _.planned.isin(settings.planned_methods) & _.used.isin(settings.procurement_methods)
    ).rename(lot_document="document")
    given = market.records.live("awards").select(award="key", given="lot")
    awards = market.awards.filter(~_.called_off).join(given, "award")
    awards = awards.select("tender", "node", "buyer", "day", "party", "given", "document")
    # An award without a lot is for all of them.
    won = awards.join(lots, "tender").filter((_.given == _.lot).fill_null(True))
    found = won.group_by("tender", "node", "buyer", "party").agg(
        value=_.lot.nunique().cast("float64"),
        planned=_.planned.min(),
        used=_.used.min(),
        day=_.day.min(),
        evidence=named(_.document)
        .concat(named(_.lot_document))
        .concat(named(ibis.coalesce(_.plan, _.lot_document)))
        .unique()
        .sort(),
    )
    return found.filter(_.value >= settings.threshold).select(
        "evidence", "planned", "used", parties=ibis.array([_.party]), **about_tender(value=_.value)
    )


R012 = Indicator(
    code="R012",
    version="0.1.0",
    title="Direct award against the plan",
    rule="A lot whose plan names an open or selective procedure was awarded to one supplier directly.",
    unit="lots",
    source="OCP Red Flags in Public Procurement (2024), R012",
    innocent="A plan that was changed after it was loaded, an emergency, or a call that drew no bids before.",
    text="Planned as {planned}, bought as {used}; lots: {value:.0f}.",
    weight=0.1,
    settings=Settings(),
    find=find,
)
