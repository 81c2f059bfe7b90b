"""A case's page in a real browser."""

import copy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from graph.answers import Answers
from graph.cases.subgraph import case_subgraph
from graph.model import Edge, Node, Subgraph
from viz.case_page import case_page

Document = dict[str, Any]


@dataclass(slots=True)
class Listener:
    """A server that counts who calls."""

    url: str
    hits: list[str] = field(default_factory=list)


@contextmanager
def listening() -> Iterator[Listener]:
    """A server on a port of its own that counts who calls."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.hits.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Listener(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


@pytest.fixture(scope="module")
def found(demo: Any) -> tuple[Document, Subgraph]:
    """The demo's first case and its picture."""
    with demo.workspace.generation() as generation, demo.workspace.graph(generation.number) as graph:
        answers = Answers(generation)
        own = answers.cases()[0]["id"]
        return answers.case(own), case_subgraph(graph, *answers.case_context(own))


def poisoned(found: tuple[Document, Subgraph], text: str) -> tuple[Document, Subgraph]:
    """The case with a hostile text in every place that holds names and words."""
    kept = {"id", "node", "kind", "code", "version", "since", "until", "from", "to", "parties", "evidence", "amount"}

    def change(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: change(one, key) for key, one in value.items()}
        if isinstance(value, list):
            return [change(one, name) for one in value]
        return (
            f"{text}{value}"[:400]
            if isinstance(value, str) and name not in kept and not value.startswith("ocds")
            else value
        )

    case, picture = found

    def properties(old: Any) -> Document:
        return {name: text if isinstance(value, str) else value for name, value in old.items()}

    nodes = tuple(Node(one.id, one.kind, properties(one.properties)) for one in picture.nodes)
    edges = tuple(Edge(one.kind, one.source, one.target, one.mark, properties(one.properties)) for one in picture.edges)
    return change(copy.deepcopy(case)), Subgraph(nodes, edges)


@dataclass(slots=True)
class Visit:
    """An opened page, and what the browser complained of."""

    page: Any
    said: list[str] = field(default_factory=list)


def visit(chromium: Any, file: Path, **options: Any) -> Visit:
    opened = Visit(chromium.new_context(**options).new_page())
    opened.page.on("console", lambda message: opened.said.append(message.text))
    opened.page.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.page.on("dialog", lambda dialog: (opened.said.append(f"dialog {dialog.message}"), dialog.dismiss()))
    opened.page.goto(file.as_uri())
    opened.page.wait_for_selector("#picture canvas")
    opened.page.wait_for_timeout(300)
    return opened


_PAINTED = """() => {
  const canvas = document.querySelector('#picture canvas');
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  const colours = new Set();
  for (let at = 0; at < data.length; at += 4)
    if (data[at + 3]) colours.add(data[at] << 16 | data[at + 1] << 8 | data[at + 2]);
  return colours.size;
}"""


_PLACE_OF = """([red, green, blue]) => {
  const canvas = document.querySelector('#picture canvas');
  const {width, height} = canvas;
  const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
  const like = (x, y) => {
    const at = 4 * (y * width + x);
    return data[at] === red && data[at + 1] === green && data[at + 2] === blue;
  };
  for (let y = 4; y < height - 4; y++) for (let x = 4; x < width - 4; x++)
    if ([-4, 0, 4].every((dx) => [-4, 0, 4].every((dy) => like(x + dx, y + dy)))) return [x, y];
}"""
"""A place well inside a mark of a colour."""


@pytest.fixture
def file(found: tuple[Document, Subgraph], tmp_path: Path) -> Path:
    path = tmp_path / "case.html"
    path.write_text(case_page(*found), "utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_is_drawn_and_nothing_complains(chromium: Any, file: Path, scheme: str) -> None:
    opened = visit(chromium, file, color_scheme=scheme)
    assert opened.page.evaluate(_PAINTED) > 20
    assert opened.said == []


def test_the_tables_have_every_node_and_edge_of_the_picture(
    chromium: Any, file: Path, found: tuple[Document, Subgraph]
) -> None:
    page = visit(chromium, file).page
    assert page.locator("#nodes tbody tr").count() == len(found[1].nodes)
    assert page.locator("#edges tbody tr").count() == len(found[1].edges)
    told = page.locator("#nodes").text_content()
    assert all(node.name in told for node in found[1].nodes)


def test_hostile_texts_are_shown_run_nothing_and_call_nobody(
    chromium: Any, found: tuple[Document, Subgraph], listener: Listener, tmp_path: Path
) -> None:
    url = listener.url
    text = (
        f"</script><script>alert(1);fetch('{url}/a')</script><img src='{url}/b' onerror=alert(2)><b>x</b>"
        f"<style>@import '{url}/c';</style><link rel=stylesheet href={url}/d><svg onload=alert(3)>"
        f" \u2028 \ud800 {url}/e"
    )
    path = tmp_path / "hostile.html"
    path.write_text(case_page(*poisoned(found, text)), "utf-8")
    opened = visit(chromium, path)
    canvas = opened.page.locator("#picture canvas").bounding_box()
    for step in range(12):  # over marks and lines, so that tooltips show
        opened.page.mouse.move(canvas["x"] + canvas["width"] * step / 12, canvas["y"] + canvas["height"] / 2)
        opened.page.wait_for_timeout(60)
    opened.page.mouse.click(canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"] / 2)
    opened.page.wait_for_timeout(300)
    assert opened.said == []
    assert listener.hits == []
    assert "<img src=" in opened.page.locator("h1").text_content()
    assert opened.page.locator("img, h1 b, svg[onload]").count() == 0
    opened.page.goto(f"{url}/control")
    assert "/control" in listener.hits, "the listener must hear this browser, or silence proves nothing"


def test_a_tooltip_and_what_is_chosen_are_text(chromium: Any, found: tuple[Document, Subgraph], tmp_path: Path) -> None:
    path = tmp_path / "tooltip.html"
    path.write_text(case_page(*poisoned(found, "<b>x</b><img src=x onerror=alert(1)>")), "utf-8")
    page = visit(chromium, path).page
    canvas = page.locator("#picture canvas").bounding_box()
    tip = page.locator("div.vis-tooltip")
    x, y = page.evaluate(_PLACE_OF, [0x00, 0x72, 0xB2])
    page.mouse.move(canvas["x"] + x - 1, canvas["y"] + y)
    page.mouse.move(canvas["x"] + x, canvas["y"] + y)
    tip.wait_for(state="visible")
    assert "<b>x</b><img src=x onerror=alert(1)>" in tip.text_content()
    assert tip.locator("b, img").count() == 0
    page.mouse.click(canvas["x"] + x, canvas["y"] + y)
    chosen = page.locator("#chosen")
    assert "<b>x</b>" in chosen.text_content()
    assert chosen.locator("b, img").count() == 0


def test_nothing_scrolls_sideways_on_a_phone(chromium: Any, file: Path) -> None:
    opened = visit(chromium, file, viewport={"width": 375, "height": 812}, is_mobile=True, has_touch=True)
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 375
    assert opened.said == []


def test_a_link_opens_its_source_record(chromium: Any, file: Path) -> None:
    page = visit(chromium, file).page
    page.locator("#flags ~ article a[href^='#record-']").first.click()
    page.wait_for_timeout(100)
    assert page.locator("details.record[open]").count() == 1


def test_without_scripts_everything_but_the_picture_is_there(chromium: Any, file: Path) -> None:
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(file.as_uri())
    assert page.locator("noscript").is_visible()
    assert page.locator("#flags").is_visible()
    assert page.locator("details.record").count() > 0


def test_the_page_prints(chromium: Any, file: Path) -> None:
    opened = visit(chromium, file, color_scheme="dark")
    assert opened.page.pdf(format="A4").startswith(b"%PDF-")
    opened.page.emulate_media(media="print")
    assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert opened.said == []
