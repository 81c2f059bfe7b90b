"""A case's graph for Gephi and yEd."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import networkx as nx

from graph.model import EDGES as SHAPES
from graph.model import NODES, NodeKind, Subgraph
from viz.layout import layout
from viz.picture import SECRET, name_of
from viz.style import EDGES, ROLES, roles
from viz.text import as_text, plain


def case_graphml(case: Mapping[str, Any], picture: Subgraph) -> bytes:
    """GraphML with typed attributes, places and colours; parallel edges stay apart; no numbers of persons.

    Sums are in whole minor units as in the graph; what is not known is left out.
    """
    core = {one["node"] for one in case["parties"] if one["core"]}
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(case=plain(case["id"]), title=plain(case["title"]))
    places, role = layout(picture), roles(picture)
    for node in picture.nodes:
        style = ROLES[role[node.id]]
        hidden = SECRET if node.kind is NodeKind.PERSON else frozenset[str]()
        told = {name: node.properties.get(name) for name in NODES[node.kind] if name not in {"id", "name", *hidden}}
        graph.add_node(
            node.id,
            label=name_of(node),
            node_kind=str(node.kind),
            role=style.word,
            colour=style.colour,
            shape=style.shape.value,
            core=node.id in core,
            x=places[node.id][0],
            y=places[node.id][1],
            **_attributes(told),
        )
    known = set(graph)
    for edge in picture.edges:
        if edge.source in known and edge.target in known:
            told = {name: edge.properties.get(name) for name in SHAPES[edge.kind].properties}
            words = {"label": EDGES[edge.kind].word, "edge_kind": str(edge.kind)}
            graph.add_edge(edge.source, edge.target, key=plain(edge.id), **words, **_attributes(told))
    written = BytesIO()
    nx.write_graphml_xml(graph, written, named_key_ids=True)
    return written.getvalue()


def _attributes(told: Mapping[str, Any]) -> dict[str, Any]:
    """What is known, as GraphML has types for it: text, whole number, number, yes or no."""
    known = ((name, as_text(value)) for name, value in told.items())
    return {name: plain(value) if isinstance(value, str) else value for name, value in known if value is not None}
