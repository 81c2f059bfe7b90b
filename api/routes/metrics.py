"""What the service measures of itself: counts and seconds by route and status, for Prometheus; no names, no ids.

They are the administrator's, by token: behind a proxy everybody comes from this machine, so that an address proves
nothing, and how often cases are read says something of what is going on.
"""

from time import perf_counter

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.routes.access import AccountsRight
from api.routes.common import Home
from api.routes.shapes import PROBLEMS
from graph.errors import NoGeneration

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)


class Metrics:
    """The counters of one service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        names = ("method", "route")
        self.requests = Counter(
            "bidring_requests", "Requests answered, by route and status.", (*names, "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "bidring_request_seconds", "Seconds until the answer was sent.", names, registry=self.registry,
            buckets=_SECONDS,
        )  # fmt: skip
        self.generation = Gauge("bidring_generation", "The published generation, 0 for none.", registry=self.registry)

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        method = method if method in _METHODS else "other"
        self.requests.labels(method, route, status).inc()
        self.seconds.labels(method, route).observe(seconds)


class Measured:
    """Middleware that notes every answer under its route's template; what no route answers is one, ``none``."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and note."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, started = 500, perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            self._metrics.note(scope["method"], route, status, perf_counter() - started)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(request: Request, home: Home, _access: AccountsRight) -> Response:
    """Counts and seconds by route and status in Prometheus' text form, for administrators."""
    found: Metrics = request.app.state.metrics
    try:
        found.generation.set(home.number())
    except NoGeneration:
        found.generation.set(0)
    return Response(generate_latest(found.registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)
