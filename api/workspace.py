"""The home folder: records, graph and generations, and who may write to them."""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from filelock import FileLock, Timeout

from api.errors import HomeBusy, UnusableCall
from api.readers import Readers
from api.settings import Settings
from graph.errors import NoGeneration, UnknownId
from graph.generation import Generation, GenerationWriter

if TYPE_CHECKING:  # a command that only reads a generation starts in half the time without these
    from pyarrow import Table

    from api.desk.database import Desk
    from graph.cases.identity import Known
    from graph.detect import Progress
    from graph.matching.decisions import Decisions
    from graph.rules import Rules
    from graph.store import Change, GraphEngine, GraphStore
    from ingest.store import RecordStore

MOST_FIRST = 200_000
"""A first load of more relationships goes to a server by its bulk path: upserts take 20 s for so many."""
KEPT = 2
"""So many generations stay on disk: the published one, and the one that a reader may still be in."""
MOST_GRAPHS = 2
"""So many readers are in the graph at once: a connection to an embedded one keeps plans of some 70 MB."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written for a server's bulk path, and the words of the command that reads it."""

    command: list[str]
    nodes: int
    relationships: int


class Workspace:
    """Opens what is in a home, one writing command at a time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._generations = settings.home / "generations"
        self._current = settings.home / "current"
        self.demo_mark = settings.home / "demo.json"
        """Stands in a home that a demo made, so that invented and real records are never mixed."""
        self.restore_note = settings.home / ".restoring"
        """Stands in a home while a restore runs, and after one that was cut off."""
        self._kept: list[GraphEngine] | None = None
        self._kept_desk: Desk | None = None
        self._kept_lock = Lock()
        self._opened = BoundedSemaphore(MOST_GRAPHS)
        self._readers = Readers()

    @contextmanager
    def writing(self, *, restoring: bool = False) -> Iterator[None]:
        """The right to write; HomeBusy at once where another command has it, or a restore was cut off."""
        self.settings.home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.settings.home / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise HomeBusy(f"another command is working in {self.settings.home}; try again when it has ended") from None
        try:
            if not restoring:
                self._ensure_whole()
            yield
        finally:
            lock.release()

    def _ensure_whole(self) -> None:
        if self.restore_note.exists():
            raise HomeBusy(f"a restore into {self.settings.home} runs or was cut off: run `bidring restore` again")

    @contextmanager
    def records(self, *, write: bool = False) -> "Iterator[RecordStore]":
        """The record store, closed at the end."""
        from ingest.store import open_record_store  # noqa: PLC0415

        store = open_record_store(self.settings.records, write=write)
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def desk(self) -> Iterator["Desk"]:
        """The desk database, closed at the end."""
        from api.desk.database import Desk  # noqa: PLC0415 - its libraries load when a command needs them

        self._ensure_whole()
        with closing(Desk(self.settings.desk)) as desk:
            yield desk

    def kept_desk(self) -> "Desk":
        """The desk that :meth:`serving` keeps open for the many requests of a service; opened with the first."""
        from api.desk.database import Desk  # noqa: PLC0415

        with self._kept_lock:
            if self._kept_desk is None:
                self._ensure_whole()
                self._kept_desk = Desk(self.settings.desk)
        return self._kept_desk

    def decisions(self) -> "Decisions":
        """What people decided of pairs of parties; nothing where there is no desk yet."""
        from graph.matching.decisions import NONE_DECIDED  # noqa: PLC0415

        if not self.settings.desk_address.exists:
            return NONE_DECIDED
        from api.desk.pairs import decisions  # noqa: PLC0415

        with self.desk() as desk:
            return decisions(desk)

    def explained(self) -> frozenset[tuple[str, str]]:
        """The findings that people explained, by id and the mark of what they rest on; none where there is no desk."""
        if not self.settings.desk_address.exists:
            return frozenset()
        from api.cases.judgements import explained  # noqa: PLC0415

        with self.desk() as desk:
            return explained(desk)

    def number(self) -> int:
        """The number of the published generation; NoGeneration where there is none."""
        try:
            return int(self._current.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            raise NoGeneration(f"nothing has been detected in {self.settings.home}: run `bidring detect`") from None

    def published_file(self) -> Path:
        """The file of the published generation; NoGeneration where there is none."""
        return self._file(self.number())

    @contextmanager
    def generation(self) -> Iterator[Generation]:
        """The published generation, closed at the end, or kept for a service's next request while it is published."""
        number = self.number()
        found = self._readers.take(self._file(number), number)
        usable = False
        try:
            yield found
            usable = True
        except UnknownId:
            usable = True
            raise
        finally:
            self._readers.give_back(found, usable=usable)

    @contextmanager
    def graphs(self) -> "Iterator[GraphEngine]":
        """The engine that keeps the graphs: for this time alone, or the one that :meth:`serving` keeps."""
        from graph.store import graph_engine  # noqa: PLC0415

        if self._kept is None:
            with closing(graph_engine(self.settings.graph, home=self._identity())) as engine:
                yield engine
            return
        with self._kept_lock:
            if not self._kept:
                self._kept.append(graph_engine(self.settings.graph, home=self._identity()))
        yield self._kept[0]

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Keep one engine and one desk, with their connections, for the many requests of a service; made with the
        first of them."""
        self._kept, self._readers.keeping = [], True
        try:
            yield
        finally:
            for engine in self._kept:
                engine.close()
            self._kept = None
            if self._kept_desk is not None:
                self._kept_desk.close()
                self._kept_desk = None
            self._readers.close()

    @contextmanager
    def graph(self, number: int) -> "Iterator[GraphStore]":
        """The graph of a generation, closed at the end."""
        with self._opened, self.graphs() as engine, closing(engine.open(number)) as store:
            yield store

    def detect(self, rules: "Rules", *, seed: int = 0, progress: "Progress | None" = None) -> dict[str, Any]:
        """Run a detection and publish it; readers move on to it with their next request."""
        from graph.detect import Stores, detect  # noqa: PLC0415

        with self.records() as records, self.writing(), self.graphs() as engine:
            known, number = self._known()
            with closing(engine.open(number, write=True)) as graph:
                writer = GenerationWriter(self._file(number))
                stores = Stores(records, graph, writer)
                facts = detect(
                    stores, rules, known, number=number, seed=seed, decisions=self.decisions(),
                    explained=self.explained(), progress=progress,
                )  # fmt: skip
                self._publish(number, engine)
        return facts

    def push(self, *, upsert: bool = False) -> "dict[str, Change]":
        """Make the graph of the published generation exactly what the records give; of generation 0 before any.

        Says what changed by kind. Raises :class:`UnusableCall` for a first load that the bulk path is meant for,
        unless ``upsert``.
        """
        from graph.build import graph_tables  # noqa: PLC0415
        from graph.market import Market  # noqa: PLC0415

        with self.records() as records, self.writing(), self.graphs() as engine:
            number = self.number_or_zero()
            nodes, edges = graph_tables(Market(records, self.decisions()))
            with closing(engine.open(number, write=True)) as graph:
                relationships = _rows(edges)
                if not upsert and engine.bulk and relationships > MOST_FIRST and not any(graph.counts().values()):
                    raise UnusableCall(
                        f"a first load of {relationships:,} relationships takes minutes by upserts and seconds by the "
                        "bulk path: run `bidring graph export DIR` and the command that it prints, then "
                        "`bidring graph push` again; or `bidring graph push --upsert`"
                    )
                changes = graph.build(nodes, edges, verify=True)
                engine.published(number)
        return changes

    def export_graph(self, folder: Path) -> "Exported":
        """Write the graph that the records give for the bulk path of a server; UnusableCall where that cannot be."""
        from graph.build import graph_tables  # noqa: PLC0415
        from graph.market import Market  # noqa: PLC0415
        from graph.store.neo4j_import import write_import  # noqa: PLC0415

        with self.records() as records:
            nodes, edges = graph_tables(Market(records, self.decisions()))
        command = write_import(folder, nodes, edges, home=self._identity())
        return Exported(command, _rows(nodes), _rows(edges))

    def number_or_zero(self) -> int:
        """The number of the published generation, 0 where there is none."""
        try:
            return self.number()
        except NoGeneration:
            return 0

    def _identity(self) -> str:
        """What tells this home's graph on a server from another's: made once, with the home."""
        file = self.settings.home / "id"
        if not file.exists():
            self.settings.home.mkdir(parents=True, exist_ok=True)
            file.write_text(uuid4().hex, "utf-8")
        return file.read_text("utf-8")

    def _known(self) -> "tuple[list[Known], int]":
        """The cases of the published generation, and the number of the next."""
        from graph.cases.identity import Known  # noqa: PLC0415

        try:
            with self.generation() as before:
                rows = before.table("cases").to_pyarrow()
                number = before.number + 1
        except NoGeneration:
            return [], 1
        return [
            Known(
                row["id"],
                tuple(row["core"]),
                row["opened"],
                tuple(row["merged"]),
                row["split_from"],
                row.get("restricted") or False,
            )
            for row in rows.to_pylist()
        ], number

    def _publish(self, number: int, engine: "GraphEngine") -> None:
        """Make a generation the one that is read, in one step, and drop those that nobody reads any more."""
        new = self._current.with_name("current.new")
        new.write_text(str(number), "utf-8")
        os.replace(new, self._current)
        engine.published(number)
        for old in self._generations.glob("*"):
            stem = old.name.partition(".")[0]
            if stem.isdigit() and not number - KEPT < int(stem) <= number:
                old.unlink(missing_ok=True)

    def _file(self, number: int) -> Path:
        return self._generations / f"{number:06}.duckdb"


def _rows(tables: "Mapping[Any, Table]") -> int:
    return sum(table.num_rows for table in tables.values())
