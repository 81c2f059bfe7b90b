"""Every page, in every language and both themes: nothing that keeps somebody from reading or using it."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from api.access.policy import Role
from api.app import create_app
from api.routes.fresh import LANGUAGE, THEME
from api.routes.often import Often
from tests.conftest import Demo
from tests.pages import PAGES, Page, places, unlisted
from tests.people import signed_in, with_own_desk
from tests.servers.served import served
from viz.words import Language

GRAVE = ("serious", "critical")
PHONE = 375
_RULES: dict[str, dict[str, object]] = {
    "light": {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast"]},
}
"""All rules of axe, with the one of WCAG 2.2 that it has off; a theme changes nothing but colours."""
_WIDER = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const past = (one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.wide, pre');
  const all = wide > 0 ? [...document.body.querySelectorAll('*')] : [];
  return all.filter(past).slice(0, 3).map((one) => one.outerHTML.slice(0, 80)).join(' | ') || (wide > 0 ? 'wider' : '');
}"""
"""What reaches past the right edge of a page that scrolls sideways."""


@pytest.fixture(scope="module")
def app(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return create_app(with_own_desk(demo.home, tmp_path_factory.mktemp("desk")), often=Often(open=100_000))


@pytest.fixture(scope="module")
def found(app: FastAPI) -> dict[str, str]:
    return places(app.state.workspace)


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    with served(app) as found:
        yield found


@pytest.fixture(scope="module")
def headers(app: FastAPI) -> dict[Role, dict[str, str]]:
    """What signs in each role."""
    return {role: {} if role is Role.PUBLIC else signed_in(app.state.workspace, role) for role in Role}


def opened(tab: Tab, address: str, page: Page, found: dict[str, str]) -> None:
    """Open a page, and press what leads to it."""
    answer = tab.goto(address + page.address.format(**found))
    assert answer is not None
    assert answer.status == page.status
    if page.press:
        button = tab.locator(page.press)
        for field in button.locator("xpath=ancestor::form").locator("input:required").all():
            field.fill("somebody")
        with tab.expect_navigation():
            button.click(no_wait_after=True)


def graves(tab: Tab, theme: str) -> list[Any]:
    """What axe finds serious or critical on a page, with where and why."""
    told = Axe().run(tab, options=_RULES[theme]).response["violations"]
    return [
        (one["id"], [(node["html"][:120], node["failureSummary"][:200]) for node in one["nodes"][:3]])
        for one in told
        if one["impact"] in GRAVE
    ]


def test_axe_finds_what_is_wrong(chromium: Browser) -> None:
    """Or its silence would prove nothing."""
    tab = chromium.new_page()
    tab.set_content(
        '<html lang="en"><title>x</title><p style="color: #bbb; background: #fff">pale</p><img src="data:,">'
    )
    assert {one[0] for one in graves(tab, "light")} == {"color-contrast", "image-alt"}
    assert {one[0] for one in graves(tab, "dark")} == {"color-contrast"}
    tab.close()


def test_every_page_route_is_listed(app: FastAPI) -> None:
    assert unlisted(app) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda one: f"{one.role} {one.address} {one.press}".strip())
def test_no_page_keeps_anybody_out(
    page: Page, chromium: Browser, address: str, found: dict[str, str], headers: dict[Role, dict[str, str]]
) -> None:
    """No serious or critical finding of axe; one h1; on a phone nothing scrolls sideways."""
    problems: list[Any] = []
    context = chromium.new_context(extra_http_headers=headers[page.role])
    tab = context.new_page()
    for language, theme in product(Language, ("light", "dark")):
        context.add_cookies(
            [{"name": name, "value": value, "url": address} for name, value in ((LANGUAGE, language), (THEME, theme))]
        )
        tab.set_viewport_size({"width": 1280, "height": 900})
        opened(tab, address, page, found)
        assert tab.locator("html").get_attribute("lang") == language
        problems += [(language, theme, one) for one in graves(tab, theme)]
        problems += [(language, theme, "h1", count) for count in [tab.locator("h1").count()] if count != 1]
        tab.set_viewport_size({"width": PHONE, "height": 800})
        problems += [(language, theme, "wider than a phone", one) for one in [tab.evaluate(_WIDER)] if one]
    context.close()
    assert problems == []


@pytest.mark.parametrize("path", ["/", "/cases/{worked}/desk", "/entities/{firm}", "/figures"])
def test_what_is_printed_is_read_and_not_pressed(
    path: str, chromium: Browser, address: str, found: dict[str, str], headers: dict[Role, dict[str, str]]
) -> None:
    """Forms, navigation and dark colours stay on the screen; no table is cut."""
    context = chromium.new_context(extra_http_headers=headers[Role.SUPERVISOR])
    context.add_cookies([{"name": THEME, "value": "dark", "url": address}])
    tab = context.new_page()
    opened(tab, address, Page(path, Role.SUPERVISOR), found)
    tab.set_viewport_size({"width": 794, "height": 1123})
    tab.emulate_media(media="print")
    assert [one for one in tab.locator("form, nav, footer, button, details").all() if one.is_visible()] == []
    assert tab.locator("h1").is_visible()
    assert tab.evaluate("getComputedStyle(document.body).color") == "rgb(28, 28, 26)"
    assert tab.evaluate("document.documentElement.scrollWidth") <= 794
    assert tab.pdf(format="A4").startswith(b"%PDF-")
    context.close()
