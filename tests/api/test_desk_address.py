"""BIDRING_DESK names a file or a server; no password of it is ever shown."""

from pathlib import Path

import pytest

from api.desk.address import DeskAddress
from api.errors import UnusableCall
from api.settings import read_settings
from tests.api.conftest import Bidring, load_bids
from tests.servers.postgres_server import PostgresServer

SECRET = "hush"


def test_without_it_the_desk_is_a_file_of_the_home(tmp_path: Path) -> None:
    address = read_settings({}, str(tmp_path)).desk_address
    assert address == DeskAddress(tmp_path / "desk.sqlite")
    assert (address.shown, address.exists) == (f"sqlite:///{tmp_path / 'desk.sqlite'}", False)
    (tmp_path / "desk.sqlite").touch()
    assert address.exists


@pytest.mark.parametrize("file", ["/data/desk.sqlite", "desk.sqlite", "/a b/ж@x:y?z#.sqlite"])
def test_a_file_may_have_any_name(file: str) -> None:
    assert DeskAddress.parse(f"sqlite:///{file}") == DeskAddress(Path(file))


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("u:p@h:6000/d", DeskAddress(None, "h", 6000, "d", "u", "p")),
        ("u:p@h/d", DeskAddress(None, "h", 5432, "d", "u", "p")),
        ("u:p%40%2F%3a@[::1]:1/d%20e", DeskAddress(None, "::1", 1, "d e", "u", "p@/:")),
        ("u:p@h/d?sslmode=verify-full&sslrootcert=/ca.pem",
         DeskAddress(None, "h", 5432, "d", "u", "p", {"sslmode": "verify-full", "sslrootcert": "/ca.pem"})),
    ],
)  # fmt: skip
def test_a_server_is_read_part_by_part(url: str, address: DeskAddress) -> None:
    found = DeskAddress.parse(f"postgresql+psycopg://{url}")
    assert found == address
    assert "@" not in found.shown
    assert found.exists


@pytest.mark.parametrize(
    "url",
    [
        *("sqlite:///", "sqlite://", "sqlite:desk", "desk.sqlite", "mysql://u:hush@h/d", "postgresql://u:hush@h/d"),
        *("postgresql+psycopg://", "postgresql+psycopg://h/d", "postgresql+psycopg://u@h/d", "postgresql+psycopg:hush"),
        *("postgresql+psycopg://u:hush@h", "postgresql+psycopg://u:hush@h:x/d", "postgresql+psycopg://u:hush@h:99999/d"),
        *("postgresql+psycopg://u:hush@h/d#f", "postgresql+psycopg://u:hush@h/d?options=-c", "sqlite:///a\0b"),
        *("postgresql+psycopg://u:hush@h/d?sslmode", "postgresql+psycopg://u:hush%00@h/d", "postgresql+psycopg://u:hu/sh@h/d"),
        "postgresql+psycopg://u:hush@[h/d",
    ],
)  # fmt: skip
def test_anything_else_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(UnusableCall, match=r"^BIDRING_DESK") as refused:
        read_settings({"BIDRING_DESK": url})
    assert SECRET not in str(refused.value)
    assert "hu/" not in str(refused.value)


def test_settings_and_address_show_no_password() -> None:
    settings = read_settings({"BIDRING_DESK": f"postgresql+psycopg://ada:{SECRET}@h/d"})
    for shown in (repr(settings), repr(settings.desk_address), settings.desk_address.shown):
        assert SECRET not in shown
        assert "ada" not in shown


def test_doctor_names_the_engine_or_the_problem_and_never_the_password(
    bidring: Bidring, tmp_path: Path, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    bidring(*load_bids(tmp_path))
    home, name = tmp_path / "home", postgres_server.new_database()
    shown = f"postgresql+psycopg://127.0.0.1:{postgres_server.port}/{name}"
    monkeypatch.setenv("BIDRING_DESK", postgres_server.url(name))
    found = bidring("--home", home, "doctor", "--json")
    assert found.document["desk"] == shown
    assert found.document["desk_engine"]["postgresql"] == postgres_server.version
    assert not (home / "desk.sqlite").exists()
    monkeypatch.setenv("BIDRING_DESK", postgres_server.url(name, password=SECRET))
    lost = bidring("--home", home, "doctor", "--json")
    assert f"{shown}: the server does not admit this user with this password" in lost.document["problems"]
    text = bidring("--home", home, "doctor").out
    assert f"desk  {shown}" in text
    for said in (found.out, lost.out, text):
        assert SECRET not in said
        assert postgres_server.password not in said
    postgres_server.drop_database(name)


def test_detection_reads_and_people_decide_on_a_server(
    bidring: Bidring, tmp_path: Path, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    bidring(*load_bids(tmp_path))
    home, name = tmp_path / "home", postgres_server.new_database()
    monkeypatch.setenv("BIDRING_DESK", postgres_server.url(name))
    assert bidring("--home", home, "detect").status == 0
    monkeypatch.setenv("BIDRING_DESK", postgres_server.url(f"{name}_none"))
    failed = bidring("--home", home, "detect")
    assert (failed.status, failed.out, failed.err.count("\n")) == (2, "", 1)
    assert "the server has no such user or database" in failed.err
    postgres_server.drop_database(name)
