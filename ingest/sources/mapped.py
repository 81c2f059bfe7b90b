"""Tables seen through a map of their columns."""

from datetime import UTC, datetime, timedelta

from ingest import values
from ingest.errors import BadRecord, UnreadableInput
from ingest.mapping import Column, Mapping

_EPOCH = datetime(1970, 1, 1)


def check_columns(mapping: Mapping, header: list[str], label: str) -> None:
    """Refuse a map that names a column which is not in the table's header."""
    for field, column in mapping.columns.items():
        if column.name not in header:
            raise UnreadableInput(
                f"{label}: the map reads {field!r} from column {column.name!r}, which is not there; "
                f"there are {', '.join(header[:12])}{' ...' if len(header) > 12 else ''}"
            )


class MappedRow:
    """A row seen through its map: cells by field, then constants."""

    __slots__ = ("cells", "mapping")

    def __init__(self, cells: dict[str, str], mapping: Mapping) -> None:
        self.cells, self.mapping = cells, mapping

    def get(self, field: str) -> str | None:
        """The field's text, None where there is none."""
        column = self.mapping.columns.get(field)
        found = values.text(self.cells.get(column.name)) if column else None
        return found or self.mapping.constants.get(field) or None

    def moment(self, field: str) -> datetime | None:
        """The field's time as the map says it is written; BadRecord where it is not."""
        written = self.get(field)
        return read_moment(written, self.mapping.columns.get(field), field) if written else None


def read_moment(written: str, column: Column | None, field: str) -> datetime | None:
    """A time written as seconds, milliseconds, a year, in a strptime format, or as :func:`values.moment` reads it."""
    if column is None or (column.unit is None and column.format is None):
        return values.moment(written, field)
    try:
        if column.format:
            read = datetime.strptime(written, column.format)
            return read.astimezone(UTC).replace(tzinfo=None) if read.tzinfo else read
        count = float(written)
        if column.unit == "year":
            return datetime(int(count), 1, 1)
        return _EPOCH + timedelta(seconds=count / (1000 if column.unit == "ms" else 1))
    except (ValueError, OverflowError):
        expected = column.format or {"s": "seconds since 1970", "ms": "milliseconds since 1970"}.get(
            column.unit or "", "a year"
        )
        raise BadRecord(f"{field} is not {expected}: {written!r:.60}") from None
