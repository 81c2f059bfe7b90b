"""What a source format is: it finds the source records in a file, and turns those of one subject into records."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO, Protocol

from ingest.mapping import Mapping, mapping_from
from ingest.records import Record


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read: the source's name where the call gives one, and the mapping of its columns."""

    source: str | None = None
    mapping: Mapping | None = None

    def to_json(self) -> str:
        """The reading as text, to read a refused row again in the same way."""
        return json.dumps(
            {"source": self.source, "mapping": self.mapping and self.mapping.as_document()}, sort_keys=True
        )

    @classmethod
    def from_json(cls, written: str) -> "Reading":
        """The reading that :meth:`to_json` wrote."""
        found = json.loads(written)
        mapping = found["mapping"] and mapping_from(found["mapping"], name="mapping", source=None)
        return cls(found["source"], mapping or None)


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One release, statement or row as it came.

    ``subject`` is what it tells of: records with the same one are read together, oldest ``published`` first;
    an empty one stands alone. ``salt`` keeps apart rows that are equal and yet two things, as bids without a bidder.
    ``thing`` names what it describes where a subject is made of several things that come and go by themselves, as the
    lots of a tender: see :class:`~ingest.batch.Batch`.
    """

    position: str
    subject: str
    source: str
    raw: bytes
    published: datetime | None = None
    salt: str = ""
    thing: str = ""

    def moved(self) -> "SourceRecord":
        """Its mark for another subject that has the same thing: a record with ``null`` in it."""
        return replace(self, raw=MOVED)


MOVED = b"null"
"""What a source record of another subject says where the same thing was told of before."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A piece of a file that is no usable source record, with the plain reason."""

    position: str
    reason: str
    raw: bytes


def in_order(position: str) -> list[tuple[int, str]]:
    """A key that sorts positions as people count: line 9 before line 10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"[ /]", position)]


class Outcome:
    """What one subject's source records give: records, refusals of single ones, and remarks."""

    __slots__ = ("_records", "refused", "remarks")

    def __init__(self) -> None:
        self._records: dict[Record, SourceRecord] = {}
        self.refused: list[tuple[SourceRecord, str]] = []
        self.remarks: list[str] = []

    def add(self, record: Record, of: SourceRecord) -> None:
        """Keep a record and the source record that it comes from; equal records are kept once."""
        self._records.setdefault(record, of)

    def refuse(self, found: SourceRecord, reason: str) -> None:
        """Send one source record to quarantine; what it gave must not have been added."""
        self.refused.append((found, reason))

    def remark(self, text: str) -> None:
        """Say once that something was read around, without any party's name or number."""
        if text not in self.remarks:
            self.remarks.append(text)

    @property
    def records(self) -> list[tuple[Record, SourceRecord]]:
        """The records, each with its source record, in the order in which they were added."""
        return list(self._records.items())


class Format(Protocol):
    """A source format: one file in :mod:`ingest.sources` for each."""

    @property
    def name(self) -> str:
        """What the command line calls it."""
        ...

    def read(self, handle: IO[bytes], reading: Reading, label: str) -> Iterator[SourceRecord | Refusal]:
        """The source records in a file, in its order; pieces that are none come as refusals.

        Raises :class:`~ingest.errors.UnreadableInput`, before anything is given, where the whole file cannot be used.
        """
        ...

    def records(self, found: Sequence[SourceRecord], reading: Reading) -> Outcome:
        """What source records of one subject say together; the last one is the newest.

        Raises :class:`~ingest.errors.BadRecord` where they cannot be used.
        """
        ...
