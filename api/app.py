"""The service: routes, pages, errors."""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from api.access.openid import OpenId
from api.body import Bodies
from api.edge import HEADERS, Edge
from api.errors import (
    ApiError,
    DeskUnusable,
    HomeBusy,
    NotAllowed,
    NotSignedIn,
    Outdated,
    ProviderAway,
    TooMany,
    UnusableCall,
)
from api.openapi import document
from api.packed import Packed
from api.pages import router as pages
from api.pages.appearance import router as appearance
from api.pages.assets import router as assets
from api.pages.common import refused
from api.pages.country import router as country_pages
from api.pages.desk import router as desk_pages
from api.pages.explorer import router as explorer
from api.pages.layouts import router as layout_pages
from api.pages.openid import router as openid_pages
from api.pages.owners import router as owner_pages
from api.pages.people import router as people_pages
from api.pages.rings import router as ring_pages
from api.routes.access import rights
from api.routes.bulk import router as bulk
from api.routes.desk import router as case_desk
from api.routes.exports import router as exports
from api.routes.exports import turns
from api.routes.fresh import Unchanged
from api.routes.intake import router as intake
from api.routes.layouts import router as layouts
from api.routes.metrics import Measured, Metrics
from api.routes.metrics import router as metrics
from api.routes.often import Often
from api.routes.owners import router as owners
from api.routes.people import router as people
from api.routes.picture import Pictures
from api.routes.procurement import router as procurement
from api.routes.reach import router as reach
from api.routes.read import router as read
from api.routes.rings import router as rings
from api.turns import Turns
from api.workspace import Workspace
from graph.errors import GraphError, GraphStoreBusy, GraphStoreError, NoGeneration, UnknownId
from ingest.errors import IngestError, NoRecords, StoreBusy, UnreadableInput

STATUS: tuple[tuple[type[Exception], int, str], ...] = (
    (UnusableCall, 400, "unusable call"),
    (UnreadableInput, 400, "unusable call"),
    (NotSignedIn, 401, "not signed in"),
    (NotAllowed, 403, "not allowed"),
    (Outdated, 409, "changed meanwhile"),
    (TooMany, 429, "too many requests"),
    (DeskUnusable, 503, "desk not reachable"),
    (ProviderAway, 503, "provider not reachable"),
    (UnknownId, 404, "not found"),
    (NoGeneration, 503, "nothing to answer from"),
    (NoRecords, 503, "nothing to answer from"),
    (HomeBusy, 503, "busy"),
    (StoreBusy, 503, "busy"),
    (GraphStoreBusy, 503, "busy"),
    (GraphStoreError, 503, "graph not reachable"),
    (ApiError, 500, "failed"),
    (GraphError, 500, "failed"),
    (IngestError, 500, "failed"),
)
"""What each error is to a caller; the first that fits counts."""
_ADDRESS = re.compile(r"[a-z0-9+]+://\S+?(?=:?(?:\s|$))")
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def create_app(workspace: Workspace, *, hosts: tuple[str, ...] = LOCAL_HOSTS, often: Often | None = None) -> FastAPI:
    """The service over one home. ``hosts`` are the names under which it may be asked for, against rebinding; ``often``
    is how often one address may ask."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        with workspace.serving():
            yield

    app = FastAPI(
        lifespan=lifespan,
        title="bidring",
        description="Bidding rings and officials tied to winners. A flag indicates; a person decides.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.workspace = workspace
    app.state.often = often or Often()
    app.state.pictures, app.state.metrics, app.state.turns = Pictures(), Metrics(), turns()
    settings = workspace.settings
    app.state.openid = OpenId(settings.provider, settings.home) if settings.provider else None
    json = (owners, rings, read, intake, reach, procurement, bulk, case_desk, layouts, exports, people, metrics)
    lists = (country_pages, pages, ring_pages, owner_pages)
    html = (*lists, explorer, desk_pages, people_pages, openid_pages, layout_pages, appearance, assets)
    for router in (*json, *html):
        app.include_router(router)
    rights(app)
    app.openapi = lambda: document(app)  # type: ignore[method-assign]
    app.add_middleware(Packed)
    app.add_middleware(Turns)
    app.add_middleware(Bodies, refuse=problem)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    app.add_middleware(Edge, refuse=problem)
    app.add_middleware(Measured, metrics=app.state.metrics)
    for error, status, name in STATUS:
        app.exception_handler(error)(_answer(status, name))
    app.exception_handler(Unchanged)(_unchanged)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http)
    return app


def problem(status: int, error: str, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The body of every error."""
    return JSONResponse({"error": error, "detail": detail}, status, headers={**HEADERS, **(headers or {})})


def _answer(status: int, name: str) -> Callable[[Request, Exception], Response]:
    def handler(request: Request, error: Exception) -> Response:
        said = _said(request, error, status)
        if not _of_api(request):
            return refused(request, status, said)
        further = {"Retry-After": str(error.after)} if isinstance(error, TooMany) else {}
        further |= {"WWW-Authenticate": "Bearer"} if status == 401 else {}
        return problem(status, name, said, further)

    return handler


def _said(request: Request, error: Exception, status: int) -> str:
    """What is told of an error, and of a part that is away: not where it is, which is nobody's business outside."""
    said = _ADDRESS.sub("its server", str(error)) if status >= 500 else str(error)
    return said.replace(str(request.app.state.workspace.settings.home), "the home")


def _of_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _unchanged(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Unchanged)
    return Response(status_code=304, headers=error.headers)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    said = f"{where}: {first['msg']}"
    return problem(422, "invalid", said) if _of_api(request) else refused(request, 422, said)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if not _of_api(request):
        return refused(request, error.status_code, str(error.detail))
    return problem(error.status_code, "not found" if error.status_code == 404 else "refused", str(error.detail))
