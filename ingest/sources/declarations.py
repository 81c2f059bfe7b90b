"""``declarations``: lines of income and asset declarations."""

from ingest import values
from ingest.errors import BadRecord
from ingest.records import Declaration
from ingest.sources.register import Register, RegisterRow


def _row(row: RegisterRow) -> None:
    year = values.whole(row.need("year"), "year")
    if year is None or not 1900 <= year <= 2200:
        raise BadRecord(f"year is out of range: {row.need('year')!r}")
    kind = row.need("kind").casefold()
    if kind not in ("income", "asset"):
        raise BadRecord(f"kind is income or asset, not {kind!r:.60}")
    person = row.person("person_id")
    owner = row.person("owner_id") if row.get("owner_id") else person
    amount = values.amount(row.get("amount"))
    row.out.add(Declaration(person, year, kind, owner, row.get("description"), amount, row.get("currency")), row.record)


DECLARATIONS = Register(
    "declarations",
    ("person_id", "year", "kind", "description", "amount", "currency", "owner_id"),
    ("person_id", "year", "kind"),
    _row,
)
