"""The pages: a list of cases, and each case's stand-alone page."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.routes.common import Home, Published, answers
from api.routes.picture import case_subgraph_of
from graph.generation import Generation
from viz.case_page import case_page

PER_PAGE = 50
_CSP = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_templates = Environment(loader=PackageLoader("api.pages"), autoescape=True, undefined=StrictUndefined)

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)


@router.get("/")
def case_list(
    generation: Published,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The queue of cases, or what a search found."""
    found = answers(generation)
    facts = generation.facts
    context: dict[str, Any] = {"facts": facts, "page": page, "q": q, "rules": _rules(generation)}
    if len(q) >= 2:
        context["hits"] = found.search(q, limit=PER_PAGE)
        context["cases"], context["more"] = [], False
    else:
        cases = found.cases(offset=(page - 1) * PER_PAGE, limit=PER_PAGE + 1)
        context["cases"], context["more"] = cases[:PER_PAGE], len(cases) > PER_PAGE
        context["hits"] = None
    return _page("cases.html", context)


@router.get("/entities/{entity_id}")
def one_party(generation: Published, entity_id: Annotated[str, Path(max_length=200)]) -> Response:
    """A party with its cases, ties and flags."""
    party = answers(generation).entity(entity_id)
    return _page("entity.html", {"party": party, "rules": _rules(generation)})


@router.get("/cases/{case_id}")
def one_case(home: Home, generation: Published, case_id: Annotated[str, Path(max_length=200)]) -> Response:
    """The stand-alone page of a case; it carries its own policy of what may run."""
    _core, picture = case_subgraph_of(home, generation, case_id)
    return HTMLResponse(case_page(answers(generation).case(case_id), picture))


@router.get("/style.css")
def style() -> Response:
    """The pages' style sheet."""
    return Response(_templates.get_template("style.css").render(), media_type="text/css")


def _rules(generation: Generation) -> dict[str, Any]:
    return {rule["code"]: rule for rule in generation.facts["rules"]}


def _page(name: str, context: dict[str, Any]) -> Response:
    body = _templates.get_template(name).render(context)
    return HTMLResponse(body, headers={"Content-Security-Policy": _CSP})
