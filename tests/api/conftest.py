"""The service over the demo country, and the command line run in this process."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access.policy import Role
from api.app import create_app
from api.cli import run
from api.routes.often import Often
from api.settings import read_settings
from api.workspace import Workspace
from tests.conftest import Demo
from tests.people import signed_in, with_own_desk

BIDS = """tender,bidder,amount,winner,date
T1,A,100,1,2024-01-02
T1,B,110,0,2024-01-02
T2,A,210,0,2024-02-02
T2,B,200,1,2024-02-02
"""
_MAP = "format: bids\ncolumns: {tender: tender, bidder: bidder, amount: amount, winner: winner, date: date}\n"


@pytest.fixture(scope="session")
def workspace(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The demo country with a desk of this worker's own."""
    return with_own_desk(demo.home, tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="session")
def client(workspace: Workspace) -> Iterator[TestClient]:
    """The service over the demo country, asked by a monitor."""
    app = create_app(workspace, often=Often(open=100_000))
    headers = signed_in(workspace, Role.MONITOR)
    with TestClient(app, base_url="http://127.0.0.1", headers=headers) as found:
        yield found


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    return Workspace(read_settings({}, str(tmp_path / "home")))


def load_bids(folder: Path) -> list[object]:
    """The arguments that load two small tenders, or what stands in their file, into the home in a folder."""
    table, mapping = folder / "bids.csv", folder / "bids.yaml"
    if not table.exists():
        table.write_text(BIDS, "utf-8")
    mapping.write_text(_MAP, "utf-8")
    return ["--home", folder / "home", "load", table, "--map", mapping]


@pytest.fixture
def bids(tmp_path: Path) -> list[object]:
    """The arguments that load two small tenders into a home."""
    return load_bids(tmp_path)


@dataclass(frozen=True, slots=True)
class Called:
    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


Bidring = Callable[..., Called]


@pytest.fixture
def bidring(capsys: pytest.CaptureFixture[str]) -> Bidring:
    """Runs a command of the command line; gives its exit status and what it wrote."""

    def called(*arguments: object) -> Called:
        capsys.readouterr()
        status = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Called(status, out, err)

    return called
