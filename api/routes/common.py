"""What the routes share: the generation that answers, and pages of lists."""

import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any

from fastapi import Depends, Query, Request

from api.errors import UnusableCall
from api.workspace import Workspace
from graph.generation import Generation

MOST_ITEMS = 100
_CURSOR = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)


def workspace(request: Request) -> Workspace:
    """The home that the service was started with."""
    found: Workspace = request.app.state.workspace
    return found


def published(home: Annotated[Workspace, Depends(workspace)]) -> Iterator[Generation]:
    """The published generation, for the time of one request."""
    with home.generation() as generation:
        yield generation


Home = Annotated[Workspace, Depends(workspace)]
Published = Annotated[Generation, Depends(published)]
Limit = Annotated[int, Query(ge=1, le=MOST_ITEMS)]
Cursor = Annotated[str | None, Query(max_length=20, description="`next` of the page before.")]


def page(generation: Generation, limit: int, cursor: str | None, ask: Callable[..., list[Any]]) -> dict[str, Any]:
    """A page of a list: ``ask`` is called with ``offset`` and ``limit``. UnusableCall for a cursor that is none."""
    offset = 0
    if cursor is not None:
        found = _CURSOR.fullmatch(cursor)
        if not found:
            raise UnusableCall("the cursor is not one that a page gave")
        if int(found.group(1)) != generation.number:
            raise UnusableCall("the cursor belongs to an earlier detection: begin again without one")
        offset = int(found.group(2))
    items = ask(offset=offset, limit=limit + 1)
    more = len(items) > limit
    return {"items": items[:limit], "next": f"{generation.number}-{offset + limit}" if more else None}
