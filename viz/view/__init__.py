"""A case as its page and its report show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from graph.model import Subgraph
from viz import figures
from viz.picture import Drawing, drawing
from viz.text import shown
from viz.view import evidence, tables
from viz.view.references import References
from viz.view.rows import EdgeRow, LinkView, NodeRow, Party, Record, RingView, RuleView, TenderRow, WealthView
from viz.view.wealth import wealth_views
from viz.words import ENGLISH, Words


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case whole, in texts; every table in the order in which it is shown."""

    id: str
    title: str
    facts: tuple[tuple[str, str], ...]
    question: str
    truncated: str
    made: str
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


def case_view(
    case: Mapping[str, Any],
    picture: Subgraph,
    words: Words = ENGLISH,
    *,
    record_texts: bool = True,
    placed: bool = True,
) -> CaseView:
    """What is shown of a case document and its picture; no text in it can harm a page.

    Without ``record_texts`` source records have no text: laying them out is most of the work in a large case.
    Without ``placed`` the picture's marks have no places, for a page that draws it from elsewhere.
    """
    if not record_texts:
        case = {**case, "evidence": [{**one, "record": ""} for one in case["evidence"]]}
    case = shown(case)
    refer = References(case, picture, words)
    drawn = drawing(case, picture, refer.by_node, words, placed=placed)
    return CaseView(
        id=case["id"],
        title=words.told(case["title"]),
        facts=_facts(case, words),
        question=_question(case, words),
        truncated=words("picture_cut", nodes=len(picture.nodes)) if picture.truncated else "",
        made=_made(case, words),
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


def _facts(case: Mapping[str, Any], words: Words) -> tuple[tuple[str, str], ...]:
    rules = words.counted(len(case["codes"]), "rule")
    return (
        (words("fact_score"), words("fact_score_value", score=figures.score(case["score"]))),
        (words("fact_period"), figures.span(case["period"]["since"], case["period"]["until"], words)),
        (words("fact_state"), words.known(f"state_{case['state']}", case["state"])),
        (words("fact_flags"), words("fact_flags_value", flags=len(case["findings"]), rules=rules)),
        (words("fact_firms"), str(case["firms"])),
        (words("fact_persons"), str(case["persons"])),
        (words("fact_tenders"), str(len(case["tenders"]))),
        (words("fact_records"), str(len(case["evidence"]))),
    )


def _question(case: Mapping[str, Any], words: Words) -> str:
    """What a person has to decide next, in one sentence."""
    asked = [words(f"decide_{name}") for name in ("rings", "links", "wealth") if case.get(name)]
    return words("decide", asked=words("decide_and").join(asked or [words("decide_flags")]))


def _made(case: Mapping[str, Any], words: Words) -> str:
    """Which program made it, and of which generation, detected when."""
    made = [f"{words('made')} bidring {version('bidring')}"]
    if case.get("generation") is not None:
        made.append(f"{words('generation')} {case['generation']}")
    return ", ".join([*made, *filter(None, [case.get("detected_at")])])
