"""Candidate pairs of a home and what people decide of them."""

from collections.abc import Callable
from typing import Any

from api.desk.pairs import decide
from api.errors import UnusableCall
from api.workspace import Workspace
from graph.market.records import Records
from graph.matching.candidates import find_candidates, names_of
from graph.matching.decisions import ACCEPTED, REJECTED, Decisions, Pair, pair_id, pair_of

Document = dict[str, Any]
STATES = {"accept": ACCEPTED, "reject": REJECTED, "undo": None}


def pairs(workspace: Workspace, progress: Callable[[int, int], None] | None = None) -> tuple[list[Document], list[str]]:
    """The candidates as documents, open ones first, and remarks on what was looked at in part only."""
    with workspace.records() as store:
        records = Records(store)
        found = find_candidates(records, workspace.decisions(), progress)
        known = names_of(records, (node for one in found.candidates for node in (one.left, one.right)))
    documents = [
        {
            "id": one.id,
            "kind": known[one.left]["kind"],
            "left": known[one.left]["own_id"],
            "left_name": known[one.left]["name"],
            "right": known[one.right]["own_id"],
            "right_name": known[one.right]["name"],
            "score": one.verdict.score,
            "reasons": list(one.verdict.reasons),
            "decision": one.decision,
        }
        for one in found.candidates
    ]
    remark = (
        f"{found.cut:,} words or names are too common to compare all that bear them: there, parties were compared that "
        "share a region, a birth year, a contact or an owner as well"
    )
    return documents, [remark] if found.cut else []


def decide_pairs(workspace: Workspace, ids: list[str], decision: str, by: str) -> list[Document]:
    """Keep a person's decision (accept, reject, undo) on pairs, and say of each what counts now and whether it is new.

    ``branch`` is True for an accepted pair of a branch and its head: they are linked, not joined. Deciding the same
    again changes nothing. Raises :class:`UnusableCall`, and keeps none of the decisions, for an id that is no pair of
    parties in the records, for an undo of what was not decided, and for a pair whose acceptance would join different
    valid numbers of one scheme, or a pair that was rejected.
    """
    asked = list(dict.fromkeys(ids))
    if not by.strip():
        raise UnusableCall("a decision needs its author: give --by NAME")
    with workspace.writing(), workspace.records() as store:
        before = workspace.decisions()
        state = before.state()
        wanted = _known(Records(store), asked)
        new = [own for own in asked if state.get(wanted[own]) != STATES[decision]]
        linked: set[str] = set()
        if decision == "undo" and (undecided := [own for own in asked if wanted[own] not in state]):
            raise UnusableCall(f"pair {undecided[0]}: there is no decision to undo")
        if decision == "accept":
            after = Records(store, _with(before, [wanted[own] for own in asked]))
            _check(after, new)
            linked = {pair_id(*pair) for pair in after.linked}
        if new:
            with workspace.desk() as desk:
                decide(desk, new, decision, by.strip())
    return [
        {"id": own, "decision": STATES[decision], "by": by.strip(), "changed": own in new, "branch": own in linked}
        for own in asked
    ]


def _known(records: Records, ids: list[str]) -> dict[str, Pair]:
    """The pairs that ids are of; UnusableCall for one that is of no two parties in the records."""
    pairs = {own: pair for own in ids if (pair := pair_of(own))}
    nodes = records.keys(node for pair in pairs.values() for node in pair)
    for own in ids:
        if own not in pairs or not all(node in nodes for node in pairs[own]):
            raise UnusableCall(f"{own!r} is no pair of parties in the records: `bidring match` lists them")
    return pairs


def _with(before: Decisions, accepted: list[Pair]) -> Decisions:
    """The decisions with some pairs accepted last."""
    rejected = tuple(pair for pair in before.rejected if pair not in accepted)
    return Decisions((*before.accepted, *accepted), rejected)


def _check(records: Records, new: list[str]) -> None:
    for pair, reason in records.left_out.items():
        if (own := pair_id(*pair)) in new:
            raise UnusableCall(f"pair {own} cannot be accepted: {reason}")
