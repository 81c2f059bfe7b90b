"""The note of what a restore makes: by it the next restore takes back what one that was killed left."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

_IN_PLACE = "in place"


class Note:
    """A file that is there while a restore runs, or was cut off: what it makes, one path a line as JSON; nothing of
    it was there before. Its last line says that all files have their own names and the desk's rows are being kept.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def there(self) -> bool:
        """Whether a restore runs, or was cut off."""
        return self._path.exists()

    @property
    def in_place(self) -> bool:
        """Whether all files had their own names: then the desk says whether the restore had ended."""
        return _IN_PLACE in self._lines()

    def begin(self, makes: Iterable[Path]) -> None:
        """Keep what is going to be made, folders before what is in them; what is there already is left out."""
        lines = [json.dumps(str(path)) for path in makes if not path.exists()]
        self._add("".join(f"{line}\n" for line in lines))

    def end(self, places: Iterable[Path]) -> None:
        """Keep that all files have their own names, once the disk holds these."""
        for folder in sorted({place.parent for place in places}):
            _flush(folder)
        self._add(f"{json.dumps(_IN_PLACE)}\n")

    def take_back(self) -> None:
        """Take away what was made, and the note."""
        for line in reversed(self._lines()):
            path = Path(line)
            if line == _IN_PLACE:
                continue
            if path.is_dir():
                with suppress(OSError):  # somebody put something of theirs into it
                    path.rmdir()
            else:
                path.unlink(missing_ok=True)
        self.remove()

    def remove(self) -> None:
        """Take the note away, and leave what was made."""
        self._path.unlink(missing_ok=True)

    def _lines(self) -> list[str]:
        """The lines that were written whole: nothing is made before its line is on the disk."""
        written = self._path.read_text("utf-8") if self._path.exists() else ""
        return list(_decoded(written.rpartition("\n")[0].splitlines()))

    def _add(self, text: str) -> None:
        with open(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _flush(self._path.parent)


def _decoded(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        with suppress(ValueError):
            yield str(json.loads(line))


def _flush(folder: Path) -> None:
    """Have the disk hold the names in a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
