"""The pages of signing in by an OpenID provider: to it, and back."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access.accounts import Accounts
from api.access.keys import Keys
from api.access.openid import LASTS, OpenId, refused
from api.errors import UnusableCall
from api.pages.people import over_tls, signed_in
from api.routes.access import Open
from api.routes.common import Home

COOKIE, _PATH = "bidring_openid", "/sign-in/openid"
Answer = Annotated[str, Query(max_length=4000)]

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)


def provider(request: Request) -> OpenId:
    """The provider that people sign in by; UnusableCall where there is none."""
    found: OpenId | None = request.app.state.openid
    if found is None:
        raise UnusableCall("no OpenID provider is set up here: sign in by password")
    return found


@router.get("/sign-in/openid")
def begin(
    request: Request, home: Home, _access: Open, goal: Annotated[str, Query(alias="next", max_length=300)] = "/"
) -> Response:
    """To the provider; the browser holds for ten minutes what it left with."""
    by = provider(request)
    request.app.state.often.count_sign_in(request)
    own = home.settings.url or str(request.base_url).rstrip("/")
    address, held = by.begin(f"{own}{_PATH}/back", goal)
    answer = RedirectResponse(address, 303)
    _keep(request, answer, held, LASTS)
    return answer


@router.get("/sign-in/openid/back")
def back(
    request: Request, home: Home, access: Open, code: Answer = "", state: Answer = "", error: Answer = "",
    iss: Answer | None = None,
) -> Response:  # fmt: skip
    """Back from the provider: signed in where it showed somebody who was let in."""
    by = provider(request)
    told = {"code": code, "state": state, "error": error} | ({} if iss is None else {"iss": iss})
    shown = by.finish(request.cookies.get(COOKIE, ""), told)
    account = Accounts(access.desk, home.settings.home).known_to(by.issuer, shown.subject, shown.email)
    if account is None:
        raise refused("nobody was let in as this subject")
    answer = signed_in(request, Keys(access.desk).begin(account.id), shown.goal)
    _keep(request, answer, "", timedelta(0))
    return answer


def _keep(request: Request, answer: Response, held: str, lasts: timedelta) -> None:
    answer.set_cookie(
        COOKIE, held, max_age=int(lasts.total_seconds()), path=_PATH, httponly=True, samesite="lax",
        secure=over_tls(request),
    )  # fmt: skip
