"""The pages: what is open, the list of cases, tenders, and parties."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import HTMLResponse

from api.access.policy import Right, may
from api.access.publication import level
from api.pages.common import Pages, Shown
from api.pages.desk import states
from api.pages.inside import pairs_of, steps
from api.routes.access import Access, Open
from api.routes.common import Published
from api.routes.fresh import Fresh
from api.routes.procurement import Inside, cases_inside, procurement
from graph.answers.procurement import Wanted
from graph.generation import Generation

PER_PAGE = 50

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)


@router.get("/")
def front(
    access: Open,
    generation: Published,
    _fresh: Fresh,
    pages: Shown,
    within: Inside,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    q: Annotated[str, Query(max_length=200)] = "",
    state: Annotated[str, Query(max_length=20)] = "open",
    assignee: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """The queue of cases, what a search found, or, for the public, what is open."""
    found = access.cases(generation)
    context: dict[str, Any] = {"facts": generation.facts, "page": page, "q": q, "rules": _rules(generation)}
    if len(q) >= 2:
        context["hits"] = found.hits(q, PER_PAGE)
        context["tenders"] = procurement(access, generation).tenders_like(Wanted(q=q), limit=PER_PAGE)
        access.look("search", q, (hit["node"] for hit in context["hits"] if "node" in hit))
        return pages.show("found.html", **context)
    if not access.view.persons:
        return _open(generation, access, pages, context)
    inside = cases_inside(access, generation, within)
    context |= {"within": pairs_of(within), "steps": steps(access.answers(generation), within, pages.words)}
    context["among"] = "".join(f"&{urlencode([pair])}" for pair in pairs_of(within))
    cases = found.queue(
        state or None, assignee or None, inside=inside, offset=(page - 1) * PER_PAGE, limit=PER_PAGE + 1
    )
    context |= {"state": state, "assignee": assignee, "states": states(), "works": may(access.caller.role, Right.WORK)}
    context["cases"], context["more"] = cases[:PER_PAGE], len(cases) > PER_PAGE
    access.look("list of cases", " ".join(one["id"] for one in context["cases"]))
    return pages.show("cases.html", **context)


def _open(generation: Generation, access: Access, pages: Pages, context: dict[str, Any]) -> Response:
    """What is open without an account: rules and statistics, and rings where they are published."""
    found, page = access.answers(generation), context["page"]
    rings = found.rings(offset=(page - 1) * PER_PAGE, limit=PER_PAGE + 1)
    context["rings"], context["more"] = rings[:PER_PAGE], len(rings) > PER_PAGE
    context["stats"] = procurement(access, generation).stats()
    return pages.show("open.html", level=level(access.desk), **context)


@router.get("/tenders/{tender_id:path}")
def one_tender(
    access: Open, generation: Published, pages: Shown, tender_id: Annotated[str, Path(max_length=300)], _fresh: Fresh
) -> Response:
    """A tender with its awards, and the flags and rings about it."""
    tender = procurement(access, generation).tender(tender_id)
    access.look("tender", tender["node"])
    return pages.show("tender.html", tender=tender)


@router.get("/entities/{entity_id}")
def one_party(
    access: Open, generation: Published, pages: Shown, entity_id: Annotated[str, Path(max_length=200)]
) -> Response:
    """A party with its cases, ties and flags."""
    party = access.cases(generation).party(entity_id)
    access.look("party", party["node"], [party["node"]])
    return pages.show("entity.html", party=party, rules=_rules(generation), people=access.view.persons,
        works=may(access.caller.role, Right.WORK),
    )  # fmt: skip


def _rules(generation: Generation) -> dict[str, Any]:
    return {rule["code"]: rule for rule in generation.facts["rules"]}
