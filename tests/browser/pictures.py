"""Pictures of the main pages over the demo country, for the README: ``python -m tests.browser.pictures HOME``."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from api.access.policy import Role
from api.app import create_app
from api.workspace import Workspace
from graph.answers import Answers
from graph.answers.view import EVERYTHING
from tests.browser.conftest import SWITCHES, browser_path
from tests.people import signed_in, with_own_desk
from tests.servers.served import served

DOCS = Path(__file__).parents[2] / "docs"
WIDTH, HEIGHT = 1360, 900


def addresses(workspace: Workspace) -> dict[str, str]:
    """The pages by the names of their pictures: the first ring and its case, the longest tie and
    who owns its supplier, and the country."""
    with workspace.generation() as generation:
        answers = Answers(generation, EVERYTHING)
        case = next(one["id"] for one in answers.cases() if "B01" in one["codes"])
        ring, link = answers.rings()[0]["id"], max(answers.links(), key=lambda one: one["hops"])
        owned = answers.node(link["supplier"])
    return {
        "case": f"/cases/{case}", "ring": f"/rings/{ring}", "tie": f"/links/{link['id']}", "country": "/country",
        "owners": f"/entities/{owned}/owners",
    }  # fmt: skip


def take(browser: Browser, workspace: Workspace, folder: Path) -> list[Path]:
    """The pictures, as PNG files in a folder, each of what a window shows at first."""
    made = []
    context = browser.new_context(
        extra_http_headers=signed_in(workspace, Role.MONITOR), viewport={"width": WIDTH, "height": HEIGHT}
    )
    with served(create_app(workspace)) as address:
        page = context.new_page()
        for name, path in addresses(workspace).items():
            page.goto(address + path)
            _ready(page)
            if name == "ring":
                page.locator("#matrix").scroll_into_view_if_needed()
                page.locator("#matrix").evaluate("one => one.scrollIntoView()")
            made.append(folder / f"{name}.png")
            page.screenshot(path=made[-1])
    context.close()
    return made


def _ready(page: Page) -> None:
    if page.locator("#explorer").count():
        page.wait_for_selector("#explorer[data-drawn]")
    page.wait_for_timeout(200)


def main(home: str) -> None:
    """Take the pictures of a home into the folder of the README's."""
    with tempfile.TemporaryDirectory() as desk, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=browser_path(), args=SWITCHES)
        for one in take(browser, with_own_desk(Path(home), Path(desk)), DOCS):
            print(one.name, one.stat().st_size)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
