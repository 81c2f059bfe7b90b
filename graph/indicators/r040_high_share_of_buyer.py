"""R040: one supplier gets most of a buyer's contracts."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import named
from graph.indicators.rule import Indicator
from graph.market import Market


@dataclass(frozen=True)
class Settings:
    """``threshold``: the share of the buyer's awarded value in a year; ``minimum_awards``: its least awards in it."""

    threshold: float = 0.5
    minimum_awards: int = 10


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per supplier, buyer and calendar year."""
    awards = market.awards.filter(~_.called_off & _.buyer.notnull() & _.day.notnull() & (_.award_amount > 0))
    # An award to several suppliers is counted once, in equal parts.
    shares = awards.mutate(year=_.day.year(), part=_.award_amount / _.count().over(group_by="award").cast("float64"))
    by_supplier = shares.group_by("buyer", "year", "currency", "party").agg(
        won=_.part.sum(),
        awards_won=_.award.nunique(),
        since=_.day.min(),
        until=_.day.max(),
        tenders=named(_.node),
        evidence=named(_.document),
    )
    by_buyer = shares.group_by("buyer", "year", "currency").agg(total=_.part.sum(), awards=_.award.nunique())
    # Rounded, because sums of floating-point numbers end differently in another order.
    found = by_supplier.join(by_buyer, ["buyer", "year", "currency"]).mutate(value=(_.won / _.total).round(12))
    found = found.filter((_.value >= settings.threshold) & (_.awards >= settings.minimum_awards) & (_.awards_won >= 2))
    return found.select(
        "tenders",
        "buyer",
        "value",
        "since",
        "until",
        "evidence",
        "awards_won",
        "awards",
        parties=ibis.array([_.party]),
        subject="buyer",
        year=_.year.cast("int64"),
    )


R040 = Indicator(
    code="R040",
    version="1.0.0",
    title="High share of a buyer's contracts",
    rule="One supplier received half or more of what a buyer with ten or more awards gave out in a calendar year.",
    unit="share of the buyer's awarded value in a year",
    source="OCP Red Flags in Public Procurement (2024), R040",
    innocent="A utility, a long framework agreement, or one large contract among small ones.",
    text="In {year} this supplier received {value:.0%} of the buyer's awarded value "
    "({awards_won:.0f} of {awards:.0f} awards).",
    weight=0.15,
    settings=Settings(),
    find=find,
)
