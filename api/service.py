"""Runs the service on a socket of this machine."""

import asyncio
import logging
import socket
import sys
from collections.abc import Callable

import structlog
import uvicorn

from api.access.policy import Level, Right, Role, policy
from api.app import LOCAL_HOSTS, create_app
from api.errors import UnusableCall
from api.house import ensure_ours
from api.routes.picture import case_picture, case_subgraph_of
from api.workspace import Workspace
from graph.answers import Answers
from graph.errors import GraphError


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
    # asyncio sets this on none of a listener's connections that names no protocol: each answer then waits 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    logging.getLogger("uvicorn.access").disabled = True  # addresses and search words stay out of the log
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    hosts = LOCAL_HOSTS if host in ("127.0.0.1", "::1", "localhost") else ("*",)
    config = uvicorn.Config(create_app(workspace, hosts=hosts), log_level="warning", access_log=False)

    def ready() -> None:
        warm(workspace)
        announce(f"http://{host}:{listener.getsockname()[1]}/")

    server = _Announcing(config, ready)
    with listener:
        asyncio.run(server.serve(sockets=[listener]))


def warm(workspace: Workspace) -> None:
    """Load what pictures and searches need and put their questions into SQL, so that the first visitors do not wait."""
    try:
        with workspace.generation() as generation:
            for role in (Role.MONITOR, Role.INVESTIGATOR, Role.SUPERVISOR):
                view = policy(role, Right.CASES, Level.NOTHING)
                assert view is not None  # these roles have the right
                answers = Answers(generation, view)
                answers.search("nobody")
                for case in answers.cases(limit=1):
                    case_picture(*case_subgraph_of(workspace, generation, view, case["id"]))
    except GraphError:
        return  # nothing detected yet, or not reachable: requests are told so


class _Announcing(uvicorn.Server):
    """Says when it takes requests."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._ready()
