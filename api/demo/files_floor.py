"""The agency's tenders as a plain table of bids, with the map that names its columns beside it."""

from pathlib import Path

from api.demo.country import Country
from api.demo.files_registers import write_table
from api.demo.floor import FLOOR_PER_CENT
from api.demo.places import CATEGORIES, REGIONS
from api.demo.tenders import Tender

_MAP = f"""\
format: bids
source: road-agency
columns:
  tender: announcement
  bidder: supplier_id
  bidder_name: supplier
  amount: bid
  winner: winner
  date: submitted
  estimate: allocated
  region: region
  buyer: customer_id
  buyer_name: customer
  category: category
  title: subject
constants: {{currency: KZT, country: KZ, award_rule: points, floor: {FLOOR_PER_CENT / 100}, method: open}}
"""
_HEADER = (
    "announcement,subject,customer_id,customer,region,category,allocated,supplier_id,supplier,bid,submitted,winner"
)


def write_floor(folder: Path, country: Country, tenders: list[Tender]) -> None:
    """``bids.csv``, a row for each bid, and ``floor.yaml`` below ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "floor.yaml").write_text(_MAP, "utf-8")
    customer = country.buyers[country.agency].company
    rows = []
    for number, tender in enumerate(tenders):
        market = country.markets[tender.slot.market]
        category = CATEGORIES[market.category]
        for bid in tender.bids:
            firm = country.firms[bid.bidders[0]].company
            rows.append(
                (
                    f"{70_000_001 + number}-1",
                    category.wares[number % len(category.wares)][1],
                    customer.id,
                    customer.name,
                    REGIONS[market.region].name,
                    category.division,
                    tenge(tender.lots[0]),
                    firm.id,
                    firm.name,
                    tenge(bid.amount),
                    bid.at.isoformat(sep=" "),
                    int(bid is tender.winners[0]),
                )
            )
    write_table(folder / "bids.csv", _HEADER, rows)


def tenge(tiyn: int) -> str:
    """A sum in tenge with two decimals.

    >>> tenge(123456)
    '1234.56'
    """
    return f"{tiyn // 100}.{tiyn % 100:02}"
