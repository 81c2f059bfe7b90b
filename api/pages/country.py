"""The country at a glance: a map, a heat map, how it went over time, and, for whoever may see cases, the queue."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from api.cases.report import figures_document
from api.pages.common import Shown
from api.pages.glance import grid
from api.pages.inside import CHAIN, address, free, pairs_of, steps
from api.pages.outline import places, trends
from api.routes.access import Access, Open
from api.routes.common import Published
from api.routes.fresh import Fresh
from api.routes.procurement import Inside, Order, Side, cases_inside, procurement
from graph.answers.heatmap import MOST, Heatmap, parties_of
from graph.answers.procurement import Wanted
from graph.answers.trends import Trends
from graph.generation import Generation
from viz.heatmap import FEW, Measure

PER_PAGE = 50
TOP = 10

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)


class Country(Heatmap, Trends):
    """All that is counted on one page."""


@router.get("/country")
def country(
    access: Open,
    generation: Published,
    pages: Shown,
    within: Inside,
    _fresh: Fresh,
    rows: Side | None = None,
    columns: Side | None = None,
    measure: Measure | None = None,
    order: Order | None = None,
) -> Response:
    """Tenders and money, and risk and cases as far as the caller may see them."""
    words, measures = pages.words, _measures(access)
    shown = measure if measure in measures else measures[0]
    first = order if order in measures else shown.value
    kept = tuple((name, value) for name, value in (("measure", measure), ("order", order)) if value is not None)
    with Country(generation, access.view, within) as found:
        sides = _sides(rows, columns, within, found.known())
        heat = found.heatmap(*sides, order=first)
        context = {
            "total": heat["total"],
            "left_out": found.left_out,
            "grid": grid(heat, sides, within, shown, kept, words),
            "map": None if within.regions else places(found, within, shown, kept, words),
            "trends": trends(found.trends(), measures, within, words),
            "steps": [
                (one, address("/country", (*pairs_of(one.wanted), *kept))) for one in steps(found, within, words)
            ],
        }
    context |= {"sides": sides, "measure": shown, "order": first, "measures": measures, "chain": CHAIN, "most": MOST}
    context |= {"within": pairs_of(within), "few": FEW, "whole": address("/country", kept), "desk": None}
    if access.view.persons:
        context |= _desk(access, generation, within)
    about = " ".join(one["id"] for one in context.get("cases", ()))
    access.look("country at a glance", about, parties_of(heat))
    return pages.show("country.html", **context)


@router.get("/tenders")
def tenders(
    access: Open,
    generation: Published,
    pages: Shown,
    within: Inside,
    _fresh: Fresh,
    q: Annotated[str, Query(max_length=200)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    *,
    flagged: bool = False,
) -> Response:
    """The tenders of one part of the country, the latest first."""
    found = procurement(access, generation)
    like = replace(within, q=q if len(q) >= 2 else None, flagged=flagged)
    rows = found.tenders_like(like, offset=(page - 1) * PER_PAGE, limit=PER_PAGE)
    many, pairs = found.count_like(like), pairs_of(within)
    marked = (*pairs, *((("q", q),) if q else ()))
    asked = (*marked, *((("flagged", "true"),) if flagged else ()))
    access.look("list of tenders", like.supplier or like.buyer or "")
    return pages.show(
        "tenders.html", tenders=rows, many=many, within=pairs, asked_q=q, flagged=flagged, flags=access.view.findings,
        steps=steps(found, within, pages.words), country=address("/country", pairs),
        other=address("/tenders", marked if flagged else (*marked, ("flagged", "true"))),
        before=address("/tenders", (*asked, ("page", str(page - 1)))) if page > 1 else None,
        after=address("/tenders", (*asked, ("page", str(page + 1)))) if page * PER_PAGE < many else None,
        cases=address("/", (*pairs, ("state", ""))) if access.view.persons else None,
    )  # fmt: skip


def _measures(access: Access) -> list[Measure]:
    """What the caller may see in cells, the first of them by default."""
    known = [Measure.MONEY, Measure.TENDERS]
    return [Measure.RISK] * access.view.findings + known + [Measure.CASES] * access.view.persons


def _sides(rows: str | None, columns: str | None, within: Wanted, known: frozenset[str]) -> tuple[str, str]:
    """What is crossed: what was asked for, else the next that is open and that records say anything of."""
    usual = sorted(free(within), key=lambda side: side not in known)
    usual += [side for side in CHAIN if side not in usual]
    first = rows or next(side for side in usual if side != columns)
    second = columns if columns and columns != first else next(side for side in usual if side != first)
    return first, second


def _desk(access: Access, generation: Generation, within: Wanted) -> dict[str, Any]:
    """The first cases of the queue that are in this part of the country, and what decisions say of all."""
    found = access.cases(generation)
    inside = cases_inside(access, generation, within)
    return {
        "cases": found.queue("open", None, inside=inside, offset=0, limit=TOP),
        "queue": address("/", pairs_of(within)),
        "desk": figures_document(access.desk, found.answers)["all"],
    }
