"""Rings and their members as tables, and what the market's tables say of each ring."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from graph.market import Market
from graph.rings.cohesion import Group


def member_table(market: Market, groups: Sequence[Group]) -> ir.Table:
    """``ring`` (its place in ``groups``) and ``party``, one row per member."""
    rows = [(place, firm) for place, group in enumerate(groups) for firm in group]
    rings, firms = zip(*rows, strict=True) if rows else ((), ())
    table = pa.table({"ring": pa.array(rings, pa.int64()), "party": pa.array(firms, pa.string())})
    return market.records.keep("ring_members", ibis.memtable(table))


def ring_tenders(market: Market, members: ir.Table) -> ir.Table:
    """``ring``, ``tender``, ``node``, ``market``, ``day``, ``document``: where two or more members met."""
    left = members.select(ring="ring", a="party")
    right = members.select(ring="ring", b="party")
    met = market.meetings.join(left, "a").join(right, ["ring", "b"]).select("ring", "tender").distinct()
    facts = market.tenders.select("tender", "node", "market", "day", "document", "called_off")
    joined = met.join(facts, "tender").filter(~_.called_off).drop("called_off")
    return market.records.keep("ring_tenders", joined)
