"""L05: a supplier won while parties that were debarred or sanctioned controlled it."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import documents, named
from graph.indicators.rule import Indicator
from graph.market import Market

_DIGITS = 6


@dataclass(frozen=True)
class Settings:
    """``threshold``: the share that listed parties hold together."""

    threshold: float = 0.5


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per supplier that is on no list itself, which flags the listed parties above it as well.

    ``value`` is the least share that they held on the days of its wins.
    """
    listed = market.records.debarments.filter(_.since.notnull())
    listed = listed.select("list", begins="since", ends="until", root="party", proof="document")
    awards = market.awards.filter(~_.called_off & _.day.notnull()).select("node", "day", "document", "party")
    named_itself = awards.join(listed, awards.party == listed.root).filter(_on_list).select("party", "day").distinct()
    awards = awards.anti_join(named_itself, ["party", "day"])
    controlled = _controlled(market, _listed_above(market, awards, listed), settings.threshold)
    found = (
        awards.join(controlled, ["day", "party"])
        .group_by("party")
        .agg(
            value=_.share.min(),
            won=_.node.nunique(),
            lists=_.lists.collect().flatten().unique().sort().join("; "),
            roots=_.roots.collect().flatten().unique(),
            tenders=named(_.node),
            since=_.day.min(),
            until=_.day.max(),
            evidence=named(_.document).concat(documents(_.proofs)).unique().sort(),
        )
    )
    return found.select(
        "value",
        "won",
        "lists",
        "tenders",
        "since",
        "until",
        "evidence",
        parties=_.roots.concat(ibis.array([_.party])).sort(),
        subject=ibis.literal(""),
        buyer=ibis.null("string"),
    )


def _on_list(row: ir.Table) -> ir.BooleanValue:
    return (row.day >= row.begins) & (row.day <= row.ends).fill_null(True)


def _listed_above(market: Market, awards: ir.Table, listed: ir.Table) -> ir.Table:
    """``day``, ``party``, ``share``, ``roots``, ``lists``, ``proofs``: who stood on a list on a day on which somebody
    won in whom the party has a part."""
    above = market.control.select("company", "since", "until", root="owner")
    won = awards.select("party", "day").distinct()
    near = won.join(above, (won.party == above.company) & won.day.between(above.since, above.until))
    both = near.select("day", "root").distinct().join(listed, "root").filter(_on_list)
    found = both.group_by("day", party=_.root).agg(
        roots=_.root.collect(distinct=True),
        lists=_.list.collect(distinct=True),
        proofs=_.proof.collect(distinct=True),
    )
    return market.records.keep("on_list", found.mutate(share=ibis.literal(1.0)))


def _controlled(market: Market, on_list: ir.Table, threshold: float) -> ir.Table:
    """``day``, ``party``, ``share``, ``roots``, ``lists``, ``proofs``: companies that listed parties control on a day.

    A company that they hold by the threshold or more together counts as listed for all that it holds; so chains do
    not thin out, and what a listed party holds through a listed company is counted once. It ends when a round
    adds nobody, for circles too.
    """
    held = market.holdings.select(
        "owner",
        "since",
        "until",
        "documents",
        part=ibis.greatest(_.least, _.control),
        told="told_least",
        below="company",
    )
    above, known, round_ = on_list, -1, 0
    while (size := int(above.count().execute())) > known:
        known, round_ = size, round_ + 1
        holding = above.join(held, (above.party == held.owner) & above.day.between(held.since, held.until))
        # What a statement sums up about a chain is not added to the links of that chain.
        shares = holding.group_by("day", party=_.below).agg(
            share=ibis.least(ibis.greatest(_.part.sum(), _.told.max()), 1.0).round(_DIGITS),
            roots=_.roots.collect().flatten().unique().sort(),
            lists=_.lists.collect().flatten().unique().sort(),
            proofs=_.proofs.collect().flatten().concat(_.documents.collect().flatten()).unique().sort(),
        )
        controlled = shares.filter(_.share >= threshold).anti_join(on_list, ["day", "party"])
        above = market.records.keep(f"above_{round_ % 2}", ibis.union(on_list, controlled.select(*on_list.columns)))
    return above.anti_join(on_list, ["day", "party"])


L05 = Indicator(
    code="L05",
    version="0.1.0",
    title="Supplier controlled by a debarred or sanctioned party",
    rule=(
        "A supplier was awarded a tender on a day on which parties on a list of debarred or sanctioned parties held "
        "half of it or more together. A company that they hold so counts as listed for all that it holds, through any "
        "number of companies; control without a share counts as the whole. Suppliers on a list themselves are R046's."
    ),
    unit="least share",
    source=(
        "OFAC Revised Guidance on Entities Owned by Blocked Persons (13 August 2014), the 50 Percent Rule; EU Best "
        "Practices on Restrictive Measures (2024), ownership and control"
    ),
    innocent=(
        "Many lists bind the listed firm alone and not what it owns; an owner who had sold before the register noted "
        "it, or a common name."
    ),
    text="Parties on {lists} held at least {value:.0%} of this supplier when it won {won:# tender}.",
    weight=0.5,
    settings=Settings(),
    find=find,
    opens_case=True,
)
