"""The bundle and the script that checks it."""

import hashlib
import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from graph.model import Subgraph
from viz.bundle import case_bundle

Document = dict[str, Any]


def unpacked(bundle: bytes, folder: Path) -> Path:
    ZipFile(BytesIO(bundle)).extractall(folder)
    return folder


def verify(folder: Path) -> tuple[int, list[str]]:
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py")], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


@pytest.fixture
def folder(case: Document, picture: Subgraph, tmp_path: Path) -> Path:
    return unpacked(case_bundle(case, picture), tmp_path)


def test_a_bundle_holds_every_form_and_every_record(folder: Path) -> None:
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {name for name in names if not name.startswith("sources/")} == {
        "case.json", "graph.json", "page.html", "findings.csv", "graph.graphml", "report.pdf", "verify.py",
        "manifest.json",
    }  # fmt: skip
    assert len([name for name in names if name.startswith("sources/")]) == 3


def test_the_same_case_gives_the_same_bytes(case: Document, picture: Subgraph) -> None:
    assert case_bundle(case, picture) == case_bundle(case, picture)


def test_a_whole_bundle_verifies(folder: Path) -> None:
    assert verify(folder) == (0, [])
    assert verify(folder) == (0, []), "running it must not add a file"


def test_a_changed_file_is_found(folder: Path) -> None:
    with (folder / "findings.csv").open("ab") as handle:
        handle.write(b"x")
    assert verify(folder) == (1, ["findings.csv: changed"])


def test_a_missing_file_is_found(folder: Path) -> None:
    (folder / "page.html").unlink()
    assert verify(folder) == (1, ["page.html: missing"])


def test_an_added_file_is_found(folder: Path) -> None:
    (folder / "sources" / "more.txt").write_text("x")
    assert verify(folder) == (1, ["sources/more.txt: added"])


def test_every_problem_has_a_line(folder: Path) -> None:
    (folder / "page.html").unlink()
    (folder / "more.txt").write_text("x")
    assert verify(folder) == (1, ["more.txt: added", "page.html: missing"])


def test_a_manifest_that_is_gone_or_broken_is_a_problem(folder: Path) -> None:
    (folder / "manifest.json").write_text("[]")
    assert verify(folder) == (1, ["manifest.json: cannot be read (TypeError)"])
    (folder / "manifest.json").unlink()
    assert verify(folder)[0] == 1


def test_a_record_is_checked_against_the_hash_of_its_loading(case: Document, picture: Subgraph, tmp_path: Path) -> None:
    case["evidence"] = [{**case["evidence"][0], "record": '{"interest": "1%"}'}, *case["evidence"][1:]]
    code, lines = verify(unpacked(case_bundle(case, picture), tmp_path))
    assert (code, lines) == (1, [f"sources/{case['evidence'][0]['id']}.json: not the record that was loaded"])


def test_records_are_as_they_came(case: Document, folder: Path) -> None:
    for one in case["evidence"]:
        raw = (folder / "sources" / f"{one['id']}.json").read_bytes()
        assert hashlib.sha256(raw).hexdigest() == one["hash"]


def test_a_record_that_was_no_utf8_is_named_and_not_checked(case: Document, picture: Subgraph, tmp_path: Path) -> None:
    raw = b"\xff\xfe row"
    lost = {**case["evidence"][0], "record": raw.decode("utf-8", "replace"), "hash": hashlib.sha256(raw).hexdigest()}
    case["evidence"] = [lost, *case["evidence"][1:]]
    folder = unpacked(case_bundle(case, picture), tmp_path)
    assert verify(folder) == (0, [])
    assert json.loads((folder / "manifest.json").read_text())["records_not_checkable"] == [f"sources/{lost['id']}.txt"]


def test_a_record_with_withheld_numbers_is_named_and_not_checked(
    case: Document, picture: Subgraph, tmp_path: Path
) -> None:
    hidden = {**case["evidence"][0], "record": "[number withheld]", "withheld": True}
    case["evidence"] = [hidden, *case["evidence"][1:]]
    folder = unpacked(case_bundle(case, picture), tmp_path)
    assert verify(folder) == (0, [])
    assert json.loads((folder / "manifest.json").read_text())["records_not_checkable"] == [
        f"sources/{hidden['id']}.json"
    ]


def test_no_record_leaves_its_folder(case: Document, picture: Subgraph) -> None:
    case["evidence"] = [{**one, "id": f"../../{one['id']}"} for one in case["evidence"]]
    names = ZipFile(BytesIO(case_bundle(case, picture))).namelist()
    assert not [name for name in names if ".." in name]


def test_the_graph_keeps_numbers_of_persons_to_itself(folder: Path) -> None:
    written = (folder / "graph.json").read_text("utf-8")
    assert "IIN" not in written
    assert "birth_date" not in written
    assert len(json.loads(written)["nodes"]) == 8


def test_hostile_texts_verify_and_are_kept(hostile: tuple[str, Document, Subgraph], tmp_path: Path) -> None:
    text, case, picture = hostile
    raw = text.encode("utf-8", "surrogatepass")
    case["evidence"] = [{**one, "hash": hashlib.sha256(raw).hexdigest()} for one in case["evidence"]]
    folder = unpacked(case_bundle(case, picture), tmp_path)
    assert verify(folder) == (0, [])
    assert json.loads((folder / "case.json").read_bytes())["title"] == text


def test_an_empty_case_verifies(empty: tuple[Document, Subgraph], tmp_path: Path) -> None:
    assert verify(unpacked(case_bundle(*empty), tmp_path)) == (0, [])
