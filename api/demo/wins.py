"""Who won from whom, and when each firm bid."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from api.demo.tenders import Tender


@dataclass(frozen=True, slots=True)
class Wins:
    """By firm and buyer, in their order, the days on which bids closed in the tenders that the firm won from it.

    ``last_bids`` are the days of each firm's last bid.
    """

    days: dict[tuple[int, int], list[date]]
    last_bids: dict[int, date]


def count_wins(tenders: Iterable[Tender]) -> Wins:
    """The wins in all these tenders; firms and buyers by number."""
    days: dict[tuple[int, int], list[date]] = {}
    last: dict[int, date] = {}
    for tender in sorted(tenders, key=lambda tender: tender.slot.day):
        for firm in tender.suppliers:
            days.setdefault((firm, tender.slot.buyer), []).append(tender.slot.day)
        for firm in tender.bidders:
            last[firm] = tender.slot.day
    return Wins(dict(sorted(days.items())), last)
