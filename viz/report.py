"""The printable report of a case."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import typst

from graph.model import Subgraph
from viz.style import EDGES, OUTLINES, ROLES
from viz.view import CaseView, case_view
from viz.words import ENGLISH, Words, words

_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
"""The date of a report whose case does not say when it was detected."""


def case_pdf(case: Mapping[str, Any], picture: Subgraph, language: str = "en") -> bytes:
    """A tagged PDF of a case document and its picture, in fonts that come along; the same input gives the same bytes.

    It is dated by the detection that the case comes from. Source records are named by file, position and hash; their
    texts are on the page and in the bundle. The template reads the case as data: no text of a record is ever taken for
    markup. Fixed words are in ``language``: en, ru or kk; ValueError for another.
    """
    spoken = words(language)
    compiler = typst.Compiler(
        files("viz").joinpath("templates", "report.typ").read_bytes(),
        font_paths=fonts(),
        sys_inputs=inputs(case_view(case, picture, spoken, record_texts=False), spoken),
    )
    made = compiler.compile(format="pdf", timestamp=_detected(case))
    assert isinstance(made, bytes)
    return made


@cache
def fonts() -> typst.Fonts:
    """The fonts that typst brings along: they have every Kazakh letter, and are the same on every machine."""
    return typst.Fonts(include_system_fonts=False)


def inputs(view: CaseView, spoken: Words = ENGLISH) -> dict[str, str]:
    """What the template reads: the view as JSON, the words, the table of looks."""
    data = {
        **asdict(view),
        "language": str(spoken.language),
        "words": dict(spoken.texts),
        "roles": {role: {**asdict(style), "outline": OUTLINES[style.shape]} for role, style in ROLES.items()},
        "styles": {kind: asdict(style) for kind, style in EDGES.items()},
    }
    return {"case": json.dumps(data, ensure_ascii=False)}


def _detected(case: Mapping[str, Any]) -> datetime:
    found = case.get("detected_at")
    return datetime.fromisoformat(found) if found else _UNDATED
