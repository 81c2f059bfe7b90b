"""The page of a ring with its pictures and file, and the page of a tie between an official and a supplier."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import HTMLResponse

from api.pages.common import Shown
from api.routes.access import Access, Cases
from api.routes.common import Home, Published
from api.routes.rings import link_of, ring_of
from api.workspace import Workspace
from graph.generation import Generation
from graph.reach import ways
from viz.charts.marks import colour, points, tie_colour
from viz.charts.matrix import matrix
from viz.charts.spread import spread
from viz.charts.timeline import Interval, timeline
from viz.exports.tables import bids_csv
from viz.figures import share, span
from viz.text import shown
from viz.view.evidence import step_words
from viz.words import Words

PER_PAGE = 40
"""So many tenders stand in a matrix: a page of 1,200 pixels has room for them."""
MOST_TENDERS = 1000
"""So many tenders are drawn and told on a page; a file has all."""
MOST_WAYS = 5

Id = Annotated[str, Path(max_length=200)]
Document = dict[str, Any]

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)


@router.get("/rings/{ring_id}")
def one_ring(
    home: Home,
    access: Cases,
    generation: Published,
    pages: Shown,
    ring_id: Id,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """A ring: members, who bid and won, how prices spread, evidence by kind."""
    ring = _cut(shown(ring_of(home, access, generation, ring_id)))
    numbers = {one["node"]: number for number, one in enumerate(ring["members"], 1)}
    last = max(1, -(-len(ring["meetings"]) // PER_PAGE))
    page, cut = min(page, last), _break_said(ring)
    bids: dict[str, list[Document]] = {}
    for bid in ring["bids"]:
        bids.setdefault(bid["tender_node"], []).append(bid)
    t = pages.words
    return pages.show(
        "ring.html", ring=ring, numbers=numbers, bids=bids, page=page, last=last, per_page=PER_PAGE,
        matrix=matrix(ring, numbers, (page - 1) * PER_PAGE, PER_PAGE, t("ringpage_others")), spread=spread(ring),
        evidence=_explained(ring, t), cut=cut, colour=colour, points=points, tie_colour=tie_colour,
    )  # fmt: skip


@router.get("/rings/{ring_id}/bids.csv", response_class=Response)
def ring_bids(home: Home, access: Cases, generation: Published, pages: Shown, ring_id: Id) -> Response:
    """The cells of a ring's matrix as a file, a row for each bid, everybody's."""
    ring = ring_of(home, access, generation, ring_id)
    headers = {
        "Content-Disposition": f'attachment; filename="{ring["id"]}-bids.csv"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "no-store",
    }
    return Response(bids_csv(ring, pages.words.language), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/links/{link_id}")
def one_link(
    home: Home, access: Cases, generation: Published, pages: Shown, link_id: Id, ways: bool = False
) -> Response:
    """An official tied to a supplier: the chain, when it held, what was won meanwhile; other ways where asked for."""
    link = shown(link_of(home, access, generation, link_id))
    t = pages.words
    others = _other_ways(home, access, generation, link) if ways else None
    records = {one["id"]: one for one in link["evidence"]}
    steps = _steps(link, t)
    return pages.show(
        "path.html", link=link, steps=steps, records=records, ways=others, post_days=_days(link["post"], t),
        picture=timeline(_intervals(link, steps, t), link["awards"]),
        share=share(link["share_of_spending"]) if link["share_of_spending"] else "",
        colour=colour, points=points, tie_colour=tie_colour,
    )  # fmt: skip


def _cut(ring: Document) -> Document:
    """The ring with the last of its tenders alone, where there are too many for a page; ``all`` counts them."""
    kept = ring["meetings"][-MOST_TENDERS:]
    nodes = {one["node"] for one in kept}
    return ring | {
        "all": len(ring["meetings"]),
        "meetings": kept,
        "bids": [one for one in ring["bids"] if one["tender_node"] in nodes],
    }


def _explained(ring: Document, t: Words) -> list[Document]:
    """The evidence with its innocent explanation and what would refute it."""
    said = iter(zip(ring["innocent"], ring["refuted_by"], strict=True))
    found = []
    for one in ring["evidence"]:
        innocent, refuted = next(said, ("", "")) if one["speaks"] == "for" else ("", "")
        word = t.known(f"ringpage_kind_{one['kind']}", one["kind"])
        found.append(one | {"word": word, "innocent": innocent, "refuted": refuted})
    return found


def _break_said(ring: Document) -> tuple[str, str]:
    """The key of what is said about the break, and its day. One that chance may explain loses its day, undrawn."""
    tested = next((one for one in ring["evidence"] if one["kind"] == "break"), None)
    if tested is None:
        return "ringpage_break_none", ""
    if tested["speaks"] != "for":
        tested["at"] = None
        return "ringpage_break_silent", ""
    return ("ringpage_break_at", tested["at"]) if tested["at"] else ("ringpage_break_old", "")


def _steps(link: Document, t: Words) -> list[Document]:
    """The steps of a path as words between its nodes."""
    found = []
    for (one, other), step in zip(pairwise(link["nodes"]), link["path"], strict=True):
        forward = step["from"] == one["id"]
        found.append(
            step | {"words": step_words(step, forward=forward, words=t), "days": _days(step, t), "to_node": other}
        )
    return found


def _days(one: Mapping[str, Any], t: Words) -> str:
    return span(one["since"], one["until"], t)


def _intervals(link: Document, steps: list[Document], t: Words) -> list[Interval]:
    post = link["post"]
    position = post["position"] or t("linkpage_no_position")
    held = Interval("post", f"{t('linkpage_post')}: {position}", post["since"], post["until"], _days(post, t))
    ties = [
        Interval(step["kind"], f"{number}. {step['words']}", step["since"], step["until"], step["days"])
        for number, step in enumerate(steps, 1)
    ]
    return [held, *ties]


def _other_ways(home: Workspace, access: Access, generation: Generation, link: Document) -> Document:
    """The shortest ways between the two ends, as the names along them."""
    ends = link["nodes"][0]["node"], link["nodes"][-1]["node"]
    with home.graph(generation.number) as store:
        found = ways(store, *ends, k=MOST_WAYS + 1)
    piece = access.view.of(found.found)
    parties = [node.id for node in piece.nodes if node.id.startswith(("o-", "p-"))]
    access.look("ways between parties", " ".join(ends), {*ends, *parties})
    names = {node.id: node.name for node in piece.nodes}
    kinds: dict[frozenset[str], list[str]] = {}
    for edge in piece.edges:
        kinds.setdefault(frozenset((edge.source, edge.target)), []).append(edge.kind)
    chain = tuple(one["node"] for one in link["nodes"])
    told: Document = shown(
        {
            "ways": [
                [(own, names[own], kinds.get(frozenset((before, own)), [])) for before, own in pairwise(("", *way))]
                for way in found.ways
                if way != chain
            ][:MOST_WAYS],
            "truncated": piece.truncated,
        }
    )
    return told
