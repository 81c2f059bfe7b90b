"""Places for nodes that are added to a picture beside one of its nodes, while all others stay where they are."""

from collections.abc import Collection, Mapping, Sequence
from math import cos, pi, sin

Place = tuple[float, float]
_RING, _ROOM_X, _ROOM_Y = 110.0, 96.0, 64.0
"""How far one ring is from the next, and the room that a node with its label takes."""
_WIDE = 1.35
_MOST_RINGS = 60


def near(parent: Place, new: Sequence[str], taken: Collection[Place]) -> Mapping[str, Place]:
    """A place for each new node, in the order given, on rings around its parent where no other node has its room.

    The same parent, nodes and taken places give the same answer. Beyond 60 rings nodes are laid one below the other.

    >>> near((0.0, 0.0), ["o-1"], [(0.0, 0.0)])
    {'o-1': (148.5, 0.0)}
    """
    held = list(taken)
    free = (place for ring in range(1, _MOST_RINGS + 1) for place in _ring(parent, ring))
    placed: dict[str, Place] = {}
    for node in new:
        for place in free:
            if all(abs(place[0] - x) >= _ROOM_X or abs(place[1] - y) >= _ROOM_Y for x, y in held):
                break
        else:
            place = (parent[0], max((y for _x, y in held), default=parent[1]) + _ROOM_Y)
        placed[node] = place
        held.append(place)
    return placed


def _ring(parent: Place, ring: int) -> list[Place]:
    radius, seats = ring * _RING, 6 * ring
    turns = (2 * pi * seat / seats for seat in range(seats))
    return [
        (round(parent[0] + _WIDE * radius * cos(turn), 1), round(parent[1] + radius * sin(turn), 1)) for turn in turns
    ]
