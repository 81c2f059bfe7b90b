"""Opened generations that wait for the next request: opening one takes 20 ms, putting a question into SQL 40."""

from collections.abc import Hashable
from pathlib import Path
from threading import Lock

from graph.generation import Generation, file_identity

MOST_SPARE = 8


class Readers:
    """Gives out generations, and takes them back while they are the published one and ``keeping`` is True."""

    def __init__(self) -> None:
        self.keeping = False
        self._lock = Lock()
        self._spare: list[Generation] = []
        self._statements: tuple[object, dict[Hashable, str]] = (None, {})

    def take(self, path: Path, number: int) -> Generation:
        """A generation that nobody else is in; NoGeneration where its file is gone or cannot be read."""
        now = file_identity(path, number)
        with self._lock:
            old = [one for one in self._spare if one.identity != now]
            self._spare = [one for one in self._spare if one.identity == now]
            found = self._spare.pop() if self._spare else None
        for one in old:
            one.close()
        return found or self._opened(path, number)

    def give_back(self, generation: Generation, *, usable: bool) -> None:
        """Keep it for the next, or close it."""
        with self._lock:
            kept = usable and self.keeping and len(self._spare) < MOST_SPARE
            if kept:
                self._spare.append(generation)
        if not kept:
            generation.close()

    def close(self) -> None:
        """Close what waits, and keep nothing more."""
        with self._lock:
            self.keeping, spare, self._spare = False, self._spare, []
        for one in spare:
            one.close()

    def _opened(self, path: Path, number: int) -> Generation:
        """One more reader, with the statements of those before it."""
        found = Generation(path, number)
        identity, statements = self._statements
        if identity == found.identity:
            found.statements = statements
        else:
            self._statements = found.identity, found.statements
        return found
