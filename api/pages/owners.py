"""The page of a firm's owners on a day."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import HTMLResponse

from api.errors import UnusableCall
from api.pages.common import Shown
from api.routes.access import Cases
from api.routes.common import Home, Published
from api.routes.owners import owners_of
from graph.answers.owned import everybody
from viz.charts.marks import colour, points
from viz.figures import share, span
from viz.text import shown
from viz.tree import role_of, share_of, tree
from viz.words import Words

MOST_DAYS = 12
"""So many days of change are links, those around the day shown."""

Id = Annotated[str, Path(max_length=200)]
Document = dict[str, Any]

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)


@router.get("/entities/{entity_id:path}/owners")
def owners(
    home: Home,
    access: Cases,
    generation: Published,
    pages: Shown,
    entity_id: Id,
    at: Annotated[str, Query(max_length=10, pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = "",
) -> Response:
    """Who owned a firm on a day, and who owned its owners, as a tree and as a list."""
    found = shown(owners_of(home, access, generation, entity_id, _day(at)))
    t = pages.words
    places = {id(one): number for number, one in enumerate(everybody(found["owners"]), 1)}
    records = {one["id"]: number for number, one in enumerate(found["evidence"], 1)}
    return pages.show(
        "owners.html", found=found, tree=tree(found, t("ownerpage_unnamed")), records=records,
        place=lambda one: places[id(one)], role=role_of, percent=share,
        told=lambda row: _told(row, t), days=lambda row: span(row["since"], row["until"], t),
        kind=lambda kind: _kind(kind, t),
        changes=_around(found["changes"], found["at"]), whole=_whole, threshold=share(found["share"]),
        colour=colour, points=points,
    )  # fmt: skip


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise UnusableCall(f"{written} is not a day such as 2024-03-01") from None


def _kind(kind: str, t: Words) -> str:
    """A kind of interest in words; an unknown one as the statement has it."""
    return t.known(f"interest_{kind}", kind.replace("-", " ")) if kind else t("interest_unknownInterest")


def _told(row: Mapping[str, Any], t: Words) -> str:
    """An interest in words: its kind, its share with its range, and how it is held."""
    parts = [_kind(row["interest"] or "", t), share_of(row) or t("ownerpage_no_share")]
    if row["direct"] is False:
        parts.append(t("ownerpage_indirect"))
    if row["beneficial"]:
        parts.append(t("ownerpage_beneficial"))
    return ", ".join(parts)


def _whole(end: Mapping[str, Any]) -> str:
    """The whole share of somebody at the end of chains; empty where none is stated."""
    return "" if (end["least"], end["most"]) == (0.0, 1.0) or not end["most"] else share(end["least"], end["most"])


def _around(days: list[str], at: str) -> list[str]:
    """The days of change nearest to the one shown, in order."""
    near = sorted(days, key=lambda day: abs((date.fromisoformat(day) - date.fromisoformat(at)).days))
    return sorted(near[:MOST_DAYS])
