"""``officers``: who acts for which company, in what role, from when to when."""

from ingest.records import Officer
from ingest.sources.register import Register, RegisterRow


def _row(row: RegisterRow) -> None:
    since, until = row.interval()
    company, person = row.organisation("company_id"), row.person("person_id", "name")
    row.out.add(Officer(company, person, row.get("role"), since, until), row.record)


OFFICERS = Register(
    "officers", ("company_id", "person_id", "name", "role", "since", "until"), ("company_id", "person_id", "role"), _row
)
