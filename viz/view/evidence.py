"""Rings, paths and findings of a case as rows."""

from collections.abc import Mapping
from typing import Any

from graph.model import EdgeKind
from viz import figures
from viz.view.references import References
from viz.view.rows import Flag, Hop, LinkView, Proof, RingView, RuleView
from viz.words import Words

SIGNIFICANT = 0.05
"""Evidence with a p up to this supports a ring."""
_TIES = {kind.value.lower() for kind in (EdgeKind.OWNS, EdgeKind.OFFICER, EdgeKind.KIN)}


def ring_views(case: Mapping[str, Any], refer: References) -> tuple[RingView, ...]:
    """Rings, with each kind of evidence and whether it speaks for the ring."""
    return tuple(
        RingView(
            id=ring["id"],
            title=", ".join(
                (refer.words.counted(len(ring["members"]), "firm"), refer.words.counted(len(ring["tenders"]), "tender"))
            ),
            score=figures.score(ring["score"]),
            members=tuple(refer.name(one["id"]) for one in ring["members"]),
            markets=tuple(ring["markets"]),
            period=figures.span(ring["period"]["since"], ring["period"]["until"], refer.words),
            tenders=refer.labels(ring["tenders"]),
            proofs=tuple(_proof(one, refer.words) for one in ring["evidence"]),
            innocent=tuple(map(refer.words.told, ring["innocent"])),
            refuted_by=tuple(map(refer.words.told, ring["refuted_by"])),
        )
        for ring in case["rings"]
    )


def _proof(one: Mapping[str, Any], words: Words) -> Proof:
    p = one["p"]
    speaks = p is not None and p <= SIGNIFICANT
    said = words.told(one["kind"]), words.told(one["text"])
    return Proof(said[0], figures.statistic(one["statistic"]), figures.probability(p), speaks, said[1])


def link_views(case: Mapping[str, Any], refer: References) -> tuple[LinkView, ...]:
    """Paths from officials to suppliers, each told from the official on."""
    return tuple(
        LinkView(
            id=link.get("id") or "",
            official=refer.name(link["official"]),
            position=link["position"] or "",
            buyer=refer.name(link["buyer"]),
            supplier=refer.name(link["supplier"]),
            score=figures.score(link["score"]),
            won=figures.money_of(link["won"]),
            period=figures.span(link["period"]["since"], link["period"]["until"], refer.words),
            hops=_hops(link, refer),
            tenders=refer.labels(link["tenders"]),
            told=refer.words(
                "won", supplier=refer.name(link["supplier"]), sum=figures.money_of(link["won"]),
                buyer=refer.name(link["buyer"]),
            ),
        )
        for link in case["links"]
    )  # fmt: skip


def _hops(link: Mapping[str, Any], refer: References) -> tuple[Hop, ...]:
    at, hops = link["official"], []
    for step in link["path"]:
        forward = step["from"] == at
        at = step["to"] if forward else step["from"]
        period = figures.span(step["since"], step["until"], refer.words)
        record = refer.records.get(step["source"])
        hops.append(
            Hop(step_words(step, forward=forward, words=refer.words), refer.name(at), refer.role(at), period, record)
        )
    return tuple(hops)


def step_words(step: Mapping[str, Any], *, forward: bool, words: Words) -> str:
    """What a step of a path says, read along it or against it."""
    kind, detail = step["kind"], step["detail"] or ""
    way = "" if forward else "_back"
    if kind not in _TIES:  # a shared address, phone or email is a kind of its own
        return words(f"hop_contact{way}", kind=words.known(f"kind_{kind}", kind))
    detail = _share(detail) if kind == "owns" else words.told(detail)
    return words(f"hop_{kind}{way}_known", detail=detail) if detail else words(f"hop_{kind}{way}")


def _share(detail: str) -> str:
    try:
        return figures.share(float(detail))
    except ValueError:
        return detail


def rule_views(case: Mapping[str, Any], refer: References) -> tuple[RuleView, ...]:
    """Findings by rule, in the order in which the case lists them: the weightiest first."""
    by_code: dict[str, list[Mapping[str, Any]]] = {}
    for finding in case["findings"]:
        by_code.setdefault(finding["code"], []).append(finding)
    return tuple(
        RuleView(
            code, refer.words.rule(code, found[0]["version"], "title", found[0]["title"]), found[0]["version"],
            refer.words.rule(code, found[0]["version"], "innocent", found[0]["innocent"]),
            tuple(_flag(one, refer) for one in found),
        )
        for code, found in by_code.items()
    )  # fmt: skip


def _flag(one: Mapping[str, Any], refer: References) -> Flag:
    return Flag(
        id=one["id"],
        value=figures.number(one["value"]),
        threshold=figures.number(one["threshold"]),
        unit=refer.words.told(one["unit"]),
        parties=tuple(refer.name(party) for party in one["parties"]),
        buyers=tuple(refer.name(what["id"]) for what in one["about"] if what["kind"] == "buyer"),
        tenders=refer.labels([what["id"] for what in one["about"] if what["kind"] == "tender"]),
        period=figures.span(one["period"]["since"], one["period"]["until"], refer.words),
        text=refer.words.told(one["text"]),
        records=refer.numbers(one["evidence"]),
    )
