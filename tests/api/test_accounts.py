"""Accounts, sessions and tokens: what lets somebody in, how long, and what a stolen database is worth."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pyotp import TOTP

from api.access import passwords
from api.access.accounts import Accounts, now
from api.access.keys import IDLE, LONGEST, Keys
from api.access.policy import Role
from api.app import create_app
from api.desk.database import Desk
from api.errors import DeskUnusable, UnusableCall
from api.routes.access import COOKIE
from api.routes.often import Often
from api.settings import read_settings
from api.workspace import Workspace
from tests.api.conftest import Bidring
from tests.conftest import on_both_desks

PASSWORD = "correct horse battery"
START = datetime(2026, 3, 1, 12, 0, 10)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def later(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    @property
    def stamp(self) -> int:
        return int(self.at.replace(tzinfo=UTC).timestamp())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(tmp_path: Path, desk_url: str) -> Workspace:
    return Workspace(read_settings({"BIDRING_DESK": desk_url}, str(tmp_path / "home")))


@pytest.fixture
def desk(home: Workspace) -> Iterator[Desk]:
    with closing(Desk(home.settings.desk)) as found:
        yield found


@pytest.fixture
def them(desk: Desk, home: Workspace, clock: Clock) -> Accounts:
    """Accounts with an administrator and a reader, both with :data:`PASSWORD`."""
    found = Accounts(desk, home.settings.home, clock)
    found.add("chief", Role.ADMINISTRATOR, "a test", password=PASSWORD)
    found.add("a.reader", Role.MONITOR, "a test", password=PASSWORD)
    return found


@pytest.fixture
def browser(home: Workspace, them: Accounts) -> Iterator[TestClient]:
    """A browser at the service's own pages."""
    app = create_app(home, often=Often(10_000, 10_000))
    with TestClient(app, base_url="http://127.0.0.1", headers={"Sec-Fetch-Site": "same-origin"}) as found:
        found.follow_redirects = False
        yield found


def _with_code(them: Accounts, clock: Clock) -> TOTP:
    """Ask the reader for codes from now on; the device that makes them."""
    account = them.named("a.reader").id
    secret, address = them.offer_code(account)
    assert address.startswith("otpauth://totp/bidring:a.reader?secret=")
    device = TOTP(secret)
    them.use_code(account, secret, device.at(clock.stamp))
    return device


@pytest.mark.parametrize("length", [0, 11, 201, 5000])
def test_a_password_has_12_to_200_characters(them: Accounts, length: int) -> None:
    with pytest.raises(UnusableCall, match="12 to 200"):
        them.add("b.reader", Role.NGO, "a test", password="a" * length)
    with pytest.raises(UnusableCall, match="12 to 200"):
        them.set_password(them.named("a.reader").id, PASSWORD, "a" * length)
    assert [one.name for one in them.all()] == ["a.reader", "chief"]
    assert them.sign_in("a.reader", PASSWORD)


@pytest.mark.parametrize("password", ["a" * 12, "b" * 200, "пароль из слов", "\U0001f600" * 12, "  blanks count  "])
def test_a_password_counts_as_it_is_written(them: Accounts, password: str) -> None:
    them.set_password(them.named("a.reader").id, PASSWORD, password)
    assert them.sign_in("A.Reader ", password)
    assert them.sign_in("a.reader", PASSWORD) is None
    assert them.sign_in("a.reader", password + "x") is None or len(password) == 200
    assert them.sign_in("a.reader", password.strip()) is None or password == password.strip()


@on_both_desks
def test_the_old_password_is_asked_for(them: Accounts) -> None:
    with pytest.raises(UnusableCall, match="the old password is not right"):
        them.set_password(them.named("a.reader").id, "wrong and long enough", "another one of mine")
    assert them.sign_in("a.reader", PASSWORD)


@pytest.mark.parametrize("name", ["", "a", "a" * 101, "a b", "a\tb", "a\u200bb", "a\0b", "A.Reader"])
def test_a_name_that_cannot_be_or_is_taken_makes_no_account(them: Accounts, name: str) -> None:
    with pytest.raises(UnusableCall, match=r"name|already"):
        them.add(name, Role.NGO, "a test")
    assert len(them.all()) == 2


def test_wrong_tries_lock_for_longer_and_longer_and_the_clock_unlocks(them: Accounts, clock: Clock) -> None:
    for _ in range(5):
        assert them.sign_in("a.reader", "wrong") is None
    assert them.sign_in("a.reader", PASSWORD) is None, "locked"
    clock.later(1)
    assert them.sign_in("a.reader", "wrong") is None
    clock.later(1)
    assert them.sign_in("a.reader", PASSWORD) is None, "two seconds by now"
    clock.later(1)
    assert them.sign_in("a.reader", PASSWORD)
    for _ in range(4):
        them.sign_in("a.reader", "wrong")
    assert them.sign_in("a.reader", PASSWORD), "what was right begins the count anew"
    for _ in range(17):
        them.sign_in("a.reader", "wrong")
        clock.later(15 * 60)
    assert them.sign_in("a.reader", PASSWORD), "never for longer than a quarter of an hour"


@on_both_desks
def test_tries_at_one_account_lock_no_other_and_a_reset_unlocks(them: Accounts) -> None:
    for _ in range(6):
        them.sign_in("a.reader", "wrong")
    assert them.sign_in("chief", PASSWORD)
    assert them.sign_in("a.reader", them.reset("a.reader", "chief"))


@pytest.mark.parametrize(("steps", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_counts_with_one_step_of_skew(them: Accounts, clock: Clock, steps: int, counts: bool) -> None:
    device = _with_code(them, clock)
    clock.later(3600)
    code = device.at(clock.stamp + 30 * steps)
    assert (them.sign_in("a.reader", PASSWORD, code) is not None) == counts


@on_both_desks
def test_a_code_counts_once_and_so_do_those_before_it(them: Accounts, clock: Clock) -> None:
    device = _with_code(them, clock)
    clock.later(3600)
    code, before = device.at(clock.stamp), device.at(clock.stamp - 30)
    assert them.sign_in("a.reader", PASSWORD, f" {code} ")
    assert them.sign_in("a.reader", PASSWORD, code) is None
    assert them.sign_in("a.reader", PASSWORD, before) is None
    clock.later(30)
    assert them.sign_in("a.reader", PASSWORD, code) is None
    assert them.sign_in("a.reader", PASSWORD, device.at(clock.stamp))


@pytest.mark.parametrize("code", ["", "000000", "\u0661\u0662\u0663\u0664\u0665\u0666", "1" * 300, "\0"])
def test_without_the_code_the_password_is_not_enough(them: Accounts, clock: Clock, code: str) -> None:
    _with_code(them, clock)
    assert them.sign_in("a.reader", PASSWORD, code) is None


@on_both_desks
def test_codes_are_asked_for_once_one_has_fitted(them: Accounts, clock: Clock) -> None:
    account = them.named("a.reader").id
    secret, _address = them.offer_code(account)
    with pytest.raises(UnusableCall, match="does not fit"):
        them.use_code(account, secret, "000000")
    assert not them.named("a.reader").code
    assert them.sign_in("a.reader", PASSWORD)
    them.use_code(account, secret, TOTP(secret).at(clock.stamp))
    assert them.named("a.reader").code
    them.use_code(account, None)
    assert them.sign_in("a.reader", PASSWORD)


def test_whatever_is_wrong_the_answer_and_the_work_are_the_same(
    browser: TestClient, them: Accounts, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_code(them, clock)
    them.add("closed", Role.NGO, "a test", password=PASSWORD)
    them.change("closed", "a test", disabled=True)
    them.add_tied("outside", Role.NGO, "a test", issuer="https://id.example", subject="s")
    hashes = _counted(monkeypatch)
    answers = set()
    for name, password, code in (
        ("nobody", PASSWORD, ""), ("a.reader", "wrong", ""), ("a.reader", PASSWORD, "000000"),
        ("closed", PASSWORD, ""), ("outside", PASSWORD, ""), ("x" * 300, "y" * 300, ""),
    ):  # fmt: skip
        before = len(hashes)
        answer = browser.post("/sign-in", data={"name": name, "password": password, "code": code})
        assert len(hashes) == before + 1, name
        answers.add((answer.status_code, answer.text, tuple(sorted(set(answer.headers) - {"date"}))))
    assert len(answers) == 1
    assert answers.pop()[0] == 401


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that are computed from now on."""
    found: list[str] = []
    hasher = passwords._HASHER

    class Counting:
        def verify(self, known: str, password: str) -> bool:
            found.append(known)
            return hasher.verify(known, password)

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    return found


@on_both_desks
def test_a_session_ends_an_hour_after_its_last_request_and_twelve_after_its_start(
    desk: Desk, them: Accounts, clock: Clock
) -> None:
    keys, account = Keys(desk, clock), them.named("a.reader").id
    held = keys.begin(account)
    clock.later(IDLE.total_seconds() - 1)
    assert keys.of_session(held)
    clock.later(IDLE.total_seconds() - 1)
    assert keys.of_session(held), "the last request counts"
    clock.later(IDLE.total_seconds())
    assert keys.of_session(held) is None
    held, begun = keys.begin(account), clock.at
    while clock.at < begun + LONGEST - timedelta(minutes=30):
        assert keys.of_session(held)
        clock.later(1800)
    clock.at = begun + LONGEST - timedelta(seconds=1)
    assert keys.of_session(held)
    clock.later(1)
    assert keys.of_session(held) is None, "however busy"


@on_both_desks
def test_a_token_ends_by_its_date_by_its_owner_and_with_its_account(desk: Desk, them: Accounts, clock: Clock) -> None:
    keys, account = Keys(desk, clock), them.named("a.reader").id
    short = keys.make_token(account, "short", 1)[1]
    token, ended = keys.make_token(account, "ended", 90)
    kept = keys.make_token(account, "kept", 90)[1]
    assert not keys.revoke(them.named("chief").id, token.id), "nobody ends another's"
    assert keys.of_token(ended)
    assert keys.revoke(account, token.id)
    assert keys.of_token(ended) is None
    clock.later(86_399)
    assert keys.of_token(short)
    clock.later(1)
    assert keys.of_token(short) is None
    assert keys.of_token(kept)
    them.change("a.reader", "chief", disabled=True)
    assert keys.of_token(kept) is None
    them.change("a.reader", "chief", disabled=False)
    assert keys.of_token(kept) is None, "an account that is opened again has no tokens"


@on_both_desks
@pytest.mark.parametrize("change", ["role", "closed", "reset", "password"])
def test_a_change_of_the_account_ends_its_sessions(desk: Desk, them: Accounts, clock: Clock, change: str) -> None:
    keys, account = Keys(desk, clock), them.named("a.reader").id
    held, other, token = keys.begin(account), keys.begin(them.named("chief").id), keys.make_token(account, "t", 9)[1]
    changes: dict[str, Callable[[], object]] = {
        "role": lambda: them.change("a.reader", "chief", role=Role.NGO),
        "closed": lambda: them.change("a.reader", "chief", disabled=True),
        "reset": lambda: them.reset("a.reader", "chief"),
        "password": lambda: them.set_password(account, PASSWORD, "another one of mine"),
    }
    changes[change]()
    assert keys.of_session(held) is None
    assert keys.of_session(other)
    assert (keys.of_token(token) is None) == (change in ("role", "closed"))


@on_both_desks
def test_the_last_administrator_stays_one(them: Accounts) -> None:
    for change in ({"role": Role.NGO}, {"disabled": True}):
        with pytest.raises(UnusableCall, match="last administrator"):
            them.change("chief", "chief", **change)  # type: ignore[arg-type]
    them.add("second", Role.ADMINISTRATOR, "chief")
    them.change("second", "chief", disabled=True)
    with pytest.raises(UnusableCall, match="last administrator"):
        them.change("chief", "chief", role=Role.NGO)
    them.change("second", "chief", disabled=False)
    assert them.change("chief", "second", role=Role.NGO).role is Role.NGO


@on_both_desks
def test_two_first_starts_at_once_make_one_administrator(home: Workspace) -> None:
    start = (
        "import sys; from api.workspace import Workspace; from api.settings import read_settings; "
        "from api.commands.system import announce_first; sys.stdin.readline(); "
        "announce_first(Workspace(read_settings({'BIDRING_DESK': sys.argv[2]}, sys.argv[1])))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", start, str(home.settings.home), home.settings.desk]
    both = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        for _ in range(2)
    ]
    for one in both:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    said = "".join(one.communicate()[1] for one in both)
    assert [one.returncode for one in both] == [0, 0], said
    assert said.count("First administrator") == 1
    password = said.partition("password ")[2].split()[0]
    with closing(Desk(home.settings.desk)) as desk:
        them = Accounts(desk, home.settings.home)
        assert [one.name for one in them.all()] == ["admin"]
        assert them.sign_in("admin", password)


def _enter(browser: TestClient, goal: str = "/account") -> str:
    """Sign in by the form; where it leads."""
    answer = browser.post("/sign-in", data={"name": "a.reader", "password": PASSWORD, "next": goal})
    assert answer.status_code == 303
    return str(answer.headers["location"])


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_session_is_kept_from_scripts_other_sites_and_open_lines(browser: TestClient, scheme: str) -> None:
    answer = browser.post(f"{scheme}://127.0.0.1/sign-in", data={"name": "a.reader", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for said in ("HttpOnly", "SameSite=lax", "Path=/", f"Max-Age={int(LONGEST.total_seconds())}"):
        assert said in cookie
    assert ("Secure" in cookie) == (scheme == "https")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "goal",
    [
        "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "https:evil.example", "https:",
        "javascript:alert(1)", "data:text/html,x", "evil.example", "", " //evil.example", "/\t/evil.example",
        "/\n/evil.example", "\t//evil.example", "%2F%2Fevil.example", "/%2F%2Fevil.example", "/%5Cevil.example",
        "/\r\nSet-Cookie: a=b", "/account\ud7ff", "/@evil.example", "/;@evil.example",
    ],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(browser: TestClient, goal: str) -> None:
    location = _enter(browser, goal)
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert location.isascii()
    assert location.isprintable()
    assert "\\" not in location
    assert browser.get("/account").status_code == 200


@on_both_desks
def test_signing_in_leads_where_one_was_going(browser: TestClient) -> None:
    there = browser.get("/looks?party=p-1&account=a%20b").headers["location"]
    assert there == "/sign-in?next=%2Flooks%3Fparty%3Dp-1%26account%3Da%2520b"
    assert _enter(browser, "/looks?party=p-1&account=a%20b") == "/looks?party=p-1&account=a%20b"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1.evil.example"}, {},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1"},
    ],
)  # fmt: skip
def test_what_another_sites_page_sends_changes_nothing(browser: TestClient, headers: dict[str, str]) -> None:
    _enter(browser)
    del browser.headers["Sec-Fetch-Site"]
    for path, form in (
        ("/sign-in", {"name": "chief", "password": PASSWORD}), ("/account/tokens", {"label": "t"}),
        ("/account/password", {"old": PASSWORD, "new": "another one of mine"}), ("/account/code", {}),
        ("/sign-out", {}),
    ):  # fmt: skip
        assert browser.post(path, data=form, headers=headers).status_code == 403, path
    assert browser.post("/api/v1/me/tokens", json={"label": "t"}, headers=headers).status_code == 403
    assert browser.get("/api/v1/me/tokens").json()["items"] == []
    assert browser.get("/api/v1/me").json()["name"] == "a.reader"


@on_both_desks
def test_a_page_of_this_service_may_send_its_forms_and_sign_out_ends_the_session(
    browser: TestClient, home: Workspace
) -> None:
    _enter(browser)
    held = browser.cookies[COOKIE]
    del browser.headers["Sec-Fetch-Site"]
    assert browser.post("/sign-out", headers={"Origin": "http://127.0.0.1"}).status_code == 303
    assert COOKIE not in browser.cookies
    stolen = browser.get("/api/v1/me", headers={"Cookie": f"{COOKIE}={held}"})
    assert stolen.json()["name"] == "public", "what the browser held is worth nothing any more"


@pytest.mark.parametrize("held", ["", "x", "a" * 8000, "\u00ff", "' OR 1=1 --"])
def test_a_session_that_was_made_up_is_nobodys(browser: TestClient, held: str) -> None:
    answer = browser.get("/api/v1/me", headers={"Cookie": f"{COOKIE}={held}".encode("latin-1")})
    assert answer.json() == {"name": "public", "role": "public", "via": "nothing"}


def test_a_copy_of_the_database_holds_nothing_that_lets_anybody_in(
    desk: Desk, home: Workspace, them: Accounts, clock: Clock, tmp_path: Path
) -> None:
    device = _with_code(them, clock)
    keys, account = Keys(desk, clock), them.named("a.reader").id
    held, (_token, shown) = keys.begin(account), keys.make_token(account, "t", 9)
    generated = them.add("b.reader", Role.NGO, "a test")
    desk.close()
    files = list(tmp_path.glob("desk.sqlite*"))
    dump = b"".join(file.read_bytes() for file in files)
    assert b"a.reader" in dump
    for secret in (PASSWORD, device.secret, held, shown, shown[4:], generated):
        assert secret.encode() not in dump
    key = home.settings.home / "secret"
    assert key.read_bytes() not in dump
    assert key.stat().st_mode & 0o077 == 0
    with closing(Desk(home.settings.desk)) as copied:
        elsewhere = Accounts(copied, tmp_path / "another-home", clock)
        clock.later(60)
        with pytest.raises(DeskUnusable, match="not the key"):
            elsewhere.sign_in("a.reader", PASSWORD, device.at(clock.stamp))


def test_the_command_line_makes_changes_and_lists_accounts(bidring: Bidring, tmp_path: Path) -> None:
    home = ("--home", tmp_path / "home", "account")
    assert "None:" in bidring(*home, "list").out
    made = bidring(*home, "add", "B.Reader", "--role", "ngo", "--json").document
    assert made["name"] == "b.reader"
    reset = bidring(*home, "password", "b.reader", "--json").document["password"]
    token = bidring(*home, "token", "b.reader", "--for", "nightly", "--days", "1", "--json").document["token"]
    with closing(Desk(f"sqlite:///{tmp_path / 'home' / 'desk.sqlite'}")) as desk:
        them = Accounts(desk, tmp_path / "home")
        assert them.sign_in("b.reader", made["password"]) is None
        assert them.sign_in("b.reader", reset)
        assert Keys(desk).of_token(token)
    assert bidring(*home, "set", "b.reader", "--role", "monitor").out == "b.reader: monitor\n"
    assert bidring(*home, "set", "b.reader", "--close").out == "b.reader: monitor, closed\n"
    [listed] = bidring(*home, "list", "--json").document
    assert listed == {
        "name": "b.reader", "role": "monitor", "closed": True, "codes": False, "external": False,
        "made": str(now().date()),
    }  # fmt: skip
    assert "b.reader" in bidring(*home, "list").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "b", "--role", "ngo"), ("add", "a b", "--role", "ngo"), ("add", "taken", "--role", "ngo"),
        ("add", "b.reader", "--role", "public"), ("add", "b.reader", "--role", "chief"), ("add", "b.reader"),
        ("password", "nobody"), ("token", "nobody"), ("token", "taken", "--days", "0"), ("set", "taken", "--close"),
        ("token", "taken", "--days", "367"), ("token", "taken", "--for", ""), ("set", "taken"),
        ("set", "nobody", "--open"),
        ("set", "taken", "--role", "ngo"), ("set", "taken", "--role", "x"), ("add", "a\0b", "--role", "ngo"),
    ],
)  # fmt: skip
def test_a_call_that_cannot_be_used_is_one_line_and_changes_nothing(
    bidring: Bidring, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    home = ("--home", tmp_path / "home", "account")
    assert bidring(*home, "add", "taken", "--role", "administrator").status == 0
    before = bidring(*home, "list", "--json").document
    called = bidring(*home, *arguments)
    assert (called.status, called.out) == (2, "")
    assert called.err.startswith("bidring: ")
    assert called.err.count("\n") == 1
    assert bidring(*home, "list", "--json").document == before
