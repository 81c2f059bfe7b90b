"""R059: a contract came to another sum than was awarded."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import about_tender, worst
from graph.indicators.rule import Indicator
from graph.market import Market


@dataclass(frozen=True)
class Settings:
    """``threshold``: the least difference, as a share of the award."""

    threshold: float = 0.15


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per tender and its suppliers, about the contract that differs most.

    The final amount is that of a contract that was carried out, else what it was signed for.
    """
    contracts = market.contracts.filter(~_.called_off & (_.awarded > 0)).mutate(
        came_to=ibis.coalesce(_.final, _.amount)
    )
    # Rounded, because shares of floating-point numbers end differently from the threshold that is written.
    differing = contracts.mutate(value=((_.came_to - _.awarded).abs() / _.awarded).round(9))
    found = worst(differing.filter(_.value >= settings.threshold))
    return found.select(
        "parties",
        **about_tender(value=_.value, awarded=_.awarded, came_to=_.came_to, currency=_.currency.fill_null("")),
        evidence=ibis.array([_.document]),
    )


R059 = Indicator(
    code="R059",
    version="0.1.0",
    title="Award and final amount differ",
    rule="A contract's final amount, or else the sum it was signed for, is 15 % or more above or below its award.",
    unit="share of the award",
    source="OCP Red Flags in Public Procurement (2024), R059; the threshold is ours",
    innocent="Unit prices for what turned out to be needed, a tax left out of one of the two, or a lawful change.",
    text="Awarded {awarded:,.2f}, came to {came_to:,.2f} {currency} ({value:.1%} apart).",
    weight=0.03,
    settings=Settings(),
    find=find,
)
