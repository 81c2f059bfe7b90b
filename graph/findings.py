"""Findings made: of flags, of rings, of ties of officials, of households' wealth."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from math import inf

from graph.finding import About, Finding
from graph.indicators.rule import MOST_NAMED, Indicator, Rule
from graph.links.officials import Link
from graph.market import Market
from graph.rings.ring import Ring
from graph.wealth.find import Enrichment


def find_flags(market: Market, rules: Iterable[Indicator]) -> list[Finding]:
    """What the rules find, in the order of the rules, then of the ids."""
    found: list[Finding] = []
    for rule in rules:
        rows = rule.find(market, rule.settings).to_pyarrow().to_pylist()
        found += sorted(_told_apart(_finding(rule, row) for row in rows), key=lambda one: one.id)
    return found


def _told_apart(found: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, each with an id of its own: lots of one tender may be flagged for the same parties."""
    alike: dict[str, list[Finding]] = defaultdict(list)
    for one in found:
        alike[one.id].append(one)
    for same in alike.values():
        first, *others = sorted(same, key=lambda one: (one.text, one.value, one.evidence))
        yield first
        for number, one in enumerate(others, 2):
            yield replace(one, subject=f"{one.subject} {number}")


def _finding(rule: Indicator, row: dict[str, object]) -> Finding:
    about = [About("tender", str(node)) for node in _listed(row["tenders"])]
    if row["buyer"]:
        about.append(About("buyer", str(row["buyer"])))
    value = float(str(row["value"]))
    since, until = row["since"], row["until"]
    return Finding(
        code=rule.code,
        version=rule.version,
        parties=tuple(sorted(str(party) for party in _listed(row["parties"]))),
        about=tuple(about),
        value=value,
        threshold=float(rule.settings.threshold),
        unit=rule.unit,
        since=since if isinstance(since, date) else None,
        until=until if isinstance(until, date) else None,
        evidence=tuple(str(document) for document in _listed(row["evidence"]))[:MOST_NAMED],
        text=rule.sentence(row),
        weight=rule.weight,
        subject=str(row["subject"] or ""),
    )


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def ring_findings(rings: Iterable[Ring], rule: Rule) -> list[Finding]:
    """A finding for each ring at or above the rule's threshold."""
    return [
        Finding(
            code=rule.code,
            version=rule.version,
            parties=ring.members,
            about=(About("ring", ring.id), *_tenders(ring.tenders)),
            value=ring.score,
            threshold=rule.settings.threshold,
            unit=rule.unit,
            since=ring.since,
            until=ring.until,
            evidence=ring.documents,
            text=" ".join(one.text for one in ring.supporting),
            weight=rule.weight * ring.score,
        )
        for ring in rings
        if ring.score >= rule.settings.threshold
    ]


def link_findings(links: Iterable[Link], rule: Rule) -> list[Finding]:
    """A finding for each of the ties between an official and a winner that has at most the rule's hops."""
    return [
        Finding(
            code=rule.code,
            version=rule.version,
            parties=tuple(sorted((link.official, link.supplier))),
            about=(About("buyer", link.buyer), *_tenders(link.tenders)),
            value=float(link.hops),
            threshold=rule.settings.threshold,
            unit=rule.unit,
            since=link.since,
            until=link.until,
            evidence=link.documents,
            text=link.text,
            weight=rule.weight * link.score,
            subject=link.buyer,
        )
        for link in links
        if link.hops <= rule.settings.threshold
    ]


def wealth_findings(enriched: Iterable[Enrichment], rule: Rule) -> list[Finding]:
    """A finding for each official over the rule's threshold; its value is infinite where no income is declared."""
    return [
        Finding(
            code=rule.code,
            version=rule.version,
            parties=(one.official,),
            about=(About("buyer", one.body), *(About("relative", owner) for owner in one.relatives)),
            value=inf if one.ratio is None else one.ratio,
            threshold=rule.settings.threshold,
            unit=rule.unit,
            since=date(one.first, 1, 1),
            until=date(one.last, 12, 31),
            evidence=one.evidence[:MOST_NAMED],
            text=one.text,
            weight=rule.weight,
            subject=one.body,
        )
        for one in enriched
    ]


def _tenders(nodes: Sequence[str]) -> tuple[About, ...]:
    return tuple(About("tender", node) for node in nodes[:MOST_NAMED])
