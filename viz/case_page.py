"""The stand-alone page of a case: one file that opens without a network, and with which nothing leaves."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from graph.model import Subgraph
from viz.picture import network
from viz.style import EDGES, OUTLINES, ROLES
from viz.view import case_view
from viz.words import ENGLISH, Words

_LIBRARY = "templates/lib/vis-9.1.2/vis-network.min.js"
_DRAWING = ("larger", "smaller", "whole", "show_whole", "more", "hint")
"""The words of the picture's own script, behind ``draw_``."""
_templates = Environment(
    loader=PackageLoader("viz"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def case_page(
    case: Mapping[str, Any],
    picture: Subgraph,
    *,
    words: Words = ENGLISH,
    downloads: Sequence[tuple[str, str]] = (),
    around: Sequence[tuple[str, str]] = (),
) -> str:
    """The page of a case document and its picture, in a language's words; the same input gives the same text.

    ``downloads`` and ``around``, the pages beside it, are words with addresses, for a page that a service shows; a page
    that is handed on has none.
    Whatever stands in the records is shown as text. The page's own policy lets nothing run but its two scripts and
    fetches nothing at all; without scripts everything but the picture is there.
    """
    view = case_view(case, picture, words)
    styles, scripts = _asset("case.css"), (_library(), _asset("picture.js"))
    return _templates.get_template("case.html").render(
        view=view,
        downloads=downloads,
        around=around,
        t=words,
        data=data_block(network(view.drawn) | {"words": {key: words.texts[f"draw_{key}"] for key in _DRAWING}}),
        styles=styles,
        scripts=scripts,
        policy=policy(styles, scripts),
        roles={str(role): style for role, style in ROLES.items()},
        edges=[(kind, EDGES[kind]) for kind in EDGES if any(line.kind is kind for line in view.drawn.lines)],
        present={str(mark.role) for mark in view.drawn.marks},
        glyph={
            str(role): " ".join(f"{x * 7 + 8:.1f},{y * 7 + 8:.1f}" for x, y in OUTLINES[style.shape])
            for role, style in ROLES.items()
        },
    )


def policy(styles: str, scripts: tuple[str, ...]) -> str:
    """The content security policy of a page with one style sheet and these scripts inline."""
    return (
        f"default-src 'none'; script-src {' '.join(_hash(script) for script in scripts)}; style-src {_hash(styles)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def data_block(found: Mapping[str, Any]) -> Markup:
    """JSON that may stand in a data block: without anything that opens or closes a tag, or breaks a line of a script.

    Letters stay themselves: a Russian name takes a third of what its escapes would.
    """
    written = json.dumps(found, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for harmful in "<>&\u2028\u2029":
        written = written.replace(harmful, f"\\u{ord(harmful):04x}")
    return Markup(written)  # noqa: S704  # nothing in it can end the block


@cache
def _asset(name: str) -> Markup:
    """A style sheet or script of our own, as it stands in the page."""
    return Markup(files("viz").joinpath("templates", name).read_text("utf-8"))  # noqa: S704  # our own file


@cache
def _library() -> Markup:
    """The vis-network that pyvis carries, with the line ends that a browser hashes."""
    text = files("pyvis").joinpath(_LIBRARY).read_text("utf-8").replace("\r\n", "\n")
    return Markup(text)  # noqa: S704  # a library's file, whose hash the policy names
