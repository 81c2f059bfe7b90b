"""The case explorer in a real browser: the tables say what the picture shows, whatever is done to it."""

import csv
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page

from api.access.policy import Role
from api.app import create_app
from api.workspace import Workspace
from graph.answers import Answers
from tests.conftest import Demo
from tests.people import signed_in, with_own_desk
from tests.servers.served import served


@pytest.fixture(scope="module")
def workspace(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The demo country with a desk of its own."""
    return with_own_desk(demo.home, tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def address(workspace: Workspace) -> Iterator[str]:
    with served(create_app(workspace)) as found:
        yield found


@pytest.fixture(scope="module")
def case(workspace: Workspace) -> str:
    """The first case: a ring with its tenders."""
    with workspace.generation() as generation:
        return str(Answers(generation).cases(limit=1)[0]["id"])


@dataclass(slots=True)
class Explorer:
    """An opened explorer, and how to look at it."""

    page: Page

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.page.wait_for_selector("#explorer[data-drawn]")

    @property
    def shown(self) -> tuple[set[str], set[str]]:
        """What the canvas holds: nodes and edges; the tables have the same, each once."""
        found = self.page.evaluate("window.bidring.shown()")
        for kind in ("nodes", "edges"):
            rows = self.page.evaluate(
                f"[...document.querySelectorAll('#{kind} tbody tr')].map((row) => row.dataset.id)"
            )
            assert sorted(rows) == sorted(found[kind])
        return set(found["nodes"]), set(found["edges"])

    def said(self, text: str) -> None:
        """Wait until the live region says something."""
        self.page.locator("#said", has_text=text).wait_for()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def choose(self, node: str) -> None:
        """Choose a node where it is in the picture."""
        self.page.locator("#picture").scroll_into_view_if_needed()
        place = self.page.evaluate("(id) => window.bidring.places()[id]", node)
        self.page.mouse.click(place["screenX"], place["screenY"])
        assert self.page.evaluate("window.bidring.chosen()") == node

    def row(self, one: str) -> None:
        """Choose a node or edge by its row."""
        self.page.locator(f'tr[data-id="{one}"] button').click()
        assert self.page.evaluate("window.bidring.chosen()") == one

    def panel(self, name: str) -> None:
        self.page.locator(f"#panel-{name}").evaluate("(panel) => { panel.open = true; }")


@pytest.fixture
def page(chromium: Browser, workspace: Workspace) -> Iterator[Page]:
    """An investigator's page that fails the test where its console says anything."""
    context = chromium.new_context(
        extra_http_headers=signed_in(workspace, Role.INVESTIGATOR), viewport={"width": 1280, "height": 900},
        locale="en", accept_downloads=True,
    )  # fmt: skip
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert problems == []


@pytest.fixture
def explorer(page: Page, address: str, case: str) -> Explorer:
    found = Explorer(page)
    found.open(f"{address}/cases/{case}")
    return found


@pytest.fixture
def firm(explorer: Explorer) -> str:
    """A firm that the case is about."""
    nodes = explorer.page.evaluate(
        "[...document.querySelectorAll('#nodes strong')].map((one) => one.closest('tr').dataset.id)"
    )
    return str(sorted(nodes)[0])


def test_the_picture_has_the_case_s_graph(explorer: Explorer, address: str, case: str) -> None:
    graph = explorer.page.request.get(f"{address}/api/v1/cases/{case}/graph").json()
    nodes, edges = explorer.shown
    assert nodes == {node["id"] for node in graph["nodes"]}
    assert edges == {edge["id"] for edge in graph["edges"]}


def _expand(explorer: Explorer, firm: str) -> None:
    explorer.choose(firm)
    explorer.press("e")
    explorer.said("came.")


def _hide(explorer: Explorer, firm: str) -> None:
    explorer.row(firm)
    explorer.page.get_by_role("button", name="Hide", exact=True).click()


def _filter(explorer: Explorer, _firm: str) -> None:
    explorer.panel("filters")
    explorer.page.locator("#filters").get_by_label("bid in", exact=True).uncheck()


def _doubt(explorer: Explorer, _firm: str) -> None:
    explorer.panel("filters")
    explorer.page.locator("#filters").get_by_label("at least").fill("10000000")
    explorer.page.locator("#filters").get_by_label("at least").press("Tab")


def _time(explorer: Explorer, _firm: str) -> None:
    explorer.page.locator("#time-to").focus()
    explorer.press("PageDown", "PageDown", "PageDown")


def _group(explorer: Explorer, _firm: str) -> None:
    explorer.page.get_by_label("Group by").select_option("buyer")


def _group_by_kind(explorer: Explorer, _firm: str) -> None:
    explorer.page.get_by_label("Group by").select_option("kind")


CHANGES: list[Callable[[Explorer, str], None]] = [_expand, _hide, _filter, _doubt, _time, _group, _group_by_kind]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_whatever_changes_the_picture_changes_the_tables_and_can_be_undone(
    explorer: Explorer, firm: str, change: Callable[[Explorer, str], None]
) -> None:
    before = explorer.shown
    change(explorer, firm)
    after = explorer.shown
    assert after != before
    while explorer.page.locator("#do-undo").is_enabled():
        explorer.page.locator("#do-undo").click()
    assert explorer.shown == before
    while explorer.page.locator("#do-redo").is_enabled():
        explorer.page.locator("#do-redo").click()
    assert explorer.shown == after


def test_an_expansion_goes_on_moves_nothing_and_collapses(explorer: Explorer, firm: str) -> None:
    before, places = explorer.shown, explorer.page.evaluate("window.bidring.places()")
    explorer.panel("expand")
    explorer.page.locator("#expand-form").get_by_label("at most").fill("3")
    explorer.choose(firm)
    explorer.page.get_by_role("button", name="Expand", exact=True).click()
    explorer.said("3 nodes came.")
    assert len(explorer.shown[0]) == len(before[0]) + 3
    explorer.page.get_by_role("button", name="More", exact=True).click()
    page = explorer.page
    page.locator("#nodes-count", has_text=f"{len(before[0]) + 6} nodes").wait_for()
    now = page.evaluate("window.bidring.places()")
    assert all((now[own]["x"], now[own]["y"]) == (places[own]["x"], places[own]["y"]) for own in places)
    assert len({(one["x"], one["y"]) for one in now.values()}) == len(now), "no node hides another"
    page.get_by_role("button", name="Collapse").click()
    assert explorer.shown == before


def test_an_expansion_is_filtered_by_kind_and_time(explorer: Explorer, firm: str) -> None:
    before = explorer.shown[1]
    explorer.panel("expand")
    form = explorer.page.locator("#expand-form")
    for box in form.get_by_role("checkbox").all():
        box.set_checked(box.get_attribute("value") == "OFFICER")
    explorer.row(firm)
    form.get_by_role("button").click()
    explorer.page.locator("#said", has_text=re.compile(r"came\.|Nothing else")).wait_for()
    came = explorer.shown[1] - before
    assert {edge.partition(":")[0] for edge in came} <= {"OFFICER"}


def test_what_is_hidden_or_filtered_out_is_in_no_file(explorer: Explorer, firm: str, tmp_path: Path) -> None:
    page = explorer.page
    name = page.locator(f'tr[data-id="{firm}"] strong').inner_text()
    explorer.row(firm)
    explorer.press("h")
    page.locator("#filters").evaluate("(form) => { form.closest('details').open = true; }")
    page.locator("#filters").get_by_label("tender", exact=True).uncheck()
    nodes, edges = explorer.shown
    assert firm not in nodes
    explorer.panel("export")
    files: dict[str, Path] = {}
    for form in ("json", "graphml", "csv"):
        taken: list[Any] = []

        def take(one: Any, into: list[Any] = taken) -> None:
            into.append(one)

        page.on("download", take)
        with page.expect_download():
            page.locator(f"#export-{form}").click()
        page.wait_for_timeout(300)
        page.remove_listener("download", take)
        for one in taken:
            files[one.suggested_filename.partition(".shown.")[2]] = tmp_path / one.suggested_filename
            one.save_as(tmp_path / one.suggested_filename)
    told = json.loads(files["json"].read_text("utf-8"))
    assert ({one["id"] for one in told["nodes"]}, {one["id"] for one in told["edges"]}) == (nodes, edges)
    graph = ElementTree.parse(files["graphml"]).getroot()
    assert {one.get("id") for one in graph.iter("{http://graphml.graphdrawing.org/xmlns}node")} == nodes
    with files["nodes.csv"].open(encoding="utf-8", newline="") as rows:
        assert {row["id"] for row in csv.DictReader(rows)} == nodes
    for file in files.values():
        text = file.read_text("utf-8")
        assert firm not in text
        assert name not in text


def test_the_picture_is_exported_as_an_image(explorer: Explorer) -> None:
    explorer.panel("export")
    with explorer.page.expect_download() as found:
        explorer.page.locator("#export-png").click()
    assert found.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_kept_layout_gives_the_same_picture_to_whoever_opens_its_link(
    explorer: Explorer, firm: str, chromium: Browser, workspace: Workspace
) -> None:
    page = explorer.page
    _expand(explorer, firm)
    other = sorted(explorer.shown[0] - {firm})[0]
    explorer.row(other)
    explorer.press("h")
    explorer.row(firm)
    page.locator("#picture").focus()
    explorer.press("Shift+ArrowLeft")
    _filter(explorer, firm)
    shown, place = explorer.shown, page.evaluate("(id) => window.bidring.places()[id]", firm)
    explorer.panel("layouts")
    page.get_by_label("Name of the layout").fill("Owners <b>x</b>")
    page.get_by_role("button", name="Keep and copy a link").click()
    link = page.locator("#share-address")
    link.wait_for()
    context = chromium.new_context(extra_http_headers=signed_in(workspace, Role.MONITOR), locale="ru")
    seen = Explorer(context.new_page())
    seen.open(link.input_value())
    seen.page.locator("#said", has_text="Owners <b>x</b>").wait_for()
    assert seen.shown == shown
    now = seen.page.evaluate("(id) => window.bidring.places()[id]", firm)
    assert (now["x"], now["y"]) == (place["x"], place["y"])
    assert seen.page.locator("#note-text").count() == 0, "who does not work on cases writes no notes"
    context.close()


def test_a_tie_is_explained_down_to_its_source_record(explorer: Explorer) -> None:
    page = explorer.page
    bid = next(one for one in sorted(explorer.shown[1]) if one.startswith("BID:"))
    explorer.row(bid)
    page.locator("#chosen").get_by_role("button", name="Record").click()
    record = page.locator("#record")
    record.wait_for()
    assert "ocid" in record.locator("pre").inner_text()
    assert re.search(r"[0-9a-f]{64}", record.inner_text())
    assert record.locator("dd").first.inner_text()


def test_a_number_in_the_evidence_opens_its_record_in_the_panel(explorer: Explorer) -> None:
    explorer.page.locator(".flags a[href^='#record-']").first.click()
    explorer.page.locator("#record pre").wait_for()
    assert "#" not in explorer.page.url


def test_a_note_about_a_node_is_kept_as_text(explorer: Explorer, firm: str) -> None:
    page, text = explorer.page, "<img src=x onerror=alert(1)> look at its owner"
    explorer.row(firm)
    explorer.press("n")
    page.keyboard.type(text)
    page.get_by_role("button", name="Add the note").click()
    explorer.said("The note is kept.")
    page.reload()
    page.wait_for_selector("#explorer[data-drawn]")
    explorer.row(firm)
    page.locator(".notes li", has_text=text).wait_for()
    assert page.locator(".notes img").count() == 0


def test_ways_between_two_parties_are_listed_lit_up_and_explained(
    page: Page, workspace: Workspace, address: str
) -> None:
    with workspace.generation() as generation:
        answers = Answers(generation)
        tie = next(one for one in answers.links() if one["hops"] <= 3)
        own = next(one["id"] for one in answers.cases() if tie["official"] in answers.case_row(one["id"])["parties"])
        ends = [answers.node(tie[end]) for end in ("official", "supplier")]
    explorer = Explorer(page)
    explorer.open(f"{address}/cases/{own}")
    for end, key in zip(ends, "ab", strict=True):
        explorer.row(end)
        explorer.press(key)
    explorer.press("p")
    explorer.said("Ways found")
    page.locator("#way-1").click()
    explorer.said("The way is lit up")
    assert set(ends) <= explorer.shown[0]
    page.locator("#ways-found").get_by_role("button", name="Record").first.click()
    page.locator("#record pre").wait_for()


def test_the_keyboard_goes_from_node_to_node_and_chooses(explorer: Explorer) -> None:
    page = explorer.page
    explorer.press("v", "ArrowRight")
    first = page.evaluate("window.bidring.cursor()")
    explorer.press("ArrowRight")
    second = page.evaluate("window.bidring.cursor()")
    places = page.evaluate("window.bidring.places()")
    assert places[second]["x"] > places[first]["x"]
    explorer.press("Enter")
    assert page.evaluate("window.bidring.chosen()") == second
    assert page.locator(f'tr[data-id="{second}"]').get_attribute("aria-current") == "true"
    explorer.press(".")
    chosen = page.evaluate("window.bidring.chosen()")
    assert second in chosen.split(":")
    explorer.press("Escape")
    assert page.evaluate("window.bidring.chosen()") is None


def test_the_help_lists_every_key_of_a_control(explorer: Explorer) -> None:
    page = explorer.page
    wanted = page.evaluate(
        "[...document.querySelectorAll('[aria-keyshortcuts]')].map((one) => one.getAttribute('aria-keyshortcuts'))"
    )
    explorer.press("?")
    page.locator("#help").wait_for()
    assert set(wanted) <= set(page.locator("#keys kbd").all_inner_texts())
    page.get_by_role("button", name="Close", exact=True).click()
    assert not page.locator("#help").is_visible()


def test_controls_are_large_enough_and_named(explorer: Explorer) -> None:
    for box in explorer.page.locator("#tools button:visible, #tools summary:visible, #tools select:visible").all():
        size = box.bounding_box()
        assert size
        assert min(size["width"], size["height"]) >= 24, box.inner_text()


def test_groups_open_and_close(explorer: Explorer) -> None:
    before = explorer.shown
    _group_by_kind(explorer, "")
    group = next(one for one in sorted(explorer.shown[0]) if one.startswith("group:"))
    explorer.row(group)
    explorer.press("o")
    assert group not in explorer.shown[0]
    explorer.press("o")
    assert group in explorer.shown[0]
    explorer.page.get_by_label("Group by").select_option("")
    assert explorer.shown == before


def test_there_are_never_more_than_500_nodes_on_the_screen(explorer: Explorer) -> None:
    """What came by expansions is put in groups where there is too much; these open as far as there is room."""
    page = explorer.page
    explorer.panel("expand")
    page.locator("#expand-form").get_by_label("at most").fill("100")
    folded = page.locator("#said", has_text="the rest is in groups")
    tried: set[str] = set()
    while not folded.count():
        firm = next(own for own in sorted(explorer.shown[0] - tried) if own.startswith("o-"))
        tried.add(firm)
        explorer.row(firm)
        explorer.press("e")
        page.locator("#said", has_text=re.compile(r"came\.|Nothing else|do not fit")).wait_for()
        assert len(explorer.shown[0]) <= 500
    group = next(own for own in sorted(explorer.shown[0]) if own.startswith("group:around:"))
    explorer.row(group)
    explorer.press("o")
    assert len(explorer.shown[0]) <= 500


def test_a_dragged_node_stays_where_it_was_put(explorer: Explorer, firm: str) -> None:
    page = explorer.page
    at = page.evaluate("(id) => window.bidring.places()[id]", firm)
    page.mouse.move(at["screenX"], at["screenY"])
    page.mouse.down()
    page.mouse.move(at["screenX"] + 40, at["screenY"] + 30, steps=4)
    page.mouse.up()
    explorer.said("Moved and pinned")
    moved = page.evaluate("(id) => window.bidring.places()[id]", firm)
    assert moved["x"] > at["x"]
    _filter(explorer, firm)
    assert page.evaluate("(id) => window.bidring.places()[id].x", firm) == moved["x"]
    explorer.press("z", "z")
    assert page.evaluate("(id) => window.bidring.places()[id].x", firm) == pytest.approx(at["x"])


def test_without_scripts_everything_but_the_picture_is_there(
    chromium: Browser, workspace: Workspace, address: str, case: str
) -> None:
    headers = signed_in(workspace, Role.MONITOR)
    context = chromium.new_context(java_script_enabled=False, extra_http_headers=headers, locale="en")
    page = context.new_page()
    page.goto(f"{address}/cases/{case}")
    graph = page.request.get(f"{address}/api/v1/cases/{case}/graph").json()
    assert page.locator("#nodes-title + .wide noscript tbody tr").count() == len(graph["nodes"])
    assert page.locator("#edges-title + .wide noscript tbody tr").count() == len(graph["edges"])
    assert page.locator("noscript .problem").is_visible()
    assert page.locator(".flags .value").count() > 0
    assert page.locator(".flags ~ *, .innocent").count() > 0
    assert page.get_by_role("link", name="pdf en").first.is_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_scrolls_sideways_on_a_phone(
    chromium: Browser, workspace: Workspace, address: str, case: str, scheme: str
) -> None:
    context = chromium.new_context(
        extra_http_headers=signed_in(workspace, Role.MONITOR), viewport={"width": 375, "height": 812}, is_mobile=True,
        has_touch=True, color_scheme=scheme,  # type: ignore[arg-type]
    )  # fmt: skip
    explorer = Explorer(context.new_page())
    explorer.open(f"{address}/cases/{case}")
    assert explorer.page.evaluate("document.documentElement.scrollWidth") == 375
    context.close()
