"""Paths, folders, globs, archives and standard input as a list of files to read.

A file is never unpacked under a name of the archive's choosing: packed content goes to an unnamed
temporary file, and stops at a hundred times its packed size (at least 256 MiB).
"""

import glob
import gzip
import lzma
import os
import shutil
import struct
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from ingest.errors import UnreadableInput

READ_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".gz", ".zip"})
"""What is looked into when it stands in a folder; a file that is named is read whatever its name."""
_UNPACKED_AT_LEAST = 256 * 1024 * 1024
_UNPACKED_RATIO = 100
_BLOCK = 1024 * 1024
_DAMAGE = (
    EOFError,
    zlib.error,
    gzip.BadGzipFile,
    zipfile.BadZipFile,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    struct.error,
)
"""What the standard library raises for packed files that are broken, encrypted or packed in an unknown way."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read: ``label`` is how answers name it; ``named`` is False where a folder or archive led to it.

    ``size`` is in bytes as it lies on disk; ``member`` is its entry in a zip at ``path``.
    """

    label: str
    path: Path | None
    size: int
    named: bool
    member: zipfile.ZipInfo | None = None

    @property
    def expected(self) -> bool:
        """Whether its name says that it can be read."""
        name = Path(self.label).name.lower()
        return self.named or any(name.endswith(suffix) for suffix in READ_SUFFIXES)


def find_files(paths: list[str]) -> list[SourceFile]:
    """The files behind paths, folders, globs and ``-``, in a stable order, archives opened up.

    Raises :class:`UnreadableInput` for a path where there is nothing and for a damaged archive.
    """
    found: list[SourceFile] = []
    for path in paths:
        if path == "-":
            found.append(SourceFile("standard input", None, 0, named=True))
        elif os.path.exists(path):
            found += _below(Path(path))
        elif glob.has_magic(path):
            matches = sorted(glob.glob(path, recursive=True))
            if not matches:
                raise UnreadableInput(f"{shown(path)}: no file matches")
            for match in matches:
                found += _below(Path(match))
        else:
            raise UnreadableInput(f"{shown(path)}: no such file or folder")
    return found


def shown(name: str) -> str:
    """A name as it can be printed on one line and kept: what is no printable character is marked as such."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name)


def _below(path: Path) -> list[SourceFile]:
    if path.is_file():
        return _file(path, path.name, named=True)
    if not path.is_dir():
        raise UnreadableInput(f"{shown(str(path))}: neither a file nor a folder")
    found = []
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        for name in sorted(names):
            inside = Path(folder, name)
            if not name.startswith(".") and inside.is_file():
                found += _file(inside, str(Path(path.name, inside.relative_to(path))), named=False)
    return found


def _file(path: Path, label: str, *, named: bool) -> list[SourceFile]:
    size = path.stat().st_size
    if path.suffix.lower() != ".zip":
        return [SourceFile(shown(label), path, size, named)]
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted((m for m in archive.infolist() if not m.is_dir()), key=lambda m: m.filename)
    except (*_DAMAGE, OSError):
        if named:
            raise UnreadableInput(f"{shown(str(path))}: not a zip archive, or a damaged one") from None
        return [SourceFile(shown(label), path, size, named)]
    return [
        SourceFile(shown(f"{label}/{m.filename}"), path, min(m.compress_size, size), named=False, member=m)
        for m in members
        if not Path(m.filename).name.startswith(".") and not m.filename.startswith("__MACOSX")
    ]


@contextmanager
def opened(file: SourceFile) -> Iterator[IO[bytes]]:
    """The file's content, unpacked, as a seekable binary file.

    Raises :class:`UnreadableInput` for a truncated or damaged archive, one that unpacks to too much, and
    what may not be read.
    """
    try:
        if file.path is None:
            with tempfile.TemporaryFile() as spool:
                shutil.copyfileobj(sys.stdin.buffer, spool, _BLOCK)
                spool.seek(0)
                yield from _plain(file, spool)
        elif file.member is None:
            with file.path.open("rb") as handle:
                yield from _plain(file, handle)
        else:
            member = file.member
            with zipfile.ZipFile(file.path) as archive, _unpacked(file, lambda: archive.open(member)) as handle:
                yield from _plain(file, handle)
    except OSError as error:
        raise UnreadableInput(f"{file.label}: {error.strerror or 'cannot be read'}") from None
    except zipfile.BadZipFile:
        raise UnreadableInput(f"{file.label}: not a zip archive, or a damaged one") from None


def _plain(file: SourceFile, handle: IO[bytes]) -> Iterator[IO[bytes]]:
    magic = handle.read(2)
    handle.seek(0)
    if magic != b"\x1f\x8b":
        yield handle
        return
    with _unpacked(file, lambda: cast(IO[bytes], gzip.open(handle))) as plain:
        yield plain


@contextmanager
def _unpacked(file: SourceFile, open_packed: Callable[[], IO[bytes]]) -> Iterator[IO[bytes]]:
    limit = max(_UNPACKED_AT_LEAST, _UNPACKED_RATIO * file.size)
    with tempfile.TemporaryFile() as spool:
        try:
            with open_packed() as packed:
                while block := packed.read(_BLOCK):
                    if spool.tell() + len(block) > limit:
                        raise UnreadableInput(f"{file.label}: unpacks to more than {limit // 1024**2} MiB")
                    spool.write(block)
        except _DAMAGE:
            raise UnreadableInput(f"{file.label}: the packed file is truncated or damaged") from None
        spool.seek(0)
        yield spool
