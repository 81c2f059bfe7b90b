"""Routes that go on from what is shown: a case's picture, what is around a node of it, ways between two parties."""

from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.errors import UnusableCall
from api.routes.access import Access, Cases
from api.routes.common import Home, Published
from api.routes.picture import Picture, Pictures, case_picture, case_subgraph_of, edge_documents, node_documents
from api.routes.picture import parties_in as shown_in
from api.routes.shapes import MISSING, PROBLEMS, Expansion, Graph, WaysShape
from api.workspace import Workspace
from graph.errors import UnknownId
from graph.generation import Generation
from graph.model import EdgeKind, Subgraph
from graph.reach import WAYS, Along, around, joined, ways
from viz.around import near

Id = Annotated[str, Path(max_length=200)]
Party = Annotated[str, Query(min_length=1, max_length=200, description="A node id, or a firm's own id.")]
Tie = Literal[EdgeKind.OWNS, EdgeKind.OFFICER, EdgeKind.KIN, EdgeKind.REACHED_AT, EdgeKind.OFFICE]
"""The kinds of :data:`graph.reach.WAYS`, for the document of the API."""
Coordinate = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]

router = APIRouter(prefix="/api/v1", responses=PROBLEMS | MISSING)


class Expand(BaseModel):
    """What is asked for around a node. ``x`` and ``y`` are where it is, where it came by an expansion itself;
    ``shown`` are the nodes that came by one, so that they are not counted as more, and may be gone on from, ``taken``
    their places, which no new node is given."""

    model_config = ConfigDict(extra="forbid")

    node: str = Field(min_length=1, max_length=200, examples=["o-0a1b2c3d4e5f6071"])
    kinds: list[EdgeKind] | None = Field(default=None, max_length=len(EdgeKind), examples=[["OWNS", "OFFICER"]])
    since: date | None = None
    until: date | None = None
    limit: int = Field(default=25, ge=1, le=100, strict=True)
    x: Coordinate | None = None
    y: Coordinate | None = None
    shown: list[Annotated[str, Field(max_length=200)]] = Field(default=[], max_length=500)
    taken: list[tuple[Coordinate, Coordinate]] = Field(default=[], max_length=500)


@router.get("/cases/{case_id}/graph", response_model=Graph)
def case_graph(request: Request, home: Home, access: Cases, generation: Published, case_id: Id) -> Response:
    """The case's piece of the graph, with the places of its nodes."""
    made = _picture(request.app.state.pictures, home, generation, access, case_id)
    access.look("graph of a case", case_id, made.parties)
    return Response(made.body, media_type="application/json")


@router.post("/cases/{case_id}/expand", response_model=Expansion)
def expand(
    request: Request, home: Home, access: Cases, generation: Published, case_id: Id, asked: Expand
) -> dict[str, Any]:
    """What is around a node of the case's picture, or of an expansion of it, and is not shown yet; ``more`` says how
    many others there are, at least so many where ``truncated``. Nothing that is shown moves.

    A node counts as of an expansion where edges join it to the picture, over nodes of ``shown`` alone; every other one
    is answered like one that there is not, and named in ``shown`` it says nothing of itself."""
    _ensure_order(asked.since, asked.until)
    made = _picture(request.app.state.pictures, home, generation, access, case_id)
    with home.graph(generation.number) as store:
        shown = joined(store, made.places.keys(), {asked.node, *asked.shown})
        if asked.node not in shown:
            raise UnknownId(f"no node has the id {asked.node!r}")
        found = around(
            store, asked.node, kinds=asked.kinds, since=asked.since, until=asked.until, limit=asked.limit,
            shown=shown,
        )  # fmt: skip
    piece = access.view.of(Subgraph(found.nodes, found.edges, found.truncated))
    access.look("around a node of a case", f"{case_id} {asked.node}", {*_party(asked.node), *shown_in(piece)})
    parent = made.places.get(asked.node, (0.0, 0.0))
    if asked.x is not None and asked.y is not None:
        parent = (asked.x, asked.y)
    places = near(parent, [node.id for node in piece.nodes], [*made.places.values(), *asked.taken, parent])
    return {
        "nodes": node_documents(piece, places, ()),
        "edges": edge_documents(piece.edges),
        "more": found.more,
        "truncated": found.truncated,
    }


@router.get("/paths", response_model=WaysShape)
def paths(
    home: Home,
    access: Cases,
    generation: Published,
    source: Annotated[Party, Query(alias="from")],
    target: Annotated[Party, Query(alias="to")],
    k: Annotated[int, Query(ge=1, le=10)] = 5,
    most_hops: Annotated[int, Query(ge=1, le=6)] = 4,
    since: Annotated[date | None, Query(description="Only ties that held on this day or later.")] = None,
    until: Annotated[date | None, Query(description="Only ties that held on this day or before.")] = None,
    kinds: Annotated[list[Tie] | None, Query(max_length=len(WAYS), description="Only ties of these kinds.")] = None,
) -> dict[str, Any]:
    """The shortest ways from one party to another through no hub, each edge with its interval and source record.

    A tie without days counts at any time."""
    _ensure_order(since, until)
    answers = access.answers(generation)
    ends = answers.node(source), answers.node(target)
    with home.graph(generation.number) as store:
        found = ways(store, *ends, k=k, most_hops=most_hops, along=Along(kinds or WAYS, since, until))
    piece = access.view.of(found.found)
    documents = {str(edge.properties["document"]) for edge in piece.edges if edge.properties.get("document")}
    evidence = answers.evidence(documents)
    access.look("ways between parties", " ".join(ends), {*ends, *shown_in(piece)})
    steps: dict[frozenset[str], list[dict[str, Any]]] = {}
    for edge in edge_documents(piece.edges):
        steps.setdefault(frozenset((edge["source"], edge["target"])), []).append(edge)
    return {
        "from": ends[0],
        "to": ends[1],
        "paths": [
            {
                "hops": len(way) - 1,
                "nodes": list(way),
                "edges": [edge for step in pairwise(way) for edge in steps[frozenset(step)]],
            }
            for way in found.ways
        ],
        "nodes": [{"id": node.id, "kind": node.kind, "name": node.name} for node in piece.nodes],
        "evidence": evidence,
        "truncated": piece.truncated,
    }


def _ensure_order(since: date | None, until: date | None) -> None:
    if since and until and since > until:
        raise UnusableCall("since is later than until")


def _party(node: str) -> list[str]:
    return [node] if node.startswith(("o-", "p-")) else []


def _picture(pictures: Pictures, home: Workspace, generation: Generation, access: Access, case_id: str) -> Picture:
    """The picture of a case as the caller may see it; UnknownId where there is none, asked anew each time."""
    access.answers(generation).case_row(case_id)

    def drawn() -> Picture:
        core, piece = case_subgraph_of(home, generation, access.view, case_id)
        document = case_picture(core, piece)
        places = {node["id"]: (node["x"], node["y"]) for node in document["nodes"]}
        body = JSONResponse(Graph.model_validate(document).model_dump(mode="json", by_alias=True)).body
        return Picture(bytes(body), tuple(shown_in(piece)), places)

    return pictures.made((generation.identity, access.view.numbers, case_id), drawn)
