"""What the pages share: templates, words, the policy of what may run, and who is named in the header."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from api.access.policy import PUBLIC, Caller, Right, may
from api.pages.appearance import THEMES, language_of, theme_of
from api.pages.assets import address
from api.routes.access import caller
from viz import figures
from viz.words import Language, Words, words

_CSP = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; img-src 'self'"
)
_RUNS = " blob: data:; script-src 'self'; connect-src 'self'"
"""What a page with a module of ours may do besides: run it, ask this service, and make pictures of what is drawn."""
templates = Environment(loader=PackageLoader("api.pages"), autoescape=True, undefined=StrictUndefined)
templates.filters["names"] = lambda parties: {one["node"]: one["name"] or one["id"] for one in parties}
templates.globals["asset"] = address
templates.filters["number"] = figures.number
templates.filters["money"] = figures.money_of
templates.filters["statistic"] = figures.statistic
templates.filters["probability"] = figures.probability


@pass_context
def told(context: Context, text: str | None) -> Markup:
    """A sentence that was made in English, in the page's language; marked as English where it is not known in it."""
    said: Words = context["t"]
    own = said.told(text or "")
    marked = own == text and said.language is not Language.ENGLISH and text
    return Markup('<span lang="en">{}</span>').format(own) if marked else Markup.escape(own)


templates.filters["told"] = told
_LINKS = (
    (Right.OPEN, "/country", "nav_country"),
    (Right.CASES, "/figures", "nav_figures"),
    (Right.LOOKS, "/looks", "nav_looks"),
    (Right.ACCOUNTS, "/accounts", "nav_accounts"),
)


@dataclass(frozen=True, slots=True)
class Pages:
    """Writes pages for whoever asks, in their language."""

    request: Request
    who: Caller
    here: str = "/"
    """Where to come back to after another language or other colours were chosen."""

    @property
    def words(self) -> Words:
        """The words of the page's language."""
        return words(language_of(self.request))

    def show(self, name: str, status: int = 200, *, runs: bool = False, **context: Any) -> Response:
        """A page from its template, where ``t`` are the words; who asks is named in its header, with links to what
        their role may open. ``runs`` lets it run the service's own modules."""
        said = self.words
        body = templates.get_template(name).render(
            t=said, who=self.who, theme=theme_of(self.request), themes=THEMES, languages=[*Language], here=self.here,
            runs=runs, links=[(href, said(key)) for right, href, key in _LINKS if may(self.who.role, right)], **context,
        )  # fmt: skip
        headers = {"Content-Security-Policy": _CSP + _RUNS * runs, "Content-Language": said.language}
        return HTMLResponse(body, status, headers=headers)


def pages(request: Request, who: Annotated[Caller, Depends(caller)]) -> Pages:
    """The pages of whoever asks."""
    return Pages(request, who, _asked(request) if request.method == "GET" else "/")


def _asked(request: Request) -> str:
    """The address that was asked for, within this service."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


Shown = Annotated[Pages, Depends(pages)]


def refused(request: Request, status: int, why: str) -> Response:
    """The page of an error; whoever is not signed in is led to where one does, and back."""
    if status == 401 and request.method == "GET":
        return RedirectResponse(f"/sign-in?next={quote(_asked(request), safe='')}", 303)
    return Pages(request, PUBLIC).show("refused.html", status, why=why)
