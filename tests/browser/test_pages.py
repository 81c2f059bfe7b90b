"""The served pages in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from api.access.policy import Role
from api.app import create_app
from api.workspace import Workspace
from tests.conftest import Demo
from tests.people import signed_in, with_own_desk
from tests.servers.served import served


@pytest.fixture(scope="module")
def workspace(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The demo country with a desk of its own."""
    return with_own_desk(demo.home, tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def headers(workspace: Workspace) -> dict[str, str]:
    """What signs a monitor in."""
    return signed_in(workspace, Role.MONITOR)


@pytest.fixture(scope="module")
def address(workspace: Workspace) -> Iterator[str]:
    """The service over the demo country, on a port of its own."""
    with served(create_app(workspace)) as found:
        yield found


@pytest.fixture
def page(chromium: Browser, headers: dict[str, str]) -> Iterator[Page]:
    """A monitor's page that fails the test where its console reports an error."""
    context = chromium.new_context(extra_http_headers=headers)
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert problems == []


def test_from_the_list_to_a_case_to_its_source_record(page: Page, address: str) -> None:
    page.goto(address)
    row = page.locator("tbody tr").first
    title = row.locator("a").inner_text()
    row.locator("a").click()
    page.wait_for_url("**/cases/*")
    assert title in page.locator("h1").inner_text()
    page.wait_for_selector("#explorer[data-drawn]")
    page.locator(".flags a[href^='#record-']").first.click()
    page.locator("#record pre").wait_for()
    assert "ocid" in page.locator("#record").inner_text()


def test_search_works_from_the_keyboard_and_leads_to_a_party(page: Page, address: str) -> None:
    page.goto(address)
    for _link in ("to the content", "the service", "the search"):
        page.keyboard.press("Tab")
    page.keyboard.type("ТОО")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=*")
    page.locator("tbody a").first.click()
    page.wait_for_url("**/entities/*")
    assert page.locator("h1").inner_text()


@pytest.mark.parametrize("width", [375, 1280])
def test_no_page_scrolls_sideways(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address)
    for href in ["/", page.locator("tbody a").first.get_attribute("href") or "", "/?q=ТОО"]:
        page.goto(address + href)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, href


@pytest.mark.parametrize("width", [375, 1280])
def test_a_case_is_worked_on_by_hand_without_javascript(
    chromium: Browser, address: str, workspace: Workspace, width: int
) -> None:
    context = chromium.new_context(
        java_script_enabled=False, extra_http_headers=signed_in(workspace, Role.INVESTIGATOR),
        viewport={"width": width, "height": 800},
    )  # fmt: skip
    page = context.new_page()
    page.goto(address)
    row = page.locator("tbody tr", has_text="new").first
    row.get_by_role("link", name="Desk of case").click()
    page.get_by_label("Reason, kept with the case").fill("It is worth a look.")
    page.get_by_role("button", name="Move to triage").click()
    page.get_by_text("Add a note").click()
    page.get_by_label("Note", exact=True).fill("a word\non two lines")
    page.get_by_role("button", name="Add the note").click()
    assert page.locator("tbody tr", has_text="moved to triage").count() == 1
    assert page.locator("td.said", has_text="on two lines").bounding_box()
    boxes = [page.locator(one).first.bounding_box() for one in ("h2", "table", "textarea")]
    assert all(box and box["x"] + box["width"] <= width for box in boxes)
    context.close()


def test_pages_work_without_javascript(chromium: Browser, address: str, headers: dict[str, str]) -> None:
    context = chromium.new_context(java_script_enabled=False, extra_http_headers=headers)
    page = context.new_page()
    page.goto(address)
    assert page.locator("tbody tr").count() > 5
    page.locator("tbody a").first.click()
    assert page.locator("h1").inner_text()
    assert page.locator("noscript").count() or page.get_by_text("JavaScript").count()
    context.close()
