"""What is kept of the sources themselves: where a record comes from, source records as they came, and refused ones."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a record comes from; its fields stand last in every table of records.

    ``subject`` groups the source records that tell of one thing (an OCID, a statement's record id): a later
    one replaces what the earlier ones said. ``hash`` is the SHA-256 of the source record as it came.
    """

    source: str
    subject: str
    document: str
    loaded_at: datetime
    hash: str


@dataclass(frozen=True, slots=True)
class Document:
    """One source record as it came: ``raw`` is zlib-compressed, ``position`` says where in its file it stood.

    ``thing`` is what it describes where its subject is made of several things, else empty.
    """

    table: ClassVar[str] = "documents"
    document: str
    format: str
    source: str
    subject: str
    file: str
    position: str
    published: datetime | None
    loaded_at: datetime
    hash: str
    raw: bytes
    thing: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A source record in quarantine, with the plain reason; ``options`` is how its file was read, as JSON."""

    table: ClassVar[str] = "quarantine"
    id: str
    format: str
    file: str
    position: str
    reason: str
    options: str
    loaded_at: datetime
    raw: bytes
