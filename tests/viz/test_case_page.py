"""The stand-alone page of a case."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest

from graph.model import Subgraph
from tests.viz.conftest import FIRM_NAME
from viz.case_page import case_page
from viz.words import Language, words

Document = dict[str, Any]
_FETCHING = {
    "src",
    "href",
    "srcset",
    "action",
    "formaction",
    "data",
    "poster",
    "background",
    "ping",
    "style",
    "xlink:href",
}


class Page(HTMLParser):
    """A page as a browser would take it apart: tags, ids, inline scripts and styles, and the text that is shown."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inline: dict[str, list[str]] = {"script": [], "style": []}
        self.data = ""
        self.text = ""
        self._inside = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in self.inline:
            self._inside = "data" if dict(attrs).get("type") == "application/json" else tag
            if self._inside in self.inline:
                self.inline[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inline:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "data":
            self.data += data
        elif self._inside:
            self.inline[self._inside][-1] += data
        else:
            self.text += data + " "

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def policy(self) -> str:
        return next(str(one["content"]) for one in self.named("meta") if one.get("http-equiv"))


@pytest.fixture
def page(case: Document, picture: Subgraph) -> Page:
    return Page(case_page(case, picture))


def test_the_policy_names_the_hash_of_every_script_and_style(page: Page) -> None:
    def hashes(kind: str) -> str:
        found = [sha256(text.encode()).digest() for text in page.inline[kind]]
        return " ".join(f"'sha256-{b64encode(one).decode()}'" for one in found)

    rules = dict(rule.strip().split(" ", 1) for rule in page.policy.split(";"))
    assert rules == {
        "default-src": "'none'",
        "script-src": hashes("script"),
        "style-src": hashes("style"),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert len(page.inline["script"]) == 2
    assert "\r" not in "".join(page.inline["script"])


def test_nothing_on_the_page_points_elsewhere(page: Page) -> None:
    for tag, attributes in page.tags:
        for name in _FETCHING & set(attributes):
            assert name == "href", (tag, attributes)
            assert str(attributes[name]).startswith("#"), (tag, attributes)
    assert not {"link", "iframe", "img", "object", "embed", "form", "base", "video", "audio"} & {
        tag for tag, _ in page.tags
    }
    assert "@import" not in page.inline["style"][0]
    assert "url(" not in page.inline["style"][0]


def test_no_tag_runs_a_script_by_an_attribute(page: Page) -> None:
    assert not [name for _tag, attributes in page.tags for name in attributes if name.startswith("on")]


def test_the_page_says_its_language_and_title(page: Page) -> None:
    assert page.named("html") == [{"lang": "en"}]
    assert "2 firms that bid together" in page.text


def test_ids_are_unique_and_every_link_leads_somewhere(page: Page) -> None:
    ids = [attributes["id"] for _tag, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {str(one["href"])[1:] for one in page.named("a")} <= set(ids)


def test_findings_rings_and_paths_are_shown_with_their_numbers(page: Page) -> None:
    text = " ".join(page.text.split())
    for shown in (
        "Flags indicate; a person decides.",
        "B01 Bidding ring",
        "0.886 score in 0..1 threshold 0.5",
        "It may be innocent: Few firms have the licence.",
        "association 4.66 < 0.001",
        "price It does not speak for a ring. −0.85 0.990",
        "What would refute it: A licence class that explains it.",
        "is a relative (child) of no dates [3]",
        "owns 75% of from 2020-01-01 [1]",
        "1 234 567.89 KZT",
        "2024-05-07 to 2024-06-01",
    ):
        assert shown in text, shown


def test_every_source_record_is_shown_with_file_position_and_hash(case: Document, page: Page) -> None:
    for one in case["evidence"]:
        for shown in (one["file"], one["position"], one["hash"], one["id"]):
            assert shown in page.text
    assert '"interest": "75%"' in page.text


def test_the_tables_have_every_node_and_edge(page: Page, picture: Subgraph) -> None:
    assert len([one for one in page.named("tr") if str(one.get("id", "")).startswith("node-")]) == len(picture.nodes)
    assert f"{len(picture.edges)} edges" in page.text
    for node in picture.nodes:
        assert node.name in page.text


def test_the_picture_has_numbers_for_ids_and_places(page: Page, picture: Subgraph) -> None:
    found = json.loads(page.data)
    assert [node["id"] for node in found["nodes"]] == list(range(1, len(picture.nodes) + 1))
    assert all(isinstance(node[axis], float) for node in found["nodes"] for axis in "xy")
    assert not {"image", "circularImage"} & {node["shape"] for node in found["nodes"]}
    assert {edge["from"] for edge in found["edges"]} | {edge["to"] for edge in found["edges"]} <= set(range(1, 9))


def test_a_firm_is_shortened_in_the_picture_and_whole_in_its_tooltip(page: Page) -> None:
    first = json.loads(page.data)["nodes"][0]
    assert first["label"] == "ТОО «Көк Қайың Өңір»"
    assert first["title"].startswith("Товарищество с ограниченной ответственностью «Көк Қайың Өңір»\nfirm\nKZ-BIN-1")


def test_numbers_of_persons_are_not_in_the_page(case: Document, picture: Subgraph) -> None:
    written = case_page(case, picture)
    for secret in ("IIN", "1971", "1982", "710101", "820202"):
        assert secret not in re.sub(r"<script>.*?</script>", "", written, flags=re.DOTALL)


def test_the_picture_keeps_numbers_of_persons_even_where_the_case_has_them(case: Document, picture: Subgraph) -> None:
    case["parties"][2]["id"] = "KZ-IIN-710101399999"
    page = Page(case_page(case, picture))
    assert "IIN" not in page.data
    assert "IIN" not in page.text.partition("Source records")[0]


def test_a_person_without_a_name_has_no_number_instead(case: Document, picture: Subgraph) -> None:
    nameless = Subgraph(
        tuple(type(n)(n.id, n.kind, {**n.properties, "name": None}) for n in picture.nodes), picture.edges
    )
    assert "IIN" not in Page(case_page(case, nameless)).data


def test_the_same_case_gives_the_same_page(case: Document, as_sent: Document, picture: Subgraph) -> None:
    assert case_page(case, picture) == case_page(case, picture) == case_page(as_sent, picture)


def test_hostile_texts_are_shown_and_add_no_tag(
    hostile: tuple[str, Document, Subgraph], case: Document, picture: Subgraph
) -> None:
    text, bad, poisoned = hostile
    source = case_page(bad, poisoned)
    source.encode("utf-8")
    page, calm = Page(source), Page(case_page(case, picture))
    assert {tag for tag, _ in page.tags} <= {tag for tag, _ in calm.tags}
    assert page.inline == calm.inline
    assert page.policy == calm.policy
    for part in re.split("[\x00-\x1f\u2028\u2029\u202a-\u202e\ud800-\udfff]", text):
        assert part in page.text
    assert json.loads(page.data)["nodes"][0]["title"]
    assert not set("<>&\u2028\u2029") & set(page.data)


def test_an_empty_case_says_so(empty: tuple[Document, Subgraph]) -> None:
    text = Page(case_page(*empty)).text
    for said in ("This case names no party.", "no flag any more", "No source record is named.", "no dates"):
        assert said in text


def test_a_truncated_picture_says_so(case: Document, picture: Subgraph) -> None:
    cut_off = Subgraph(picture.nodes, picture.edges, truncated=True)
    assert "The picture is cut off" in case_page(case, cut_off)
    assert "The picture is cut off" not in case_page(case, picture)


def test_a_record_that_is_no_json_is_shown_as_it_is(case: Document, picture: Subgraph) -> None:
    case["evidence"] = [{**one, "record": "a;b;c\n1;2;3"} for one in case["evidence"]]
    assert "a;b;c\n1;2;3" in Page(case_page(case, picture)).text


def test_no_word_on_the_page_accuses(page: Page) -> None:
    assert not re.findall("fraud|guilty|corrupt", page.text + page.data, re.IGNORECASE)


@pytest.mark.parametrize("language", Language)
def test_the_page_speaks_every_language_the_same_each_time(
    case: Document, picture: Subgraph, language: Language
) -> None:
    written = case_page(case, picture, words=words(language))
    page = Page(written)
    assert written == case_page(case, picture, words=words(language))
    assert page.named("html") == [{"lang": language}]
    for key in ("parties", "rings", "page_twin", "sources", "maxim", "p_note"):
        assert words(language)(key) in page.text, key
    assert json.loads(page.data)["words"]["whole"] == words(language)("draw_whole")
    assert FIRM_NAME in page.text
    assert language is Language.ENGLISH or "What a person decides next" not in written


@pytest.mark.parametrize("language", Language)
def test_500_nodes_fit_in_two_megabytes(case: Document, picture: Subgraph, language: Language) -> None:
    node = picture.nodes[0]
    nodes = tuple(type(node)(f"o-{number:016x}", node.kind, node.properties) for number in range(500))
    edge = picture.edges[0]
    edges = tuple(
        type(edge)(edge.kind, nodes[a].id, nodes[(a * 7 + step) % 500].id, str(step), edge.properties)
        for a in range(500)
        for step in range(4)
    )
    assert len(case_page(case, Subgraph(nodes, edges), words=words(language)).encode()) < 2_000_000
