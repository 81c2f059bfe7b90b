"""Source records of many subjects as rows of the record store; runs in the loading process or beside it."""

import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

import pyarrow as pa

from ingest.errors import BadRecord
from ingest.kept import Document, Provenance
from ingest.reading import Format, Outcome, Reading, SourceRecord
from ingest.sources import FORMATS
from ingest.tables import RECORDS, to_arrow, values_of

_VALUES = {kind: values_of(kind) for kind in RECORDS}
_DOCUMENT, _PROOF = values_of(Document), values_of(Provenance)
_EARLIEST = datetime(1, 1, 1)


@dataclass(frozen=True, slots=True)
class Found:
    """A source record with its document id and the file that it stood in."""

    document: str
    file: str
    record: SourceRecord


@dataclass(frozen=True, slots=True)
class Subject:
    """All that is known of one subject: what was kept of it before, oldest first, and what is new."""

    name: str
    old: list[Found]
    new: list[Found]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows by table, the refusals by document with their reasons, and remarks with the number of subjects."""

    tables: dict[str, pa.Table]
    refused: dict[str, str]
    remarks: Counter[str] = field(default_factory=Counter)


def normalise(format_name: str, reading: Reading, at: datetime, subjects: list[Subject]) -> Rows:
    """The rows that subjects give, with the documents that are new; ``at`` is the time of loading in UTC."""
    rows: dict[str, list[tuple[object, ...]]] = defaultdict(list)
    refused: dict[str, str] = {}
    remarks: Counter[str] = Counter()
    for subject in subjects:
        outcome = _outcome(FORMATS[format_name], reading, subject)
        documents = {id(found.record): found.document for found in (*subject.old, *subject.new)}
        refused.update((documents[id(record)], reason) for record, reason in outcome.refused)
        proofs: dict[int, tuple[object, ...]] = {}
        for made, record in outcome.records:
            proof = proofs.get(id(record))
            if proof is None:
                proof = proofs[id(record)] = _proof(record, subject.name, documents[id(record)], at)
            rows[made.table].append((*_VALUES[type(made)](made), *proof))
        rows[Document.table] += [
            _document(format_name, found, subject.name, at) for found in subject.new if found.document not in refused
        ]
        remarks.update(outcome.remarks)
    return Rows({table: to_arrow(table, values) for table, values in rows.items()}, refused, remarks)


def _outcome(format_: Format, reading: Reading, subject: Subject) -> Outcome:
    """What all source records say; where that cannot be used, each new one that makes it so is refused."""
    usable = [found.record for found in subject.old]
    new = _oldest_first([found.record for found in subject.new])
    try:
        return format_.records(_oldest_first([*usable, *new]), reading)
    except BadRecord:
        pass
    outcome = format_.records(_oldest_first(usable), reading) if usable else Outcome()
    refused = []
    for record in new:
        try:
            outcome = format_.records(_oldest_first([*usable, record]), reading)
            usable.append(record)
        except BadRecord as error:
            refused.append((record, str(error)))
    outcome.refused += refused
    return outcome


def _oldest_first(records: list[SourceRecord]) -> list[SourceRecord]:
    return sorted(records, key=lambda record: record.published or _EARLIEST)


def _proof(record: SourceRecord, subject: str, document: str, at: datetime) -> tuple[object, ...]:
    return _PROOF(Provenance(record.source, subject, document, at, sha256(record.raw).hexdigest()))


def _document(format_name: str, found: Found, subject: str, at: datetime) -> tuple[object, ...]:
    record = found.record
    return _DOCUMENT(
        Document(
            found.document,
            format_name,
            record.source,
            subject,
            found.file,
            record.position,
            record.published,
            at,
            sha256(record.raw).hexdigest(),
            zlib.compress(record.raw, 1),
            record.thing,
        )
    )
