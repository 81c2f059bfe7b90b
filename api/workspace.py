"""The home folder: records, graph and generations, and who may write to them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from api.errors import HomeBusy
from api.settings import Settings
from graph.cases.identity import Known
from graph.detect import Progress, Stores, detect
from graph.errors import NoGeneration
from graph.generation import Generation, GenerationWriter
from graph.rules import Rules
from graph.store import GraphStore, open_graph_store
from ingest.store import RecordStore, open_record_store

KEPT = 2
"""So many generations stay on disk: the published one, and the one that a reader may still be in."""


class Workspace:
    """Opens what is in a home, one writing command at a time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._generations = settings.home / "generations"
        self._current = settings.home / "current"
        self.demo_mark = settings.home / "demo.json"
        """Stands in a home that a demo made, so that invented and real records are never mixed."""

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The right to write; HomeBusy at once where another command has it."""
        self.settings.home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.settings.home / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise HomeBusy(f"another command is working in {self.settings.home}; try again when it has ended") from None
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def records(self, *, write: bool = False) -> Iterator[RecordStore]:
        """The record store, closed at the end."""
        store = open_record_store(self.settings.records, write=write)
        try:
            yield store
        finally:
            store.close()

    def number(self) -> int:
        """The number of the published generation; NoGeneration where there is none."""
        try:
            return int(self._current.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            raise NoGeneration(f"nothing has been detected in {self.settings.home}: run `bidring detect`") from None

    @contextmanager
    def generation(self) -> Iterator[Generation]:
        """The published generation, closed at the end."""
        number = self.number()
        found = Generation(self._file(number), number)
        try:
            yield found
        finally:
            found.close()

    @contextmanager
    def graph(self, number: int) -> Iterator[GraphStore]:
        """The graph of a generation, closed at the end."""
        store = open_graph_store(self._graph_url(number))
        try:
            yield store
        finally:
            store.close()

    def detect(self, rules: Rules, *, seed: int = 0, progress: Progress | None = None) -> dict[str, Any]:
        """Run a detection and publish it; readers move on to it with their next request."""
        with self.records() as records, self.writing():
            known, number = self._known()
            writer = GenerationWriter(self._file(number))
            graph = open_graph_store(self._graph_url(number), write=True)
            try:
                stores = Stores(records, graph, writer)
                facts = detect(stores, rules, known, number=number, seed=seed, progress=progress)
            finally:
                graph.close()
            self._publish(number)
        return facts

    def _known(self) -> tuple[list[Known], int]:
        """The cases of the published generation, and the number of the next."""
        try:
            with self.generation() as before:
                rows = before.table("cases").select("id", "core", "opened", "merged", "split_from").to_pyarrow()
                number = before.number + 1
        except NoGeneration:
            return [], 1
        return [
            Known(row["id"], tuple(row["core"]), row["opened"], tuple(row["merged"]), row["split_from"])
            for row in rows.to_pylist()
        ], number

    def _publish(self, number: int) -> None:
        """Make a generation the one that is read, in one step, and drop those that nobody reads any more."""
        new = self._current.with_name("current.new")
        new.write_text(str(number), "utf-8")
        os.replace(new, self._current)
        graphs = Path(self.settings.graph.partition(":///")[2])
        for old in (*self._generations.glob("*"), *graphs.glob("*")):
            stem = old.name.partition(".")[0]
            if stem.isdigit() and not number - KEPT < int(stem) <= number:
                old.unlink(missing_ok=True)

    def _file(self, number: int) -> Path:
        return self._generations / f"{number:06}.duckdb"

    def _graph_url(self, number: int) -> str:
        return f"{self.settings.graph}/{number:06}.lbug"
