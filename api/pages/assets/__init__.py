"""What pages load besides themselves: our style sheets and modules, by address and hash, kept by browsers for good."""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from starlette.exceptions import HTTPException

from api.routes.access import Open

_MEDIA = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_PLACES = (("api.pages.assets", ""), ("viz", "static/"))
_KEPT = "public, max-age=31536000, immutable"

router = APIRouter(include_in_schema=False)


@cache
def contents() -> dict[str, bytes]:
    """Every file that pages may load, by its name."""
    found: dict[str, bytes] = {}
    for package, folder in _PLACES:
        place = files(package).joinpath(folder)
        if place.is_dir():
            found |= {one.name: one.read_bytes() for one in place.iterdir() if one.name.endswith(tuple(_MEDIA))}
    return found


@cache
def address(name: str) -> str:
    """Where a page loads a file from; another content has another address. KeyError for a file that there is not."""
    return f"/assets/{name}?v={_mark(name)}"


def _mark(name: str) -> str:
    return sha256(contents()[name]).hexdigest()[:12]


@router.get("/assets/{name}")
def asset(
    _access: Open, name: Annotated[str, Path(max_length=60)], v: Annotated[str, Query(max_length=64)] = ""
) -> Response:
    """A style sheet, module or picture of the pages."""
    if name not in contents():
        raise HTTPException(404, "there is no such file")
    media = _MEDIA[name[name.rindex(".") :]]
    kept = {"Cache-Control": _KEPT} if v == _mark(name) else {}
    return Response(contents()[name], media_type=media, headers=kept)
