"""What a generated country hides: the rings and the ties that a detection should find."""

from dataclasses import dataclass
from datetime import date
from typing import Any

RING_KINDS = ("rotation", "association", "hidden owner", "ended")
"""What holds a planted ring together; see :mod:`api.demo.rings`."""
TIE_KINDS = ("direct", "kin", "holding")
"""How a planted official is tied to a supplier; see :mod:`api.demo.ties`."""
ENRICHED_KINDS = ("abroad", "own", "spouse", "tied")
"""How a planted official's household spends; see :mod:`api.demo.wealth`."""


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
class PlantedEnrichment:
    """An official whose household bought at least ten times what it declared as income; ids as in the files."""

    kind: str
    official: str


@dataclass(frozen=True, slots=True)
class Planted:
    """Everything that was planted, in the order of :data:`RING_KINDS`, :data:`TIE_KINDS`, :data:`ENRICHED_KINDS`."""

    rings: tuple[PlantedRing, ...]
    ties: tuple[PlantedTie, ...]
    enriched: tuple[PlantedEnrichment, ...] = ()

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
            "enriched": [{"kind": one.kind, "official": one.official} for one in self.enriched],
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "Planted":
        """What was planted, in a dict that :meth:`as_document` made."""
        rings = tuple(
            PlantedRing(
                ring["kind"],
                tuple(ring["members"]),
                ring["tenders"],
                date.fromisoformat(ring["ends"]) if ring["ends"] else None,
            )
            for ring in document["rings"]
        )
        ties = tuple(PlantedTie(**tie) for tie in document["ties"])
        return cls(rings, ties, tuple(PlantedEnrichment(**one) for one in document["enriched"]))
