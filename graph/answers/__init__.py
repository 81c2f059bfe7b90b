"""What a generation answers: the documents of the command line and the API.

Ids in answers are the sources' own ids where there are any. Persons are known by their opaque node ids unless
the caller may see their numbers.
"""

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.answers.documents import case_head
from graph.answers.lists import Lists, page
from graph.answers.naming import Document
from graph.answers.view import View
from graph.errors import UnknownId
from graph.generation import joined, listed, rows_of


class Answers(Lists):
    """Questions to one generation: the lists of :class:`Lists`, and single cases and parties."""

    def case(self, own: str, *, texts: bool = True) -> Document:
        """One case whole, down to its source records; UnknownId where there is none.

        Without ``texts`` source records have no text, which spares most of the work in a large case.
        """
        row = self.case_row(own)
        findings = self._findings().filter(_.id.isin(listed(row["findings"])))
        found = rows_of(findings.order_by(_.weight.desc(), "code", "id"))
        rings = {one["id"] for finding in found for one in finding["about"] if one["kind"] == "ring"}
        ring_rows = rows_of(self._rings().filter(_.id.isin(listed(rings))).order_by("rank"))
        links = self._case_links(found)
        evidence = _resting_on(found, links)
        tenders = dict.fromkeys(one["id"] for finding in found for one in finding["about"] if one["kind"] == "tender")
        names = self._naming.parties([*row["parties"]])
        return {
            **case_head(row),
            "generation": self._generation.number,
            "detected_at": self._generation.facts.get("detected_at"),
            "parties": [{**names[party], "node": party, "core": party in row["core"]} for party in row["parties"]],
            "findings": self._documents.findings(found),
            "rings": self._documents.rings(ring_rows),
            "links": self._documents.links(links),
            "wealth": self._case_wealth(found),
            "tenders": self._documents.tenders(tenders),
            "evidence": self._documents.evidence(evidence) if texts else self._documents.sources(evidence),
        }

    def case_evidence(self, own: str) -> list[str]:
        """The ids of the source records that the flags and paths of a case rest on; UnknownId where there is none."""
        row = self.case_row(own)
        found = rows_of(self._findings().filter(_.id.isin(listed(row["findings"]))))
        return _resting_on(found, self._case_links(found))

    def case_row(self, own: str) -> Document:
        """A case as it is stored; UnknownId where there is none that the caller may see."""
        rows = self._generation.prepared(("case", self._view), lambda it: self._cases().filter(_.id == it), own)
        if not rows:
            raise UnknownId(f"no case has the id {own!r}")
        found: Document = rows[0]
        return found

    def case_context(self, own: str) -> tuple[list[str], list[str]]:
        """A case's parties, and the nodes it is about: paths' nodes, then buyers, then tenders, most shared first."""
        row = self.case_row(own)
        found = self._generation.prepared(("about a case", self._view), self._about_case, own)
        on_paths = [
            end for link in self._case_links(found) for step in link["path"] for end in (step["source"], step["target"])
        ]
        about = [(one["kind"], one["id"]) for finding in found for one in finding["about"] if one["kind"] != "ring"]
        times: dict[tuple[str, str], int] = {}
        for one in about:
            times[one] = times.get(one, 0) + 1
        ordered = sorted(times, key=lambda one: (one[0] != "buyer", -times[one], one[1]))
        return row["parties"], list(dict.fromkeys([*on_paths, *(own for _kind, own in ordered)]))

    def entity(self, own: str) -> Document:
        """A party with its findings, rings, links and cases; UnknownId where there is none."""
        node = self._naming.node(own)
        row = rows_of(self._generation.table("parties").filter(_.id == node))[0]
        cases = self._cases().filter(_.parties.contains(node)).order_by("rank")
        rings = self._rings().filter(_.members.contains(node) & _.reported).order_by("rank")
        links = self._links().filter((_.official == node) | (_.supplier == node))
        shown = {name: row[name] for name in ("country", "region", "registered", "dissolved", "status", "problem")}
        return {
            **self._naming.parties([node])[node],
            "node": node,
            **{name: value for name, value in shown.items() if value is not None},
            "findings": self.findings(party=node, limit=100),
            "rings": self._documents.rings(page(rings, 0, 100)),
            "links": self._documents.links(page(links.order_by(_.score.desc(), "official", "supplier"), 0, 100)),
            "cases": [case_head(case) for case in page(cases, 0, 100)],
        }

    def search(self, text: str, *, limit: int = 20) -> list[Document]:
        """Parties and cases whose name, title or own id contains a text, in any case of letters; parties first."""
        wanted = text.lower()
        ask = self._generation.prepared
        found = [
            {"id": row["id"] if row["secret"] else row["own_id"], "name": row["name"], "kind": row["kind"],
             "node": row["id"]}
            for row in ask(("search", self._view, limit), lambda it: self._hits(it).limit(limit), wanted)
        ]  # fmt: skip
        if len(found) == limit:
            return found
        rows = ask(("search in cases", self._view, limit), lambda it: self._titled(it).limit(limit), wanted)
        return found + [{"kind": "case", **case_head(row)} for row in rows[: limit - len(found)]]

    def _hits(self, wanted: str) -> ir.Table:
        parties = self._view.parties_in(self._generation.table("parties"))
        number = parties.own_id.lower().contains(wanted)
        secret = ibis.literal(False) if self._view.numbers else View.personal(parties)
        hits = parties.filter(
            parties.name.lower().contains(wanted).fill_null(False) | (number & ~secret).fill_null(False)
        )
        secret = ibis.literal(False) if self._view.numbers else View.personal(hits)
        ordered = hits.order_by(hits.name.length(), "name", "id")
        return ordered.select("id", "own_id", "name", "kind", secret=secret)

    def _titled(self, wanted: str) -> ir.Table:
        return self._cases().filter(_.title.lower().contains(wanted)).order_by("rank")

    def _about_case(self, own: str) -> ir.Table:
        return self._findings().filter(_.case == own).select("id", "code", "parties", "subject", "about").order_by("id")

    def _links_among(self, ends: str) -> ir.Table:
        table, few = self._links(), ibis.literal(ends).split(" ")
        table = table.filter(few.contains(table.official) & few.contains(table.supplier))
        return table.order_by(_.score.desc(), "official", "supplier", "buyer")

    def _case_wealth(self, findings: list[Document]) -> list[Document]:
        officials = {party for finding in findings if finding["code"] == "W01" for party in finding["parties"]}
        return self.enriched(officials) if officials else []

    def _case_links(self, findings: list[Document]) -> list[Document]:
        ties = [finding for finding in findings if finding["code"] in ("L01", "L04")]
        ends = {party for finding in ties for party in finding["parties"]}
        wanted = {(*finding["parties"], finding["subject"]) for finding in ties}
        rows = (
            self._generation.prepared(("links of a case", self._view), self._links_among, joined(ends)) if ends else []
        )
        return [row for row in rows if (*sorted((row["official"], row["supplier"])), row["buyer"]) in wanted]


def _resting_on(findings: list[Document], links: list[Document]) -> list[str]:
    """The source records that findings and paths rest on, each once."""
    found = [document for finding in findings for document in finding["evidence"]]
    found += [step["document"] for link in links for step in (*link["path"], link["post"])]
    return list(dict.fromkeys(found))
