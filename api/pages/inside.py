"""Parts of a country as addresses and words: what a number on one page leads to on another."""

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from graph.answers.lists import Lists
from graph.answers.procurement import Wanted
from graph.answers.withhold import MARK
from viz.regions import kazakhstan, place_of
from viz.words import Words

CHAIN = ("region", "category", "buyer", "supplier", "year")
"""In this order one looks closer: a region's categories, their buyers, who supplies these, and when."""
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A part that was chosen: what kind it is, what it is called, and what is asked for up to it."""

    kind: str
    called: str
    wanted: Wanted


def pairs_of(wanted: Wanted) -> Pairs:
    """What is asked for as names and values of an address."""
    told = [("region", name) for name in wanted.regions]
    for name in ("category", "buyer", "supplier", "since", "until"):
        value = getattr(wanted, name)
        told += [(name, str(value))] if value is not None else []
    return tuple(told)


def address(path: str, pairs: Pairs) -> str:
    """An address with these names and values."""
    return f"{path}?{urlencode(pairs)}" if pairs else path


def closer(wanted: Wanted, side: str, value: str) -> Wanted | None:
    """What is wanted of one row or column of a heat map, besides; None where no address can say it."""
    match side:
        case "region":
            return replace(wanted, regions=(value,)) if MARK not in value else None
        case "category":
            return replace(wanted, category=value) if MARK not in value else None
        case "buyer":
            return replace(wanted, buyer=value)
        case "supplier":
            return replace(wanted, supplier=value)
    if not (len(value) <= 4 and value.isdigit() and int(value)):
        return None
    first, last = date(int(value), 1, 1), date(int(value), 12, 31)
    return replace(wanted, since=max(wanted.since or first, first), until=min(wanted.until or last, last))


def free(wanted: Wanted) -> tuple[str, ...]:
    """The sides that what is wanted leaves open, in the order of :data:`CHAIN`."""
    fixed = {"region": wanted.regions, "category": wanted.category, "buyer": wanted.buyer, "supplier": wanted.supplier}
    same_year = wanted.since and wanted.until and wanted.since.year == wanted.until.year
    return tuple(side for side in CHAIN if not (same_year if side == "year" else fixed[side]))


def region_called(name: str, words: Words) -> str:
    """A region as its record has it; a number in the reader's words."""
    code = place_of(name) if name[:9].isdigit() else None
    return next((one.whole(words.language) for one in kazakhstan().places if one.code == code), name)


def steps(found: Lists, wanted: Wanted, words: Words) -> list[Step]:
    """The parts that are asked for, each narrower than the one before."""
    told, so_far = [], Wanted()
    if wanted.regions:
        so_far = replace(so_far, regions=wanted.regions)
        called = dict.fromkeys(region_called(name, words) for name in wanted.regions)
        told.append(Step("region", ", ".join(called), so_far))
    if wanted.category is not None:
        so_far = replace(so_far, category=wanted.category)
        told.append(Step("category", wanted.category, so_far))
    for kind in ("buyer", "supplier"):
        if (own := getattr(wanted, kind)) is not None:
            so_far = replace(so_far, **{kind: own})
            told.append(Step(kind, found.called(own), so_far))
    if wanted.since or wanted.until:
        so_far = replace(so_far, since=wanted.since, until=wanted.until)
        span = words("country_span", since=wanted.since or "…", until=wanted.until or "…")
        told.append(Step("year", span, so_far))
    return told
