"""The country at a glance in a real browser: by mouse, by keyboard, without JavaScript, on a phone, in two themes."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from api.access.policy import Role
from api.app import create_app
from api.workspace import Workspace
from tests.conftest import Demo
from tests.people import signed_in, with_own_desk
from tests.servers.served import served

_CONTRAST = """() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map(Number).map(one => one / 255)
      .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return [...document.querySelectorAll('.key')].map(one => {
    const style = getComputedStyle(one);
    const both = [light(style.color), light(style.backgroundColor)].sort((a, b) => b - a);
    return (both[0] + 0.05) / (both[1] + 0.05);
  });
}"""


@pytest.fixture(scope="module")
def workspace(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return with_own_desk(demo.home, tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def address(workspace: Workspace) -> Iterator[str]:
    with served(create_app(workspace)) as found:
        yield found


@pytest.fixture
def context(chromium: Browser, workspace: Workspace, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A monitor's browser, with what a test asks for, whose console reports no error."""
    asked = getattr(request, "param", {})
    found = chromium.new_context(extra_http_headers=signed_in(workspace, Role.MONITOR), **asked)
    problems: list[str] = []
    found.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    found.on("weberror", lambda error: problems.append(str(error.error)))
    yield found
    found.close()
    assert problems == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


_NO_SCRIPTS = pytest.mark.parametrize("context", [{"java_script_enabled": False}], indirect=True)


def _number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


@_NO_SCRIPTS
def test_from_the_front_page_to_the_cases_of_a_cell_without_javascript(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="Country", exact=True).click()
    page.get_by_label("In cells").select_option("cases")
    page.get_by_label("Rows").select_option("buyer")
    page.get_by_role("button", name="Show").click()
    assert "measure=cases" in page.url
    cell = page.locator(".matrix tbody td a").first
    count = _number(cell.inner_text())
    cell.click()
    assert page.locator("main tbody tr").count() == count


@_NO_SCRIPTS
def test_a_region_of_the_map_leads_to_its_categories_and_back(page: Page, address: str) -> None:
    page.goto(f"{address}/country?measure=tenders")
    region = page.locator(".map svg a").first
    href, name = region.get_attribute("href"), region.get_attribute("aria-label") or ""
    region.click()
    assert page.url == f"{address}{href}"
    assert page.locator(".map").count() == 0
    total = _number(page.locator(".matrix tfoot td").last.inner_text().partition("▸")[0])
    assert total == _number(name.partition(":")[2].partition("of")[2].partition("tender")[0])
    page.get_by_role("link", name="Whole country").click()
    assert page.locator(".map").count() == 1


def test_map_and_matrix_are_reached_and_followed_by_keyboard(page: Page, address: str) -> None:
    page.goto(f"{address}/country")
    seen = []
    for _press in range(400):
        page.keyboard.press("Tab")
        at = page.evaluate(
            "() => { const one = document.activeElement; const box = one.getBoundingClientRect();"
            " return [one.tagName, one.closest('.map svg') ? 'map' : one.closest('.matrix') ? 'matrix' : '',"
            " one.getAttribute('href'), box.width, box.height]; }"
        )
        seen.append(at)
        if at[1] == "matrix" and "/tenders" in (at[2] or ""):
            break
    assert {at[1] for at in seen} == {"", "map", "matrix"}
    small = [at for at in seen if at[1] == "matrix" and (at[3] < 24 or at[4] < 24)]
    assert small == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/tenders?*")


@pytest.mark.parametrize("context", [{"viewport": {"width": 375, "height": 800}}], indirect=True)
def test_on_a_phone_only_the_matrix_and_the_map_scroll_sideways(page: Page, address: str) -> None:
    for path in ("/country", "/country?rows=buyer&columns=supplier", "/tenders", "/?category=45&state="):
        for language in ("en", "ru", "kk"):
            page.goto(f"{address}/appearance?language={language}&next=/")
            page.goto(address + path)
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0, (path, language)
            assert page.locator("h1").count() == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_are_read_on_every_shade_in_both_themes(page: Page, address: str, theme: str) -> None:
    page.goto(f"{address}/appearance?theme={theme}&next=/country")
    ratios = page.evaluate(_CONTRAST)
    assert len(ratios) >= 12
    assert min(ratios) >= 4.5, ratios


def test_the_matrix_is_a_table_whose_cells_have_their_headings(page: Page, address: str) -> None:
    page.goto(f"{address}/country")
    matrix = page.locator(".matrix")
    columns, rows = matrix.locator("thead th[scope=col]").count(), matrix.locator("tbody th[scope=row]").count()
    assert columns > 3
    assert rows > 3
    assert matrix.locator("tbody td").count() == columns * rows
    assert page.locator(".chart[role=img][aria-label]").count() == 6
    assert page.locator(".spans").count() == 2
