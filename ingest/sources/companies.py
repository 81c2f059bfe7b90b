"""``companies``: a register of companies, one row each; a later row of a company replaces the earlier."""

from ingest.contacts import contact
from ingest.errors import BadRecord
from ingest.identifiers import number_fields
from ingest.records import Organisation
from ingest.sources.register import Register, RegisterRow


def _row(row: RegisterRow) -> None:
    key, shown, found = row.space.party(row.need("company_id"))
    row.space.usable(shown, found)
    registered, dissolved = row.day("registered_on"), row.day("dissolved_on")
    if registered and dissolved and dissolved < registered:
        raise BadRecord(f"dissolved ({dissolved}) before it was registered ({registered})")
    row.out.add(
        Organisation(
            key,
            shown,
            *number_fields(found),
            row.get("name"),
            row.get("jurisdiction"),
            None,
            registered,
            dissolved,
            row.get("status"),
            row.get("activity"),
        ),
        row.record,
    )
    for kind in ("address", "phone", "email"):
        if made := contact(key, kind, row.get(kind)):
            row.out.add(made, row.record)


COMPANIES = Register(
    "companies",
    (
        "company_id",
        "name",
        "jurisdiction",
        "registered_on",
        "dissolved_on",
        "address",
        "phone",
        "email",
        "status",
        "activity",
    ),
    ("company_id", "name"),
    _row,
    subject=("company_id",),
)
