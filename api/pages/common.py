"""What the pages share: templates, the policy of what may run, and who is named in the header."""

from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.access.policy import PUBLIC, Caller, Right, may

_CSP = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
templates = Environment(loader=PackageLoader("api.pages"), autoescape=True, undefined=StrictUndefined)
templates.filters["names"] = lambda parties: {one["node"]: one["name"] or one["id"] for one in parties}


def page(name: str, who: Caller | None, status: int = 200, **context: Any) -> Response:
    """A page from its template; ``who`` is named in its header, with links to what their role may open."""
    who = who or PUBLIC
    links = [
        (href, label)
        for right, href, label in (
            (Right.CASES, "/figures", "Figures"),
            (Right.LOOKS, "/looks", "Who looked"),
            (Right.ACCOUNTS, "/accounts", "Accounts"),
        )
        if may(who.role, right)
    ]
    body = templates.get_template(name).render(who=who, links=links, **context)
    return HTMLResponse(body, status, headers={"Content-Security-Policy": _CSP})


def refused(request: Request, status: int, why: str) -> Response:
    """The page of an error; whoever is not signed in is led to where one does, and back."""
    if status == 401 and request.method == "GET":
        goal = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(goal, safe='')}", 303)
    return page("refused.html", None, status, why=why)
