"""Input that cannot be used, through the command line: one plain line, exit status 2, nothing half loaded."""

import gzip
import io
import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from intake import bid, intake_in, package, release

from api.cli import run

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
COMPANIES = "company_id,name\n1,One\n2,Two\n"
BIDS = "T,B,A\n1,x,5\n1,y,6\n"
MAP = "columns: {tender: T, bidder: B, amount: A}\n"


@dataclass(frozen=True, slots=True)
class Desk:
    """A home with something loaded already, and a folder of files."""

    home: Path
    folder: Path
    capsys: pytest.CaptureFixture[str]

    def write(self, name: str, content: bytes | str) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def call(self, *arguments: str) -> tuple[int, str, str]:
        """Exit status, standard output, standard error."""
        self.capsys.readouterr()
        status = run(["--home", str(self.home), *arguments])
        out, err = self.capsys.readouterr()
        return status, out, err

    def contents(self) -> dict[str, list[str]]:
        with intake_in(self.home) as intake:
            return intake.contents()

    def refused(self, *arguments: str) -> str:
        """Loads in vain: the line that says why. The store is as before."""
        before = self.contents()
        status, out, err = self.call("load", *arguments)
        assert status == 2, (status, out, err)
        assert out == ""
        assert err.endswith("\n")
        assert err.count("\n") == 1
        assert "Traceback" not in err
        assert self.contents() == before
        return err

    def report(self, *arguments: str) -> dict[str, Any]:
        status, out, err = self.call("load", *arguments, "--json")
        assert (status, err) == (0, "")
        document: dict[str, Any] = json.loads(out)
        assert document["read"] == document["loaded"] + document["unchanged"] + document["quarantined"]
        return document


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("COLUMNS", "80")
    with intake_in(tmp_path / "home") as intake:
        intake.give(release("ocds-aaaaaa-0"), "before.json")
    return Desk(tmp_path / "home", tmp_path / "files", capsys)


def zipped(*members: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return made.getvalue()


def bad_crc() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.json", json.dumps(release("ocds-aaaaaa-5")))
    return made.getvalue().replace(b"Road works", b"Rood works")


def cut_late() -> bytes:
    """Many releases, whole lines of which unpack before the end is missed."""
    lines = "\n".join(json.dumps(release(f"ocds-aaaaaa-{n}")) for n in range(2_000)).encode()
    return gzip.compress(lines)[:-20]


UNUSABLE: dict[str, tuple[str, bytes | str | Callable[[], bytes], str]] = {
    "a picture": ("pixel.png", PNG, "pixel.png: not a format that is read; formats are ocds, bods, goszakup, bids"),
    "a picture that is called a table": ("pixel.csv", PNG, "pixel.csv: not a format that is read"),
    "a page": ("page.json", "<!doctype html>\n<html><body>Sorry</body></html>", "page.json: not a format that is read"),
    "JSON of something else": ("other.json", '{"hello": [1, 2]}', "other.json: not a format that is read"),
    "JSON that is no object": ("number.json", "17", "number.json: not a format that is read"),
    "a table of something else": (
        "other.csv",
        "a,b,c\n1,2,3\n",
        "other.csv: not a format that is read; formats are ocds, bods, goszakup, bids, ftm, officers, offices, "
        "kinship, declarations, debarred, companies, rates, prices; a table of bids needs a map of its columns (--map)",
    ),
    "an empty file": ("empty.json", "", "empty.json: the file is empty"),
    "a file of spaces": ("blank.csv", " \n\n", "blank.csv: the file is empty"),
    "an empty gzip": ("empty.json.gz", gzip.compress(b""), "empty.json.gz: the file is empty"),
    "an empty list": ("list.json", "[]", "list.json: nothing in it can be read"),
    "a header alone": ("companies.csv", "company_id,name\n", "companies.csv: nothing in it can be read"),
    "rubbish": ("rubbish.json", bytes(range(256)) * 8, "rubbish.json: not a format that is read"),
    "only NUL": ("nul.csv", bytes(4096), "nul.csv: not a format that is read"),
    "broken JSON": ("cut.json", '{"ocid": "ocds-aaaaaa-1", "tender": {', "cut.json, line 1: not JSON: "),
    "JSON in another encoding": (
        "cp1251.json",
        '{"ocid": "ж", "a": }'.encode("cp1251"),
        "cp1251.json: not UTF-8 text",
    ),
    "JSON in UTF-16": ("wide.json", json.dumps(release()).encode("utf-16"), "wide.json: not a format that is read"),
    "nested JSON": ("deep.json", '{"ocid":' + "[" * 200_000, "deep.json, line 1: not JSON: it is nested too deeply"),
    "a truncated gzip": (
        "cut.jsonl.gz",
        gzip.compress(json.dumps(release("ocds-aaaaaa-5")).encode())[:-5],
        "cut.jsonl.gz: the packed file is truncated or damaged",
    ),
    "a gzip truncated late": ("late.jsonl.gz", cut_late, "late.jsonl.gz: the packed file is truncated or damaged"),
    "a gzip bomb": (
        "bomb.json.gz",
        lambda: gzip.compress(b'{"ocid":"') + gzip.compress(bytes(2**20)) * 260,
        "bomb.json.gz: unpacks to more than 256 MiB",
    ),
    "no zip": ("x.zip", b"PK\x03\x04 and then nothing", "x.zip: not a zip archive, or a damaged one"),
    "a zip with a wrong checksum": (
        "bad.zip",
        bad_crc,
        "nothing in it can be read (bad.zip/a.json: the packed file is truncated or damaged)",
    ),
    "a zip of nothing": ("none.zip", zipped(), "none.zip: nothing in it can be read"),
    "a zip of pictures": ("pixels.zip", zipped(("a.png", PNG)), "pixels.zip: nothing in it can be read"),
    "a zip in a zip": (
        "zip.zip",
        zipped(("in.zip", zipped(("a.json", b"{}")))),
        "(zip.zip/in.zip: not a format that is read",
    ),
    "a zip bomb": (
        "bomb.zip",
        lambda: zipped(("a.json", bytes(260 * 2**20))),
        "(bomb.zip/a.json: unpacks to more than 256 MiB)",
    ),
    "an open quote": (
        "open.csv",
        'company_id,name,status\n1,One,ok\n2,"Two,ok\n3,Three,ok\n',
        "open.csv, line 3: a quote is opened and never closed",
    ),
    "a column that stands twice": (
        "twice.csv",
        "company_id,name,name\n1,2,3\n",
        "twice.csv: column 'name' stands twice in the header",
    ),
    "a table in another encoding": (
        "cp1251.csv",
        "company_id,name\n1,Жол\n".encode("cp1251"),
        "cp1251.csv: not utf-8-sig text; name the encoding in a map, e.g. `encoding: cp1251`",
    ),
}


@pytest.mark.parametrize("what", UNUSABLE)
def test_it_is_refused(desk: Desk, what: str) -> None:
    name, content, said = UNUSABLE[what]
    path = desk.write(name, content() if callable(content) else content)
    assert said in desk.refused(path)


def test_a_good_file_beside_it_is_not_loaded_either(desk: Desk) -> None:
    good = desk.write("a.json", json.dumps(package(*(release(f"ocds-aaaaaa-{n}") for n in range(1, 50)))))
    assert "late.jsonl.gz" in desk.refused(good, desk.write("late.jsonl.gz", cut_late()))
    assert desk.report(good)["loaded"] == 49


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nowhere.json", "nowhere.json: no such file or folder"),
        ("*.xml", "*.xml: no file matches"),
        ("two\nlines", "no such file"),
    ],
)
def test_what_is_not_there_is_named(desk: Desk, path: str, said: str) -> None:
    assert said in desk.refused(str(desk.folder / path))


def test_a_folder_with_nothing_readable_is_named(desk: Desk) -> None:
    desk.write("in/notes.txt", "x")
    assert "in: nothing in it can be read" in desk.refused(str(desk.folder / "in"))


def test_empty_standard_input_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert "standard input: the file is empty" in desk.refused("-")


LAUGHS = "\n".join(
    ["a: &a [x]", *(f"{c}: &{c} [{','.join([f'*{p}'] * 9)}]" for p, c in zip("abcdefgh", "bcdefghi", strict=True))]
)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (
            "columns: {tender: T, bidder: B, amount: Price}",
            "the map reads 'amount' from column 'Price', which is not there; there are T, B, A",
        ),
        ("columns: {tender: T, bidder: B}", "the map names no column for 'amount'"),
        ("columns: {tender: T, amount: A, price: B}", "the map gives 'price', which is no field of a bid"),
        ("columns: {tender: T, amount: A}\ncolour: red", "map.yaml: unknown key 'colour'"),
        (
            "columns: {tender: T, amount: {column: A, unit: kg}}",
            "map.yaml: unit of 'amount' is one of s, ms, year, not 'kg'",
        ),
        ("columns: [tender, amount", "map.yaml, line 1: not YAML"),
        ("%PDF-1.4\x01", "map.yaml: not YAML"),
        ("", "map.yaml: a mapping has `format` and `columns`"),
        (f"{LAUGHS}\ncolumns: {{tender: T, amount: A}}", "map.yaml: unknown key 'a'"),
        (MAP + "format: companies", "which is no column of companies"),
        (MAP + "delimiter: ';;'", "`delimiter` is one character, not ';;'"),
    ],
)
def test_a_map_that_cannot_be_used_is_named(desk: Desk, mapping: str, said: str) -> None:
    assert said in desk.refused(desk.write("bids.csv", BIDS), "--map", desk.write("map.yaml", mapping))


def test_a_map_that_is_not_there_is_named(desk: Desk) -> None:
    assert "nowhere.yaml: no such file" in desk.refused(desk.write("bids.csv", BIDS), "--map", "nowhere.yaml")


@pytest.mark.parametrize("format_", ["xml", "OCDS", ""])
def test_an_unknown_format_is_named(desk: Desk, format_: str) -> None:
    assert f"'{format_}' is not one of" in desk.refused(
        desk.write("a.json", json.dumps(release())), "--format", format_
    )


@pytest.mark.parametrize(
    ("format_", "content", "said"),
    [
        ("ocds", COMPANIES, "file.dat, line 1: not JSON"),
        ("bods", PNG, "file.dat: not UTF-8 text"),
        ("companies", json.dumps(release()), "file.dat: a table of companies needs the column 'company_id'"),
        ("officers", COMPANIES, "file.dat: a table of officers needs the column 'person_id'"),
        ("bids", BIDS, "file.dat: a table of bids needs a map of its columns (--map)"),
        ("companies", PNG, "file.dat: a table of companies needs the column 'company_id'"),
    ],
)
def test_a_file_that_is_not_in_the_format_asked_for_is_named(
    desk: Desk, format_: str, content: bytes | str, said: str
) -> None:
    assert said in desk.refused(desk.write("file.dat", content), "--format", format_)


ROWS: dict[str, tuple[str, str | bytes, list[str], str]] = {
    "a long field": (
        "a.csv",
        f"company_id,name\n1,One\n2,{'x' * 131_073}\n3,Three\n",
        [],
        "a cell has more than 131072 characters",
    ),
    "a NUL byte": ("a.csv", "company_id,name\n1,One\n2,T\x00o\n3,Three\n", [], "a cell holds a NUL character"),
    "a short row": ("a.csv", "company_id,name\n1,One\n2\n3,Three\n", [], "the row has 1 cells, the header 2"),
    "a quote in a cell": ("a.csv", 'company_id,name\n1,One\n2,"T"o\n3,Three\n', [], "a quote stands inside a cell"),
    "a broken line": (
        "a.jsonl",
        "\n".join([json.dumps(release()), '{"ocid":', json.dumps(release("ocds-aaaaaa-2"))]),
        [],
        "the line is no JSON",
    ),
    "an ambiguous sum": (
        "a.json",
        json.dumps(
            [
                release(),
                release("ocds-aaaaaa-2", bids={"details": [bid("1", "A", amount="1,234")]}),
                release("ocds-aaaaaa-3"),
            ]
        ),
        [],
        "can be read in two ways",
    ),
}


@pytest.mark.parametrize("what", ROWS)
def test_a_single_bad_row_is_quarantined_counted_and_the_rest_loaded(desk: Desk, what: str) -> None:
    name, content, more, said = ROWS[what]
    path = desk.write(name, content)
    refused = desk.refused(path, *more, "--strict")
    assert "the load is strict, and 1 of " in refused
    assert said in refused
    report = desk.report(path, *more)
    assert (report["read"], report["loaded"], report["quarantined"]) == (3, 2, 1)
    status, out, err = desk.call("quarantine", "--json")
    [held] = json.loads(out)
    assert (status, err, held["file"]) == (0, "", name)
    assert said in held["reason"]
    assert held["position"]
    assert held["raw"]


def test_what_is_in_quarantine_can_be_exported_and_tried_again(desk: Desk) -> None:
    desk.report(desk.write("a.csv", "company_id,name\n1,One\n,Two\n3\n"))
    assert desk.call("quarantine", "--export", str(desk.folder / "out.jsonl"))[0] == 0
    found = [json.loads(line) for line in (desk.folder / "out.jsonl").read_text("utf-8").splitlines()]
    assert found == json.loads(desk.call("quarantine", "--json")[1])
    assert [(one["position"], one["reason"]) for one in found] == [
        ("line 3", "company_id is empty"),
        ("line 4", "the row has 1 cells, the header 2"),
    ]
    status, out, _ = desk.call("quarantine", "--replay", "--json")
    assert (status, json.loads(out)["quarantined"]) == (0, 2)
    assert json.loads(desk.call("quarantine", "--json")[1]) == found


def test_the_report_names_every_file_with_its_counts(desk: Desk) -> None:
    desk.write("in/a.json", json.dumps(release()))
    desk.write("in/b.csv", COMPANIES)
    desk.write("in/c.json", "<html>")
    report = desk.report(str(desk.folder / "in"), "--source", "here")
    assert report["files"] == [
        {"path": "in/a.json", "format": "ocds", "read": 1, "loaded": 1, "unchanged": 0, "quarantined": 0},
        {"path": "in/b.csv", "format": "companies", "read": 2, "loaded": 2, "unchanged": 0, "quarantined": 0},
        {"path": "in/c.json", "format": None, "read": 1, "loaded": 0, "unchanged": 0, "quarantined": 1},
    ]


def test_a_first_load_that_fails_leaves_nothing_to_be_found(desk: Desk) -> None:
    other = Desk(desk.home.with_name("other"), desk.folder, desk.capsys)
    status, _, err = other.call("load", desk.write("page.json", "<html>"))
    assert (status, err.count("\n")) == (2, 1)
    with intake_in(other.home) as intake:
        assert not any(intake.contents().values())
