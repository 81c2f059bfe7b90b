"""A batch of source records on its way into the store."""

import json
import multiprocessing
import os
import threading
import zlib
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from ingest import quarantine
from ingest.kept import Refused
from ingest.mapping import Mapping
from ingest.normalise import Found, Rows, Subject, normalise
from ingest.reading import MOVED, Format, Reading, Refusal, SourceRecord, in_order
from ingest.store import RecordStore
from ingest.tables import RECORDS

_WORTH_PROCESSES = 5_000
"""From so many subjects on, starting processes to read them costs less than it saves."""
_PROCESSES = 2


def document_id(format_: str, record: SourceRecord, mapping: Mapping | None = None) -> str:
    """The id of a source record: 32 hexadecimal digits of the SHA-256 of its format, namespace, map and content.

    The same content is the same document, whatever file it stands in; seen through another map it is another.
    """
    scope = "" if format_ in ("ocds", "bods") else record.source
    parts = [format_.encode(), scope.encode(), record.salt.encode(), record.raw]
    if mapping is not None:
        seen = {"columns": mapping.as_document()["columns"], "constants": mapping.constants}
        parts.append(json.dumps(seen, sort_keys=True).encode())
    return sha256(b"\0".join(parts)).hexdigest()[:32]


@dataclass(slots=True)
class FileCount:
    """What came of one file; ``refused`` is where and why its first record was refused."""

    path: str
    format: str | None
    read: int = 0
    loaded: int = 0
    unchanged: int = 0
    quarantined: int = 0
    skipped: str | None = None
    refused: str | None = None


def _age(document: dict[str, Any]) -> tuple[Any, ...]:
    return (document["loaded_at"], document["file"], in_order(document["position"]), document["document"])


def _record(document: dict[str, Any], raw: bytes) -> SourceRecord:
    """The source record of a row of documents."""
    position, subject, source = document["position"], document["subject"], document["source"]
    return SourceRecord(position, subject, source, raw, document["published"], thing=document["thing"])


def _end_with_parent() -> None:
    """Have this process end when the one that started it has: one that was killed cannot say so."""

    def wait() -> None:
        if parent := multiprocessing.parent_process():
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


class Normaliser:
    """Turns subjects into rows, in this process while there are few, in two more once there are many."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._seen = 0

    def __enter__(self) -> "Normaliser":
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def start(self, batch: "Batch", subjects: list[Subject]) -> Future[Rows]:
        """The rows of subjects, now or when a process has made them."""
        self._seen += len(subjects)
        call = (batch.format.name, batch.reading, batch.at, subjects)
        if self._seen <= _WORTH_PROCESSES:
            done: Future[Rows] = Future()
            done.set_result(normalise(*call))
            return done
        if self._pool is None:
            # Spawned, because forking a process in which the store has threads may deadlock.
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(_PROCESSES, mp_context=spawn, initializer=_end_with_parent)
        return self._pool.submit(normalise, *call)


@dataclass(slots=True)
class Batch:
    """Source records of one format and reading, written together.

    New ones become documents and records, known ones change nothing, and those that cannot be used go to
    quarantine. A subject that had documents before is read anew from all of them.

    A thing (a lot, a contract) may be told of under several subjects: it moved, or all that is said is that it is gone.
    Each of them is read anew, with a mark (:meth:`~ingest.reading.SourceRecord.moved`) for what the others say, so that
    the newest word counts in whatever order they come.
    """

    store: RecordStore
    format: Format
    reading: Reading
    at: datetime = field(default_factory=lambda: datetime.now(UTC).replace(tzinfo=None))
    size: int = 0
    _found: dict[str, tuple[SourceRecord, FileCount]] = field(default_factory=dict)
    _repeated: dict[str, list[tuple[SourceRecord, FileCount]]] = field(default_factory=lambda: defaultdict(list))
    _refused: list[Refused] = field(default_factory=list)

    def add(self, piece: SourceRecord | Refusal, count: FileCount) -> None:
        """Take in a piece of a file; a source record seen in this batch before is unchanged."""
        count.read += 1
        self.size += len(piece.raw)
        if isinstance(piece, Refusal):
            self._refuse(piece, count, None)
            return
        own = document_id(self.format.name, piece, self.reading.mapping)
        if own in self._found:
            count.unchanged += 1
            self._repeated[own].append((piece, count))
        else:
            self._found[own] = (piece, count)

    def __len__(self) -> int:
        return len(self._found) + len(self._refused)

    def names(self) -> set[str]:
        """The subjects that source records in this batch tell of, their things, and the subjects these are known in."""
        records = [record for record, _ in self._found.values()]
        things = {record.thing for record in records if record.thing}
        told = {found.record.subject for found in self._telling_of(things)}
        return {self._subject(record) for record in records} | things | told

    def _subject(self, record: SourceRecord) -> str:
        """What a source record tells of; one that stands alone tells of itself, through whatever map it is seen."""
        return record.subject or document_id(self.format.name, record)

    def keep(self, subjects: list[Subject], rows: Rows) -> None:
        """Write the rows that the subjects gave; what they replace goes. Runs inside the store's transaction."""
        for kind in RECORDS:
            self.store.delete(kind.table, "subject", [subject.name for subject in subjects if subject.old])
        for table, values in rows.tables.items():
            self.store.append(table, values)
        for subject in subjects:
            for found in subject.new:
                count = self._found[found.document][1]
                if reason := rows.refused.get(found.document):
                    self._refuse(Refusal(found.record.position, reason, found.record.raw), count, found.record)
                    for record, repeated in self._repeated[found.document]:
                        repeated.unchanged -= 1
                        self._refuse(Refusal(record.position, reason, record.raw), repeated, record)
                else:
                    count.loaded += 1
        quarantine.put(self.store, self._refused)

    def subjects(self) -> list[Subject]:
        """What is new, by subject, beside what is known of the same subjects; counts what is unchanged."""
        known = (
            set(self.store.matching("documents", "document", self._found).document.to_list()) if self._found else set()
        )
        new: dict[str, list[Found]] = defaultdict(list)
        for own, (record, count) in self._found.items():
            if own in known:
                count.unchanged += 1
            else:
                new[self._subject(record)].append(Found(own, count.path, record))
        things = {found.record.thing for of_one in new.values() for found in of_one if found.record.thing}
        touched = dict.fromkeys([*new, *sorted({found.record.subject for found in self._telling_of(things)})])
        old = self._earlier(touched)
        self._mark_moved(old, new)
        return [Subject(name, old[name], new.get(name, [])) for name in touched]

    def _telling_of(self, things: Iterable[str]) -> list[Found]:
        """The documents that tell of these things, under whatever subject, without what stands in them."""
        wanted = set(things)
        if not wanted:
            return []
        rows = self.store.matching("documents", "thing", wanted).drop("raw").to_pyarrow().to_pylist()
        return [Found(row["document"], row["file"], _record(row, MOVED)) for row in sorted(rows, key=_age)]

    def _mark_moved(self, old: dict[str, list[Found]], new: dict[str, list[Found]]) -> None:
        """Add to each subject's earlier documents the marks of those that tell of its things elsewhere."""
        here: dict[str, set[str]] = defaultdict(set)
        for name in {*old, *new}:
            for found in (*old.get(name, ()), *new.get(name, ())):
                if found.record.thing:
                    here[found.record.thing].add(name)
        fresh = [found for of_one in new.values() for found in of_one]
        for found in (*self._telling_of(here), *fresh):
            for name in sorted(here.get(found.record.thing, ())):
                if name != found.record.subject:
                    old[name].append(replace(found, record=found.record.moved()))

    def _earlier(self, subjects: Iterable[str]) -> dict[str, list[Found]]:
        """The documents that these subjects have already, oldest first."""
        found: dict[str, list[Found]] = defaultdict(list)
        rows = self.store.matching("documents", "subject", subjects).to_pyarrow().to_pylist()
        for row in sorted(rows, key=_age):
            record = _record(row, zlib.decompress(row["raw"]))
            found[row["subject"]].append(Found(row["document"], row["file"], record))
        return found

    def _refuse(self, refusal: Refusal, count: FileCount, record: SourceRecord | None) -> None:
        count.quarantined += 1
        count.refused = count.refused or f"{refusal.position}: {refusal.reason}"
        where = (self.format.name, count.path, refusal.position)
        own = sha256(b"\0".join((*(part.encode() for part in where), refusal.raw))).hexdigest()[:16]
        options = quarantine.options(self.reading, record)
        raw = zlib.compress(refusal.raw[: quarantine.RAW_LIMIT], 1)
        self._refused.append(Refused(own, *where, refusal.reason, options, self.at, raw))
