"""The home: one writer, generations that are published whole or not at all."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from shutil import copytree

import pytest

from api.errors import HomeBusy, UnusableCall
from api.settings import read_settings
from api.workspace import Workspace
from graph.answers import Answers
from graph.errors import NoGeneration
from graph.rules import Rules
from tests.conftest import Demo

DETECT = """
import sys
from api.settings import read_settings
from api.workspace import Workspace
from graph.rules import Rules
def show(step):
    print(step, flush=True)
    if step == sys.argv[2]:
        sys.stdin.read()
Workspace(read_settings({}, sys.argv[1])).detect(Rules(), progress=show)
"""


@pytest.fixture
def home(demo: Demo, tmp_path: Path) -> Workspace:
    """A copy of the demo's home that a test may change."""
    copytree(demo.home, tmp_path / "home")
    return Workspace(read_settings({}, str(tmp_path / "home")))


def _cases(workspace: Workspace) -> list[dict[str, object]]:
    with workspace.generation() as generation:
        return Answers(generation).cases()


@pytest.mark.parametrize("step", ["graph", "rings", "cases"])
def test_a_killed_detection_leaves_the_last_answer_standing(home: Workspace, step: str) -> None:
    before = _cases(home)
    command = [sys.executable, "-W", "ignore", "-c", DETECT, str(home.settings.home), step]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while process.stdout.readline().strip() not in (step, ""):
            continue
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert home.number() == 1
    assert _cases(home) == before
    home.detect(Rules())
    assert home.number() == 2
    assert [one["id"] for one in _cases(home)] == [one["id"] for one in before]


def test_a_reader_keeps_its_generation_while_a_new_one_is_published(home: Workspace) -> None:
    with home.generation() as generation:
        reading = Answers(generation)
        first = reading.cases(limit=1)
        home.detect(Rules())
        assert reading.cases(limit=1) == first
        assert generation.number == 1
    assert home.number() == 2


def test_writing_is_for_one_at_a_time(home: Workspace) -> None:
    with home.writing(), pytest.raises(HomeBusy), Workspace(home.settings).writing():
        pass
    with Workspace(home.settings).writing():
        pass


def test_an_empty_home_has_no_generation(empty: Workspace) -> None:
    with pytest.raises(NoGeneration):
        empty.number()


def test_settings_come_from_the_environment_and_the_command_line_goes_first(tmp_path: Path) -> None:
    assert read_settings({"BIDRING_HOME": str(tmp_path / "a")}).home == tmp_path / "a"
    assert read_settings({"BIDRING_HOME": str(tmp_path / "a")}, str(tmp_path / "b")).home == tmp_path / "b"
    assert read_settings({"BIDRING_RECORDS": "duckdb:////x/y.duckdb"}).records == "duckdb:////x/y.duckdb"


@pytest.mark.parametrize(
    ("name", "value"), [("BIDRING_COLOUR", "red"), ("BIDRING_RECORDS", "mysql:///x"), ("BIDRING_GRAPH", "graph.db")]
)
def test_an_unknown_setting_or_engine_is_named(name: str, value: str) -> None:
    with pytest.raises(UnusableCall, match=name):
        read_settings({name: value})


def test_a_detection_takes_no_longer_than_it_says(home: Workspace) -> None:
    started = time.monotonic()
    facts = home.detect(Rules())
    assert 0 < sum(facts["seconds"].values()) <= time.monotonic() - started
