"""What a case is."""

from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from graph.finding import Finding


@dataclass(frozen=True, slots=True)
class Case:
    """Findings about the same parties, for a person to decide on.

    ``core``: the parties of the finding that opened it, by which the case is known; ``parties``: all whom its
    findings flag; ``opened``: the generation in which it was first seen; ``merged``: ids of cases that went into it;
    ``split_from``: the case that it was a part of; ``restricted``: only for callers who may see private life.
    """

    core: tuple[str, ...]
    parties: tuple[str, ...]
    findings: tuple[Finding, ...]
    score: float
    id: str = ""
    opened: int = 0
    merged: tuple[str, ...] = field(default=())
    split_from: str | None = None
    restricted: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its findings, in order."""
        return tuple(sorted({finding.code for finding in self.findings}))

    @property
    def since(self) -> date | None:
        """The first day of any finding."""
        return min((finding.since for finding in self.findings if finding.since), default=None)

    @property
    def until(self) -> date | None:
        """The last day of any finding."""
        return max((finding.until for finding in self.findings if finding.until), default=None)

    def about(self, kind: str) -> list[str]:
        """The ids of what its findings are about, of one kind, each once and in the order met."""
        return list(dict.fromkeys(one.id for finding in self.findings for one in finding.about if one.kind == kind))

    @property
    def evidence(self) -> list[str]:
        """The source records behind its findings, each once."""
        return list(dict.fromkeys(document for finding in self.findings for document in finding.evidence))


def first_id(core: tuple[str, ...]) -> str:
    """The id of a case that was not seen before: made of its core parties."""
    return f"case-{sha256(' '.join(sorted(core)).encode()).hexdigest()[:12]}"
