"""The bulk path of a first load: what is written for it, and what a server makes of that."""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from neo4j_country import Tables, country, hashes, held

from graph.errors import GraphStoreError, GraphStoreUnusable
from graph.model import EDGES, KINDS, NODES, EdgeKind, NodeKind, edge_columns
from graph.store.address import ServerAddress
from graph.store.content import with_digests
from graph.store.neo4j_import import SCRIPT, write_import
from graph.store.neo4j_store import Neo4jGraphs
from tests.servers.neo4j_server import Neo4jServer, running

HOME = "a home, with \"words\" and 'quotes'"
MORE_HOSTILE = (
    "\r",
    "\ttab first",
    "  spaces around  ",
    "\ufeffmark",
    "a\u2028b",
    "'\"'",
    '","',
    '\\"',
    "null",
    "\u0085",
)
"""Beside those of the country: what readers of CSV cut off or take for an end of line."""


@pytest.fixture(scope="module")
def tables() -> Tables:
    """The country, with contacts of still more hostile names; nobody holds an office or is of kin."""
    nodes, edges = country()
    names = [{"id": f"c-{place}", "kind": "email", "name": text} for place, text in enumerate(MORE_HOSTILE, 1)]
    contacts = pa.Table.from_pylist([*names, {"id": "c-99", "kind": "", "name": None}], nodes[NodeKind.CONTACT].schema)
    nodes = {**nodes, NodeKind.CONTACT: pa.concat_tables([nodes[NodeKind.CONTACT], contacts])}
    return nodes, {**edges, EdgeKind.OFFICE: edges[EdgeKind.OFFICE].slice(0, 0)}


@pytest.fixture(scope="module")
def folder(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that was written; its name has a space."""
    written = tmp_path_factory.mktemp("import") / "the graph"
    write_import(written, *tables, home=HOME)
    return written


@dataclass(frozen=True, slots=True)
class Imported:
    """A server that the shipped script put the graph into, and what it said of it before and in the first push."""

    server: Neo4jServer
    marker: list[dict[str, Any]]
    refusals: list[str]
    changes: dict[str, tuple[int, int]]


@pytest.fixture(scope="module")
def imported(folder: Path, tables: Tables) -> Iterator[Imported]:
    with running() as server:
        server.run("CREATE (:Organisation:Entity {id: 'o-before'})")
        server.stop()
        admin = folder.with_name("admin.sh")
        command = [*server._java(server._jars.server), "org.neo4j.cli.AdminTool"]
        places = {"NEO4J_HOME": str(server.home), "NEO4J_CONF": str(server.home / "conf")}
        admin.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', "utf-8")
        admin.chmod(0o755)
        environment = {"PATH": os.environ["PATH"], "NEO4J_ADMIN": str(admin), **places}
        done = subprocess.run(
            [folder / SCRIPT], cwd=folder.parent, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        server.start()
        marker = server.run(
            "MATCH (x:Bidring) RETURN x.id AS id, x.home AS home, x.oldest AS oldest, x.newest AS newest"
        )
        refusals = []
        with closing(engine(server)) as graphs:
            for generation in (0, 5):
                with pytest.raises(GraphStoreError) as told:
                    graphs.open(generation)
                refusals.append(str(told.value))
            with closing(graphs.open(5, write=True)) as store:
                changes = store.build(*tables)
            graphs.published(5)
        yield Imported(server, marker, refusals, {kind: (one.written, one.dropped) for kind, one in changes.items()})


def engine(server: Neo4jServer, home: str = HOME) -> Neo4jGraphs:
    return Neo4jGraphs(ServerAddress.parse(server.url), home=home)


def headers(folder: Path, kind: NodeKind | EdgeKind) -> list[str]:
    return (folder / f"{kind}-header.csv").read_text("utf-8").rstrip("\n").split(",")


def test_what_was_imported_cannot_be_read_before_it_is_pushed(imported: Imported) -> None:
    assert imported.marker == [{"id": "graph", "home": HOME, "oldest": 0, "newest": 0}]
    lacks, not_whole = imported.refusals
    assert re.search("lacks an index or a constraint on .*: run `bidring graph push`$", lacks)
    assert re.search("generation 5 is not whole at .*: run `bidring graph push`$", not_whole)


def test_after_the_push_it_is_read_by_its_home_alone(imported: Imported) -> None:
    with closing(engine(imported.server)) as graphs, closing(engine(imported.server, "other")) as others:
        graphs.open(5).close()
        with pytest.raises(GraphStoreError, match="another home's"):
            others.open(5)


def test_the_first_push_finds_nothing_to_write_or_drop(imported: Imported) -> None:
    assert imported.changes == {str(kind): (0, 0) for kind in KINDS}


def test_a_push_that_verifies_finds_nothing_to_write_or_drop(imported: Imported, tables: Tables) -> None:
    with closing(engine(imported.server)) as graphs, closing(graphs.open(5, write=True)) as store:
        changes = store.build(*tables, verify=True)
    assert {(one.written, one.dropped) for one in changes.values()} == {(0, 0)}


def test_every_value_is_imported_as_it_was_and_nothing_else_is_left(imported: Imported, tables: Tables) -> None:
    with closing(engine(imported.server)) as graphs, closing(graphs.open(5)) as store:
        assert held(store) == hashes(tables)
        names = store.table(NodeKind.CONTACT)["name"].to_pylist()
    assert sorted(filter(None, names)) == sorted(["1", *MORE_HOSTILE])
    nothing = imported.server.run("MATCH (x:Contact {id: 'c-99'}) RETURN x.kind AS kind, x.name IS NULL AS unnamed")
    assert nothing == [{"kind": "", "unnamed": True}], "an empty text and no text are two things"
    assert imported.server.run("MATCH (x:Entity {id: 'o-before'}) RETURN count(x) AS n") == [{"n": 0}]


def test_the_servers_report_stays_in_the_folder(imported: Imported, folder: Path) -> None:
    assert imported.server.running
    assert not (Path(__file__).parents[2] / "import.report").exists()
    assert not (folder.parent / "import.report").exists()


def test_the_command_names_every_file_and_no_other(folder: Path, tables: Tables, tmp_path: Path) -> None:
    command = write_import(tmp_path / "again", *tables, home=HOME)
    assert command[:5] == ["neo4j-admin", "database", "import", "full", "neo4j"]
    files = [
        word.rpartition("=")[2].split(",") for word in command if word.startswith(("--nodes=", "--relationships="))
    ]
    named = {name for names in files for name in names}
    assert len(named) == 2 * len(KINDS) + 2
    assert named | {SCRIPT} == {file.name for file in (tmp_path / "again").iterdir()}
    assert {file.name for file in folder.iterdir()} - {"import.report"} == named | {SCRIPT}
    assert [word for word in command if word.startswith("--nodes=")] == [
        *(f"--nodes={kind}:Entity={kind}-header.csv,{kind}.csv" for kind in NODES),
        "--nodes=Bidring=Bidring-header.csv,Bidring.csv",
    ]
    script = (folder / SCRIPT).read_text("utf-8")
    assert shlex.split(script.partition('neo4j-admin}"')[2].replace("\\\n", "")) == command[1:]


def test_columns_without_a_value_are_left_out(folder: Path, tables: Tables) -> None:
    nodes, edges = tables
    for node, columns in NODES.items():
        said = [name for name in columns if nodes[node][name].null_count < nodes[node].num_rows]
        assert [one.partition(":")[0] for one in headers(folder, node)] == [*said, "digest"]
    assert {"dissolved", "problem"} <= set(NODES[NodeKind.ORGANISATION])
    assert not {"dissolved:date", "problem:string"} & set(headers(folder, NodeKind.ORGANISATION))
    assert headers(folder, EdgeKind.OWNS) == [
        ":START_ID", ":END_ID", "mark:string", "share_min:double", "share_max:double", "digest:string",
    ]  # fmt: skip
    assert "valid:boolean" in headers(folder, EdgeKind.BID)
    assert "amount_minor:long" in headers(folder, EdgeKind.BID)
    assert "since:date" in headers(folder, EdgeKind.BID)
    assert all(edges[kind].num_rows for kind in EDGES if kind is not EdgeKind.OFFICE)


def test_kinds_without_a_row_have_a_header_and_an_empty_file(folder: Path, tmp_path: Path) -> None:
    assert headers(folder, EdgeKind.OFFICE) == [":START_ID", ":END_ID"]
    assert (folder / "OFFICE.csv").read_bytes() == b""
    write_import(tmp_path / "nothing", {}, {}, home=HOME)
    assert {(tmp_path / "nothing" / f"{kind}.csv").read_bytes() for kind in KINDS} == {b""}
    assert (tmp_path / "nothing" / "Bidring.csv").read_bytes() != b""


@pytest.mark.parametrize(
    ("text", "wanted"), [("a\nb", True), ("a\rb", True), ("a b", False), ('"', False), ("", False)]
)
def test_texts_of_several_lines_are_asked_for_where_there_are_any(tmp_path: Path, text: str, wanted: bool) -> None:
    schema = pa.schema(list(edge_columns(EdgeKind.KIN).items()))
    edges = {EdgeKind.KIN: pa.Table.from_pylist([{"source": "p-1", "target": "p-2", "mark": text}], schema)}
    assert ("--multiline-fields=true" in write_import(tmp_path / "edges", {}, edges, home=HOME)) is wanted
    persons = pa.Table.from_pylist([{"id": "p-1", "name": text}], pa.schema(list(NODES[NodeKind.PERSON].items())))
    command = write_import(tmp_path / "nodes", {NodeKind.PERSON: persons}, {}, home=HOME)
    assert ("--multiline-fields=true" in command) is wanted


def test_a_folder_that_holds_anything_is_refused(tables: Tables, tmp_path: Path) -> None:
    (tmp_path / ".hidden").write_text("mine", "utf-8")
    with pytest.raises(GraphStoreUnusable, match="is not empty"):
        write_import(tmp_path, *tables, home=HOME)
    assert [file.name for file in tmp_path.iterdir()] == [".hidden"]


def test_rows_carry_the_digest_that_a_push_would_give_them(folder: Path, tables: Tables) -> None:
    nodes, _edges = tables
    wanted = with_digests(nodes[NodeKind.TENDER])["digest"].to_pylist()
    lines = (folder / "Tender.csv").read_text("utf-8").splitlines()
    assert [line.rpartition(",")[2].strip('"') for line in lines] == wanted
