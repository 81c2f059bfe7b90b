"""The page of a case: what is to be decided, the picture with its tables, and the evidence by kind."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import HTMLResponse

from api.access.policy import Right, may
from api.pages.common import Shown
from api.routes.access import Cases
from api.routes.common import Home, Published
from api.routes.exports import downloads
from api.routes.picture import case_subgraph_of, parties_in
from graph.model import EdgeKind
from viz.case_page import data_block
from viz.explorer_data import GLYPHS, explorer_data
from viz.style import EDGES, ROLES
from viz.view import case_view

_BESIDE = 4
"""So many cases of the list are shown on each side of the one that is open."""

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)


@router.get("/cases/{case_id}")
def one_case(
    home: Home,
    access: Cases,
    generation: Published,
    pages: Shown,
    case_id: Annotated[str, Path(max_length=200)],
    layout: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """A case with its evidence and its picture; ``layout`` is the saved one that the picture opens with."""
    answers = access.answers(generation)
    case = answers.case(case_id, texts=False)
    near = access.cases(generation).heads(answers.cases_beside(case["rank"], _BESIDE))
    head = next(one for one in near if one["id"] == case["id"])
    _core, picture = case_subgraph_of(home, generation, access.view, case["id"])
    view = case_view({**case, "state": head["state"]}, picture, pages.words, placed=False)
    works = may(access.caller.role, Right.WORK)
    data = explorer_data(view, pages.words, case=case["id"], works=works, layout=layout)
    context: dict[str, Any] = {"case": case, "head": head, "near": near, "view": view, "works": works}
    access.look("page of a case", case_id, {*parties_in(picture), *(party["node"] for party in case["parties"])})
    return pages.show(
        "case.html", runs=True, **context, data=data_block(data), downloads=downloads(case["id"]), glyphs=GLYPHS,
        styles={str(role): style for role, style in ROLES.items()}, lines={str(kind): EDGES[kind] for kind in EdgeKind},
        present={str(mark.role) for mark in view.drawn.marks}, drawn={str(line.kind) for line in view.drawn.lines},
    )  # fmt: skip
