"""What was found against what was planted."""

from collections.abc import Sequence
from typing import Any

from api.demo.planted import Planted

LEAST_F1 = 0.5
"""A reported ring is a planted one where their members agree by at least this F1."""


def compare(
    planted: Planted,
    rings: Sequence[dict[str, Any]],
    links: Sequence[dict[str, Any]],
    enriched: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """Recall and precision of reported rings, ties and enrichment; all three as the command line gives them.

    Recall is the share of planted ones that were found, precision the share of reported ones that were planted;
    both are None where there is nothing to divide by.
    """
    reported = [frozenset(member["id"] for member in ring["members"]) for ring in rings]
    there = [(ring.kind, frozenset(ring.members)) for ring in planted.rings]
    hits = [(kind, any(_f1(members, one) >= LEAST_F1 for one in reported)) for kind, members in there]
    true = sum(any(_f1(members, one) >= LEAST_F1 for _kind, members in there) for one in reported)
    tied = {(link["official"], link["supplier"]) for link in links}
    ties = [(tie.kind, (tie.official, tie.supplier) in tied) for tie in planted.ties]
    known = {(tie.official, tie.supplier) for tie in planted.ties}
    rich = {one["official"] for one in enriched}
    return {
        "rings": _figures(hits, len(reported), true),
        "ties": _figures(ties, len(tied), len(tied & known)),
        "enriched": _figures(
            [(one.kind, one.official in rich) for one in planted.enriched],
            len(rich),
            len(rich & {one.official for one in planted.enriched}),
        ),
    }


def _figures(hits: Sequence[tuple[str, bool]], reported: int, true: int) -> dict[str, Any]:
    kinds = sorted({kind for kind, _hit in hits})
    matched = sum(hit for _kind, hit in hits)
    return {
        "planted": len(hits),
        "matched": matched,
        "reported": reported,
        "recall": matched / len(hits) if hits else None,
        "precision": true / reported if reported else None,
        "by_kind": {
            kind: {"planted": sum(k == kind for k, _ in hits), "found": sum(k == kind and hit for k, hit in hits)}
            for kind in kinds
        },
    }


def _f1(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
