"""The records with every party known by one node id.

A party's node id is opaque and deterministic: a letter for its kind and 16 hexadecimal digits of the SHA-256 of
its key, so that the same records always give the same graph and no number of a person stands in an address.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Protocol

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from graph.matching.branches import branch_links
from graph.matching.decisions import NONE_DECIDED, Decisions, Pair
from graph.matching.identifiers import groups_of, same_by_identifier, with_decisions
from ingest.records import BRANCH


def node_id(kind: str, key: ir.StringValue) -> ir.StringValue:
    """The node id of a key: ``o`` for an organisation, ``p`` for a person, ``t`` for a tender, ``c`` for a contact."""
    return f"{kind}-" + key.hexdigest("sha256").substr(0, 16)


class Tables(Protocol):
    """What is read of a record store: see :class:`ingest.store.RecordStore`."""

    def table(self, name: str) -> ir.Table:
        """The table as an expression."""
        ...

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """The expression computed once for this session."""
        ...


class Records:
    """Tables of the record store as Ibis expressions, withdrawn statements left out, parties as node ids."""

    def __init__(self, store: Tables, decisions: Decisions = NONE_DECIDED) -> None:
        self.store = store
        self.decisions = decisions

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """The expression computed once for this session."""
        return self.store.keep(f"kept_{name}", expression)

    def live(self, name: str) -> ir.Table:
        """A table without the records of statements that later ones replaced."""
        table, gone = self.store.table(name), self.store.table("withdrawn")
        return table.anti_join(gone, table.subject == gone.replaced)

    def said(self, name: str, *columns: str) -> ir.Table:
        """A live table; codes in ``columns`` as what the source's own list says, our word first, else as they are."""
        table, codes = self.live(name), self.live("codes")
        for column in columns:
            of_column = codes.filter(codes.field == f"{name}.{column}")
            known = of_column.group_by(code_source="source", list_code="code").agg(
                list_said=ibis.coalesce(_.meaning, _.name).max()
            )
            joined = table.left_join(known, [table.source == known.code_source, table[column] == known.list_code])
            table = joined.mutate(**{column: ibis.coalesce(_.list_said, _[column])}).drop(
                "code_source", "list_code", "list_said"
            )
        return table

    @cached_property
    def same(self) -> ir.Table:
        """``key`` and ``party``: the key that stands for a party, where it has several."""
        return self.keep("same", ibis.memtable(self._joined[0]))

    @property
    def linked(self) -> dict[Pair, Pair]:
        """Accepted pairs that were linked and not joined: the keys of a branch and of its head, by node ids."""
        return self._joined[2]

    @property
    def left_out(self) -> dict[Pair, str]:
        """Accepted pairs that were not joined, by node ids, with the reasons."""
        return self._joined[1]

    @cached_property
    def _joined(self) -> tuple[pa.Table, dict[Pair, str], dict[Pair, Pair]]:
        pairs = self.store.table("aliases").select("alias", "party").distinct().to_pyarrow()
        same = same_by_identifier(pairs)
        if not self.decisions:
            return same, {}, {}
        keys = self.keys(self.decisions.nodes())
        groups = groups_of(same, keys.values())
        named = self.live("organisations").filter(_.name.notnull()).select("key", "name").distinct()
        asked = sorted({one for key in keys.values() for one in groups.members(key)})
        wanted = ibis.memtable({"key": asked}, schema={"key": "string"})  # none may be left in the records
        names: dict[str, list[str]] = defaultdict(list)
        for row in named.semi_join(wanted, "key").order_by("key", "name").to_pyarrow().to_pylist():
            names[row["key"]].append(row["name"])
        branches = branch_links(self.decisions.accepted, keys, groups, names)
        accepted = tuple(pair for pair in self.decisions.accepted if pair not in branches)
        return *with_decisions(same, keys, replace(self.decisions, accepted=accepted)), branches

    def keys(self, nodes: Iterable[str]) -> dict[str, str]:
        """The keys that node ids of organisations and persons are made of, where records have them."""
        wanted = sorted(set(nodes))
        keys = [
            self.store.table(table).select(key=column).distinct()
            for table, column in (
                ("organisations", "key"),
                ("persons", "key"),
                ("aliases", "alias"),
                ("aliases", "party"),
            )
        ]
        known = ibis.union(*keys, distinct=True)
        hashed = ibis.union(*(known.mutate(node=node_id(kind, _.key)) for kind in "op"))
        asked = ibis.memtable({"node": wanted}, schema={"node": "string"})
        found = hashed.semi_join(asked, "node").to_pyarrow()
        return dict(zip(found["node"].to_pylist(), found["key"].to_pylist(), strict=True))

    def _resolved(self, table: ir.Table, column: str) -> ir.Table:
        """The table with one column of keys replaced by the keys that stand for the parties."""
        same = self.same.rename(resolved_key="key", resolved_party="party")
        joined = table.left_join(same, table[column] == same.resolved_key)
        return joined.mutate(**{column: ibis.coalesce(_.resolved_party, _[column])}).drop(
            "resolved_key", "resolved_party"
        )

    def _organisation(self, table: ir.Table, column: str) -> ir.Table:
        return self._resolved(table, column).mutate(**{column: node_id("o", _[column])})

    @cached_property
    def organisation_mentions(self) -> ir.Table:
        """What source records say about organisations, ``id`` the node, ``own`` the source's id, ``key`` resolved."""
        table = self._resolved(self.live("organisations").rename(own="id"), "key")
        return table.mutate(id=node_id("o", _.key))

    @cached_property
    def person_mentions(self) -> ir.Table:
        """What source records say about persons; columns as in :attr:`organisation_mentions`."""
        table = self._resolved(self.live("persons").rename(own="id"), "key")
        return table.mutate(id=node_id("p", _.key))

    @cached_property
    def _person_keys(self) -> ir.Table:
        return self.keep("person_keys", self.person_mentions.select(person_key="key").distinct())

    def _party(self, table: ir.Table, column: str) -> ir.Table:
        """A column of keys that may be persons or organisations as node ids."""
        table, persons = self._resolved(table, column), self._person_keys
        joined = table.left_join(persons, table[column] == persons.person_key)
        person, organisation = node_id("p", _[column]), node_id("o", _[column])
        return joined.mutate(**{column: ibis.ifelse(_.person_key.notnull(), person, organisation)}).drop("person_key")

    def _person(self, table: ir.Table, column: str) -> ir.Table:
        """A column of keys that are persons', described or not, as node ids."""
        return self._resolved(table, column).mutate(**{column: node_id("p", _[column])})

    @cached_property
    def ownerships(self) -> ir.Table:
        """Interests of owners in companies, and every person in the companies that carry their own number."""
        return self.told_ownerships.filter(_.owner != _.company)

    @cached_property
    def told_ownerships(self) -> ir.Table:
        """As :attr:`ownerships`, with companies that are said to own themselves."""
        named = self._organisation(self._party(self.live("ownerships"), "owner"), "company")
        named = named.select(*_OWNED)
        persons = self.person_mentions.select("key", person="id").distinct()
        firms = self.organisation_mentions.select("key", "document", company="id")
        sole = firms.inner_join(persons, "key").group_by("person", "company").agg(document=_.document.min())
        own = sole.select(
            owner=_.person,
            company=_.company,
            interest=ibis.literal("soleProprietor"),
            share_min=ibis.literal(1.0),
            share_max=ibis.literal(1.0),
            direct=ibis.literal(True),
            beneficial=ibis.literal(True),
            since=ibis.null("date"),
            until=ibis.null("date"),
            document=_.document,
        )
        return self.keep("ownerships", ibis.union(named, own, *self._accepted_branches()))

    def _accepted_branches(self) -> list[ir.Table]:
        """The links of branches to their heads that a person made: the branch's first record stands for each."""
        if not self.linked:
            return []
        ends = [{"company": branch, "owner": head} for branch, head in sorted(set(self.linked.values()))]
        told = self._organisation(self._organisation(ibis.memtable(ends), "company"), "owner").distinct()
        firsts = self.organisation_mentions.group_by(company="id").agg(document=_.document.min())
        rows = told.join(firsts, "company").mutate(
            interest=ibis.literal(BRANCH),
            share_min=ibis.literal(1.0),
            share_max=ibis.literal(1.0),
            direct=ibis.literal(True),
            beneficial=ibis.null("boolean"),
            since=ibis.null("date"),
            until=ibis.null("date"),
        )
        return [rows.select(*_OWNED)]

    @cached_property
    def branches(self) -> ir.Table:
        """``company`` and its head, ``owner``: parts of a company that have a number of their own."""
        return self.ownerships.filter(_.interest == BRANCH).select("owner", "company").distinct()

    @cached_property
    def officers(self) -> ir.Table:
        """Who acts for which company."""
        table = self._organisation(self._party(self.live("officers"), "person"), "company")
        return self.keep("officers", table.select("person", "company", "role", *_SPAN))

    @cached_property
    def offices(self) -> ir.Table:
        """Who holds which public post."""
        table = self._organisation(self._person(self.said("offices", "position"), "person"), "body")
        return self.keep("offices", table.select("person", "body", "position", "procurement", *_SPAN))

    @cached_property
    def kinships(self) -> ir.Table:
        """Who is family of whom."""
        return self.told_kinships.filter(_.person != _.relative)

    @cached_property
    def told_kinships(self) -> ir.Table:
        """As :attr:`kinships`, with persons who are said to be their own kin."""
        table = self._person(self._person(self.live("kinships"), "person"), "relative")
        return self.keep("kinships", table.select("person", "relative", "relation", *_SPAN))

    @cached_property
    def declarations(self) -> ir.Table:
        """What persons declared: lines of income and assets by ``person``, of an ``owner``."""
        table = self._person(self._person(self.live("declarations"), "person"), "owner")
        told = table.select(
            "person", "owner", "year", "kind", "description", "amount", "currency", "day", "source", "document"
        )
        return self.keep("declarations", told)

    @cached_property
    def debarments(self) -> ir.Table:
        """Parties on lists of suppliers that may not be contracted."""
        table = self._party(self.live("debarments"), "party")
        return self.keep("debarments", table.select("party", "list", "reason", *_SPAN))

    @cached_property
    def contacts(self) -> ir.Table:
        """Addresses, phones and emails: one row per party, kind and normal form."""
        table = self._party(self.live("contacts"), "party")
        grouped = table.group_by("party", "kind", "normal").agg(value=_.value.min(), document=_.document.min())
        return self.keep("contacts", grouped.mutate(contact=node_id("c", _.kind + ":" + _.normal)))

    @cached_property
    def tenderers(self) -> ir.Table:
        """Which organisation stands behind which bid."""
        return self._organisation(self.store.table("tenderers"), "organisation").select("bid", "tender", "organisation")

    @cached_property
    def suppliers(self) -> ir.Table:
        """Which organisation an award went to."""
        table = self._organisation(self.store.table("suppliers"), "organisation")
        return table.select("award", "tender", "organisation", "document").distinct()

    @cached_property
    def tenders(self) -> ir.Table:
        """The tenders with buyers as node ids; an ``award_rule`` that no list explains is none."""
        table = self.said("tenders", "status", "method", "category", "region", "award_rule")
        table = table.mutate(award_rule=ibis.ifelse(_.award_rule.isin(AWARD_RULES), _.award_rule, None))
        for column in ("buyer", "procuring_entity"):
            table = self._organisation(table, column)
        return table


AWARD_RULES = ("lowest", "average", "points")
"""How bids win."""
_SPAN = ("since", "until", "document")
_OWNED = ("owner", "company", "interest", "share_min", "share_max", "direct", "beneficial", *_SPAN)
