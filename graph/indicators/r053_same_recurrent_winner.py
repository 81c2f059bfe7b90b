"""R053: two firms bid together, and the same one wins."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import about_pair, named
from graph.indicators.rule import Indicator
from graph.market import Market


@dataclass(frozen=True)
class Settings:
    """``threshold``: the share of the pair's wins that one of them has; ``minimum_wins``: in at least so many;
    ``minimum_z``: how far beyond its markets' expectation the pair must meet."""

    threshold: float = 0.95
    minimum_wins: int = 10
    minimum_z: float = 3.0


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per pair that meets more often than its markets explain and in which one always wins."""
    pairs = market.pair_wins.group_by("a", "b").agg(
        wins=_.count(),
        wins_a=(_.won_by == _.a).sum(),
        tenders=named(_.node),
        since=_.day.min(),
        until=_.day.max(),
        evidence=named(_.document),
    )
    often = pairs.filter(_.wins >= settings.minimum_wins).join(market.association, ["a", "b"])
    often = often.mutate(value=ibis.greatest(_.wins_a, _.wins - _.wins_a) / _.wins.cast("float64"))
    found = often.filter((_.value >= settings.threshold) & (_.z >= settings.minimum_z))
    return found.select(
        **about_pair(value=_.value),
        tenders="tenders",
        since="since",
        until="until",
        evidence="evidence",
        wins="wins",
        meetings="meetings",
        expected="expected",
    )


R053 = Indicator(
    code="R053",
    version="1.0.0",
    title="Co-bidding pairs have the same recurrent winner",
    rule="Two firms meet more often than their markets explain, and nearly always the same one of them wins.",
    unit="share of the pair's wins",
    source="OCP Red Flags in Public Procurement (2024), R053; null model of Wachs & Kertesz 2019",
    innocent="One of the two is simply cheaper, and both serve the same buyers.",
    text="The two met {meetings:.0f} times (markets explain {expected:.1f}); "
    "one has {value:.0%} of their {wins:.0f} wins.",
    weight=0.15,
    settings=Settings(),
    find=find,
)
