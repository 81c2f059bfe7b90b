"""L03: a person held a post at the buyer and acted for the winner on the day of the tender."""

from dataclasses import dataclass

import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import about_official, named, officers
from graph.indicators.rule import Indicator
from graph.market import Market


@dataclass(frozen=True)
class Settings:
    """``threshold``: so many tenders that the firm won from the buyer meanwhile."""

    threshold: float = 1.0


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per person, firm and buyer; who acts for many firms (an accountant, an agent) is left out."""
    posts = market.records.offices.select("person", buyer="body", begins="since", ends="until", post="document")
    both = posts.join(officers(market), "person").filter(_.firm != _.buyer)
    awards = market.awards.filter(~_.called_off).select("node", "day", "buyer", firm="party").distinct()
    won = both.join(awards, ["buyer", "firm"])
    starts = (_.day >= _.begins).fill_null(True) & (_.day >= _.since).fill_null(True)
    ends = (_.day <= _.ends).fill_null(True) & (_.day <= _.until).fill_null(True)
    together = (_.since <= _.ends).fill_null(True) & (_.begins <= _.until).fill_null(True)
    found = (
        won.filter(starts & ends & together)
        .group_by("person", "firm", "buyer")
        .agg(
            value=_.node.nunique().cast("float64"),
            tenders=named(_.node),
            since=_.day.min(),
            until=_.day.max(),
            evidence=named(_.post).concat(named(_.proof)).unique().sort(),
        )
    )
    return found.filter(_.value >= settings.threshold).select(**about_official(value=_.value))


L03 = Indicator(
    code="L03",
    version="0.1.0",
    title="One person on both sides of a contract",
    rule="A person held a post at the buyer and was officer of the firm that won its tender, both on that day.",
    unit="tenders",
    source="Own; OECD Managing Conflict of Interest in the Public Service (2003)",
    innocent="A common name, or a state company's board on which the law seats an official of the founding body.",
    text="One person held a post at the buyer and acted for the firm that won {value:# tender} from it then.",
    weight=0.6,
    settings=Settings(),
    find=find,
    opens_case=True,
)
