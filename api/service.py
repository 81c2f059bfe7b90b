"""Runs the service on a socket of this machine."""

import asyncio
import logging
import socket
import sys
from collections.abc import Callable

import structlog
import uvicorn

from api.app import LOCAL_HOSTS, create_app
from api.errors import UnusableCall
from api.house import ensure_ours
from api.workspace import Workspace


def run(workspace: Workspace, *, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve until stopped; ``announce`` is told the address once requests are taken. Port 0 takes any free one.

    Raises :class:`UnusableCall` where the port is taken, the host is none of this machine's, or another installed
    distribution ships packages of our names.
    """
    ensure_ours()
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise UnusableCall(f"cannot listen on {host}:{port}: {error.strerror}") from None
    logging.getLogger("uvicorn.access").disabled = True  # addresses and search words stay out of the log
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    hosts = LOCAL_HOSTS if host in ("127.0.0.1", "::1", "localhost") else ("*",)
    config = uvicorn.Config(create_app(workspace, hosts=hosts), log_level="warning", access_log=False)
    server = _Announcing(config, lambda: announce(f"http://{host}:{listener.getsockname()[1]}/"))
    with listener:
        asyncio.run(server.serve(sockets=[listener]))


class _Announcing(uvicorn.Server):
    """Says when it takes requests."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._ready()
