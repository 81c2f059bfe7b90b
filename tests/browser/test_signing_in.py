"""Signing in and out in a real browser: by the form, with a one-time code, and by an OpenID provider."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pyotp import TOTP

from api.access.accounts import Accounts
from api.access.policy import Role
from api.app import create_app
from api.desk.database import Desk
from api.settings import read_settings
from api.workspace import Workspace
from tests.servers.openid_provider import OpenIdProvider, running
from tests.servers.served import served

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdProvider]:
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def address(provider: OpenIdProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service with an account that signs in by password, and one that the provider signs in to."""
    home = Workspace(read_settings(provider.environment(), str(tmp_path_factory.mktemp("signing-in") / "home")))
    with closing(Desk(home.settings.desk)) as desk:
        them = Accounts(desk, home.settings.home)
        them.add("a.reader", Role.ADMINISTRATOR, "a test", password=PASSWORD)
        them.add_tied("b.reader", Role.MONITOR, "a test", issuer=provider.address, subject="subject-1")
    with served(create_app(home)) as found:
        yield found


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that runs no script: none is needed."""
    context = chromium.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def _fill(page: Page, address: str, password: str, code: str = "") -> None:
    page.goto(f"{address}/account")
    assert page.url.endswith("/sign-in?next=%2Faccount")
    page.fill("#name", "a.reader")
    page.fill("#password", password)
    page.fill("#code", code)
    page.locator("main button").click()


def _fits(page: Page, folder: Path, name: str) -> None:
    """The page scrolls sideways on no screen, and no field or picture fills it; one of it is kept for whoever looks."""
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 800})
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
        box = page.locator("main").bounding_box()
        assert box
        assert box["x"] + box["width"] <= width, name
        for part, most in (("main input:visible", 60), ("svg.code", 300)):
            for one in page.locator(part).all():
                place = one.bounding_box()
                assert place
                assert place["height"] <= most, (name, part)


def test_in_by_the_form_a_code_set_up_out_and_in_with_the_code(page: Page, address: str, tmp_path: Path) -> None:
    _fill(page, address, "wrong password")
    assert page.get_by_role("alert").inner_text().startswith("Name, password or code is not right")
    _fits(page, tmp_path, "sign-in")
    _fill(page, address, PASSWORD)
    assert page.url == f"{address}/account"
    _fits(page, tmp_path, "account")
    page.get_by_role("button", name="Set up a device").click()
    secret = page.locator("main code").inner_text()
    assert page.locator("svg.code").bounding_box()
    _fits(page, tmp_path, "code")
    device = TOTP(secret)
    page.fill("#code", device.now())
    page.get_by_role("button", name="Ask for codes from now on").click()
    assert "One-time codes are asked for" in page.locator("main").inner_text()
    page.goto(f"{address}/accounts")
    _fits(page, tmp_path, "accounts")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{address}/account")
    assert "/sign-in" in page.url
    _fill(page, address, PASSWORD)
    assert page.get_by_role("alert").count() == 1, "the password alone is not enough any more"
    _fill(page, address, PASSWORD, device.now())
    assert page.url == f"{address}/account"


def test_in_by_the_provider_and_back_to_where_one_was_going(page: Page, address: str, provider: OpenIdProvider) -> None:
    page.goto(f"{address}/account")
    page.get_by_role("link", name="Sign in by 127.0.0.1").click()
    assert page.url == f"{address}/account"
    assert page.locator("h1").inner_text() == "b.reader"


def test_whom_the_provider_shows_and_nobody_let_in_reads_one_plain_line(
    page: Page, address: str, provider: OpenIdProvider, tmp_path: Path
) -> None:
    provider.subject = "somebody-else"
    page.goto(f"{address}/sign-in")
    page.get_by_role("link", name="Sign in by 127.0.0.1").click()
    assert page.get_by_role("alert").inner_text().startswith("this sign-in leads to no account here")
    _fits(page, tmp_path, "refused")
    provider.subject = "subject-1"
