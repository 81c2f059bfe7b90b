"""What a ring is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Evidence:
    """One kind of evidence for a ring: a statistic against a null model, and the sentence that says it.

    ``p`` is the chance of a statistic like this where nothing is agreed; None where it has no null model. ``at`` is the
    last day before a break, None for evidence of another kind.
    """

    kind: str
    statistic: float
    p: float | None
    text: str
    at: date | None = None


@dataclass(frozen=True, slots=True)
class Ring:
    """A group of firms that the evidence sets apart.

    ``members`` are node ids in order; ``tenders`` the node ids of those in which two or more of them met, in
    order of day, ``documents`` the first of their source records; ``since`` and ``until`` the first and last of their
    days; ``score`` is in 0..1.
    """

    members: tuple[str, ...]
    score: float
    evidence: tuple[Evidence, ...]
    tenders: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    @property
    def id(self) -> str:
        """The ring's id: the same members always have the same one."""
        return f"ring-{sha256(' '.join(self.members).encode()).hexdigest()[:12]}"

    @property
    def supporting(self) -> list[Evidence]:
        """The evidence that speaks for the ring: what chance hardly gives, or association where there is no other."""
        return [one for one in self.evidence if one.p is not None and one.p <= SIGNIFICANT] or [*self.evidence[:1]]

    @property
    def innocent(self) -> list[str]:
        """Innocent explanations of the evidence that speaks for the ring."""
        return [INNOCENT[one.kind] for one in self.supporting]

    @property
    def refuted_by(self) -> list[str]:
        """What would refute the evidence that speaks for the ring."""
        return [REFUTED_BY[one.kind] for one in self.supporting]


def clearest(found: Sequence[Evidence]) -> Evidence:
    """Of several tests of one kind the one that chance explains least, its p times their number (Bonferroni); the
    first where chance may explain them all.
    """
    best = min(found, key=lambda one: 1.0 if one.p is None else one.p)
    chosen = best if best.p is not None and best.p * len(found) <= SIGNIFICANT else found[0]
    return replace(chosen, p=None if chosen.p is None else min(chosen.p * len(found), 1.0))


SIGNIFICANT = 0.05
"""Evidence with a corrected p up to this supports a ring."""
INNOCENT = {
    "association": "They are the few firms with the licence, the equipment or the depot that these tenders ask for.",
    "price": "The estimate is public and tight, or their costs are alike, so that honest bids have nowhere to spread.",
    "break": "The rules, the costs or the way of estimating changed on that day for everybody.",
    "format": "They take the same quarries, suppliers or software for their estimates.",
    "allocation": "Whoever won last is busy; each is nearest to some buyers; or bids must differ by a step.",
    "ties": "Shared premises or a shared investor need not mean shared decisions.",
}
REFUTED_BY = {
    "association": "A licence class, lot size or place that explains who can bid, once it is part of the market.",
    "price": "The same narrow spread in tenders of these markets where none of them bid.",
    "break": "The same change on the same day in lots of these markets where none of them bid.",
    "format": "Cost sheets that explain each bid by itself.",
    "allocation": "Order books that show who had capacity when; rules that ask for a least step between bids.",
    "ties": "Separate accounts, staff and bid preparation at the time of the bids.",
}
