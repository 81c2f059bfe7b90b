"""The graph: its kinds of nodes and edges, their properties, and what is read from it.

Ids are deterministic: a node's is made from its key (:func:`graph.market.records.node_id`), an edge's from its
kind and its ends and, where several may join the same two, what tells them apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pyarrow as pa


class NodeKind(StrEnum):
    """A closed list: nothing else may stand where a label does."""

    ORGANISATION = "Organisation"
    PERSON = "Person"
    TENDER = "Tender"
    CONTACT = "Contact"


class EdgeKind(StrEnum):
    """A closed list: nothing else may stand where a relationship's type does."""

    BID = "BID"
    SUPPLIES = "SUPPLIES"
    BUYS = "BUYS"
    OWNS = "OWNS"
    OFFICER = "OFFICER"
    OFFICE = "OFFICE"
    KIN = "KIN"
    REACHED_AT = "REACHED_AT"
    CO_BIDS = "CO_BIDS"


@dataclass(frozen=True, slots=True)
class EdgeShape:
    """Which kinds of nodes an edge joins, and what it carries beside ``since``, ``until`` and ``document``."""

    joins: tuple[tuple[NodeKind, NodeKind], ...]
    properties: Mapping[str, pa.DataType] = field(default_factory=dict)


_TEXT: pa.DataType = pa.string()
_DAY: pa.DataType = pa.date32()
_NUMBER: pa.DataType = pa.float64()
_WHOLE: pa.DataType = pa.int64()
_YES: pa.DataType = pa.bool_()
_ORG, _PERSON, _TENDER, _CONTACT = NodeKind.ORGANISATION, NodeKind.PERSON, NodeKind.TENDER, NodeKind.CONTACT

NODES: Mapping[NodeKind, Mapping[str, pa.DataType]] = {
    _ORG: {
        "id": _TEXT, "own_id": _TEXT, "name": _TEXT, "country": _TEXT, "region": _TEXT, "status": _TEXT,
        "registered": _DAY, "dissolved": _DAY, "problem": _TEXT,
    },
    _PERSON: {"id": _TEXT, "own_id": _TEXT, "name": _TEXT, "birth_date": _TEXT, "kind": _TEXT, "problem": _TEXT},
    _TENDER: {
        "id": _TEXT, "own_id": _TEXT, "name": _TEXT, "day": _DAY, "market": _TEXT, "region": _TEXT, "category": _TEXT,
        "amount_minor": _WHOLE, "currency": _TEXT, "document": _TEXT,
    },
    _CONTACT: {"id": _TEXT, "kind": _TEXT, "name": _TEXT, "holders": _WHOLE},
}  # fmt: skip
"""The properties of each kind of node, ``id`` first. Sums are in whole minor units of the currency."""

_SPAN = {"since": _DAY, "until": _DAY, "document": _TEXT}
_TOLD = {**_SPAN, "problem": _TEXT}
EDGES: Mapping[EdgeKind, EdgeShape] = {
    EdgeKind.BID: EdgeShape(
        ((_ORG, _TENDER),), {"amount_minor": _WHOLE, "currency": _TEXT, "won": _YES, "valid": _YES, **_SPAN}
    ),
    EdgeKind.SUPPLIES: EdgeShape(((_ORG, _TENDER),), {"amount_minor": _WHOLE, "currency": _TEXT, **_SPAN}),
    EdgeKind.BUYS: EdgeShape(((_ORG, _TENDER),), _SPAN),
    EdgeKind.OWNS: EdgeShape(
        ((_ORG, _ORG), (_PERSON, _ORG)), {"interest": _TEXT, "share_min": _NUMBER, "share_max": _NUMBER, **_TOLD}
    ),
    EdgeKind.OFFICER: EdgeShape(((_PERSON, _ORG), (_ORG, _ORG)), {"role": _TEXT, **_TOLD}),
    EdgeKind.OFFICE: EdgeShape(((_PERSON, _ORG),), {"position": _TEXT, "procurement": _YES, **_TOLD}),
    EdgeKind.KIN: EdgeShape(((_PERSON, _PERSON),), {"relation": _TEXT, **_TOLD}),
    EdgeKind.REACHED_AT: EdgeShape(((_ORG, _CONTACT), (_PERSON, _CONTACT)), {"kind": _TEXT, **_SPAN}),
    EdgeKind.CO_BIDS: EdgeShape(
        ((_ORG, _ORG),), {"meetings": _WHOLE, "expected": _NUMBER, "z": _NUMBER, "jaccard": _NUMBER}
    ),
}
"""What each kind of edge joins and carries; ``problem`` says in plain words what is wrong with a tie."""

KINDS: tuple[NodeKind | EdgeKind, ...] = (*NODES, *EDGES)
"""Every kind of node, then of edge."""

PREFIXES: Mapping[str, NodeKind] = {"o": _ORG, "p": _PERSON, "t": _TENDER, "c": _CONTACT}
"""The kind of node that the first letter of an id says."""


def kind_of(node: str) -> NodeKind:
    """The kind of a node by its id; KeyError for what is no id."""
    return PREFIXES[node.partition("-")[0]]


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A node with its properties; compared by id."""

    id: str
    kind: NodeKind = field(compare=False)
    properties: Mapping[str, Any] = field(compare=False, default_factory=dict)

    @property
    def name(self) -> str:
        """What people call it: its name, or its own id, or its id."""
        return self.properties.get("name") or self.properties.get("own_id") or self.id


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """A directed edge with its properties; compared by kind, ends and what tells parallel ones apart."""

    kind: EdgeKind
    source: str
    target: str
    mark: str = ""
    properties: Mapping[str, Any] = field(compare=False, default_factory=dict)

    @property
    def id(self) -> str:
        """A text that names this edge and no other."""
        return ":".join(filter(None, (self.kind, self.source, self.target, self.mark)))


@dataclass(frozen=True, slots=True)
class Subgraph:
    """Nodes and edges in order of their ids; ``truncated`` where there was more than the limit."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    truncated: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Path:
    """Nodes from one end to the other, and the edges between them, each with its own direction."""

    nodes: tuple[str, ...]
    edges: tuple[Edge, ...]


Schema = Mapping[str, pa.DataType]


def edge_columns(kind: EdgeKind) -> Schema:
    """The columns of a kind of edge as it is loaded: ``source``, ``target``, ``mark``, then its properties."""
    return {"source": _TEXT, "target": _TEXT, "mark": _TEXT, **EDGES[kind].properties}
