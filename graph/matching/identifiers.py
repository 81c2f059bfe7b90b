"""Parties that are the same because they carry the same identifier."""

from collections.abc import Iterable, Mapping

import igraph as ig
import pyarrow as pa
import pyarrow.compute as pc

from graph.matching.decisions import Decisions, Groups, Pair
from graph.matching.party import Party, numbers_of
from graph.matching.score import by_numbers

SIDES = ("alias", "party")
SCHEMA = pa.schema([("key", pa.string()), ("party", pa.string())])


def same_by_identifier(aliases: pa.Table) -> pa.Table:
    """The key that stands for the party, for every key that has another one.

    ``aliases`` has the columns ``alias`` and ``party``: two keys that one source record gives to one party.
    Keys connected by any number of such pairs are one party, known by its first registered number, or by its
    first key where it has none. Comes back with the columns ``key`` and ``party``, sorted by key.

    >>> found = same_by_identifier(pa.table({"alias": ["bods:1", "bods:2"], "party": ["GB-COH-00000001"] * 2}))
    >>> found.to_pydict()
    {'key': ['bods:1', 'bods:2'], 'party': ['GB-COH-00000001', 'GB-COH-00000001']}
    """
    left, right = ([str(key) for key in aliases[column].to_pylist()] for column in SIDES)
    names = sorted(set(left) | set(right))
    index = {name: number for number, name in enumerate(names)}
    graph = ig.Graph(n=len(names), edges=[(index[a], index[b]) for a, b in zip(left, right, strict=True)])
    rows = []
    for group in graph.connected_components():
        members = [names[number] for number in group]
        chosen = standing_for(members)
        rows += [(member, chosen) for member in members if member != chosen]
    return _table(rows)


def standing_for(members: Iterable[str]) -> str:
    """The key that a party of several keys is known by: its first registered number, or its first key."""
    return min(members, key=lambda key: (":" in key, key))


def with_decisions(same: pa.Table, keys: Mapping[str, str], decisions: Decisions) -> tuple[pa.Table, dict[Pair, str]]:
    """The answer of :func:`same_by_identifier` with what people decided, and the accepted pairs left out with reasons.

    ``keys`` has the key of each decided node id; a pair with an unknown one is passed over. Accepted pairs are taken in
    their order. One is left out where valid numbers of one scheme would come together, whatever a person said when the
    records did not have them yet, and where a rejected pair would.
    """
    parties = groups_of(same, keys.values())
    left_out = {}
    for pair in decisions.accepted:
        if not all(node in keys for node in pair):
            continue
        if fault := _fault(parties, keys, pair, decisions.rejected):
            left_out[pair] = fault
        else:
            parties.join(*(keys[node] for node in pair))
    joined = {member: parties.members(member) for pair in decisions.accepted for node in pair if node in keys
              for member in parties.members(keys[node])}  # fmt: skip
    told = zip(*(same[name].to_pylist() for name in SCHEMA.names), strict=True)
    rows = [row for row in told if row[0] not in joined]
    rows += [(key, party) for key, members in joined.items() if key != (party := standing_for(members))]
    return _table(rows), left_out


def groups_of(same: pa.Table, keys: Iterable[str]) -> Groups:
    """The keys that are one with some keys already."""
    wanted = pa.array(sorted(set(keys)), pa.string())
    first = same.filter(pc.is_in(same["key"], wanted))["party"].combine_chunks()
    near = same.filter(pc.is_in(same["party"], pa.concat_arrays([wanted, first])))
    return Groups((str(row["key"]), str(row["party"])) for row in near.to_pylist())


def _fault(groups: Groups, keys: Mapping[str, str], pair: Pair, rejected: Iterable[Pair]) -> str | None:
    """Why two parties cannot be one; None where they can."""
    ours, theirs = (groups.of(keys[node]) for node in pair)
    if ours == theirs:
        return None
    numbers = by_numbers(*(Party("", (), numbers_of(groups.members(one))) for one in (ours, theirs)))
    if numbers and not numbers.score:
        return numbers.reasons[0]
    for other in rejected:
        if all(node in keys for node in other) and {groups.of(keys[node]) for node in other} == {ours, theirs}:
            return "a rejected pair would be joined"
    return None


def _table(rows: list[tuple[str, str]]) -> pa.Table:
    keys, parties = zip(*sorted(rows), strict=True) if rows else ((), ())
    return pa.table([pa.array(keys, pa.string()), pa.array(parties, pa.string())], schema=SCHEMA)
