"""The edge of the service: headers of every answer, and what is told of a failure that nobody foresaw."""

from collections.abc import Callable
from urllib.parse import unquote

import structlog
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # under no-referrer a browser hides where a form comes from
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
}
_log = structlog.get_logger()


class Edge:
    """ASGI middleware around all others. ``refuse`` makes the answer of a status, a name and a reason."""

    def __init__(self, app: ASGIApp, refuse: Callable[[int, str, str], Response]) -> None:
        self._app, self._refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with :data:`HEADERS` where it has none of its own."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                fresh = scope.get("state", {}).get("fresh", {}) if message["status"] == 200 else {}
                headers = MutableHeaders(scope=message)
                for name, value in {**HEADERS, **fresh}.items():
                    headers.setdefault(name, value)
            await send(message)

        if "\0" in scope["path"] or "\0" in unquote(scope["query_string"].decode("latin-1")):
            await self._refuse(400, "unusable call", "the address holds a NUL character")(scope, receive, with_headers)
            return
        try:
            await self._app(scope, receive, with_headers)
        except Exception as error:  # re-raised, the server would log what was asked for
            route = getattr(scope.get("route"), "path", "none")
            _log.error("request failed", route=route, error=type(error).__name__)
            if not begun:  # else the connection ends before the answer does
                failed = self._refuse(500, "failed", "the service failed unexpectedly")
                await failed(scope, receive, with_headers)
