"""Pages and what they load, packed for whoever takes it; answers of the API, asked for often, go as they are."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

_LEAST, _LEVEL = 1000, 6


class Packed:
    """ASGI middleware. What is packed holds no secret beside what a request brought with it, which its length could
    tell of (BREACH): forms are checked by where they come from, not by a token in the page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._packing = app, GZipMiddleware(app, minimum_size=_LEAST, compresslevel=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, packed where a page is asked for."""
        plain = scope["type"] != "http" or scope["path"].startswith("/api/")
        await (self._app if plain else self._packing)(scope, receive, send)
