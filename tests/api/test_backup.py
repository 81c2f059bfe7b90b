"""A backup put back has the same counts and hashes; an archive that is not whole is refused in one line."""

import json
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from filelock import FileLock

from api.backup.archive import KEPT, new_archive
from api.cli import run
from api.desk.database import Desk, revisions, upgrade
from api.desk.dump import desk_tables, dump_rows, load_rows
from api.desk.pairs import decide
from tests.api.conftest import Bidring, load_bids
from tests.conftest import Demo
from tests.servers.postgres_server import PostgresServer

ROOT = Path(__file__).parents[2]
PAIR = "o-0000000000000000-1111111111111111"
NOT_KEPT = {".lock", "demo", "desk.sqlite", "desk.sqlite-shm", "desk.sqlite-wal", "graph", "records.duckdb"}
"""Of a home: what can be derived, and what has a part of its own."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small home (records, decisions, cases, attachments) and a backup of it. Tests only read it."""
    folder = tmp_path_factory.mktemp("backup")
    home = folder / "home"
    assert run([str(argument) for argument in load_bids(folder)]) == 0
    assert run(["--home", str(home), "detect"]) == 0
    with closing(Desk(f"sqlite:///{home / 'desk.sqlite'}")) as desk:
        decide(desk, ["p-ж", PAIR], "accept", "ada")
    (home / "attachments" / "ab").mkdir(parents=True)
    (home / "attachments" / "ab" / "scan.pdf").write_bytes(bytes(range(256)) * 9)
    assert run(["--home", str(home), "backup", str(folder / "backup.zip")]) == 0
    return folder


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A home of the test's own."""
    return shutil.copytree(made / "home", tmp_path / "home")


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Path:
    """A backup of the test's own."""
    return Path(shutil.copy(made / "backup.zip", tmp_path))


def files(folder: Path) -> dict[str, str]:
    """The files under a folder with their hashes."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in found}


def contents(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def parts(document: dict[str, Any]) -> dict[str, tuple[int, str, int | None]]:
    return {part["name"]: (part["size"], part["sha256"], part["rows"]) for part in document["parts"]}


def test_a_restored_backup_has_the_same_counts_and_hashes(bidring: Bidring, home: Path, tmp_path: Path) -> None:
    one, other, restored = tmp_path / "one.zip", tmp_path / "other.zip", tmp_path / "restored"
    taken = bidring("--home", home, "backup", one, "--json")
    assert (taken.status, taken.err) == (0, "")
    put = bidring("--home", restored, "restore", one, "--json")
    assert (put.status, put.document) == (0, {**taken.document, "tokens_revoked": 0})
    again = bidring("--home", restored, "backup", other, "--json")
    assert again.document["tables"] == taken.document["tables"]
    assert parts(again.document) == parts(taken.document)
    assert taken.document["tables"]["records.tenders"] == 2
    assert taken.document["tables"]["desk.pair_decisions"] == 2
    for name in ("findings", "cases", "match", "tenders"):
        said = [bidring("--home", where, name, "--json").out for where in (home, restored)]
        assert said[0] == said[1], name
    assert bidring("--home", restored, "graph", "push").status == 0
    doctors = [bidring("--home", where, "doctor", "--json").document for where in (home, restored)]
    assert [(found["problems"], found["decisions"], found["cases"]) for found in doctors] == [
        ([], 1, doctors[0]["cases"])
    ] * 2


def test_the_manifest_says_the_size_and_the_hash_of_each_part(archive: Path) -> None:
    found = contents(archive)
    manifest = json.loads(found.pop("manifest.json"))
    assert {name: (len(raw), sha256(raw).hexdigest()) for name, raw in found.items()} == {
        name: (size, digest) for name, (size, digest, _) in parts(manifest).items()
    }
    rows = [json.loads(line) for line in found["desk/pair_decisions.jsonl"].splitlines()]
    assert [row["pair"] for row in rows] == ["p-ж", PAIR]
    assert set(found) >= {"records.duckdb", "home/current", "home/attachments/ab/scan.pdf"}


def test_only_the_owner_can_read_archive_and_restored_files(bidring: Bidring, archive: Path, tmp_path: Path) -> None:
    assert archive.stat().st_mode & 0o777 == 0o600
    restored = tmp_path / "restored"
    assert bidring("--home", restored, "restore", archive).status == 0
    modes = {path.name: path.stat().st_mode & 0o777 for path in restored.rglob("*") if path.is_file()}
    assert {modes[name] for name in ("records.duckdb", "current", "scan.pdf")} == {0o600}


def test_a_backup_holds_no_session(bidring: Bidring, home: Path, tmp_path: Path) -> None:
    with closing(Desk(f"sqlite:///{home / 'desk.sqlite'}")) as desk, desk.writing() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS sessions"))
        connection.execute(sa.text("CREATE TABLE sessions (id VARCHAR(64) PRIMARY KEY)"))
        connection.execute(sa.text("INSERT INTO sessions VALUES ('open')"))
    assert bidring("--home", home, "backup", tmp_path / "b.zip").status == 0
    assert contents(tmp_path / "b.zip")["desk/sessions.jsonl"] == b""


def test_both_say_what_they_did_in_tables(bidring: Bidring, home: Path, tmp_path: Path) -> None:
    said = bidring("--home", home, "backup", tmp_path / "b.zip").out
    assert "desk.pair_decisions  " in said
    assert f"Written to {tmp_path / 'b.zip'}." in said
    said = bidring("--home", tmp_path / "restored", "restore", tmp_path / "b.zip").out
    assert "Make the graph again with `bidring graph push`." in said


def test_all_that_a_home_holds_is_kept_or_can_be_made_again(demo: Demo) -> None:
    assert {inside.name for inside in demo.home.iterdir()} <= NOT_KEPT | set(KEPT)


def test_a_backup_overwrites_nothing_and_leaves_nothing_half_done(
    bidring: Bidring, home: Path, archive: Path, tmp_path: Path
) -> None:
    before = archive.read_bytes()
    called = bidring("--home", home, "backup", archive)
    assert (called.status, called.err) == (2, f"bidring: {archive} is there already: a backup overwrites nothing\n")
    assert archive.read_bytes() == before
    assert bidring("--home", home, "backup", tmp_path / "nowhere" / "b.zip").status == 2
    (home / "records.duckdb").write_bytes(b"no database")
    broken = bidring("--home", home, "backup", tmp_path / "broken.zip")
    assert broken.status in (1, 2)
    assert broken.err.count("\n") == 1
    assert not list(tmp_path.glob("*broken.zip*"))
    assert not list(tmp_path.glob(".*broken.zip*"))


def test_there_is_nothing_to_back_up_in_an_empty_home(bidring: Bidring, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("empty", "missing"):
        called = bidring("--home", tmp_path / name, "backup", tmp_path / "b.zip")
        assert (called.status, called.err.count("\n")) == (2, 1)
        assert "nothing to back up" in called.err
    assert not (tmp_path / "missing").exists()
    assert not (tmp_path / "b.zip").exists()


def test_no_backup_is_taken_while_another_command_writes(bidring: Bidring, home: Path, tmp_path: Path) -> None:
    with FileLock(home / ".lock"):
        called = bidring("--home", home, "backup", tmp_path / "b.zip")
    assert (called.status, called.err.count("\n")) == (1, 1)
    assert "another command is working in" in called.err
    assert not (tmp_path / "b.zip").exists()


def test_decisions_made_while_a_backup_is_taken_are_in_it_whole_or_not_at_all(
    bidring: Bidring, home: Path, tmp_path: Path
) -> None:
    code = (
        "import sys; from api.desk.database import Desk; from api.desk.pairs import decide\n"
        "desk = Desk(sys.argv[1]); print('in', flush=True); n = 0\n"
        "while True: decide(desk, [f'a{n}', f'b{n}'], 'accept', 'x'); n += 1\n"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", code, f"sqlite:///{home / 'desk.sqlite'}"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "in\n"
        for n in range(3):
            assert bidring("--home", home, "backup", tmp_path / f"{n}.zip").status == 0
    finally:
        writer.kill()
        writer.communicate()
    for n in range(3):
        rows = [
            json.loads(line)["pair"]
            for line in contents(tmp_path / f"{n}.zip")["desk/pair_decisions.jsonl"].splitlines()
        ]
        assert rows[2:] == [f"{side}{i}" for i in range(len(rows) // 2 - 1) for side in "ab"]


def test_a_backup_after_a_killed_load_is_whole(bidring: Bidring, home: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from ingest.store import open_record_store; import os, signal\n"
        "store = open_record_store(sys.argv[1], write=True)\n"
        "store._con.raw_sql('INSERT INTO aliases SELECT * FROM aliases')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, f"duckdb:///{home / 'records.duckdb'}"], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert bidring("--home", home, "backup", tmp_path / "b.zip").status == 0
    assert bidring("--home", tmp_path / "restored", "restore", tmp_path / "b.zip").status == 0
    assert not (home / "records.duckdb.wal").exists()


class TestRefused:
    """What is not restored; the home stays as it was."""

    @pytest.fixture
    def refused(self, bidring: Bidring, tmp_path: Path) -> Callable[[Path], str]:
        def call(file: Path) -> str:
            target = tmp_path / "target"
            called = bidring("--home", target, "restore", file)
            assert (called.status, called.out, called.err.count("\n")) == (2, "", 1)
            assert not target.exists() or {path.name for path in target.iterdir()} <= {".lock"}
            return called.err

        return call

    @pytest.fixture
    def changed(self, archive: Path, tmp_path: Path) -> Callable[..., Path]:
        """The archive with other files; ``fit`` makes the manifest fit them."""

        def change(
            files: dict[str, bytes | None], *, fit: bool = False, manifest: dict[str, Any] | None = None
        ) -> Path:
            found = {name: raw for name, raw in (contents(archive) | files).items() if raw is not None}
            said = json.loads(contents(archive)["manifest.json"]) | (manifest or {})
            if fit:
                rows = {part["name"]: part["rows"] for part in said["parts"]}
                said["parts"] = [
                    {"name": name, "size": len(raw), "sha256": sha256(raw).hexdigest(), "rows": rows.get(name)}
                    for name, raw in found.items()
                    if name != "manifest.json"
                ]
            if "manifest.json" not in files:
                found["manifest.json"] = json.dumps(said).encode()
            file = tmp_path / "changed.zip"
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
                for name, raw in found.items():
                    made.writestr(name, raw)
            return file

        return change

    def test_a_home_that_is_not_empty(self, bidring: Bidring, archive: Path, home: Path) -> None:
        before = files(home)
        called = bidring("--home", home, "restore", archive)
        assert (called.status, called.err) == (
            2, f"bidring: {home} is not empty: restore into a home of its own with --home DIR\n"
        )  # fmt: skip
        assert files(home) == before

    @pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9, 0.9999])
    def test_a_truncated_archive(self, refused: Callable[[Path], str], archive: Path, share: float) -> None:
        raw = archive.read_bytes()
        archive.write_bytes(raw[: int(len(raw) * share)])
        assert "not a backup of bidring, or a damaged one" in refused(archive)

    def test_an_archive_with_one_bit_of_any_part_changed(self, refused: Callable[[Path], str], archive: Path) -> None:
        """The times that a ZIP file keeps of its parts are nothing that is restored: a bit of these changes nothing."""
        raw = bytearray(archive.read_bytes())
        with zipfile.ZipFile(archive) as opened:
            held = [one for one in opened.infolist() if one.compress_size > 4]
        for one in held:
            name, extra = (
                int.from_bytes(raw[one.header_offset + at : one.header_offset + at + 2], "little") for at in (26, 28)
            )
            place = one.header_offset + 30 + name + extra + one.compress_size // 2
            raw[place] ^= 4
            archive.write_bytes(raw)
            assert "nothing was restored" in refused(archive)
            raw[place] ^= 4

    @pytest.mark.parametrize("content", [b"", b"text", b"PK\x05\x06" + bytes(18), bytes(4096)])
    def test_what_is_no_archive(self, refused: Callable[[Path], str], tmp_path: Path, content: bytes) -> None:
        (tmp_path / "x.zip").write_bytes(content)
        assert "not a backup of bidring, or a damaged one" in refused(tmp_path / "x.zip")

    @pytest.mark.parametrize(
        "manifest",
        [b"", b"[]", b"{}", b'{"format": "x"}', b"\xff", b'{"format":' + b"[" * 100_000, b'{"format": 1, "parts": []}'],
        ids=range(7),
    )
    def test_a_manifest_that_is_none(
        self, refused: Callable[[Path], str], changed: Callable[..., Path], manifest: bytes
    ) -> None:
        assert "not a backup of bidring, or a damaged one" in refused(changed({"manifest.json": manifest}))
        assert "not a backup of bidring, or a damaged one" in refused(changed({"manifest.json": None}))

    def test_a_part_that_is_not_what_the_manifest_says(
        self, refused: Callable[[Path], str], changed: Callable[..., Path], archive: Path
    ) -> None:
        other = contents(archive)["home/current"].replace(b"1", b"2")
        assert "home/current is not what the manifest says" in refused(changed({"home/current": other}))
        assert "have not the sizes" in refused(changed({"home/current": b"12"}))
        for files in ({"home/current": None}, {"home/attachments/more": b""}, {"other": b""}):
            assert "are not those of its manifest" in refused(changed(files))

    @pytest.mark.parametrize(
        "name",
        [
            *("../evil", "/etc/evil", "home/../evil", "home/attachments/../../evil", "home/attachments//evil"),
            *("home/attachments/./evil", "home\\attachments\\evil", "home/attachments/a\\..\\evil", "home/.lock"),
            *("home/attachments/a\nb", "home/desk.sqlite", "home/graph/evil", "desk/../evil.jsonl", "desk/A.jsonl"),
            *("records.duckdb.wal", "home", "home/", "evil", "home/attachments/C:evil", "home/records.duckdb"),
        ],
    )
    def test_a_name_that_no_backup_holds(
        self, refused: Callable[[Path], str], changed: Callable[..., Path], tmp_path: Path, name: str
    ) -> None:
        before = set(tmp_path.iterdir())
        assert "is nothing that a backup holds" in refused(changed({name: b"evil"}, fit=True))
        assert set(tmp_path.iterdir()) - before <= {tmp_path / "changed.zip", tmp_path / "target"}
        assert not list(tmp_path.rglob("evil*"))

    def test_a_file_where_another_needs_a_folder(
        self, refused: Callable[[Path], str], changed: Callable[..., Path]
    ) -> None:
        refused(changed({"home/attachments/a": b"x", "home/attachments/a/b": b"y"}, fit=True))

    def test_a_part_named_twice(self, refused: Callable[[Path], str], archive: Path, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "twice.zip", "w") as made:
            for name, raw in contents(archive).items():
                made.writestr(name, raw)
            with pytest.warns(UserWarning, match="Duplicate name"):
                made.writestr("home/current", b"9")
        assert "are not those of its manifest" in refused(tmp_path / "twice.zip")

    def test_a_bomb(self, refused: Callable[[Path], str], changed: Callable[..., Path]) -> None:
        assert "holds far more than its own size" in refused(
            changed({"home/attachments/bomb": bytes(300 << 20)}, fit=True)
        )

    def test_a_packing_that_no_backup_uses(self, refused: Callable[[Path], str], archive: Path, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "packed.zip", "w", zipfile.ZIP_LZMA) as made:
            for name, raw in contents(archive).items():
                made.writestr(name, raw)
        assert "not a backup of bidring" in refused(tmp_path / "packed.zip")

    def test_an_archive_of_a_newer_version(self, refused: Callable[[Path], str], changed: Callable[..., Path]) -> None:
        assert "made by a newer version of bidring" in refused(changed({}, manifest={"format": 99, "more": 1}))
        assert "made by a newer version of bidring" in refused(changed({}, manifest={"revision": "9999"}))

    def test_records_that_are_not_as_many_as_the_manifest_says(
        self, refused: Callable[[Path], str], changed: Callable[..., Path], archive: Path
    ) -> None:
        tables = json.loads(contents(archive)["manifest.json"])["tables"]
        fewer = changed({}, manifest={"tables": tables | {"records.tenders": 1}})
        assert "records.tenders has not the rows that the manifest says" in refused(fewer)

    @pytest.mark.parametrize(
        "line",
        [
            b"{}\n",
            b"no json\n",
            b"\n",
            b"[" * 100_000,
            b'{"number": 1, "pair": 2, "decision": "accept", "decided_by": "", "decided_at": "2024-01-01T00:00:00"}\n',
            b'{"number": 1, "pair": "p", "decision": "no", "decided_by": "", "decided_at": "2024-01-01T00:00:00"}\n',
            b'{"number": 1, "pair": "p", "decision": "accept", "decided_by": "x", "decided_at": "noon"}\n',
            b'{"number": 1, "pair": "p", "decision": "accept", "decided_by": "x"}\n',
            b'{"number": 9999999999999999999, "pair": "p", "decision": "undo", "decided_by": "", "decided_at": null}\n',
        ],
        ids=range(9),
    )
    def test_rows_that_do_not_fit_the_desk(
        self, refused: Callable[[Path], str], changed: Callable[..., Path], line: bytes
    ) -> None:
        said = refused(changed({"desk/pair_decisions.jsonl": line}, fit=True))
        assert "a row of pair_decisions does not fit; nothing was restored" in said

    def test_rows_that_are_fewer_and_tables_that_are_others(
        self, refused: Callable[[Path], str], changed: Callable[..., Path]
    ) -> None:
        said = refused(changed({"desk/pair_decisions.jsonl": b""}, fit=True))
        assert "pair_decisions has not the rows that the manifest says" in said
        said = refused(changed({"desk/other.jsonl": b""}, fit=True))
        assert "the tables are not those of revision" in said


class TestBothEngines:
    """A desk moves between SQLite and PostgreSQL."""

    @pytest.fixture
    def database(self, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
        name = postgres_server.new_database()
        yield postgres_server.url(name)
        monkeypatch.undo()
        postgres_server.drop_database(name)

    def test_from_sqlite_to_postgresql_and_back_gives_the_same_counts_and_hashes(
        self, bidring: Bidring, home: Path, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one, two, three = (tmp_path / f"{n}.zip" for n in range(3))
        first = bidring("--home", home, "backup", one, "--json").document
        monkeypatch.setenv("BIDRING_DESK", database)
        assert bidring("--home", tmp_path / "second", "restore", one).status == 0
        assert not (tmp_path / "second" / "desk.sqlite").exists()
        second = bidring("--home", tmp_path / "second", "backup", two, "--json").document
        with closing(Desk(database)) as desk:
            decide(desk, ["goes-on"], "reject", "bob")
            with desk.reading() as connection:
                assert connection.scalar(sa.text("SELECT max(number) FROM pair_decisions")) == 3
        monkeypatch.delenv("BIDRING_DESK")
        assert bidring("--home", tmp_path / "third", "restore", two).status == 0
        third = bidring("--home", tmp_path / "third", "backup", three, "--json").document
        assert first["tables"] == second["tables"] == third["tables"]
        assert parts(first) == parts(second) == parts(third)

    def test_a_database_that_has_rows_is_refused_and_left_alone(
        self, bidring: Bidring, archive: Path, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with closing(Desk(database)) as desk:
            decide(desk, ["mine"], "accept", "ada")
        monkeypatch.setenv("BIDRING_DESK", database)
        called = bidring("--home", tmp_path / "target", "restore", archive)
        assert (called.status, called.err.count("\n")) == (2, 1)
        assert "pair_decisions has rows already: restore into an empty database" in called.err
        assert {path.name for path in (tmp_path / "target").iterdir()} <= {".lock"}
        with closing(Desk(database)) as desk, desk.reading() as connection:
            assert list(connection.scalars(sa.text("SELECT pair FROM pair_decisions"))) == ["mine"]

    def test_a_server_that_cannot_be_used_leaves_the_home_empty(
        self, bidring: Bidring, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: str
    ) -> None:
        monkeypatch.setenv("BIDRING_DESK", database.replace("bidring:", "nobody:"))
        called = bidring("--home", tmp_path / "target", "restore", archive)
        assert (called.status, called.err.count("\n")) == (2, 1)
        assert "the server does not admit this user with this password" in called.err
        assert {path.name for path in (tmp_path / "target").iterdir()} <= {".lock"}

    def test_a_row_that_does_not_fit_the_other_engine_is_refused_whole(
        self, bidring: Bidring, home: Path, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with closing(Desk(f"sqlite:///{home / 'desk.sqlite'}")) as desk:
            decide(desk, ["long" * 30], "accept", "ada")  # SQLite keeps no limit of a length
        assert bidring("--home", home, "backup", tmp_path / "b.zip").status == 0
        monkeypatch.setenv("BIDRING_DESK", database)
        called = bidring("--home", tmp_path / "target", "restore", tmp_path / "b.zip")
        assert (called.status, called.err.count("\n")) == (2, 1)
        assert "a row of pair_decisions does not fit; nothing was restored" in called.err
        assert "long" not in called.err
        with closing(Desk(database, migrate=False)) as desk:
            assert desk.revision() is None

    def test_every_kind_of_value_moves_unchanged(self, tmp_path: Path, database: str) -> None:
        metadata = sa.MetaData()
        parent = sa.Table("parent", metadata, sa.Column("id", sa.String(20), primary_key=True))
        kinds = sa.Table(
            "kinds",
            metadata,
            sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
            sa.Column("of", sa.ForeignKey("parent.id")),
            sa.Column("yes", sa.Boolean),
            sa.Column("big", sa.BigInteger),
            sa.Column("share", sa.Float),
            sa.Column("raw", sa.LargeBinary),
            sa.Column("day", sa.Date),
            sa.Column("at", sa.DateTime),
            sa.Column("tree", sa.JSON),
            sa.Column("said", sa.Text),
        )
        rows = [
            {"of": "ж", "yes": True, "big": 2**62, "share": 0.1, "raw": bytes(range(256)), "day": date(1999, 12, 31),
             "at": datetime(2024, 2, 29, 1, 2, 3, 456), "tree": {"b": [1, None], "a": "ж"}, "said": "'\";\n\u2028"},
            dict.fromkeys(("of", "yes", "big", "share", "raw", "day", "at", "said")) | {"tree": sa.null()},
        ]  # fmt: skip

        def dumped(connection: sa.Connection) -> dict[str, list[bytes]]:
            return {table.name: list(dump_rows(connection, table)) for table in desk_tables(connection)}

        urls = [f"sqlite:///{tmp_path / 'one.sqlite'}", database, f"sqlite:///{tmp_path / 'two.sqlite'}"]
        found: list[dict[str, list[bytes]]] = []
        for url in urls:
            with closing(Desk(url, migrate=False)) as desk, desk.writing() as connection:
                metadata.create_all(connection)
                if not found:
                    connection.execute(sa.insert(parent), [{"id": key} for key in ("ж", "a", "B", "_", "a b", "ab")])
                    for row in rows:
                        connection.execute(sa.insert(kinds).values(row))
                else:
                    for table in desk_tables(connection):
                        assert load_rows(connection, table, found[-1][table.name]) == len(found[-1][table.name])
                    connection.execute(sa.text("SAVEPOINT more"))
                    connection.execute(sa.insert(kinds).values(said="next"))
                    assert connection.scalar(sa.select(sa.func.max(kinds.c.number))) == 3
                    connection.execute(sa.text("ROLLBACK TO more"))
                found.append(dumped(connection))
        assert found[0] == found[1] == found[2]
        assert list(found[0]) == ["parent", "kinds"]
        assert [json.loads(line)["id"] for line in found[0]["parent"]] == ["B", "_", "a", "a b", "ab", "ж"]
        assert json.loads(found[0]["kinds"][1])["tree"] is None


@pytest.mark.parametrize("revision", revisions())
def test_a_backup_of_each_older_revision_is_brought_up(bidring: Bidring, tmp_path: Path, revision: str) -> None:
    older = tmp_path / "older.zip"
    with (
        closing(Desk(f"sqlite:///{tmp_path / 'older.sqlite'}", migrate=False)) as desk,
        desk.writing() as connection,
        new_archive(older) as archive,
    ):
        upgrade(connection, revision)
        connection.execute(
            sa.text("INSERT INTO pair_decisions VALUES (7, 'kept', 'accept', 'ada', '2024-01-01 00:00:00.000000')")
        )
        added = {table.name: archive.add(f"desk/{table.name}.jsonl", dump_rows(connection, table))
                 for table in desk_tables(connection)}  # fmt: skip
        archive.finish(revision, {f"desk.{name}": part.rows or 0 for name, part in added.items()})
    assert bidring("--home", tmp_path / "restored", "restore", older).status == 0
    with closing(Desk(f"sqlite:///{tmp_path / 'restored' / 'desk.sqlite'}", migrate=False)) as desk:
        assert desk.revision() == revisions()[-1]
        with desk.reading() as connection:
            assert connection.execute(sa.text("SELECT number, pair FROM pair_decisions")).all() == [(7, "kept")]


def test_the_same_home_gives_the_same_bytes_but_for_the_time(bidring: Bidring, home: Path, tmp_path: Path) -> None:
    found = []
    for n in range(2):
        assert bidring("--home", home, "backup", tmp_path / f"{n}.zip").status == 0
        with zipfile.ZipFile(tmp_path / f"{n}.zip") as opened:
            found.append([(info.filename, info.CRC, info.compress_size) for info in opened.infolist()][:-1])
            assert {info.date_time for info in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert found[0] == found[1]
    made = json.loads(contents(tmp_path / "0.zip")["manifest.json"])["made"]
    assert datetime.now(UTC) - timedelta(minutes=5) <= datetime.fromisoformat(made) <= datetime.now(UTC)
