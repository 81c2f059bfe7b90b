"""``declarations``: lines of declarations of income and assets."""

from ingest import values
from ingest.declared import Declaration
from ingest.errors import BadRecord
from ingest.sources.register import Register, RegisterRow

KINDS = ("income", "gift", "loan", "sale", "asset")
"""An asset, or where money came from: a gift or inheritance, a loan, what an asset was sold for, other income."""


def _row(row: RegisterRow) -> None:
    kind = row.need("kind").casefold()
    if kind not in KINDS:
        raise BadRecord(f"kind is one of {', '.join(KINDS)}, not {kind!r:.60}")
    year = row.year("year")
    person = row.person("person_id")
    owner = row.person("owner_id") if row.get("owner_id") else person
    amount = values.amount(row.get("amount"))
    if amount is not None and amount < 0:
        raise BadRecord(f"amount is below zero: {row.get('amount')!r:.60}")
    currency = values.currency(row.get("currency"))
    made = Declaration(person, year, kind, owner, row.get("description"), amount, currency, row.day("day"))
    row.out.add(made, row.record)


DECLARATIONS = Register(
    "declarations",
    ("person_id", "year", "kind", "description", "amount", "currency", "owner_id", "day"),
    ("person_id", "year", "kind"),
    _row,
)
