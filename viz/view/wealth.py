"""What a household earned and bought, as rows by year and by declared line."""

from collections.abc import Mapping
from typing import Any

from viz import figures
from viz.text import one_line
from viz.view.references import References
from viz.view.rows import DeclaredRow, WealthView, YearRow


def wealth_views(case: Mapping[str, Any], refer: References) -> tuple[WealthView, ...]:
    """Households of officials, each with its years and the lines that count."""
    return tuple(_view(one, refer) for one in case.get("wealth", ()))


def _view(one: Mapping[str, Any], refer: References) -> WealthView:
    currency, words = one["currency"], refer.words
    unit = currency or words("no_currency")
    ratio = None if one["ratio"] is None else words("times", n=figures.number(round(one["ratio"], 1)))
    sums: dict[int, dict[str, float]] = {year: {} for year in range(one["first"], one["last"] + 1)}
    for line in one["lines"]:
        if line["value"] is not None:
            of_year = sums[line["year"]]
            of_year[line["side"]] = of_year.get(line["side"], 0.0) + line["value"]
    return WealthView(
        official=one_line(one["official_name"] or words("no_name")),
        position=one["position"] or "",
        body=refer.name(one["body"]),
        period=words("span", since=one["first"], until=one["last"]),
        unit=words("in_prices", unit=unit, year=one["prices"]) if one["prices"] else unit,
        income=figures.money(_written(one["income"]), currency),
        bought=figures.money(_written(one["assets"]), currency),
        ratio=ratio or words("more_than_any"),
        bought_for=words("bought_for", ratio=ratio) if ratio else words("bought_for_any"),
        told=words("sums_in", unit=words("in_prices", unit=unit, year=one["prices"]) if one["prices"] else unit),
        years=tuple(
            YearRow(str(year), _sum(of_year.get("income")), _sum(of_year.get("purchase")))
            for year, of_year in sums.items()
        ),
        lines=tuple(_line(line, refer) for line in one["lines"]),
        incomplete=tuple(map(words.told, one["incomplete"])),
    )


def _line(line: Mapping[str, Any], refer: References) -> DeclaredRow:
    written = None if line["amount"] is None else _written(line["amount"])
    return DeclaredRow(
        year=str(line["year"]),
        kind=refer.words.known(f"declared_{'bought' if line['side'] == 'purchase' else line['kind']}", line["kind"]),
        what=one_line(line["description"] or "") + (f", {figures.day(line['day'])}" if line["day"] else ""),
        owner=one_line(line["owner_name"] or refer.words("no_name")),
        amount=figures.money(written, line["currency"]),
        value=_sum(line["value"]),
        record=refer.records.get(line["source"]),
    )


def _sum(value: float | None) -> str:
    return figures.NONE if value is None else figures.money(_written(value), None)


def _written(value: float) -> str:
    """A sum without the cents that it has not: declarations are in whole units."""
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.2f}"
