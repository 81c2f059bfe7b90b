"""Node ids as the ids and names that answers give."""

from collections.abc import Iterable
from typing import Any

import ibis.expr.types as ir
from ibis import _

from graph.answers.view import View
from graph.errors import UnknownId
from graph.generation import Generation, joined, rows_of, words

Document = dict[str, Any]


class Naming:
    """Looks up parties and tenders of one generation.

    Persons and sole proprietors are known by their opaque node ids, unless the view lets their numbers be seen; they
    have no name where it lets no person be seen.
    """

    def __init__(self, generation: Generation, view: View) -> None:
        self.generation, self.view = generation, view

    def node(self, own: str) -> str:
        """The node id of a party given by node id or by the source's own id; UnknownId where it is none or several."""
        parties = self.view.parties_in(self.generation.table("parties"))
        numbered = parties.own_id == own
        if not self.view.numbers:
            numbered = numbered & ~View.personal(parties)
        found = rows_of(parties.filter((parties.id == own) | numbered).limit(2).id)
        if len(found) != 1:
            raise UnknownId(f"{'no' if not found else 'more than one'} party has the id {own!r}")
        return str(found[0])

    def parties(self, nodes: Iterable[str]) -> dict[str, Document]:
        """``id``, ``name`` and ``kind`` of parties by node id; a node that is none stands for itself."""
        wanted = sorted(set(nodes))
        found = {row["id"]: row for row in self.generation.prepared("names", self._named, joined(wanted))}
        named = {}
        for node in wanted:
            row = found.get(node, {"id": node, "own_id": node, "name": None, "kind": "unknown", "secret": True})
            own = node if row["secret"] and not self.view.numbers else row["own_id"]
            name = None if row["secret"] and not self.view.persons else row["name"]
            named[node] = {"id": own, "name": name, "kind": row["kind"]}
        return named

    def tenders(self, nodes: Iterable[str]) -> dict[str, str]:
        """The sources' own ids of tenders by node id."""
        tenders = self.generation.table("tenders").select("node", "own_id")
        rows = self.generation.prepared("tenders", lambda it: tenders.filter(_.node.isin(words(it))), joined(nodes))
        return {row["node"]: row["own_id"] for row in rows}

    def _named(self, ids: str) -> ir.Table:
        table = self.generation.table("parties")
        table = table.filter(table.id.isin(words(ids)))
        return table.select("id", "own_id", "name", "kind", secret=View.personal(table))
