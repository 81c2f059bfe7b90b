"""Delimited tables: strict about quotes, patient about encodings and delimiters."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import IO

from ingest.errors import UnreadableInput
from ingest.mapping import Mapping
from ingest.reading import Refusal

MAX_CELL = 131_072
"""A longer cell is not a value; its row goes to quarantine."""
_DELIMITERS = ",;\t|"
csv.field_size_limit(64 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class Row:
    """A row's cells by column, its position (``line 17``) and itself as JSON bytes, cells verbatim."""

    position: str
    cells: dict[str, str]
    raw: bytes

    def get(self, column: str) -> str:
        """The cell's text without surrounding space, empty where the column is missing."""
        return self.cells.get(column, "").strip()


def read_header(head: bytes, mapping: Mapping | None = None) -> list[str]:
    """The column names in a file's first line, or an empty list where it is no delimited text."""
    encoding = mapping.encoding if mapping else "utf-8-sig"
    try:
        line = head.decode(encoding, errors="ignore").lstrip("\r\n").splitlines()[0]
    except IndexError:
        return []
    if "\x00" in line:
        return []
    delimiter = _delimiter(line, mapping)
    try:
        return [name.strip() for name in next(csv.reader([line], delimiter=delimiter, strict=True))]
    except (csv.Error, StopIteration):
        return []


def read_rows(handle: IO[bytes], label: str, mapping: Mapping | None = None) -> Iterator[Row | Refusal]:
    """The table's rows in order; a row that is not as wide as the header, or overlong, comes as a refusal.

    Raises :class:`UnreadableInput` before the first row where the text is in another encoding, a quote is
    never closed, or a column's name stands twice. The file is passed over once to make sure of that.
    """
    header: list[str] | None = None
    for found in _parsed(handle, label, mapping):
        if header is None and not isinstance(found, Refusal) and found[1]:
            header = found[1]
            _check_header(header, label)
    header = None
    for found in _parsed(handle, label, mapping):
        if isinstance(found, Refusal):
            yield found
        elif found[1] and header is None:
            header = [name.strip() for name in found[1]]
        elif found[1] and header:
            yield _row(header, *found)


def _row(header: list[str], line: int, cells: list[str]) -> Row | Refusal:
    position = f"line {line}"
    if len(cells) != len(header):
        return Refusal(position, f"the row has {len(cells)} cells, the header {len(header)}", _as_json(cells))
    named = dict(zip(header, cells, strict=True))
    if max(map(len, cells)) > MAX_CELL:
        return Refusal(position, f"a cell has more than {MAX_CELL} characters", _as_json(named))
    if any("\x00" in cell for cell in cells):
        return Refusal(position, "a cell holds a NUL character", _as_json(named))
    return Row(position, named, _as_json(named))


def _as_json(cells: list[str] | dict[str, str]) -> bytes:
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _check_header(header: list[str], label: str) -> None:
    names = [name.strip() for name in header]
    twice = sorted(name for name in set(names) if names.count(name) > 1)
    if twice:
        raise UnreadableInput(f"{label}: column {twice[0]!r} stands twice in the header")


def _parsed(handle: IO[bytes], label: str, mapping: Mapping | None) -> Iterator[tuple[int, list[str]] | Refusal]:
    """Each row with the line on which it begins, the header first; a row with a misplaced quote as a refusal."""
    handle.seek(0)
    stream = io.TextIOWrapper(handle, encoding=mapping.encoding if mapping else "utf-8-sig", newline="")
    try:
        delimiter = _delimiter(next((line for line in stream if line.strip()), ""), mapping)
        stream.seek(0)
        yield from _csv_rows(stream, delimiter, label)
    except UnicodeError:
        raise UnreadableInput(
            f"{label}: not {stream.encoding} text; name the encoding in a map, e.g. `encoding: cp1251`"
        ) from None
    finally:
        stream.detach()


def _csv_rows(stream: IO[str], delimiter: str, label: str) -> Iterator[tuple[int, list[str]] | Refusal]:
    last = ""

    def lines() -> Iterator[str]:
        nonlocal last
        for last in stream:  # noqa: UP028 - a refusal quotes the last line
            yield last

    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    width = 0
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "end of data" in str(error) or reader.line_num > line or not width:
                raise UnreadableInput(f"{label}, line {line}: a quote is opened and never closed") from None
            yield Refusal(f"line {line}", "a quote stands inside a cell", last.encode("utf-8", "replace"))
            continue
        width = width or len(cells)
        if reader.line_num > line and _swallowed_rows(cells, delimiter, width):
            raise UnreadableInput(f"{label}, line {line}: a quote is opened and never closed")
        yield line, cells


def _swallowed_rows(cells: list[str], delimiter: str, width: int) -> bool:
    """Whether a cell over several lines holds a line that looks like a whole row."""
    if width < 3:
        return False
    return any(
        inner.count(delimiter) >= width - 1 for cell in cells if "\n" in cell for inner in cell.split("\n")[1:-1]
    )


def _delimiter(line: str, mapping: Mapping | None) -> str:
    if mapping and mapping.delimiter:
        return mapping.delimiter
    return max(_DELIMITERS, key=lambda mark: (line.count(mark), -_DELIMITERS.index(mark)))


def occurrences() -> Callable[[bytes], str]:
    """A function that says how often equal bytes were given to it before: ``""`` at first, then ``"1"``, ``"2"``."""
    seen: dict[bytes, int] = {}

    def count(raw: bytes) -> str:
        digest = sha256(raw).digest()
        before = seen.get(digest, 0)
        seen[digest] = before + 1
        return str(before) if before else ""

    return count
