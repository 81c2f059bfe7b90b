"""The candidates: pairs of parties that may be one, scored, with what people decided of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from graph.market.parties import described
from graph.market.records import Records
from graph.matching.blocking import Blocking
from graph.matching.decisions import Decisions, pair_id
from graph.matching.party import Party
from graph.matching.score import score
from graph.matching.verdict import Verdict
from ingest.identifiers import is_scheme

LISTED = 0.5
"""Pairs below this score are not shown to a person."""
_CHUNK = 100_000
Scored = tuple[str, str, Verdict]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair of parties by node ids, left before right; ``decision`` is accepted, rejected or None while it is open."""

    left: str
    right: str
    verdict: Verdict
    decision: str | None = None

    @property
    def id(self) -> str:
        """The id of the pair."""
        return pair_id(self.left, self.right)


@dataclass(frozen=True, slots=True)
class Matching:
    """All candidates, open ones first and by score, and ``cut``, how many common words were followed in part only."""

    candidates: tuple[Candidate, ...]
    compared: int
    cut: int


def find_candidates(records: Records, decisions: Decisions, progress: Progress | None = None) -> Matching:
    """The pairs at or above :data:`LISTED` and the decided ones, sorted: open first, highest score, then by id.

    A pair is open where no person decided it and it does not follow from what they decided: parties that accepted pairs
    join are one, and a rejection holds for all that their two sides were joined with; nor is one that a source tells as
    a branch and its head. ``records`` are read without the
    decisions, so that ids of pairs stay when others are decided.
    """
    blocking = Blocking(records)
    blocks = blocking.blocks()
    decided = decisions.state()
    asked = _with_decided(blocks.pairs, decided)
    total = int(asked.count().execute())
    facts = Facts(blocking, asked)
    settled, ends = decisions.settled(), records.branches.select("owner", "company").to_pyarrow().to_pydict()
    told = {pair_id(*pair) for pair in zip(ends["owner"], ends["company"], strict=True)}
    found = []
    for done, (left, right, verdict) in enumerate(facts.scored(asked, blocks.namesakes)):
        if progress and not done % _CHUNK:
            progress(done, total)
        decision = decided.get((left, right))
        if decision or (verdict.score >= LISTED and not settled(left, right) and pair_id(left, right) not in told):
            found.append(Candidate(left, right, verdict, decision))
    found.sort(key=lambda one: (one.decision is not None, -one.verdict.score, one.id))
    return Matching(tuple(found), total, blocks.cut)


def names_of(records: Records, nodes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """``own_id``, ``name`` and ``kind`` of parties by node id."""
    wanted = ibis.memtable({"id": sorted(set(nodes))}, schema={"id": "string"})
    table = described(records).semi_join(wanted, "id").select("id", "own_id", "name", "kind")
    return {row["id"]: row for row in table.to_pyarrow().to_pylist()}


class Facts:
    """What the records say of the parties in some pairs."""

    def __init__(self, blocking: Blocking, pairs: ir.Table) -> None:
        ids = ibis.union(pairs.select(id="left"), pairs.select(id="right"), distinct=True)
        self._names: dict[str, set[str]] = defaultdict(set)
        self._numbers: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._one: dict[str, dict[str, str]] = defaultdict(dict)
        self._doubtful: dict[str, set[str]] = defaultdict(set)
        self._contacts, self._ties = _sets(blocking.contacts, ids), _sets(blocking.ties, ids)
        for row in _rows(blocking.mentions.semi_join(ids, "id").distinct()):
            self._take(row)

    def _take(self, row: dict[str, Any]) -> None:
        own = row["id"]
        self._one[own]["kind"] = row["kind"]
        if row["name"]:
            self._names[own].add(row["name"])
        if row["number"] and row["problem"]:
            self._doubtful[own].add(row["number"])
        elif row["number"] and is_scheme(row["scheme"]):
            self._numbers[own][row["scheme"]].add(row["number"])
        for name in ("country", "region", "birth_date"):
            if row[name]:  # the most precise date, else the first in the alphabet, whatever the order of the rows
                known = self._one[own].get(name)
                self._one[own][name] = min(filter(None, (known, row[name])), key=lambda one: (-len(one), one))

    def scored(self, pairs: ir.Table, namesakes: ir.Table) -> Iterator[Scored]:
        """The pairs with their scores, in order of their ids."""
        counted = dict(zip(*(namesakes[column].to_pyarrow().to_pylist() for column in ("id", "count")), strict=True))
        for row in _rows(pairs.order_by("left", "right")):
            left, right = row["left"], row["right"]
            if left in self._one and right in self._one:
                many = min(counted.get(left, 0), counted.get(right, 0))
                yield left, right, score(self.party(left), self.party(right), namesakes=many)

    def party(self, own: str) -> Party:
        """What is known of one party."""
        one = self._one[own]
        return Party(
            one["kind"],
            tuple(sorted(self._names[own])),
            {scheme: frozenset(numbers) for scheme, numbers in self._numbers[own].items()},
            frozenset(self._doubtful[own]),
            one.get("country"),
            one.get("region"),
            one.get("birth_date"),
            frozenset(self._contacts[own]),
            frozenset(self._ties[own]),
        )


def _with_decided(pairs: ir.Table, decided: dict[tuple[str, str], str]) -> ir.Table:
    if not decided:
        return pairs
    left, right = zip(*decided, strict=True)
    return ibis.union(pairs, ibis.memtable({"left": left, "right": right}), distinct=True)


def _sets(told: ir.Table, ids: ir.Table) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in _rows(told.semi_join(ids, "id")):
        found[row["id"]].add(row["extra"])
    return found


def _rows(table: ir.Table) -> Iterator[dict[str, Any]]:
    for batch in table.to_pyarrow().to_batches(_CHUNK):
        yield from batch.to_pylist()
