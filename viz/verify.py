"""Checks the files beside it against ``manifest.json``; needs nothing but Python 3.

It prints a line for each file that is missing, changed or added, and for each source record that is not the one
whose SHA-256 was noted when it was loaded. It exits with 0 when all is well, with 1 otherwise.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_NO_RECORD = {"manifest.json"}


def problems(folder: Path) -> Iterator[str]:
    """What is wrong in a folder, a line each."""
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
        files: dict[str, str] = manifest["files"]
        records: dict[str, str] = manifest["records"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield f"manifest.json: cannot be read ({type(error).__name__})"
        return
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    for name in sorted(set(files) | there):
        if name not in there:
            yield f"{name}: missing"
        elif name not in files:
            if name not in _NO_RECORD:
                yield f"{name}: added"
        elif _hash(folder / name) != files[name]:
            yield f"{name}: changed"
    for name, noted in sorted(records.items()):
        if name in there and _hash(folder / name) != noted:
            yield f"{name}: not the record that was loaded"


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    """Print the problems of the folder that this file is in."""
    found = list(problems(Path(__file__).resolve().parent))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(main())
