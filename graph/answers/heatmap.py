"""A country at a glance: two sides of its tenders crossed, with how many, how much, and how many are flagged."""

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.answers.documents import money
from graph.answers.naming import Document
from graph.answers.procurement import ALL, Procurement, Wanted
from graph.generation import rows_of

SIDES = ("region", "category", "buyer", "year")
MOST = 40
"""So many rows and columns at most: those with the most tenders."""


class Heatmap(Procurement):
    """Cells of rows and columns, each a count that leads to its tenders."""

    def heatmap(self, rows: str, columns: str, wanted: Wanted = ALL) -> Document:
        """``rows`` and ``columns`` with their tenders, the most first, and ``cells`` by their places in these: how many
        ``tenders``, what was ``awarded`` in the currency of most awards, how many are ``flagged`` (None where flags may
        not be seen). ``truncated`` says that there were more rows or columns. A tender without either is in no cell.
        """
        tenders = self._matching(wanted).mutate(year=_.day.year().cast("string"))
        tenders = tenders.select("node", row=tenders[rows], column=tenders[columns]).drop_null(["row", "column"])
        sides = {name: self._side(tenders, name) for name in ("row", "column")}
        shown = {name: [one["name"] for one in side[:MOST]] for name, side in sides.items()}
        tenders = tenders.filter(_.row.isin(shown["row"]) & _.column.isin(shown["column"]))
        cells = rows_of(self._cells(tenders))
        labels = {name: self._labels(column, shown[name]) for name, column in (("row", rows), ("column", columns))}
        place = {name: {value: number for number, value in enumerate(values)} for name, values in shown.items()}
        return {
            "rows": [{**one, **labels["row"].get(one["name"], {})} for one in sides["row"][:MOST]],
            "columns": [{**one, **labels["column"].get(one["name"], {})} for one in sides["column"][:MOST]],
            "cells": [
                {
                    "row": place["row"][cell["row"]],
                    "column": place["column"][cell["column"]],
                    "tenders": cell["tenders"],
                    "awarded": money(cell["awarded"], cell["currency"]),
                    "flagged": cell["flagged"] if self._view.findings else None,
                }
                for cell in cells
            ],
            "truncated": any(len(side) > MOST for side in sides.values()),
        }

    def _side(self, tenders: ir.Table, name: str) -> list[Document]:
        counted = tenders.group_by(name=_[name]).agg(tenders=_.count()).order_by(_.tenders.desc(), "name")
        return rows_of(counted.limit(MOST + 1))

    def _cells(self, tenders: ir.Table) -> ir.Table:
        awards = self._generation.table("awards").filter(_.amount.notnull())
        usual = awards.group_by("currency").agg(n=_.count()).order_by(_.n.desc(), "currency").limit(1)
        sums = awards.semi_join(usual, "currency").group_by("node", "currency").agg(amount=_.amount.sum())
        about = self._findings().select(about=_.about.unnest())
        flagged = about.filter(_.about["kind"] == "tender").select(node=_.about["id"]).distinct()
        flagged = flagged.mutate(flag=ibis.literal(1))
        joined = tenders.left_join(sums, "node").drop("node_right").left_join(flagged, "node")
        cells = joined.group_by("row", "column").agg(
            tenders=_.count(), awarded=_.amount.cast("decimal(38, 2)").sum(), currency=_.currency.max(),
            flagged=_.flag.count(),
        )  # fmt: skip
        return cells.order_by("row", "column")

    def _labels(self, side: str, values: list[str]) -> dict[str, Document]:
        """Buyers are shown by name and own id instead of the node id."""
        if side != "buyer":
            return {}
        named = self._naming.parties(values)
        return {node: {"id": one["id"], "name": one["name"] or one["id"]} for node, one in named.items()}
