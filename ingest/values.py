"""Cells and fields of source records as plain Python values.

Everything here reads what is unambiguous, gives None for what is empty, and raises
:class:`~ingest.errors.BadRecord` in plain words for the rest.
"""

import math
import re
from calendar import monthrange
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from ingest.errors import BadRecord

AMOUNT_LIMIT = Decimal(10) ** 18
"""Amounts are kept as DECIMAL(24, 6): anything from here on cannot be money."""
_SCALE = Decimal("0.000001")
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009']+")
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_GROUPED = {mark: re.compile(rf"[+-]?\d{{1,3}}(?:\{mark}\d{{3}})+", re.ASCII) for mark in ".,"}
_TWO_READINGS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
_DAY_AND_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]", re.ASCII)
_PARTIAL_DAY = re.compile(r"(\d{4})(?:-(\d\d))?", re.ASCII)
_DOTTED_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_SLASHED_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_CURRENCY = re.compile("[A-Z]{3}")
_NO_CURRENCY = frozenset({"XXX", "XTS"})
"""Codes of the standard that stand for no currency, and for tests."""
_TRUE = frozenset({"1", "1.0", "true", "yes", "y", "t", "да", "иә"})
_FALSE = frozenset({"0", "0.0", "false", "no", "n", "f", "нет", "жоқ"})


def text(value: object, *, limit: int = 20_000) -> str | None:
    """The value as stripped text, or None where it is empty, null or not a scalar.

    Control characters become spaces; anything past ``limit`` characters is cut.
    """
    if isinstance(value, str):
        found = value
    elif value is None or isinstance(value, dict | list):
        return None
    else:
        found = str(value).lower() if isinstance(value, bool) else str(value)
    if not found.isprintable():
        found = "".join(c if c.isprintable() or c == "\n" else " " for c in found)
    return found.strip()[:limit] or None


def amount(value: object, field: str = "amount") -> Decimal | None:
    """A sum of money, rounded half even to six decimals; None where there is none.

    Reads numbers, ``"507061"``, ``"1 234,56"``, ``"1,234,567.8"`` and ``"1.234.567,8"``. Raises
    :class:`BadRecord` for what could mean two sums (``"1,234"``), for text, NaN and |x| >= 10^18.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool | dict | list):
        raise BadRecord(f"{field} is not a sum: {value!r:.60}")
    if isinstance(value, float):
        if not math.isfinite(value):
            raise BadRecord(f"{field} is not a finite number")
        written: str | None = repr(value)
    elif isinstance(value, str):
        written = _plain_number(value, field)
    else:
        written = str(value)
    if written is None:
        return None
    try:
        number = Decimal(written)
    except InvalidOperation:
        raise BadRecord(f"{field} is not a number: {value!r:.60}") from None
    if number.is_finite() and abs(number) < AMOUNT_LIMIT:
        rounded = number.quantize(_SCALE, ROUND_HALF_EVEN)
        if abs(rounded) < AMOUNT_LIMIT:
            return rounded
    raise BadRecord(f"{field} is out of range: {value!r:.60}")


def _plain_number(written: str, field: str) -> str | None:
    """The number with a point for decimals and nothing else, or None for an empty text."""
    found = _SPACES.sub("", written)
    if not found:
        return None
    if "." in found and "," in found:
        decimal_mark = max(".,", key=found.rfind)
        group_mark = "," if decimal_mark == "." else "."
        whole_part, _, fraction = found.rpartition(decimal_mark)
        if _GROUPED[group_mark].fullmatch(whole_part):
            found = f"{whole_part.replace(group_mark, '')}.{fraction}"
    elif found.count(",") > 1 or found.count(".") > 1:
        mark = "," if "," in found else "."
        if _GROUPED[mark].fullmatch(found):
            found = found.replace(mark, "")
    elif "," in found:
        if _TWO_READINGS.fullmatch(found):
            raise BadRecord(f"{field} can be read in two ways: {written!r:.60}")
        found = found.replace(",", ".")
    if not _PLAIN.fullmatch(found):
        raise BadRecord(f"{field} is not a number: {written!r:.60}")
    return found


def number(value: object, field: str) -> float | None:
    """A plain number as float, or None where it is empty; BadRecord for anything else."""
    found = amount(value, field)
    return None if found is None else float(found)


def whole(value: object, field: str) -> int | None:
    """A whole number, or None where it is empty; BadRecord where it has a fraction."""
    found = amount(value, field)
    if found is None:
        return None
    if found != found.to_integral_value():
        raise BadRecord(f"{field} is not a whole number: {value!r:.60}")
    return int(found)


def currency(value: object, field: str = "currency") -> str | None:
    """The three letters of a currency (ISO 4217) in upper case, or None where it is empty; BadRecord for the rest."""
    found = text(value)
    if found is None:
        return None
    if not _CURRENCY.fullmatch(found.upper()) or found.upper() in _NO_CURRENCY:
        raise BadRecord(f"{field} is not a currency's three letters: {found!r:.60}")
    return found.upper()


def span(since: date | None, until: date | None, what: str) -> tuple[date | None, date | None]:
    """First and last day, both open where None; BadRecord where ``what`` ends before it starts."""
    if since and until and until < since:
        raise BadRecord(f"{what} ends ({until}) before it starts ({since})")
    return since, until


def day(value: object, field: str = "date") -> date | None:
    """The day as written (a time zone does not move it), or None where it is empty.

    Reads ISO 8601 days and times and ``31.12.2017``; ``31/12/2017`` only where day and month cannot
    be exchanged. Raises :class:`BadRecord` for the rest.
    """
    found = text(value)
    if found is None:
        return None
    with suppress(ValueError):
        return date.fromisoformat(found[:10] if _DAY_AND_TIME.match(found) else found)
    other = _other_moment(found)
    if other is None:
        raise BadRecord(f"{field} is not a date: {found!r:.60}")
    return other.date()


def edge_day(value: object, field: str = "date", *, last: bool = False) -> date | None:
    """As :func:`day`, but also of a year (``2019``) or a month (``2019-05``): its first day, or its last."""
    found = text(value)
    partial = _PARTIAL_DAY.fullmatch(found) if found else None
    if found is None or partial is None:
        return day(found, field)
    year, month = int(partial.group(1)), int(partial.group(2) or (12 if last else 1))
    try:
        return date(year, month, monthrange(year, month)[1] if last else 1)
    except ValueError:  # IllegalMonthError is one
        raise BadRecord(f"{field} is not a date: {found!r:.60}") from None


def moment(value: object, field: str = "date") -> datetime | None:
    """The time in UTC without zone, or None where it is empty; a time without zone is taken as UTC.

    Raises :class:`BadRecord` for what is not a date, as :func:`day` does.
    """
    found = text(value)
    if found is None:
        return None
    try:
        read = datetime.fromisoformat(found)
    except ValueError:
        other = _other_moment(found)
        if other is None:
            raise BadRecord(f"{field} is not a time: {found!r:.60}") from None
        read = other
    if read.tzinfo is None:
        return read
    try:
        return read.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        raise BadRecord(f"{field} is out of range: {found!r:.60}") from None


def _other_moment(written: str) -> datetime | None:
    dotted = _DOTTED_DAY.fullmatch(written)
    slashed = _SLASHED_DAY.fullmatch(written)
    try:
        if dotted:
            d, m, y, hour, minute, second = (int(part or 0) for part in dotted.groups())
            return datetime(y, m, d, hour, minute, second)
        if slashed:
            first, second, year = (int(part) for part in slashed.groups())
            if first > 12 or first == second:
                return datetime(year, second, first)
            if second > 12:
                return datetime(year, first, second)
    except ValueError:
        return None
    return None


def yes_no(value: object) -> bool | None:
    """True, False, or None where it is empty or says neither."""
    if isinstance(value, bool):
        return value
    found = (text(value) or "").casefold()
    return True if found in _TRUE else False if found in _FALSE else None
