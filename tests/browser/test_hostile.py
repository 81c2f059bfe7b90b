"""Sixty hostile texts in names, ids, titles and contacts: no page runs or calls anything of them."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as Tab

from api.access.policy import Role
from api.app import create_app
from api.routes.often import Often
from api.workspace import Workspace
from graph.answers import Answers
from graph.answers.procurement import Procurement
from graph.answers.view import EVERYTHING
from tests.browser.hostile_country import hostile_country
from tests.browser.payloads import PAYLOADS, hostile
from tests.browser.test_case_page import Listener, listening
from tests.pages import API, PAGES, Page, places, unlisted
from tests.people import signed_in
from tests.servers.served import served

WIDE = (
    "/cases/{case}", "/cases/{case}/desk", "/entities/{firm}", "/entities/{person}", "/tenders/{tender}",
    "/rings/{ring}", "/links/{link}", "/entities/{firm}/owners",
)  # fmt: skip
"""Pages that are opened for every case, party and tender of the country, by the place that stands in them."""
ASKED = (
    "/?assignee={text}", "/?state={text}", "/looks?party={text}&account={text}", "/looks/{text}",
    "/sign-in?next={text}", "/cases/{text}", "/cases/{text}/desk", "/entities/{text}", "/tenders/{text}",
    "/{text}", "/appearance?next={text}",
)  # fmt: skip
"""Addresses that a hostile text is put into, beside the search: each text into two of them in turn."""
FEW, TENDERS = 8, 40
"""So many cases and tenders are opened; a case has the texts of many parties."""


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


@pytest.fixture(scope="module")
def texts(listener: Listener) -> list[str]:
    return hostile(listener.url.removeprefix("http://"))


@pytest.fixture(scope="module")
def workspace(texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return hostile_country(tmp_path_factory.mktemp("hostile"), texts)


@pytest.fixture(scope="module")
def app(workspace: Workspace) -> FastAPI:
    return create_app(workspace, often=Often(open=100_000))


@pytest.fixture(scope="module")
def found(workspace: Workspace, app: FastAPI, texts: list[str]) -> dict[str, str]:
    """The places of the country, and a case whose history has every text in somebody's words."""
    at = places(workspace)
    client = TestClient(app, base_url="http://127.0.0.1", headers=signed_in(workspace, Role.INVESTIGATOR))
    case = f"{API}/cases/{at['worked']}"
    said = "\n".join(re.sub("[\x00\ud800-\udfff]", "", text)[:150] for text in texts)
    version = client.get(case).json()["version"]
    assert client.post(f"{case}/notes", json={"version": version, "text": said}).status_code == 201
    return at


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    with served(app) as found:
        yield found


@dataclass(slots=True)
class Watched:
    """A tab whose every complaint, dialog and request beyond the service is kept."""

    tab: Tab
    address: str
    said: list[str] = field(default_factory=list)

    def open(self, path: str, statuses: tuple[int, ...] = (200,)) -> None:
        """Open a page, touch what reacts to it, and look for traces of what ran."""
        answer = self.tab.goto(path if path.startswith("file:") else self.address + path, wait_until="load")
        assert answer is None or answer.status in statuses, (path, answer.status)
        if self.tab.evaluate("'pwned' in window"):
            self.said.append(f"ran on {path}")
        self.said += [f"{one} on {path}" for one in self.tab.evaluate(_PLANTED)]


_PLANTED = """() => {
  const held = (one) => [...one.attributes].filter((a) => a.name.startsWith('on')
    || ['href', 'src', 'action'].includes(a.name) && /^\\s*(javascript|data):/i.test(a.value))
    .map((a) => `${one.tagName} ${a.name}`);
  const never = document.querySelectorAll('iframe, object, embed, base, math, meta[http-equiv=refresh]');
  return [...document.querySelectorAll('*')].flatMap(held).concat([...never].map((one) => one.tagName));
}"""
"""Elements and attributes that no page of ours has."""


Opening = Callable[[Role], AbstractContextManager[Watched]]


@pytest.fixture
def opening(chromium: Browser, workspace: Workspace, address: str) -> Opening:
    """Gives a tab of somebody with a role, of which nothing may be kept when it closes."""

    @contextmanager
    def opened(role: Role) -> Iterator[Watched]:
        headers = {} if role is Role.PUBLIC else signed_in(workspace, role)
        context = chromium.new_context(extra_http_headers=headers)
        watched = watch(context, address)
        yield watched
        context.close()
        assert watched.said == []

    return opened


@pytest.fixture
def watched(opening: Opening) -> Iterator[Watched]:
    """Opens pages as a supervisor."""
    with opening(Role.SUPERVISOR) as found:
        yield found


def watch(context: BrowserContext, address: str) -> Watched:
    made = Watched(context.new_page(), address)
    tab = made.tab
    tab.on(
        "console",
        lambda one: made.said.append(one.text) if one.type == "error" and "status of 4" not in one.text else None,
    )
    tab.on("pageerror", lambda error: made.said.append(str(error)))
    tab.on("dialog", lambda one: (made.said.append(f"dialog {one.message}"), one.dismiss()))
    ours = (address, "file:", "blob:", "data:")
    tab.on("request", lambda one: None if one.url.startswith(ours) else made.said.append(f"asked {one.url}"))
    return made


def test_there_are_sixty_texts_and_every_page_is_opened(app: FastAPI) -> None:
    assert len(set(PAYLOADS)) == 60
    assert unlisted(app) == []
    assert {one.address for one in PAGES} >= set(WIDE)


def test_the_country_holds_the_texts_and_has_rings_and_ties(workspace: Workspace, texts: list[str]) -> None:
    with workspace.generation() as generation:
        answers = Answers(generation, EVERYTHING)
        assert answers.rings()
        assert answers.links()
        names = {str(one["name"]) for one in answers.firms()} | {one["title"] for one in answers.cases()}
        tenders = {
            text
            for one in Procurement(generation, EVERYTHING).tenders_like()
            for text in (one["id"], one["title"] or "")
        }
    held = [one for one in texts if any(one[:12] in name for name in names | tenders)]
    assert len(held) > 50


@pytest.mark.parametrize("page", [one for one in PAGES if not one.press], ids=lambda one: f"{one.role} {one.address}")
def test_no_page_runs_or_calls_anything(
    page: Page, opening: Opening, found: dict[str, str], listener: Listener
) -> None:
    with opening(page.role) as watched:
        watched.open(page.address.format(**found), (page.status,))
        watched.tab.wait_for_timeout(100)
    assert listener.hits == []


@pytest.mark.parametrize("page", WIDE)
def test_no_case_party_or_tender_runs_or_calls_anything(
    page: str, watched: Watched, workspace: Workspace, found: dict[str, str], listener: Listener
) -> None:
    with workspace.generation() as generation:
        answers = Answers(generation, EVERYTHING)
        cases = [one["id"] for one in answers.cases()][:FEW]
        parties = {party["node"] for one in cases for party in answers.case(one)["parties"]}
        tenders = [one["node"] for one in Procurement(generation, EVERYTHING).tenders_like(limit=TENDERS)]
        rings, links = ([one["id"] for one in found] for found in (answers.rings(), answers.links()))
    among = {"case": cases, "tender": tenders, "firm": [one for one in parties if one[0] == "o"],
             "person": [one for one in parties if one[0] == "p"], "ring": rings, "link": links}  # fmt: skip
    name = next(name for name in among if f"{{{name}}}" in page)
    assert among[name]
    for own in sorted(among[name]):
        watched.open(page.format(**found | {name: quote(own, safe="")}))
    assert listener.hits == []


def test_what_is_asked_for_runs_and_calls_nothing(watched: Watched, texts: list[str], listener: Listener) -> None:
    for number, text in enumerate(texts):
        written = quote(text.encode("utf-8", "replace").decode()[:190], safe="")
        for asked in ("/?q={text}", ASKED[number % len(ASKED)], ASKED[(number + 5) % len(ASKED)]):
            watched.open(asked.replace("{text}", written), (200, 400, 404, 422))
    assert listener.hits == []


@pytest.fixture(scope="module")
def exported(app: FastAPI, workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Cases as files to hand on, in two languages."""
    client = TestClient(app, base_url="http://127.0.0.1", headers=signed_in(workspace, Role.SUPERVISOR))
    folder, files = tmp_path_factory.mktemp("exported"), []
    with workspace.generation() as generation:
        cases = [one["id"] for one in Answers(generation, EVERYTHING).cases()][:FEW]
    for case, language in product(cases, ("en", "kk")):
        files.append(folder / f"{case}.{language}.html")
        answer = client.get(f"{API}/cases/{case}/exports/html", params={"language": language})
        files[-1].write_bytes(answer.content)
    return files


def test_no_exported_page_runs_or_calls_anything(
    watched: Watched, exported: list[Path], found: dict[str, str], listener: Listener
) -> None:
    for file in exported:
        watched.open(file.as_uri())
        watched.tab.wait_for_selector("#picture canvas")
        box = watched.tab.locator("#picture canvas").bounding_box()
        assert box
        for step in range(6):  # over marks and lines, so that tooltips show
            watched.tab.mouse.move(box["x"] + box["width"] * step / 6, box["y"] + box["height"] / 2)
        watched.tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        assert not watched.tab.evaluate("'pwned' in window")
    assert listener.hits == []


def test_the_listener_hears_this_browser(chromium: Browser, listener: Listener, texts: list[str]) -> None:
    """Or its silence would prove nothing: the same texts on a page that does not escape them call and run."""
    tab = chromium.new_page()
    ran: list[str] = []
    tab.on("dialog", lambda one: (ran.append(one.message), one.dismiss()))
    for text in texts[:12]:
        tab.set_content(text.encode("utf-8", "replace").decode())
    tab.wait_for_timeout(300)
    tab.close()
    assert ran
    assert listener.hits
