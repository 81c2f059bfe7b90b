"""A folder of fetched pages, and how far the fetch has come.

A page becomes a file under a hidden name, is on disk, and takes its own name; only then does the checkpoint move on. A
process killed at any point therefore writes the same file again: nothing is lost, and nothing stands there twice.
"""

import gzip
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import ServiceFailed, UnreadableInput

_CHECKPOINT = ".checkpoint.json"
_LAYOUT = 1
_IN_A_FOLDER = 1000
"""So many files stand in one folder."""


@dataclass(slots=True)
class Part:
    """How far one type of objects, one list or one stretch of the journal has been read.

    ``cursor`` is the id after which, or the path at which, the next page is asked for; None at the first.
    """

    cursor: str | None = None
    pages: int = 0
    objects: int = 0
    deleted: int = 0
    done: bool = False

    def turn(self, cursor: str | None, what: str) -> bool:
        """Move on to the next page, or to the end, and say whether this is the end.

        Raises :class:`ServiceFailed` where the next page is the one before.
        """
        if cursor is not None and cursor == self.cursor:
            raise ServiceFailed(f"{what}: the service gives the same page again")
        self.cursor, self.done = cursor if cursor is not None else self.cursor, cursor is None
        return self.done


@dataclass(slots=True)
class Checkpoint:
    """What a folder was fetched for, and how far each part has come."""

    service: str
    since: str | None
    until: str | None
    begun: str
    changes_until: str | None = None
    parts: dict[str, Part] = field(default_factory=dict)


class Folder:
    """One folder; use it in a ``with`` block of :func:`opened`."""

    def __init__(self, path: Path, checkpoint: Checkpoint) -> None:
        self.path, self.checkpoint = path, checkpoint

    def part(self, name: str) -> Part:
        """How far a part has come; a new one has not begun."""
        return self.checkpoint.parts.setdefault(name, Part())

    def keep(self, name: str, lines: list[bytes]) -> None:
        """Write a page of a part as JSON lines; :meth:`save` then says that it is there."""
        number = self.part(name).pages
        file = self.path / name / f"{number // _IN_A_FOLDER:03}" / f"{number:06}.jsonl.gz"
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Without a time in it, the same page is the same file.
        _write(file, gzip.compress(b"\n".join(lines) + b"\n", compresslevel=6, mtime=0))

    def save(self) -> None:
        """Keep the checkpoint."""
        document = {"layout": _LAYOUT, **asdict(self.checkpoint)}
        _write(self.path / _CHECKPOINT, json.dumps(document, indent=1).encode())


Days = tuple[date | None, date | None]
"""The first and the last day that a folder is fetched for; None for open ends."""


@contextmanager
def opened(path: Path, service: str, today: date, days: Days | None) -> Iterator[Folder]:
    """The folder, made where it is missing, with its checkpoint; nobody else writes to it meanwhile.

    ``days`` are those that it must be for, or None for whatever it is for.

    Raises :class:`UnreadableInput` where it holds another service's pages or other days, or is no such folder, and
    :class:`ServiceFailed` where another fetch is writing to it.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise UnreadableInput(f"{path}: not a folder") from None
    lock = FileLock(path / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ServiceFailed(f"another fetch is writing to {path}; try again when it has ended") from None
    try:
        yield Folder(path, _checkpoint(path, service, today, days))
    finally:
        lock.release()


def _checkpoint(path: Path, service: str, today: date, days: Days | None) -> Checkpoint:
    since, until = (day.isoformat() if day else None for day in days or (None, None))
    file = path / _CHECKPOINT
    if not file.exists():
        return Checkpoint(service, since, until, today.isoformat())
    try:
        found = json.loads(file.read_text("utf-8"))
        if found.pop("layout") != _LAYOUT:
            raise ValueError
        parts = {name: Part(**part) for name, part in found.pop("parts").items()}
        known = Checkpoint(**found, parts=parts)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UnreadableInput(f"{file}: not a checkpoint of this version; give another folder") from None
    if known.service != service:
        raise UnreadableInput(f"{path} holds pages of {known.service}: give another folder")
    if days is not None and (known.since, known.until) != (since, until):
        shown = f"{known.since or 'the beginning'} to {known.until or 'the end'}"
        raise UnreadableInput(f"{path} is for {shown}: give the same --from and --to, or another folder")
    return known


def _write(file: Path, content: bytes) -> None:
    """A file that is there as a whole or not at all, readable by its owner alone: it may name persons."""
    hidden = file.with_name(f".{file.name}.part")
    with open(os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    hidden.replace(file)
