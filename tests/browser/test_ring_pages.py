"""Pages of rings, ties and owners in a real browser: what is drawn is what the tables say, on any screen."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from api.access.policy import Role
from api.app import create_app
from api.workspace import Workspace
from graph.answers.paths import PathAnswers
from tests.conftest import Demo
from tests.people import signed_in, with_own_desk
from tests.servers.served import served


@pytest.fixture(scope="module")
def home(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The demo country with a desk of its own."""
    return with_own_desk(demo.home, tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def paths(home: Workspace) -> dict[str, str]:
    """The pages: the ring with the most evidence, the tie with the longest chain, and its supplier's owners."""
    with home.generation() as generation:
        answers = PathAnswers(generation)
        ring = answers.rings(limit=1)[0]
        link = answers.link(max(answers.links(), key=lambda one: (one["hops"], one["id"]))["id"])
    firm = link["nodes"][-1]["node"]
    return {
        "ring": f"/rings/{ring['id']}",
        "path": f"/links/{link['id']}?ways=true",
        "owners": f"/entities/{firm}/owners?at={link['period']['until']}",
    }


@pytest.fixture(scope="module")
def address(home: Workspace) -> Iterator[str]:
    """The service over the demo country, on a port of its own."""
    with served(create_app(home)) as found:
        yield found


@pytest.fixture
def context(chromium: Browser, home: Workspace) -> Iterator[BrowserContext]:
    """A monitor's browser."""
    found = chromium.new_context(extra_http_headers=signed_in(home, Role.MONITOR))
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails the test where its console reports an error."""
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    assert problems == []


def told(page: Page, selector: str, attribute: str) -> list[str]:
    found: list[str] = page.locator(selector).evaluate_all(f"all => all.map(one => one.getAttribute('{attribute}'))")
    return found


def test_the_matrix_and_its_table_say_the_same(page: Page, address: str, paths: dict[str, str]) -> None:
    page.goto(address + paths["ring"])
    drawn: set[tuple[int, int, bool]] = set()
    while True:
        for one in told(page, "svg.matrix [data-cell]", "data-cell"):
            tender, member, sign = one.split("/")
            drawn |= {(int(tender), int(member), sign == "won")} if member != "0" else set()
        if not page.locator("a[rel=next]").count():
            break
        page.locator("a[rel=next]").click()
    rows = page.locator("#tenders-table tbody tr")
    said: set[tuple[int, int, bool]] = set()
    for number in range(rows.count()):
        cells = rows.nth(number).locator("td")
        won: dict[int, bool] = {}  # a member may bid for several lots of a tender
        for bid in cells.nth(10).locator(".cell").all_inner_texts():
            member = int(bid.split()[0])
            won[member] = won.get(member, False) or bid.split()[-1] == "W"
        said |= {(int(cells.nth(0).inner_text()), member, one) for member, one in won.items()}
    assert drawn == said
    assert sum(won for _tender, _member, won in drawn) > 5


def test_the_spread_and_its_table_say_the_same(page: Page, address: str, paths: dict[str, str]) -> None:
    page.goto(address + paths["ring"])
    drawn = told(page, "svg.spread [data-tender]", "data-tender")
    rows = page.locator("#tenders-table tbody tr").evaluate_all(
        "all => all.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )
    assert drawn == [row[0] for row in rows if row[5]]
    assert len(drawn) > 10
    heights = page.locator("svg.spread [data-tender] .line").evaluate_all("all => all.map(one => one.getBBox().height)")
    wide = [float(row[7]) - float(row[5]) for row in rows if row[5]]
    assert (
        sorted(range(len(wide)), key=lambda at: wide[at])[-1]
        == sorted(range(len(heights)), key=lambda at: heights[at])[-1]
    )


def test_the_timeline_has_the_post_the_ties_and_the_awards_of_the_tables(
    page: Page, address: str, paths: dict[str, str]
) -> None:
    page.goto(address + paths["path"])
    assert len(told(page, "[data-bar]", "data-bar")) == page.locator("li.step").count() + 1
    assert (
        told(page, "[data-award]", "data-award") == page.locator("#awards-table tbody td:first-child").all_inner_texts()
    )
    post = page.locator("[data-bar='0'] rect").bounding_box()
    award = page.locator("[data-award] polygon").first.bounding_box()
    assert post
    assert award
    assert post["x"] <= award["x"] + award["width"] / 2 <= post["x"] + post["width"]


def test_a_source_record_opens_beside_its_step(page: Page, address: str, paths: dict[str, str]) -> None:
    page.goto(address + paths["path"])
    record = page.locator("li.step details").first
    assert not record.locator("pre").is_visible()
    record.locator("summary").press("Enter")
    assert record.locator("pre").is_visible()
    assert re.search("[0-9a-f]{64}", record.inner_text())


def test_the_tree_and_its_list_have_the_same_owners(page: Page, address: str, paths: dict[str, str]) -> None:
    page.goto(address + paths["owners"])
    drawn = {own for own in told(page, "svg.tree [data-box]", "data-box") if own != "0"}
    assert drawn == set(told(page, "[data-owner]", "data-owner"))
    assert len(drawn) > 1
    names = page.locator("svg.tree [data-box]:not([data-box='0']) title").all_text_contents()
    assert sorted(names) == sorted(page.locator("[data-owner] > a b").all_inner_texts())


def test_a_day_is_asked_for_by_the_form_and_by_the_days_of_change(
    page: Page, address: str, paths: dict[str, str]
) -> None:
    page.goto(address + paths["owners"])
    page.get_by_label("Day", exact=True).fill("1990-01-01")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/owners?at=1990-01-01")
    assert page.get_by_text("No owner is known on this day.").count() == 1
    page.locator(".changes a").last.click()
    assert page.locator("[data-owner]").count() > 0


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("name", ["ring", "path", "owners"])
def test_no_page_scrolls_sideways(page: Page, address: str, paths: dict[str, str], name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address + paths[name])
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert page.locator("h1").count() == 1
    for box in page.locator(".wide").all():
        assert box.get_attribute("tabindex") == "0"
        assert box.get_attribute("aria-label")


@pytest.mark.parametrize("name", ["ring", "path", "owners"])
def test_pages_need_no_javascript(
    chromium: Browser, home: Workspace, address: str, paths: dict[str, str], name: str
) -> None:
    context = chromium.new_context(java_script_enabled=False, extra_http_headers=signed_in(home, Role.MONITOR))
    page = context.new_page()
    page.goto(address + paths[name])
    assert page.locator("svg.chart").first.bounding_box()
    assert page.locator("main a").count() > 3
    if name == "ring":
        page.locator("#members-table a").first.click()
        page.wait_for_url("**/entities/*")
        page.get_by_role("link", name="Its owners on a day").click()
        page.wait_for_url("**/owners")
    context.close()
