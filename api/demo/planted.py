"""What a generated country hides: the rings and the ties that a detection should find."""

from dataclasses import dataclass
from datetime import date
from typing import Any

RING_KINDS = ("rotation", "association", "hidden owner", "ended")
"""What holds a planted ring together; see :mod:`api.demo.rings`."""
TIE_KINDS = ("direct", "kin", "holding")
"""How a planted official is tied to a supplier; see :mod:`api.demo.ties`."""


@dataclass(frozen=True, slots=True)
class PlantedRing:
    """A ring: its members' ids as in the files, sorted, and how many tenders it rigged.

    ``ends`` is the last day on which an ended ring colluded, None for one that never stopped.
    """

    kind: str
    members: tuple[str, ...]
    tenders: int
    ends: date | None


@dataclass(frozen=True, slots=True)
class PlantedTie:
    """An official tied to a supplier that won at least three tenders of ``buyer`` meanwhile; ids as in the files."""

    kind: str
    official: str
    supplier: str
    buyer: str


@dataclass(frozen=True, slots=True)
class Planted:
    """Everything that was planted, in the order of :data:`RING_KINDS` and :data:`TIE_KINDS`."""

    rings: tuple[PlantedRing, ...]
    ties: tuple[PlantedTie, ...]

    def as_document(self) -> dict[str, Any]:
        """What was planted as a JSON-able dict; :meth:`from_document` reads it back.

        >>> Planted((PlantedRing("ended", ("KZ-BIN-1",), 25, date(2022, 9, 1)),), ()).as_document()["rings"][0]["ends"]
        '2022-09-01'
        """
        return {
            "rings": [
                {
                    "kind": ring.kind,
                    "members": list(ring.members),
                    "tenders": ring.tenders,
                    "ends": ring.ends and ring.ends.isoformat(),
                }
                for ring in self.rings
            ],
            "ties": [
                {"kind": tie.kind, "official": tie.official, "supplier": tie.supplier, "buyer": tie.buyer}
                for tie in self.ties
            ],
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "Planted":
        """The planted rings and ties in a dict that :meth:`as_document` made."""
        rings = tuple(
            PlantedRing(
                ring["kind"],
                tuple(ring["members"]),
                ring["tenders"],
                date.fromisoformat(ring["ends"]) if ring["ends"] else None,
            )
            for ring in document["rings"]
        )
        return cls(rings, tuple(PlantedTie(**tie) for tie in document["ties"]))
