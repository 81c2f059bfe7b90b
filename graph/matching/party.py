"""A party as its records describe it, for comparing."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.identifiers import org_id


@dataclass(frozen=True, slots=True)
class Party:
    """What the records say about an organisation or a person.

    ``numbers`` maps schemes to valid numbers; ``doubtful`` has numbers that are not valid in the scheme they came with.
    ``contacts`` are normal forms behind their kind (``phone:7771234567``), ``ties`` the parties it owns or runs, or is
    owned or run by.
    """

    kind: str
    names: tuple[str, ...]
    numbers: dict[str, frozenset[str]] = field(default_factory=dict)
    doubtful: frozenset[str] = frozenset()
    country: str | None = None
    region: str | None = None
    birth_date: str | None = None
    contacts: frozenset[str] = frozenset()
    ties: frozenset[str] = frozenset()


def numbers_of(keys: Iterable[str]) -> dict[str, frozenset[str]]:
    """The valid numbers that keys carry, by scheme."""
    found: dict[str, set[str]] = {}
    for number in filter(None, map(org_id, keys)):
        if not number.problem:
            found.setdefault(number.scheme, set()).add(number.number)
    return {scheme: frozenset(numbers) for scheme, numbers in found.items()}
