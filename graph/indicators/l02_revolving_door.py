"""L02: somebody went from a buyer's office to a firm that wins from it, or the other way, within few years."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import about_official, named, roles
from graph.indicators.rule import Indicator
from graph.market import Market

_YEAR = 365.25


@dataclass(frozen=True)
class Settings:
    """``threshold``: the most years between the post and the firm; wins up to so many years from the change count."""

    threshold: float = 2.0


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per person, firm and buyer.

    Who is in both at once has not gone through a door: that is L03 or L01. After a post count the awards of the
    last years in it and the first in the firm; before one, those of the first years in it.
    """
    posts = market.records.offices.select("person", buyer="body", begins="since", ends="until", post="document")
    joined = posts.join(roles(market), "person").filter(_.firm != _.buyer)
    out = joined.mutate(gap=_.since - _.ends, change=_.ends, how=ibis.literal("left the buyer's office for"))
    back = joined.mutate(gap=_.begins - _.until, change=_.begins, how=ibis.literal("came to the buyer's office from"))
    moved = ibis.union(*(table.mutate(days=_.gap.cast("int64")).drop("gap") for table in (out, back)))
    moved = moved.filter((_.days > 0) & (_.days <= settings.threshold * _YEAR))
    moved = moved.anti_join(_at_once(market), ["person", "buyer", "firm"])
    awards = market.awards.filter(~_.called_off & _.day.notnull()).select(
        "node", "day", "buyer", "document", firm="party"
    )
    near = (_.day - _.change).cast("int64").abs() <= settings.threshold * _YEAR
    in_post = (_.day >= _.begins).fill_null(True) & (_.day <= _.ends).fill_null(True)
    in_firm = (_.day >= _.since).fill_null(True) & (_.day <= _.until).fill_null(True)
    after = _.change == _.ends
    won = moved.join(awards, ["buyer", "firm"]).filter(near & (in_post | (in_firm & after)))
    found = won.group_by("person", "firm", "buyer").agg(
        value=(_.days.min() / _YEAR).round(2),
        how=_.how.min(),
        won=_.node.nunique(),
        tenders=named(_.node),
        since=_.day.min(),
        until=_.day.max(),
        evidence=named(_.post).concat(named(_.proof)).concat(named(_.document)).unique().sort(),
    )
    return found.select(**about_official(value=_.value), how="how", won="won")


def _at_once(market: Market) -> ir.Table:
    """``person``, ``buyer``, ``firm`` of those who are in both on some day."""
    posts = market.records.offices.select("person", buyer="body", begins="since", ends="until")
    both = posts.join(roles(market), "person")
    met = (_.since <= _.ends).fill_null(True) & (_.begins <= _.until).fill_null(True)
    return both.filter(met).select("person", "buyer", "firm").distinct()


L02 = Indicator(
    code="L02",
    version="0.1.0",
    title="Revolving door between a buyer and its supplier",
    rule=(
        "A person left a post at a buyer and became owner or officer of a firm, or left the firm and took the post, "
        "within two years; and the firm won from the buyer within two years of the change, while the person was in "
        "the post or, after leaving it, in the firm."
    ),
    unit="years between",
    source="Own; OECD Post-Public Employment (2010)",
    innocent="A common name, or a specialist whose trade has few employers, and who kept the waiting time of the law.",
    text="Somebody {how} the supplier, {value:.1f} years apart; it won {won:.0f} of the buyer's tenders around then.",
    weight=0.4,
    settings=Settings(),
    find=find,
    opens_case=True,
)
