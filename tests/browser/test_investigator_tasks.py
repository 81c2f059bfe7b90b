"""Twenty tasks of an investigator, each done by mouse and again by keyboard alone, in a real browser."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, expect

from api.access.policy import Role
from api.app import create_app
from api.workspace import Workspace
from tests.browser.hands import Hands, Keyboard, Mouse, places, shown
from tests.conftest import Demo
from tests.people import Headers, signed_in, with_own_desk
from tests.servers.served import served

API = "/api/v1"
TIES = {"OWNS", "OFFICER", "KIN", "REACHED_AT", "OFFICE"}


@dataclass(frozen=True)
class Desk:
    """A case to work on: its id, its graph as the API gives it, and where the service is."""

    address: str
    case: str
    graph: dict[str, Any]

    def edge(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        return next(edge for edge in self.graph["edges"] if wanted(edge))

    def node(self, own: str) -> dict[str, Any]:
        return next(node for node in self.graph["nodes"] if node["id"] == own)

    @property
    def firm(self) -> dict[str, Any]:
        """A firm that the case is about."""
        return next(node for node in self.graph["nodes"] if node["core"] and node["kind"] == "Organisation")


@pytest.fixture(scope="module")
def workspace(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The demo country with a desk of its own."""
    return with_own_desk(demo.home, tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def people(workspace: Workspace) -> dict[Role, Headers]:
    """What signs an investigator and a monitor in."""
    return {role: signed_in(workspace, role) for role in (Role.INVESTIGATOR, Role.MONITOR)}


@pytest.fixture(scope="module")
def desk(workspace: Workspace, people: dict[Role, Headers]) -> Iterator[Desk]:
    """The service, and of its cases the one with the most kinds of edges."""
    app = create_app(workspace, hosts=("testserver", "127.0.0.1"))
    with TestClient(app, headers=people[Role.INVESTIGATOR]) as client:
        ids = [one["id"] for one in client.get(f"{API}/cases", params={"limit": 40}).json()["items"]]
        graphs = {own: client.get(f"{API}/cases/{own}/graph").json() for own in ids}
    best = max(ids, key=lambda own: (len({edge["kind"] for edge in graphs[own]["edges"]}), -len(graphs[own]["nodes"])))
    with served(create_app(workspace)) as address:
        yield Desk(address, best, graphs[best])


@pytest.fixture(params=[Mouse, Keyboard], ids=["mouse", "keyboard"])
def hands(
    request: pytest.FixtureRequest, chromium: Browser, desk: Desk, people: dict[Role, Headers]
) -> Iterator[Hands]:
    """An investigator with the case open, who works in one of the two ways; no error may stand in the console."""
    context = chromium.new_context(
        extra_http_headers=people[Role.INVESTIGATOR], viewport={"width": 1400, "height": 1000}, accept_downloads=True
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    opened(page, f"{desk.address}/cases/{desk.case}")
    yield request.param(page)
    context.close()
    assert problems == []


def opened(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function("() => document.getElementById('explorer')?.dataset.drawn")


def said(hands: Hands, text: str) -> None:
    """What the live region says in the end."""
    expect(hands.page.locator("#said")).to_contain_text(text)


def twin_agrees(page: Page) -> None:
    """The tables list what the picture draws: the same sets."""
    drawn = shown(page)
    for table, key in (("nodes", "nodes"), ("edges", "edges")):
        rows = page.locator(f"#{table} tbody tr").evaluate_all("all => all.map(one => one.dataset.id)")
        assert sorted(rows) == drawn[key]


def test_01_finds_a_firm_in_the_case_and_sees_what_ties_it(hands: Hands, desk: Desk) -> None:
    hands.write("#search", desk.firm["name"])
    hands.press("#search-form button")
    if hands.page.locator("#search-found button").count():
        hands.press("#search-found button")
    expect(hands.page.locator("#chosen-body")).to_contain_text(desk.firm["name"])
    assert hands.page.evaluate("window.bidring.chosen()") == desk.firm["id"]
    assert hands.page.locator("#chosen-body .ties li").count() > 0


def test_02_expands_a_firm_and_goes_on_with_more(hands: Hands, desk: Desk) -> None:
    before = set(shown(hands.page)["nodes"])
    hands.choose(desk.firm["id"])
    hands.write("#expand-form input[name=limit]", "3")
    hands.press("#expand-form button")
    said(hands, "ask for more")
    first = set(shown(hands.page)["nodes"])
    assert len(first - before) == 3
    hands.do("more")
    hands.page.wait_for_function(f"() => window.bidring.shown().nodes.length > {len(first)}")
    assert set(shown(hands.page)["nodes"]) > first
    twin_agrees(hands.page)


def test_03_expands_along_ownership_alone(hands: Hands, desk: Desk) -> None:
    before = shown(hands.page)
    hands.choose(desk.firm["id"])
    for kind in ("BID", "SUPPLIES", "BUYS", "OFFICER", "OFFICE", "KIN", "REACHED_AT", "CO_BIDS"):
        hands.press(f"#expand-form input[value={kind}]")
    hands.press("#expand-form button")
    said(hands, desk.firm["name"])
    hands.page.wait_for_function("() => !document.getElementById('said').textContent.includes('Fetching')")
    new = set(shown(hands.page)["edges"]) - set(before["edges"])
    assert all(edge.startswith("OWNS:") for edge in new)
    twin_agrees(hands.page)


def test_04_collapses_what_was_expanded_and_nothing_has_moved(hands: Hands, desk: Desk) -> None:
    before, stood = shown(hands.page), places(hands.page)
    hands.choose(desk.firm["id"])
    hands.do("expand")
    hands.page.wait_for_function(f"() => window.bidring.shown().nodes.length > {len(before['nodes'])}")
    now = places(hands.page)
    assert all((now[own]["x"], now[own]["y"]) == (at["x"], at["y"]) for own, at in stood.items())
    hands.do("collapse")
    hands.page.wait_for_function(f"() => window.bidring.shown().nodes.length === {len(before['nodes'])}")
    assert shown(hands.page) == before
    twin_agrees(hands.page)


def test_05_hides_a_node_and_shows_it_again(hands: Hands, desk: Desk) -> None:
    before = shown(hands.page)
    hands.choose(desk.firm["id"])
    hands.do("hide")
    said(hands, "Hidden")
    assert desk.firm["id"] not in shown(hands.page)["nodes"]
    assert not any(desk.firm["id"] in edge for edge in shown(hands.page)["edges"])
    twin_agrees(hands.page)
    hands.do("show")
    said(hands, "Shown again")
    assert shown(hands.page) == before


def test_06_undoes_and_does_again(hands: Hands, desk: Desk) -> None:
    before = shown(hands.page)
    hands.choose(desk.firm["id"])
    hands.do("hide")
    after = shown(hands.page)
    assert after != before
    hands.do("undo")
    assert shown(hands.page) == before
    hands.do("redo")
    assert shown(hands.page) == after
    twin_agrees(hands.page)


def test_07_moves_a_node_where_it_stays(hands: Hands, desk: Desk) -> None:
    own, stood = desk.firm["id"], places(hands.page)
    hands.move(own)
    said(hands, "Moved and pinned")
    now = places(hands.page)
    assert now[own]["x"] > stood[own]["x"]
    assert now[own]["y"] > stood[own]["y"]
    assert all(now[other]["x"] == at["x"] for other, at in stood.items() if other != own)
    while hands.page.locator("#do-undo").is_enabled():  # by keyboard it moved in two steps
        hands.do("undo")
    back = places(hands.page)[own]
    assert (back["x"], back["y"]) == pytest.approx((stood[own]["x"], stood[own]["y"]))


def test_08_finds_the_ways_between_two_parties_with_their_records(hands: Hands, desk: Desk) -> None:
    tie = desk.edge(lambda edge: edge["kind"] in TIES and edge["source"][0] in "op" and edge["target"][0] in "op")
    hands.choose(tie["source"])
    hands.do("start")
    hands.choose(tie["target"])
    hands.do("end")
    hands.press("#panel-ways > summary")
    hands.press("#ways-form button")
    said(hands, "Ways found")
    hands.press("#way-1")
    said(hands, "The way is lit up")
    hands.press("#ways-found .record-open")
    expect(hands.page.locator("#record-body pre")).not_to_be_empty()


def test_09_narrows_the_time_on_the_timeline(hands: Hands, desk: Desk) -> None:
    before = shown(hands.page)
    most = int(hands.page.locator("#time-from").get_attribute("max") or 0)
    assert most > 2
    hands.slide("#time-from", most)
    hands.page.wait_for_function(f"() => window.bidring.shown().edges.length < {len(before['edges'])}")
    kept, from_day = shown(hands.page)["edges"], hands.page.locator("#filters input[name=since]").input_value()
    ends = {edge["id"]: edge.get("until") for edge in desk.graph["edges"]}
    assert kept
    assert all(ends[own] is None or ends[own] >= from_day for own in kept)
    twin_agrees(hands.page)
    hands.press("#time-all")
    assert shown(hands.page) == before


def test_10_leaves_tenders_out(hands: Hands, desk: Desk) -> None:
    assert any(own.startswith("t-") for own in shown(hands.page)["nodes"])
    hands.press("#panel-filters > summary")
    hands.press("#filters input[name=role][value=tender]")
    said(hands, "Filtered")
    assert not any(own.startswith("t-") for own in shown(hands.page)["nodes"])
    twin_agrees(hands.page)
    hands.press("#filters-off")
    assert sorted(node["id"] for node in desk.graph["nodes"]) == shown(hands.page)["nodes"]


def test_11_keeps_sums_from_an_amount_on(hands: Hands, desk: Desk) -> None:
    sums = {edge["id"]: edge.get("amount_minor") for edge in desk.graph["edges"]}
    known = sorted(one for one in sums.values() if one is not None)
    least = known[len(known) // 2]
    hands.press("#panel-filters > summary")
    hands.write("#filters input[name=least]", str(least / 100))
    said(hands, "Filtered")
    kept = shown(hands.page)["edges"]
    assert kept
    assert all(sums[own] is None or sums[own] >= least for own in kept)
    assert len(kept) < len(sums)
    twin_agrees(hands.page)


def test_12_keeps_ties_that_a_source_record_names(hands: Hands, desk: Desk) -> None:
    hands.press("#panel-filters > summary")
    hands.press("#filters input[name=sure][value=named]")
    said(hands, "Filtered")
    named = {edge["id"] for edge in desk.graph["edges"] if edge.get("document")}
    assert set(shown(hands.page)["edges"]) == named
    twin_agrees(hands.page)


def test_13_groups_by_kind_and_opens_a_group(hands: Hands, desk: Desk) -> None:
    hands.pick("#group", "kind")
    said(hands, "Grouped by")
    groups = [own for own in shown(hands.page)["nodes"] if own.startswith("group:")]
    assert groups
    assert len(shown(hands.page)["nodes"]) < len(desk.graph["nodes"])
    twin_agrees(hands.page)
    hands.choose_row(groups[0])
    hands.do("open")
    said(hands, "Opened")
    assert groups[0] not in shown(hands.page)["nodes"]
    twin_agrees(hands.page)


def test_14_reads_the_record_behind_a_tie(hands: Hands, desk: Desk) -> None:
    edge = desk.edge(lambda one: bool(one.get("document")) and one["kind"] in TIES)
    hands.choose_tie(edge["id"])
    expect(hands.page.locator("#chosen-body")).to_contain_text(desk.node(edge["source"])["name"])
    hands.press("#chosen-body .record-open")
    expect(hands.page.locator("#record-body pre")).not_to_be_empty()
    expect(hands.page.locator("#record-body dl")).to_contain_text("SHA-256")


def test_15_writes_a_note_about_a_node(hands: Hands, desk: Desk) -> None:
    text = f"Its depot is let to another one, seen by {type(hands).__name__}."
    hands.choose(desk.firm["id"])
    hands.write("#note-text", text)
    hands.press("#do-note")
    said(hands, "The note is kept")
    opened(hands.page, hands.page.url)
    hands.choose(desk.firm["id"])
    expect(hands.page.locator("#chosen-body .notes")).to_contain_text(text)


def test_16_writes_a_note_about_a_tie(hands: Hands, desk: Desk) -> None:
    text = f"The register says otherwise, read by {type(hands).__name__}."
    edge = desk.edge(lambda one: one["kind"] in TIES)
    hands.choose_tie(edge["id"])
    hands.write("#note-text", text)
    hands.press("#do-note")
    said(hands, "The note is kept")
    expect(hands.page.locator("#chosen-body .notes")).to_contain_text(text)


def test_17_keeps_a_layout_and_opens_it_another_day(hands: Hands, desk: Desk) -> None:
    name = f"Without the firm, by {type(hands).__name__}"
    hands.choose(desk.firm["id"])
    hands.do("expand")
    hands.page.wait_for_function(f"() => window.bidring.shown().nodes.length > {len(desk.graph['nodes'])}")
    hands.do("hide")
    kept = shown(hands.page)
    hands.press("#panel-layouts > summary")
    hands.write("#layout-name", name)
    hands.press("#layout-form button")
    said(hands, "is kept")
    opened(hands.page, hands.page.url)
    assert shown(hands.page) != kept
    hands.press("#panel-layouts > summary")
    expect(hands.page.get_by_role("button", name=f"Open {name}")).to_be_visible()
    at = hands.page.locator("#layouts li").evaluate_all(
        "(all, name) => all.findIndex(one => one.textContent.includes(name))", name
    )
    hands.press(f"#layouts li:nth-child({at + 1}) button")
    said(hands, "is open")
    assert shown(hands.page) == kept
    twin_agrees(hands.page)


def test_18_hands_the_picture_on_to_somebody_else(
    hands: Hands, desk: Desk, chromium: Browser, people: dict[Role, Headers]
) -> None:
    hands.choose(desk.firm["id"])
    hands.do("hide")
    kept = shown(hands.page)
    hands.press("#panel-layouts > summary")
    hands.press("#do-share")
    expect(hands.page.locator("#share-address")).to_have_value(re.compile("/layouts/"))
    link = hands.page.locator("#share-address").input_value()
    assert desk.case not in link
    context = chromium.new_context(extra_http_headers=people[Role.MONITOR])
    other = context.new_page()
    opened(other, link)
    expect(other.locator("#said")).to_contain_text("is open")
    assert shown(other) == kept
    assert other.locator("#note-text").count() == 0
    context.close()
    stranger = chromium.new_context()
    page = stranger.new_page()
    page.goto(link)
    assert "/sign-in" in page.url
    stranger.close()


def test_19_takes_what_is_shown_away_as_files(hands: Hands, desk: Desk, tmp_path: Path) -> None:
    hands.choose(desk.firm["id"])
    hands.do("hide")
    drawn = shown(hands.page)
    files = {}
    hands.press("#panel-export > summary")
    for form in ("png", "csv", "graphml", "json"):
        with hands.page.expect_download() as download:
            hands.press(f"#export-{form}")
        files[form] = tmp_path / form
        download.value.save_as(files[form])
    assert files["png"].read_bytes().startswith(b"\x89PNG")
    graph = nx.read_graphml(files["graphml"], force_multigraph=True)
    assert sorted(graph.nodes) == drawn["nodes"]
    told = json.loads(files["json"].read_text("utf-8"))
    assert sorted(node["id"] for node in told["nodes"]) == drawn["nodes"]
    assert sorted(edge["id"] for edge in told["edges"]) == drawn["edges"]
    assert len(list(csv.reader(io.StringIO(files["csv"].read_text("utf-8-sig"))))) > 1
    for form in ("csv", "graphml", "json"):
        assert desk.firm["id"] not in files[form].read_text("utf-8-sig"), form


def test_20_goes_on_to_decide_and_to_the_next_case(hands: Hands, desk: Desk) -> None:
    hands.press(f'.next a[href="/cases/{desk.case}/desk"]')
    hands.page.wait_for_url("**/desk")
    hands.page.go_back()
    hands.page.wait_for_function("() => document.getElementById('explorer')?.dataset.drawn")
    hands.press(".queue li:not(.here) a")
    hands.page.wait_for_function("() => document.getElementById('explorer')?.dataset.drawn")
    assert desk.case not in hands.page.url
    assert shown(hands.page)["nodes"]
