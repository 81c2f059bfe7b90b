"""Refused source records: kept with file, position, reason and themselves, to be looked at and tried again."""

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ingest.kept import Refused
from ingest.reading import Reading, SourceRecord, in_order
from ingest.store import RecordStore
from ingest.tables import to_arrow, values_of

RAW_LIMIT = 1024 * 1024
"""So much of a refused record is kept."""
_VALUES = values_of(Refused)


def options(reading: Reading, record: SourceRecord | None) -> str:
    """How a record was read, as JSON: enough to read it again in the same way."""
    found = {"reading": json.loads(reading.to_json())}
    if record is not None:
        published = record.published.isoformat() if record.published else None
        found["record"] = {
            "subject": record.subject,
            "source": record.source,
            "published": published,
            "salt": record.salt,
            "thing": record.thing,
        }
    return json.dumps(found, sort_keys=True)


def put(store: RecordStore, refused: Iterable[Refused]) -> None:
    """Keep refused records; one that is there already is replaced."""
    rows = {one.id: one for one in refused}
    store.delete("quarantine", "id", rows)
    store.append("quarantine", to_arrow("quarantine", [_VALUES(one) for one in rows.values()]))


@dataclass(frozen=True, slots=True)
class Held:
    """A refused record as it lies in quarantine; ``raw`` as text, bytes that are none replaced."""

    id: str
    file: str
    position: str
    reason: str
    raw: str
    format: str
    at: datetime

    def as_document(self) -> dict[str, str]:
        """The record as the command line prints it."""
        return {"id": self.id, "file": self.file, "position": self.position, "reason": self.reason, "raw": self.raw}


def held(store: RecordStore) -> list[Held]:
    """Everything in quarantine, by file and position."""
    rows = store.table("quarantine").to_pyarrow().to_pylist()
    found = [
        Held(
            row["id"],
            row["file"],
            row["position"],
            row["reason"],
            zlib.decompress(row["raw"]).decode("utf-8", "replace"),
            row["format"],
            row["loaded_at"],
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.file, in_order(one.position), one.id))


@dataclass(frozen=True, slots=True)
class Again:
    """A refused record on its way to be tried again: how to read it, and the record where it got that far."""

    id: str
    format: str
    file: str
    position: str
    raw: bytes
    reading: Reading
    record: SourceRecord | None


def to_try_again(store: RecordStore) -> Iterator[Again]:
    """Everything in quarantine, ready to be read again."""
    for row in store.table("quarantine").order_by("file", "position", "id").to_pyarrow().to_pylist():
        raw = zlib.decompress(row["raw"])
        written = json.loads(row["options"])
        known = written.get("record")
        record = known and SourceRecord(
            row["position"],
            known["subject"],
            known["source"],
            raw,
            datetime.fromisoformat(known["published"]) if known["published"] else None,
            known["salt"],
            known.get("thing", ""),
        )
        reading = Reading.from_json(json.dumps(written["reading"]))
        yield Again(row["id"], row["format"], row["file"], row["position"], raw, reading, record or None)
