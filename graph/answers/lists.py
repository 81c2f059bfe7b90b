"""Lists of what a generation found, most suspicious first."""

from collections.abc import Collection, Iterable

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.answers.documents import Documents, case_head, pair_reasons
from graph.answers.naming import Document, Naming
from graph.answers.view import View
from graph.answers.wealth import enriched_document, parties_of
from graph.errors import UnknownId
from graph.finding import seen_as
from graph.generation import Generation, listed, rows_of

DEFAULT = View()


def page(table: ir.Table, offset: int, limit: int | None) -> list[Document]:
    """A page of a table's rows; all of them from ``offset`` on where there is no limit."""
    return rows_of(table.limit(limit, offset=offset))


def kin_of(row: Document) -> tuple[str, ...]:
    """The ids of the cases that went into one, and of the one that it was split from."""
    return tuple(filter(None, (*row["merged"], row["split_from"])))


class Lists:
    """Questions to one generation that are answered by a list."""

    def __init__(self, generation: Generation, view: View = DEFAULT) -> None:
        self._generation, self._view = generation, view
        self._naming = Naming(generation, view)
        self._documents = Documents(self._naming)

    def node(self, own: str) -> str:
        """The node id of a party given by node id or own id; UnknownId where it is none or several."""
        return self._naming.node(own)

    def called(self, own: str) -> str:
        """The name of a party given by node id or own id, else what it was given by; UnknownId as above."""
        named = self._naming.parties([self._naming.node(own)])
        return next((one["name"] for one in named.values() if one["name"]), own)

    def evidence(self, documents: Iterable[str]) -> list[Document]:
        """Those of these source records that came into the generation, by file and position."""
        return self._documents.evidence(documents)

    def records(self, rows: Iterable[Document]) -> list[Document]:
        """Rows of the record store's table ``documents`` as evidence is shown."""
        return self._documents.records(rows)

    def rules(self) -> list[Document]:
        """The rules as they were configured for this generation."""
        return list(self._documents.rules.values())

    def findings(
        self, *, code: str | None = None, party: str | None = None, offset: int = 0, limit: int | None = None
    ) -> list[Document]:
        """Red flags, by code and id."""
        if code is not None and code not in self._documents.rules:
            raise UnknownId(f"no rule has the code {code!r}")
        table = self._findings().order_by("code", "id")
        if code is not None:
            table = table.filter(_.code == code)
        if party is not None:
            table = table.filter(_.parties.contains(self._naming.node(party)))
        return self._documents.findings(page(table, offset, limit))

    def parties_of(self, cases: Iterable[str]) -> list[str]:
        """The node ids of the parties of these cases, in order."""
        table = self._cases().filter(_.id.isin(listed(cases)))
        return sorted({party for row in rows_of(table.select("parties")) for party in row["parties"]})

    def restricted_among(self, findings: Iterable[str]) -> tuple[list[str], list[str]]:
        """Of these findings the ids of those about private life, and the node ids of their parties."""
        private = [rule["code"] for rule in self.rules() if rule.get("restricted")]
        table = self._findings().filter(_.code.isin(private) & _.id.isin(listed(findings)))
        rows = rows_of(table.select("id", "parties").order_by("id"))
        return [row["id"] for row in rows], sorted({party for row in rows for party in row["parties"]})

    def rings(self, *, everything: bool = False, offset: int = 0, limit: int | None = None) -> list[Document]:
        """Reported rings, or all candidates."""
        table = self._rings().order_by("rank")
        rows = page(table if everything else table.filter(_.reported), offset, limit)
        return self._documents.rings(rows)

    def links(
        self,
        *,
        official: str | None = None,
        supplier: str | None = None,
        buyer: str | None = None,
        most_hops: int = 4,
        offset: int = 0,
        limit: int | None = None,
    ) -> list[Document]:
        """Official to winner paths, strongest first."""
        table = self._links().filter(_.hops <= most_hops)
        if official is not None:
            table = table.filter(_.official == self._naming.node(official))
        if supplier is not None:
            table = table.filter(_.supplier == self._naming.node(supplier))
        if buyer is not None:
            table = table.filter(_.buyer == self._naming.node(buyer))
        ordered = table.order_by(_.score.desc(), "official", "supplier", "buyer")
        return self._documents.links(page(ordered, offset, limit))

    def tenders(self, *, offset: int = 0, limit: int | None = None) -> list[Document]:
        """Tender scores with screens and the codes of the flags raised; tenders without a score come last."""
        from graph.market.screens import SCREENS  # noqa: PLC0415 - no other answer needs the market

        about = self._findings().unnest("about")
        flagged = about.select("code", kind=about.about["kind"], node=about.about["id"]).filter(_.kind == "tender")
        flags = flagged.group_by("node").agg(flags=_.code.collect(distinct=True).sort())
        scores = self._generation.table("scores")
        best = scores.mutate(
            place=ibis.row_number().over(group_by="node", order_by=[_.score.desc(nulls_first=False), _.lot])
        )
        best = best.filter(_.place == 0).select("node", "score", *SCREENS, "price")
        tenders = self._generation.table("tenders").select("node", "own_id")
        joined = tenders.left_join(best, "node").drop("node_right").left_join(flags, "node").drop("node_right")
        rows = page(joined.order_by(_.score.desc(nulls_first=False), "own_id", "node"), offset, limit)
        return [
            {
                "tender": row["own_id"],
                "score": row["score"],
                "screens": {name: row[name] for name in (*SCREENS, "price") if row[name] is not None},
                "flags": row["flags"] or [],
            }
            for row in rows
        ]

    def pairs(self, *, offset: int = 0, limit: int | None = None) -> list[Document]:
        """Firm pairs that met."""
        table = self._generation.table("pairs").order_by(_.score.desc(), "a", "b")
        rows = page(table, offset, limit)
        names = self._naming.parties([row[end] for row in rows for end in ("a", "b")])
        return [
            {
                "a": names[row["a"]]["id"],
                "b": names[row["b"]]["id"],
                "score": row["score"],
                "meetings": row["meetings"],
                "expected": row["expected"],
                "reasons": pair_reasons(row),
            }
            for row in rows
        ]

    def firms(self, *, offset: int = 0, limit: int | None = None) -> list[Document]:
        """Every bidder."""
        rows = page(self._generation.table("firms").order_by(_.score.desc(), "firm"), offset, limit)
        names = self._naming.parties(row["firm"] for row in rows)
        return [
            {
                "firm": names[row["firm"]]["id"],
                "name": row["name"],
                "score": row["score"],
                "rings": row["rings"],
                "bids": row["bids"],
                "won": row["won"],
            }
            for row in rows
        ]

    def cases(
        self,
        *,
        among: Collection[str] | None = None,
        beside: Collection[str] = (),
        offset: int = 0,
        limit: int | None = None,
    ) -> list[Document]:
        """Cases as a list shows them: all, or those ``among`` these ids, and none of those ``beside`` them."""
        table = self._cases()
        if among is not None:
            table = table.filter(_.id.isin(listed(among)))
        if beside:
            table = table.filter(_.id.notin(listed(beside)))
        return [case_head(row) for row in page(table.order_by("rank"), offset, limit)]

    def cases_beside(self, rank: int, many: int) -> list[Document]:
        """The cases ranked just before and just after a rank, and the one at it, at most so many on each side."""
        table = self._cases()
        before = rows_of(table.filter(_.rank < rank).order_by(_.rank.desc()).limit(many))
        after = rows_of(table.filter(_.rank >= rank).order_by("rank").limit(many + 1))
        return [case_head(row) for row in [*reversed(before), *after]]

    def related_cases(self) -> dict[str, tuple[str, ...]]:
        """By case, the cases that went into it and the one that it was split from; those that have any."""
        table = self._cases().filter((_.merged.length() > 0) | _.split_from.notnull())
        rows = rows_of(table.select("id", "merged", "split_from").order_by("id"))
        return {row["id"]: kin_of(row) for row in rows}

    def case_findings(self, cases: Collection[str]) -> list[Document]:
        """The findings of cases: ``case``, ``id``, ``code``, ``version``, and ``seen``, the mark of its records."""
        table = self._findings().filter(_.case.isin(listed(cases))) if cases else self._findings().limit(0)
        rows = rows_of(table.select("case", "id", "code", "version", "evidence").order_by("id"))
        kept = ("case", "id", "code", "version")
        return [
            {**{name: row[name] for name in kept}, "seen": seen_as(row["version"], row["evidence"])} for row in rows
        ]

    def finding_marks(self, findings: Collection[str]) -> list[Document]:
        """``id`` and ``seen`` of these findings, by id."""
        table = self._findings().filter(_.id.isin(listed(findings))).select("id", "version", "evidence")
        rows = rows_of(table.order_by("id"))
        return [{"id": row["id"], "seen": seen_as(row["version"], row["evidence"])} for row in rows]

    @property
    def sees_all(self) -> bool:
        """Whether every case about private life may be seen."""
        return self._view.persons and self._view.private is None

    def cases_by_rule(self, decided: Collection[str]) -> list[Document]:
        """For each rule and version, how many ``cases`` have it, and how many of these are among those ``decided``."""
        table = self._findings().filter(_.case.notnull()).select("code", "version", "case").distinct()
        table = table.semi_join(self._cases().select(case="id"), "case")
        told = table.mutate(known=_.case.isin(listed(decided)).fill_null(False))
        counted = told.group_by("code", "version").agg(cases=_.count(), decided=_.count(where=_.known))
        return rows_of(counted.order_by("code", "version"))

    def enriched(self, officials: Collection[str] | None = None) -> list[Document]:
        """Officials, or those of these node ids, whose household bought more than its declared income explains.

        Empty where that is not open to the caller.
        """
        if not self._view.persons or self._view.private == frozenset():
            return []
        table = self._generation.table("enriched")
        if self._view.private is not None:
            opened = self._cases().filter(_.restricted).select(official=_.parties.unnest())
            table = table.semi_join(opened, "official")
        if officials is not None:
            table = table.filter(_.official.isin(listed(officials)))
        rows = rows_of(table.order_by(_.ratio.desc(nulls_first=True), "official"))
        names = self._naming.parties(owner for row in rows for owner in parties_of(row))
        return [enriched_document(row, names) for row in rows]

    def _findings(self) -> ir.Table:
        """The findings that the reader may see."""
        private = [code for code, rule in self._documents.rules.items() if rule.get("restricted")]
        table, parties = self._generation.table("findings"), self._generation.table("parties")
        return self._view.findings_in(table, private, parties)

    def _cases(self) -> ir.Table:
        """The cases that the reader may see."""
        return self._view.cases(self._generation.table("cases"))

    def _rings(self) -> ir.Table:
        return self._view.rings_in(self._generation.table("rings"))

    def _links(self) -> ir.Table:
        table = self._view.links_in(self._generation.table("links"))
        ends = table.official + " " + table.supplier + " " + table.buyer
        return table.mutate(id=ibis.literal("link-") + ends.hexdigest("sha256").substr(0, 12))
