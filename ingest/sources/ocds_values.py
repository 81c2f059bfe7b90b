"""What stands in the parts of a release: objects, sums and statuses."""

from decimal import Decimal
from typing import Any

from ingest import values
from ingest.reading import Outcome


def inner(holder: dict[str, Any], name: str) -> dict[str, Any]:
    """The object inside another, an empty one where there is none."""
    found = holder.get(name)
    return found if isinstance(found, dict) else {}


def money(value: object, name: str, out: Outcome) -> tuple[Decimal | None, str | None]:
    """The sum and currency of a Value, or of a bare sum; BadRecord, naming ``name``, for a sum that cannot be read."""
    given = value if isinstance(value, dict) else {"amount": value}
    written = given.get("amount")
    amount = values.amount(written, f"{name}/amount")
    if amount is not None and isinstance(written, str):
        out.remark("amounts are given as text")
    currency = values.text(given.get("currency"))
    return amount, currency and currency.upper()


def status(holder: dict[str, Any]) -> str | None:
    """The status of something in lower case."""
    return (values.text(holder.get("status")) or "").lower() or None
