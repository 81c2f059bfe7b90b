"""A case's graph for Gephi and yEd, and its findings as a table."""

import csv
import re
from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import networkx as nx

from graph.model import EDGES as SHAPES
from graph.model import NODES, NodeKind, Subgraph
from viz.layout import layout
from viz.picture import SECRET, name_of
from viz.style import EDGES, ROLES, roles
from viz.text import as_text, plain, shown

_COLUMNS = (
    "code", "title", "parties", "about", "value", "threshold", "unit", "since", "until", "text", "innocent",
    "evidence_files", "evidence_positions",
)  # fmt: skip
_FORMULA = re.compile("^\\s*[=+\\-@\t\r\x00\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet may take for a formula, and its full-width forms."""
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_BETWEEN = "; "


def case_graphml(case: Mapping[str, Any], picture: Subgraph) -> bytes:
    """GraphML with typed attributes, places and colours; parallel edges stay apart; no numbers of persons.

    Sums are in whole minor units as in the graph; what is not known is left out.
    """
    core = {one["node"] for one in case["parties"] if one["core"]}
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(case=plain(case["id"]), title=plain(case["title"]))
    places, role = layout(picture), roles(picture)
    for node in picture.nodes:
        style = ROLES[role[node.id]]
        hidden = SECRET if node.kind is NodeKind.PERSON else frozenset[str]()
        told = {name: node.properties.get(name) for name in NODES[node.kind] if name not in {"id", "name", *hidden}}
        graph.add_node(
            node.id,
            label=name_of(node),
            node_kind=str(node.kind),
            role=style.word,
            colour=style.colour,
            shape=style.shape.value,
            core=node.id in core,
            x=places[node.id][0],
            y=places[node.id][1],
            **_attributes(told),
        )
    known = set(graph)
    for edge in picture.edges:
        if edge.source in known and edge.target in known:
            told = {name: edge.properties.get(name) for name in SHAPES[edge.kind].properties}
            words = {"label": EDGES[edge.kind].word, "edge_kind": str(edge.kind)}
            graph.add_edge(edge.source, edge.target, key=plain(edge.id), **words, **_attributes(told))
    written = BytesIO()
    nx.write_graphml_xml(graph, written, named_key_ids=True)
    return written.getvalue()


def _attributes(told: Mapping[str, Any]) -> dict[str, Any]:
    """What is known, as GraphML has types for it: text, whole number, number, yes or no."""
    known = ((name, as_text(value)) for name, value in told.items())
    return {name: plain(value) if isinstance(value, str) else value for name, value in known if value is not None}


def case_csv(case: Mapping[str, Any]) -> str:
    """A line for each finding, by RFC 4180; several parties, things or records in one cell are parted by ``; ``.

    A cell that a spreadsheet would take for a formula begins with an apostrophe; numbers stay numbers.
    """
    case = shown(case)
    names = {one["id"]: one["name"] for one in case["parties"] if one["name"]}
    records = {one["id"]: one for one in case["evidence"]}
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for one in case["findings"]:
        found = [records[own] for own in one["evidence"] if own in records]
        row = (
            one["code"],
            one["title"],
            _BETWEEN.join(f"{party} {names.get(party, '')}".strip() for party in one["parties"]),
            _BETWEEN.join(f"{what['kind']} {what['id']}" for what in one["about"]),
            _digits(one["value"]),
            _digits(one["threshold"]),
            one["unit"],
            one["period"]["since"],
            one["period"]["until"],
            one["text"],
            one["innocent"],
            _BETWEEN.join(record["file"] for record in found),
            _BETWEEN.join(record["position"] for record in found),
        )
        writer.writerow([cell(value) for value in row])
    return out.getvalue()


def cell(value: Any) -> str:
    """A value as a cell that no spreadsheet runs.

    >>> cell("=1+1"), cell("-12.5"), cell(None)
    ("'=1+1", '-12.5', '')
    """
    written = "" if value is None else str(value)
    return f"'{written}" if _FORMULA.match(written) and not _NUMBER.fullmatch(written) else written


def _digits(value: float | None) -> str:
    """A number without an exponent, as short as gives the same number back."""
    if value is None:
        return ""
    written = format(Decimal(repr(value)), "f")
    return written.rstrip("0").rstrip(".") if "." in written else written
