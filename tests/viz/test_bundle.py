"""The bundle and the script that checks it."""

import hashlib
import json
import os
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from graph.model import Subgraph
from viz.exports.bundle import case_bundle

Document = dict[str, Any]


def unpacked(bundle: bytes, folder: Path) -> Path:
    ZipFile(BytesIO(bundle)).extractall(folder)
    return folder


def verify(folder: Path, *arguments: object) -> tuple[int, list[str]]:
    """The exit status, and the lines but that which says OK."""
    command = [sys.executable, "-I", str(folder / "verify.py"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    if done.returncode == 0:
        [line] = lines
        manifest = re.fullmatch(r"OK: \d+ files; SHA-256 of manifest.json: ([0-9a-f]{64})", line)
        assert manifest
        if not arguments:
            assert manifest[1] == hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
        lines = []
    return done.returncode, lines


def manifest_of(folder: Path) -> Document:
    found: Document = json.loads((folder / "manifest.json").read_bytes())
    return found


def uncheckable(folder: Path) -> list[str]:
    files = manifest_of(folder)["files"]
    return [name for name, one in files.items() if "record" in one and not one["record"]["checkable"]]


@pytest.fixture
def folder(case: Document, picture: Subgraph, tmp_path: Path) -> Path:
    return unpacked(case_bundle(case, picture), tmp_path)


def test_a_bundle_holds_every_form_and_every_record(folder: Path) -> None:
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {name for name in names if not name.startswith("sources/")} == {
        "README.txt", "case.json", "graph.json", "page.html", "graph.graphml", "entities.ftm.jsonl", "report.en.pdf",
        "report.ru.pdf", "report.kk.pdf", "verify.py", "manifest.json", "tables/parties.csv", "tables/findings.csv",
        "tables/tenders.csv", "tables/rings.csv", "tables/links.csv", "tables/declared.csv", "tables/evidence.csv",
    }  # fmt: skip
    assert len([name for name in names if name.startswith("sources/")]) == 3


def test_the_same_case_gives_the_same_bytes(case: Document, picture: Subgraph) -> None:
    assert case_bundle(case, picture) == case_bundle(case, picture)


def test_a_whole_bundle_verifies(folder: Path) -> None:
    assert verify(folder) == (0, [])
    assert verify(folder) == (0, []), "running it must not add a file"


def test_a_changed_file_is_found(folder: Path) -> None:
    with (folder / "case.json").open("ab") as handle:
        handle.write(b"x")
    assert verify(folder) == (1, ["case.json: changed"])


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
    for text in ('{"files": {"case.json": 1}}', '{"files": [1]}', "{", "[" * 100_000, "\xff"):
        (folder / "manifest.json").write_text(text, "utf-8")
        code, [line] = verify(folder)
        assert code == 1
        assert line.startswith("manifest.json: cannot be read"), text
    (folder / "manifest.json").unlink()
    assert verify(folder) == (1, ["manifest.json: missing"])


def test_the_manifest_says_from_what_the_bundle_was_made(case: Document, picture: Subgraph, tmp_path: Path) -> None:
    case |= {"generation": 7, "detected_at": "2026-01-02T03:04:05Z"}
    folder = unpacked(case_bundle(case, picture), tmp_path)
    found = manifest_of(folder)
    assert found.pop("bidring")
    files = found.pop("files")
    assert found == {
        "case": "case-000000000001", "generation": 7, "created": "2026-01-02T03:04:05Z",
        "rules": {"B01": "1.0.0", "L01": "1.0.0"},
    }  # fmt: skip
    for name, one in files.items():
        raw = (folder / name).read_bytes()
        assert (one["size"], one["sha256"]) == (len(raw), hashlib.sha256(raw).hexdigest())
        assert one["media_type"]
    record = files[f"sources/{case['evidence'][0]['id']}.json"]["record"]
    assert (record["file"], record["position"]) == ("owners.json", "statement/1")
    assert record["sha256"] == case["evidence"][0]["hash"]


def test_every_changed_byte_is_found(folder: Path) -> None:
    for name, one in manifest_of(folder)["files"].items():
        file = folder / name
        raw = file.read_bytes()
        middle = one["size"] // 2
        if name != "verify.py":
            file.write_bytes(raw[:middle] + bytes([raw[middle] ^ 1]) + raw[middle + 1 :])
            assert verify(folder) == (1, [f"{name}: changed"])
            file.write_bytes(raw)
    assert verify(folder) == (0, [])


def test_a_link_in_the_place_of_a_file_is_no_file(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (folder / "case.json").rename(elsewhere / "case.json")
    os.symlink(elsewhere / "case.json", folder / "case.json")
    os.symlink(elsewhere, folder / "more")
    assert verify(folder) == (1, ["case.json: changed", "more: added"])


def test_the_zip_itself_is_checked_by_a_script_beside_it(
    case: Document, picture: Subgraph, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    beside = tmp_path_factory.mktemp("beside")
    whole = beside / "case.zip"
    whole.write_bytes(case_bundle(case, picture))
    assert verify(folder, whole) == (0, [])
    assert verify(folder, folder) == (0, [])
    with ZipFile(whole, "a") as archive:
        archive.writestr("evil\x1b[2J.txt", "x")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("case.json", "{}")
    assert verify(folder, whole) == (1, ["case.json: there more than once", "evil\\x1b[2J.txt: added"])
    whole.write_bytes(case_bundle(case, picture)[:-100])
    assert verify(folder, whole)[0] == 1
    raw = bytearray(case_bundle(case, picture))
    raw[2000] ^= 1
    whole.write_bytes(raw)
    assert verify(folder, whole)[0] == 1
    assert verify(folder, beside / "nowhere.zip") == (1, [f"{beside}/nowhere.zip: cannot be read (FileNotFoundError)"])


def test_the_bundle_reads_alike_on_every_machine(case: Document, picture: Subgraph) -> None:
    with ZipFile(BytesIO(case_bundle(case, picture))) as archive:
        found = archive.infolist()
    assert [one.filename for one in found] == sorted(one.filename for one in found)
    assert {one.date_time for one in found} == {(1980, 1, 1, 0, 0, 0)}
    assert {(one.external_attr >> 16, one.create_system) for one in found} == {(0o100644, 3)}


def test_the_readme_speaks_every_language(folder: Path) -> None:
    text = (folder / "README.txt").read_text("utf-8")
    for maxim in ("a person decides", "решает человек", "адам қабылдайды"):
        assert maxim in text


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
    assert uncheckable(folder) == [f"sources/{lost['id']}.txt"]


def test_a_record_with_withheld_numbers_is_named_and_not_checked(
    case: Document, picture: Subgraph, tmp_path: Path
) -> None:
    hidden = {**case["evidence"][0], "record": "[number withheld]", "withheld": True}
    case["evidence"] = [hidden, *case["evidence"][1:]]
    folder = unpacked(case_bundle(case, picture), tmp_path)
    assert verify(folder) == (0, [])
    assert uncheckable(folder) == [f"sources/{hidden['id']}.json"]


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
