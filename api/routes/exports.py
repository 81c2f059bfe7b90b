"""A case as a file in each format that there is."""

from typing import Annotated, Any
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Path, Request, Response
from pydantic import AfterValidator

from api.cases.handover import handover
from api.routes.access import Access, Cases
from api.routes.common import Home
from api.routes.shapes import MISSING, PROBLEMS
from api.workspace import Workspace
from viz.exports import FORMATS, export
from viz.words import Language

MOST_AT_ONCE = 2
"""So many files are made at once in a process, the others wait without a thread: a large one takes seconds of CPU."""
_SPOKEN = ("html", "pdf", "tables")
"""The formats whose files differ by language, beside the one table, whose language few will ask for."""
_NAMES = [one.name for one in FORMATS]
_MEDIA = sorted({one.media_type.partition(";")[0] for one in FORMATS})
_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {media: {} for media in _MEDIA}}}


def _format(name: str) -> str:
    if name not in _NAMES:
        raise ValueError(f"there is no such format; formats are {', '.join(_NAMES)}")
    return name


Id = Annotated[str, Path(max_length=200)]
Form = Annotated[str, Path(json_schema_extra={"enum": list(_NAMES)}), AfterValidator(_format)]

router = APIRouter(prefix="/api/v1", responses=PROBLEMS | MISSING)


def turns() -> CapacityLimiter:
    """What lets so many files be made at once in a service."""
    return CapacityLimiter(MOST_AT_ONCE)


@router.get("/cases/{case_id}/exports/{form}", response_class=Response, responses=_FILE)
async def export_case(
    request: Request, home: Home, access: Cases, case_id: Id, form: Form, language: Language = Language.ENGLISH
) -> Response:
    """A case as a file, always as a download: persons by name, never by number. Page, PDF, tables: in a language."""
    limiter: CapacityLimiter = request.app.state.turns
    return await to_thread.run_sync(_file, home, access, case_id, form, language, limiter=limiter)


def downloads(case_id: str) -> list[tuple[str, str]]:
    """What a case can be downloaded as, in words, with the address of each file."""
    found = []
    for one in FORMATS:
        address = f"/api/v1/cases/{quote(case_id, safe='')}/exports/{one.name}"
        if one.name in _SPOKEN:
            found += [(f"{one.name} {language}", f"{address}?language={language}") for language in Language]
        else:
            found.append((one.name, address))
    return found


def _file(home: Workspace, access: Access, case_id: str, form: str, language: Language) -> Response:
    kind = next(one for one in FORMATS if one.name == form)
    with home.generation() as generation:
        handed = handover(home, generation, access.view, case_id, access.cases(generation).heads)
    access.look(f"export of a case as {form}", case_id, handed.parties)
    made = export(form, handed.document, handed.picture, language=language)
    headers = {
        "Content-Disposition": f'attachment; filename="{handed.document["id"]}{kind.suffix}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "no-store",
    }
    return Response(made, media_type=kind.media_type, headers=headers)
