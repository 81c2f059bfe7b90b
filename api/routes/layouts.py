"""Routes for work on a case's picture: kept layouts, notes about what is drawn, and the record behind an edge."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.cases.layouts import Layout, Layouts
from api.cases.life import Kind
from api.routes.access import Access, Cases, Works
from api.routes.common import Home, Published
from api.routes.desk import seen_by
from api.routes.people import Asked
from api.routes.picture import case_subgraph_of
from api.routes.shapes import MISSING, PROBLEMS, Page, Source
from api.workspace import Workspace
from graph.answers import Answers
from graph.errors import UnknownId
from graph.generation import Generation
from graph.model import EdgeKind
from graph.reach import part_of

Id = Annotated[str, Path(max_length=200)]
LayoutId = Annotated[str, Path(max_length=24)]
Node = Annotated[str, Field(min_length=1, max_length=200)]
Place = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]

router = APIRouter(prefix="/api/v1", responses=PROBLEMS | MISSING)


class Kept(BaseModel):
    """A part of a layout: nothing but what it names. Days and places come as JSON has them."""

    model_config = ConfigDict(extra="forbid")


class Opened(Kept):
    """A node that was expanded, and what was asked for around it."""

    node: Node
    kinds: list[EdgeKind] | None = Field(default=None, max_length=len(EdgeKind))
    since: date | None = None
    until: date | None = None
    limit: int = Field(default=25, ge=1, le=100, strict=True)


class Filters(Kept):
    """What is shown: kinds of nodes and edges, days, sums (in minor units), and how sure an edge is: ``all``, ``named``
    in a source record, or ``clean``: without a problem as well."""

    kinds: list[Annotated[str, Field(max_length=20)]] | None = Field(default=None, max_length=20)
    since: date | None = None
    until: date | None = None
    least: int | None = Field(default=None, ge=0, le=2**62)
    most: int | None = Field(default=None, ge=0, le=2**62)
    sure: Literal["all", "named", "clean"] = "all"


class LayoutBody(Kept):
    """A layout: the expansions in their order, where nodes were put, and what is pinned, hidden, filtered, grouped and
    chosen. It holds ids alone: whoever opens it sees of these what they may see."""

    expanded: list[Opened] = Field(default=[], max_length=100)
    places: dict[Node, tuple[Place, Place]] = Field(default={}, max_length=500)
    pinned: list[Node] = Field(default=[], max_length=500)
    hidden: list[Node] = Field(default=[], max_length=500)
    filters: Filters = Filters()
    grouped: Literal["kind", "region", "buyer", "owner"] | None = None
    chosen: Node | None = None


class NewLayout(Asked):
    """A layout to keep."""

    name: str = Field(min_length=1, max_length=100, examples=["Owners of the losers"])
    layout: LayoutBody


class LayoutHead(BaseModel):
    """A kept layout; ``own`` whether the caller made it. Its address in a browser is ``/layouts/ID``."""

    id: str
    name: str
    by: str
    at: datetime
    own: bool


class LayoutShape(LayoutHead):
    """A kept layout whole."""

    layout: LayoutBody


class NoteShape(BaseModel):
    """A note; ``about`` is the node or edge of the picture that it is about, null for the case."""

    version: int
    at: datetime
    by: str
    text: str
    about: str | None = None


class Notes(Page[NoteShape]):
    """Notes, and the ``version`` of the case, which the next one names."""

    version: int


@router.get("/cases/{case_id}/layouts", response_model=Page[LayoutHead])
def layouts(access: Cases, generation: Published, case_id: Id) -> dict[str, Any]:
    """The layouts kept of a case's picture, the newest first."""
    access.answers(generation).case_row(case_id)
    found = Layouts(access.desk, access.caller).of_case(case_id)
    return {"items": [_head(one) for one in found], "next": None}


@router.post("/cases/{case_id}/layouts", response_model=LayoutHead, status_code=201)
def keep_layout(access: Cases, generation: Published, case_id: Id, asked: NewLayout) -> dict[str, Any]:
    """Keep a layout of a case's picture; everybody who may see the case may open it."""
    access.answers(generation).case_row(case_id)
    text = asked.layout.model_dump_json(exclude_none=True)
    return _head(Layouts(access.desk, access.caller).keep(case_id, asked.name, text))


@router.get("/cases/{case_id}/layouts/{layout_id}", response_model=LayoutShape)
def layout(access: Cases, generation: Published, case_id: Id, layout_id: LayoutId) -> dict[str, Any]:
    """A kept layout."""
    found = layout_of(access, generation, case_id, layout_id)
    access.look("layout of a case", f"{case_id} {layout_id}")
    return {**_head(found), "layout": msgspec.json.decode(found.text)}


@router.delete("/cases/{case_id}/layouts/{layout_id}", status_code=204)
def drop_layout(access: Cases, generation: Published, case_id: Id, layout_id: LayoutId) -> Response:
    """Delete a layout that one made."""
    Layouts(access.desk, access.caller).drop(layout_of(access, generation, case_id, layout_id).id)
    return Response(status_code=204)


@router.get("/cases/{case_id}/notes", response_model=Notes)
def notes(access: Works, generation: Published, case_id: Id) -> dict[str, Any]:
    """The notes of a case, the first first, with what of the picture each is about."""
    done = access.cases(generation).history(seen_by(access, generation, case_id))
    access.look("notes of a case", case_id)
    told = ("version", "at", "by", "text", "about")
    items = [{name: one[name] for name in told} for one in done if one["kind"] == Kind.NOTE]
    version = max((one["version"] for one in done if one["case"] == case_id), default=0)  # of its kin are others
    return {"items": items, "next": None, "version": version}


@router.get("/cases/{case_id}/sources/{document}", response_model=Source)
def source(
    home: Home,
    access: Cases,
    generation: Published,
    case_id: Id,
    document: Annotated[str, Path(max_length=200)],
    about: Annotated[str | None, Query(max_length=200, description="The node or edge that names the record.")] = None,
) -> dict[str, Any]:
    """The source record behind a node or edge, or one that a flag or path of the case rests on.

    What an expansion brought is named in ``about``; what is in the case or its picture need not be."""
    answers = access.answers(generation)
    known = document in answers.case_evidence(case_id)
    if not known:
        _core, piece = case_subgraph_of(home, generation, access.view, case_id)
        drawn = [*(node.properties for node in piece.nodes), *(edge.properties for edge in piece.edges)]
        known = any(one.get("document") == document for one in drawn)
    if not known and about is not None:
        known = document == _document_of(home, generation, about)
    found = _records(home, answers, document) if known else []
    if not found:
        raise UnknownId("nothing of this case names such a record")
    access.look("source record", f"{case_id} {document}")
    return found[0]


def _records(home: Workspace, answers: Answers, document: str) -> list[dict[str, Any]]:
    """The record as the generation keeps it, or the record store: a generation has those that findings rest on."""
    found = answers.evidence([document])
    if found:
        return found
    with home.records() as records:
        rows = records.matching("documents", "document", [document]).to_pyarrow().to_pylist()
    return answers.records(rows)


def layout_of(access: Access, generation: Generation, case_id: str, layout_id: str) -> Layout:
    """A layout of a case that the caller may see; UnknownId where there is none."""
    access.answers(generation).case_row(case_id)
    found = Layouts(access.desk, access.caller).one(layout_id)
    if found.case != case_id:
        raise UnknownId("there is no such layout")
    return found


def _document_of(home: Workspace, generation: Generation, about: str) -> str | None:
    with home.graph(generation.number) as store:
        part = part_of(store, about)
    return part.properties.get("document") if part else None


def _head(one: Layout) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "by": one.by, "at": one.at, "own": one.own}
