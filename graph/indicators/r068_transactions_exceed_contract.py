"""R068: more was paid under a contract than it was for."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import about_tender, named, worst
from graph.indicators.rule import Indicator
from graph.market import Market


@dataclass(frozen=True)
class Settings:
    """``threshold``: the least excess, as a share of the contract: what is below may be rounding."""

    threshold: float = 0.01


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per tender and its suppliers, about the contract that was exceeded most.

    Payments have the tax in them and are measured against the contract's sum with it. Of two registers of payments the
    one that comes to more counts, because both may tell of the same. Where a payment is doubtful, nothing is summed up;
    where none is told, the contract's final amount counts.
    """
    payments = market.payments
    doubtful = payments.filter(_.problem.notnull()).select("contract").distinct()
    contracts = market.contracts.filter(~_.called_off & (_.amount > 0)).anti_join(doubtful, "contract")
    known = contracts.select("contract", contract_currency="currency")
    told = payments.rename(proof="document").join(known, "contract")
    told = told.filter((_.currency == _.contract_currency).fill_null(True))
    sums = told.group_by("contract", register=_.register.fill_null("")).agg(paid=_.paid.sum(), proofs=named(_.proof))
    most = ibis.row_number().over(group_by="contract", order_by=[_.paid.desc(), _.register])
    summed = sums.mutate(place=most).filter(_.place == 0).select("paid", "proofs", paid_under="contract")
    joined = contracts.left_join(summed, contracts.contract == summed.paid_under).mutate(
        spent=ibis.coalesce(_.paid, _.final),
        sum_of=ibis.ifelse(_.paid.notnull(), ibis.coalesce(_.gross, _.amount), _.amount),
        proofs=ibis.coalesce(_.proofs, ibis.array([_.document])),
    )
    # Rounded, because sums of floating-point numbers end differently in another order.
    exceeding = joined.mutate(value=(_.spent / _.sum_of - 1).round(9)).filter(_.value >= settings.threshold)
    return worst(exceeding).select(
        "parties",
        **about_tender(value=_.value, spent=_.spent, sum_of=_.sum_of, currency=_.currency.fill_null("")),
        evidence=_.proofs.concat(ibis.array([_.document])).unique().sort(),
    )


R068 = Indicator(
    code="R068",
    version="0.1.0",
    title="Transactions exceed the contract",
    rule="The payments under a contract, or its final amount, exceed its newest known sum by 1 % or more.",
    unit="share of the contract's sum",
    source="OCP Red Flags in Public Procurement (2024), R068; the threshold is ours",
    innocent="A change of the contract that was not loaded, interest or a tax on top, or a payment sent back later.",
    text="{spent:,.2f} {currency} were paid under a contract for {sum_of:,.2f} ({value:.1%} more).",
    weight=0.1,
    settings=Settings(),
    find=find,
)
