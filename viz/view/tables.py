"""Parties, tenders, source records and the table twin of the picture as rows."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from graph.model import Subgraph
from viz import figures
from viz.picture import Drawing, detail_of, problem_of
from viz.text import plain
from viz.view.references import References, role_word
from viz.view.rows import EdgeRow, NodeRow, Party, Record, TenderRow


def parties(case: Mapping[str, Any], refer: References) -> tuple[Party, ...]:
    """The parties, those that the case is about first; persons go without a number."""
    flags = Counter(party for finding in case["findings"] for party in finding["parties"])
    rows = [
        Party(
            one["node"],
            refer.name(one["id"]),
            role_word(one["kind"], refer.roles.get(one["node"])),
            one["id"] if one["kind"] == "organisation" else "",
            bool(one["core"]),
            flags[one["id"]],
        )
        for one in case["parties"]
    ]
    return tuple(sorted(rows, key=lambda row: (not row.core, -row.flags)))


def tenders(case: Mapping[str, Any], refer: References) -> tuple[TenderRow, ...]:
    """The tenders by day, with the numbers that the rest refers to."""
    return tuple(
        TenderRow(
            one["node"],
            refer.tenders[one["id"]],
            one["id"],
            figures.day(one["day"]),
            one["title"] or refer.words("no_title"),
            refer.name(one["buyer"]["id"]) if one["buyer"] else figures.NONE,
            one["region"] or "",
            one["category"] or "",
            figures.money_of(one["estimate"]),
        )
        for one in case["tenders"]
    )


def records(case: Mapping[str, Any]) -> tuple[Record, ...]:
    """The source records with their numbers, the text laid out where it is JSON."""
    return tuple(
        Record(
            number, one["id"], one["source"], one["format"], one["file"], one["position"], one["loaded_at"] or "",
            one["hash"], laid_out(one["record"]), bool(one.get("withheld")),
        )
        for number, one in enumerate(case["evidence"], start=1)
    )  # fmt: skip


def laid_out(record: str) -> str:
    """A record's text, indented where it is JSON; what is no JSON stays as it is."""
    try:
        found = json.loads(record)
    except (ValueError, RecursionError):
        return record
    return plain(json.dumps(found, ensure_ascii=False, indent=2)) if isinstance(found, dict | list) else record


def node_rows(drawn: Drawing, picture: Subgraph) -> tuple[NodeRow, ...]:
    """Every node of the picture; ``edges`` counts those that touch it."""
    touched = Counter(end for edge in picture.edges for end in {edge.source, edge.target})
    return tuple(
        NodeRow(
            mark.node,
            mark.number,
            str(mark.role),
            mark.name,
            mark.label.replace("\n", " "),
            mark.core,
            touched[mark.node],
        )
        for mark in drawn.marks
    )


def edge_rows(drawn: Drawing, picture: Subgraph, refer: References) -> tuple[EdgeRow, ...]:
    """Every edge of the picture, with the record that says it where the case holds it."""
    mark = {one.node: one for one in drawn.marks}
    return tuple(
        EdgeRow(
            edge.id,
            refer.by_node.get(edge.source) or mark[edge.source].name,
            refer.words(f"edge_{edge.kind}"),
            refer.by_node.get(edge.target) or mark[edge.target].name,
            "; ".join(
                filter(None, (detail_of(edge, refer.words), *map(refer.words.told, problem_of(edge).split("; "))))
            ),
            figures.span(edge.properties.get("since"), edge.properties.get("until"), refer.words),
            refer.records.get(edge.properties.get("document") or ""),
            plain(str(edge.properties.get("document") or ""))[:8],
        )
        for edge in picture.edges
        if edge.source in mark and edge.target in mark
    )
