"""What the public got may be kept for a minute and asked for again; what anybody else got, never.

A mark of an answer (its ETag) tells of the generation, of how much is published and of what was asked: nothing that
differs by what is hidden. Other sites' pages may not read answers in a browser (no CORS): a service on a desk or in an
office would open its records to every page that somebody there visits.
"""

from collections.abc import Mapping
from hashlib import blake2s
from importlib.metadata import version
from typing import Annotated

from fastapi import Depends, Request

from api.access.policy import PUBLIC, Caller
from api.access.publication import level
from api.routes.access import TheDesk, caller
from api.routes.common import Published

LANGUAGE, THEME = "bidring_language", "bidring_theme"
"""The cookies by which pages differ."""
KEPT, ASKED_ANEW = "public, max-age=60", "public, no-cache"
"""How long answers are kept: short, so that what is no longer published is soon gone from other people's stores; pages
are asked for anew each time, for browsers do not tell what they keep by the cookie of its language."""


class Unchanged(Exception):
    """What the caller has is what there is; ``headers`` go with the answer."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__("not modified")
        self.headers = headers


def fresh(request: Request, generation: Published, found: TheDesk, who: Annotated[Caller, Depends(caller)]) -> None:
    """Give the headers of an answer to the public; raises :class:`Unchanged` for what the public has already.

    It stands behind the access of a route: who may not see something is not told that it is unchanged.
    """
    if who is not PUBLIC:
        return
    told = f"{version('bidring')} {generation.number} {level(found)} {request.url.path}?{request.url.query}"
    told += "".join(f" {request.cookies.get(name)}" for name in (LANGUAGE, THEME))
    told += f" {request.headers.get('accept-language')}"
    mark = f'W/"{blake2s(told.encode(), digest_size=12).hexdigest()}"'
    kept = KEPT if request.url.path.startswith("/api/") else ASKED_ANEW
    headers = {"Cache-Control": kept, "ETag": mark, "Vary": "Authorization, Cookie, Accept-Language, Accept-Encoding"}
    held = {one.strip() for one in request.headers.get("if-none-match", "").split(",")}
    if held & {mark, "*"}:
        raise Unchanged(headers)
    request.state.fresh = headers


Fresh = Annotated[None, Depends(fresh)]
"""The last parameter of a route that is open to the public."""
