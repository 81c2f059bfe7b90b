"""A finding: whom a rule flags, with what number against which threshold, on which evidence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class About:
    """What a finding is about: a tender, buyer or ring, by node id or ring id."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A red flag raised: ``parties`` are those whom it flags, ``evidence`` the source records, ``text`` the sentence.

    The id is made of the code, the rule's major version, the parties and the period, and of the tender or buyer where
    the rule is about one: running again on the same records gives the same ids.
    """

    code: str
    version: str
    parties: tuple[str, ...]
    about: tuple[About, ...]
    value: float
    threshold: float
    unit: str
    since: date | None
    until: date | None
    evidence: tuple[str, ...]
    text: str
    weight: float
    subject: str = ""

    @property
    def id(self) -> str:
        """``R028-`` and 16 hexadecimal digits."""
        major = self.version.partition(".")[0]
        parts = (self.code, major, *sorted(self.parties), str(self.since), str(self.until), self.subject)
        return f"{self.code}-{sha256(chr(0).join(parts).encode()).hexdigest()[:16]}"

    @property
    def seen(self) -> str:
        """The mark of what it rests on, by which a judgement still fits it."""
        return seen_as(self.version, self.evidence)


def seen_as(version: str, evidence: Iterable[str]) -> str:
    """A mark of a finding's rule version and source records: another one where either has changed."""
    return sha256(chr(0).join((version, *sorted(evidence))).encode()).hexdigest()[:16]
