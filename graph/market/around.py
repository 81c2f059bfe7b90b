"""The records of one company and of everybody above it, for questions that need no other party.

A reader of few parties need not resolve them all: the keys that the records join to the company, and to its owners and
theirs, are looked for step by step, and what is asked after that reads only the rows of these keys.
"""

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.market import Market
from graph.market.records import Records, Tables, node_id
from graph.matching.decisions import Decisions
from ingest.identifiers import org_id

COLUMNS = {
    "organisations": "key",
    "persons": "key",
    "aliases": "party",
    "ownerships": "company",
    "officers": "company",
    "offices": "body",
    "kinships": "person",
}
"""The tables that are read in part, and the column whose key decides."""


def around(market: Market, given: str) -> Market:
    """The market of whatever ``given`` may name (see :func:`named`) and everybody who may own it, alone.

    Every party above is there with all that describes it, its owners and its kin; parties below or beside are not, so
    that only questions about those above have the whole answer.
    """
    store, decisions = market.records.store, market.records.decisions
    keys = _above(store, set(named(store, given)), _joined(market.records, decisions))
    return Market(Part(store, keys), decisions)


def named(store: Tables, given: str) -> list[str]:
    """The keys of organisations that a node id, a source's own id, a number with its scheme or a bare number names."""
    number, bare = org_id(given), given.upper().lstrip("0")
    known = store.table("organisations")
    key = number.key if number else given
    meant = (known.id == given) | (known.key == key)
    if bare:
        same = known.number.upper().endswith(bare) & (known.number.upper().re_replace("^0+", "") == bare)
        meant = meant | same.fill_null(False)
    found = [known.filter(meant).select("key")]
    aliases, owned = store.table("aliases"), store.table("ownerships")
    found.append(aliases.filter((aliases["alias"] == key) | (aliases.party == key)).select(key="party"))
    if given.startswith("o-"):
        keys = [known.select("key"), *(aliases.select(key=name) for name in ("alias", "party"))]
        keys += [owned.select(key=name) for name in ("company", "owner")]
        found.append(ibis.union(*keys, distinct=True).filter(node_id("o", _.key) == given))
    return _texts(ibis.union(*found, distinct=True))


class Part:
    """The rows of some parties in a record store, as far as :data:`COLUMNS` says.

    What it keeps has names of its own, so that the whole store's stays as it is.
    """

    def __init__(self, store: Tables, keys: Iterable[str]) -> None:
        self._store, self._keys = store, sorted(keys)
        self._read: dict[str, ir.Table] = {}

    def table(self, name: str) -> ir.Table:
        """The rows of the parties; the whole table where no key of a party decides."""
        if name not in COLUMNS:
            return self._store.table(name)
        if name not in self._read:
            self._read[name] = self.keep(name, _rows(self._store, name, COLUMNS[name], self._keys))
        return self._read[name]

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """The expression computed once and held for this session."""
        return self._store.keep(f"part_{name}", expression)


def _above(store: Tables, keys: set[str], joined: dict[str, set[str]]) -> set[str]:
    """The keys, all that are one with them, and those of owners, until there are no more."""
    new = set(keys)
    while new:
        aliases = [(_rows(store, "aliases", one, new), other) for one, other in _SIDES]
        found = [table.select(key=other) for table, other in aliases]
        found.append(_rows(store, "ownerships", "company", new).select(key="owner"))
        met = {*_texts(ibis.union(*found, distinct=True)), *(key for own in new for key in joined.get(own, ()))}
        new = met - keys
        keys |= new
    return keys


_SIDES = (("alias", "party"), ("party", "alias"))


def _joined(records: Records, decisions: Decisions) -> dict[str, set[str]]:
    """For each key of an accepted pair, the others of its pairs."""
    keys = records.keys(decisions.nodes()) if decisions else {}
    found: dict[str, set[str]] = {}
    for pair in decisions.accepted:
        if all(node in keys for node in pair):
            ends = {keys[node] for node in pair}
            for key in ends:
                found.setdefault(key, set()).update(ends - {key})
    return found


def _rows(store: Tables, name: str, column: str, values: Iterable[str]) -> ir.Table:
    wanted = ibis.memtable({column: sorted(values)}, schema={column: "string"})
    return store.table(name).semi_join(wanted, column)


def _texts(table: ir.Table) -> list[str]:
    return [str(key) for key in table.to_pyarrow()["key"].to_pylist()]
