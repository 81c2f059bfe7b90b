"""R043: a bidder is reached where the buyer, or somebody who holds office there, is reached."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import named
from graph.indicators.rule import Indicator
from graph.market import Market
from graph.projections.ties import HUB


@dataclass(frozen=True)
class Settings:
    """``threshold``: so many tenders of the buyer in which the firm bid."""

    threshold: float = 1.0


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per bidder, buyer and official; a detail of more than a handful of parties is no link.

    An official counts for tenders of the days in office; a tender without a day counts as within them.
    """
    contacts = market.records.contacts
    hubs = contacts.group_by("contact").agg(holders=_.party.nunique()).filter(_.holders > HUB)
    held = contacts.anti_join(hubs, "contact").select("party", "kind", "contact", "document")
    nobody = {"official": ibis.null("string"), "since": ibis.null("date"), "until": ibis.null("date")}
    buyers = held.select("contact", "kind", buyer="party", theirs="document").mutate(**nobody)
    posts = market.records.offices.select("person", "body", "since", "until").distinct()
    officials = held.join(posts, held.party == posts.person).select(
        "contact", "kind", "since", "until", buyer="body", theirs="document", official="person"
    )
    bid = market.entries.filter(~_.called_off & _.buyer.notnull()).select("party", "buyer", "node", "day").distinct()
    reached = ibis.union(buyers, officials.select(*buyers.columns))
    same = bid.join(held, "party").join(reached, ["buyer", "contact", "kind"])
    same = same.filter((_.day >= _.since).fill_null(True) & (_.day <= _.until).fill_null(True))
    same = same.filter((_.party != _.buyer) & (_.official.isnull() | (_.party != _.official)))
    found = same.group_by("party", "buyer", "official").agg(
        value=_.node.nunique().cast("float64"),
        kinds=_.kind.collect(distinct=True).sort().join(", "),
        tenders=named(_.node),
        since=_.day.min(),
        until=_.day.max(),
        evidence=named(_.document).concat(named(_.theirs)).unique().sort(),
    )
    return found.filter(_.value >= settings.threshold).select(
        "buyer",
        "value",
        "tenders",
        "since",
        "until",
        "evidence",
        "kinds",
        parties=ibis.ifelse(_.official.isnull(), ibis.array([_.party]), ibis.array([_.party, _.official]).sort()),
        subject="buyer",
        whose=ibis.ifelse(_.official.isnull(), "the buyer's", "an official's of the buyer"),
    )


R043 = Indicator(
    code="R043",
    version="1.0.0",
    title="Same contact details as the buyer or its official",
    rule="A bidder has the same address, phone or email as the buyer of the tender or a person then in office there.",
    unit="tenders",
    source="OCP Red Flags in Public Procurement (2024), R043",
    innocent="Both rent in one building, or a clerk typed the buyer's number into the bidder's form.",
    text="The bidder's {kinds} is {whose}; the firm bid in {value:.0f} of this buyer's tenders.",
    weight=0.4,
    settings=Settings(),
    find=find,
    opens_case=True,
)
