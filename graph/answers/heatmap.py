"""A country at a glance: two sides of its tenders crossed, with how many, how much, and how many are flagged."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from graph.answers.counted import Counted, least_share
from graph.answers.naming import Document
from graph.generation import rows_of

SIDES = ("region", "category", "buyer", "supplier", "year")
PARTIES = ("buyer", "supplier")
ORDERS = ("tenders", "money", "risk", "cases")
MOST = 40
"""So many rows and columns at most: the first by what they are ordered by."""
MOST_PLACES = 2000
"""So many names of regions are looked at: those of most tenders."""
_PLACES = pa.schema([("region", pa.string()), ("place", pa.string())])


class Heatmap(Counted):
    """Cells of rows and columns, each a count that leads to its tenders."""

    def heatmap(self, rows: str, columns: str, *, order: str = "tenders") -> Document:
        """``rows`` and ``columns`` with all their tenders, the most first, or by another of :data:`ORDERS` (risk: by
        the least share of flagged tenders that their number speaks for), years in their order; ``cells`` by their
        places in these; and ``total``, of everything wanted.

        Each says how many ``tenders``, what was ``awarded`` in the currency of most awards, how many are ``flagged``
        and in how many ``cases`` they are: None where these may not be seen. ``truncated`` says that there were more
        rows or columns. A tender without either is in no cell, one of several winners in a cell for each of these.
        """
        first, more = self._side(rows, order)
        second, further = self._side(columns, order, (rows, [one["name"] for one in first]))
        sides = {rows: first, columns: second}
        shown = {name: [one["name"] for one in side] for name, side in sides.items()}
        inside = self._with((rows, columns))
        inside = inside.filter(_[rows].isin(shown[rows]) & _[columns].isin(shown[columns]))
        cells = rows_of(self._counts(inside, {rows: "row", columns: "column"}).order_by("row", "column"))
        place = {name: {value: number for number, value in enumerate(values)} for name, values in shown.items()}
        return {
            "rows": self._side_told(rows, first),
            "columns": self._side_told(columns, second),
            "cells": [
                {"row": place[rows][one["row"]], "column": place[columns][one["column"]], **self._measures(one)}
                for one in cells
            ],
            "total": self.total(),
            "truncated": more or further,
        }

    def total(self) -> Document:
        """What :meth:`heatmap` says of everything wanted."""
        whole = self._counts(self._tenders_once().mutate(every=ibis.literal("")), {"every": "name"})
        nothing = {"tenders": 0, "amount": None, "flagged": 0, "cases": 0 if self._view.persons else None}
        return self._measures((rows_of(whole) or [nothing])[0])

    def known(self) -> frozenset[str]:
        """The sides of which anything is known."""
        tenders, told = self._tenders_once(), [name for name in SIDES if name != "supplier"]
        [counts] = rows_of(tenders.agg(**{name: tenders[name].count() for name in told}))
        won = rows_of(self._won().semi_join(tenders, "node").select("node").limit(1))
        return frozenset([*(name for name in told if counts[name]), *["supplier"][: len(won)]])

    def regions(self) -> list[Document]:
        """The names of regions with their ``tenders``, the most first; at most :data:`MOST_PLACES`."""
        counted = self._tenders_once().filter(_.region.notnull()).group_by(name=_.region).agg(tenders=_.count())
        return rows_of(counted.order_by(_.tenders.desc(), "name").limit(MOST_PLACES))

    def places(self, codes: Mapping[str, str]) -> dict[str, Document]:
        """What :meth:`heatmap` says of rows, by place; ``codes``: the place of each name of a region."""
        named = ibis.memtable(pa.table({"region": list(codes), "place": list(codes.values())}, schema=_PLACES))
        rows = rows_of(self._counts(self._tenders_once().join(named, "region"), {"place": "name"}).order_by("name"))
        return {row["name"]: self._measures(row) for row in rows}

    def _with(self, sides: tuple[str, ...]) -> ir.Table:
        return self._winners_once() if "supplier" in sides else self._tenders_once()

    def _side(self, name: str, order: str, beside: tuple[str, list[str]] | None = None) -> tuple[list[Document], bool]:
        """The first values of a side with their counts, and whether there are more; ``beside``: the shown values of the
        other side, of whose tenders the first are taken, else nine of ten cells of a wide country are empty."""
        tenders = self._with((name,))
        if name == "buyer" and not self._view.persons:
            parties = self._view.parties_in(self._generation.table("parties")).select(buyer="id")
            tenders = tenders.semi_join(parties, "buyer")
        counted = self._counts(tenders, {name: "name"})
        if beside is not None:
            other, values = beside
            met = self._with((name, other)).filter(_[other].isin(values))
            taken = self._ordered_by(self._counts(met, {name: "name"}), name, order).limit(MOST + 1)
            counted = counted.semi_join(taken.select("name"), "name")
        rows = rows_of(self._ordered_by(counted, name, order).limit(MOST + 1))
        found = rows[:MOST]
        return (found[::-1] if name == "year" else found), len(rows) > MOST

    def _ordered_by(self, counted: ir.Table, name: str, order: str) -> ir.Table:
        by = {
            "tenders": counted.tenders,
            "money": counted.amount,
            "risk": least_share(counted.flagged, counted.tenders) if self._view.findings else counted.tenders,
            "cases": counted.cases,
        }[order]
        if name == "year":
            return counted.order_by(_.name.desc())
        return counted.mutate(by=by).order_by(_.by.desc(nulls_first=False), _.tenders.desc(), "name")

    def _side_told(self, side: str, rows: list[Document]) -> list[Document]:
        """Rows as documents; parties are shown by name and own id instead of the node id."""
        told = [{"name": row["name"], **self._measures(row)} for row in rows]
        if side not in PARTIES:
            return self._without_numbers(told, ("name",))
        named = self._naming.parties(one["name"] for one in told)
        return [
            {**one, "node": one["name"], "id": own["id"], "name": own["name"] or own["id"], "kind": own["kind"]}
            for one in told
            for own in (named[one["name"]],)
        ]


def parties_of(found: Document) -> list[str]:
    """The node ids of the parties that a heat map names."""
    return [one["node"] for side in ("rows", "columns") for one in found[side] if "node" in one]
