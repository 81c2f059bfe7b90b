"""A case's graph with the places of its nodes."""

from typing import Any

from api.workspace import Workspace
from graph.answers import Answers
from graph.cases.subgraph import case_subgraph
from graph.generation import Generation
from graph.model import NodeKind, Subgraph
from viz.layout import layout

_SECRET = {"own_id", "birth_date"}
"""What a person's node keeps to itself until there is access control."""


def case_subgraph_of(home: Workspace, generation: Generation, case_id: str) -> tuple[list[str], Subgraph]:
    """A case's core parties and its piece of the graph; UnknownId where there is no such case."""
    answers = Answers(generation)
    core: list[str] = answers.case_row(case_id)["core"]
    with home.graph(generation.number) as store:
        return core, case_subgraph(store, *answers.case_context(case_id))


def case_picture(home: Workspace, generation: Generation, case_id: str) -> dict[str, Any]:
    """A case's nodes with ``x`` and ``y``, its edges, and whether something was left out."""
    core, found = case_subgraph_of(home, generation, case_id)
    places = layout(found)
    nodes = []
    for node in found.nodes:
        hidden = _SECRET if node.kind is NodeKind.PERSON else set()
        properties = {
            name: value for name, value in node.properties.items() if value is not None and name not in hidden
        }
        x, y = places[node.id]
        name = node.properties.get("name") or (node.id if hidden else node.name)
        nodes.append(
            {**properties, "id": node.id, "kind": node.kind, "name": name, "x": x, "y": y, "core": node.id in core}
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
