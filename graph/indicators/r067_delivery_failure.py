"""R067: what was bought came late, or was fined."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import about_tender, named, worst
from graph.indicators.rule import Indicator
from graph.market import Market


@dataclass(frozen=True)
class Settings:
    """``threshold``: the least delay in days; ``fine``: the least fines, as a share of the contract, without it."""

    threshold: float = 30.0
    fine: float = 0.05


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per tender and its suppliers, about the contract that came latest."""
    contracts = market.contracts.filter(~_.called_off)
    told = market.deliveries.rename(fined_in="currency", act="document").join(contracts, "contract")
    same = (_.fined_in == _.currency).fill_null(True)
    by_contract = told.group_by("contract").agg(
        value=_.overdue.max().fill_null(0).cast("float64"),
        fines=ibis.ifelse(same, _.fine, None).sum().fill_null(0.0),
        acts=named(_.act),
    )
    joined = contracts.join(by_contract, "contract").mutate(share=(_.fines / _.amount).round(9).fill_null(0.0))
    late = (_.value >= settings.threshold) | ((_.fines > 0) & (_.share >= settings.fine))
    return worst(joined.filter(late)).select(
        "parties",
        **about_tender(value=_.value, fines=_.fines, share=_.share, currency=_.currency.fill_null("")),
        evidence=_.acts.concat(ibis.array([_.document])).unique().sort(),
    )


R067 = Indicator(
    code="R067",
    version="0.1.0",
    title="Delivery failure",
    rule="A delivery under a contract was 30 or more days overdue, or its fines made 5 % or more of the contract.",
    unit="days overdue",
    source="OCP Red Flags in Public Procurement (2024), R067; the thresholds are ours",
    innocent="The buyer was late itself, the weather, a supplier's supplier, or a date that was only a formality.",
    text="Delivered up to {value:.0f} days overdue; fines: {fines:,.2f} {currency} ({share:.1%} of the contract).",
    weight=0.03,
    settings=Settings(),
    find=find,
)
