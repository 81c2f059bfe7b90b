"""An object of the goszakup portal: REST's snake_case and GraphQL's camelCase fields read alike, times of Almaty."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from ingest import values
from ingest.errors import BadRecord
from ingest.reading import SourceRecord

CURRENCY = "KZT"
"""What sums are in where nothing else is said."""
ALMATY = ZoneInfo("Asia/Almaty")
"""The portal writes times without a zone: this one, which went from UTC+6 to UTC+5 on 1 March 2024."""
_OPEN_END = 2099
"""From this year on an end says that there is none."""
_CHANGED = ("lastUpdateDate", "dateAction", "timestamp", "editDate", "indexDate", "dateApply", "crdate")
"""Where an object says when it last changed, the best first."""


@lru_cache(maxsize=65_536)
def folded(name: str) -> str:
    """A name of a field, list or type without case, underscores and dashes.

    >>> folded("trd_buy_number_anno") == folded("trdBuyNumberAnno")
    True
    """
    return name.replace("_", "").replace("-", "").lower()


class Portal:
    """One object; fields are asked for by the names of GraphQL."""

    __slots__ = ("_fields",)

    def __init__(self, found: dict[str, Any]) -> None:
        self._fields = {folded(name): value for name, value in found.items()}

    def has(self, *names: str) -> bool:
        """Whether the object has all of these fields, with or without a value."""
        return all(folded(name) in self._fields for name in names)

    def text(self, *names: str, limit: int = 500) -> str | None:
        """The first of these fields that says anything, on one line."""
        for name in names:
            if found := values.text(self._fields.get(folded(name)), limit=limit):
                return " ".join(found.split())
        return None

    def id(self, *names: str) -> str | None:
        """The first of these ids or codes; 0 is none."""
        for name in names:
            value = self._fields.get(folded(name))
            if isinstance(value, list) and value:
                value = value[0]
            found = str(value) if type(value) is int else values.text(value, limit=100)
            if found and found.strip("0.-"):
                return found
        return None

    def biin(self, *names: str) -> str | None:
        """The first of these BINs and IINs; a number that lost its leading zeros has them again."""
        found = self.id(*names)
        return found.zfill(12) if found and found.isdigit() and len(found) >= 9 else found

    def signed(self, *names: str) -> Decimal | None:
        """The first of these sums that is there, below zero or not."""
        for name in names:
            if (found := values.amount(self._fields.get(folded(name)), name)) is not None:
                return found
        return None

    def amount(self, *names: str) -> Decimal | None:
        """The first of these sums that is there; BadRecord for one below zero."""
        for name in names:
            if (found := self.signed(name)) is not None:
                if found < 0:
                    raise BadRecord(f"{name} is below zero")
                return found
        return None

    def whole(self, name: str) -> int | None:
        """A whole number; BadRecord where it has a fraction or is below zero."""
        found = values.whole(self._fields.get(folded(name)), name)
        if found is not None and found < 0:
            raise BadRecord(f"{name} is below zero")
        return found

    def flag(self, *names: str) -> bool:
        """Whether one of these fields says yes."""
        return any(values.yes_no(self._fields.get(folded(name))) for name in names)

    def local(self, *names: str) -> datetime | None:
        """The first of these times, in Almaty; BadRecord for what is none."""
        for name in names:
            written = values.text(self._fields.get(folded(name)), limit=100)
            if written is not None and not written.startswith("0000"):
                return _almaty(written, name)
        return None

    def moment(self, *names: str) -> datetime | None:
        """The first of these times, in UTC without zone."""
        found = self.local(*names)
        return found and found.astimezone(UTC).replace(tzinfo=None)

    def day(self, *names: str) -> date | None:
        """The first of these times as a day in Almaty."""
        found = self.local(*names)
        return found and found.date()

    def end(self, *names: str) -> date | None:
        """As :meth:`day`; 2099 and later are no end."""
        found = self.day(*names)
        return None if found is None or found.year >= _OPEN_END else found

    def changed(self) -> datetime | None:
        """When the object last changed, in UTC, as far as it says so."""
        return self.moment(*_CHANGED)

    def one(self, *names: str) -> "Portal":
        """The first of these objects inside this one; an empty one where there is none."""
        return next((found for name in names for found in self.each(name)), _NOTHING)

    def each(self, name: str) -> Iterator["Portal"]:
        """The objects in a list, or the single one."""
        found = self._fields.get(folded(name))
        for one in found if isinstance(found, list) else [found]:
            if isinstance(one, dict):
                yield Portal(one)

    def codes(self, name: str) -> list[str]:
        """The codes in a list, or the single one."""
        found = self._fields.get(folded(name))
        listed = found if isinstance(found, list) else [found]
        return [code for one in listed if (code := values.text(one, limit=100))]


_NOTHING = Portal({})


def _almaty(written: str, field: str) -> datetime:
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        other = values.moment(written, field)
        assert other is not None  # it is not empty
        read = other
    try:
        return (read if read.tzinfo else read.replace(tzinfo=ALMATY)).astimezone(ALMATY)
    except OverflowError:
        raise BadRecord(f"{field} is out of range: {written!r:.60}") from None


Told = dict[str, list[tuple[Portal, SourceRecord]]]
"""What is told of a subject now: things by type, each with its source record; an empty list where all of them left."""
