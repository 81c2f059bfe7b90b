"""Records sent to the service as they come into being: the next detection finds in them what there is."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from api.errors import UnusableCall
from api.intake import take_in
from api.routes.access import RecordsRight
from api.routes.common import Home
from api.routes.shapes import PROBLEMS
from ingest.load import LoadOptions
from ingest.sources import FORMATS

_SUFFIXES = {"application/json": ".json", "application/x-ndjson": ".jsonl", "text/csv": ".csv"}
_SENT = {media: {"schema": {"type": "string"} if media != "application/json" else {}} for media in _SUFFIXES}
Name = Annotated[str | None, Query(max_length=60)]

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)


class Taken(BaseModel):
    """What came of the records; ``read`` is always ``loaded + unchanged + quarantined``."""

    read: int
    loaded: int
    unchanged: int
    quarantined: int
    remarks: list[dict[str, Any]]


@router.post("/records", response_model=Taken, openapi_extra={"requestBody": {"content": _SENT, "required": True}})
async def records(
    request: Request,
    home: Home,
    _access: RecordsRight,
    form: Annotated[str, Query(alias="format", max_length=20, description="One that `load` knows, or auto.")] = "auto",
    source: Name = None,
    strict: bool = False,
) -> dict[str, Any]:
    """Load records of at most 1 MiB as `bidring load` does: all or nothing, safe to repeat."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in _SUFFIXES:
        raise UnusableCall(f"records are sent as {', '.join(_SUFFIXES)}")
    if form not in ("auto", *FORMATS):
        raise UnusableCall(f"there is no such format; formats are auto, {', '.join(FORMATS)}")
    options = LoadOptions(None if form == "auto" else form, source, None, strict)
    body = await request.body()
    return await to_thread.run_sync(_taken, home, body, _SUFFIXES[media], options)


def _taken(home: Home, body: bytes, suffix: str, options: LoadOptions) -> dict[str, Any]:
    """The records go by a file of that name, which is what their source is called from then on."""
    with TemporaryDirectory() as folder:
        file = Path(folder, f"sent-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{suffix}")
        file.write_bytes(body)
        return take_in(home, [str(file)], options)
