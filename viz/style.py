"""How things look, in one table: each role's shape, colour and word, and each kind of edge's words and line.

The page, its legend, the GraphML file and the report all read it. Colours are Okabe and Ito's, which colour-blind
eyes tell apart; a shape always says the same as the colour.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import cos, pi, sin

from graph.model import EdgeKind, NodeKind, Subgraph


class Role(StrEnum):
    """What a node is in a case; a closed list."""

    FIRM = "firm"
    PERSON = "person"
    OFFICIAL = "official"
    TENDER = "tender"
    BUYER = "buyer"
    CONTACT = "contact"


class Shape(StrEnum):
    """Shapes by the names that vis-network has for them; none of them loads an image."""

    SQUARE = "square"
    DOT = "dot"
    TRIANGLE = "triangle"
    TRIANGLE_DOWN = "triangleDown"
    DIAMOND = "diamond"
    HEXAGON = "hexagon"


@dataclass(frozen=True, slots=True)
class RoleStyle:
    """A role's shape, colour, radius in drawing units, and what it is called."""

    shape: Shape
    colour: str
    size: int
    word: str
    meaning: str


@dataclass(frozen=True, slots=True)
class EdgeStyle:
    """An edge's words along it and against it, its line, and whether its detail is worth a label in the picture."""

    word: str
    back: str
    colour: str
    width: float = 1.0
    dashes: tuple[int, ...] = ()
    labelled: bool = False


ROLES: Mapping[Role, RoleStyle] = {
    Role.FIRM: RoleStyle(Shape.SQUARE, "#0072B2", 13, "firm", "a firm that bids, owns or supplies"),
    Role.PERSON: RoleStyle(Shape.DOT, "#E69F00", 12, "person", "an owner, an officer or a relative"),
    Role.OFFICIAL: RoleStyle(Shape.TRIANGLE, "#D55E00", 14, "official", "a person who holds office at a buyer"),
    Role.TENDER: RoleStyle(Shape.DIAMOND, "#56B4E9", 8, "tender", "numbered as in the table of tenders"),
    Role.BUYER: RoleStyle(Shape.HEXAGON, "#009E73", 14, "buyer", "a public body that calls tenders"),
    Role.CONTACT: RoleStyle(Shape.TRIANGLE_DOWN, "#CC79A7", 10, "contact", "a shared address, phone or email"),
}

_GREY = "#8A9099"
EDGES: Mapping[EdgeKind, EdgeStyle] = {
    EdgeKind.BID: EdgeStyle("bid in", "had a bid of", _GREY, 0.8),
    EdgeKind.SUPPLIES: EdgeStyle("won", "was won by", "#56B4E9", 2.2),
    EdgeKind.BUYS: EdgeStyle("called", "was called by", "#009E73", 1.0, (2, 4)),
    EdgeKind.OWNS: EdgeStyle("owns", "is owned by", "#0072B2", 2.2, labelled=True),
    EdgeKind.OFFICER: EdgeStyle("is an officer of", "has as an officer", "#E69F00", 2.0, (9, 4), labelled=True),
    EdgeKind.OFFICE: EdgeStyle("holds office at", "has in office", "#D55E00", 2.2, labelled=True),
    EdgeKind.KIN: EdgeStyle("has a relative", "is a relative of", "#CC79A7", 2.2, labelled=True),
    EdgeKind.REACHED_AT: EdgeStyle("is reached at", "is a contact of", "#CC79A7", 1.4, (3, 4)),
    EdgeKind.CO_BIDS: EdgeStyle("bids beside", "bids beside", _GREY, 1.4, (9, 4)),
}  # fmt: skip

_BY_KIND = {
    NodeKind.ORGANISATION: Role.FIRM,
    NodeKind.PERSON: Role.PERSON,
    NodeKind.TENDER: Role.TENDER,
    NodeKind.CONTACT: Role.CONTACT,
}


BECOMES: Mapping[EdgeKind, tuple[tuple[str, Role, Role], ...]] = {
    EdgeKind.BUYS: (("source", Role.FIRM, Role.BUYER),),
    EdgeKind.OFFICE: (("target", Role.FIRM, Role.BUYER), ("source", Role.PERSON, Role.OFFICIAL)),
}
"""What an edge makes of the node at one of its ends: which end, and from which role to which."""


def roles(picture: Subgraph) -> dict[str, Role]:
    """The role of each node by its id: its kind, and what its edges in the picture make of it.

    An organisation that calls a tender, or at which someone holds office, is a buyer; who holds office is an official.
    """
    found = {node.id: _BY_KIND[node.kind] for node in picture.nodes}
    for edge in picture.edges:
        for end, before, after in BECOMES.get(edge.kind, ()):
            node = edge.source if end == "source" else edge.target
            if found.get(node) is before:
                found[node] = after
    return found


def _corners(count: int, turn: float) -> tuple[tuple[float, float], ...]:
    """The corners of a regular polygon around the origin, y downwards; ``turn`` in half circles from the right."""
    around = [pi * (turn + 2 * number / count) for number in range(count)]
    return tuple((round(cos(angle), 4), round(sin(angle), 4)) for angle in around)


OUTLINES: Mapping[Shape, tuple[tuple[float, float], ...]] = {
    Shape.SQUARE: ((-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)),
    Shape.DOT: _corners(24, 0),
    Shape.TRIANGLE: _corners(3, -0.5),
    Shape.TRIANGLE_DOWN: _corners(3, 0.5),
    Shape.DIAMOND: _corners(4, -0.5),
    Shape.HEXAGON: _corners(6, 0),
}
"""The corners of each shape in a circle of radius 1, y downwards, for what draws without vis-network."""
