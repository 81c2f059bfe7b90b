"""A case as somebody sees it who does something with it: what of it is kept with what they do."""

from dataclasses import dataclass

from graph.answers import Answers
from graph.answers.lists import kin_of
from graph.answers.naming import Document


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding of a case: ``seen`` is the mark of what it rests on."""

    finding: str
    code: str
    version: str
    seen: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A case of a generation; ``kin`` are the cases that went into it or that it was split from."""

    id: str
    kin: tuple[str, ...]
    parties: tuple[str, ...]
    findings: tuple[Mark, ...]
    generation: int
    restricted: bool = False


def seen(answers: Answers, generation: int, own: str) -> Seen:
    """A case as the caller may see it; UnknownId where there is none for them."""
    row = answers.case_row(own)
    restricted, parties = bool(row.get("restricted")), tuple(row["parties"])
    return Seen(own, kin_of(row), parties, marks(answers.case_findings([own])), generation, restricted)


def marks(rows: list[Document]) -> tuple[Mark, ...]:
    """What is kept of findings."""
    return tuple(Mark(row["id"], row["code"], row["version"], row["seen"]) for row in rows)
