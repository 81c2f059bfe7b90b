"""A JSON file as the values it is made of: one value, one to a line, or several one after another."""

import json
import mmap
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, cast

import msgspec

from ingest.errors import BadRecord, UnreadableInput
from ingest.reading import Outcome, Refusal, SourceRecord

BOM = b"\xef\xbb\xbf"
_RAW = msgspec.json.Decoder(msgspec.Raw)
_RAW_LIST = msgspec.json.Decoder(list[msgspec.Raw])
BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What reading a broken piece of JSON raises."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A JSON value as it came, and where it stood; an empty position is the whole file.

    A large value is a view into its file, so that a package is not copied to be opened.
    """

    position: str
    raw: bytes | msgspec.Raw

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return starts_with(self.raw, b"[")

    def refusal(self, reason: str) -> Refusal:
        """The whole piece as a refusal."""
        return Refusal(self.position or "file", reason, bytes(self.raw))

    def within(self, name: str) -> str:
        """The position of a part of this piece."""
        return f"{self.position}, {name}" if self.position else name


def read_pieces(handle: IO[bytes], label: str) -> Iterator[Piece | Refusal]:
    """The values in a file, in order; a broken one of several comes as a refusal, with the rest of what cannot be read.

    Raises :class:`UnreadableInput` where the file is empty or its first value is no JSON.
    """
    data = _content(handle)
    if not data:
        raise UnreadableInput(f"{label}: the file is empty")
    with suppress(*BROKEN):
        yield Piece("", _RAW.decode(data))
        return
    first = data[: data.find(b"\n")] if b"\n" in data[:_LINE_LIMIT] else b""
    with suppress(*BROKEN):
        _RAW.decode(first)
        yield from _lines(data)
        return
    yield from _concatenated(data, label)


_LINE_LIMIT = 64 * 1024 * 1024
_WINDOW = 1024 * 1024


def _content(handle: IO[bytes]) -> bytes:
    """The file's bytes, mapped instead of read where it is a file on disk."""
    handle.seek(0)
    with suppress(OSError, ValueError):
        mapped = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
        if mapped[:3] != BOM:
            return cast(bytes, mapped)  # it slices and finds like bytes
    return handle.read().removeprefix(BOM).strip()


def _lines(data: bytes) -> Iterator[Piece | Refusal]:
    """A value to a line; one that is broken may be the beginning of a value over several lines."""
    start, number = 0, 1
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        line = data[start:end].strip()
        position, next_start, lines = f"line {number}", end + 1, 1
        if line:
            try:
                yield Piece(position, bytes(_RAW.decode(line)))
            except BROKEN as error:
                if raw := _over_lines(data[start : start + _WINDOW]):
                    yield Piece(position, raw.strip())
                    next_start, lines = start + len(raw), raw.count(b"\n")
                else:
                    yield Refusal(position, f"the line is no JSON: {plain(error)}", line)
        start, number = next_start, number + lines


def _over_lines(data: bytes) -> bytes | None:
    """The JSON value that data begin with, or None."""
    text = data.decode("utf-8", "ignore")
    with suppress(ValueError, *BROKEN):
        _, end = json.JSONDecoder().raw_decode(text, len(text) - len(text.lstrip()))
        raw = text[:end].encode()
        _RAW.decode(raw)
        return raw if data.startswith(raw) else None
    return None


def _concatenated(data: bytes, label: str) -> Iterator[Piece | Refusal]:
    try:
        text = bytes(data).decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableInput(f"{label}: not UTF-8 text") from None
    decoder, start, number = json.JSONDecoder(), 0, 0
    while start < len(text):
        if text[start] in " \t\r\n,\x1e":
            start += 1
            continue
        number += 1
        try:
            _, end = decoder.raw_decode(text, start)
            raw = text[start:end].encode()
            _RAW.decode(raw)
        except (ValueError, RecursionError, *BROKEN) as error:
            line = text.count("\n", 0, start) + 1
            if number == 1:
                raise UnreadableInput(f"{label}, line {line}: not JSON: {plain(error)}") from None
            yield Refusal(f"value {number}", f"no JSON from line {line} on: {plain(error)}", text[start:].encode())
            return
        yield Piece(f"value {number}", raw)
        start = end


def starts_with(raw: bytes | msgspec.Raw, mark: bytes) -> bool:
    """Whether a JSON value begins with a character; an absent one does not."""
    return bytes(memoryview(raw)[:1]) == mark


def items(piece: Piece, raw: bytes | msgspec.Raw, name: str) -> Iterator[Piece | Refusal]:
    """The elements of a list inside a piece, each with its position."""
    try:
        found = _RAW_LIST.decode(raw)
    except msgspec.ValidationError:
        yield Refusal(piece.within(name), f"{name} is not a list", bytes(raw))
        return
    for number, item in enumerate(found):
        yield Piece(piece.within(f"{name}/{number}"), item)


def read_each(
    handle: IO[bytes], label: str, name: str, of: Callable[[Piece], SourceRecord | Refusal]
) -> Iterator[SourceRecord | Refusal]:
    """A source record, by ``of``, for each object of a file, and for each of its lists' items, which ``name`` calls."""
    for piece in read_pieces(handle, label):
        if isinstance(piece, Refusal):
            yield piece
        elif piece.is_list:
            for part in items(piece, piece.raw, name):
                yield part if isinstance(part, Refusal) else of(part)
        else:
            yield of(piece)


def newest_usable(found: Sequence[SourceRecord], add: Callable[[SourceRecord, Outcome], None]) -> Outcome:
    """What the newest source record says that ``add`` can use; newer ones are refused with the reason."""
    out = Outcome()
    for record in reversed(found):
        taken = Outcome()
        try:
            add(record, taken)
        except BadRecord as error:
            out.refuse(record, str(error))
        except BROKEN as error:
            out.refuse(record, f"no usable JSON: {plain(error)}")
        else:
            taken.refused = out.refused
            return taken
    return out


def plain(error: Exception) -> str:
    """What is wrong with a piece of JSON, without anything that stands in it."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8 text"
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.lower()} (line {error.lineno})"
    return str(error).removeprefix("JSON is malformed: ")
