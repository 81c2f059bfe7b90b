"""Invented graphs of any size for measuring graph stores: firms, tenders, bids, owners and who bids with whom."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graph.model import NODES, EdgeKind, NodeKind, edge_columns

Tables = tuple[dict[NodeKind, pa.Table], dict[EdgeKind, pa.Table]]
NODES_PER_EDGE = 450 / 1100


def graph_country(edges: int, *, seed: int = 0) -> Tables:
    """So many edges, of which six in eleven are bids and four say who bids with whom, and 450 nodes for 1,100 edges.

    At 1.1 M edges it has 450,000 nodes. Firms bid in neighbourhoods of 100; one pair in ten leaves its own.
    """
    rng = np.random.default_rng(seed)
    nodes = round(edges * NODES_PER_EDGE)
    orgs, persons, contacts = nodes * 12 // 45, nodes * 6 // 45, nodes // 45
    tenders = nodes - orgs - persons - contacts
    bids, pairs = edges * 6 // 11, edges * 4 // 11
    org, person, tender, contact = (
        _ids(*one) for one in (("o", orgs), ("p", persons), ("t", tenders), ("c", contacts))
    )
    left = rng.integers(orgs, size=2 * pairs)
    near, far = left // 100 * 100 + rng.integers(100, size=2 * pairs), rng.integers(orgs, size=2 * pairs)
    near = np.where(rng.random(2 * pairs) < 0.9, near, far)
    ends = np.unique(np.sort(np.column_stack([left, near % orgs]), axis=1), axis=0)
    ends = rng.permutation(ends[ends[:, 0] != ends[:, 1]])[:pairs]
    owned = edges - bids - len(ends)
    where = np.repeat(np.arange(tenders), 3)[rng.permutation(3 * tenders)[:bids]]
    firms = where * 7 % orgs // 100 * 100 + rng.integers(100, size=bids)
    days = pa.array(rng.integers(15000, 19000, bids).astype("int32")).cast(pa.date32())
    return {
        NodeKind.ORGANISATION: _table(
            NODES[NodeKind.ORGANISATION], id=org, own_id=[f"KZ-BIN-{n:012}" for n in range(orgs)],
            name=[f'ТОО "Строительная фирма {n}"' for n in range(orgs)], region=["Алматы"] * orgs,
        ),
        NodeKind.PERSON: _table(NODES[NodeKind.PERSON], id=person, name=[f"Person {n}" for n in range(persons)]),
        NodeKind.TENDER: _table(
            NODES[NodeKind.TENDER], id=tender, own_id=[f"T-{n}" for n in range(tenders)],
            name=[f"Ремонт дороги номер {n}" for n in range(tenders)], currency=["KZT"] * tenders,
            amount_minor=rng.integers(10**6, 10**12, tenders),
        ),
        NodeKind.CONTACT: _table(
            NODES[NodeKind.CONTACT], id=contact, kind=["phone"] * contacts, name=[str(n) for n in range(contacts)]
        ),
    }, {
        EdgeKind.BID: _table(
            edge_columns(EdgeKind.BID), source=org[firms % orgs], target=tender[where],
            mark=[f"bid-{n}" for n in range(bids)], amount_minor=rng.integers(10**6, 10**12, bids),
            currency=["KZT"] * bids, won=rng.random(bids) < 0.3, valid=[True] * bids, since=days, until=days,
            document=[f"{n * 7919:016x}" for n in range(bids)],
        ),
        EdgeKind.CO_BIDS: _table(
            edge_columns(EdgeKind.CO_BIDS), source=org[ends[:, 0]], target=org[ends[:, 1]], mark=[""] * len(ends),
            meetings=rng.integers(2, 20, len(ends)), expected=rng.random(len(ends)) * 3,
            z=rng.random(len(ends)) * 8 + 2, jaccard=rng.random(len(ends)),
        ),
        EdgeKind.OWNS: _table(
            edge_columns(EdgeKind.OWNS), source=person[rng.integers(persons, size=owned)],
            target=org[rng.integers(orgs, size=owned)], mark=[str(n) for n in range(owned)],
            interest=["shareholding"] * owned, share_min=rng.random(owned), share_max=rng.random(owned),
            document=[f"{n * 7919:016x}" for n in range(owned)],
        ),
    }  # fmt: skip


def changed(tables: Tables, share: float, *, seed: int = 1) -> Tables:
    """The same graph with another sum in so many of its bids."""
    nodes, edges = tables
    bids = edges[EdgeKind.BID]
    amounts = np.array(bids["amount_minor"].to_numpy())
    amounts[np.random.default_rng(seed).random(len(amounts)) < share] += 1
    place = bids.schema.get_field_index("amount_minor")
    return nodes, {**edges, EdgeKind.BID: bids.set_column(place, bids.schema.field(place), pa.array(amounts))}


def _ids(letter: str, count: int) -> NDArray[np.object_]:
    return np.array([f"{letter}-{n * 2654435761 % 2**64:016x}" for n in range(count)], dtype=object)


def _table(columns: dict[str, pa.DataType], **values: object) -> pa.Table:
    rows = len(next(iter(values.values())))  # type: ignore[arg-type]
    made = [
        pa.array(values[name], type_) if name in values else pa.nulls(rows, type_) for name, type_ in columns.items()
    ]
    return pa.table(made, schema=pa.schema(list(columns.items())))
