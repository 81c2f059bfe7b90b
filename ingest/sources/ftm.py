"""``ftm``: FollowTheMoney entities as OpenSanctions publishes them and Aleph exports them.

``entities.ftm.json`` (an entity a line, references by id), ``targets.nested.json`` (entities inside entities) and
``targets.simple.csv``. See https://followthemoney.tech/explorer/ and https://www.opensanctions.org/docs/bulk/
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import IO, Any

import msgspec

from ingest import values
from ingest.errors import BadRecord
from ingest.reading import Outcome, Reading, Refusal, SourceRecord
from ingest.sources.ftm_entity import KNOWN, Entities
from ingest.sources.json_pieces import BROKEN, Piece, newest_usable, plain, read_each
from ingest.sources.table import Row, read_header, read_rows

SIMPLE = ("id", "schema", "name", "aliases", "countries", "identifiers", "dataset")
"""Columns that every version of the simple table has."""
_SEVERAL = {
    "aliases": "alias", "birth_date": "birthDate", "countries": "country", "addresses": "address",
    "identifiers": "idNumber", "phones": "phone", "emails": "email", "sanctions": "program",
}  # fmt: skip
"""Columns of the simple table that hold several values, by the property that they are."""


class _Head(msgspec.Struct):
    """What identifies an entity."""

    id: object = None
    schema: object = None
    properties: object = None
    datasets: object = None
    last_change: object = None


_HEAD = msgspec.json.Decoder(_Head)
_DECODER = msgspec.json.Decoder()


class FTM:
    """FollowTheMoney."""

    name = "ftm"

    def read(self, handle: IO[bytes], reading: Reading, label: str) -> Iterator[SourceRecord | Refusal]:
        """A source record per entity that stands by itself, in the file's order."""
        handle.seek(0)
        head = handle.read(64 * 1024)
        if is_simple(read_header(head)):
            for row in read_rows(handle, label):
                yield row if isinstance(row, Refusal) else _simple(row, reading)
            return
        yield from read_each(handle, label, "entity", lambda piece: _entity(piece, reading))

    def records(self, found: Sequence[SourceRecord], reading: Reading) -> Outcome:
        """What the newest usable source record says."""

        def add(record: SourceRecord, out: Outcome) -> None:
            Entities(reading.source, record, out).add(_whole(_DECODER.decode(record.raw)))

        return newest_usable(found, add)


def is_simple(header: Sequence[str]) -> bool:
    """Whether a header line is that of the simple table."""
    return set(SIMPLE) <= set(header)


def _entity(piece: Piece, reading: Reading) -> SourceRecord | Refusal:
    try:
        head = _HEAD.decode(piece.raw)
    except BROKEN as error:
        return piece.refusal(f"not an entity: {plain(error)}")
    own = values.text(head.id)
    if own is None:
        return piece.refusal("the entity has no id")
    if reason := _unusable(values.text(head.schema)):
        return piece.refusal(reason)
    if not isinstance(head.properties, dict):
        return piece.refusal("the entity has no properties")
    published = None
    with suppress(BadRecord):
        published = values.moment(head.last_change)
    datasets = head.datasets if isinstance(head.datasets, list) else []
    source = reading.source or next(filter(None, map(values.text, datasets)), "ftm")
    return SourceRecord(piece.position or "file", _subject(own, reading), source, bytes(piece.raw), published)


def _simple(row: Row, reading: Reading) -> SourceRecord | Refusal:
    if not row.get("id"):
        return Refusal(row.position, "the entity has no id", row.raw)
    if reason := _unusable(row.get("schema")):
        return Refusal(row.position, reason, row.raw)
    source = reading.source or row.get("dataset").partition(";")[0].strip() or "ftm"
    return SourceRecord(row.position, _subject(row.get("id"), reading), source, row.raw)


def _unusable(schema: str | None) -> str | None:
    return None if schema in KNOWN else f"unknown schema: {schema!r:.40}"


def _subject(own: str, reading: Reading) -> str:
    return f"ftm:{reading.source}:{own}" if reading.source else f"ftm:{own}"


def _whole(found: dict[str, Any]) -> dict[str, Any]:
    """The entity as the other files have it, where it is a row of the simple table."""
    if "properties" in found:
        return found
    several = {
        name: [part.strip() for part in (found.get(column) or "").split(";") if part.strip()]
        for column, name in _SEVERAL.items()
    }
    listed = {"topics": ["sanction"]} if several["program"] else {}
    return {
        "id": found["id"],
        "schema": found["schema"],
        "caption": found["name"],
        "datasets": [part.strip() for part in found["dataset"].split(";")],
        "properties": {"name": [found["name"]], **several, **listed},
    }
