"""No page says a word that the catalogues have not, and no catalogue has a word that nothing says."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from jinja2 import Environment, FileSystemLoader, nodes

import api
import viz
from api.access.policy import Role
from api.app import create_app
from api.pages import common
from api.routes.often import Often
from tests.conftest import Demo
from tests.pages import PAGES, Page, places
from tests.people import signed_in, with_own_desk
from viz.regions import kazakhstan
from viz.words import ENGLISH, Language, Words, catalogues, read

ROOTS = [Path(str(one.__file__)).parent for one in (api, viz)]
FILES = [path for root in ROOTS for path in root.rglob("*.*") if "node_modules" not in path.parts]
TEMPLATES = sorted(path for path in FILES if path.suffix == ".html")
SPOKEN = {
    "aria-label",
    "title",
    "placeholder",
    "alt",
    "label",
    "aria-description",
    "aria-roledescription",
    "data-label",
}
"""Attributes that are read out or shown; ``value`` is where it is a button's."""
OURS = {"light dark", "bidring", "· bidring", "bidring load", "bidring detect"}
_NOT_WORDS = re.compile(
    r"(?:case|ring|link)-[0-9a-f]+|[a-z]-[0-9a-f]{16}|KZ-[A-Z]+-\w+|ocds-[\w-]+|[BLRW]\d+|\bKZT\b|a\.[a-z]+|UTC"
    r"|\d{4}-\d\d-\d\dT[\d:.]+Z?|[\w.+-]+@[\w.-]+|\S+\.(?:jsonl?|csv|zip|txt)\b\S*|\b[0-9a-f]{8,}\b|https?://\S+"
    r"|bidring|SHA-256|^a test$|^[\w/]+/\d+$|^line \d+$"
    r"|^(?:json|html|pdf|graphml|csv|tables|ftm|bundle)(?: [a-z]{2})?$"
    r"|^(?:ocds|bods|bids|companies|officers|offices|kinship|declarations|debarred)(?:, |$)|^(?:PNG|CSV|GRAPHML|JSON)$"
)
"""What records and the service name by signs that are no words: ids, codes, accounts, files, hashes."""


class Said(HTMLParser):
    """The texts of a page that somebody reads or hears."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._silent = 0
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style", "pre")
        held = dict(attrs)
        told = [value for name, value in attrs if name in SPOKEN]
        told += [held.get("value")] if tag == "input" and held.get("type") in ("submit", "button", "reset") else []
        self.texts += [one for one in told if one]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style", "pre")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)


def _classes() -> frozenset[str]:
    """The classes of our style sheets, which an expression may put into a tag."""
    sheets = (path.read_text("utf-8") for root in ROOTS for path in root.rglob("*.css"))
    return frozenset(name for sheet in sheets for name in re.findall(r"\.([a-z][\w-]*)", sheet))


def _letters(text: str) -> bool:
    return any(letter.isalpha() for letter in text)


def _template(path: Path) -> tuple[Environment, nodes.Template]:
    environment = Environment(loader=FileSystemLoader(path.parent), autoescape=True)
    return environment, environment.parse(path.read_text("utf-8"))


def _written(one: nodes.Expr) -> Iterator[str]:
    """The texts that an expression may put on the page by itself."""
    match one:
        case nodes.Const():
            yield str(one.value)
        case nodes.CondExpr():
            for part in (one.expr1, one.expr2):
                if part is not None:
                    yield from _written(part)
        case nodes.Or() | nodes.And() | nodes.Add():
            yield from _written(one.left)
            yield from _written(one.right)
        case nodes.Concat():
            for part in one.nodes:
                yield from _written(part)
        case nodes.Filter():
            for part in [*([one.node] if one.node else []), *(one.args if one.name in ("default", "d") else [])]:
                yield from _written(part)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_words_of_its_own(path: Path) -> None:
    """Neither between its blanks, in any branch, nor in an expression that is shown, nor handed to a macro."""
    _environment, template = _template(path)
    source = []
    for output in template.find_all(nodes.Output):
        source += [part.data if isinstance(part, nodes.TemplateData) else "@" for part in output.nodes]
    page = re.sub("(</?)@", r"\1div", "".join(source))  # an element whose name is handed in
    told = [text for text in Said(page).texts if text.strip() not in OURS]
    assert [text for text in told if _letters(text)] == []
    shown = [part for output in template.find_all(nodes.Output) for part in output.nodes]
    sayings = [text for part in shown if not isinstance(part, nodes.TemplateData) for text in _written(part)]
    sayings += [
        str(argument.value)
        for call in template.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name not in ("t", "asset")
        for argument in [*call.args, *(one.value for one in call.kwargs)]
        if isinstance(argument, nodes.Const) and isinstance(argument.value, str)
    ]
    known = _classes()
    sayings = [text for text in sayings if not set(text.split()) <= known]
    assert [text for text in sayings if " " in text.strip() and _letters(text) and text not in OURS] == []
    assert [text for text in sayings if text[:1].isupper()] == []


class Marked(Words):
    """English whose every word is marked."""

    def __call__(self, key: str, **values: object) -> str:
        return f"⟦{ENGLISH(key, **values)}⟧"

    def known(self, key: str, otherwise: str) -> str:
        return f"⟦{otherwise}⟧" if key in self.texts else otherwise

    def counted(self, many: int, thing: str) -> str:
        return f"⟦{ENGLISH.counted(many, thing)}⟧"

    def told(self, text: str) -> str:
        return f"⟦{text}⟧" if text else ""

    def rule(self, code: str, version: str, name: str, otherwise: str) -> str:
        return f"⟦{otherwise}⟧"


@pytest.fixture(scope="module")
def app(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return create_app(with_own_desk(demo.home, tmp_path_factory.mktemp("desk")), often=Often(open=100_000))


@pytest.fixture(scope="module")
def found(app: FastAPI) -> dict[str, str]:
    return places(app.state.workspace)


@pytest.fixture(scope="module")
def called(app: FastAPI) -> re.Pattern[str]:
    """The Latin words of what parties are called in records."""
    with app.state.workspace.generation() as generation:
        names = generation.table("parties").select("name").to_pyarrow()["name"].to_pylist()
    return re.compile(
        "|".join(sorted({rf"\b{word}\b" for one in names for word in re.findall("[A-Za-z]+", one or "")}))
    )


@pytest.mark.parametrize("page", [one for one in PAGES if not one.press], ids=lambda one: f"{one.role} {one.address}")
def test_every_word_of_every_page_comes_from_the_catalogues(
    page: Page, app: FastAPI, found: dict[str, str], called: re.Pattern[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The demo country's records are in Cyrillic letters: Latin ones that nothing marks are words of ours."""
    marked = Marked(Language.ENGLISH, ENGLISH.texts, ENGLISH.rules)
    monkeypatch.setattr(common, "words", lambda _language: marked)
    client = TestClient(app, base_url="http://127.0.0.1")
    headers = signed_in(app.state.workspace, page.role) if page.role is not Role.PUBLIC else {}
    answer = client.get(page.address.format(**found), headers=headers)
    assert answer.status_code == page.status
    assert "⟦" in answer.text
    left = []
    for text in Said(answer.text).texts:
        bare, before = text, ""
        while before != bare:
            before, bare = bare, re.sub("⟦[^⟦⟧]*⟧", " ", bare)
        for place in kazakhstan().places:  # its names stand beside its outline, in three languages
            bare = bare.replace(place.whole("en"), "").replace(place.name("en"), "")
        left += [text] if re.search("[A-Za-z]{2}", called.sub("", _NOT_WORDS.sub("", bare))) else []
    assert left == []


def test_every_look_has_a_name() -> None:
    """Whoever reads who looked is told in their language what was opened."""
    found = {
        node.args[0].value
        for node in _python()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "look"
        if node.args and isinstance(node.args[0], ast.Constant)
    }
    assert len(found) > 10
    assert {f"look_{str(one).replace(' ', '_')}" for one in found} - set(ENGLISH.texts) == set()


def _python() -> Iterator[ast.AST]:
    for root in ROOTS:
        for path in root.rglob("*.py"):
            yield from ast.walk(ast.parse(path.read_text("utf-8")))


def _keys_in_templates() -> set[str]:
    found = set()
    for path in TEMPLATES:
        for call in _template(path)[1].find_all(nodes.Call):
            match call:
                case nodes.Call(node=nodes.Name(name="t"), args=[nodes.Const(value=str(key)), *_]):
                    found.add(key)
                case nodes.Call(node=nodes.Getattr(attr="counted"), args=[_, nodes.Const(value=str(thing))]):
                    found.add(f"count_{thing}")
    return found


def test_templates_use_no_key_that_there_is_not() -> None:
    assert _keys_in_templates() - set(ENGLISH.texts) == set()


def test_programs_use_no_key_that_there_is_not() -> None:
    used = set()
    for node in _python():
        match node:
            case ast.Call(func=ast.Name(id="words" | "said" | "ENGLISH") | ast.Attribute(attr="words"), args=[key, *_]):
                if isinstance(key, ast.Constant) and key.value not in set(Language):
                    used.add(key.value)
            case ast.Call(func=ast.Attribute(attr="counted"), args=[_, ast.Constant(value=thing)]):
                used.add(f"count_{thing}")
    assert used
    assert used - set(ENGLISH.texts) == set()


def test_no_key_of_the_catalogues_is_unused() -> None:
    """A key is used where it stands in quotes or behind a dot, or where the beginning of it up to ``_`` is put before
    something."""
    sources = [path for path in FILES if path.suffix in (".py", ".html", ".typ", ".js", ".ts")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    named = set(re.findall(r"[\"']([\w-]+)[\"']", text)) | set(re.findall(r"\bw(?:ords)?\.([\w-]+)", text))
    begun = set(re.findall(r"[\"']([a-z][a-z0-9_]*_)[\"'{]", text)) - {"count_"}
    counted = {f"count_{one.replace(' ', '_')}" for one in named}
    counted |= {f"count_{one.replace(' ', '_')}" for one in re.findall(r":# ([\w ]+)}", _sentences())}
    keys = {key for name in catalogues() for key in read(name)}
    unused = {key for key in keys - named - counted if not key.startswith(tuple(begun))}
    assert unused == set()


def _sentences() -> str:
    return (Path(str(viz.__file__)).parent / "words" / "sentences.toml").read_text("utf-8")
