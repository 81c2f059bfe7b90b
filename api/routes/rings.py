"""One ring with its bids, and one tie of an official to a winner."""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from api.routes.access import Access, Cases
from api.routes.common import Home, Published
from api.routes.ring_shapes import LinkWhole, RingWhole
from api.routes.shapes import MISSING, PROBLEMS
from api.workspace import Workspace
from graph.answers.paths import PathAnswers
from graph.answers.rings import RingAnswers
from graph.generation import Generation

Id = Annotated[str, Path(max_length=200)]

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)


@router.get("/rings/{ring_id}", response_model=RingWhole, responses=MISSING)
def ring(home: Home, access: Cases, generation: Published, ring_id: Id) -> dict[str, Any]:
    """One ring, or a candidate below the threshold, with all bids in the tenders in which its members met."""
    return ring_of(home, access, generation, ring_id)


@router.get("/links/{link_id}", response_model=LinkWhole, responses=MISSING)
def link(home: Home, access: Cases, generation: Published, link_id: Id) -> dict[str, Any]:
    """One path from an official to a winner, with the awards meanwhile and its source records."""
    return link_of(home, access, generation, link_id)


def ring_of(home: Workspace, access: Access, generation: Generation, own: str) -> dict[str, Any]:
    """A ring whole; that it was looked at is kept before it is shown."""
    with home.graph(generation.number) as store:
        found = RingAnswers(generation, access.view).ring(own, store)
    found["cases"] = access.cases(generation).heads(found["cases"])
    access.look("ring", own, (one["node"] for one in found["members"]))
    return found


def link_of(home: Workspace, access: Access, generation: Generation, own: str) -> dict[str, Any]:
    """A tie whole, its contacts by the names that the graph has for them; the look is kept."""
    found = PathAnswers(generation, access.view).link(own)
    contacts = [one for one in found["nodes"] if one["kind"] == "contact"]
    if contacts:
        with home.graph(generation.number) as store:
            names = {node.id: node.name for node in store.nodes(one["node"] for one in contacts)}
        for one in contacts:
            one["name"] = names.get(one["node"])
    found["cases"] = access.cases(generation).heads(found["cases"])
    parties = [one["node"] for one in found["nodes"] if one["kind"] != "contact"]
    access.look("tie of an official", own, {*parties, found["buyer_node"]})
    return found
