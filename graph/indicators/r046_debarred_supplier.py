"""R046: a supplier won while it was debarred or sanctioned."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import named
from graph.indicators.rule import Indicator
from graph.market import Market


@dataclass(frozen=True)
class Settings:
    """``threshold``: so many tenders won while on a list."""

    threshold: float = 1.0


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per supplier; days of awards from the first to the last day on the list, both included.

    A listing whose first day is not known cannot show that the supplier was on it when it won, and is left out.
    """
    listed = market.records.debarments.filter(_.since.notnull())
    listed = listed.select("party", "list", begins="since", ends="until", proof="document")
    awards = market.awards.filter(~_.called_off & _.day.notnull()).join(listed, "party")
    while_listed = awards.filter((_.day >= _.begins) & (_.day <= _.ends).fill_null(True))
    found = while_listed.group_by("party").agg(
        value=_.node.nunique().cast("float64"),
        lists=_.list.collect(distinct=True).sort().join("; "),
        tenders=named(_.node),
        since=_.day.min(),
        until=_.day.max(),
        evidence=named(_.document).concat(named(_.proof)).unique().sort(),
    )
    return found.filter(_.value >= settings.threshold).select(
        "value",
        "tenders",
        "since",
        "until",
        "evidence",
        "lists",
        parties=ibis.array([_.party]),
        subject=ibis.literal(""),
        buyer=ibis.null("string"),
    )


R046 = Indicator(
    code="R046",
    version="1.0.0",
    title="Debarred or sanctioned supplier",
    rule="A supplier was awarded a tender on a day on which it stood on a list of debarred or sanctioned parties.",
    unit="tenders",
    source="OCP Red Flags in Public Procurement (2024), R046",
    innocent="A court suspended the listing, the list binds other buyers, or the bid was decided before it was known.",
    text="This supplier won {value:# tender} while it was on: {lists}.",
    weight=0.6,
    settings=Settings(),
    find=find,
    opens_case=True,
)
