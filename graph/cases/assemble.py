"""From findings to cases.

A case is opened by a ring, by an official's tie, by any finding whose rule opens cases, by two findings about
the same two or more parties, and by three rules about one party. Another finding joins the case whose core has
most of its parties, if that is half of them or more; one about a single party joins where that party is. Cases
never join through buyers or tenders, and a finding that joins does not widen the core, so that no chain of
neighbours grows into one case.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import prod

from graph.cases.case import Case
from graph.finding import Finding
from graph.indicators.rule import Rule

LEAST_TOGETHER = 2
"""So many findings about the same parties open a case."""
LEAST_CODES = 3
"""So many rules about one party open a case."""


def assemble(
    findings: Sequence[Finding], rules: Mapping[str, Rule], explained: Collection[tuple[str, str]] = frozenset()
) -> list[Case]:
    """The cases that findings give, most suspicious first, then by core; without ids yet.

    ``explained`` are findings, by id and the mark of what they rest on, that a person explained: they stay in their
    cases, and add nothing to the score.
    """
    opens = _opening(findings, rules)
    desk = _Desk()
    for finding in sorted(findings, key=lambda one: (not opens[one.id], -one.weight, -len(one.parties), one.id)):
        place = desk.home(finding)
        if place is None and opens[finding.id]:
            place = desk.open(finding.parties)
        if place is not None:
            desk.add(place, finding)
    made = [
        Case(
            core,
            tuple(sorted({party for one in joined for party in one.parties})),
            tuple(joined),
            _score(one for one in joined if (one.id, one.seen) not in explained),
        )
        for core, joined in zip(desk.cores, desk.findings, strict=True)
    ]
    return sorted(made, key=lambda case: (-case.score, case.core))


def _opening(findings: Sequence[Finding], rules: Mapping[str, Rule]) -> dict[str, bool]:
    """Which findings, by id, are reason enough to open a case."""
    together = Counter(finding.parties for finding in findings)
    codes: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for finding in findings:
        codes[finding.parties].add(finding.code)
    return {
        one.id: rules[one.code].opens_case
        or (len(one.parties) > 1 and together[one.parties] >= LEAST_TOGETHER)
        or len(codes[one.parties]) >= LEAST_CODES
        for one in findings
    }


class _Desk:
    """Cases being put together, and where each party stands in them."""

    def __init__(self) -> None:
        self.cores: list[tuple[str, ...]] = []
        self.findings: list[list[Finding]] = []
        self._by_core: dict[str, list[int]] = defaultdict(list)
        self._by_party: dict[str, dict[int, None]] = defaultdict(dict)

    def open(self, core: tuple[str, ...]) -> int:
        """A new case; says its place."""
        place = len(self.cores)
        self.cores.append(core)
        self.findings.append([])
        for party in core:
            self._by_core[party].append(place)
        return place

    def add(self, place: int, finding: Finding) -> None:
        """Put a finding into a case."""
        self.findings[place].append(finding)
        for party in finding.parties:
            self._by_party[party].setdefault(place)

    def home(self, finding: Finding) -> int | None:
        """The case that a finding joins: the one with most of its parties, the first opened where several have."""
        if len(finding.parties) == 1:
            return min(self._by_party[finding.parties[0]], default=None)
        shared = Counter(place for party in finding.parties for place in self._by_core[party])
        best = min(shared, key=lambda place: (-shared[place], place), default=None)
        return best if best is not None and 2 * shared[best] >= len(finding.parties) else None


def _score(findings: Iterable[Finding]) -> float:
    """1 - product over rules of (1 - weight of the rule's weightiest finding): each rule counts once."""
    weights: dict[str, float] = {}
    for finding in findings:
        weights[finding.code] = max(weights.get(finding.code, 0.0), finding.weight)
    return 1 - prod(1 - weight for weight in weights.values())
