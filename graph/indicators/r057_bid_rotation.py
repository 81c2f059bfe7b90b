"""R057: two firms win in turns."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.indicators.columns import about_pair, named
from graph.indicators.rule import Indicator
from graph.market import Market


@dataclass(frozen=True)
class Settings:
    """``threshold``: z of the runs test; ``minimum_wins``: so many joint tenders that one of the two won;
    ``minimum_z``: how far beyond its markets' expectation the pair must meet."""

    threshold: float = 3.0
    minimum_wins: int = 8
    minimum_z: float = 2.0


def find(market: Market, settings: Settings) -> ir.Table:
    """One finding per pair whose wins alternate more than chance: the runs test of Wald & Wolfowitz (1940).

    With n1 and n2 wins, n = n1 + n2, the number of runs has mean 2 n1 n2 / n + 1 and variance
    2 n1 n2 (2 n1 n2 - n) / (n^2 (n - 1)); many runs are alternation.
    """
    order = ibis.window(group_by=["a", "b"], order_by=["day", "tender"])
    turns = market.pair_wins.filter(_.day.notnull()).mutate(
        changed=(_.won_by != _.won_by.lag().over(order)).fill_null(True)
    )
    pairs = turns.group_by("a", "b").agg(
        n=_.count().cast("float64"),
        n1=(_.won_by == _.a).sum().cast("float64"),
        runs=_.changed.sum().cast("float64"),
        tenders=named(_.node),
        since=_.day.min(),
        until=_.day.max(),
        evidence=named(_.document),
    )
    both = pairs.mutate(product=2 * _.n1 * (_.n - _.n1)).filter((_.n >= settings.minimum_wins) & (_.product > _.n))
    variance = both.product * (both.product - both.n) / (both.n**2 * (both.n - 1))
    tested = both.mutate(value=(both.runs - both.product / both.n - 1) / variance.sqrt())
    close = market.association.filter(_.z >= settings.minimum_z).select("a", "b")
    found = tested.filter(_.value >= settings.threshold).join(close, ["a", "b"])
    return found.select(
        **about_pair(value=_.value),
        tenders="tenders",
        since="since",
        until="until",
        evidence="evidence",
        n="n",
        runs="runs",
        expected_runs=_.product / _.n + 1,
    )


R057 = Indicator(
    code="R057",
    version="1.0.0",
    title="Bid rotation",
    rule="Two firms that meet more often than their markets explain win in turns, more regularly than chance allows.",
    unit="z of the runs test",
    source="OCP Red Flags in Public Procurement (2024), R057; Wald & Wolfowitz 1940 (10.1214/aoms/1177731909)",
    innocent="The firm that won last is busy with the contract and bids high until it is free.",
    text="In {n:.0f} joint tenders that one of the two won, the winner changed {runs:.0f} times "
    "(chance: {expected_runs:.1f}).",
    weight=0.3,
    settings=Settings(),
    find=find,
)
