"""Parties that are the same because they carry the same identifier."""

import igraph as ig
import pyarrow as pa

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
        chosen = min(members, key=lambda key: (":" in key, key))
        rows += [(member, chosen) for member in members if member != chosen]
    rows.sort()
    keys, parties = zip(*rows, strict=True) if rows else ((), ())
    return pa.table([pa.array(keys, pa.string()), pa.array(parties, pa.string())], schema=SCHEMA)
