"""The engine of graphs in Ladybug files: a file a generation, opened once for the many readers of a process."""

from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from threading import Lock

import ladybug

from graph.errors import GraphStoreError
from graph.store.ladybug_store import LadybugGraphStore, opened

_MOST_SPARE = 2
"""So many connections wait for the next readers: each keeps its plans, up to 7 MB of the buffer for each query."""
_Identity = tuple[int, int, int]


@dataclass(slots=True)
class _Open:
    """The database of one file, its connections that nobody uses, and how many are used."""

    identity: _Identity
    database: ladybug.Database
    spare: list[LadybugGraphStore] = field(default_factory=list)
    used: int = 0

    def close(self) -> None:
        """Release the file."""
        while self.spare:
            self.spare.pop().disconnect()
        self.database.close()


class LadybugGraphs:
    """See :class:`graph.store.GraphEngine`: a folder with one file a generation.

    Opening a file takes 30 ms, and a query's first plan as long: a reader goes on with what the one before it opened.
    """

    bulk = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._open: _Open | None = None

    def open(self, generation: int, *, write: bool = False) -> LadybugGraphStore:
        """The graph in the generation's file."""
        path = self._folder / f"{generation:06}.lbug"
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
            alone = _Open((generation, 0, 0), opened(path, write=True), used=1)
            return LadybugGraphStore(path, alone.database, lambda store: self._back(alone, store), write=True)
        identity = _identity(path, generation)
        with self._lock:
            if self._open is None or self._open.identity != identity:
                self._leave()
                self._open = _Open(identity, opened(path))
            here = self._open
            found = here.spare.pop() if here.spare else None
            found = found or LadybugGraphStore(path, here.database, lambda store: self._back(here, store))
            here.used += 1
        return found

    def published(self, generation: int) -> None:
        """Delete the files of generations before the last one, which a reader may still be in."""
        for file in self._folder.glob("*.lbug*"):
            number = file.name.partition(".")[0]
            if number.isdigit() and int(number) < generation - 1:
                file.unlink(missing_ok=True)

    def about(self) -> dict[str, str]:
        """The library's version."""
        return {"ladybug": version("ladybug")}

    def close(self) -> None:
        """Release what was kept open for the next reader."""
        with self._lock:
            self._leave()

    def _back(self, here: _Open, store: LadybugGraphStore) -> None:
        """A reader has ended: its connection waits for the next, unless it failed or its file is read no more."""
        with self._lock:
            here.used -= 1
            if store.failed and here is self._open:
                self._open = None
            if here is self._open and len(here.spare) < _MOST_SPARE:
                here.spare.append(store)
                return
            store.disconnect()
            if here is not self._open and not here.used:
                here.close()

    def _leave(self) -> None:
        """Open nothing more of the file that is open, and close it with its last reader."""
        here, self._open = self._open, None
        if here is not None and not here.used:
            here.close()


def _identity(path: Path, generation: int) -> _Identity:
    try:
        status = path.stat()
    except FileNotFoundError:
        raise GraphStoreError(f"no graph at {path}: make one with `bidring detect`") from None
    return generation, status.st_ino, status.st_mtime_ns
