"""Whole lists as files: CSV or a JSON document a line, read from the engine in batches and sent as they come."""

import csv
import zlib
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from io import StringIO
from itertools import chain
from typing import Any

from fastapi import APIRouter, Request
from fastapi.encoders import jsonable_encoder
from fastapi.responses import StreamingResponse
from pydantic_core import to_json

from api.access.policy import PUBLIC
from api.routes.access import Access, Flags, Open, Rings
from api.routes.common import Home, Published
from api.routes.fresh import Fresh
from api.routes.shapes import PROBLEMS
from api.workspace import Workspace
from graph.answers.procurement import Procurement
from viz.exports.tables import cell

BATCH = 2_000
Document = dict[str, Any]
Ask = Callable[[Procurement, str], list[Document]]
"""The next rows after a key, which is empty at the beginning."""


class Form(StrEnum):
    """How a list is written."""

    CSV = "csv"
    JSONL = "jsonl"


MEDIA = {Form.CSV: "text/csv; charset=utf-8", Form.JSONL: "application/x-ndjson"}
COLUMNS: Mapping[str, str] = {
    "tenders": "id node title day closes status method region category buyer.id buyer.name estimate.amount "
    "estimate.currency bidders flags score",
    "awards": "id key tender node suppliers.id suppliers.name buyer.id buyer.name day amount.amount amount.currency",
    "findings": "id code version title parties about.kind about.id value threshold unit period.since period.until text "
    "innocent evidence",
    "rings": "id rank score members.id members.name tenders period.since period.until markets evidence.kind "
    "evidence.statistic evidence.p evidence.text innocent refuted_by",
}
"""The columns of each table: paths into its documents."""
_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {media.partition(";")[0]: {} for media in MEDIA.values()}}}
_BETWEEN = "; "

router = APIRouter(prefix="/api/v1/bulk", responses=PROBLEMS | _FILE, default_response_class=StreamingResponse)


@router.get("/tenders.{form}")
def all_tenders(
    request: Request, home: Home, access: Open, generation: Published, form: Form, _fresh: Fresh
) -> StreamingResponse:
    """All tenders; flags and scores where they are published."""
    return _file(request, home, access, f"tenders-{generation.number}.{form}", _tenders)


@router.get("/awards.{form}")
def all_awards(
    request: Request, home: Home, access: Open, generation: Published, form: Form, _fresh: Fresh
) -> StreamingResponse:
    """All awards."""
    return _file(request, home, access, f"awards-{generation.number}.{form}", _awards)


@router.get("/findings.{form}")
def all_findings(
    request: Request, home: Home, access: Flags, generation: Published, form: Form, _fresh: Fresh
) -> StreamingResponse:
    """All red flags that the caller may see."""
    return _file(request, home, access, f"findings-{generation.number}.{form}", _findings)


@router.get("/rings.{form}")
def all_rings(
    request: Request, home: Home, access: Rings, generation: Published, form: Form, _fresh: Fresh
) -> StreamingResponse:
    """All rings at or above the threshold."""
    return _file(request, home, access, f"rings-{generation.number}.{form}", _rings)


def _tenders(found: Procurement, after: str) -> list[Document]:
    return found.tenders_like(after=after, limit=BATCH)


def _awards(found: Procurement, after: str) -> list[Document]:
    return found.awards_like(after=after, limit=BATCH)


def _findings(found: Procurement, after: str) -> list[Document]:
    return found.findings_after(after, BATCH)


def _rings(found: Procurement, after: str) -> list[Document]:
    return [] if after else found.rings()  # some hundreds, of which none is long


_KEYS: Mapping[Ask, str] = {_tenders: "node", _awards: "key", _findings: "id", _rings: "id"}


def _file(request: Request, home: Workspace, access: Access, name: str, ask: Ask) -> StreamingResponse:
    """The file; what can go wrong goes wrong with the first batch, before anything is sent."""
    if access.caller is PUBLIC:
        request.app.state.often.count_file(request)
    kind, form = name.partition("-")[0], Form(name.rpartition(".")[2])
    access.look(f"file of {kind}", name)
    rows = _batches(home, access, ask)
    rows = chain([next(rows, [])], rows)
    written = _csv(COLUMNS[kind].split(), rows) if form is Form.CSV else _lines(rows)
    headers = {"Content-Disposition": f'attachment; filename="bidring-{name}"', "Vary": _VARY}
    if _takes_gzip(request.headers.get("accept-encoding", "")):
        headers["Content-Encoding"] = "gzip"
        written = _gzipped(written)
    return StreamingResponse(written, media_type=MEDIA[form], headers=headers)


_VARY = "Authorization, Cookie, Accept-Encoding"


def _batches(home: Workspace, access: Access, ask: Ask) -> Iterator[list[Document]]:
    """The rows, so many at a time, from one generation to the end."""
    with home.generation() as generation:
        found, after = Procurement(generation, access.view), ""
        while rows := ask(found, after):
            yield rows
            after = rows[-1][_KEYS[ask]]


def _lines(batches: Iterator[list[Document]]) -> Iterator[bytes]:
    for rows in batches:
        yield b"".join(to_json(row) + b"\n" for row in rows)


def _csv(columns: list[str], batches: Iterator[list[Document]]) -> Iterator[bytes]:
    """RFC 4180 with a byte order mark, without which a spreadsheet misreads Cyrillic; no cell is a formula."""
    yield ("\ufeff" + _text([columns])).encode()
    for rows in batches:
        yield _text([cell(_at(row, column)) for column in columns] for row in map(jsonable_encoder, rows)).encode()


def _text(rows: Any) -> str:
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _at(value: Any, path: str) -> Any:
    """What stands at a path in a document; several are parted by ``; ``."""
    for name in path.split("."):
        value = [_of(one, name) for one in value] if isinstance(value, list) else _of(value, name)
    return _BETWEEN.join("" if one is None else str(one) for one in value) if isinstance(value, list) else value


def _of(value: Document | None, name: str) -> Any:
    return value.get(name) if value else None


def _takes_gzip(accepted: str) -> bool:
    """Whether a caller's Accept-Encoding names gzip, and not to refuse it.

    >>> _takes_gzip("br, gzip;q=0.5"), _takes_gzip("gzip;q=0"), _takes_gzip("")
    (True, False, False)
    """
    named = dict(one.replace(" ", "").partition(";")[::2] for one in accepted.lower().split(","))
    return ("gzip" in named and named["gzip"].strip("q=0.") != "") or named.get("gzip") == ""


def _gzipped(parts: Iterator[bytes]) -> Iterator[bytes]:
    packed = zlib.compressobj(wbits=31)
    for part in parts:
        if made := packed.compress(part):
            yield made
    yield packed.flush()
