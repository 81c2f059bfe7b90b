"""The printable report."""

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import typst

from graph.model import Subgraph
from viz import report
from viz.report import case_pdf
from viz.view import case_view

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
        sys_inputs=report.inputs(case_view(case, picture)),
    )
    _made, warnings = compiler.compile_with_warnings(format="pdf")
    assert [warning.message for warning in warnings] == []


def test_the_template_fetches_nothing() -> None:
    source = files("viz").joinpath("templates", "report.typ").read_text("utf-8")
    assert not re.findall(r"#?import|#?include|https?:|image\(|eval\(|@preview", source)


@pytest.mark.parametrize("letters", ["Көк Қайың Өңір"])
def test_names_can_be_found_in_the_text(case: Document, picture: Subgraph, letters: str, tmp_path: Path) -> None:
    """The texts that go into the PDF name the firm; PDF text itself is compressed."""
    found = json.loads(report.inputs(case_view(case, picture))["case"])
    assert letters in found["parties"][0]["name"]
    assert found["rules"][0]["innocent"] == "Few firms have the licence."
    assert found["records"][0]["text"] == ""
