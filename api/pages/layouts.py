"""The address under which a kept layout is handed on."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Response
from fastapi.responses import RedirectResponse

from api.cases.layouts import Layouts
from api.routes.access import Cases
from api.routes.common import Published
from graph.errors import UnknownId

router = APIRouter(include_in_schema=False)


@router.get("/layouts/{layout_id}")
def handed_on(access: Cases, generation: Published, layout_id: Annotated[str, Path(max_length=24)]) -> Response:
    """To the case with this layout of its picture, for whoever may see the case."""
    found = Layouts(access.desk, access.caller).one(layout_id)
    try:
        access.answers(generation).case_row(found.case)
    except UnknownId:  # hidden from them: told as if there were none
        raise UnknownId("there is no such layout") from None
    return RedirectResponse(f"/cases/{quote(found.case, safe='')}?layout={quote(layout_id, safe='')}", 303)
