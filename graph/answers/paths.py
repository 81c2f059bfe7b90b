"""A tie of an official to a winner whole: the chain by name, the awards won meanwhile, the source records."""

from ibis import _

from graph.answers.documents import case_head, money
from graph.answers.naming import Document
from graph.answers.procurement import Procurement, table_of
from graph.errors import UnknownId
from graph.generation import listed, rows_of

TIES = ("L01", "L04")
"""The rules that flag such ties."""


class PathAnswers(Procurement):
    """Questions about one tie."""

    def link(self, own: str) -> Document:
        """A tie by its id; UnknownId where there is none that may be seen.

        Beside what :meth:`~graph.answers.lists.Lists.links` says: ``nodes``, whom the path joins, from the official to
        the supplier; ``rule`` of the ties, ``cases``, ``awards`` by day, and ``evidence``, the source records of the
        path and the post. A contact on the path has no name here: the graph knows it.
        """
        rows = rows_of(self._links().filter(_.id == own))
        if not rows:
            raise UnknownId(f"no tie has the id {own!r}")
        row = rows[0]
        [told] = self._documents.links(rows)
        chain = _chain(row)
        names = self._naming.parties([one for one in chain if not one.startswith("c-")] + [row["buyer"]])
        unnamed = {"name": None, "kind": "contact"}
        cases, codes = self._about(row)
        return {
            **told,
            "nodes": [{"id": one, **unnamed, **names.get(one, {}), "node": one} for one in chain],
            "buyer_node": row["buyer"],
            "rule": self._documents.rules.get(codes[0] if codes else TIES[0]),
            "cases": cases,
            "awards": self._won(row),
            "evidence": self.evidence([*(step["document"] for step in row["path"]), row["post"]["document"]]),
        }

    def _about(self, row: Document) -> tuple[list[Document], list[str]]:
        """The cases that rest on the tie, and the codes of the rules that flag it."""
        ends = [row["official"], row["supplier"]]
        flags = self._findings().filter(_.code.isin(TIES) & (_.subject == row["buyer"]))
        for end in ends:
            flags = flags.filter(_.parties.contains(end))
        found = rows_of(flags.select("code", "case").order_by("code"))
        cases = self._cases().filter(_.id.isin(listed(one["case"] for one in found if one["case"])))
        return [case_head(one) for one in rows_of(cases.order_by("rank"))], [one["code"] for one in found]

    def _won(self, row: Document) -> list[Document]:
        """The tenders that the supplier won while the path held, by day, with what it was given."""
        facts = rows_of(self._tenders().semi_join(table_of(row["tenders"]), "node"))
        given = self._generation.table("awards").filter(_.suppliers.contains(row["supplier"]))
        given = given.semi_join(table_of(row["tenders"]), "node")
        sums: dict[str, list[Document]] = {}
        for one in rows_of(given.select("node", "day", "amount", "currency").order_by("node", "day", "currency")):
            sums.setdefault(one["node"], []).append(one)
        found = []
        for fact in self._without_numbers(facts, ("title",)):
            parts = sums.get(fact["node"], [])
            same = len({one["currency"] for one in parts}) == 1 and all(one["amount"] is not None for one in parts)
            found.append(
                {
                    "id": fact["own_id"],
                    "node": fact["node"],
                    "title": fact["title"],
                    "day": min((one["day"] for one in parts if one["day"]), default=fact["day"]),
                    "amount": money(sum(one["amount"] for one in parts), parts[0]["currency"]) if same else None,
                    "estimate": money(fact["estimate"], fact["currency"]),
                    "bidders": fact["tenderers"],
                }
            )
        return sorted(found, key=lambda one: (one["day"] is None, one["day"], one["id"]))


def _chain(row: Document) -> list[str]:
    """The nodes of a path from the official on."""
    found = [row["official"]]
    for step in row["path"]:
        found.append(step["target"] if step["source"] == found[-1] else step["source"])
    return found
