"""Tenders counted by what they are: how many, for how much, how many flagged, in how many cases."""

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Self

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.answers.documents import money
from graph.answers.naming import Document
from graph.answers.procurement import ALL, Procurement, Wanted
from graph.answers.view import View
from graph.generation import Generation, rows_of

Z = 1.96
"""For a two-sided interval of 95 %."""


class Counted(Procurement):
    """Counts of the tenders wanted, each of which leads to just its tenders; a context.

    What is counted is put together once, in the engine, and gone at the end: a page counts it in eight ways.
    """

    def __init__(self, generation: Generation, view: View, wanted: Wanted = ALL) -> None:
        super().__init__(generation, view)
        self._asked, self._stack = wanted, ExitStack()
        self._kept: dict[str, ir.Table] = {}
        self._unit: str | None = None
        self.left_out = 0
        """So many awards are in another currency than most, or in none that is said: they are in no sum."""

    def __enter__(self) -> Self:
        rows = rows_of(self._currencies())
        self._unit = next((row["currency"] for row in rows if row["currency"]), None)
        self.left_out = sum(row["n"] for row in rows if row["currency"] != self._unit)
        return self

    def __exit__(self, *_told: object) -> None:
        self._stack.close()

    def _once(self, name: str, table: ir.Table) -> ir.Table:
        """A table that is put together when it is first asked for."""
        if name not in self._kept:
            self._kept[name] = self._stack.enter_context(table.cache())
        return self._kept[name]

    def _tenders_once(self) -> ir.Table:
        """The tenders wanted: ``node``, ``region``, ``category``, ``buyer``, ``year``, ``month``, ``amount``, what was
        awarded in the usual currency, and ``flag``, one where there is any."""
        return self._once("tenders", self._measured(self._won(), ["node"]))

    def _winners_once(self) -> ir.Table:
        """The same once for each ``supplier`` of a tender that may be seen, with what that one was awarded."""
        parties = self._view.parties_in(self._generation.table("parties")).select(supplier="id")
        won = self._won().mutate(supplier=_.suppliers.unnest()).semi_join(parties, "supplier")
        if self._asked.supplier is not None:
            won = won.filter(_.supplier == self._naming.node(self._asked.supplier))
        return self._once("winners", self._measured(won, ["node", "supplier"]))

    def _won(self) -> ir.Table:
        """All awards, or those of the supplier that is asked for."""
        awards = self._generation.table("awards")
        supplier = self._asked.supplier
        return awards if supplier is None else awards.filter(_.suppliers.contains(self._naming.node(supplier)))

    def _measured(self, won: ir.Table, keys: list[str]) -> ir.Table:
        tenders = self._matching(self._asked).select(
            "node", "region", "category", "buyer", year=_.day.year().cast("string"), month=_.day.strftime("%Y-%m")
        )
        if keys != ["node"]:
            tenders = tenders.join(won.select(keys).distinct(), "node")
        priced = won.filter(_.amount.notnull() & (_.currency == self._unit))
        sums = priced.group_by(keys).agg(amount=_.amount.cast("decimal(38, 2)").sum())
        flagged = self._about_tenders().select("node").distinct().mutate(flag=ibis.literal(1))
        joined = tenders.left_join(sums, keys, rname="{name}_sum").left_join(flagged, "node", rname="{name}_flag")
        return joined.drop(*(f"{key}_sum" for key in keys), "node_flag")

    def _currencies(self) -> ir.Table:
        """The currencies of these awards, that of most first, each with how many."""
        awards = self._won().filter(_.amount.notnull())
        if self._asked != ALL:
            awards = awards.semi_join(self._matching(self._asked), "node")
        return awards.group_by("currency").agg(n=_.count()).order_by(_.n.desc(), "currency")

    def _counts(self, tenders: ir.Table, by: Mapping[str, str]) -> ir.Table:
        """``tenders``, ``amount``, ``flagged`` and ``cases`` of each group; ``by``: what its columns are called."""
        named = tenders.rename({name: column for column, name in by.items()})
        keys = [*by.values()]
        named = named.drop_null(keys)
        counted = named.group_by(keys).agg(tenders=_.count(), amount=_.amount.sum(), flagged=_.flag.count())
        if not self._view.persons:
            return counted.mutate(cases=ibis.null("int64"))
        cased = named.join(self._once("cased", self._cased()), "node")
        cases = cased.group_by(keys).agg(cases=_.case.nunique())
        joined = counted.left_join(cases, keys, rname="{name}_cases")
        return joined.select(*keys, "tenders", "amount", "flagged", cases=_.cases.fill_null(0))

    def _measures(self, row: Document) -> Document:
        """A row of counts as a document."""
        told = {
            "tenders": row["tenders"],
            "awarded": money(row["amount"], self._unit),
            "flagged": row["flagged"] if self._view.findings else None,
        }
        return told | {"cases": row["cases"]} if "cases" in row else told


def least_share(held: ir.Value, of: ir.Value) -> ir.Value:
    """The lower end of a share's 95 % interval, so that one of one does not come first: Wilson's, 1927."""
    share, square = held / of, Z * Z / of
    middle, half = share + square / 2, Z * ((share * (1 - share) + square / 4) / of).sqrt()
    return (middle - half) / (1 + square)
