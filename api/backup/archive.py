"""The archive: a zip of parts, with a manifest of their sizes and hashes. What is read from one is never trusted."""

import hashlib
import os
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath

import msgspec

from api.errors import UnusableCall

FORMAT = 1
"""Raised when an older version could not read the archive."""
RECORDS = "records.duckdb"
KEPT = ("attachments", "current", "demo.json", "generations", "id", "secret")
"""What of the home goes into an archive, files and folders alike; of the generations the published one alone. The key
``secret`` is among them, since what it sealed is lost without it; so an archive is guarded like the home. The graph is
left out: `bidring graph push` makes it again from the records."""
_MANIFEST = "manifest.json"
_MOST_MANIFEST = 16 << 20
_CHUNK = 1 << 20
_SMALL, _RATIO = 64 << 20, 200
"""An archive holds at most 64 MiB and 200 times its own size: a record store shrinks to a third, rows to a tenth."""
_DESK = re.compile(r"desk/([a-z][a-z0-9_]*)\.jsonl")
_NONE = "not a backup of bidring, or a damaged one; nothing was restored"
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError,
    struct.error, msgspec.MsgspecError,
)  # fmt: skip


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the archive: its bytes, and its rows where it is a table of the desk."""

    name: str
    size: int
    sha256: str
    rows: int | None = None

    @property
    def table(self) -> str | None:
        """The table of the desk that it holds; None for another part."""
        found = _DESK.fullmatch(self.name)
        return found[1] if found else None


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an archive holds, by whom and when (UTC) it was made, the desk's revision, and the rows of each table."""

    format: int
    bidring: str
    made: str
    revision: str | None
    tables: dict[str, int]
    parts: list[Part]


class ArchiveWriter:
    """Adds parts to an archive that is being made."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._parts: list[Part] = []

    def add(self, name: str, chunks: Iterable[bytes]) -> Part:
        """Add a part; says what was added. A table's chunks are its rows."""
        digest, size, count = hashlib.sha256(), 0, 0
        with self._archive.open(_entry(name), "w", force_zip64=True) as target:
            for chunk in chunks:
                target.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                count += 1
        part = Part(name, size, digest.hexdigest(), count if _DESK.fullmatch(name) else None)
        self._parts.append(part)
        return part

    def finish(self, revision: str | None, tables: dict[str, int]) -> Manifest:
        """Add the manifest, the last part; says it."""
        made = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        tables = dict(sorted(tables.items()))
        manifest = Manifest(FORMAT, version("bidring"), made, revision, tables, self._parts)
        self._archive.writestr(_entry(_MANIFEST), msgspec.json.format(msgspec.json.encode(manifest)))
        return manifest


@contextmanager
def new_archive(path: Path) -> Iterator[ArchiveWriter]:
    """A new archive that its owner alone may read, there once the block has ended and not before.

    UnusableCall where a file of this name is there.
    """
    if path.exists():
        raise UnusableCall(f"{path} is there already: a backup overwrites nothing")
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
                yield ArchiveWriter(archive)
            file.flush()
            os.fsync(file.fileno())
        os.rename(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


class Archive:
    """An archive whose every part has the size and the hash that its manifest says."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self._path, self._archive = path, archive
        self.manifest = self._read_manifest()
        self._check_names()
        for part in self.manifest.parts:
            for _ in self.chunks(part):
                pass

    def chunks(self, part: Part) -> Iterator[bytes]:
        """The bytes of a part; UnusableCall at their end where they are not what the manifest says."""
        digest = hashlib.sha256()
        with _refusing(self._path), self._archive.open(part.name) as source:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                yield chunk
        if digest.hexdigest() != part.sha256:
            raise UnusableCall(f"{self._path}: {part.name} is not what the manifest says; nothing was restored")

    def lines(self, part: Part) -> Iterator[bytes]:
        """The lines of a part, none longer than 16 MiB."""
        with _refusing(self._path), self._archive.open(part.name) as source:
            while line := source.readline(_MOST_MANIFEST):
                yield line

    def _read_manifest(self) -> Manifest:
        infos = {info.filename: info for info in self._archive.infolist()}
        if _MANIFEST not in infos or infos[_MANIFEST].file_size > _MOST_MANIFEST:
            raise UnusableCall(f"{self._path}: {_NONE}")
        if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos.values()):
            raise UnusableCall(f"{self._path}: {_NONE}")
        raw = self._archive.read(_MANIFEST)
        found = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        if msgspec.json.decode(found.get("format", b"0"), type=int) > FORMAT:
            raise UnusableCall(f"{self._path}: made by a newer version of bidring; nothing was restored")
        return msgspec.json.decode(raw, type=Manifest)

    def _check_names(self) -> None:
        infos = self._archive.infolist()
        listed = {part.name: part for part in self.manifest.parts}
        for name in listed:
            if not _known(name):
                raise UnusableCall(f"{self._path}: {name[:80]!r} is nothing that a backup holds; nothing was restored")
        names = sorted(info.filename for info in infos)
        if names != sorted([*(part.name for part in self.manifest.parts), _MANIFEST]) or len(listed) != len(names) - 1:
            raise UnusableCall(f"{self._path}: its files are not those of its manifest; nothing was restored")
        if any(info.filename in listed and info.file_size != listed[info.filename].size for info in infos):
            raise UnusableCall(f"{self._path}: its files have not the sizes of its manifest; nothing was restored")
        if sum(info.file_size for info in infos) > _SMALL + _RATIO * self._path.stat().st_size:
            raise UnusableCall(f"{self._path}: holds far more than its own size; nothing was restored")


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """An archive, read from end to end and found whole. UnusableCall, in one line, for anything else."""
    with _refusing(path):
        archive = zipfile.ZipFile(path)
    with archive:
        with _refusing(path):
            found = Archive(path, archive)
        yield found


def file_chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file."""
    with path.open("rb") as source:
        while chunk := source.read(_CHUNK):
            yield chunk


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except (*_DAMAGE, OSError) as error:
        if isinstance(error, OSError) and error.filename:
            raise
        raise UnusableCall(f"{path}: {_NONE}") from None


def _known(name: str) -> bool:
    """Whether a part may have this name: no other is ever made into a path."""
    if name == RECORDS or _DESK.fullmatch(name):
        return True
    parts = PurePosixPath(name).parts
    plain = name == "/".join(parts) and name.isprintable() and "\\" not in name and ":" not in name
    return plain and len(parts) > 1 and parts[0] == "home" and parts[1] in KEPT and not {".", ".."} & set(parts)


def _entry(name: str) -> zipfile.ZipInfo:
    """An entry without the time at which it was made: the same parts give the same bytes."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info
