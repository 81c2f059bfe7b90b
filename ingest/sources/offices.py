"""``offices``: who holds which public post, and whether the post decides on purchases."""

from ingest import values
from ingest.records import Office
from ingest.sources.register import Register, RegisterRow


def _row(row: RegisterRow) -> None:
    since, until = row.interval()
    person = row.person("person_id", "name", "birth_date")
    body = row.organisation("body_id", "body_name")
    procurement = values.yes_no(row.get("procurement"))
    row.out.add(Office(person, body, row.get("position"), procurement, since, until), row.record)


OFFICES = Register(
    "offices",
    ("person_id", "name", "birth_date", "body_id", "body_name", "position", "since", "until", "procurement"),
    ("person_id", "body_id", "position"),
    _row,
)
