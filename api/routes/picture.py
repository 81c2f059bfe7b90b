"""A case's graph with the places of its nodes."""

from collections.abc import Collection
from typing import Any

from api.workspace import Workspace
from graph.answers import Answers
from graph.answers.view import View
from graph.cases.subgraph import case_subgraph
from graph.generation import Generation
from graph.model import NodeKind, Subgraph
from viz.layout import layout


def case_subgraph_of(home: Workspace, generation: Generation, view: View, case_id: str) -> tuple[list[str], Subgraph]:
    """A case's core parties and its piece of the graph as the reader may see it; UnknownId where there is none."""
    answers = Answers(generation, view)
    core: list[str] = answers.case_row(case_id)["core"]
    with home.graph(generation.number) as store:
        return core, view.of(case_subgraph(store, *answers.case_context(case_id)))


def case_picture(core: Collection[str], found: Subgraph) -> dict[str, Any]:
    """A case's nodes with ``x`` and ``y``, its edges, and whether something was left out; ``core`` are its parties."""
    places = layout(found)
    nodes = []
    for node in found.nodes:
        properties = {name: value for name, value in node.properties.items() if value is not None}
        x, y = places[node.id]
        nodes.append(
            {**properties, "id": node.id, "kind": node.kind, "name": node.name, "x": x, "y": y, "core": node.id in core}
        )
    edges = [
        {
            **{name: value for name, value in edge.properties.items() if value is not None},
            "id": edge.id,
            "kind": edge.kind,
            "source": edge.source,
            "target": edge.target,
        }
        for edge in found.edges
    ]
    return {"nodes": nodes, "edges": edges, "truncated": found.truncated}


def parties_in(found: Subgraph) -> list[str]:
    """The node ids of the firms and persons in a piece of the graph."""
    return [node.id for node in found.nodes if node.kind in (NodeKind.ORGANISATION, NodeKind.PERSON)]
