"""How alike two names or parties are, and why."""

from dataclasses import dataclass

THRESHOLD = 0.7
"""From this score on a back-test takes two names for one party's. No score joins parties: a person does."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A score in 0..1, never without its reasons in plain words; the first is what weighs most."""

    score: float
    reasons: tuple[str, ...]

    def because(self, reason: str) -> "Verdict":
        """The same score for one reason more."""
        return Verdict(self.score, (*self.reasons, reason))

    def times(self, factor: float, reason: str) -> "Verdict":
        """A lower score, for one reason more."""
        return Verdict(round(self.score * factor, 3), (*self.reasons, reason))

    def towards_one(self, share: float, reason: str) -> "Verdict":
        """A higher score: this share of what is missing to 1 is added, for one reason more."""
        return Verdict(round(1 - (1 - self.score) * (1 - share), 3), (*self.reasons, reason))
