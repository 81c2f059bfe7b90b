"""The open part: tenders, awards, figures."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import StringConstraints

from api.errors import UnusableCall
from api.routes.access import Access, Open
from api.routes.common import Cursor, Limit, Published, page
from api.routes.fresh import Fresh
from api.routes.open_shapes import Award, HeatmapShape, Stats, Tender, TenderWhole, TrendsShape
from api.routes.shapes import MISSING, PROBLEMS, Page
from graph.answers.heatmap import Heatmap, parties_of
from graph.answers.procurement import Procurement, Wanted
from graph.answers.trends import Trends
from graph.generation import Generation

Side = Literal["region", "category", "buyer", "supplier", "year"]
Order = Literal["tenders", "money", "risk", "cases"]
_Text = Annotated[str | None, Query(max_length=200)]
_Region = Annotated[str, StringConstraints(max_length=200)]

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)


def inside(
    buyer: Annotated[str | None, Query(max_length=200, description="Node id or own id.")] = None,
    supplier: Annotated[str | None, Query(max_length=200, description="Who won: node id or own id.")] = None,
    region: Annotated[list[_Region] | None, Query(max_length=40, description="One of these.")] = None,
    category: _Text = None,
    since: Annotated[date | None, Query(description="First day.")] = None,
    until: Annotated[date | None, Query(description="Last day.")] = None,
) -> Wanted:
    """Where among the tenders; what is left empty asks for nothing. UnusableCall for days the wrong way round."""
    if since and until and since > until:
        raise UnusableCall(f"since {since} is after until {until}")
    regions = tuple(sorted({*filter(None, region or ())}))
    return Wanted(buyer or None, supplier or None, regions, category or None, since, until)


Inside = Annotated[Wanted, Depends(inside)]


def wanted(
    within: Inside,
    q: Annotated[str | None, Query(min_length=2, max_length=200, description="In the title or the id.")] = None,
    *,
    flagged: Annotated[bool, Query(description="Only those that a flag is about.")] = False,
) -> Wanted:
    """What is asked for of tenders."""
    return replace(within, q=q, flagged=flagged)


Like = Annotated[Wanted, Depends(wanted)]


def procurement(access: Access, generation: Generation) -> Procurement:
    """What a generation answers about tenders and awards to a caller."""
    return Procurement(generation, access.view)


def cases_inside(access: Access, generation: Generation, within: Wanted) -> frozenset[str] | None:
    """The ids of the cases with a tender that has everything wanted; None where nothing is, for all."""
    return None if within == Wanted() else procurement(access, generation).cases_like(within)


@router.get("/tenders", response_model=Page[Tender], responses=MISSING)
def tenders(
    access: Open, generation: Published, like: Like, _fresh: Fresh, limit: Limit = 20, cursor: Cursor = None
) -> dict[str, Any]:
    """Tenders, the latest first."""
    found = procurement(access, generation)
    rows = page(generation, limit, cursor, lambda **span: found.tenders_like(like, **span))
    access.look("list of tenders", like.supplier or like.buyer or "")
    return rows


@router.get("/tenders/{tender_id:path}", response_model=TenderWhole, responses=MISSING)
def tender(
    access: Open, generation: Published, tender_id: Annotated[str, Path(max_length=300)], _fresh: Fresh
) -> dict[str, Any]:
    """A tender, by its own id or node id, with its awards, and flags and rings about it where they are published."""
    found = procurement(access, generation).tender(tender_id)
    access.look("tender", found["node"])
    return found


@router.get("/awards", response_model=Page[Award], responses=MISSING)
def awards(
    access: Open, generation: Published, like: Like, _fresh: Fresh, limit: Limit = 20, cursor: Cursor = None
) -> dict[str, Any]:
    """Awards with their suppliers, the latest first; region, category and q are those of the tender."""
    found = procurement(access, generation)
    return page(generation, limit, cursor, lambda **span: found.awards_like(like, **span))


@router.get("/stats", response_model=Stats)
def stats(access: Open, generation: Published, _fresh: Fresh) -> dict[str, Any]:
    """Figures of tenders and awards by year, region, category and procedure; flags and rings where published."""
    return procurement(access, generation).stats()


@router.get("/heatmap", response_model=HeatmapShape, responses=MISSING)
def heatmap(
    access: Open,
    generation: Published,
    like: Like,
    _fresh: Fresh,
    rows: Side = "region",
    columns: Side = "category",
    order: Order = "tenders",
) -> dict[str, Any]:
    """Tenders, money, flagged tenders and cases by two of region, category, buyer, supplier and year."""
    if rows == columns:
        raise UnusableCall("rows and columns are the same")
    with Heatmap(generation, access.view, like) as counted:
        found = counted.heatmap(rows, columns, order=order)
    access.look("heat map", like.supplier or like.buyer or "", parties_of(found))
    return found


@router.get("/trends", response_model=TrendsShape, responses=MISSING)
def trends(access: Open, generation: Published, like: Like, _fresh: Fresh) -> dict[str, Any]:
    """Tenders, money and flagged tenders by year, and by month of the last three years."""
    with Trends(generation, access.view, like) as counted:
        found = counted.trends()
    access.look("trends", like.supplier or like.buyer or "")
    return found
