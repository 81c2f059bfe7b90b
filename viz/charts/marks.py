"""The marks of charts: each role's own shape and colour, and each tie's, as :mod:`viz.style` has them."""

from graph.model import EdgeKind
from viz.style import EDGES, OUTLINES, ROLES, Role

_TIES = {"owns": EdgeKind.OWNS, "officer": EdgeKind.OFFICER, "kin": EdgeKind.KIN}


def points(role: str, x: float, y: float, radius: float) -> str:
    """The corners of a role's shape around a place, as a polygon has them."""
    return " ".join(f"{x + radius * dx:.1f},{y + radius * dy:.1f}" for dx, dy in OUTLINES[ROLES[Role(role)].shape])


def colour(role: str) -> str:
    """A role's colour."""
    return ROLES[Role(role)].colour


def tie_colour(kind: str) -> str:
    """The colour of a step of a path: owns, officer, kin, or the kind of a shared contact."""
    return EDGES[_TIES.get(kind, EdgeKind.REACHED_AT)].colour
