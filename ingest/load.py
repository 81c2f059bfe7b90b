"""Loading: files in, records and quarantine out, all of it or nothing."""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from io import BytesIO
from typing import IO, Any

from ingest import quarantine
from ingest.batch import Batch, FileCount, Normaliser
from ingest.errors import UnreadableInput
from ingest.files import SourceFile, find_files, opened, shown
from ingest.mapping import Mapping
from ingest.normalise import Rows, Subject
from ingest.parties import LOCAL
from ingest.reading import Format, Reading, Refusal, SourceRecord
from ingest.sources import FORMATS, REGISTERS, guess_format, looks_like_table
from ingest.store import RecordStore

Progress = Callable[[str, int, int], None]
"""Called with a file's label, bytes of all files done, and bytes in all."""
_HEAD = 1024 * 1024
_BATCH_BYTES = 5 * 1024 * 1024
_BATCH_RECORDS = 20_000
_BATCHES_AT_ONCE = 3
_FIXED = ("ocds", "bods", "goszakup", "ftm")
"""Formats whose names are published: no map renames them."""


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How files are read: format (None to look at each file), the source's name, a map of columns.

    ``strict`` refuses the whole load where a single source record would go to quarantine.
    """

    format: str | None = None
    source: str | None = None
    mapping: Mapping | None = None
    strict: bool = False


@dataclass(slots=True)
class LoadReport:
    """What came of a load; ``read`` is always ``loaded + unchanged + quarantined``."""

    files: list[FileCount] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)

    def total(self, name: str) -> int:
        """The sum of one count over all files."""
        return sum(getattr(count, name) for count in self.files)

    def check(self) -> None:
        """Fail loudly where a source record was lost or counted twice."""
        for count in self.files:
            assert count.read == count.loaded + count.unchanged + count.quarantined, count.path

    def as_document(self) -> dict[str, Any]:
        """The report as the command line prints it."""
        return {
            **{name: self.total(name) for name in ("read", "loaded", "unchanged", "quarantined")},
            "files": [self._as_document(count) for count in self.files],
            "remarks": [{"remark": text, "subjects": n} for text, n in sorted(self.remarks.items())],
        }

    @staticmethod
    def _as_document(count: FileCount) -> dict[str, Any]:
        shown = asdict(count)
        del shown["refused"]  # the quarantine says it, of every record
        return shown if count.skipped else {name: value for name, value in shown.items() if name != "skipped"}


class Loader:
    """Reads files into a store, in batches that may span many small files."""

    def __init__(self, store: RecordStore, options: LoadOptions, progress: Progress | None = None) -> None:
        self._store, self._options, self._progress = store, options, progress
        self._report = LoadReport()
        self._batch: Batch | None = None
        self._normaliser = Normaliser()
        self._reason = ""
        self._running: deque[tuple[Batch, list[Subject], Future[Rows]]] = deque()

    def load(self, paths: list[str]) -> LoadReport:
        """Load files, folders, globs, archives and ``-``.

        Raises :class:`UnreadableInput`, and leaves the store as it was, for a path with nothing there, a named
        file that cannot be used, a folder with nothing readable in it, or, in a strict load, any refused record.
        """
        files = find_files(paths)
        total, done = sum(file.size for file in files), 0
        with self._normaliser, self._store.writing():
            for file in files:
                if self._progress:
                    self._progress(file.label, done, total)
                self._report.files.append(self._load_file(file))
                done += file.size
            self._keep()
            if self._progress:
                self._progress("", total, total)
            self._refuse_in_vain(paths)
        self._report.check()
        return self._report

    def replay(self) -> LoadReport:
        """Try everything in quarantine again; what can be read now leaves it."""
        with self._normaliser, self._store.writing():
            for again in list(quarantine.to_try_again(self._store)):
                count = FileCount(again.file, again.format)
                self._report.files.append(count)
                found = _read_again(again)
                if not found:
                    count.read = count.quarantined = 1
                    continue
                self._store.delete("quarantine", "id", [again.id])
                batch = self._batch_for(FORMATS[again.format], again.reading)
                for record in found:
                    batch.add(record, count)
            self._keep()
        self._report.check()
        return self._report

    def _load_file(self, file: SourceFile) -> FileCount:
        count = FileCount(file.label, None)
        if not file.expected:
            count.skipped = "not a kind of file that is read"
            return count
        try:
            with opened(file) as handle:
                self._load_content(file, handle, count)
        except UnreadableInput as error:
            if file.named:
                raise
            self._refuse_file(file, str(error).removeprefix(file.label).lstrip(":, "), count)
        return count

    def _load_content(self, file: SourceFile, handle: IO[bytes], count: FileCount) -> None:
        head = handle.read(_HEAD)
        handle.seek(0)
        if not head.strip():
            raise UnreadableInput(f"{file.label}: the file is empty")
        if head.strip() in (b"[]", b"{}"):
            count.skipped = "an empty list"
            return
        count.format = self._options.format or guess_format(head, self._options.mapping)
        if count.format not in FORMATS:
            hint = "; a table of bids needs a map of its columns (--map)" if looks_like_table(head) else ""
            raise UnreadableInput(f"{file.label}: not a format that is read; formats are {', '.join(FORMATS)}{hint}")
        is_table = count.format not in _FIXED
        reading = Reading(self._options.source, self._options.mapping if is_table else None)
        if reading.mapping and reading.mapping.format != count.format:
            raise UnreadableInput(
                f"{file.label}: the map is for {reading.mapping.format!r}, the file is read as {count.format!r}"
            )
        if (
            is_table
            and reading.mapping is None
            and reading.source is None
            and count.format in {r.name for r in REGISTERS if any(column.endswith("id") for column in r.columns)}
        ):
            self._report.remarks[
                f"bare ids of {count.format} are kept apart as {LOCAL!r}: --source joins them with others"
            ] += 0
        pieces = FORMATS[count.format].read(handle, reading, file.label)
        batch = self._batch_for(FORMATS[count.format], reading)
        for piece in pieces:
            batch.add(piece, count)
            if batch.size > _BATCH_BYTES or len(batch) >= _BATCH_RECORDS:
                batch = self._next_batch(batch)

    def _batch_for(self, format_: Format, reading: Reading) -> Batch:
        """The batch that is being filled, where it has this format and reading, or a new one."""
        if self._batch is None or self._batch.format is not format_ or self._batch.reading != reading:
            self._start()
            self._batch = Batch(self._store, format_, reading)
        return self._batch

    def _next_batch(self, full: Batch) -> Batch:
        self._start()
        self._batch = Batch(self._store, full.format, full.reading)
        return self._batch

    def _start(self) -> None:
        """Have the batch normalised while the next is filled, unless both tell of the same subjects."""
        batch, self._batch = self._batch, None
        if batch is None:
            return
        names = batch.names()
        if any(not names.isdisjoint(earlier.names()) for earlier, _, _ in self._running):
            self._finish(0)
        self._finish(_BATCHES_AT_ONCE - 1)
        subjects = batch.subjects()
        self._running.append((batch, subjects, self._normaliser.start(batch, subjects)))

    def _finish(self, left: int) -> None:
        """Write the batches that were started first, until no more than ``left`` are running."""
        while len(self._running) > left:
            batch, subjects, rows = self._running.popleft()
            done = rows.result()
            batch.keep(subjects, done)
            self._report.remarks.update(done.remarks)

    def _keep(self) -> None:
        self._start()
        self._finish(0)

    def _refuse_file(self, file: SourceFile, reason: str, count: FileCount) -> None:
        """A file in a folder that cannot be used is one refused source record."""
        raw = b""
        if file.path is not None and file.member is None:
            with suppress(OSError), file.path.open("rb") as handle:
                raw = handle.read(quarantine.RAW_LIMIT)
        format_ = FORMATS.get(count.format or "ocds", FORMATS["ocds"])
        batch = self._batch_for(format_, Reading(self._options.source))
        batch.add(Refusal("file", reason, raw), count)
        self._reason = self._reason or f"{count.path}: {reason}"

    def _refuse_in_vain(self, paths: Iterable[str]) -> None:
        named = ", ".join(shown(path) for path in paths)
        if not any(count.loaded or count.unchanged for count in self._report.files):
            read = self._report.total("read")
            if read == 0 or all(count.format is None for count in self._report.files):
                why = f" ({self._reason})" if self._reason else ""
                raise UnreadableInput(f"{named}: nothing in it can be read{why}")
        if self._options.strict and (refused := self._report.total("quarantined")):
            first = next(count for count in self._report.files if count.quarantined)
            raise UnreadableInput(
                f"{named}: the load is strict, and {refused} of {self._report.total('read')} source records cannot be "
                f"used (first {first.path}, {first.refused})"
            )


def _read_again(again: quarantine.Again) -> list[SourceRecord]:
    """The source records in something refused; empty where it is cut off, or still cannot be read."""
    if again.format not in FORMATS or len(again.raw) >= quarantine.RAW_LIMIT:
        return []
    if again.record is not None:
        return [again.record]
    if again.format not in _FIXED:
        return []
    try:
        found = list(FORMATS[again.format].read(BytesIO(again.raw), again.reading, again.file))
    except UnreadableInput:
        return []
    records = [piece for piece in found if isinstance(piece, SourceRecord)]
    if len(records) < len(found):
        return []
    if len(records) == 1:
        return [replace(records[0], position=again.position)]
    return records


def load(store: RecordStore, paths: list[str], options: LoadOptions, progress: Progress | None = None) -> LoadReport:
    """Load files into the store; see :meth:`Loader.load`."""
    return Loader(store, options, progress).load(paths)


def replay(store: RecordStore) -> LoadReport:
    """Try the quarantine again; see :meth:`Loader.replay`."""
    return Loader(store, LoadOptions()).replay()
