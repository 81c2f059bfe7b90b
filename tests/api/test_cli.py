"""The command line: JSON alone on standard output, one plain line for each failure, exit statuses."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli import cli
from tests.api.conftest import BIDS, Bidring
from tests.conftest import Demo


@pytest.mark.parametrize(
    ("arguments", "shape"),
    [
        (["tenders"], {"tender", "score", "screens", "flags"}),
        (["pairs", "--top", "3"], {"a", "b", "score", "reasons"}),
        (["firms", "--top", "3"], {"firm", "name", "score", "rings"}),
        (["rings"], {"id", "rank", "score", "members", "tenders", "period", "markets", "evidence", "innocent"}),
        (["rings", "--all", "--top", "2"], {"id", "rank", "score", "members"}),
        (["links"], {"official", "supplier", "hops", "score", "path", "tenders", "text"}),
        (["findings"], {"id", "code", "version", "parties", "about", "value", "threshold", "unit", "text", "evidence"}),
        (["cases"], {"id", "title", "score", "codes", "period", "state"}),
        (["rules"], {"code", "title", "rule", "unit", "threshold", "source", "innocent", "version"}),
    ],
)
def test_a_list_prints_one_json_document_with_the_published_fields(
    bidring: Bidring, demo: Demo, arguments: list[str], shape: set[str]
) -> None:
    called = bidring("--home", demo.home, *arguments, "--json")
    assert (called.status, called.err) == (0, "")
    assert called.document
    assert shape <= set(called.document[0])


def test_the_same_lists_as_tables_show_their_headings_and_align(bidring: Bidring, demo: Demo) -> None:
    for command in ("tenders", "pairs", "firms", "rings", "links", "findings", "cases", "rules"):
        called = bidring("--home", demo.home, command)
        assert (called.status, called.err) == (0, ""), command
        assert called.out.count("\n") > 3, command
    headings, first, *_ = bidring("--home", demo.home, "pairs").out.splitlines()
    assert first[headings.index("b    ")] != " "


def test_most_suspicious_comes_first_and_top_cuts(bidring: Bidring, demo: Demo) -> None:
    for command in ("pairs", "firms", "rings", "cases", "links"):
        scores = [one["score"] for one in bidring("--home", demo.home, command, "--json").document]
        assert scores == sorted(scores, reverse=True), command
        assert len(scores) > 1, command
    assert len(bidring("--home", demo.home, "pairs", "--top", "3", "--json").document) == 3


def test_a_case_goes_down_to_its_source_records(bidring: Bidring, demo: Demo) -> None:
    first = bidring("--home", demo.home, "cases", "--json").document[0]
    case = bidring("--home", demo.home, "case", first["id"], "--json").document
    records = {one["id"]: one for one in case["evidence"]}
    for finding in case["findings"]:
        assert finding["evidence"]
        assert set(finding["evidence"]) <= set(records)
    assert all(one["record"] and one["file"] and one["position"] for one in records.values())
    text = bidring("--home", demo.home, "case", first["id"]).out
    assert "It may be innocent" in text
    assert "a person decides" in text


def test_a_case_is_written_to_every_kind_of_file(bidring: Bidring, demo: Demo, tmp_path: Path) -> None:
    first = bidring("--home", demo.home, "cases", "--json").document[0]["id"]
    kinds = {"html": b"<!doctype html", "pdf": b"%PDF-", "graphml": b"<?xml", "csv": b"", "bundle": b"PK"}
    options = [part for kind in kinds for part in (f"--{kind}", tmp_path / f"case.{kind}")]
    called = bidring("--home", demo.home, "case", first, *options)
    assert called.status == 0
    for kind, start in kinds.items():
        written = (tmp_path / f"case.{kind}").read_bytes()
        assert written.lower().startswith(start.lower()), kind
        assert len(written) > 100, kind


def test_no_number_of_a_person_is_in_what_leaves_the_house(bidring: Bidring, demo: Demo, tmp_path: Path) -> None:
    tied = next(one for one in bidring("--home", demo.home, "cases", "--json").document if "L01" in one["codes"])
    inside = bidring("--home", demo.home, "case", tied["id"], "--json").document
    official = next(one["official"] for one in inside["links"])
    assert official.startswith("KZ-IIN-"), "the terminal of the home itself shows numbers"
    bidring("--home", demo.home, "case", tied["id"], "--html", tmp_path / "a.html", "--graphml", tmp_path / "a.graphml",
            "--csv", tmp_path / "a.csv")  # fmt: skip
    for file in tmp_path.glob("a.*"):
        assert official.removeprefix("KZ-IIN-") not in file.read_text("utf-8"), file.name


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nonsense"], "nonsense"),
        (["load"], "PATHS"),
        (["load", "nowhere.json"], "nowhere.json"),
        (["load", "x.csv", "--map", "nowhere.yaml"], "nowhere.yaml"),
        (["load", "x.csv", "--format", "xml"], "xml"),
        (["detect"], "bidring load"),
        (["cases"], "bidring detect"),
        (["rings"], "bidring detect"),
        (["quarantine"], "bidring load"),
        (["rules", "R999"], "R999"),
        (["serve", "--port", "99999"], "99999"),
        (["demo", "--tenders", "3"], "3"),
        (["graph", "check"], "bidring load"),
        (["graph", "push"], "bidring load"),
        (["graph", "export", "folder"], "bidring load"),
    ],
)
def test_an_unusable_call_is_one_plain_line_and_status_2(
    bidring: Bidring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    called = bidring("--home", tmp_path / "home", *arguments)
    assert called.status == 2
    assert called.out == ""
    assert called.err.count("\n") == 1
    assert called.err.startswith("bidring: ")
    assert says in called.err


def test_unknown_ids_are_named(bidring: Bidring, demo: Demo) -> None:
    for arguments in (["case", "case-0"], ["links", "--official", "nobody"], ["findings", "--code", "R999"]):
        called = bidring("--home", demo.home, *arguments)
        assert called.status == 2
        assert arguments[-1] in called.err
        assert called.err.count("\n") == 1


def test_an_export_into_a_missing_folder_writes_nothing(bidring: Bidring, demo: Demo, tmp_path: Path) -> None:
    first = bidring("--home", demo.home, "cases", "--json").document[0]["id"]
    files = ["--csv", tmp_path / "a.csv", "--html", tmp_path / "no" / "a.html"]
    called = bidring("--home", demo.home, "case", first, *files)
    assert called.status == 2
    assert "no such folder" in called.err
    assert list(tmp_path.iterdir()) == []


def test_a_path_that_cannot_be_used_is_named(bidring: Bidring, demo: Demo, bids: list[object], tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "file").write_text("", "utf-8")
    first = bidring("--home", demo.home, "cases", "--json").document[0]["id"]
    assert bidring(*bids).status == 0
    for arguments in (
        ["--home", demo.home, "case", first, "--csv", tmp_path / "folder.csv"],
        ["--home", tmp_path / "home", "quarantine", "--export", tmp_path / "nowhere" / "x.jsonl"],
        ["--home", tmp_path / "file", "load", tmp_path / "bids.csv"],
    ):
        called = bidring(*arguments)
        assert called.status == 2, arguments
        assert called.err.count("\n") == 1
        assert str(tmp_path) in called.err


def test_rules_with_an_unknown_table_or_field_are_refused_by_name(
    bidring: Bidring, bids: list[object], tmp_path: Path
) -> None:
    assert bidring(*bids).status == 0
    rules = tmp_path / "rules.toml"
    for text, says in (("[R999]\nthreshold = 1", "R999"), ("[R024]\nlimit = 1", "limit"), ("[R024", "rules.toml")):
        rules.write_text(text, "utf-8")
        called = bidring("--home", tmp_path / "home", "detect", "--rules", rules)
        assert called.status == 2
        assert says in called.err
        assert called.err.count("\n") == 1
    assert bidring("--home", tmp_path / "home", "cases").status == 2, "nothing was published"


def test_loading_twice_says_that_nothing_changed(bidring: Bidring, bids: list[object]) -> None:
    first = bidring(*bids, "--json").document
    again = bidring(*bids, "--json").document
    assert (first["read"], first["loaded"], first["unchanged"], first["quarantined"]) == (4, 4, 0, 0)
    assert (again["read"], again["loaded"], again["unchanged"], again["quarantined"]) == (4, 0, 4, 0)
    assert again["files"][0]["format"] == "bids"


def test_quarantine_shows_exports_and_replays(bidring: Bidring, bids: list[object], tmp_path: Path) -> None:
    table = tmp_path / "bids.csv"
    table.write_text(BIDS + "T3,A,plenty,0,2024-03-02\n", "utf-8")
    assert bidring(*bids, "--json").document["quarantined"] == 1
    home = tmp_path / "home"
    (held,) = bidring("--home", home, "quarantine", "--json").document
    assert held["file"].endswith("bids.csv")
    assert "plenty" in held["reason"]
    assert "plenty" in str(held["raw"])
    assert "plenty" in bidring("--home", home, "quarantine").out
    assert bidring("--home", home, "quarantine", "--export", tmp_path / "refused.jsonl").status == 0
    assert json.loads((tmp_path / "refused.jsonl").read_text("utf-8"))["position"] == held["position"]
    again = bidring("--home", home, "quarantine", "--replay", "--json").document
    assert again["loaded"] == 0
    assert len(bidring("--home", home, "quarantine", "--json").document) == 1


def test_strict_loads_nothing_where_one_record_is_refused(bidring: Bidring, bids: list[object], tmp_path: Path) -> None:
    (tmp_path / "bids.csv").write_text(BIDS + "T3,A,plenty,0,2024-03-02\n", "utf-8")
    called = bidring(*bids, "--strict")
    assert called.status == 2
    assert "plenty" in called.err
    assert bidring("--home", tmp_path / "home", "detect").status == 2


def test_detect_is_safe_to_repeat_and_gives_the_same_ids(bidring: Bidring, bids: list[object], tmp_path: Path) -> None:
    bidring(*bids)
    home = tmp_path / "home"
    answers = []
    for turn in (1, 2, 3):
        facts = bidring("--home", home, "detect", "--json").document
        assert facts["generation"] == turn
        answers.append([bidring("--home", home, command, "--json").document for command in ("findings", "tenders")])
    assert answers[0] == answers[1] == answers[2]
    assert len(list((home / "generations").iterdir())) == 2, "older generations are dropped"
    assert {one.name.partition(".")[0] for one in (home / "graph").iterdir()} == {"000002", "000003"}


def test_doctor_says_what_is_missing(bidring: Bidring, tmp_path: Path) -> None:
    found = bidring("--home", tmp_path / "home", "doctor", "--json")
    assert found.status == 0
    assert [problem.partition(" in ")[0] for problem in found.document["problems"]] == [
        "no records", "nothing has been detected",
    ]  # fmt: skip
    assert "duckdb" in found.document["versions"]
    assert set(found.document["engine"]) == {"ladybug"}
    assert found.document["graph"] == f"ladybug:///{tmp_path / 'home' / 'graph'}"


def test_an_unknown_setting_stops_every_command(bidring: Bidring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIDRING_HOMES", "x")
    called = bidring("cases")
    assert called.status == 2
    assert "BIDRING_HOMES" in called.err


def test_a_second_writer_is_told_in_one_line(bids: list[object], bidring: Bidring, tmp_path: Path) -> None:
    bidring(*bids)
    code = (
        "import sys; from api.settings import read_settings; from api.workspace import Workspace\n"
        "with Workspace(read_settings({}, sys.argv[1])).writing():\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "home")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        called = bidring(*bids)
        other.communicate("")
    assert called.status == 1
    assert "another command is working" in called.err
    assert called.err.count("\n") == 1
    assert bidring(*bids).status == 0, "the right to write comes back"


def test_every_command_explains_itself(bidring: Bidring) -> None:
    for name in cli.commands:
        called = bidring(name, "--help")
        assert called.status == 0, name
        assert len(called.out.splitlines()) > 3, name


def test_the_installed_command_runs_and_keeps_standard_output_for_json(bids: list[object]) -> None:
    command = shutil.which("bidring", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert command, "the project is not installed here: pip install -e ."
    ended = subprocess.run([command, *map(str, bids), "--json"], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["loaded"] == 4


def test_a_reader_that_goes_away_is_no_failure_with_a_traceback(demo: Demo) -> None:
    command = [sys.executable, "-c", "from api.cli import main; main()", "--home", str(demo.home), "findings", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


@pytest.mark.parametrize("command", ["links", "findings", "rings", "cases", "case"])
def test_reading_a_generation_loads_no_library_that_only_detection_needs(demo: Demo, command: str) -> None:
    """Each of them would take a quarter of a second or more of every such command."""
    with demo.workspace.generation() as generation:
        first = generation.table("cases").id.to_pyarrow()[0].as_py()
    arguments = ["--home", str(demo.home), command, *([first] if command == "case" else []), "--json"]
    told = (
        "import sys; from api.cli import run; status = run(sys.argv[1:]); "
        "print(status, *sorted({'pandas', 'scipy', 'sklearn', 'neo4j', 'igraph', 'networkx'} & set(sys.modules)), "
        "file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", told, *arguments], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert ended.stderr == "0\n"
    assert json.loads(ended.stdout)
