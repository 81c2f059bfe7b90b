"""What changed of a case since somebody last moved it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from api.cases.history import findings_at, last_events
from api.cases.seen import Mark, marks
from api.desk.database import Desk
from graph.answers import Answers


@dataclass(frozen=True, slots=True)
class Changes:
    """Findings that are new, that are gone, and that rest on other records or another rule version than before."""

    new: tuple[Mark, ...] = ()
    gone: tuple[Mark, ...] = ()
    altered: tuple[Mark, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.altered)

    def sentences(self, titles: Mapping[str, str]) -> list[str]:
        """What changed, in words; ``titles`` are those of rules by code."""
        told = (
            ("New since then", self.new),
            ("No longer found", self.gone),
            ("On other records or by another version of the rule", self.altered),
        )
        return [f"{said}: {_counted(of, titles)}." for said, of in told if of]


def between(then: Sequence[Mark], today: Sequence[Mark]) -> Changes:
    """What changed from one list of findings to another."""
    before, after = {one.finding: one for one in then}, {one.finding: one for one in today}
    return Changes(
        tuple(one for one in today if one.finding not in before),
        tuple(one for one in then if one.finding not in after),
        tuple(one for one in today if one.finding in before and before[one.finding].seen != one.seen),
    )


def changes(desk: Desk, answers: Answers, cases: Collection[str], generation: int) -> dict[str, Changes]:
    """By case, what changed since it was last moved; only cases of which something did."""
    with desk.reading() as connection:
        moves = last_events(connection, cases, moves=True)
        older = {own: move for own, move in moves.items() if move.generation != generation}
        then = findings_at(connection, [move.number for move in older.values()])
    rows = answers.case_findings(sorted(older)) if older else []
    today: dict[str, list[Mark]] = {own: [] for own in older}
    for row, mark in zip(rows, marks(rows), strict=True):
        today[row["case"]].append(mark)
    found = {own: between(then[move.number], today[own]) for own, move in older.items()}
    return {own: one for own, one in found.items() if one}


def _counted(found: Sequence[Mark], titles: Mapping[str, str]) -> str:
    counts = sorted(Counter(one.code for one in found).items())
    return ", ".join(f"{count} × {code} {titles.get(code, '')}".strip() for code, count in counts)
