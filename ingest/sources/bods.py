"""BODS 0.2, 0.3 and 0.4: entity, person and ownership statements, as a list or JSON lines.

Up to 0.3 statements refer to each other by statement id and name the ones they replace; since 0.4 they
tell of a record, whose newest statement counts. See https://standard.openownership.org/en/0.4.0/
"""

from collections.abc import Iterator, Sequence
from typing import IO

import msgspec

from ingest import values
from ingest.errors import BadRecord
from ingest.reading import Outcome, Reading, Refusal, SourceRecord
from ingest.sources.bods_statement import add_statement
from ingest.sources.json_pieces import BROKEN, Piece, newest_usable, plain, read_each

KINDS = {
    "entityStatement": "entity",
    "personStatement": "person",
    "ownershipOrControlStatement": "relationship",
    "entity": "entity",
    "person": "person",
    "relationship": "relationship",
}
"""``statementType`` (to 0.3) and ``recordType`` (0.4), as what the statement is about."""


class _Publication(msgspec.Struct):
    publicationDate: object = None  # noqa: N815 - the standard's names
    publisher: object = None


class _Head(msgspec.Struct):
    """What identifies a statement."""

    statementID: object = None  # noqa: N815
    statementId: object = None  # noqa: N815
    statementType: object = None  # noqa: N815
    statementDate: object = None  # noqa: N815
    recordType: object = None  # noqa: N815
    recordId: object = None  # noqa: N815
    publicationDetails: _Publication | None = None  # noqa: N815


_HEAD = msgspec.json.Decoder(_Head)
_DECODER = msgspec.json.Decoder()


class BODS:
    """Beneficial Ownership Data Standard."""

    name = "bods"

    def read(self, handle: IO[bytes], reading: Reading, label: str) -> Iterator[SourceRecord | Refusal]:
        """A source record per statement, in the file's order."""
        yield from read_each(handle, label, "statement", lambda piece: _statement(piece, reading))

    def records(self, found: Sequence[SourceRecord], reading: Reading) -> Outcome:
        """What the newest usable statement says."""
        return newest_usable(found, lambda record, out: add_statement(_DECODER.decode(record.raw), record, out))


def _statement(piece: Piece, reading: Reading) -> SourceRecord | Refusal:
    try:
        head = _HEAD.decode(piece.raw)
    except BROKEN as error:
        return piece.refusal(f"not a statement: {plain(error)}")
    own = values.text(head.statementID) or values.text(head.statementId)
    if own is None:
        return piece.refusal("the statement has no id")
    kind = values.text(head.recordType) or values.text(head.statementType)
    if kind not in KINDS:
        return piece.refusal(f"unknown type of statement: {kind!r:.40}")
    details = head.publicationDetails
    publisher = details.publisher if details and isinstance(details.publisher, dict) else {}
    source = reading.source or values.text(publisher.get("name")) or "bods"
    subject = f"bods:{source}:{record}" if (record := values.text(head.recordId)) else f"bods:{own}"
    try:
        published = values.moment(head.statementDate, "statementDate") or values.moment(
            details and details.publicationDate, "publicationDate"
        )
    except BadRecord as error:
        return piece.refusal(str(error))
    return SourceRecord(piece.position or "file", subject, source, bytes(piece.raw), published)
