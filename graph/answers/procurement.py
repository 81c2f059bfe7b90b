"""What a generation says of procurement itself: tenders, awards, figures, and what is found where it is open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from graph.answers.documents import money
from graph.answers.lists import Lists, page
from graph.answers.naming import Document
from graph.answers.withhold import numbers_in, withhold
from graph.errors import UnknownId
from graph.generation import rows_of

MOST_ROWS = 100
"""So many regions, categories and procedures are counted: the greatest."""
_TEXTS = ("title", "method", "region", "category")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a tender must have: parties by node id or own id, one of the regions (any where there is none), days
    inclusive, ``q`` in the title or the own id; ``flagged`` asks for those that a flag is about which may be seen."""

    buyer: str | None = None
    supplier: str | None = None
    regions: tuple[str, ...] = ()
    category: str | None = None
    since: date | None = None
    until: date | None = None
    q: str | None = None
    flagged: bool = False


ALL = Wanted()


class Procurement(Lists):
    """Questions about tenders and awards; UnknownId for a party that is none or may not be seen."""

    def tenders_like(
        self, wanted: Wanted = ALL, *, offset: int = 0, limit: int | None = None, after: str | None = None
    ) -> list[Document]:
        """Tenders, the latest first; or from ``after`` on by their node ids, beginning with an empty text."""
        return self._told(page(_ordered(self._matching(wanted), "node", after), offset, limit))

    def _matching(self, wanted: Wanted) -> ir.Table:
        """The tenders that have everything wanted."""
        table = self._wanted(self._tenders(), wanted)
        if wanted.supplier is None:
            return table
        node = self._naming.node(wanted.supplier)
        won = self._generation.table("awards").filter(_.suppliers.contains(node)).select("node").distinct()
        return table.semi_join(won, "node")

    def count_like(self, wanted: Wanted = ALL) -> int:
        """How many tenders there are like it."""
        return int(self._matching(wanted).count().execute())

    def cases_like(self, wanted: Wanted) -> frozenset[str]:
        """The ids of the cases that have a tender like it among what their flags are about."""
        return frozenset(
            rows_of(self._cased().semi_join(self._matching(wanted), "node").select("case").distinct().case)
        )

    def _about_tenders(self) -> ir.Table:
        """Which visible flags are about which tenders: ``node``, ``case``."""
        about = self._findings().select("case", about=_.about.unnest())
        about = about.select("case", kind=about.about["kind"], node=about.about["id"])
        return about.filter(_.kind == "tender").select("node", "case")

    def _cased(self) -> ir.Table:
        """The tenders of the cases that may be seen: ``node``, ``case``, each pair once."""
        seen = self._cases().select(case="id")
        return self._about_tenders().filter(_.case.notnull()).semi_join(seen, "case").distinct()

    def tender(self, own: str) -> Document:
        """One tender with its awards, and the flags and rings about it that may be seen; UnknownId where there is none,
        or several, with this id."""
        tenders = self._tenders()
        rows = page(tenders.filter((tenders.node == own) | (tenders.own_id == own)), 0, 2)
        if len(rows) != 1:
            raise UnknownId(f"{'no' if not rows else 'more than one'} tender has the id {own!r}")
        [found], node = self._told(rows), rows[0]["node"]
        awards = self._generation.table("awards").filter(_.node == node).order_by("award")
        about = self._findings().select("id", about=_.about.unnest())
        about = about.filter((about.about["kind"] == "tender") & (about.about["id"] == node)).select("id")
        flags = self._findings().semi_join(about, "id").order_by("code", "id")
        rings = self._rings().filter(_.tenders.contains(node) & _.reported).order_by("rank")
        return {
            **found,
            "awards": self._awarded([{**row, "own_id": found["id"]} for row in page(awards, 0, None)]),
            "findings": self._documents.findings(page(flags, 0, MOST_ROWS)),
            "rings": self._documents.rings(page(rings, 0, MOST_ROWS)),
        }

    def awards_like(
        self, wanted: Wanted = ALL, *, offset: int = 0, limit: int | None = None, after: str | None = None
    ) -> list[Document]:
        """Awards, the latest first; or from ``after`` on by their opaque keys, beginning with an empty text."""
        facts = self._generation.table("tenders").select("node", "own_id", "title", "region", "category")
        table = self._wanted(self._generation.table("awards").join(facts, "node"), wanted)
        if wanted.supplier is not None:
            table = table.filter(_.suppliers.contains(self._naming.node(wanted.supplier)))
        return self._awarded(page(_ordered(table, "award", after), offset, limit))

    def findings_after(self, after: str, limit: int) -> list[Document]:
        """Red flags from an id on, by id."""
        return self._documents.findings(page(self._findings().filter(_.id > after).order_by("id"), 0, limit))

    def stats(self) -> Document:
        """How many tenders and awards there are, of what; how many flags and rings, where these may be seen."""
        tenders, awards = self._generation.table("tenders"), self._generation.table("awards")
        by_year = tenders.group_by(year=_.day.year()).agg(tenders=_.count()).order_by("year")
        sums = awards.group_by("currency", year=_.day.year()).agg(
            awards=_.count(), amount=_.amount.cast("decimal(38, 2)").sum()
        )
        awarded = sums.order_by("year", "currency").to_pyarrow().to_pylist()
        known = self._view.parties_in(self._generation.table("parties")).select("id")
        winners = awards.select(id=_.suppliers.unnest()).distinct()
        return {
            "generation": self._generation.number,
            "tenders": int(tenders.count().execute()),
            "awards": int(awards.count().execute()),
            "buyers": int(tenders.buyer.nunique().execute()),
            "suppliers": int(winners.semi_join(known, "id").count().execute()),
            "by_year": _years(by_year.to_pyarrow().to_pylist(), awarded),
            "by_region": _most(tenders, "region"),
            "by_category": _most(tenders, "category"),
            "by_method": _most(tenders, "method"),
            "findings": self._flags_by_rule() if self._view.findings else None,
            "rings": int(self._rings().filter(_.reported).count().execute()) if self._view.rings else None,
        }

    def _flags_by_rule(self) -> list[Document]:
        counted = self._findings().group_by("code").agg(flags=_.count()).order_by("code")
        return [
            {"code": row["code"], "title": self._documents.rules[row["code"]]["title"], "flags": row["flags"]}
            for row in counted.to_pyarrow().to_pylist()
        ]

    def _tenders(self) -> ir.Table:
        return self._generation.table("tenders").select(
            "node", "own_id", "title", "day", "closes", "status", "method", "region", "category", "buyer", "estimate",
            "currency", "tenderers",
        )  # fmt: skip

    def _wanted(self, table: ir.Table, wanted: Wanted) -> ir.Table:
        """The rows that have everything wanted but the supplier."""
        if wanted.buyer is not None:
            table = table.filter(_.buyer == self._naming.node(wanted.buyer))
        if wanted.regions:
            table = table.filter(_.region.isin(wanted.regions))
        if wanted.category is not None:
            table = table.filter(_.category == wanted.category)
        if wanted.since is not None:
            table = table.filter(_.day >= wanted.since)
        if wanted.until is not None:
            table = table.filter(_.day <= wanted.until)
        if wanted.q is not None:
            text = wanted.q.lower()
            named = table.title.lower().contains(text) | table.own_id.lower().contains(text)
            table = table.filter(named.fill_null(False))
        return table.semi_join(self._about_tenders().select("node"), "node") if wanted.flagged else table

    def _told(self, rows: list[Document]) -> list[Document]:
        nodes = [row["node"] for row in rows]
        buyers = self._naming.parties(row["buyer"] for row in rows if row["buyer"])
        rows = self._without_numbers(rows, _TEXTS)
        flags, scores = self._flags_of(nodes), self._scores_of(nodes)
        return [
            {
                "id": row["own_id"],
                "node": row["node"],
                "title": row["title"],
                "day": row["day"],
                "closes": row["closes"],
                "status": row["status"],
                "method": row["method"],
                "region": row["region"],
                "category": row["category"],
                "buyer": buyers.get(row["buyer"]),
                "estimate": money(row["estimate"], row["currency"]),
                "bidders": row["tenderers"],
                "flags": None if flags is None else flags.get(row["node"], []),
                "score": None if scores is None else scores.get(row["node"]),
            }
            for row in rows
        ]

    def _awarded(self, rows: list[Document]) -> list[Document]:
        parties = [one for row in rows for one in row["suppliers"]] + [row["buyer"] for row in rows if row["buyer"]]
        names = self._naming.parties(parties)
        rows = self._without_numbers(rows, ("award_id",))
        return [
            {
                "id": row["award_id"],
                "key": row["award"],
                "tender": row["own_id"],
                "node": row["node"],
                "suppliers": [names[one] for one in row["suppliers"]],
                "buyer": names.get(row["buyer"]),
                "day": row["day"],
                "amount": money(row["amount"], row["currency"]),
            }
            for row in rows
        ]

    def _without_numbers(self, rows: list[Document], names: tuple[str, ...]) -> list[Document]:
        """Titles are free text, and awards of tables are named for their bidders: a person's number in one is taken out
        for whoever may not see numbers."""
        if self._view.numbers:
            return rows
        texts = [row[name] for row in rows for name in names if row[name]]
        secret = numbers_in(self._generation, texts)
        if not secret:
            return rows
        return [row | {name: row[name] and withhold(row[name], secret) for name in names} for row in rows]

    def _flags_of(self, nodes: Iterable[str]) -> dict[str, list[str]] | None:
        """The codes of the flags about tenders by node id; None where flags may not be seen."""
        if not self._view.findings:
            return None
        about = self._findings().select("code", about=_.about.unnest())
        about = about.select("code", kind=about.about["kind"], node=about.about["id"])
        told = about.filter(_.kind == "tender").semi_join(table_of(nodes), "node")
        rows = told.group_by("node").agg(codes=_.code.collect(distinct=True).sort()).to_pyarrow().to_pylist()
        return {row["node"]: row["codes"] for row in rows}

    def _scores_of(self, nodes: Iterable[str]) -> dict[str, float] | None:
        """The greatest score of each tender's lots; None where rings, which these rest on, may not be seen."""
        if not self._view.rings:
            return None
        scores = self._generation.table("scores").filter(_.score.notnull()).semi_join(table_of(nodes), "node")
        rows = scores.group_by("node").agg(score=_.score.max()).to_pyarrow().to_pylist()
        return {row["node"]: row["score"] for row in rows}


def table_of(nodes: Iterable[str]) -> ir.Table:
    """Node ids to join with: thousands of them as literals take a second to write into a query."""
    return ibis.memtable(pa.table({"node": pa.array(sorted(nodes), pa.string())}))


def _ordered(table: ir.Table, key: str, after: str | None) -> ir.Table:
    if after is None:
        return table.order_by(_.day.desc(nulls_first=False), "own_id", key)
    return table.filter(_[key] > after).order_by(key)


def _years(counted: list[Document], awarded: list[Document]) -> list[Document]:
    """A row for each year that has tenders or awards; what has no day stands last, without a year."""
    tenders = {row["year"]: row["tenders"] for row in counted}
    years = sorted({*tenders, *(row["year"] for row in awarded)}, key=lambda year: (year is None, year))
    return [
        {
            "year": year,
            "tenders": tenders.get(year, 0),
            "awards": sum(row["awards"] for row in awarded if row["year"] == year),
            "awarded": [
                {"amount": str(row["amount"]), "currency": row["currency"]}
                for row in awarded
                if row["year"] == year and row["amount"] is not None
            ],
        }
        for year in years
    ]


def _most(tenders: ir.Table, name: str) -> list[Document]:
    counted = tenders.group_by(name=_[name]).agg(tenders=_.count()).order_by(_.tenders.desc(), "name")
    return page(counted, 0, MOST_ROWS)
