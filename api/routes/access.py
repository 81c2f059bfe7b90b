"""Who may call a route: every route names a right, and gets with it what the caller may see."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import Depends, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from api.access.keys import Keys
from api.access.looks import Looks
from api.access.policy import PUBLIC, Caller, Level, Right, Role, policy
from api.access.publication import level
from api.cases.history import assigned_to
from api.cases.shown import Shown
from api.desk.database import Desk
from api.errors import NotAllowed, NotSignedIn
from api.routes.common import Home, Published
from graph.answers import Answers
from graph.answers.view import View
from graph.generation import Generation

COOKIE = "bidring"
_SAFE = ("GET", "HEAD", "OPTIONS")


def desk(home: Home) -> Desk:
    """The service's desk."""
    return home.kept_desk()


TheDesk = Annotated[Desk, Depends(desk)]


def caller(request: Request, found: TheDesk) -> Caller:
    """Who asks, by token or session; the public, who may not ask too often, without either.

    NotSignedIn for a token that does not count, NotAllowed for a change that another site's page asks for.
    """
    known = _known(request, found)
    if known is PUBLIC:
        request.app.state.often.count_open(request)
    return known


def _known(request: Request, found: Desk) -> Caller:
    written = request.headers.get("authorization")
    if written is not None:
        scheme, _sep, shown = written.partition(" ")
        known = Keys(found).of_token(shown.strip()) if scheme.lower() == "bearer" else None
        if known is None:
            raise NotSignedIn("the token is none that counts")
        return known
    held = request.cookies.get(COOKIE)
    if held is None:
        return PUBLIC
    known = Keys(found).of_session(held)
    if known is None:
        return PUBLIC
    if request.method not in _SAFE and not from_here(request):
        raise NotAllowed("the request does not come from this service's own pages")
    return known


def from_here(request: Request) -> bool:
    """Whether a browser says that the request comes from a page of this service."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site == "same-origin"
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


def inside(goal: str) -> str:
    """Where a browser is sent on to: an address of this service, its front page for any other."""
    own = goal if goal.startswith("/") and not goal.startswith(("//", "/\\")) else "/"
    return quote(own, safe="/?=&%")


@dataclass(frozen=True, slots=True)
class Access:
    """What a caller was let in to: who, on which desk, with which view."""

    caller: Caller
    desk: Desk
    view: View

    def answers(self, generation: Generation) -> Answers:
        """What a generation answers to this caller."""
        return Answers(generation, self.view)

    def cases(self, generation: Generation) -> Shown:
        """The cases of a generation, with what people did to them."""
        return Shown(self.desk, self.caller, self.answers(generation), generation.number)

    def look(self, action: str, about: str, subjects: Iterable[str] = ()) -> None:
        """Keep that the caller looks at what is not public, before it is shown."""
        if self.view.persons:
            Looks(self.desk).note(self.caller, action, about, subjects)


class Allowed:
    """The dependency that lets in who has a right: 401 to the public, 403 to others that have it not."""

    def __init__(self, right: Right) -> None:
        self.right = right

    def __call__(self, found: TheDesk, who: Annotated[Caller, Depends(caller)]) -> Access:
        """Who is let in."""
        published = level(found) if who.role is Role.PUBLIC else Level.NOTHING  # what is published is for the public
        view = policy(who.role, self.right, published, assigned(found, who))
        if view is None and who.account is None:
            raise NotSignedIn("sign in, or send a token, to see this")
        if view is None:
            raise NotAllowed(f"this is not for the role {who.role}")
        return Access(who, found, view)


def assigned(found: Desk, who: Caller) -> frozenset[str]:
    """The cases that were given to an investigator, whose restricted ones are open to them."""
    if who.role is not Role.INVESTIGATOR or who.account is None:
        return frozenset()
    with found.reading() as connection:
        return assigned_to(connection, who.account)


Open = Annotated[Access, Depends(Allowed(Right.OPEN))]
Flags = Annotated[Access, Depends(Allowed(Right.FLAGS))]
Rings = Annotated[Access, Depends(Allowed(Right.RINGS))]
Own = Annotated[Access, Depends(Allowed(Right.OWN))]
Cases = Annotated[Access, Depends(Allowed(Right.CASES))]
Works = Annotated[Access, Depends(Allowed(Right.WORK))]
LooksRight = Annotated[Access, Depends(Allowed(Right.LOOKS))]
AccountsRight = Annotated[Access, Depends(Allowed(Right.ACCOUNTS))]
RecordsRight = Annotated[Access, Depends(Allowed(Right.RECORDS))]


def rights(app: FastAPI) -> dict[tuple[str, str], Right]:
    """The right that each method and path of the service asks for.

    Raises LookupError for a route that names none, or more than one: such a service does not start.
    """
    found: dict[tuple[str, str], Right] = {}
    for route in routes(app.routes):
        asked = {one.call.right for one in route.dependant.dependencies if isinstance(one.call, Allowed)}
        if len(asked) != 1:
            raise LookupError(f"{route.path} names {len(asked)} rights instead of one")
        found |= {(method, route.path): next(iter(asked)) for method in route.methods or ()}
    if not found:
        raise LookupError("the service has no route that names a right")
    return found


def routes(among: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    """The routes of an application and of the routers in it, which FastAPI keeps as they are."""
    for route in among:
        if isinstance(route, APIRoute):
            yield route
        elif (router := getattr(route, "original_router", None)) is not None:
            yield from routes(router.routes)


__all__ = [
    "Access",
    "AccountsRight",
    "Cases",
    "Flags",
    "LooksRight",
    "Open",
    "Own",
    "Published",
    "RecordsRight",
    "Rings",
    "Works",
    "rights",
]
