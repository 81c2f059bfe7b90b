"""The read API: cases, rings, findings, links, parties, search, rules."""

from importlib.metadata import version
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from api.routes.access import Cases, Flags, Open, Rings
from api.routes.common import Cursor, Home, Limit, Published, page
from api.routes.fresh import Fresh
from api.routes.procurement import Inside, cases_inside
from api.routes.shapes import MISSING, PROBLEMS, Case, CaseHead, Entity, Finding, Health, Link, Page, Ring, RuleShape
from graph.errors import NoGeneration

Id = Annotated[str, Path(max_length=200)]

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)


@router.get("/health", response_model=Health)
def health(home: Home, _access: Open) -> dict[str, Any]:
    """Whether the service can answer, and from which generation."""
    try:
        number: int | None = home.number()
    except NoGeneration:
        number = None
    return {"status": "ok" if number else "nothing detected yet", "version": version("bidring"), "generation": number}


@router.get("/cases", response_model=Page[CaseHead], responses=MISSING)
def cases(
    access: Cases,
    generation: Published,
    within: Inside,
    limit: Limit = 20,
    cursor: Cursor = None,
    state: Annotated[str | None, Query(max_length=20, description="A state, or `open`: not decided.")] = None,
    assignee: Annotated[str | None, Query(max_length=100, description="Whose, by account name.")] = None,
) -> dict[str, Any]:
    """Cases, most suspicious first; those in a state, those of somebody, and those with a tender that has all of
    buyer, supplier, region, category and days, where they are named."""
    queue, inside = access.cases(generation).queue, cases_inside(access, generation, within)
    found = page(generation, limit, cursor, lambda **span: queue(state, assignee, inside=inside, **span))
    access.look("list of cases", " ".join(one["id"] for one in found["items"]))
    return found


@router.get("/cases/{case_id}", response_model=Case, responses=MISSING)
def case(access: Cases, generation: Published, case_id: Id) -> dict[str, Any]:
    """One case whole, down to its source records."""
    found = access.cases(generation).whole(case_id)
    access.look("case", case_id, (party["node"] for party in found["parties"]))
    return found


@router.get("/rings", response_model=Page[Ring])
def rings(
    access: Rings,
    generation: Published,
    _fresh: Fresh,
    limit: Limit = 20,
    cursor: Cursor = None,
    *,
    everything: Annotated[bool, Query(alias="all")] = False,
) -> dict[str, Any]:
    """Rings with their evidence, most suspicious first; with ``all`` also the candidates below the threshold."""
    found = access.answers(generation)
    return page(generation, limit, cursor, lambda **span: found.rings(everything=everything, **span))


@router.get("/findings", response_model=Page[Finding], responses=MISSING)
def findings(
    access: Flags,
    generation: Published,
    _fresh: Fresh,
    limit: Limit = 20,
    cursor: Cursor = None,
    code: Annotated[str | None, Query(max_length=20)] = None,
    party: Annotated[str | None, Query(max_length=200)] = None,
) -> dict[str, Any]:
    """Red flags, of one rule or about one party where they are named."""
    found = access.answers(generation)
    flags = page(generation, limit, cursor, lambda **span: found.findings(code=code, party=party, **span))
    access.look("list of flags", f"{code or ''} {party or ''}".strip())
    return flags


@router.get("/links", response_model=Page[Link], responses=MISSING)
def links(
    access: Cases,
    generation: Published,
    limit: Limit = 20,
    cursor: Cursor = None,
    official: Annotated[str | None, Query(max_length=200)] = None,
    supplier: Annotated[str | None, Query(max_length=200)] = None,
    buyer: Annotated[str | None, Query(max_length=200)] = None,
    max_hops: Annotated[int, Query(ge=1, le=4)] = 4,
) -> dict[str, Any]:
    """Paths from officials to the winners of their buyers' tenders, strongest first."""
    found = access.answers(generation)
    ties = page(
        generation,
        limit,
        cursor,
        lambda **span: found.links(official=official, supplier=supplier, buyer=buyer, most_hops=max_hops, **span),
    )
    access.look("list of ties", " ".join(filter(None, (official, supplier, buyer))))
    return ties


@router.get("/entities/{entity_id:path}", response_model=Entity, responses=MISSING)
def entity(access: Open, generation: Published, entity_id: Id, _fresh: Fresh) -> dict[str, Any]:
    """A party, by its node id or a firm's own id, with what is found about it."""
    found = access.cases(generation).party(entity_id)
    access.look("party", found["node"], [found["node"]])
    return found


@router.get("/search", response_model=Page[dict[str, Any]])  # type: ignore[type-var]
def search(
    access: Open,
    generation: Published,
    _fresh: Fresh,
    q: Annotated[str, Query(min_length=2, max_length=200)],
    limit: Limit = 20,
) -> dict[str, Any]:
    """Parties and cases whose name or own id contains a text."""
    hits = access.cases(generation).hits(q, limit)
    access.look("search", q, (hit["node"] for hit in hits if "node" in hit))
    return {"items": hits, "next": None}


@router.get("/rules", response_model=Page[RuleShape])
def rules(access: Open, generation: Published, _fresh: Fresh) -> dict[str, Any]:
    """The rules as they were applied."""
    return {"items": access.answers(generation).rules(), "next": None}
