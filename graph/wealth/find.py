"""Officials whose household bought more than its declared income explains."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.market.records import Records
from graph.wealth.household import declared_lines
from graph.wealth.purchases import money_in, purchases
from graph.wealth.rule import Settings
from graph.wealth.sums import valued
from graph.wealth.windows import flagged, windows


@dataclass(frozen=True, slots=True)
class Line:
    """A declared line that counts: ``side`` is income or purchase, ``value`` None where it cannot be told."""

    year: int
    side: str
    kind: str
    owner: str
    description: str | None
    amount: float | None
    currency: str | None
    day: date | None
    value: float | None
    document: str


@dataclass(frozen=True, slots=True)
class Enrichment:
    """An official's household from ``first`` to ``last`` year; sums in ``currency``, in the prices of a year or None.

    ``body`` and ``position`` are of the latest post in that time. ``ratio`` is None where no income is declared.
    ``incomplete`` says in plain sentences what could not be counted.
    """

    official: str
    body: str
    position: str | None
    first: int
    last: int
    income: float
    assets: float
    ratio: float | None
    currency: str | None
    prices: int | None
    lines: tuple[Line, ...]
    incomplete: tuple[str, ...]
    evidence: tuple[str, ...]

    @property
    def relatives(self) -> tuple[str, ...]:
        """The others of the household who own something of what counts."""
        return tuple(sorted({line.owner for line in self.lines} - {self.official}))

    @property
    def text(self) -> str:
        """The finding in a sentence that names nobody."""
        unit = f" {self.currency}" if self.currency else ""
        span = f"From {self.first} to {self.last}" if self.last > self.first else f"In {self.first}"
        prices = f" (in prices of {self.prices})" if self.prices else ""
        told = f"{span} the household of this official bought assets worth {self.assets:,.0f}{unit}{prices}"
        if self.ratio is None:
            return " ".join((f"{told}, and no income declared.", *self.incomplete))
        return " ".join(
            (f"{told}, {self.ratio:,.1f} times its declared income of {self.income:,.0f}.", *self.incomplete)
        )


def find_enriched(records: Records, settings: Settings) -> list[Enrichment]:
    """One for each official over the threshold, those without income first, then the greatest ratio, then by id."""
    if not records.live("declarations").filter(_.kind == "income").count().execute():
        return []  # who declares assets alone is a register's habit, and nobody's wealth
    lines = records.keep("declared_lines", declared_lines(records, settings.household))
    columns = [*lines.columns, "side"]
    came = money_in(lines).mutate(side=ibis.literal("income"))
    bought = purchases(lines, first_declaration=settings.first_declaration).mutate(side=ibis.literal("purchase"))
    both = came.select(*columns).union(bought.select(*columns))
    sums = records.keep("declared_sums", valued(records, both, inflation=settings.inflation))
    found = records.keep("enriched", flagged(windows(records, lines, sums, settings.years), settings.threshold))
    details = _Details(records, lines, sums, found)
    made = [details.enrichment(row) for row in found.order_by("official").to_pyarrow().to_pylist()]
    return sorted(made, key=lambda one: (one.ratio is not None, -(one.ratio or 0), one.official))


class _Details:
    """What stands behind the windows that were found."""

    def __init__(self, records: Records, lines: ir.Table, sums: ir.Table, found: ir.Table) -> None:
        self._lines = self._inside(sums, found)
        self._declared = self._inside(lines.select("official", "year").distinct(), found)
        posts = records.offices.semi_join(found, records.offices.person == found.official).rename(official="person")
        order = [_.since.desc(nulls_first=False), _.body, _.document]
        self._posts = _grouped(posts.order_by(*order).to_pyarrow().to_pylist())
        kin = records.kinships
        ends = found.official
        self._kin = kin.filter(kin.person.isin(ends) | kin.relative.isin(ends)).to_pyarrow().to_pylist()

    @staticmethod
    def _inside(table: ir.Table, found: ir.Table) -> dict[str, list[dict[str, Any]]]:
        """The rows of a table within the windows, by official."""
        spans = found.select("official", "first", "last")
        inside = table.join(spans, "official").filter(_.year.between(_.first, _.last))
        order = [name for name in ("year", "side", "owner", "what", "amount", "document") if name in table.columns]
        return _grouped(inside.order_by(*order).to_pyarrow().to_pylist())

    def enrichment(self, row: dict[str, Any]) -> Enrichment:
        """The window of an official with its lines and source records."""
        official, first, last = row["official"], row["first"], row["last"]
        counted = self._lines[official]
        post = next(one for one in self._posts[official] if _held(one, first, last))
        owners = {one["owner"] for one in counted}
        kin = [one for one in self._kin if official in (one["person"], one["relative"])]
        kin = [one for one in kin if owners & ({one["person"], one["relative"]} - {official})]
        proofs = [*(one["document"] for one in counted), post["document"], *sorted(one["document"] for one in kin)]
        return Enrichment(
            official=official,
            body=post["body"],
            position=post["position"],
            first=first,
            last=last,
            income=row["income"],
            assets=row["assets"],
            ratio=row["ratio"],
            currency=counted[0]["base"] or None,
            prices=counted[0]["prices"],
            lines=tuple(Line(**{name: one[name] for name in Line.__slots__}) for one in counted),
            incomplete=tuple(self._incomplete(official, first, last, counted)),
            evidence=tuple(dict.fromkeys(proofs)),
        )

    def _incomplete(self, official: str, first: int, last: int, counted: list[dict[str, Any]]) -> list[str]:
        unknown: dict[str, int] = defaultdict(int)
        for one in counted:
            if one["value"] is None:
                unknown[_why(one)] += 1
        found = [f"Incomplete: {why} ({n} not counted)." for why, n in sorted(unknown.items())]
        there = {one["year"] for one in self._declared[official]}
        missing = [str(year) for year in range(first, last + 1) if year not in there]
        return found + ([f"Incomplete: there is no declaration for {', '.join(missing)}."] if missing else [])


def _why(line: dict[str, Any]) -> str:
    """Why a line has no value."""
    what = "income" if line["side"] == "income" else "purchases"
    if line["amount"] is None:
        return f"no sum is named for {what} of {line['year']}"
    if line["currency"] != line["base"]:
        currency, base = line["currency"] or "no currency", line["base"] or "the other sums"
        return f"there is no rate to {base} for {what} in {currency} of {line['year']}"
    return f"there is no price index for {what} of {line['year']}"


def _held(post: dict[str, Any], first: int, last: int) -> bool:
    since, until = post["since"], post["until"]
    return (since is None or since.year <= last) and (until is None or until.year >= first)


def _grouped(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["official"]].append(row)
    return found
