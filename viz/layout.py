"""Places for the nodes of a picture."""

from collections.abc import Sequence
from typing import Any

import igraph
import networkx as nx
import numpy as np
from numpy.typing import NDArray

from graph.cases.subgraph import undirected
from graph.model import Node, Subgraph
from viz.style import Role, roles
from viz.text import label

Places = NDArray[np.float64]

_TENDER_ROOM = (44.0, 38.0, 7.0)
"""Width and height that a tender needs with its short label, and how far its mark is above the middle of that."""
_LETTER, _LINE, _MARK = 7.8, 17.0, 42.0
"""Width of a letter and height of a line of a label, and height of the mark above it."""
_AIR = 1.4
"""How much larger than all rooms together a drawing is before nodes are moved apart."""
_ROUNDS, _PATIENCE, _GROWTH = 400, 8, 1.02
"""Nodes are moved apart so many times at most; after every few, all of them move outwards a little."""
_WIDE = 1.35
"""Width by height of the whole picture, about that of its place on the page."""


def layout(picture: Subgraph, *, seed: int = 0) -> dict[str, tuple[float, float]]:
    """The place of each node by its id, y downwards, in units of a pixel at the picture's own size.

    The same picture and seed give the same places; no two nodes share one. Connected pieces are drawn by Kamada and
    Kawai (1989), laid on their long side, freed of overlaps, and packed in rows, the largest first.

    >>> from graph.model import Node, NodeKind
    >>> layout(Subgraph((Node("o-1", NodeKind.ORGANISATION),), ()))
    {'o-1': (0.0, 0.0)}
    """
    graph = undirected(picture.nodes, [edge for edge in picture.edges if edge.source != edge.target])
    graph = graph.subgraph([node.id for node in picture.nodes])
    role, by_id = roles(picture), {node.id: node for node in picture.nodes}
    pieces = sorted((sorted(piece) for piece in nx.connected_components(graph)), key=lambda ids: (-len(ids), ids))
    drawn = []
    for number, ids in enumerate(pieces):
        sizes = np.array([_room(by_id[node], role[node]) for node in ids])
        rooms, above = sizes[:, :2], sizes[:, 2]
        middles = _piece(graph, ids, rooms, np.random.default_rng([seed, number]))
        drawn.append((ids, middles, rooms, above))
    return _packed(drawn)


def _room(node: Node, role: Role) -> tuple[float, float, float]:
    """Width and height of a node with its label below it, and how far its mark is above the middle of that."""
    if role is Role.TENDER:
        return _TENDER_ROOM
    lines = label(str(node.properties.get("name") or "")).split("\n")
    return max(60.0, _LETTER * max(map(len, lines)) + 12), _MARK + _LINE * len(lines), _LINE * len(lines) / 2


def _piece(graph: "nx.Graph[str]", ids: list[str], rooms: Places, chance: np.random.Generator) -> Places:
    """The middles of the rooms of a connected piece around the origin."""
    if len(ids) == 1:
        return np.zeros((1, 2))
    number = {node: place for place, node in enumerate(ids)}
    edges = sorted(sorted((number[a], number[b])) for a, b in graph.subgraph(ids).edges)
    start = chance.uniform(-1, 1, (len(ids), 2)).tolist()
    made: Any = igraph.Graph(n=len(ids), edges=edges).layout_kamada_kawai(seed=start, maxiter=60 * len(ids))
    places = np.nan_to_num(np.array(made.coords, dtype=float))
    places = _lying(places - places.mean(axis=0))
    wanted = _AIR * float(rooms.prod(axis=1).sum())
    extent = np.maximum(np.ptp(places, axis=0), 1e-9)
    height = np.sqrt(wanted / _WIDE)
    # A piece that is nearly a line stays one: stretching it to the screen's form would only zigzag it.
    stretch = np.array([_WIDE * height / extent[0], min(height / extent[1], 2 * _WIDE * height / extent[0])])
    places = _apart(places * stretch, rooms)
    low, high = (places - rooms / 2).min(axis=0), (places + rooms / 2).max(axis=0)
    centred: Places = places - (low + high) / 2
    return centred


def _lying(places: Places) -> Places:
    """Turned so that the longest way across lies flat; the signs are fixed so that the turn is no accident."""
    _values, axes = np.linalg.eigh(places.T @ places)
    axes = axes[:, ::-1] * np.sign(axes[np.abs(axes).argmax(axis=0), [0, 1]])[::-1]
    turned: Places = places @ axes
    return turned


def _apart(places: Places, rooms: Places) -> Places:
    """Moved until no two rooms overlap, or as far as the rounds go: each pair along its smaller overlap."""
    need_x, need_y = ((rooms[:, None, axis] + rooms[None, :, axis]) / 2 for axis in (0, 1))
    order = np.arange(len(places))
    first = np.sign(order[None, :] - order[:, None]).astype(float)
    others = ~np.eye(len(places), dtype=bool)
    for number in range(_ROUNDS):
        x, y = (places[None, :, axis] - places[:, None, axis] for axis in (0, 1))
        over_x, over_y = need_x - np.abs(x), need_y - np.abs(y)
        hit = (over_x > 0) & (over_y > 0) & others
        if not hit.any():
            break
        along_x = over_x * need_y < over_y * need_x
        push_x = np.where(hit & along_x, over_x * np.where(x == 0, first, np.sign(x)), 0.0).sum(axis=1)
        push_y = np.where(hit & ~along_x, over_y * np.where(y == 0, first, np.sign(y)), 0.0).sum(axis=1)
        # A node that many push would fly off: its pushes count by the root of their number, each a little over half.
        many = np.sqrt(np.maximum(hit.sum(axis=1), 1))
        places = places - 0.55 * np.stack((push_x / many, push_y / many), axis=1)
        if number % _PATIENCE == _PATIENCE - 1:
            places = places * _GROWTH
    return places


def _packed(drawn: Sequence[tuple[list[str], Places, Places, Places]]) -> dict[str, tuple[float, float]]:
    """The pieces side by side in rows, as wide as the widest or as the whole asks for."""
    boxes = [np.ptp(np.concatenate((at - rooms / 2, at + rooms / 2)), axis=0) for _ids, at, rooms, _above in drawn]
    area = sum(float(box.prod()) for box in boxes)
    width = max([float(np.sqrt(area * _WIDE)), *(float(box[0]) for box in boxes)], default=0.0)
    x = y = row = 0.0
    placed: dict[str, tuple[float, float]] = {}
    for (ids, places, _rooms, above), box in zip(drawn, boxes, strict=True):
        if x and x + box[0] > width:
            x, y, row = 0.0, y + row, 0.0
        for node, place, rise in zip(ids, places, above, strict=True):
            placed[node] = (x + float(box[0] / 2 + place[0]), y + float(box[1] / 2 + place[1] - rise))
        x, row = x + float(box[0]), max(row, float(box[1]))
    return _rounded(placed)


def _rounded(placed: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Places to a tenth of a unit around their middle, each its own."""
    if not placed:
        return {}
    middle = [(min(axis) + max(axis)) / 2 for axis in zip(*placed.values(), strict=True)]
    taken: set[tuple[float, float]] = set()
    found = {}
    for node in sorted(placed):
        x, y = (round(value - centre, 1) + 0.0 for value, centre in zip(placed[node], middle, strict=True))
        while (x, y) in taken:
            x = round(x + 1, 1)
        taken.add((x, y))
        found[node] = (x, y)
    return found
