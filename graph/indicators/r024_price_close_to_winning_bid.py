"""R024: the second-lowest bid stands next to the winning one."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import about_tender, named
from graph.indicators.rule import Indicator
from graph.market import Market


@dataclass(frozen=True)
class Settings:
    """``threshold``: the greatest gap, as a share of the winning bid."""

    threshold: float = 0.001


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per lot, about the winner and the next bidder.

    Asks for one winner of one firm, whose bid was the lowest, where the lowest wins; bids at a regulated floor
    or ceiling are close by law and do not count.
    """
    ranked = market.entries.filter(
        _.valid & ~_.called_off & (_.amount > 0) & ~_.at_limit & _.award_rule.fill_null("lowest").isin(["lowest"])
    )
    ranked = ranked.mutate(
        place=ibis.row_number().over(group_by="lot", order_by=[_.amount, ~_.won.fill_null(False), _.bid])
    )
    facts = ranked.group_by("lot", "tender", "node", "buyer", "day", "document").agg(
        winners=_.won.fill_null(False).sum(),
        first_won=_.won.fill_null(False).any(where=_.place == 0),
        partners=_.partners.max(where=_.place <= 1),
        firms=_.party.nunique(where=_.place <= 1),
        winning=_.amount.max(where=_.place == 0),
        second=_.amount.max(where=_.place == 1),
        currencies=_.bid_currency.nunique(where=_.place <= 1),
        parties=_.party.collect(where=_.place <= 1, distinct=True).sort(),
        documents=named(_.bid_document),
    )
    clean = facts.filter(
        (_.winners == 1) & _.first_won & (_.partners == 1) & (_.firms == 2) & (_.currencies <= 1)
    ).mutate(value=(_.second - _.winning) / _.winning)
    return clean.filter(_.value <= settings.threshold).select(
        "parties",
        **about_tender(value=_.value, winning=_.winning, second=_.second),
        evidence=ibis.array([_.document]).concat(_.documents).unique().sort(),
    )


R024 = Indicator(
    code="R024",
    version="1.0.0",
    title="Price close to winning bid",
    rule="The second-lowest valid bid lies within a small share of the winning, lowest bid.",
    unit="share of the winning bid",
    source="OCP Red Flags in Public Procurement (2024), R024; Cardinal R024 with a fixed threshold",
    innocent="Firms buy from the same wholesaler, the specification leaves little room, or the estimate was public.",
    text="The second-lowest bid ({second:,.2f}) is {value:.3%} above the winning one ({winning:,.2f}).",
    weight=0.02,
    settings=Settings(),
    find=find,
)
