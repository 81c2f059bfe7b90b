"""The explorer in a headless Chromium without a GPU: `python -m tests.bench.explorer [HOME] [--case ID]`.

On a picture of 300 nodes: milliseconds until the first paint and until the picture is painted, frames a second while
the picture is dragged, and milliseconds from the key that expands a node until what came is painted. 1,500 ms, 20
frames and 700 ms (p95) are asked for on an idle machine of two cores. Without a home it makes one: eight firms that
share out 290 tenders among forty others.
"""

import argparse
import os
import random
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from api.access.policy import Role
from api.app import create_app
from api.routes.picture import case_subgraph_of
from api.workspace import Workspace
from graph.answers import Answers
from graph.answers.view import View
from tests.bench.measure import bidring, table
from tests.browser.conftest import SWITCHES
from tests.people import signed_in, with_own_desk
from tests.servers.served import served

LOADS, EXPANSIONS, DRAGGED = 5, 30, 5.0
_MAP = """\
format: bids
columns: {tender: tender, bidder: bidder, amount: amount, winner: winner, date: date, estimate: estimate, buyer: buyer,
          region: region, category: category}
constants: {currency: KZT, country: KZ, award_rule: lowest}
"""
_FRAMES = """() => {
  window.frames_seen = 0;
  window.frames_begun = performance.now();
  const count = () => { window.frames_seen += 1; window.frames_run = requestAnimationFrame(count); };
  count();
}"""
_SEEN = """() => {
  cancelAnimationFrame(window.frames_run);
  return window.frames_seen / ((performance.now() - window.frames_begun) / 1000);
}"""
_EXPAND = """([node, before]) => new Promise((done) => {
  const begun = performance.now();
  const look = () => {
    if (window.bidring.shown().nodes.length === before) return requestAnimationFrame(look);
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun)));
  };
  document.getElementById('do-expand').click();
  look();
})"""


def write_market(folder: Path) -> list[Path]:
    """Bids of a market in which eight firms take turns and bid closely, and all firms' officers; says which files."""
    draw = random.Random(1)
    ring, others = [f"XX-FIRM-{n}" for n in range(8)], [f"XX-FIRM-{n}" for n in range(8, 48)]
    rows = ["tender,bidder,amount,winner,date,estimate,buyer,region,category"]
    for number in range(1200):
        shared, estimate = number < 290, draw.randint(1_000_000, 9_000_000)
        bidders = ring[:] if shared else draw.sample(others, draw.randint(2, 5))
        first, low = (bidders[number % len(bidders)], 0.97) if shared else (bidders[0], draw.uniform(0.6, 0.9))
        day = f"{2019 + number % 5}-{1 + number % 12:02d}-{1 + number % 28:02d}"
        for bidder in bidders:
            amount = estimate * (low if bidder == first else low + draw.uniform(0.005, 0.02 if shared else 0.4))
            body = f"XX-BODY-{0 if shared else 1 + number % 9}"
            rows.append(f"T{number},{bidder},{amount:.0f},{int(bidder == first)},{day},{estimate},{body},North,45")
    (folder / "bids.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (folder / "bids.yaml").write_text(_MAP, "utf-8")
    seats = [f"{firm},XX-PER-{seat}{firm},Person {seat} of {firm},director,2018-01-01," for firm in ring + others
             for seat in range(4)]  # fmt: skip
    (folder / "officers.csv").write_text(
        "company_id,person_id,name,role,since,until\n" + "\n".join(seats) + "\n", "utf-8"
    )
    return [folder / "bids.csv", folder / "officers.csv"]


def largest(workspace: Workspace) -> tuple[str, int, int]:
    """The case with the largest picture: its id, and how many nodes and edges that has."""
    with workspace.generation() as generation:
        answers, found = Answers(generation, View()), []
        for one in answers.cases(limit=50):
            _core, piece = case_subgraph_of(workspace, generation, View(), one["id"])
            found.append((len(piece.nodes), len(piece.edges), one["id"]))
    nodes, edges, own = max(found)
    return own, nodes, edges


def loads(page: Page, address: str) -> list[tuple[float, float]]:
    """Milliseconds from asking for the page until its first paint, and until the picture is painted; the first load is
    left out, which fetches the module."""
    taken = []
    for _load in range(LOADS + 1):
        page.goto(address)
        page.wait_for_selector("#explorer[data-drawn]")
        first = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        taken.append((float(first), float(page.locator("#explorer").get_attribute("data-drawn") or 0)))
    return taken[1:]


def frames(page: Page) -> float:
    """Frames a second while the picture is dragged about."""
    page.locator("#picture").evaluate("one => one.scrollIntoView({block: 'center'})")
    box: Any = page.locator("#picture").bounding_box()
    x, y = box["x"] + 6, min(box["y"] + box["height"], 900) - 6
    stood = page.evaluate(_STANDS)
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(_FRAMES)
    ends, step = time.monotonic() + DRAGGED, 0
    while time.monotonic() < ends:
        step += 1
        page.mouse.move(x + 4 * (step % 80), y - 3 * (step % 60))
    seen = float(page.evaluate(_SEEN))
    assert page.evaluate(_STANDS) != stood, "the picture was not dragged"
    page.mouse.up()
    return seen


_STANDS = "Object.values(window.bidring.places())[0].screenX"


def expansions(page: Page) -> list[float]:
    """Milliseconds of expanding one node after the other, each taken back before the next."""
    nodes: list[str] = page.evaluate("[...document.querySelectorAll('#nodes tbody tr')].map((row) => row.dataset.id)")
    taken: list[float] = []
    for node in sorted(nodes, key=lambda own: (own[0] != "o", own)):
        page.locator(f'#nodes tr[data-id="{node}"] button').click()
        before = page.evaluate("window.bidring.shown().nodes.length")
        page.evaluate("document.getElementById('said').textContent = ''")
        if not page.evaluate(_AROUND, node):
            continue
        taken.append(float(page.evaluate(_EXPAND, [node, before])))
        page.locator("#do-undo").click()
        if len(taken) == EXPANSIONS:
            break
    return taken


_AROUND = """async (node) => {
  const own = location.pathname.split('/').at(-1);
  const asked = {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({node, limit: 1})};
  return (await (await fetch(`/api/v1/cases/${own}/expand`, asked)).json()).nodes.length > 0;
}"""
"""Whether there is anything around a node; the service's answer to it is not kept."""


def measure(browser: Browser, workspace: Workspace, own: str) -> list[list[object]]:
    """The figures of a case's page."""
    context = browser.new_context(
        extra_http_headers=signed_in(workspace, Role.INVESTIGATOR), viewport={"width": 1280, "height": 900}
    )
    with served(create_app(workspace)) as address:
        page = context.new_page()
        loaded = loads(page, f"{address}/cases/{own}")
        rate, grown = frames(page), expansions(page)
        context.close()
    paints, drawn = zip(*loaded, strict=True)
    return [
        ["first paint, ms, median", float(np.median(paints)), 1000],
        ["picture painted, ms, median", float(np.median(drawn)), 1500],
        ["frames/s while panning", rate, 20],
        [f"expand to painted, ms, p50 of {len(grown)}", float(np.percentile(grown, 50)), ""],
        [f"expand to painted, ms, p95 of {len(grown)}", float(np.percentile(grown, 95)), 700],
    ]


def main() -> None:
    """Print what was measured beside what is asked for."""
    read = argparse.ArgumentParser(prog="python -m tests.bench.explorer")
    read.add_argument("home", type=Path, nargs="?", help="a home with a published generation")
    read.add_argument("--case", help="a case of it; else the one with the largest picture")
    asked = read.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        home = asked.home or Path(folder) / "home"
        if asked.home is None:
            bids, officers = write_market(Path(folder))
            bidring(home, "load", bids, "--map", bids.with_suffix(".yaml"))
            bidring(home, "load", officers)
            bidring(home, "detect")
        workspace = with_own_desk(home, Path(folder))
        own, nodes, edges = largest(workspace)
        browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
        rows = measure(browser, workspace, asked.case or own)
        browser.close()
    load = f"load {os.getloadavg()[0]:.1f}"
    table(f"{nodes} nodes, {edges} edges; {load}", ["explorer", "measured", "asked for"], rows)


if __name__ == "__main__":
    main()
