"""``debarred``: parties that may not be contracted, by list."""

from ingest.records import Debarment
from ingest.sources.register import Register, RegisterRow


def _row(row: RegisterRow) -> None:
    since, until = row.interval()
    party = row.organisation("id", "name")
    row.out.add(Debarment(party, row.get("list") or row.space.name, row.get("reason"), since, until), row.record)


DEBARRED = Register("debarred", ("id", "name", "reason", "since", "until", "list"), ("id", "list"), _row)
