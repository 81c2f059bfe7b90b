"""A load: all of it or nothing, nothing lost, nothing twice."""

import json
import shutil
from pathlib import Path

import pytest
from intake import FIXTURES, Intake, accounted, bid, counts, intake_in, package, release

from ingest.errors import UnreadableInput
from ingest.load import LoadOptions, load
from ingest.mapping import read_mapping
from ingest.records import Officer, Tender
from ingest.sources import FORMATS

EVERYTHING = ("ocds", "bods", "registers", "ftm")


def full_load(intake: Intake, *, backwards: bool = False, one_by_one: bool = False) -> None:
    paths = sorted(str(path) for folder in EVERYTHING for path in (FIXTURES / folder).iterdir())
    paths = paths[::-1] if backwards else paths
    for some in [[path] for path in paths] if one_by_one else [paths]:
        intake.load(*some, source="KZ-BIN")
    bids = FIXTURES / "bids"
    intake.load(bids / "full.csv", mapping=read_mapping(str(bids / "full.yaml")))


def test_loading_everything_twice_changes_nothing(intake: Intake) -> None:
    full_load(intake)
    before = intake.contents()
    assert all(before[name] for name in ("tenders", "ownerships", "officers", "kinships", "declarations", "debarments"))
    full_load(intake)
    full_load(intake, backwards=True, one_by_one=True)
    assert intake.contents() == before


@pytest.mark.parametrize(("backwards", "one_by_one"), [(True, False), (False, True), (True, True)])
def test_neither_order_nor_number_of_loads_matters(
    intake: Intake, tmp_path: Path, backwards: bool, one_by_one: bool
) -> None:
    full_load(intake)
    with intake_in(tmp_path / "other") as other:
        full_load(other, backwards=backwards, one_by_one=one_by_one)
        # Where two files tell of one thing, the record names the one that was met first.
        assert other.contents("document", "hash") == intake.contents("document", "hash")


def test_the_same_release_in_two_files_is_one(intake: Intake) -> None:
    paths = [intake.write(f"{name}.json", release()) for name in "ab"]
    report = intake.load(*paths)
    assert counts(report) == (2, 1, 1, 0)
    assert [(count.path, count.loaded, count.unchanged) for count in report.files] == [
        ("a.json", 1, 0),
        ("b.json", 0, 1),
    ]


def test_a_row_refused_twice_is_refused_twice(intake: Intake) -> None:
    assert counts(intake.give("company_id,name\n,x\n,x\n1,y\n1,y\n", "companies.csv")) == (4, 1, 1, 2)
    assert [one.position for one in intake.held()] == ["line 2", "line 3"]


def test_progress_only_goes_forward_and_ends_at_the_end(intake: Intake) -> None:
    for n in range(5):
        intake.write(f"in/{n}.json", release(f"ocds-aaaaaa-{n}", title="x" * n))
    seen: list[tuple[str, int, int]] = []
    accounted(load(intake.store, [str(intake.folder / "in")], LoadOptions(), lambda *at: seen.append(at)))
    size = sum(path.stat().st_size for path in (intake.folder / "in").iterdir())
    assert [label for label, _, _ in seen] == [*(f"in/{n}.json" for n in range(5)), ""]
    assert {total for _, _, total in seen} == {size}
    done = [at for _, at, _ in seen]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, size)


class Stopped(Exception):
    """Somebody pressed Ctrl-C."""


@pytest.mark.parametrize("at", [0, 1, 3])
def test_a_load_that_is_interrupted_leaves_the_store_as_it_was(intake: Intake, tmp_path: Path, at: int) -> None:
    intake.give(release("ocds-aaaaaa-0", tender={"title": "before"}), "before.json")
    before = intake.contents()
    paths = [
        intake.write(
            f"{n}.json", package(*(release(f"ocds-aaaaaa-{m}", date="2024-02-01T00:00:00Z") for m in (n, n + 1)))
        )
        for n in range(4)
    ]
    calls = 0

    def stop(*_: object) -> None:
        nonlocal calls
        calls += 1
        if calls > at:
            raise Stopped

    with pytest.raises(Stopped):
        load(intake.store, [str(path) for path in paths], LoadOptions(), stop)
    assert intake.contents() == before
    intake.load(*paths)
    with intake_in(tmp_path / "undisturbed") as other:
        other.load(intake.folder / "before.json", *paths)
        assert other.contents() == intake.contents()


def test_one_unusable_named_file_leaves_the_store_as_it_was(intake: Intake) -> None:
    good = intake.write("a.json", package(*(release(f"ocds-aaaaaa-{n}") for n in range(20))))
    bad = intake.write("b.json", "<html>")
    before = intake.contents()
    with pytest.raises(UnreadableInput, match=r"^b\.json: not a format that is read"):
        intake.load(good, bad)
    assert intake.contents() == before
    assert counts(intake.load(good)) == (20, 20, 0, 0)


def test_a_strict_load_takes_all_or_nothing(intake: Intake) -> None:
    bad = package(release(), release("ocds-aaaaaa-2", bids={"details": [bid("1", "A", amount="1,234")]}))
    with pytest.raises(
        UnreadableInput, match=r"strict, and 1 of 2 source records .* \(first given.json, releases/1: .*two ways"
    ):
        intake.give(bad, strict=True)
    assert intake.rows(Tender) == []
    assert intake.held() == []
    assert counts(intake.give(package(release()), strict=True)) == (1, 1, 0, 0)


def test_what_cannot_be_read_in_a_folder_is_refused_and_the_rest_loaded(intake: Intake) -> None:
    intake.write("in/good.json", release())
    intake.write("in/page.json", "<html>")
    intake.write("in/notes.txt", "not looked at")
    intake.write("in/nothing.json", "[]")
    report = intake.load(intake.folder / "in")
    assert counts(report) == (2, 1, 0, 1)
    skipped = {count.path: count.skipped for count in report.files}
    assert skipped == {
        "in/good.json": None,
        "in/page.json": None,
        "in/notes.txt": "not a kind of file that is read",
        "in/nothing.json": "an empty list",
    }
    documents = {file["path"]: "skipped" in file for file in report.as_document()["files"]}
    assert documents == {path: reason is not None for path, reason in skipped.items()}


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"notes.txt": "x"},
        {"page.json": "<html>"},
        {"empty.json": ""},
        {"list.json": "[]"},
        {"pixel.csv": b"\x89PNG\r\n\x1a\n\x00"},
    ],
)
def test_a_folder_with_nothing_readable_is_refused(intake: Intake, files: dict[str, str | bytes]) -> None:
    (intake.folder / "in").mkdir()
    for name, content in files.items():
        intake.write(f"in/{name}", content)
    with pytest.raises(UnreadableInput, match=r"in: nothing in it can be read") as refused:
        intake.load(intake.folder / "in")
    assert intake.held() == []
    [name] = files or [""]
    assert (name in str(refused.value)) == (name in ("page.json", "empty.json", "pixel.csv") or not name)


def test_a_folder_of_known_things_may_be_joined_by_nothing_new(intake: Intake) -> None:
    intake.write("in/a.json", release())
    intake.load(intake.folder / "in")
    intake.write("in/page.json", "<html>")
    assert counts(intake.load(intake.folder / "in")) == (2, 0, 1, 1)


def test_equal_rows_are_one_however_far_apart_they_stand(intake: Intake) -> None:
    """Past a few thousand rows other processes read, several batches at once."""
    rows = [f"{n % 700},{n},director" for n in range(20_500)]
    table = "company_id,person_id,role\n" + "\n".join([*rows, *rows[:50]]) + "\n"
    assert counts(intake.give(table, "officers.csv")) == (20_550, 20_500, 50, 0)
    assert sorted(intake.rows(Officer, "person")) == sorted(f"local:{n}" for n in range(20_500))


def test_a_process_told_of_in_batch_after_batch_is_compiled_once(intake: Intake) -> None:
    """Fat releases fill several batches; each tells of the same two processes."""
    lines = [
        json.dumps(
            release(
                f"ocds-aaaaaa-{n % 2}", date=f"2024-01-{n + 1:02}T00:00:00Z", tender={"title": f"v{n}"}, fat="x" * 2**20
            )
        )
        for n in range(20)
    ]
    assert counts(intake.give("\n".join(lines), "fat.jsonl")) == (20, 20, 0, 0)
    assert intake.rows(Tender, "key", "title") == [("ocds-aaaaaa-0", "v18"), ("ocds-aaaaaa-1", "v19")]


def test_every_record_says_where_it_comes_from(intake: Intake) -> None:
    full_load(intake)
    documents = {row["document"]: row for row in intake.store.table("documents").to_pyarrow().to_pylist()}
    # The portal's pages are made by their own tests.
    assert {row["format"] for row in documents.values()} == set(FORMATS) - {"goszakup"}
    for table in ("tenders", "bids", "organisations", "ownerships", "officers", "debarments"):
        for row in intake.store.table(table).to_pyarrow().to_pylist():
            document = documents[row["document"]]
            assert (row["subject"], row["hash"], row["source"]) == (
                document["subject"],
                document["hash"],
                document["source"],
            )


def test_files_that_are_gone_afterwards_change_nothing_of_what_was_loaded(intake: Intake) -> None:
    intake.write("in/a.json", release(date="2024-01-01T00:00:00Z", tender={"title": "Road", "description": "kept"}))
    intake.load(intake.folder / "in")
    shutil.rmtree(intake.folder / "in")
    intake.give(release(date="2024-02-01T00:00:00Z", tender={"status": "complete"}))
    assert intake.rows(Tender, "title", "status") == [("Road", "complete")]
