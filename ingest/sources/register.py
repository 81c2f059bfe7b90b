"""The small tables of registers: a header line that decides the format, a row per fact."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO

import msgspec

from ingest import values
from ingest.errors import BadRecord, UnreadableInput
from ingest.identifiers import number_fields
from ingest.mapping import Column, Mapping
from ingest.parties import Namespace
from ingest.reading import Outcome, Reading, Refusal, SourceRecord
from ingest.records import Organisation, Person
from ingest.sources.mapped import MappedRow, check_columns
from ingest.sources.table import read_header, read_rows


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A row on its way to records: its cells, its file's namespace, and where the records go."""

    cells: MappedRow
    space: Namespace
    out: Outcome
    record: SourceRecord

    def need(self, field: str) -> str:
        """The cell's text; BadRecord where it is empty."""
        found = self.cells.get(field)
        if found is None:
            raise BadRecord(f"{field} is empty")
        return found

    def get(self, field: str) -> str | None:
        """The cell's text, None where it is empty."""
        return self.cells.get(field)

    def day(self, field: str) -> date | None:
        """The cell's day; BadRecord where it is no date."""
        found = self.cells.moment(field)
        return found.date() if found else None

    def year(self, field: str) -> int:
        """The cell's year; BadRecord where it is none."""
        found = values.whole(self.need(field), field)
        if found is None or not 1900 <= found <= 2200:
            raise BadRecord(f"{field} is out of range: {self.need(field)!r:.60}")
        return found

    def interval(self) -> tuple[date | None, date | None]:
        """``since`` and ``until``; BadRecord where it ends before it starts."""
        return values.span(self.day("since"), self.day("until"), "the interval")

    def organisation(self, field: str, name: str | None = None) -> str:
        """The key of the organisation in a cell; BadRecord for a wrong number."""
        key, shown, found = self.space.party(self.need(field))
        self.space.usable(shown, found)
        self.out.add(
            Organisation(key, shown, *number_fields(found), self.get(name) if name else None),
            self.record,
        )
        return key

    def person(self, field: str, name: str | None = None, birth_date: str | None = None) -> str:
        """The key of the person in a cell; BadRecord for a wrong number."""
        key, shown, found = self.space.person(self.need(field))
        self.space.usable(shown, found)
        self.out.add(
            Person(
                key,
                shown,
                *number_fields(found),
                self.get(name) if name else None,
                values.text(self.get(birth_date)) if birth_date else None,
            ),
            self.record,
        )
        return key


@dataclass(frozen=True, slots=True)
class Register:
    """A format of small tables: its columns, which of them are needed, and what a row gives.

    ``subject`` are the columns whose newest row replaces the earlier ones; empty where every row stands alone.
    """

    name: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    row: Callable[[RegisterRow], None]
    subject: tuple[str, ...] = ()

    def fits(self, header: Sequence[str]) -> bool:
        """Whether a header line has every needed column."""
        return set(self.needed) <= set(header)

    def read(self, handle: IO[bytes], reading: Reading, label: str) -> Iterator[SourceRecord | Refusal]:
        """A source record per row; UnreadableInput where a needed column is missing."""
        mapping = self._mapping(reading.mapping, read_header(handle.read(1024 * 1024), reading.mapping), label)
        space = Namespace.of(reading.source, mapping)
        for row in read_rows(handle, label, mapping):
            if isinstance(row, Refusal):
                yield row
                continue
            own = [row.get(mapping.columns[column].name) for column in self.subject]
            subject = ":".join((self.name, space.name, space.party(own[0])[0], *own[1:])) if own and own[0] else ""
            yield SourceRecord(row.position, subject, space.name, row.raw)

    def records(self, found: Sequence[SourceRecord], reading: Reading) -> Outcome:
        """What the newest row says; a row that cannot be used is refused."""
        out = Outcome()
        mapping = reading.mapping or self._plain_mapping(self.columns)
        space = Namespace.of(reading.source, mapping)
        for record in found:
            taken = Outcome()
            try:
                self.row(RegisterRow(MappedRow(msgspec.json.decode(record.raw), mapping), space, taken, record))
            except BadRecord as error:
                out.refuse(record, str(error))
            else:
                taken.refused = out.refused
                out = taken
        return out

    def _plain_mapping(self, header: Sequence[str]) -> Mapping:
        return Mapping(self.name, {name: Column(name) for name in self.columns if name in header})

    def _mapping(self, given: Mapping | None, header: list[str], label: str) -> Mapping:
        mapping = given or self._plain_mapping(header)
        allowed = {*self.columns, "scheme", "country"}
        unknown = sorted(set(mapping.columns) - set(self.columns)) + sorted(set(mapping.constants) - allowed)
        if unknown:
            raise UnreadableInput(f"{label}: the map gives {unknown[0]!r}, which is no column of {self.name}")
        check_columns(mapping, header, label)
        for needed in self.needed:
            if needed not in mapping.columns:
                raise UnreadableInput(f"{label}: a table of {self.name} needs the column {needed!r}")
        return mapping
