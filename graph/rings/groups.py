"""Groups of firms as tables, and what the market's tables say of each."""

from collections.abc import Sequence
from functools import cached_property

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from graph.market import Market
from graph.rings.cohesion import Group


class GroupTables:
    """Groups whose evidence is looked at, each by its place (``ring``); the tables that several tests read, once.

    ``members`` has ``ring`` and ``party``, one row per member. The tables of the groups made last are at hand.
    """

    def __init__(self, market: Market, groups: Sequence[Group]) -> None:
        rows = [(place, firm) for place, group in enumerate(groups) for firm in group]
        rings, firms = zip(*rows, strict=True) if rows else ((), ())
        table = pa.table({"ring": pa.array(rings, pa.int64()), "party": pa.array(firms, pa.string())})
        self.market = market
        self.members = market.records.keep("ring_members", ibis.memtable(table))

    def within(self, pairs: ir.Table) -> ir.Table:
        """Pairs ``a`` and ``b`` of which both are members of one ring, with the ``ring``."""
        left, right = (self.members.rename({end: "party"}) for end in ("a", "b"))
        return pairs.join(left, "a").join(right, ["ring", "b"])

    @cached_property
    def met(self) -> ir.Table:
        """``ring``, ``tender``, ``node``, ``market``, ``day``, ``document``: where two or more members met."""
        met = self.within(self.market.meetings).select("ring", "tender").distinct()
        facts = self.market.tenders.select("tender", "node", "market", "day", "document", "called_off")
        joined = met.join(facts, "tender").filter(~_.called_off).drop("called_off")
        return self.market.records.keep("ring_tenders", joined)

    @cached_property
    def led(self) -> ir.Table:
        """``ring``, ``lot``: two members or more bid, and half or more of the lot's valid bids are theirs."""
        bidders = self.market.entries.filter(_.valid & ~_.called_off).select("lot", "bid", "party").distinct()
        sizes = bidders.group_by("lot").agg(n=_.bid.nunique())
        inside = bidders.join(self.members, "party").group_by("ring", "lot").agg(ours=_.bid.nunique())
        led = inside.join(sizes, "lot").filter((_.ours >= 2) & (2 * _.ours >= _.n))
        return self.market.records.keep("led_lots", led.select("ring", "lot"))

    @cached_property
    def held(self) -> ir.Table:
        """``ring``, ``tender``, ``day``, ``m`` members that bid, ``firms``, ``winner``: tenders with a day that one
        of them won.
        """
        present = (
            self.market.entries.filter(_.valid & ~_.called_off & _.day.notnull())
            .group_by("tender", "party", "day")
            .agg(won=_.won.fill_null(False).any())
        )
        ours = (
            present.join(self.members, "party")
            .group_by("ring", "tender", "day")
            .agg(m=_.count(), winners=_.won.sum(), winner=_.party.max(where=_.won), firms=_.party.collect())
        )
        return self.market.records.keep("held_tenders", ours.filter((_.m >= 2) & (_.winners == 1)).drop("winners"))
