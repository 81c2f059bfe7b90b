"""What is refused is kept with file, position, reason and itself, and can be tried again."""

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from intake import Intake, counts, package, release

from ingest.kept import Refused
from ingest.quarantine import RAW_LIMIT, put
from ingest.records import Officer, Organisation, Tender

NO_OCID = {key: value for key, value in release().items() if key != "ocid"}
TWO_WAYS = release("ocds-aaaaaa-2", awards=[{"id": "1", "value": {"amount": "1,234"}}])


@pytest.fixture
def full(intake: Intake) -> Intake:
    """A quarantine with a bit of everything."""
    intake.write("in/package.json", package(NO_OCID, release(), TWO_WAYS, 5))
    intake.write("in/lines.jsonl", "\n".join([json.dumps(release("ocds-aaaaaa-3")), '{"ocid": ', json.dumps(NO_OCID)]))
    intake.write("in/statements.json", [{"statementID": "x", "statementType": "rumour"}])
    intake.write("in/officers.csv", "company_id,person_id,role,since\n1,2,x,soon\n1,2\n1,2,x,\n")
    intake.write("in/open.csv", 'company_id,name,status\n1,"x,y\n2,b,c\n')
    intake.write("in/cut.json.gz", gzip.compress(json.dumps(release()).encode())[:-9])
    intake.write("in/page.json", "<html>")
    intake.write("in/empty.json", "")
    intake.load(intake.folder / "in")
    return intake


def test_everything_refused_says_where_it_stood_why_and_what_it_was(full: Intake) -> None:
    found = {(one.file, one.position): one for one in full.held()}
    assert {where: one.reason for where, one in found.items()} == {
        ("in/cut.json.gz", "file"): "the packed file is truncated or damaged",
        ("in/empty.json", "file"): "the file is empty",
        ("in/lines.jsonl", "line 2"): "the line is no JSON: Input data was truncated",
        ("in/lines.jsonl", "line 3"): "the release has no ocid",
        ("in/officers.csv", "line 2"): "since is not a time: 'soon'",
        ("in/officers.csv", "line 3"): "the row has 2 cells, the header 4",
        ("in/open.csv", "file"): "line 2: a quote is opened and never closed",
        ("in/package.json", "releases/0"): "the release has no ocid",
        ("in/package.json", "releases/2"): "awards/value/amount can be read in two ways: '1,234'",
        ("in/package.json", "releases/3"): "neither a release nor a package: not a JSON object",
        ("in/page.json", "file"): found["in/page.json", "file"].reason,
        ("in/statements.json", "statement/0"): "unknown type of statement: 'rumour'",
    }
    assert found["in/page.json", "file"].reason.startswith("not a format that is read; formats are ocds, bods")
    assert json.loads(found["in/package.json", "releases/2"].raw) == TWO_WAYS
    assert json.loads(found["in/officers.csv", "line 2"].raw)["since"] == "soon"
    assert found["in/page.json", "file"].raw == "<html>"
    for one in found.values():
        assert set(one.as_document()) == {"id", "file", "position", "reason", "raw"}


def test_it_is_listed_by_file_and_position(full: Intake) -> None:
    where = [(one.file, one.position) for one in full.held()]
    assert where == sorted(where)
    assert len({one.id for one in full.held()}) == len(where)


def test_line_9_comes_before_line_10(intake: Intake) -> None:
    intake.give("company_id,name\n" + ",x\n" * 12, "companies.csv")
    assert [one.position for one in intake.held()] == [f"line {n}" for n in range(2, 14)]


def test_trying_again_in_vain_changes_nothing(full: Intake) -> None:
    before = full.contents()
    report = full.replay()
    assert counts(report) == (12, 0, 0, 12)
    assert full.contents() == before
    full.replay()
    assert full.contents() == before


def test_loading_again_changes_nothing(full: Intake) -> None:
    before = full.contents()
    report = full.load(full.folder / "in")
    assert counts(report) == (15, 0, 3, 12)
    assert full.contents() == before


def test_what_can_be_read_by_now_is_loaded_and_leaves(full: Intake) -> None:
    """A later version may read what this one refuses: here the refused bytes are put right instead."""
    rows = full.store.table("quarantine").to_pyarrow().to_pylist()
    repaired = {
        "releases/0": json.dumps(release("ocds-aaaaaa-7")).encode(),
        "releases/2": json.dumps(release("ocds-aaaaaa-2")).encode(),
    }
    put(full.store, [_refused(row, repaired.get(row["position"])) for row in rows])
    officer = next(row for row in rows if row["file"] == "in/officers.csv" and row["position"] == "line 2")
    cells = {"company_id": "1", "person_id": "2", "role": "x", "since": "2020-01-01"}
    put(full.store, [_refused(officer, json.dumps(cells).encode())])
    assert counts(full.replay()) == (12, 3, 0, 9)
    assert {"ocds-aaaaaa-7", "ocds-aaaaaa-2"} < set(full.rows(Tender, "key"))
    assert set(full.rows(Officer, "since")) == {None, date(2020, 1, 1)}
    documents = full.store.table("documents").select("file", "position").to_pyarrow().to_pylist()
    assert {"file": "in/package.json", "position": "releases/0"} in documents
    assert len(full.held()) == 9


def _refused(row: dict[str, Any], raw: bytes | None) -> Refused:
    import zlib  # noqa: PLC0415

    return Refused(**{**row, "raw": row["raw"] if raw is None else zlib.compress(raw)})


def test_what_is_tried_again_is_read_with_its_own_map_and_source(intake: Intake) -> None:
    columns = {"company_id": "c", "name": "n", "registered_on": {"column": "d", "format": "%d/%m/%Y"}}
    mapping = intake.mapping("m.yaml", format="companies", columns=columns, constants={"scheme": "GB-COH"})
    intake.give("c,n,d\n2987170,One,2020-01-02\n", "any.csv", mapping=mapping, source="mine")
    [row] = intake.store.table("quarantine").to_pyarrow().to_pylist()
    put(intake.store, [_refused(row, b'{"c":"2987170","n":"One","d":"02/01/2020"}')])
    assert counts(intake.replay()) == (1, 1, 0, 0)
    assert intake.rows(Organisation, "key", "registered", "source") == [("GB-COH-02987170", date(2020, 1, 2), "mine")]
    assert intake.held() == []


def test_what_is_too_long_to_be_kept_whole_is_never_tried_again_by_half(intake: Intake) -> None:
    lines = json.dumps(release()) + "\n"
    raw = b"\n" * (RAW_LIMIT - len(lines) - 10) + lines.encode() + b"x" * 100
    intake.write("in/long.json", b"\x00" + raw)
    intake.write("in/good.json", release("ocds-aaaaaa-9"))
    intake.load(intake.folder / "in")
    [row] = intake.store.table("quarantine").to_pyarrow().to_pylist()
    put(intake.store, [_refused(row, raw[:RAW_LIMIT])])
    assert counts(intake.replay()) == (1, 0, 0, 1)
    assert intake.rows(Tender, "key") == ["ocds-aaaaaa-9"]


def test_a_refused_row_stays_through_the_load_of_others(full: Intake) -> None:
    before = len(full.held())
    full.give(release("ocds-aaaaaa-50"), "other.json")
    assert len(full.held()) == before


def test_bytes_that_are_no_text_are_shown_as_such(intake: Intake) -> None:
    intake.write("in/bad.json", b'{"ocid": "\xff\xfe"}')
    intake.write("in/good.json", release())
    intake.load(intake.folder / "in")
    [held] = intake.held()
    assert held.raw == '{"ocid": "\ufffd\ufffd"}'


def test_a_file_that_cannot_be_read_at_all_is_refused_by_itself(intake: Intake) -> None:
    intake.write("in/good.json", release())
    Path(intake.folder / "in" / "bad.json").symlink_to("/proc/self/mem")
    assert counts(intake.load(intake.folder / "in")) == (2, 1, 0, 1)
    assert [(one.file, one.raw) for one in intake.held()] == [("in/bad.json", "")]
