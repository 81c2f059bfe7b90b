"""What the suites share: the folder of real records, and one detected demo country for a whole run."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from api.demo import generate, sources
from api.demo.planted import Planted
from api.settings import read_settings
from api.workspace import Workspace
from graph.rules import Rules
from ingest.load import LoadOptions, load
from ingest.mapping import read_mapping
from tests.servers.neo4j_server import Neo4jServer, ServerMissing, running
from tests.servers.postgres_server import PostgresServer
from tests.servers.postgres_server import running as postgres_running

REAL_DATA = "TEST_RECORDS"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of third-party records, which are no part of the project; a loud skip where it is missing."""
    folder = Path(os.environ.get(REAL_DATA) or Path(__file__).parents[2] / "shared" / "data")
    if not (folder / "ocds").is_dir():
        pytest.skip(f"no real records at {folder}: set {REAL_DATA} to their folder")
    return folder


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Neo4jServer]:
    """A Neo4j server with Graph Data Science of this worker's own; a test that wants it empty empties it."""
    try:
        with running() as server:
            yield server
    except ServerMissing as missing:
        pytest.skip(f"no Neo4j server can be started: {missing}")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this worker's own; a test that wants it empty makes a database."""
    try:
        with postgres_running() as server:
            yield server
    except ServerMissing as missing:
        pytest.skip(f"no PostgreSQL server can be started: {missing}")


on_both_desks = pytest.mark.parametrize("desk_url", ["sqlite", "postgresql"], indirect=True)
"""Has a test whose fixtures use :func:`desk_url` run on both engines of the desk."""


@pytest.fixture
def desk_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty desk: a SQLite file, or a database of the server where :data:`on_both_desks` asks for it."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield f"sqlite:///{tmp_path / 'desk.sqlite'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.new_database()
    yield server.url(name)
    server.drop_database(name)


@dataclass(frozen=True, slots=True)
class Demo:
    """A generated country, loaded and detected: its home folder and what was planted in it."""

    home: Path
    planted: Planted

    @property
    def workspace(self) -> Workspace:
        return Workspace(read_settings({}, str(self.home)))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Demo:
    """A country of 1,500 tenders, made once for all workers. Tests only read it."""
    base = tmp_path_factory.getbasetemp()
    home = (base if worker_id == "master" else base.parent) / "demo-country"
    done = home.with_name("demo-country.json")
    with FileLock(home.with_name("demo-country.lock")):
        if not done.exists():
            done.write_text(json.dumps(_settle(home).as_document()), "utf-8")
    return Demo(home, Planted.from_document(json.loads(done.read_text("utf-8"))))


def _settle(home: Path) -> Planted:
    planted = generate(home / "demo", tenders=1500, seed=3)
    workspace = Workspace(read_settings({}, str(home)))
    with workspace.writing(), workspace.records(write=True) as store:
        for paths, mapping in sources(home / "demo"):
            options = LoadOptions(mapping=read_mapping(str(mapping)) if mapping else None, strict=True)
            load(store, [str(path) for path in paths], options)
    workspace.detect(Rules())
    return planted
