"""R033: bidders of one tender have the same major shareholder."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import about_pair, named
from graph.indicators.rule import Indicator
from graph.links.control import interests
from graph.market import Market
from graph.projections.ties import HUB


@dataclass(frozen=True)
class Settings:
    """``threshold``: the least share that a shareholder holds directly in both."""

    threshold: float = 0.25


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per pair of bidders with a direct shareholder in common on the day they bid.

    Control without a stated share (the right to appoint the board) is no shareholding.
    """
    stated = market.records.ownerships.filter(_.share_min.notnull())
    major = market.records.keep("major", interests(stated).filter(_.share >= settings.threshold))
    hubs = major.group_by("owner").agg(companies=_.company.nunique()).filter(_.companies > HUB)
    major = major.anti_join(hubs, "owner")
    left = major.select("owner", "since", "until", a="company", share_a="share", document_a="document")
    right = major.select("owner", b="company", share_b="share", since_b="since", until_b="until", document_b="document")
    days = market.tenders.filter(~_.called_off).select("tender", "node", "day")
    held = market.meetings.join(left, "a").join(right, ["b", "owner"]).join(days, "tender")
    held = held.filter(_.day.isnull() | (_.day.between(_.since, _.until) & _.day.between(_.since_b, _.until_b))).mutate(
        share=ibis.least(_.share_a, _.share_b)
    )
    pairs = held.group_by("a", "b").agg(
        value=_.share.max(),
        met=_.tender.nunique(),
        tenders=named(_.node),
        since=_.day.min(),
        until=_.day.max(),
        evidence=named(_.document_a).concat(named(_.document_b)).unique().sort(),
    )
    return pairs.select(
        **about_pair(value=_.value), tenders="tenders", since="since", until="until", evidence="evidence", met="met"
    )


R033 = Indicator(
    code="R033",
    version="1.0.0",
    title="Bidders share a major shareholder",
    rule="Two bidders of the same tender had the same direct shareholder, with 25 % or more in each, when they bid.",
    unit="least share in both",
    source="OCP Red Flags in Public Procurement (2024), R033",
    innocent="A fund or state holding that invests in a whole sector and runs none of its firms.",
    text="Two firms in which one shareholder holds at least {value:.0%} each met in {met:# tender}.",
    weight=0.4,
    settings=Settings(),
    find=find,
    opens_case=True,
)
