"""What of a generation its reader may see. Every query is filtered by it: what is hidden is not looked up at all."""

import re
from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.model import Node, NodeKind, Subgraph

PERSONAL = r"^(KZ-IIN-.*|[0-9]{4}[0-3][0-9]{7})$"
"""The own id of a sole proprietor is a person's number: the fifth digit of an IIN is that of a day."""
_SECRET = frozenset({"own_id", "birth_date"})


@dataclass(frozen=True, slots=True)
class View:
    """What a reader may see.

    ``persons``: people, what ties them to firms, and cases, which bring both together; ``numbers``: people's own
    numbers; ``findings`` and ``rings``: those about firms alone; ``private``: the ids of the restricted cases that are
    open to the reader, None for all of them.
    """

    persons: bool = True
    numbers: bool = False
    findings: bool = True
    rings: bool = True
    private: frozenset[str] | None = frozenset()

    def cases(self, table: ir.Table) -> ir.Table:
        """The cases that may be seen."""
        if not self.persons:
            return table.filter(ibis.literal(False))
        if self.private is None or "restricted" not in table.columns:
            return table
        return table.filter(~_.restricted | _.id.isin(sorted(self.private)))

    def findings_in(self, table: ir.Table, private_codes: list[str], parties: ir.Table) -> ir.Table:
        """The red flags that may be seen; those of rules about private life go with their cases."""
        if not self.findings:
            return table.filter(ibis.literal(False))
        if not self.rings:
            table = table.filter(~_.about.map(lambda one: one["kind"]).contains("ring").fill_null(False))
        if not self.persons:
            about = table.select("id", party=_.parties.unnest())
            table = table.anti_join(about.anti_join(self.parties_in(parties).select(party="id"), "party"), "id")
        if self.private is None or not private_codes:
            return table
        opened = _.case.isin(sorted(self.private)) & ibis.literal(self.persons)
        return table.filter(_.code.notin(private_codes) | opened.fill_null(False))

    def rings_in(self, table: ir.Table) -> ir.Table:
        """The rings that may be seen."""
        return table if self.rings else table.filter(ibis.literal(False))

    def links_in(self, table: ir.Table) -> ir.Table:
        """The ties of officials that may be seen."""
        return table if self.persons else table.filter(ibis.literal(False))

    def parties_in(self, table: ir.Table) -> ir.Table:
        """The parties that may be seen; a sole proprietor bears a person's name and number, and counts as one."""
        return table if self.persons else table.filter(~self.personal(table))

    @staticmethod
    def personal(parties: ir.Table) -> ir.BooleanValue:
        """Whose own id is a person's number: people's, and sole proprietors'."""
        number = parties.own_id.upper().re_search(PERSONAL).fill_null(False)
        return (parties.kind != "organisation") | number

    def of(self, found: Subgraph) -> Subgraph:
        """A piece of the graph without what identifies people by number, unless the reader may see that."""
        if self.numbers:
            return found
        return replace(found, nodes=tuple(_withheld(node) for node in found.nodes))


def _withheld(node: Node) -> Node:
    own = str(node.properties.get("own_id") or "").upper()
    if node.kind is not NodeKind.PERSON and not re.search(PERSONAL, own):
        return node
    return replace(node, properties={name: value for name, value in node.properties.items() if name not in _SECRET})


EVERYTHING = View(numbers=True, private=None)
"""What whoever holds the home may see: the records lie beside it."""
