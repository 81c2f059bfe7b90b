"""A restore lets nobody in, and one that was killed at any point is made whole by the next one, on either desk."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from api.access.accounts import Accounts
from api.access.keys import Keys
from api.access.policy import Role
from api.cli import run
from api.desk.database import Desk
from api.desk.pairs import decide
from tests.api.conftest import Bidring, load_bids
from tests.servers.postgres_server import PostgresServer

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery"
SQLITE = ("desk.sqlite", "desk.sqlite-wal", "desk.sqlite-shm")
KILLED = """
import json, os, signal, sys
from api.cli import run
import api.backup.restore, api.desk.database, ingest.store

def restore(archive, home, desk, at):
    os.environ["BIDRING_DESK"] = desk
    passed = 0
    def seen(event, values):
        nonlocal passed
        ours = event in ("os.rename", "os.remove", "os.mkdir", "open") and home in str(values[0])
        ours = ours and (event != "open" or ".restoring" in str(values[0]))
        passed += ours
        if ours and passed == at:
            os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(seen)
    os._exit(run(["--home", home, "restore", archive]))

for line in sys.stdin:
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        restore(*json.loads(line))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Restores in children of its own, each killed at the given step that it takes in the home; says how each ended."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small home (records, a decision, an account, an attachment) and a backup of it."""
    folder = tmp_path_factory.mktemp("restore")
    home = folder / "home"
    assert run([str(argument) for argument in load_bids(folder)]) == 0
    with closing(Desk(f"sqlite:///{home / 'desk.sqlite'}")) as desk:
        decide(desk, ["one-pair"], "accept", "ada")
        Accounts(desk, home).add("ada", Role.ADMINISTRATOR, "a test", password=PASSWORD)
    (home / "current").write_text("1")
    (home / "generations").mkdir()
    (home / "generations" / "000001.duckdb").write_bytes(b"files but for the records go in and out as they are")
    (home / "attachments" / "ab").mkdir(parents=True)
    (home / "attachments" / "ab" / "scan.pdf").write_bytes(bytes(range(256)) * 9)
    assert run(["--home", str(home), "backup", str(folder / "backup.zip")]) == 0
    return folder


def files(folder: Path) -> dict[str, bytes]:
    """The files under a folder but for the lock and a desk, which is compared by its rows."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.name: path.read_bytes() for path in found if path.name not in {".lock", *SQLITE}}


DeskAt = Callable[[Path], str]


@pytest.fixture(params=("sqlite", "postgresql"))
def desk_at(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeskAt]:
    """Has the commands that follow use an empty desk for a home, and says its URL."""
    if request.param == "sqlite":
        yield lambda home: f"sqlite:///{home / 'desk.sqlite'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    names: list[str] = []

    def chosen(_home: Path) -> str:
        names.append(server.new_database())
        monkeypatch.setenv("BIDRING_DESK", server.url(names[-1]))
        return server.url(names[-1])

    yield chosen
    monkeypatch.undo()
    for name in names:
        server.drop_database(name)


class TestKilled:
    @pytest.fixture
    def killed(self) -> Iterator["subprocess.Popen[str]"]:
        code = [sys.executable, "-c", KILLED]
        with subprocess.Popen(code, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True) as found:
            yield found

    def test_the_next_restore_makes_whole_what_one_that_was_killed_left(
        self, bidring: Bidring, made: Path, tmp_path: Path, killed: "subprocess.Popen[str]", desk_at: DeskAt
    ) -> None:
        archive = made / "backup.zip"
        assert bidring("--home", tmp_path / "whole", "restore", archive).status == 0
        wanted, ready, noted = files(tmp_path / "whole"), 0, 0
        for step in range(1, 100):
            home = tmp_path / f"home-{step}"
            desk = desk_at(home)
            assert killed.stdin
            assert killed.stdout
            killed.stdin.write(json.dumps([str(archive), str(home), desk, step]) + "\n")
            killed.stdin.flush()
            ended = int(killed.stdout.readline())
            if ended == 0:
                break
            assert ended == -9
            if (home / ".restoring").exists():
                noted += 1
                refused = bidring("--home", home, "account", "list")
                assert (refused.status, refused.err.count("\n")) == (1, 1)
                assert "a restore into" in refused.err
                assert "cut off: run `bidring restore` again" in refused.err
            again = bidring("--home", home, "restore", archive)
            assert again.status == 0 or (again.status == 2 and "is ready: the restore that was cut off" in again.err)
            ready += again.status == 2
            assert files(home) == wanted, step
            with closing(Desk(desk)) as opened:
                assert [one.name for one in Accounts(opened, home).all()] == ["ada"]
            assert bidring("--home", home, "account", "list").status == 0
        assert step > 12
        assert noted > 10
        assert ready == 1

    def test_what_somebody_else_put_beside_what_was_left_stays_and_is_said(
        self, bidring: Bidring, made: Path, tmp_path: Path, killed: "subprocess.Popen[str]"
    ) -> None:
        home = tmp_path / "home"
        assert killed.stdin
        assert killed.stdout
        killed.stdin.write(json.dumps([str(made / "backup.zip"), str(home), f"sqlite:///{home}/desk.sqlite", 8]) + "\n")
        killed.stdin.flush()
        assert killed.stdout.readline() == "-9\n"
        assert (home / ".restoring").exists()
        (home / "attachments").mkdir(exist_ok=True)
        (home / "attachments" / "mine").write_text("mine")
        called = bidring("--home", home, "restore", made / "backup.zip")
        assert (called.status, called.err.count("\n")) == (2, 1)
        assert "is not empty" in called.err
        assert files(home) == {"mine": b"mine"}


def test_a_restore_ends_sessions_and_tokens_that_were_revoked_after_the_backup_and_all_others(
    bidring: Bidring, made: Path, tmp_path: Path, desk_at: DeskAt
) -> None:
    home, target = shutil.copytree(made / "home", tmp_path / "home"), tmp_path / "target"
    with closing(Desk(f"sqlite:///{home}/desk.sqlite")) as desk:
        account, keys = Accounts(desk, home).named("ada").id, Keys(desk)
        session = keys.begin(account)
        (stolen, shown), (_kept, other) = keys.make_token(account, "stolen", 9), keys.make_token(account, "kept", 9)
        assert bidring("--home", home, "backup", tmp_path / "b.zip").status == 0
        assert keys.revoke(account, stolen.id)
        assert keys.of_token(other)
        assert keys.of_session(session)
    url = desk_at(target)
    called = bidring("--home", target, "restore", tmp_path / "b.zip")
    assert called.status == 0
    assert "Nobody is signed in any more; tokens that were revoked: 2 (make new ones).\n" in called.out
    with closing(Desk(url)) as desk:
        keys = Keys(desk)
        assert keys.of_token(shown) is keys.of_token(other) is keys.of_session(session) is None
        assert {one.label: one.revoked for one in keys.tokens(account)} == {"kept": True, "stolen": True}
        signed_in = Accounts(desk, target).sign_in("ada", PASSWORD)
        assert signed_in
        assert keys.of_token(keys.make_token(signed_in.id, "new", 9)[1])
        assert keys.of_session(keys.begin(signed_in.id))
