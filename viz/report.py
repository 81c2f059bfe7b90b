"""The printable report of a case."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import typst

from graph.model import Subgraph
from viz.style import EDGES, OUTLINES, ROLES
from viz.view import MAXIM, CaseView, case_view

_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""The file's own date: always the same, so that the same case gives the same bytes."""


def case_pdf(case: Mapping[str, Any], picture: Subgraph) -> bytes:
    """A PDF of a case document and its picture, in fonts that come along; the same input gives the same bytes.

    Source records are named by file, position and hash; their texts are on the page and in the bundle.
    The template reads the case as data: no text of a record is ever taken for markup.
    """
    compiler = typst.Compiler(
        files("viz").joinpath("templates", "report.typ").read_bytes(),
        font_paths=typst.Fonts(include_system_fonts=False),
        sys_inputs=inputs(case_view(case, picture)),
    )
    made = compiler.compile(format="pdf", timestamp=_TIME)
    assert isinstance(made, bytes)
    return made


def inputs(view: CaseView) -> dict[str, str]:
    """What the template reads: the view as JSON, without the texts of source records, and the table of looks."""
    data = {
        **asdict(replace(view, records=tuple(replace(record, text="") for record in view.records))),
        "maxim": MAXIM,
        "roles": {role: {**asdict(style), "outline": OUTLINES[style.shape]} for role, style in ROLES.items()},
        "styles": {kind: asdict(style) for kind, style in EDGES.items()},
    }
    return {"case": json.dumps(data, ensure_ascii=False)}
