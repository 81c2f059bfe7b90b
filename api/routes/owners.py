"""Who owns a company on a day."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from api.routes.access import Access, Cases
from api.routes.common import Home, Published
from api.routes.ring_shapes import OwnersShape
from api.routes.shapes import MISSING, PROBLEMS
from api.workspace import Workspace
from graph.answers.owned import OwnerAnswers, everybody
from graph.generation import Generation

Id = Annotated[str, Path(max_length=200)]
At = Annotated[date | None, Query(description="The day; today where none is given.")]

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)


@router.get("/entities/{entity_id:path}/owners", response_model=OwnersShape, responses=MISSING)
def owners(home: Home, access: Cases, generation: Published, entity_id: Id, at: At = None) -> dict[str, Any]:
    """A company's owners on a day, and theirs, up to where the chains end, with the source records."""
    return owners_of(home, access, generation, entity_id, at)


def owners_of(home: Workspace, access: Access, generation: Generation, given: str, at: date | None) -> dict[str, Any]:
    """A tree of owners from the records as they are now; StoreBusy while somebody writes them. The look is kept."""
    day = at or datetime.now(UTC).date()
    with home.records() as records:
        found = OwnerAnswers(generation, access.view).owners(records, home.decisions(), given, day)
    access.look(
        "owners",
        f"{found['company']['node']} {day}",
        {found["company"]["node"], *(one["node"] for one in everybody(found["owners"]))},
    )
    return found
