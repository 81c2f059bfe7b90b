"""Checks an exported case against its ``manifest.json``; needs nothing but Python 3.

``python verify.py`` checks the folder that this file is in, ``python verify.py PATH`` another folder or a zip as it was
handed over: whoever changed a bundle may have changed the script in it too. It prints a line for each file that is
missing, changed or added, and for each source record that is not the one whose SHA-256 was noted when it was loaded,
and exits with 1; or it prints OK with the SHA-256 of the manifest, to be compared with one noted elsewhere, and
exits with 0.
"""

import hashlib
import json
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

MANIFEST = "manifest.json"
_PIECE = 1 << 20
Opener = Callable[[], IO[bytes]]


def problems(there: dict[str, list[Opener]]) -> Iterator[str]:
    """What is wrong with the files of a bundle, a line each."""
    if len(there.get(MANIFEST, [])) != 1:
        yield f"{MANIFEST}: {'there more than once' if MANIFEST in there else 'missing'}"
        return
    try:
        with there[MANIFEST][0]() as opened:
            listed: dict[str, dict[str, Any]] = json.load(opened)["files"]
        noted = {name: (one["size"], one["sha256"], one.get("record", {})) for name, one in listed.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, zipfile.BadZipFile) as error:
        yield f"{MANIFEST}: cannot be read ({type(error).__name__})"
        return
    for name in sorted({*noted, *there} - {MANIFEST}):
        if name not in there:
            yield f"{name}: missing"
        elif name not in noted:
            yield f"{name}: added"
        elif len(there[name]) > 1:
            yield f"{name}: there more than once"
        else:
            size, expected, record = noted[name]
            found = _hash(there[name][0], size)
            if found != expected:
                yield f"{name}: changed"
            elif record.get("checkable") and found != record.get("sha256"):
                yield f"{name}: not the record that was loaded"


def _hash(opener: Opener, size: int) -> str:
    """The SHA-256 of a file; empty where it cannot be read or is of another size."""
    made, left = hashlib.sha256(), size
    try:
        with opener() as opened:
            while left >= 0 and (piece := opened.read(_PIECE)):
                made.update(piece)
                left -= len(piece)
    except (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return ""
    return made.hexdigest() if left == 0 else ""


def in_folder(folder: Path) -> dict[str, list[Opener]]:
    """The files of a folder and of the folders in it, by name."""
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return {path.relative_to(folder).as_posix(): [_opener(path)] for path in found}


def _opener(path: Path) -> Opener:
    def opened() -> IO[bytes]:
        if path.is_symlink() or not path.is_file():
            raise OSError("no plain file")
        return path.open("rb")

    return opened


def in_zip(archive: zipfile.ZipFile) -> dict[str, list[Opener]]:
    """The files of a zip by name, with all of a name that stands there more than once."""
    found: dict[str, list[Opener]] = {}
    for info in archive.infolist():
        if not info.is_dir():
            found.setdefault(info.filename, []).append(lambda info=info: archive.open(info))  # type: ignore[misc]
    return found


def main(arguments: list[str]) -> int:
    """Print the problems of a bundle, or that there are none."""
    path = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    with ExitStack() as stack:
        try:
            there = in_folder(path) if path.is_dir() else in_zip(stack.enter_context(zipfile.ZipFile(path)))
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            print(_plain(f"{path}: cannot be read ({type(error).__name__})"))
            return 1
        found = list(problems(there))
        for line in found:
            print(_plain(line))
        if not found:
            with there[MANIFEST][0]() as opened:
                print(f"OK: {len(there)} files; SHA-256 of {MANIFEST}: {hashlib.sha256(opened.read()).hexdigest()}")
    return 1 if found else 0


def _plain(line: str) -> str:
    """A line in letters that every terminal can show, and that none obeys."""
    return line.encode("unicode_escape").decode("ascii")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
