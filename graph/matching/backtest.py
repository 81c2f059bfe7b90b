"""A back-test of names against pairs of which it is known whether they are one party's."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.errors import LabelsError
from graph.evaluation.labels import YES_NO, label_rows
from graph.matching.organisation import alike_organisations
from graph.matching.person import alike_persons
from graph.matching.verdict import THRESHOLD

COLUMNS = ("left", "right", "kind", "same")
ALIKE = {"organisation": alike_organisations, "person": alike_persons}


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Two names of one kind, and whether they are one party's; ``line`` is where the file says so."""

    line: int
    left: str
    right: str
    kind: str
    same: bool


def read_labelled_pairs(path: Path) -> list[LabelledPair]:
    """The pairs of a CSV file with the :data:`COLUMNS`, in its order; ``kind`` is person or organisation.

    Empty names are names. Raises :class:`LabelsError` naming file, line and fault; see
    :func:`graph.evaluation.labels.label_rows`.
    """
    found = []
    for line, (left, right, kind, same) in label_rows(path, COLUMNS):
        if kind.lower() not in ALIKE:
            raise LabelsError(f"{path}, line {line}: the kind {kind!r} is not person or organisation")
        if same.lower() not in YES_NO:
            raise LabelsError(f"{path}, line {line}: {same!r} in the column 'same' is not true or false")
        found.append(LabelledPair(line, left, right, kind.lower(), YES_NO[same.lower()]))
    if not found:
        raise LabelsError(f"{path}: there are no labels under the header")
    return found


def backtest(pairs: Sequence[LabelledPair], *, threshold: float = THRESHOLD) -> dict[str, Any]:
    """Precision, recall and F1 at a threshold (inclusive), of all pairs and by kind, and the pairs told wrong.

    Precision is the share of those told to be the same that are, recall the share of those that are the same that were
    told so; both are None where there is nothing to divide by.
    """
    scored = [(pair, ALIKE[pair.kind](pair.left, pair.right)) for pair in pairs]
    told = [(pair, verdict.score >= threshold) for pair, verdict in scored]
    kinds = sorted({pair.kind for pair in pairs})
    wrong = [
        {
            "line": pair.line, "left": pair.left, "right": pair.right, "kind": pair.kind, "same": pair.same,
            "score": verdict.score, "reasons": list(verdict.reasons),
        }
        for pair, verdict in scored
        if (verdict.score >= threshold) != pair.same
    ]  # fmt: skip
    by_kind = {kind: _measures([one for one in told if one[0].kind == kind]) for kind in kinds}
    return {**_measures(told), "threshold": threshold, "kinds": by_kind, "wrong": wrong}


def _measures(told: Sequence[tuple[LabelledPair, bool]]) -> dict[str, Any]:
    hits = sum(pair.same and yes for pair, yes in told)
    said, are = sum(yes for _pair, yes in told), sum(pair.same for pair, _yes in told)
    precision, recall = hits / said if said else None, hits / are if are else None
    f1 = 2 * hits / (said + are) if said + are else None
    rounded = {"precision": precision, "recall": recall, "f1": f1}
    return {"pairs": len(told), **{name: None if x is None else round(x, 4) for name, x in rounded.items()}}
