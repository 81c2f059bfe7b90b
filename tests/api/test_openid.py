"""Signing in by an OpenID provider that is a process of its own on a socket, and that misbehaves on demand."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient

from api.access.accounts import Accounts, by_email, now
from api.access.openid import LASTS, OpenId
from api.access.policy import Role
from api.app import create_app
from api.desk.database import Desk
from api.errors import NotAllowed, UnusableCall
from api.pages.openid import COOKIE
from api.routes.access import COOKIE as SESSION
from api.routes.often import Often
from api.settings import Provider, read_settings
from api.workspace import Workspace
from tests.api.conftest import Bidring
from tests.servers.openid_provider import CLIENT, SECRET, Fault, OpenIdProvider, running

REFUSED = "this sign-in leads to no account here"
NOT_TRUSTED: list[Fault] = [
    "wrong nonce", "no nonce", "expired", "wrong audience", "second audience", "wrong issuer", "alg none",
    "public key as secret", "unknown key id", "forged", "reused code", "other answerer", "denied", "wrong token hash",
    "strange subject", "token is no text",
]  # fmt: skip


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdProvider]:
    with running() as found:
        yield found


@pytest.fixture(autouse=True)
def well_behaved(provider: OpenIdProvider) -> Iterator[None]:
    """Each test begins with a provider that does what it should."""
    provider.fault, provider.subject, provider.email, provider.email_verified = "", "subject-1", None, True
    provider.released.clear()
    yield
    provider.released.set()


@dataclass(slots=True)
class Place:
    """A service that knows the provider, its accounts, and a browser."""

    home: Workspace
    accounts: Accounts
    browser: TestClient

    def leave(self, goal: str = "/account") -> str:
        """Begin; says where the provider is."""
        answer = self.browser.get("/sign-in/openid", params={"next": goal}, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def sign_in(self, goal: str = "/account") -> httpx2.Response:
        """To the provider and back; the answer of the way back."""
        there = httpx2.get(self.leave(goal), follow_redirects=False)
        back = urlsplit(there.headers["location"])
        return self.browser.get(f"{back.path}?{back.query}", follow_redirects=False)

    def who(self) -> Any:
        return self.browser.get("/api/v1/me").json()


@pytest.fixture
def place(provider: OpenIdProvider, tmp_path: Path) -> Iterator[Place]:
    home = Workspace(read_settings(provider.environment(), str(tmp_path / "home")))
    with closing(Desk(home.settings.desk)) as desk:
        accounts = Accounts(desk, home.settings.home)
        accounts.add_tied("a.reader", Role.MONITOR, "a test", issuer=provider.address, subject="subject-1")
        with TestClient(create_app(home, often=Often(10_000, 10_000)), base_url="http://127.0.0.1") as browser:
            yield Place(home, accounts, browser)


def test_a_subject_that_was_let_in_signs_in_and_goes_where_it_was_going(place: Place) -> None:
    answer = place.sign_in("/account?a=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account?a=1")
    assert place.who() == {"name": "a.reader", "role": "monitor", "via": "session"}
    assert COOKIE not in {cookie.name for cookie in place.browser.cookies.jar}


def test_the_way_there_carries_pkce_state_and_nonce_and_nothing_secret(place: Place, provider: OpenIdProvider) -> None:
    asked = [parse_qs(urlsplit(place.leave()).query) for _ in range(2)]
    for one in asked:
        assert one["response_type"] == ["code"]
        assert one["code_challenge_method"] == ["S256"]
        assert one["redirect_uri"] == ["http://127.0.0.1/sign-in/openid/back"]
        assert SECRET not in str(one)
    for key in ("state", "nonce", "code_challenge"):
        [first], [second] = asked[0][key], asked[1][key]
        assert first != second
        assert len(first) >= 43


def test_what_the_browser_holds_is_sealed_short_lived_and_kept_from_scripts(place: Place) -> None:
    answer = place.browser.get("/sign-in/openid", follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    for said in ("HttpOnly", "SameSite=lax", "Max-Age=600", "Path=/sign-in/openid"):
        assert said in cookie
    assert "Secure" not in cookie
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["state"][0] not in cookie
    assert asked["nonce"][0] not in cookie


def test_behind_a_proxy_the_service_names_its_own_address_and_its_cookies_are_secure(
    provider: OpenIdProvider, tmp_path: Path
) -> None:
    environment = {**provider.environment(), "BIDRING_URL": "https://desk.example/"}
    home = Workspace(read_settings(environment, str(tmp_path / "home")))
    with TestClient(create_app(home), base_url="http://127.0.0.1") as browser:
        answer = browser.get("/sign-in/openid", follow_redirects=False)
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["redirect_uri"] == ["https://desk.example/sign-in/openid/back"]
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize("fault", NOT_TRUSTED)
def test_an_answer_that_cannot_be_trusted_signs_nobody_in(place: Place, provider: OpenIdProvider, fault: Fault) -> None:
    provider.fault = fault
    answer = place.sign_in()
    assert answer.status_code == 403
    assert REFUSED in answer.text
    assert SESSION not in place.browser.cookies
    provider.fault = ""
    assert place.sign_in().status_code == 303


def test_every_refusal_is_the_same_page(place: Place, provider: OpenIdProvider) -> None:
    provider.subject = "somebody-else"
    pages = {place.sign_in().text}
    place.accounts.change("a.reader", "a test", disabled=True)
    provider.subject = "subject-1"
    pages.add(place.sign_in().text)
    provider.fault = "forged"
    pages.add(place.sign_in().text)
    pages.add(place.browser.get("/sign-in/openid/back", params={"code": "x", "state": "y"}).text)
    assert len(pages) == 1
    assert REFUSED in pages.pop()


def test_a_rotated_key_counts_at_once_and_the_old_one_no_more(place: Place, provider: OpenIdProvider) -> None:
    assert place.sign_in().status_code == 303
    provider.rotate()
    assert place.sign_in().status_code == 303


@pytest.mark.parametrize(
    "fault", ["500", "hung", "no json", "another issuer's document", "redirect"]
)  # fmt: skip
def test_a_provider_that_does_not_answer_is_one_plain_line_and_is_asked_again(
    place: Place, provider: OpenIdProvider, fault: Fault
) -> None:
    provider.fault = fault
    answer = place.browser.get("/sign-in/openid", follow_redirects=False)
    assert answer.status_code == 503
    assert "127.0.0.1 does not answer as it should: sign in by password, or try again later" in answer.text
    assert place.browser.get("/sign-in").status_code == 200
    provider.fault = ""
    provider.released.set()
    assert place.sign_in().status_code == 303


@pytest.mark.parametrize("fault", ["500", "no json", "secret refused"])
def test_a_provider_that_fails_on_the_way_back_signs_nobody_in(
    place: Place, provider: OpenIdProvider, fault: Fault
) -> None:
    back = urlsplit(httpx2.get(place.leave(), follow_redirects=False).headers["location"])
    provider.fault = fault
    answer = place.browser.get(f"{back.path}?{back.query}", follow_redirects=False)
    assert answer.status_code == 503
    assert SESSION not in place.browser.cookies


def test_a_provider_that_is_gone_and_comes_back_is_used_without_a_restart(tmp_path: Path) -> None:
    with running() as first:
        port = urlsplit(first.address).port or 0
        home = Workspace(read_settings(first.environment(), str(tmp_path / "home")))
    with closing(Desk(home.settings.desk)) as desk:
        accounts = Accounts(desk, home.settings.home)
        accounts.add_tied("a.reader", Role.MONITOR, "a test", issuer=first.address, subject="subject-1")
        with TestClient(create_app(home), base_url="http://127.0.0.1") as browser:
            assert browser.get("/sign-in/openid", follow_redirects=False).status_code == 503
            with running(port):
                assert Place(home, accounts, browser).sign_in().status_code == 303


def test_the_way_back_counts_once_and_in_the_browser_that_left(place: Place, provider: OpenIdProvider) -> None:
    back = urlsplit(httpx2.get(place.leave(), follow_redirects=False).headers["location"])
    held = place.browser.cookies[COOKIE]
    other, own = (TestClient(place.browser.app, base_url="http://127.0.0.1") for _ in range(2))
    assert other.get(f"{back.path}?{back.query}", follow_redirects=False).status_code == 403
    other.get("/sign-in/openid", follow_redirects=False)  # one that left for itself comes back with another's code
    assert other.get(f"{back.path}?{back.query}", follow_redirects=False).status_code == 403
    for status, asks in ((303, 3), (403, 0)):  # what was done already is not asked about again
        own.cookies.set(COOKIE, held)
        before = len(provider.asked)
        assert own.get(f"{back.path}?{back.query}", follow_redirects=False).status_code == status
        assert len(provider.asked) == before + asks


@pytest.mark.parametrize("held", ["", "x", "gAAAAA", "\u00ff\u00fe", "a" * 5000])
def test_what_was_not_sealed_here_begins_nothing(place: Place, held: str) -> None:
    carried = {"Cookie": f"{COOKIE}={held}".encode("latin-1")}
    answer = place.browser.get("/sign-in/openid/back?code=c&state=s", headers=carried)
    assert answer.status_code == 403
    assert REFUSED in answer.text


def test_a_sign_in_that_took_longer_than_ten_minutes_is_none(provider: OpenIdProvider, tmp_path: Path) -> None:
    at = [now()]

    def clock() -> datetime:
        return at[0]

    by = OpenId(Provider(provider.address, CLIENT, SECRET), tmp_path, clock)
    for late, counts in ((LASTS - timedelta(seconds=1), True), (LASTS, False)):
        at[0] = now()
        address, held = by.begin("http://127.0.0.1/back", "/")
        back = parse_qs(urlsplit(httpx2.get(address, follow_redirects=False).headers["location"]).query)
        at[0] += late
        if counts:
            assert by.finish(held, {key: value for key, [value] in back.items()}).subject == "subject-1"
        else:
            with pytest.raises(NotAllowed):
                by.finish(held, {key: value for key, [value] in back.items()})


def test_an_account_tied_to_an_e_mail_is_whose_provider_verified_it_first(
    place: Place, provider: OpenIdProvider
) -> None:
    place.accounts.add("b.reader", Role.NGO, "a test")
    place.accounts.tie("b.reader", provider.address, by_email("B.Reader@Example.org"), "a test")
    provider.subject, provider.email, provider.email_verified = "subject-2", "b.reader@example.org", False
    assert place.sign_in().status_code == 403
    provider.email_verified = True
    assert place.sign_in().status_code == 303
    assert place.who()["name"] == "b.reader"
    provider.email = None
    assert place.sign_in().status_code == 303
    provider.subject, provider.email = "subject-3", "b.reader@example.org"
    assert place.sign_in().status_code == 403


def test_a_subject_that_reads_like_an_e_mail_tie_is_none(place: Place, provider: OpenIdProvider) -> None:
    place.accounts.add("b.reader", Role.NGO, "a test")
    place.accounts.tie("b.reader", provider.address, by_email("b.reader@example.org"), "a test")
    provider.subject = "mailto:b.reader@example.org"
    assert place.sign_in().status_code == 403


def test_a_tie_ends_with_nobody_and_leads_to_one_account_only(place: Place, provider: OpenIdProvider) -> None:
    place.accounts.add("b.reader", Role.NGO, "a test")
    with pytest.raises(UnusableCall, match="another account is tied"):
        place.accounts.tie("b.reader", provider.address, "subject-1", "a test")
    assert place.sign_in().status_code == 303
    place.accounts.tie("a.reader", None, None, "a test")
    assert place.who()["name"] == "public", "who was signed in is signed out"
    assert place.sign_in().status_code == 403


def test_an_account_without_a_password_cannot_be_entered_by_one(place: Place) -> None:
    for password in ("", "None", "a.reader"):
        assert place.accounts.sign_in("a.reader", password) is None


def test_the_button_is_shown_where_a_provider_is_set_up(place: Place, empty: Workspace) -> None:
    assert "Sign in by 127.0.0.1" in place.browser.get("/sign-in").text
    assert 'next=/%22%3E' in place.browser.get("/sign-in", params={"next": '/">'}).text  # fmt: skip
    with TestClient(create_app(empty), base_url="http://127.0.0.1") as other:
        assert "/sign-in/openid" not in other.get("/sign-in").text
        for path in ("/sign-in/openid", "/sign-in/openid/back"):
            assert other.get(path).status_code == 400


def test_the_command_line_ties_accounts(
    bidring: Bidring, provider: OpenIdProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = ("--home", tmp_path / "home", "account")
    none = bidring(*home, "add", "c.reader", "--role", "ngo", "--openid", "subject-9")
    assert (none.status, "BIDRING_OIDC_ISSUER" in none.err) == (2, True)
    for name, value in provider.environment().items():
        monkeypatch.setenv(name, value)
    assert bidring(*home, "add", "c.reader", "--role", "ngo", "--openid", "subject-9").status == 0
    assert bidring(*home, "list", "--json").document[0]["external"] is True
    assert bidring(*home, "add", "d.reader", "--role", "ngo", "--openid", "subject-9").status == 2
    assert len(bidring(*home, "list", "--json").document) == 1, "nothing half done"
    assert (
        bidring(*home, "tie", "c.reader", "--email", "c@example.org", "--json").document["issuer"] == provider.address
    )
    assert "tied to nobody" in bidring(*home, "tie", "c.reader", "--nobody").out
    for wrong in (
        (), ("--nobody", "--subject", "x"), ("--subject", ""), ("--subject", "\u0444"), ("--email", "c"),
        ("--subject", "x" * 256),
    ):  # fmt: skip
        called = bidring(*home, "tie", "c.reader", *wrong)
        assert called.status == 2
        assert called.err.count("\n") == 1
    assert bidring(*home, "tie", "nobody", "--subject", "x").status == 2


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"BIDRING_OIDC_ISSUER": "https://id.example"}, "belong together"),
        ({"BIDRING_OIDC_CLIENT": "c"}, "belong together"),
        ({"BIDRING_OIDC_SECRET": "a-secret"}, "belong together"),
        ({"BIDRING_OIDC_ISSUER": "http://id.example", "BIDRING_OIDC_CLIENT": "c"}, "not https"),
        ({"BIDRING_OIDC_ISSUER": "id.example", "BIDRING_OIDC_CLIENT": "c"}, "no address"),
        ({"BIDRING_OIDC_ISSUER": "https://u:a-secret@id.example", "BIDRING_OIDC_CLIENT": "c"}, "no address"),
        ({"BIDRING_OIDC_ISSUER": "https://id.example:x", "BIDRING_OIDC_CLIENT": "c"}, "no address"),
        ({"BIDRING_URL": "desk.example"}, "no address"),
        ({"BIDRING_URL": "https://desk.example/below"}, "with a path"),
    ],
)
def test_settings_that_cannot_be_used_stop_the_start_and_show_no_secret(environment: dict[str, str], said: str) -> None:
    with pytest.raises(UnusableCall, match=said) as raised:
        read_settings(environment, "home")
    assert "a-secret" not in str(raised.value)


def test_the_settings_show_no_secret(provider: OpenIdProvider) -> None:
    assert SECRET not in repr(read_settings(provider.environment(), "home"))
