"""In which language and colours a browser is shown the pages: what it asked for here, else what it is set to."""

from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.routes.access import Open, inside
from api.routes.fresh import LANGUAGE, THEME
from viz.words import Language

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)
_YEAR = 365 * 24 * 3600

router = APIRouter(include_in_schema=False)


def language_of(request: Request) -> Language:
    """The language that was chosen, else the first of the browser's that there is, else English."""
    asked = [request.cookies.get(LANGUAGE, "")]
    ranked = []
    for number, one in enumerate(request.headers.get("accept-language", "").split(",")[:20]):
        name, _sep, weight = one.strip().partition(";q=")
        ranked.append((-_weight(weight), number, name.partition("-")[0].lower()))
    asked += [name for _weight, _number, name in sorted(ranked)]
    return next((Language(name) for name in asked if name in set(Language)), Language.ENGLISH)


def _weight(written: str) -> float:
    try:
        return float(written) if written else 1.0
    except ValueError:
        return 0.0


def theme_of(request: Request) -> str:
    """The colours that were chosen; ``auto`` for what the browser is set to."""
    found = request.cookies.get(THEME, "")
    return found if found in THEMES else "auto"


@router.get("/appearance")
def choose(
    _access: Open,
    language: Language | None = None,
    theme: Theme | None = None,
    goal: Annotated[str, Query(alias="next", max_length=2000)] = "/",
) -> Response:
    """Keep a language or colours in the browser, and go back."""
    answer = RedirectResponse(inside(goal), 303)
    for name, value in ((LANGUAGE, language), (THEME, theme)):
        if value is not None:
            answer.set_cookie(name, value, max_age=_YEAR, httponly=True, samesite="lax")
    return answer
