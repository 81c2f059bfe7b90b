"""Node ids as the ids and names that answers give."""

from collections.abc import Iterable
from typing import Any

from ibis import _

from graph.errors import UnknownId
from graph.generation import Generation, listed, rows_of

Document = dict[str, Any]


class Naming:
    """Looks up parties and tenders of one generation.

    Persons are known by their opaque node ids, unless ``numbers_of_persons`` lets the caller see the sources' own.
    """

    def __init__(self, generation: Generation, *, numbers_of_persons: bool) -> None:
        self.generation, self._numbers = generation, numbers_of_persons

    def node(self, own: str) -> str:
        """The node id of a party given by node id or by the source's own id; UnknownId where it is none or several."""
        parties = self.generation.table("parties")
        numbered = parties.own_id == own
        if not self._numbers:
            numbered = numbered & (parties.kind == "organisation")
        found = rows_of(parties.filter((parties.id == own) | numbered).limit(2).id)
        if len(found) != 1:
            raise UnknownId(f"{'no' if not found else 'more than one'} party has the id {own!r}")
        return str(found[0])

    def parties(self, nodes: Iterable[str]) -> dict[str, Document]:
        """``id``, ``name`` and ``kind`` of parties by node id; a node that is none stands for itself."""
        wanted = sorted(set(nodes))
        table = self.generation.table("parties").filter(_.id.isin(listed(wanted)))
        table = table.select("id", "own_id", "name", "kind")
        found = {row["id"]: row for row in rows_of(table)}
        named = {}
        for node in wanted:
            row = found.get(node, {"id": node, "own_id": node, "name": None, "kind": "unknown"})
            secret = row["kind"] != "organisation" and not self._numbers
            named[node] = {"id": node if secret else row["own_id"], "name": row["name"], "kind": row["kind"]}
        return named

    def tenders(self, nodes: Iterable[str]) -> dict[str, str]:
        """The sources' own ids of tenders by node id."""
        table = self.generation.table("tenders").filter(_.node.isin(listed(nodes))).select("node", "own_id")
        return {row["node"]: row["own_id"] for row in rows_of(table)}

    @property
    def numbers_of_persons(self) -> bool:
        """Whether answers may name persons by their numbers."""
        return self._numbers
