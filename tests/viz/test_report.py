"""The printable report."""

import json
import re
from importlib.resources import files
from io import BytesIO
from typing import Any

import pytest
import typst
from pypdf import PdfReader

from graph.model import Subgraph
from viz import report
from viz.report import case_pdf
from viz.view import case_view
from viz.words import words

Document = dict[str, Any]


def test_a_report_is_a_pdf(case: Document, picture: Subgraph) -> None:
    assert case_pdf(case, picture).startswith(b"%PDF-")


def test_the_same_case_gives_the_same_bytes(case: Document, as_sent: Document, picture: Subgraph) -> None:
    assert case_pdf(case, picture) == case_pdf(case, picture) == case_pdf(as_sent, picture)


def test_no_text_is_taken_for_markup(hostile: tuple[str, Document, Subgraph]) -> None:
    _text, case, picture = hostile
    assert case_pdf(case, picture).startswith(b"%PDF-")


def test_an_empty_case_has_a_report(empty: tuple[Document, Subgraph]) -> None:
    assert case_pdf(*empty).startswith(b"%PDF-")


def test_kazakh_letters_are_in_the_fonts_that_come_along() -> None:
    letters = "ӘәҒғҚқҢңӨөҰұҮүҺһІі№«»→"
    source = f'#set text(font: "Libertinus Serif", fallback: false)\n#{json.dumps(letters, ensure_ascii=False)}'
    fonts = typst.Fonts(include_system_fonts=False)
    made, warnings = typst.compile_with_warnings(source.encode(), format="svg", font_paths=fonts)
    assert not warnings
    shapes = re.findall(rb'<symbol id="([^"]+)"', made)
    assert len(set(shapes)) == len(letters)


def test_the_template_compiles_without_a_warning(case: Document, picture: Subgraph) -> None:
    fonts = typst.Fonts(include_system_fonts=False)
    compiler = typst.Compiler(
        files("viz").joinpath("templates", "report.typ").read_bytes(),
        font_paths=fonts,
        sys_inputs=report.inputs(case_view(case, picture, record_texts=False)),
    )
    _made, warnings = compiler.compile_with_warnings(format="pdf")
    assert [warning.message for warning in warnings] == []


def test_the_template_fetches_nothing() -> None:
    source = files("viz").joinpath("templates", "report.typ").read_text("utf-8")
    assert not re.findall(r"#?import|#?include|https?:|image\(|eval\(|@preview", source)


LANGUAGES = ("en", "ru", "kk")


def opened(made: bytes) -> tuple[PdfReader, str]:
    """The PDF, and the text of all its pages on one line."""
    reader = PdfReader(BytesIO(made))
    return reader, " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_can_be_opened_and_read(case: Document, picture: Subgraph, language: str) -> None:
    case |= {"generation": 7, "detected_at": "2026-01-02T03:04:05Z"}
    reader, text = opened(case_pdf(case, picture, language))
    spoken = words(language)
    for shown in (
        "Көк Қайың Өңір", "Асанова Дана", "generation 7" if language == "en" else "7", "2026-01-02T03:04:05Z",
        spoken("maxim"), spoken("next"), spoken("parties"), spoken("rules"), spoken("sources"), spoken("tenders"),
        "Few firms have the licence.", f"{spoken('version')} 1.0.0", "owners.json", "1 / ",
    ):  # fmt: skip
        assert " ".join(shown.split()) in text, shown
    for one in case["evidence"]:
        assert one["hash"] in text.replace(" ", "")
    assert reader.metadata is not None
    assert reader.metadata.title == case["title"]
    assert str(reader.metadata.creation_date) == "2026-01-02 03:04:05+00:00"
    root: Any = reader.root_object
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_of_the_words_has_a_shape_in_the_fonts(language: str) -> None:
    letters = sorted({letter for text in words(language).texts.values() for letter in text} - set(" \n\u202f"))
    source = '#set text(font: "Libertinus Serif", fallback: false)\n#' + json.dumps(
        "".join(letters), ensure_ascii=False
    )
    made = typst.compile(source.encode(), format="svg", font_paths=report.fonts())
    assert len(set(re.findall(rb'<symbol id="([^"]+)"', made))) == len(letters)


def test_hostile_names_are_read_as_they_are_written(hostile: tuple[str, Document, Subgraph]) -> None:
    text, case, picture = hostile
    reader, read = opened(case_pdf(case, picture, "kk"))
    for part in re.split("[\x00-\x1f\u2028\u2029\u202a-\u202e\ud800-\udfff]", text):
        assert " ".join(part.split()) in read
    assert "/JavaScript" not in str(reader.root_object)
    assert not [one for page in reader.pages for one in page.get("/Annots", [])]


@pytest.mark.parametrize(
    "name", ['#import "@preview/x:1": *', "$x^2$", "\\ #pagebreak()", "@label <label>", "= heading", "`raw`"]
)
def test_markup_in_names_is_text(case: Document, picture: Subgraph, name: str) -> None:
    case["parties"][0]["name"] = case["title"] = name
    _reader, read = opened(case_pdf(case, picture))
    assert name in read


@pytest.mark.parametrize("name", ["Ы" * 3000, "x" * 400, "שלום" * 60, "مرحبا" * 60, "\u200f" * 500, "e\u0301" * 500])
def test_a_word_longer_than_a_line_stays_on_the_page(case: Document, picture: Subgraph, name: str) -> None:
    case["parties"][0]["name"] = case["title"] = case["findings"][0]["text"] = name
    reader, read = opened(case_pdf(case, picture))
    right = [0.0]
    for page in reader.pages:
        page.extract_text(visitor_text=lambda text, _cm, tm, _font, _size: right.append(tm[4] if text.strip() else 0))
        assert max(right) < float(page.mediabox.width)
    if name.isascii():
        assert name in read.replace("\u200b", "").replace(" ", "")


def test_a_language_that_there_is_not_is_refused(case: Document, picture: Subgraph) -> None:
    with pytest.raises(ValueError, match="de"):
        case_pdf(case, picture, "de")
