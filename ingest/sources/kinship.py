"""``kinship``: who is family of whom; ``relation`` is what the relative is to the person."""

from ingest.errors import BadRecord
from ingest.records import Kinship
from ingest.sources.register import Register, RegisterRow


def _row(row: RegisterRow) -> None:
    since, until = row.interval()
    person, relative = row.person("person_id"), row.person("relative_id", "relative_name")
    if person == relative:
        raise BadRecord("a person cannot be their own kin")
    row.out.add(Kinship(person, relative, row.get("relation"), since, until), row.record)


KINSHIP = Register(
    "kinship",
    ("person_id", "relative_id", "relative_name", "relation", "since", "until"),
    ("person_id", "relative_id"),
    _row,
)
