"""``rates`` and ``prices``: what money was worth, by currency and year."""

from ingest import values
from ingest.declared import PriceLevel, Rate
from ingest.errors import BadRecord
from ingest.sources.register import Register, RegisterRow


def _rate(row: RegisterRow) -> None:
    currency, base = _currency(row, "currency"), _currency(row, "base")
    if currency == base:
        raise BadRecord(f"{currency} has no rate to itself")
    row.out.add(Rate(currency, row.year("year"), _above_zero(row, "rate"), base), row.record)


def _price(row: RegisterRow) -> None:
    row.out.add(PriceLevel(_currency(row, "currency"), row.year("year"), _above_zero(row, "index")), row.record)


def _currency(row: RegisterRow, field: str) -> str:
    return values.currency(row.need(field), field) or ""


def _above_zero(row: RegisterRow, field: str) -> float:
    found = values.number(row.need(field), field)
    if found is None or found <= 0:
        raise BadRecord(f"{field} is not above zero: {row.need(field)!r:.60}")
    return found


_RATE, _PRICE = ("currency", "year", "rate", "base"), ("currency", "year", "index")
RATES = Register("rates", _RATE, _RATE, _rate, subject=("currency", "year", "base"))
PRICES = Register("prices", _PRICE, _PRICE, _price, subject=("currency", "year"))
