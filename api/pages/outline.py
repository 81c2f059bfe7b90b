"""What stands around a heat map: the map of regions, and how tenders went over time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from api.pages.glance import Cell, Document, Head, Telling, unit
from api.pages.inside import Pairs, address, pairs_of
from graph.answers.heatmap import Heatmap
from graph.answers.procurement import Wanted
from viz.heatmap import FEW, Measure, Scale, scale_of, value_of
from viz.regions import Place, kazakhstan, places_of
from viz.trends import Chart, chart
from viz.words import Words


def places(found: Heatmap, wanted: Wanted, measure: Measure, kept: Pairs, words: Words) -> dict[str, Any]:
    """The map of regions, and the same as rows, the greatest first; ``drawn`` says whether there is one."""
    codes, here, elsewhere = places_of(found.regions())
    if here <= elsewhere:
        return {"drawn": False, "regions": elsewhere > 0}
    counts = found.places(codes)
    scale = scale_of(measure, counts.values())
    tell, drawing = Telling(scale, words), kazakhstan()
    drawn: list[tuple[Place, Head, Cell]] = []
    for place in drawing.places:
        names = tuple(sorted(name for name, code in codes.items() if code == place.code))
        inside = replace(wanted, regions=names) if names else None
        href = address("/country", (*pairs_of(inside), *kept)) if inside else None
        head = Head(place.whole(words.language), href)
        drawn.append((place, head, tell.cell(counts.get(place.code), inside, head.called)))
    rows = sorted(drawn, key=lambda one: -(value_of(counts[one[0].code], measure) or 0) if one[0].code in counts else 1)
    total = found.total()
    return {
        "drawn": True,
        "drawing": drawing,
        "places": [one for one in drawn if one[0].outline] + [one for one in drawn if not one[0].outline],
        "rows": rows,
        "legend": scale.legend,
        "unit": unit(scale, (total["awarded"] or {}).get("currency"), words),
        "elsewhere": elsewhere,
        "unsaid": total["tenders"] - here - elsewhere,
        "few": any(cell.shade.few for _place, _head, cell in drawn),
    }


def trends(told: Document, measures: Sequence[Measure], wanted: Wanted, words: Words) -> list[dict[str, Any]]:
    """Charts and rows by year, then by month; nothing where no tender has a day."""
    found = []
    for name in ("year", "month"):
        spans = told[f"by_{name}"]
        if not spans:
            continue
        shown = [
            one for one in (Measure.TENDERS, Measure.MONEY, Measure.RISK) if one is not Measure.RISK or one in measures
        ]
        scales = {one: scale_of(one, spans) for one in shown}
        currency = next((one["awarded"]["currency"] for one in spans if one["awarded"]), None)
        found.append(
            {
                "name": name,
                "since": spans[0]["since"],
                "until": spans[-1]["until"],
                "charts": [(_chart(scales[one], spans), unit(scales[one], currency, words)) for one in shown],
                "rows": [_row(span, name, scales, wanted, words) for span in spans],
            }
        )
    return found


def _chart(scale: Scale, spans: Sequence[Document]) -> Chart:
    """A share of few tenders would jump up and down: it leaves a gap."""
    risk = scale.measure is Measure.RISK
    return chart(scale, [None if risk and one["tenders"] < FEW else value_of(one, scale.measure) for one in spans])


def _row(
    span: Document, name: str, scales: Mapping[Measure, Scale], wanted: Wanted, words: Words
) -> tuple[str, list[Cell]]:
    """A year or month with its numbers, as in the charts."""
    called = span["since"].isoformat()[: 4 if name == "year" else 7]
    since, until = max(wanted.since or span["since"], span["since"]), min(wanted.until or span["until"], span["until"])
    inside = replace(wanted, since=since, until=until) if span["tenders"] else None
    return called, [Telling(scale, words).cell(span, inside, called, shaded=False) for scale in scales.values()]
