"""How tenders go over time."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from ibis import _

from graph.answers.counted import Counted
from graph.answers.naming import Document
from graph.generation import rows_of

MOST_YEARS = 15
MOST_MONTHS = 36
"""Three years: what comes again with the season is seen."""


class Trends(Counted):
    """Counts of tenders by the year and month of their day."""

    def trends(self) -> Document:
        """``by_year`` and ``by_month``: from ``since`` to ``until``, both inclusive, how many ``tenders``, what was
        ``awarded`` in the currency of most awards, how many are ``flagged`` (None where flags may not be seen).

        The last years and months to the last day of a tender that is not after the detection, none left out between;
        what has no day, or one before or after these, is in none.
        """
        months = self._tenders_once().filter(_.month.notnull()).group_by("month")
        counted = months.agg(tenders=_.count(), amount=_.amount.sum(), flagged=_.flag.count())
        by_month = {row["month"]: row for row in rows_of(counted.order_by("month"))}
        now = str(self._generation.facts.get("detected_at") or "9998")[:7]
        last = max((one for one in by_month if one <= now), default=None)
        if last is None:
            return {"by_year": [], "by_month": []}
        year, first = int(last[:4]), int(min(by_month)[:4])
        years = range(max(first, year - MOST_YEARS + 1), year + 1)
        spans = [(date(one, 1, 1), date(one, 12, 31)) for one in years]
        return {
            "by_year": [self._span(span, by_month.values()) for span in spans],
            "by_month": [self._span(span, by_month.values()) for span in _months(last)],
        }

    def _span(self, span: tuple[date, date], rows: Iterable[Document]) -> Document:
        since, until = span
        inside = [row for row in rows if f"{since:%Y-%m}" <= row["month"] <= f"{until:%Y-%m}"]
        amounts = [row["amount"] for row in inside if row["amount"] is not None]
        row: dict[str, Any] = {name: sum(one[name] for one in inside) for name in ("tenders", "flagged")}
        measures = self._measures({**row, "amount": sum(amounts, Decimal()) if amounts else None})
        return {"since": since, "until": until, **measures}


def _months(last: str) -> list[tuple[date, date]]:
    """First and last day of each of so many months to one such as ``2024-07``."""
    number = int(last[:4]) * 12 + int(last[5:]) - 1
    firsts = [date(one // 12, one % 12 + 1, 1) for one in range(max(12, number - MOST_MONTHS + 1), number + 2)]
    return [(first, after - timedelta(1)) for first, after in pairwise(firsts)]
