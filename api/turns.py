"""So many requests are worked on at once; the others wait in the order in which they came.

Without it every request under way takes a connection and a thread of its own, and all of them get slow together: 50
requests a second that take 10 ms each then take seconds.
"""

import asyncio
import os

from starlette.types import ASGIApp, Message, Receive, Scope, Send

AT_ONCE = 2 * (os.cpu_count() or 2)
_LONG = ("/exports/", "/records")
"""In the addresses of what takes seconds and has turns of its own."""


class Turns:
    """ASGI middleware, behind what reads the body: a turn ends when the answer begins, so that nobody who reads slowly
    holds one."""

    def __init__(self, app: ASGIApp, at_once: int = AT_ONCE) -> None:
        self._app, self._turns = app, asyncio.Semaphore(at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on once it is its turn."""
        if scope["type"] != "http" or any(part in scope["path"] for part in _LONG):
            await self._app(scope, receive, send)
            return
        await self._turns.acquire()
        held = True

        async def sent(message: Message) -> None:
            nonlocal held
            if held and message["type"] == "http.response.start":
                held = False
                self._turns.release()
            await send(message)

        try:
            await self._app(scope, receive, sent)
        finally:
            if held:
                self._turns.release()
