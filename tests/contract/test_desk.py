"""What the desk database promises on every engine. A new engine is one more line in ``ENGINES``."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path
from threading import Event

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, func, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError

from api.access.accounts import Accounts
from api.access.looks import Looks
from api.access.policy import Caller, Level, Role
from api.access.publication import publish
from api.desk import engines
from api.desk.database import Desk, revisions, upgrade
from api.desk.pairs import decide, decisions
from api.desk.tables import METADATA, PAIR_DECISIONS
from api.errors import DeskUnusable
from tests.servers.postgres_server import PostgresServer

ENGINES = ("sqlite", "postgresql")
SECRET = "a-word-that-no-error-repeats"


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a desk that is not there yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'desk' / 'desk.sqlite'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.new_database()
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def desk(url: str) -> Iterator[Desk]:
    with closing(Desk(url)) as found:
        yield found


def add(connection: Connection, *pairs: str) -> None:
    at = datetime(2024, 2, 29, 23, 59, 59)
    rows = [{"pair": pair, "decision": "accept", "decided_by": "ada", "decided_at": at} for pair in pairs]
    connection.execute(insert(PAIR_DECISIONS), rows)


def pairs(desk: Desk) -> list[str]:
    with desk.reading() as connection:
        return list(connection.scalars(select(PAIR_DECISIONS.c.pair).order_by(PAIR_DECISIONS.c.number)))


def tables(url: str) -> list[str]:
    with closing(Desk(url, migrate=False)) as desk, desk.reading() as connection:
        return sorted(inspect(connection).get_table_names())


def test_the_migrations_make_from_nothing_the_tables_that_the_code_knows(desk: Desk) -> None:
    with desk.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    assert desk.revision() == revisions()[-1]


@pytest.mark.parametrize("revision", revisions())
def test_a_desk_of_each_older_revision_is_brought_up_and_keeps_its_rows(url: str, revision: str) -> None:
    with closing(Desk(url, migrate=False)) as desk:
        assert desk.revision() is None
        with desk.writing() as connection:
            upgrade(connection, revision)
            add(connection, "kept")
        assert desk.revision() == revision
    with closing(Desk(url)) as desk:
        assert desk.revision() == revisions()[-1]
        assert pairs(desk) == ["kept"]
        with desk.reading() as connection:
            assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_migration_that_fails_half_way_leaves_nothing(url: str) -> None:
    with closing(Desk(url, migrate=False)) as desk, desk.writing() as connection:
        connection.execute(text("CREATE TABLE other (pair VARCHAR(1))"))
        connection.execute(text("CREATE INDEX ix_pair_decisions_pair ON other (pair)"))  # its name is in the way
    with pytest.raises(DeskUnusable):
        Desk(url)
    assert tables(url) == ["other"]
    with closing(Desk(url, migrate=False)) as desk, desk.writing() as connection:
        connection.execute(text("DROP TABLE other"))
    Desk(url).close()
    assert "pair_decisions" in tables(url)


def test_many_processes_that_open_it_at_once_run_the_migrations_once(url: str) -> None:
    code = "import sys; from api.desk.database import Desk; desk = Desk(sys.argv[1]); print(desk.revision())"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, url],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for _ in range(4)
    ]
    said = [one.communicate() for one in started]
    assert said == [(f"{revisions()[-1]}\n", "")] * 4
    with closing(Desk(url)) as desk, desk.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1


def test_a_desk_of_a_newer_version_is_refused_and_left_alone(url: str) -> None:
    with closing(Desk(url)) as desk, desk.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DeskUnusable, match="a newer version of bidring has written to this desk"):
        Desk(url)
    with closing(Desk(url, migrate=False)) as desk, desk.reading() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


def test_values_come_back_as_they_went_in(desk: Desk) -> None:
    made = {
        "pair": "ж\n'\";--%s :x",
        "decision": "undo",
        "decided_by": "",
        "decided_at": datetime(1999, 12, 31, 1, 2, 3),
    }
    with desk.writing() as connection:
        connection.execute(insert(PAIR_DECISIONS), [made])
    with desk.reading() as connection:
        assert dict(connection.execute(select(PAIR_DECISIONS)).mappings().one()) == {"number": 1} | made


def test_what_was_written_is_there_when_it_is_opened_again(url: str) -> None:
    with closing(Desk(url)) as desk, desk.writing() as connection:
        add(connection, "a", "b")
    with closing(Desk(url)) as desk:
        assert pairs(desk) == ["a", "b"]


@pytest.mark.parametrize("broken", [ValueError, KeyboardInterrupt])
def test_nothing_is_kept_of_a_transaction_that_raises(desk: Desk, broken: type[BaseException]) -> None:
    def write() -> None:
        with desk.writing() as connection:
            add(connection, "during")
            raise broken

    with pytest.raises(broken):
        write()
    assert pairs(desk) == []
    with desk.writing() as connection:
        add(connection, "after")
    assert pairs(desk) == ["after"]


def test_a_statement_that_fails_takes_the_transaction_with_it_and_repeats_no_value(desk: Desk) -> None:
    def write() -> None:
        with desk.writing() as connection:
            add(connection, "during")
            connection.execute(insert(PAIR_DECISIONS).values(pair=SECRET, decision=SECRET[:6], decided_by=SECRET))

    with pytest.raises(DeskUnusable) as refused:
        write()
    assert SECRET[:6] not in str(refused.value)
    assert refused.value.__cause__ is None
    assert pairs(desk) == []


def test_a_conflict_caught_at_a_savepoint_leaves_the_rest_of_the_transaction(desk: Desk) -> None:
    with desk.writing() as connection:
        add(connection, "before")
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(insert(PAIR_DECISIONS).values(pair="x", decision="never"))
        add(connection, "after")
    assert pairs(desk) == ["before", "after"]


def test_nothing_written_while_reading_is_kept(desk: Desk) -> None:
    try:
        with desk.reading() as connection:
            add(connection, "stray")
    except DeskUnusable:
        pass  # an engine may refuse it at once
    assert pairs(desk) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE pair_decisions SET decision = 'reject' WHERE number = 1",
        "DELETE FROM pair_decisions",
        "INSERT INTO pair_decisions SELECT * FROM pair_decisions WHERE true "
        "ON CONFLICT (number) DO UPDATE SET decision = 'reject'",
    ],
    ids=["update", "delete", "upsert"],
)
def test_decisions_are_only_added_to(desk: Desk, change: str) -> None:
    with desk.writing() as connection:
        add(connection, "kept")
        with pytest.raises(IntegrityError, match="pair_decisions is only added to"), connection.begin_nested():
            connection.execute(text(change))
    with pytest.raises(DeskUnusable), desk.writing() as connection:
        connection.execute(text(change))
    assert pairs(desk) == ["kept"]
    with desk.reading() as connection:
        assert list(connection.scalars(select(PAIR_DECISIONS.c.decision))) == ["accept"]


def test_a_reader_sees_one_state_while_another_writes(desk: Desk) -> None:
    count = select(func.count()).select_from(PAIR_DECISIONS)
    with desk.reading() as connection:
        assert connection.scalar(count) == 0
        with desk.writing() as writing:
            add(writing, "a")
        assert connection.scalar(count) == 0
    assert pairs(desk) == ["a"]


def test_nothing_is_seen_of_a_transaction_before_its_end(desk: Desk) -> None:
    with desk.writing() as connection:
        add(connection, "a")
        assert pairs(desk) == []


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("looks", "account = 'bob'"), ("look_subjects", "node = 'p-2'"), ("account_events", "done_by = 'bob'"),
        ("publications", "level = 'rings'"),
    ],
)  # fmt: skip
def test_who_looked_and_what_was_allowed_is_only_added_to(desk: Desk, tmp_path: Path, table: str, change: str) -> None:
    Accounts(desk, tmp_path).add_tied("ada", Role.MONITOR, "a test", issuer="https://id.example", subject="s")
    Looks(desk).note(Caller(Role.MONITOR, "u-1", "ada", "token"), "party", "p-1", ["p-1"])
    publish(desk, Level.FLAGS, "a test")
    rows = text(f"SELECT * FROM {table}")
    with desk.reading() as connection:
        before = connection.execute(rows).all()
    assert before
    for statement in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}"):
        with (
            desk.writing() as connection,
            pytest.raises(IntegrityError, match=f"{table} is only added to"),
            connection.begin_nested(),
        ):
            connection.execute(text(statement))
    with desk.reading() as connection:
        assert connection.execute(rows).all() == before


def test_what_a_writer_read_still_holds_when_it_writes(url: str, desk: Desk) -> None:
    def append(one: Desk) -> None:
        for _ in range(10):
            with one.writing() as connection:
                before = connection.scalar(select(func.count()).select_from(PAIR_DECISIONS))
                add(connection, f"p{before}")

    with closing(Desk(url)) as other, ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(append, one) for one in (desk, other, desk, other)]:
            done.result()
    assert pairs(desk) == [f"p{n}" for n in range(40)]


def test_a_second_writer_waits_for_its_turn(desk: Desk) -> None:
    began = Event()

    def second() -> None:
        began.set()
        with desk.writing() as connection:
            add(connection, "second")

    with ThreadPoolExecutor(1) as threads:
        with desk.writing() as connection:
            waiting = threads.submit(second)
            began.wait()
            add(connection, "first")
        waiting.result()
    assert pairs(desk) == ["first", "second"]


def test_a_writer_who_waits_too_long_is_told(url: str, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "WAIT", 1)
    with closing(Desk(url)) as impatient, desk.writing() as connection:
        with pytest.raises(DeskUnusable, match=r"another command is writing to it; try again$"), impatient.writing():
            pass
        assert pairs(impatient) == [], "whoever reads does not wait"
        add(connection, "kept")
    assert pairs(desk) == ["kept"]


def test_it_says_engine_version_and_revision(desk: Desk, url: str) -> None:
    engine, revision = desk.about().items()
    assert engine[0] == url.partition(":")[0].partition("+")[0]
    assert engine[1][:1].isdigit()
    assert revision == ("revision", revisions()[-1])


def test_the_last_word_on_a_pair_counts(desk: Desk) -> None:
    one, two = "o-0000000000000000-1111111111111111", "o-0000000000000000-2222222222222222"
    decide(desk, [one, two], "accept", "ada")
    decide(desk, [two], "reject", "bob")
    found = decisions(desk)
    assert (len(found.accepted), len(found.rejected)) == (1, 1)
    decide(desk, [one], "undo", "ada")
    assert not decisions(desk).accepted


class TestSQLite:
    """What only a file can meet with."""

    def test_a_row_cannot_be_replaced_behind_the_triggers(self, tmp_path: Path) -> None:
        with closing(Desk(f"sqlite:///{tmp_path / 'desk.sqlite'}")) as desk:
            decide(desk, ["kept"], "accept", "ada")
            with pytest.raises(DeskUnusable, match="only added to"), desk.writing() as connection:
                connection.execute(
                    text("INSERT OR REPLACE INTO pair_decisions SELECT 1, 'x', 'undo', 'x', '2024-01-01'")
                )
            assert pairs(desk) == ["kept"]

    def test_a_file_that_is_no_database_is_refused_and_left_alone(self, tmp_path: Path) -> None:
        file = tmp_path / "desk.sqlite"
        file.write_text(f"{SECRET} " * 200)
        with pytest.raises(DeskUnusable, match=r"^sqlite:///.*desk\.sqlite: it cannot be used as the desk") as refused:
            Desk(f"sqlite:///{file}")
        assert SECRET not in str(refused.value)
        assert file.read_text() == f"{SECRET} " * 200


@pytest.fixture
def server(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """The server, which a test may stop or kill."""
    yield postgres_server
    postgres_server.start()


@pytest.fixture
def database(server: PostgresServer) -> Iterator[str]:
    name = server.new_database()
    yield name
    server.start()
    server.drop_database(name)


class TestPostgreSQL:
    """What only a server can meet with."""

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (lambda url: url.replace("bidring:", f"bidring:{SECRET}"), "does not admit this user with this password"),
            (lambda url: url.replace("bidring:", f"{SECRET}:"), "does not admit this user with this password"),
            (lambda url: f"{url}_none", "the server has no such user or database"),
            (lambda url: f"{url}?sslmode=require", "the server does not speak TLS as sslmode asks"),
            (lambda url: url.replace("127.0.0.1", "desk.invalid"), "the server cannot be reached"),
        ],
        ids=["password", "user", "database", "tls", "host"],
    )
    def test_a_server_that_cannot_be_used_is_one_line_without_the_password(
        self, server: PostgresServer, database: str, change: Callable[[str], str], said: str
    ) -> None:
        with pytest.raises(DeskUnusable) as refused:
            Desk(change(server.url(database)))
        assert str(refused.value).startswith("postgresql+psycopg://")
        assert str(refused.value).endswith(said)
        assert "\n" not in str(refused.value)
        assert server.password not in str(refused.value)
        assert SECRET not in str(refused.value)

    def test_truncate_is_refused_even_with_triggers_turned_off(self, server: PostgresServer, database: str) -> None:
        with closing(Desk(server.url(database))) as desk:
            decide(desk, ["kept"], "accept", "ada")
            for change in ("TRUNCATE pair_decisions", "DELETE FROM pair_decisions"):
                with desk.writing() as connection:
                    connection.execute(text("SET LOCAL session_replication_role = replica"))
                    with pytest.raises(IntegrityError, match="only added to"), connection.begin_nested():
                        connection.execute(text(change))
            assert pairs(desk) == ["kept"]

    @pytest.mark.parametrize("end", [PostgresServer.stop, PostgresServer.kill], ids=["stopped", "killed"])
    def test_a_desk_whose_server_was_gone_is_used_again_without_being_opened_again(
        self, server: PostgresServer, database: str, end: Callable[[PostgresServer], None]
    ) -> None:
        with closing(Desk(server.url(database))) as desk:
            decide(desk, ["before"], "accept", "ada")
            end(server)
            for _ in range(2):
                with pytest.raises(DeskUnusable, match=r"/test_\d+: the server cannot be reached$"):
                    pairs(desk)
            with pytest.raises(DeskUnusable, match="the server cannot be reached"):
                Desk(server.url(database))
            server.start()
            assert pairs(desk) == ["before"]
            decide(desk, ["after"], "accept", "ada")
            assert pairs(desk) == ["before", "after"]

    @pytest.mark.parametrize("end", [PostgresServer.stop, PostgresServer.kill], ids=["stopped", "killed"])
    def test_a_server_that_ends_in_the_middle_keeps_nothing_of_it(
        self, server: PostgresServer, database: str, end: Callable[[PostgresServer], None]
    ) -> None:
        with closing(Desk(server.url(database))) as desk:

            def write() -> None:
                with desk.writing() as connection:
                    add(connection, SECRET)
                    end(server)
                    add(connection, SECRET)

            with pytest.raises(DeskUnusable, match=r"the connection was lost; try again$") as lost:
                write()
            assert SECRET not in str(lost.value)
            server.start()
            assert pairs(desk) == []

    def test_a_server_that_ends_before_the_transaction_does_says_so(
        self, server: PostgresServer, database: str
    ) -> None:
        with closing(Desk(server.url(database))) as desk:

            def write() -> None:
                with desk.writing() as connection:
                    add(connection, "unsure")
                    server.kill()

            with pytest.raises(DeskUnusable, match="the connection was lost"):
                write()
            server.start()
            assert pairs(desk) == []

    def test_a_connection_that_the_server_ended_is_replaced(self, server: PostgresServer, database: str) -> None:
        with closing(Desk(server.url(database))) as desk:
            decide(desk, ["before"], "accept", "ada")
            server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", database)
            assert pairs(desk) == ["before"]

    def test_a_process_that_is_killed_while_it_writes_keeps_nothing_and_lets_the_next_one_write(
        self, server: PostgresServer, database: str
    ) -> None:
        code = (
            "import sys; from api.desk.database import Desk; from sqlalchemy import text\n"
            "with Desk(sys.argv[1]).writing() as connection:\n"
            '    connection.execute(text("INSERT INTO pair_decisions (pair, decision, decided_by, decided_at) '
            "VALUES ('half', 'accept', 'x', now())\"))\n"
            "    print('in', flush=True); sys.stdin.readline()\n"
        )
        writer = subprocess.Popen(
            [sys.executable, "-c", code, server.url(database)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == "in\n"
        writer.kill()
        writer.communicate()
        with closing(Desk(server.url(database))) as desk:
            decide(desk, ["whole"], "accept", "ada")
            assert pairs(desk) == ["whole"]
