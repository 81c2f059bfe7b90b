"""The pages about people who use the service: signing in and out, one's own account, accounts, and who looked."""

from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Form, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup

from api.access.accounts import Accounts, now
from api.access.keys import LONGEST, Keys
from api.access.looks import Looks
from api.access.policy import Role
from api.access.publication import level, publish
from api.errors import NotAllowed, UnusableCall
from api.pages.common import Pages, Shown
from api.routes.access import COOKIE, Access, AccountsRight, LooksRight, Open, Own, from_here, inside
from api.routes.common import Home, Published
from api.routes.people import level_of, role_of
from api.workspace import Workspace
from graph.errors import UnknownId

PER_PAGE = 100
Text = Annotated[str, Form(max_length=300, pattern=r"\A[^\x00]*\z")]

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)


def _own_page(request: Request) -> None:
    """NotAllowed for a form that is not this service's own."""
    if not from_here(request):
        raise NotAllowed("the form does not come from this service's own pages")


def _often(request: Request) -> None:
    request.app.state.often.count_sign_in(request)


@router.get("/sign-in")
def sign_in_form(
    request: Request, _access: Open, pages: Shown, goal: Annotated[str, Query(alias="next", max_length=300)] = "/"
) -> Response:
    """The form to sign in with."""
    return _form(request, pages, goal)


@router.post("/sign-in", dependencies=[Depends(_own_page), Depends(_often)])
def sign_in(
    request: Request,
    home: Home,
    access: Open,
    pages: Shown,
    name: Text,
    password: Text,
    code: Text = "",
    goal: Annotated[str, Form(alias="next", max_length=300)] = "/",
) -> Response:
    """Sign in; whatever was wrong, the answer is the same."""
    account = Accounts(access.desk, home.settings.home).sign_in(name, password, code)
    if account is None:
        return _form(request, pages, goal, wrong=True)
    return signed_in(request, Keys(access.desk).begin(account.id), goal)


def _form(request: Request, pages: Pages, goal: str, *, wrong: bool = False) -> Response:
    by = request.app.state.openid
    return pages.show("sign_in.html", 401 if wrong else 200, goal=goal, wrong=wrong, provider=by and by.host)


def signed_in(request: Request, held: str, goal: str) -> Response:
    """Where somebody goes who has just signed in, with their session."""
    answer = RedirectResponse(inside(goal), 303)
    answer.set_cookie(
        COOKIE, held, max_age=int(LONGEST.total_seconds()), httponly=True, samesite="lax",
        secure=over_tls(request),
    )  # fmt: skip
    return answer


def over_tls(request: Request) -> bool:
    """Whether browsers come by https, be it to a proxy before this service."""
    home: Workspace = request.app.state.workspace
    return request.url.scheme == "https" or (home.settings.url or "").startswith("https://")


@router.post("/sign-out")
def sign_out(access: Own) -> Response:
    """End the session."""
    if access.caller.session:
        Keys(access.desk).end(access.caller.session)
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/account")
def own_account(home: Home, access: Own, pages: Shown) -> Response:
    """One's own account."""
    return _own(home, access, pages)


@router.post("/account/password")
def own_password(home: Home, access: Own, old: Text, new: Text) -> Response:
    """Change one's own password; one signs in anew."""
    Accounts(access.desk, home.settings.home).set_password(_id(access), old, new)
    return RedirectResponse("/sign-in", 303)


@router.post("/account/code")
def own_code(home: Home, access: Own, pages: Shown, secret: Text = "", code: Text = "") -> Response:
    """Offer a secret for one-time codes; use it once a code shows that it works."""
    them = Accounts(access.desk, home.settings.home)
    if not secret:
        offered, address = them.offer_code(_id(access))
        drawn = segno.make(address, micro=False).svg_inline(scale=4, svgclass="code", lineclass="dots", omitsize=True)
        return pages.show("code.html", secret=offered, drawn=Markup(drawn))  # noqa: S704 - drawn by us
    them.use_code(_id(access), secret, code)
    return RedirectResponse("/account", 303)


@router.post("/account/tokens")
def own_token(home: Home, access: Own, pages: Shown, label: Text, days: Annotated[int, Form()] = 90) -> Response:
    """A new token, shown this once."""
    _token, shown = Keys(access.desk).make_token(_id(access), label, days)
    return _own(home, access, pages, shown=shown)


@router.post("/account/tokens/end")
def end_token(access: Own, token: Text) -> Response:
    """End a token."""
    Keys(access.desk).revoke(_id(access), token)
    return RedirectResponse("/account", 303)


@router.get("/accounts")
def all_accounts(home: Home, access: AccountsRight, pages: Shown) -> Response:
    """The accounts, and how much is published."""
    return _all(home, access, pages)


@router.post("/accounts")
def make_account(home: Home, access: AccountsRight, pages: Shown, name: Text, role: Text) -> Response:
    """A new account, its password shown this once."""
    shown = Accounts(access.desk, home.settings.home).add(name, role_of(role), access.caller.name)
    return _all(home, access, pages, made=(name.strip().lower(), shown))


@router.post("/accounts/change")
def change_account(
    home: Home, access: AccountsRight, pages: Shown, name: Text, what: Text, role: Text = ""
) -> Response:
    """Give an account another role, close or open it, or give it a new password."""
    them = Accounts(access.desk, home.settings.home)
    if what == "password":
        return _all(home, access, pages, made=(name, them.reset(name, access.caller.name)))
    if what == "role":
        them.change(name, access.caller.name, role=role_of(role))
    elif what in ("close", "open"):
        them.change(name, access.caller.name, disabled=what == "close")
    else:
        raise UnusableCall(f"{what!r} is nothing that can be done to an account")
    return RedirectResponse("/accounts", 303)


@router.post("/publication")
def set_publication(access: AccountsRight, wanted: Annotated[str, Form(alias="level", max_length=20)]) -> Response:
    """Publish so much from now on."""
    publish(access.desk, level_of(wanted), access.caller.name)
    return RedirectResponse("/accounts", 303)


@router.get("/looks")
def who_looked(
    access: LooksRight,
    pages: Shown,
    party: Annotated[str, Query(max_length=40)] = "",
    account: Annotated[str, Query(max_length=100)] = "",
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """Who looked at whom, the newest first; with a party it is the report for that person."""
    access.look("page of looks", " ".join(filter(None, (account, party))), [party] if party else ())
    found = Looks(access.desk).found(subject=party or None, account=account or None, before=before, limit=PER_PAGE + 1)
    shown, more = found[:PER_PAGE], len(found) > PER_PAGE
    return pages.show("looks.html", looks=shown, more=more, party=party, account=account)


@router.get("/looks/{entity_id}")
def report(
    access: LooksRight, generation: Published, pages: Shown, entity_id: Annotated[str, Path(max_length=40)]
) -> Response:
    """What a person may be given: who looked at their data, by day and role, on a page to print."""
    days = Looks(access.desk).days(entity_id)
    try:
        name = access.answers(generation).entity(entity_id)["name"]
    except UnknownId:
        if not days:
            raise
        name = None  # no longer in the records; who looked stays
    access.look("report for a person", entity_id, [entity_id])
    return pages.show("report.html", party=entity_id, called=name, days=days, now=now())


def _id(access: Access) -> str:
    assert access.caller.account is not None  # nobody else has the right
    return access.caller.account


def _own(home: Home, access: Access, pages: Pages, shown: str | None = None) -> Response:
    account = Accounts(access.desk, home.settings.home).named(access.caller.name)
    tokens = Keys(access.desk).tokens(account.id)
    return pages.show("account.html", account=account, tokens=tokens, shown=shown)


def _all(home: Home, access: Access, pages: Pages, made: tuple[str, str] | None = None) -> Response:
    found = Accounts(access.desk, home.settings.home).all()
    roles = [role for role in Role if role is not Role.PUBLIC]
    return pages.show("accounts.html", accounts=found, roles=roles, made=made, level=level(access.desk))
