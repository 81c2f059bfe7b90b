"""A case's graph with the places of its nodes."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from api.workspace import Workspace
from graph.answers import Answers
from graph.answers.view import View
from graph.cases.subgraph import case_subgraph
from graph.generation import Generation
from graph.model import Edge, NodeKind, Subgraph
from viz.layout import layout
from viz.style import roles
from viz.text import label

Place = tuple[float, float]


def case_subgraph_of(home: Workspace, generation: Generation, view: View, case_id: str) -> tuple[list[str], Subgraph]:
    """A case's core parties and its piece of the graph as the reader may see it; UnknownId where there is none."""
    answers = Answers(generation, view)
    core: list[str] = answers.case_row(case_id)["core"]
    with home.graph(generation.number) as store:
        return core, view.of(case_subgraph(store, *answers.case_context(case_id)))


def case_picture(core: Collection[str], found: Subgraph) -> dict[str, Any]:
    """A case's nodes with ``x`` and ``y``, its edges, and whether something was left out; ``core`` are its parties."""
    return {
        "nodes": node_documents(found, layout(found), core),
        "edges": edge_documents(found.edges),
        "truncated": found.truncated,
    }


def node_documents(found: Subgraph, places: Mapping[str, Place], core: Collection[str]) -> list[dict[str, Any]]:
    """Nodes with their properties, roles and places; ``core`` are the parties that the case is about."""
    role = roles(found)
    return [
        {
            **_told(node.properties),
            "id": node.id,
            "kind": node.kind,
            "role": role[node.id],
            "name": node.name,
            "label": label(node.name),
            "x": places[node.id][0],
            "y": places[node.id][1],
            "core": node.id in core,
        }
        for node in found.nodes
    ]


def edge_documents(edges: Sequence[Edge]) -> list[dict[str, Any]]:
    """Edges with their properties."""
    return [
        {
            **_told(edge.properties),
            "id": edge.id,
            "kind": edge.kind,
            "source": edge.source,
            "target": edge.target,
        }
        for edge in edges
    ]


def _told(properties: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of a node or edge; ``type`` says which kind of contact or person, beside the node's own kind."""
    known = {name: value for name, value in properties.items() if value is not None}
    return {"type" if name == "kind" else name: value for name, value in known.items()}


def parties_in(found: Subgraph) -> list[str]:
    """The node ids of the firms and persons in a piece of the graph."""
    return [node.id for node in found.nodes if node.kind in (NodeKind.ORGANISATION, NodeKind.PERSON)]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is sent, whom it shows, and where its nodes are."""

    body: bytes
    parties: tuple[str, ...]
    places: Mapping[str, Place]


class Pictures:
    """Pictures that were made, the last used ones up to so many bytes.

    A generation never changes, so a picture holds for it, with numbers of persons or without them. Whether a caller
    may see the case is not kept: it is asked of the generation on each request.
    """

    def __init__(self, most: int = 64 * 2**20) -> None:
        self._most, self._held = most, 0
        self._made: OrderedDict[Hashable, Picture] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def made(self, key: Hashable, make: Callable[[], Picture]) -> Picture:
        """The picture kept under a key, made once however many ask for it meanwhile."""
        found = self.get(key)
        if found is not None:
            return found
        with self._lock:
            making = self._making.setdefault(key, Lock())
        with making:
            found = self.get(key)
            if found is None:
                found = make()
                self.put(key, found)
        with self._lock:
            self._making.pop(key, None)
        return found

    def get(self, key: Hashable) -> Picture | None:
        """The picture kept under a key."""
        with self._lock:
            found = self._made.get(key)
            if found is not None:
                self._made.move_to_end(key)
            return found

    def put(self, key: Hashable, made: Picture) -> None:
        """Keep a picture; those not used for longest go."""
        with self._lock:
            before = self._made.pop(key, None)
            self._made[key] = made
            self._held += _size(made) - (_size(before) if before else 0)
            while self._held > self._most and len(self._made) > 1:
                _key, dropped = self._made.popitem(last=False)
                self._held -= _size(dropped)


def _size(made: Picture) -> int:
    """Bytes, roughly: a place with its id takes about 300."""
    return len(made.body) + 300 * len(made.places)
