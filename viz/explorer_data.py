"""What the explorer's module is told beside a case's graph: how things look, its words, and short names of tenders."""

from collections.abc import Mapping
from typing import Any

from viz.style import BECOMES, EDGES, OUTLINES, ROLES, Role, Shape
from viz.view import CaseView
from viz.words import Words, read

GLYPHS: Mapping[str, str] = {
    str(role): " ".join(f"{x * 7 + 8:.1f},{y * 7 + 8:.1f}" for x, y in OUTLINES[style.shape])
    for role, style in ROLES.items()
}
"""The corners of each role's shape in a square of 16 by 16, for a polygon of SVG."""


def explorer_data(view: CaseView, words: Words, *, case: str, works: bool, layout: str) -> dict[str, Any]:
    """The document that stands in the page; it holds no more of the case than its tenders' numbers."""
    return {
        "case": case,
        "layout": layout,
        "works": works,
        "language": str(words.language),
        "words": {key: words.texts[key] for key in keys(words)},
        "roles": {str(role): _role(role, words) for role in ROLES},
        "edges": {
            str(kind): {
                "word": words(f"edge_{kind}"), "colour": style.colour, "width": style.width,
                "dashes": list(style.dashes), "labelled": style.labelled,
            }
            for kind, style in EDGES.items()
        },
        "becomes": {
            str(kind): [[end, str(before), str(after)] for end, before, after in found]
            for kind, found in BECOMES.items()
        },
        "tenders": {row.node: row.label for row in view.tenders},
    }  # fmt: skip


def _role(role: Role, words: Words) -> dict[str, Any]:
    style = ROLES[role]
    corners = "" if style.shape is Shape.DOT else " ".join(f"{x:g} {y:g}" for x, y in OUTLINES[style.shape])
    return {
        "word": words(f"role_{role}"), "colour": style.colour, "size": style.size, "corners": corners,
        "glyph": GLYPHS[role],
    }  # fmt: skip


def keys(words: Words) -> list[str]:
    """The keys of what the module says: its own, and those of spans of time and kinds of contacts."""
    own = sorted(key for key in read("explorer.toml") if key in words.texts)
    shared = (
        "no_name", "count_edge", "count_meeting", "count_node", "span", "span_since", "span_until", "span_none",
        "kind_address", "kind_phone", "kind_email", "score", "record", "withheld",
    )  # fmt: skip
    return [*own, *shared]
