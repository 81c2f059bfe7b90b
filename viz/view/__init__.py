"""A case as its page and its report show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph.model import Subgraph
from viz import figures
from viz.picture import Drawing, drawing
from viz.text import shown
from viz.view import evidence, tables
from viz.view.references import References
from viz.view.rows import EdgeRow, LinkView, NodeRow, Party, Record, RingView, RuleView, TenderRow, WealthView
from viz.view.wealth import wealth_views

STATES = {"new": "new: nobody has looked at it yet"}
"""States of a case in words; others stand for themselves."""
MAXIM = "Flags indicate; a person decides."


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case whole, in texts; every table in the order in which it is shown."""

    id: str
    title: str
    facts: tuple[tuple[str, str], ...]
    question: str
    truncated: str
    drawn: Drawing
    parties: tuple[Party, ...]
    rings: tuple[RingView, ...]
    links: tuple[LinkView, ...]
    wealth: tuple[WealthView, ...]
    rules: tuple[RuleView, ...]
    tenders: tuple[TenderRow, ...]
    nodes: tuple[NodeRow, ...]
    edges: tuple[EdgeRow, ...]
    records: tuple[Record, ...]


def case_view(case: Mapping[str, Any], picture: Subgraph) -> CaseView:
    """What is shown of a case document and its picture; no text in it can harm a page."""
    case = shown(case)
    refer = References(case, picture)
    drawn = drawing(case, picture, refer.by_node)
    return CaseView(
        id=case["id"],
        title=case["title"],
        facts=_facts(case),
        question=_question(case),
        truncated=_truncated(picture),
        drawn=drawn,
        parties=tables.parties(case, refer),
        rings=evidence.ring_views(case, refer),
        links=evidence.link_views(case, refer),
        wealth=wealth_views(case, refer),
        rules=evidence.rule_views(case, refer),
        tenders=tables.tenders(case, refer),
        nodes=tables.node_rows(drawn, picture),
        edges=tables.edge_rows(drawn, picture, refer),
        records=tables.records(case),
    )


def _facts(case: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return (
        ("Score", f"{figures.score(case['score'])} of 1"),
        ("Period", figures.span(case["period"]["since"], case["period"]["until"])),
        ("State", STATES.get(case["state"], case["state"])),
        ("Flags", f"{len(case['findings'])} by {figures.counted(len(case['codes']), 'rule')}"),
        ("Firms", str(case["firms"])),
        ("Persons", str(case["persons"])),
        ("Tenders", str(len(case["tenders"]))),
        ("Source records", str(len(case["evidence"]))),
    )


def _question(case: Mapping[str, Any]) -> str:
    """What a person has to decide next, in one sentence."""
    asked = []
    if case["rings"]:
        asked.append("whether an innocent explanation accounts for how these firms bid together")
    if case["links"]:
        asked.append("whether the official declared this tie and kept out of the awards")
    if case.get("wealth"):
        asked.append("whether income that was not declared here accounts for what the household bought")
    if not asked:
        asked.append("whether an innocent explanation accounts for each flag below")
    return f"Decide {', and '.join(asked)}, from the source records, before anybody is asked."


def _truncated(picture: Subgraph) -> str:
    if not picture.truncated:
        return ""
    return (
        f"The picture is cut off: it shows the {len(picture.nodes)} nodes that matter most to the case, "
        "and more are tied to them in the records."
    )
