"""What may be sent: bodies of a bounded size, and JSON that means one thing only."""

import json
import re
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.cases.files import MOST_BYTES as MOST_ATTACHED
from api.errors import UnusableCall

MOST_BYTES = 1_048_576
_FORM = 65_536
"""What a form may hold beside an attached file."""
_DEEPEST, _GREATEST = 32, 2**63
_BRACKETS = re.compile(rb"[][{}]")


class Bodies:
    """ASGI middleware: reads a request's body up to :data:`MOST_BYTES`, however it comes, before anything is done; an
    attached file of somebody who shows a token or session may be longer.

    413 for a longer one; 400 for JSON that is none, nests deeper than 32, names a key twice, or holds NaN, a NUL, half
    of a surrogate pair, or a whole number beyond 64 bits. ``refuse`` makes the answer of a status, a name and a reason.
    """

    def __init__(self, app: ASGIApp, refuse: Callable[[int, str, str], Response]) -> None:
        self._app, self._refuse = app, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body whole, or answer it."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        attaching = scope["path"].endswith("/attachments") and ("authorization" in headers or "cookie" in headers)
        most = MOST_ATTACHED + _FORM if attaching else MOST_BYTES
        try:
            body = await _whole(headers, receive, most)
        except UnusableCall as error:
            await self._refuse(400, "unusable call", str(error))(scope, receive, send)
            return
        if body is None:
            await self._refuse(413, "too long", f"a body has at most {most:,} bytes")(scope, receive, send)
            return
        try:
            kind = headers.get("content-type", "json").lower()
            if body and "json" in kind and "ndjson" not in kind:  # lines of JSON are records, which a load examines
                strict_json(body)
        except UnusableCall as error:
            await self._refuse(400, "unusable call", str(error))(scope, receive, send)
            return
        given = False

        async def once() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, once, send)


async def _whole(headers: Headers, receive: Receive, most: int) -> bytes | None:
    """The body; None once it is too long, without reading on; UnusableCall where it ends early."""
    told = headers.get("content-length", "0")
    if not (told.isascii() and told.isdigit()) or len(told) > 15 or int(told) > most:
        return None
    parts, length = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise UnusableCall("the body ended early")
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        if length > most:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


def strict_json(body: bytes) -> Any:
    """What a body says; UnusableCall for what is no JSON, or may be read in more than one way.

    >>> strict_json(b'{"role": "ngo"}')
    {'role': 'ngo'}
    """
    if _depth(body) > _DEEPEST:
        raise UnusableCall(f"the body nests deeper than {_DEEPEST}")
    try:
        found = msgspec.json.decode(body)  # refuses NaN, half pairs and what is no UTF-8
        json.loads(body, object_pairs_hook=_once, parse_int=_bounded)
    except (msgspec.DecodeError, UnicodeDecodeError, json.JSONDecodeError):
        raise UnusableCall("the body is no usable JSON") from None
    if b"\\u0000" in body:
        raise UnusableCall("the body holds a NUL character")
    return found


def _depth(body: bytes) -> int:
    """How deep brackets nest, those in texts counted as well: a bound from above, found without recursion."""
    deepest = depth = 0
    for bracket in _BRACKETS.findall(body):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> None:
    if len({key for key, _value in pairs}) < len(pairs):
        raise UnusableCall("the body names a key twice")


def _bounded(digits: str) -> int:
    if len(digits) > 20 or not -_GREATEST <= int(digits) < _GREATEST:
        raise UnusableCall("the body holds a whole number beyond 64 bits")
    return int(digits)
