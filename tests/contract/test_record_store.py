"""What every record store promises; run on each implementation."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pytest

from ingest.errors import NoRecords, StoreBusy, StoreError
from ingest.kept import Document, Provenance
from ingest.records import Tender
from ingest.store import RecordStore, open_record_store
from ingest.store.duckdb_store import LAYOUT
from ingest.tables import SCHEMAS, to_arrow, values_of

ENGINES = ("duckdb",)
PROOF = values_of(Provenance)(
    Provenance("source", "subject", "document", datetime(2024, 1, 1, 12, 30, 15, 123456), "hash")
)
Open = Callable[..., RecordStore]


class Broken(Exception):
    """Something goes wrong in the middle of writing."""


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store of each implementation may be made."""
    return {"duckdb": f"duckdb:///{tmp_path}/locks/records.duckdb"}[request.param]


@pytest.fixture
def opened(url: str) -> Iterator[Open]:
    """Opens the store, as often as a test asks."""
    with ExitStack() as stack:

        def make(*, write: bool = False) -> RecordStore:
            return stack.enter_context(closing(open_record_store(url, write=write)))

        yield make


def tenders(*keys: str, **fields: Any) -> pa.Table:
    return to_arrow("tenders", [(*values_of(Tender)(Tender(key, key, **fields)), *PROOF) for key in keys])


def keys(store: RecordStore) -> list[str]:
    return sorted(store.table("tenders").key.to_pyarrow().to_pylist())


def test_a_new_store_has_every_table_with_its_columns_and_no_rows(opened: Open) -> None:
    store = opened(write=True)
    for name, schema in SCHEMAS.items():
        table = store.table(name)
        assert table.count().execute() == 0
        assert table.schema() == ibis.Schema.from_pyarrow(schema), name
        assert table.to_pyarrow().column_names == schema.names


def test_values_come_back_as_they_went_in(opened: Open) -> None:
    store = opened(write=True)
    made = Tender(
        "k",
        "ж\n'\";--",
        title="",
        amount=Decimal("-999999999999999999.123456"),
        day=date(1999, 12, 31),
        opens=datetime(2024, 2, 29, 23, 59, 59, 999999),
        floor=0.1,
        tenderers=2**53 + 1,
    )
    with store.writing():
        store.append("tenders", to_arrow("tenders", [(*values_of(Tender)(made), *PROOF)]))
    [row] = store.table("tenders").to_pyarrow().to_pylist()
    assert tuple(row.values()) == (*values_of(Tender)(made), *PROOF)


def test_bytes_come_back_as_they_went_in(opened: Open) -> None:
    store = opened(write=True)
    made = Document("d", "ocds", "s", "s", "f", "p", None, datetime(2024, 1, 1), "h", bytes(range(256)))
    store.append("documents", to_arrow("documents", [values_of(Document)(made)]))
    assert store.table("documents").raw.to_pyarrow().to_pylist() == [bytes(range(256))]


def test_what_was_written_is_there_when_it_is_opened_again(url: str) -> None:
    with closing(open_record_store(url, write=True)) as store:
        with store.writing():
            store.append("tenders", tenders("a", "b"))
        assert keys(store) == ["a", "b"]
    for write in (False, True):
        with closing(open_record_store(url, write=write)) as store:
            assert keys(store) == ["a", "b"]


def test_nothing_is_kept_of_a_transaction_that_raises(opened: Open) -> None:
    store = opened(write=True)
    with store.writing():
        store.append("tenders", tenders("before"))

    def write() -> None:
        with store.writing():
            store.append("tenders", tenders("during"))
            assert store.delete("tenders", "key", ["before"]) == 1
            assert keys(store) == ["during"]
            raise Broken

    with pytest.raises(Broken):
        write()
    assert keys(store) == ["before"]
    with store.writing():
        store.append("tenders", tenders("after"))
    assert keys(store) == ["after", "before"]


def test_a_statement_that_fails_inside_takes_the_transaction_with_it(opened: Open) -> None:
    store = opened(write=True)

    def write() -> None:
        with store.writing():
            store.append("tenders", tenders("during"))
            store.delete("tenders", "nonsense", ["x"])

    with pytest.raises(StoreError):
        write()
    assert keys(store) == []


def test_a_transaction_that_is_broken_off_by_the_keyboard_keeps_nothing(opened: Open) -> None:
    store = opened(write=True)

    def write() -> None:
        with store.writing():
            store.append("tenders", tenders("during"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert keys(store) == []


def test_rows_are_found_by_the_values_of_a_column(opened: Open) -> None:
    store = opened(write=True)
    store.append("tenders", tenders(*(f"k{n}" for n in range(2_000))))
    found = store.matching("tenders", "key", ["k7", "k7", "k1999", "nowhere", "'; DROP TABLE tenders; --"])
    assert sorted(found.key.to_pyarrow().to_pylist()) == ["k1999", "k7"]
    assert found.columns == tuple(SCHEMAS["tenders"].names)
    assert store.matching("tenders", "key", []).count().execute() == 0
    assert store.matching("tenders", "key", (f"k{n}" for n in range(2_000))).count().execute() == 2_000


def test_rows_are_removed_by_the_values_of_a_column_and_counted(opened: Open) -> None:
    store = opened(write=True)
    store.append("tenders", tenders("a", "b", "b", "c"))
    assert store.delete("tenders", "key", []) == 0
    assert store.delete("tenders", "key", ["b", "c", "nowhere", "c"]) == 3
    assert keys(store) == ["a"]


def test_nothing_to_add_adds_nothing(opened: Open) -> None:
    store = opened(write=True)
    store.append("tenders", to_arrow("tenders", []))
    assert keys(store) == []


@pytest.mark.parametrize(("table", "column"), [("nonsense", "key"), ("tenders", "nonsense"), ('tenders" --', "key")])
def test_only_our_own_tables_and_columns_are_written_to(opened: Open, table: str, column: str) -> None:
    store = opened(write=True)
    with pytest.raises(StoreError, match="no table or column"):
        store.delete(table, column, ["x"])
    if table != "tenders":
        with pytest.raises(StoreError, match="no table or column"):
            store.append(table, tenders("x"))


def test_an_expression_is_computed_once_and_kept_for_the_session(url: str, opened: Open) -> None:
    with closing(open_record_store(url, write=True)) as store:
        store.append("tenders", tenders("a", "b"))
    reader = opened()
    held = reader.keep("few", reader.table("tenders").filter(ibis._.key == "a").select("key"))
    assert held.key.to_pyarrow().to_pylist() == ["a"]
    assert reader.keep("few", reader.table("tenders").select("key")).count().execute() == 2
    assert "few" not in SCHEMAS


def test_a_store_opened_for_reading_refuses_to_write(url: str, opened: Open) -> None:
    with closing(open_record_store(url, write=True)) as store:
        store.append("tenders", tenders("a"))
    reader = opened()
    with pytest.raises(Exception, match="read-only"):
        reader.append("tenders", tenders("b"))
    with pytest.raises(Exception, match="read-only"):
        reader.delete("tenders", "key", ["a"])
    assert keys(reader) == ["a"]


_OTHER = """
import sys, time
from ingest.errors import StoreBusy
from ingest.store import open_record_store
try:
    store = open_record_store(sys.argv[1], write=sys.argv[2] == "write")
except StoreBusy as busy:
    print("busy:", busy)
else:
    print("open:", store.table("tenders").count().execute(), flush=True)
    if sys.argv[3] == "hold":
        sys.stdin.readline()
"""


def other_process(url: str, mode: str, then: str = "leave") -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", _OTHER, url, mode, then],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def test_one_process_writes_and_another_is_told_so(url: str, opened: Open) -> None:
    opened(write=True)
    for mode in ("write", "read"):
        said, _ = other_process(url, mode).communicate()
        assert said.startswith("busy: another command is writing to "), said


def test_many_processes_read_at_once_and_a_writer_waits_its_turn(url: str, opened: Open) -> None:
    with closing(open_record_store(url, write=True)) as store:
        store.append("tenders", tenders("a"))
    reader = other_process(url, "read", "hold")
    assert reader.stdout is not None
    assert reader.stdout.readline() == "open: 1\n"
    assert keys(opened()) == ["a"]
    said, _ = other_process(url, "write").communicate()
    assert said.startswith("busy: ")
    reader.communicate("\n")


def test_a_writer_in_this_process_is_told_when_another_has_the_store(url: str) -> None:
    open_record_store(url, write=True).close()
    writer = other_process(url, "write", "hold")
    assert writer.stdout is not None
    assert writer.stdout.readline() == "open: 0\n"
    try:
        with pytest.raises(StoreBusy, match="another command is writing"):
            open_record_store(url, write=True)
    finally:
        writer.communicate("\n")
    open_record_store(url, write=True).close()


def test_there_is_nothing_to_read_before_anything_was_loaded(url: str) -> None:
    with pytest.raises(NoRecords, match="load some first with `bidring load`"):
        open_record_store(url)


@pytest.mark.parametrize("wrong", ["duckdb:", "duckdb:///", "sqlite:///x", "records.duckdb", ""])
def test_an_engine_that_is_not_there_is_named(wrong: str) -> None:
    with pytest.raises(StoreError, match="is not duckdb:///FILE"):
        open_record_store(wrong)


def file_of(url: str) -> Path:
    path = Path(url.removeprefix("duckdb:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


class TestDuckDBFiles:
    """What a file may be that is no record store of this version."""

    @pytest.mark.parametrize("write", [True, False])
    @pytest.mark.parametrize("layout", [0, 99])
    def test_another_layout_is_refused_and_the_file_let_go(self, url: str, write: bool, layout: int) -> None:
        open_record_store(url, write=True).close()
        for _ in range(2):
            with duckdb.connect(file_of(url)) as connection:
                connection.sql(f"UPDATE layout SET version = {layout}")
            with pytest.raises(
                StoreError, match=f"has layout {layout}, this version reads {LAYOUT}: load the files into a new home"
            ):
                open_record_store(url, write=write)

    @pytest.mark.parametrize("write", [True, False])
    def test_somebody_elses_database_is_refused_and_left_alone(self, url: str, write: bool) -> None:
        with duckdb.connect(file_of(url)) as connection:
            connection.sql("CREATE TABLE mine AS SELECT 42 AS answer")
        with pytest.raises(StoreError, match="is not a record store"):
            open_record_store(url, write=write)
        with duckdb.connect(file_of(url)) as connection:
            assert connection.sql("SELECT * FROM mine").fetchall() == [(42,)]
            assert connection.sql("SHOW TABLES").fetchall() == [("mine",)]

    @pytest.mark.parametrize("content", [b"not a database", bytes(8192)])
    def test_a_file_that_is_no_database_is_refused_and_left_alone(self, url: str, content: bytes) -> None:
        file_of(url).write_bytes(content)
        with pytest.raises(StoreError, match="cannot be opened as a record store") as refused:
            open_record_store(url, write=True)
        assert not isinstance(refused.value, StoreBusy)
        assert file_of(url).read_bytes() == content

    def test_a_folder_that_is_a_file_is_refused(self, url: str) -> None:
        folder = Path(url.removeprefix("duckdb:///")).parent
        folder.write_bytes(b"")
        with pytest.raises(StoreError, match="cannot be opened as a record store"):
            open_record_store(url, write=True)
