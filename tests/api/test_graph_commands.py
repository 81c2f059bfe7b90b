"""``graph push``, ``graph export``, ``graph check`` and ``doctor``: in a file and on a real server."""

import os
import shlex
import socket
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

import pyarrow as pa
import pytest

from api.cli import run
from api.settings import read_settings
from api.workspace import Workspace
from graph.model import EDGES, KINDS, NODES, NodeKind
from tests.api.conftest import BIDS, Bidring, load_bids
from tests.conftest import Demo
from tests.servers.neo4j_server import Neo4jServer

COUNTS = {"Organisation": 2, "Tender": 2, "BID": 4, "SUPPLIES": 2}
"""What the two small tenders give; nothing of any other kind."""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home that the two small tenders were loaded into, and the arguments' files beside it."""
    folder = tmp_path_factory.mktemp("loaded")
    assert run([str(one) for one in load_bids(folder)]) == 0
    return folder


@pytest.fixture
def home(loaded: Path, tmp_path: Path) -> Path:
    """A home with the two small tenders, before any detection; its files lie beside it."""
    return copytree(loaded, tmp_path, dirs_exist_ok=True) / "home"


@pytest.fixture
def server(neo4j_server: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> Neo4jServer:
    """An empty server that keeps the graphs."""
    neo4j_server.run("MATCH (n) DETACH DELETE n")
    monkeypatch.setenv("BIDRING_GRAPH", neo4j_server.url)
    return neo4j_server


def counted(document: dict[str, Any], name: str) -> dict[str, int]:
    """A number of every kind, where it is not 0."""
    return {one["kind"]: one[name] for one in document.get("changes") or document["counts"] if one[name]}


def differing(bidring: Bidring, home: Path) -> set[str]:
    """The kinds whose contents differ between graph and records, as ``graph check`` says."""
    called = bidring("--home", home, "graph", "check", "--json")
    kinds = {one["kind"] for one in called.document["counts"] if not one["equal"]}
    assert called.document["equal"] is (not kinds)
    assert called.status == (1 if kinds else 0)
    assert called.err.count("\n") == called.status
    return kinds


def rename_a_firm(home: Path) -> None:
    """Alter the graph in the home's file behind its records: as many of each kind, another content."""
    workspace = Workspace(read_settings({}, str(home)))
    with workspace.graphs() as engine, closing(engine.open(workspace.number_or_zero(), write=True)) as store:
        nodes, edges = {kind: store.table(kind) for kind in NODES}, {kind: store.table(kind) for kind in EDGES}
        rows = nodes[NodeKind.ORGANISATION].to_pylist()
        rows[0]["name"] = "Another"
        nodes[NodeKind.ORGANISATION] = pa.Table.from_pylist(rows, nodes[NodeKind.ORGANISATION].schema)
        store.build(nodes, edges)


def test_a_check_compares_the_graph_of_a_detection_with_the_records(
    bidring: Bidring, home: Path, tmp_path: Path
) -> None:
    assert bidring("--home", home, "detect").status == 0
    answer = bidring("--home", home, "graph", "check", "--json").document
    assert answer["equal"]
    assert counted(answer, "graph") == counted(answer, "records") == COUNTS
    assert all(one["graph_hash"] == one["records_hash"] for one in answer["counts"])
    (tmp_path / "bids.csv").write_text(BIDS + "T3,A,300,1,2024-03-02\n", "utf-8")
    assert bidring(*load_bids(tmp_path)).status == 0
    assert differing(bidring, home) == {"Tender", "BID", "SUPPLIES"}
    assert "bidring detect" in bidring("--home", home, "graph", "check").err


def test_a_graph_in_a_file_that_was_altered_is_named_and_put_right(bidring: Bidring, home: Path) -> None:
    assert bidring("--home", home, "graph", "push").status == 0
    rename_a_firm(home)
    assert differing(bidring, home) == {"Organisation"}
    shown = bidring("--home", home, "graph", "check")
    said = {line.split()[0]: line.split()[1:] for line in shown.out.splitlines()[1:]}
    assert said == {kind: [f"{COUNTS.get(kind, 0)}"] * 2 + ["equal"] for kind in KINDS} | {
        "Organisation": ["2", "2", "differ"]
    }
    assert (shown.status, shown.err.count("\n")) == (1, 1)
    assert "bidring graph push" in shown.err
    assert bidring("--home", home, "graph", "push").status == 0
    assert differing(bidring, home) == set()


def test_a_push_into_a_file_says_what_it_wrote(bidring: Bidring, home: Path) -> None:
    first = bidring("--home", home, "graph", "push", "--json")
    assert (first.status, first.err) == (0, "")
    assert counted(first.document, "written") == COUNTS
    assert [one["kind"] for one in first.document["changes"]] == [*KINDS]
    assert bidring("--home", home, "detect").status == 0
    again = bidring("--home", home, "graph", "push")
    assert again.status == 0
    assert "the graph is what the records give" in again.out


def test_a_push_to_a_server_writes_what_differs(
    bidring: Bidring, home: Path, server: Neo4jServer, tmp_path: Path
) -> None:
    first = bidring("--home", home, "graph", "push", "--json")
    assert (first.status, first.err) == (0, "")
    assert counted(first.document, "written") == COUNTS
    assert counted(first.document, "dropped") == {}
    again = bidring("--home", home, "graph", "push")
    assert "0 written · 0 dropped: the graph is what the records give." in again.out
    (tmp_path / "bids.csv").write_text(BIDS + "T3,A,300,1,2024-03-02\n", "utf-8")
    assert bidring(*load_bids(tmp_path)).status == 0
    with Workspace(read_settings({}, str(home))).records(write=True) as records:
        assert records.delete("bids", "key", ["bids:T1#B/110"]) == 1
    changed = bidring("--home", home, "graph", "push", "--json").document
    assert counted(changed, "written") == {"Tender": 1, "BID": 1, "SUPPLIES": 1}
    assert counted(changed, "dropped") == {"BID": 1}
    bids = server.run("MATCH ()-[x:BID]->(t) RETURN t.own_id AS tender, count(x) AS n ORDER BY tender")
    assert [(row["tender"], row["n"]) for row in bids] == [("T1", 1), ("T2", 2), ("T3", 1)]
    assert differing(bidring, home) == set()


def test_a_graph_on_a_server_that_was_altered_is_named_and_put_right(
    bidring: Bidring, home: Path, server: Neo4jServer
) -> None:
    assert bidring("--home", home, "graph", "push").status == 0
    server.run("MATCH (x:Organisation) WITH x ORDER BY x.id LIMIT 1 SET x.name = 'Another'")
    server.run("MATCH ()-[x:SUPPLIES]->() WITH x LIMIT 1 DELETE x")
    assert differing(bidring, home) == {"Organisation", "SUPPLIES"}
    assert bidring("--home", home, "graph", "push").status == 0
    assert differing(bidring, home) == set()


@pytest.mark.parametrize("json", [False, True])
def test_an_export_writes_the_files_and_prints_the_exact_command(
    bidring: Bidring, home: Path, tmp_path: Path, json: bool
) -> None:
    folder = tmp_path / "new" / "import"
    called = bidring("--home", home, "graph", "export", folder, *(["--json"] if json else []))
    assert (called.status, called.err) == (0, "")
    names = [*map(str, KINDS), "Bidring"]
    files = {f"{name}{rest}" for name in names for rest in (".csv", "-header.csv")}
    assert {file.name for file in folder.iterdir()} == files | {"import.sh"}
    assert os.access(folder / "import.sh", os.X_OK)
    assert (folder / "BID.csv").read_text("utf-8").count("\n") == 4
    if json:
        command = called.document.pop("command")
        assert called.document | {"command": command} == {
            "folder": str(folder), "nodes": 4, "relationships": 6, "command": command,
        }  # fmt: skip
    else:
        assert f"4 nodes and 6 relationships in {folder}" in called.out
        assert str(folder / "import.sh") in called.out
        (line,) = [line for line in called.out.splitlines() if line.startswith("    ")]
        command = shlex.split(line)
    assert command[:5] == ["neo4j-admin", "database", "import", "full", "neo4j"]
    kinds = [word for word in command if word.startswith(("--nodes=", "--relationships="))]
    assert len(kinds) == len(names)
    assert "--relationships=BID=BID-header.csv,BID.csv" in kinds


def test_an_export_into_a_folder_in_use_writes_nothing(bidring: Bidring, home: Path, tmp_path: Path) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "mine.txt").write_text("mine", "utf-8")
    for place in ("used", "used/mine.txt"):
        called = bidring("--home", home, "graph", "export", tmp_path / place)
        assert (called.status, called.out) == (2, "")
        assert called.err.count("\n") == 1
        assert str(tmp_path / place) in called.err
    assert [file.name for file in (tmp_path / "used").iterdir()] == ["mine.txt"]


def test_a_large_first_load_of_a_server_is_sent_to_the_bulk_path_unless_upserts_are_asked_for(
    bidring: Bidring, home: Path, server: Neo4jServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.workspace.MOST_FIRST", 5)
    called = bidring("--home", home, "graph", "push")
    assert (called.status, called.out) == (2, "")
    assert called.err.count("\n") == 1
    for words in ("6 relationships", "`bidring graph export DIR`", "`bidring graph push --upsert`"):
        assert words in called.err
    assert server.run("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]
    assert bidring("--home", home, "graph", "push", "--upsert").status == 0
    assert server.run("MATCH ()-[x]->() RETURN count(x) AS n") == [{"n": 6}]
    assert bidring("--home", home, "graph", "push").status == 0, "it is no first load any more"


def test_a_first_load_of_a_file_is_never_too_large(
    bidring: Bidring, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.workspace.MOST_FIRST", 0)
    assert bidring("--home", home, "graph", "push").status == 0


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Refusal:
    """A configured URL, the exit status that it comes to, and what is said of it; ports of a server and of none."""

    url: str
    status: int
    says: str
    commands: tuple[str, ...] = ("graph push", "graph check", "detect")


REFUSALS = {
    "wrong password": Refusal(
        "neo4j://neo4j:s3same0pen@127.0.0.1:{open}",
        2,
        "does not take the user 'neo4j' with this password",
        ("detect",),  # a third attempt would lock the server for a while
    ),
    "unknown scheme": Refusal(
        "postgres://neo4j:s3same0pen@127.0.0.1:{open}", 2, "BIDRING_GRAPH='postgres://127.0.0.1:{open}' is not"
    ),
    "no scheme": Refusal("neo4j:s3same0pen@127.0.0.1:{open}", 2, "BIDRING_GRAPH="),
    "a database named": Refusal("neo4j://neo4j:s3same0pen@127.0.0.1:{open}/other", 2, "says more than neo4j://USER"),
    "not encrypted": Refusal("neo4j+ssc://neo4j:s3same0pen@127.0.0.1:{open}", 2, "does not encrypt"),
    "nothing listens": Refusal(
        "neo4j://neo4j:s3same0pen@127.0.0.1:{closed}", 1, "no Neo4j answers at neo4j://127.0.0.1:{closed}"
    ),
    "nothing listens, no routing": Refusal(
        "bolt://neo4j:s3same0pen@127.0.0.1:{closed}", 1, "no Neo4j answers at bolt://127.0.0.1:{closed}"
    ),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_a_server_that_cannot_be_used_is_one_plain_line_without_the_password(
    bidring: Bidring, home: Path, server: Neo4jServer, monkeypatch: pytest.MonkeyPatch, refusal: Refusal
) -> None:
    ports = {"open": server.port, "closed": closed_port()}
    monkeypatch.setenv("BIDRING_GRAPH", refusal.url.format(**ports))
    for command in refusal.commands:
        called = bidring("--home", home, *command.split())
        assert (called.status, called.out) == (refusal.status, ""), command
        assert called.err.startswith("bidring: ")
        assert called.err.count("\n") == 1
        assert refusal.says.format(**ports) in called.err
        assert "s3same0pen" not in called.err
    assert not (home / "current").exists()
    with server.driver() as driver:
        driver.verify_connectivity()  # the server forgets wrong passwords with the next right one


def test_doctor_names_the_server_and_its_versions_and_no_password(
    bidring: Bidring, home: Path, server: Neo4jServer
) -> None:
    assert bidring("--home", home, "detect").status == 0
    called = bidring("--home", home, "doctor", "--json")
    found = called.document
    assert called.status == 0
    assert found["problems"] == []
    assert found["graph"] == f"neo4j://127.0.0.1:{server.port}"
    assert found["engine"]["neo4j"].startswith("5.26")
    assert found["engine"]["graph-data-science"].startswith("2.13")
    assert found["generation"] == 1
    shown = bidring("--home", home, "doctor")
    assert found["engine"]["graph-data-science"] in shown.out
    for one in (called, shown):
        assert server.password not in one.out + one.err


def test_doctor_names_a_server_that_does_not_answer_as_a_problem(
    bidring: Bidring, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = closed_port()
    monkeypatch.setenv("BIDRING_GRAPH", f"neo4j://neo4j:s3same0pen@127.0.0.1:{port}")
    called = bidring("--home", home, "doctor", "--json")
    (problem,) = called.document["problems"]
    assert (called.status, called.document["engine"]) == (0, {})
    assert problem.startswith(f"no Neo4j answers at neo4j://127.0.0.1:{port}")
    assert "s3same0pen" not in called.out + called.err


def test_another_homes_graph_is_refused_until_a_push_takes_the_server_over(
    bidring: Bidring, home: Path, demo: Demo, server: Neo4jServer, tmp_path: Path
) -> None:
    other = copytree(demo.home, tmp_path / "other")
    assert bidring("--home", home, "graph", "push").status == 0
    case = bidring("--home", other, "cases", "--json").document[0]["id"]
    page = tmp_path / "case.html"
    refused = bidring("--home", other, "case", case, "--html", page)
    assert (refused.status, refused.out) == (1, "")
    assert refused.err.count("\n") == 1
    assert "another home's: `bidring graph push` replaces it" in refused.err
    assert not page.exists()
    assert bidring("--home", other, "graph", "push").status == 0
    assert bidring("--home", other, "case", case, "--html", page).status == 0
    assert page.read_text("utf-8").lower().startswith("<!doctype html")
    assert bidring("--home", home, "graph", "check").status == 1
    assert server.run("MATCH (x:Bidring {id: 'graph'}) RETURN x.oldest AS n") == [{"n": 1}]
    assert bidring("--home", other, "graph", "check", "--json").document["equal"]
