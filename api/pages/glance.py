"""A heat map as a page shows it: each number written, shaded, explained and led on from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from api.pages.inside import Pairs, address, closer, pairs_of, region_called
from graph.answers.procurement import Wanted
from viz.figures import money_of
from viz.heatmap import Measure, Scale, Shade, scale_of
from viz.words import Words

UPRIGHT = 6
"""Columns of so short names at most are headed across, others along."""
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """A number: its shade, where it leads, what it says whole, and, beside it, how many cases it has and where."""

    shade: Shade
    href: str | None
    told: str
    cases: int | None = None
    cased: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A row or column: what it is called, and where one looks closer."""

    called: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Telling:
    """Writes numbers of one measure in the reader's words."""

    scale: Scale
    words: Words

    def cell(self, found: Document | None, wanted: Wanted | None, called: str, *, shaded: bool = True) -> Cell:
        """A cell, by what it counts and what its tenders have in common; of None, where there is no tender."""
        if found is None:
            return Cell(Shade("", 0), None, "")
        shade = self.scale.shade(found)
        shade = shade if shaded else replace(shade, step=0)
        told = f"{called}: {self._whole(found)}"
        if wanted is None:
            return Cell(shade, None, told)
        pairs = pairs_of(wanted)
        cased = address("/", (*pairs, ("state", ""))) if found.get("cases") else None
        if self.scale.measure is Measure.CASES:
            return Cell(shade, cased, told)
        flagged = self.scale.measure is Measure.RISK and found["flagged"]
        href = address("/tenders", (*pairs, ("flagged", "true")) if flagged else pairs)
        return Cell(shade, href, told, found.get("cases"), cased)

    def _whole(self, found: Document) -> str:
        tenders = self.words.counted(found["tenders"], "tender")
        flagged = found["flagged"]
        told = [tenders if flagged is None else self.words("country_of_flagged", flagged=flagged, tenders=tenders)]
        told += [money_of(found["awarded"])] if found["awarded"] else []
        told += [self.words.counted(found["cases"], "case")] if found.get("cases") else []
        return "; ".join(told)


def unit(scale: Scale, currency: str | None, words: Words) -> str:
    """In what a measure is written; empty for what is only counted."""
    if scale.measure is not Measure.MONEY:
        return ""
    return words(f"country_unit_{scale.unit}", currency=currency or "")


def grid(
    heat: Document, sides: tuple[str, str], wanted: Wanted, measure: Measure, kept: Pairs, words: Words
) -> dict[str, Any]:
    """A heat map as rows of cells, with what stands around them."""
    scale = scale_of(measure, heat["cells"])
    tell, total = Telling(scale, words), heat["total"]
    found = {(one["row"], one["column"]): one for one in heat["cells"]}
    rows = [headed(one, sides[0], wanted, kept, words) for one in heat["rows"]]
    columns = [headed(one, sides[1], wanted, kept, words) for one in heat["columns"]]
    body = []
    for number, (head, inside, _own) in enumerate(rows):
        cells = [
            tell.cell(
                found.get((number, place)),
                inside and closer(inside, sides[1], value),
                f"{head.called}, {beside.called}",
            )
            for place, (beside, _inside, value) in enumerate(columns)
        ]
        body.append((head, cells, tell.cell(heat["rows"][number], inside, head.called, shaded=False)))
    foot = [
        tell.cell(one, inside, head.called, shaded=False)
        for one, (head, inside, _own) in zip(heat["columns"], columns, strict=True)
    ]
    return {
        "columns": [head for head, _inside, _own in columns],
        "body": body,
        "foot": foot,
        "corner": tell.cell(total, wanted, words("country_figures"), shaded=False),
        "legend": scale.legend,
        "unit": unit(scale, (total["awarded"] or {}).get("currency"), words),
        "few": any(cell.shade.few for _head, cells, every in body for cell in (*cells, every)),
        "cased": any(cell.cases for _head, cells, _all in body for cell in cells),
        "truncated": heat["truncated"],
        "upright": all(len(head.called) <= UPRIGHT for head, _inside, _own in columns),
    }


def headed(row: Document, side: str, wanted: Wanted, kept: Pairs, words: Words) -> tuple[Head, Wanted | None, str]:
    """A row or column as it is headed, what its tenders have in common, and its value."""
    value = row.get("node", row["name"])
    inside = closer(wanted, side, value)
    called = region_called(row["name"], words) if side == "region" else row["name"]
    href = address("/country", (*pairs_of(inside), *kept)) if inside else None
    return Head(called, href), inside, value
