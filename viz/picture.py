"""The picture of a case: what is drawn of each node and edge, and the same as pyvis has it for a browser."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyvis.network import Network

from graph.model import Edge, EdgeKind, Node, NodeKind, Subgraph
from viz import figures
from viz.layout import layout
from viz.style import EDGES, ROLES, Role, roles
from viz.text import cut, label, one_line, plain
from viz.words import ENGLISH, Words

SECRET = frozenset({"own_id", "birth_date"})
"""What a person's node keeps to itself."""
_IN_TENDERS = frozenset({EdgeKind.BID, EdgeKind.SUPPLIES})
_DETAILS = {
    EdgeKind.OFFICER: "role",
    EdgeKind.OFFICE: "position",
    EdgeKind.KIN: "relation",
    EdgeKind.REACHED_AT: "kind",
}
_DETAIL = 26
"""Characters of an edge's detail that fit beside its line."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A node as it is drawn: ``core`` where the case is about it; ``name`` is whole, ``label`` short."""

    number: int
    node: str
    role: Role
    name: str
    label: str
    note: str
    core: bool
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """One or more edges as one line between marks; ``bend`` tells apart lines that join the same two."""

    source: int
    target: int
    kind: EdgeKind
    label: str
    note: str
    bend: int = 0


@dataclass(frozen=True, slots=True)
class Drawing:
    """All marks in order of their numbers, from 1 on, and the lines between them."""

    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]


def name_of(node: Node, words: Words = ENGLISH) -> str:
    """What a node is called on one line; a person without a name has none here, since the number stays secret."""
    named = node.properties.get("name") if node.kind is NodeKind.PERSON else node.name
    return one_line(plain(str(named or ""))) or words("no_name")


def detail_of(edge: Edge, words: Words = ENGLISH) -> str:
    """What an edge says beside its kind: the share, the role, the position, the relation, the sum."""
    found = edge.properties
    if edge.kind is EdgeKind.OWNS:
        return figures.share(found.get("share_min"), found.get("share_max"))
    if edge.kind in _IN_TENDERS:
        amount = found.get("amount_minor")
        return "" if amount is None else figures.minor(amount, plain(found.get("currency") or ""))
    if edge.kind is EdgeKind.CO_BIDS:
        return words.counted(int(found.get("meetings") or 0), "meeting")
    return words.told(one_line(plain(str(found.get(_DETAILS.get(edge.kind, "")) or ""))))


def problem_of(edge: Edge) -> str:
    """What is wrong with an edge, on one line; empty where nothing is."""
    return one_line(plain(str(edge.properties.get("problem") or "")))


def drawing(
    case: Mapping[str, Any],
    picture: Subgraph,
    tender_names: Mapping[str, str],
    words: Words = ENGLISH,
    *,
    placed: bool = True,
) -> Drawing:
    """What is drawn of a case; ``tender_names`` are short names of tenders by node id.

    Without ``placed`` all marks are at the origin: finding their places is most of the work.
    """
    core = {one["node"] for one in case["parties"] if one["core"]}
    places = layout(picture) if placed else {node.id: (0.0, 0.0) for node in picture.nodes}
    role = roles(picture)
    marks = tuple(
        Mark(
            number,
            node.id,
            role[node.id],
            name_of(node, words),
            tender_names.get(node.id) or _label(node, words),
            _note(node, role[node.id], words),
            node.id in core,
            *places[node.id],
        )
        for number, node in enumerate(picture.nodes, start=1)
    )
    return Drawing(marks, _lines(picture.edges, {mark.node: mark.number for mark in marks}, words))


def _label(node: Node, words: Words) -> str:
    if node.kind is NodeKind.TENDER:
        return figures.day(node.properties.get("day")) if node.properties.get("day") else cut(name_of(node, words), 12)
    return label(name_of(node, words))


def _note(node: Node, role: Role, words: Words) -> str:
    """The words of a node's tooltip; no number and no birth date of a person."""
    found = {name: plain(str(value)) for name, value in node.properties.items() if value is not None}
    lines = [name_of(node, words), words(f"role_{role}")]
    if node.kind is NodeKind.ORGANISATION:
        lines += [found[name] for name in ("own_id", "region") if found.get(name)]
        lines += [words("mark_registered", day=found["registered"])] if "registered" in found else []
    elif node.kind is NodeKind.TENDER:
        lines += [found[name] for name in ("own_id", "day", "market") if found.get(name)]
        amount = node.properties.get("amount_minor")
        lines += (
            [words("mark_estimate", sum=figures.minor(amount, found.get("currency")))] if amount is not None else []
        )
    elif node.kind is NodeKind.CONTACT and found.get("kind"):
        lines.append(words.known(f"kind_{found['kind']}", found["kind"]))
    return "\n".join(one_line(line) for line in lines)


def _lines(edges: Sequence[Edge], numbers: Mapping[str, int], words: Words) -> tuple[Line, ...]:
    """One line for what a firm did in a tender, and one for all edges of another kind between the same two."""
    together: dict[tuple[int, int, str], list[Edge]] = defaultdict(list)
    for edge in edges:
        if edge.source in numbers and edge.target in numbers and edge.source != edge.target:
            kind = "tender" if edge.kind in _IN_TENDERS else str(edge.kind)
            together[numbers[edge.source], numbers[edge.target], kind].append(edge)
    lines, bends = [], defaultdict[frozenset[int], int](int)
    for (source, target, _kind), several in sorted(together.items()):
        won = any(edge.kind is EdgeKind.SUPPLIES or edge.properties.get("won") for edge in several)
        kind = EdgeKind.SUPPLIES if won else several[0].kind
        details = list(dict.fromkeys(filter(None, (detail_of(edge, words) for edge in several))))
        note = "\n".join(
            dict.fromkeys(
                f"{words(f'edge_{edge.kind}')} {detail_of(edge, words)}".strip()
                + f", {figures.span(edge.properties.get('since'), edge.properties.get('until'), words)}"
                + "".join(f"\n! {words.told(problem)}" for problem in [problem_of(edge)] if problem)
                for edge in several
            )
        )
        shown = cut(", ".join(details), _DETAIL) if EDGES[kind].labelled else ""
        ends = frozenset((source, target))
        lines.append(Line(source, target, kind, shown, note, bends[ends]))
        bends[ends] += 1
    return tuple(lines)


def network(drawn: Drawing) -> dict[str, Any]:
    """The drawing as pyvis gives it to vis-network: ``nodes`` and ``edges``, with numbers for ids.

    Only pyvis's model is used: its page would fetch from elsewhere and run what stands in headings and menus.
    """
    net = Network(directed=True)
    for mark in drawn.marks:
        style, big = ROLES[mark.role], 1.35 if mark.core else 1.0
        net.add_node(
            mark.number, label=mark.label, title=mark.note, shape=style.shape.value, color=style.colour,
            size=round(style.size * big, 1), x=mark.x, y=mark.y, core=mark.core, small=mark.role is Role.TENDER,
        )  # fmt: skip
    for line in drawn.lines:
        edge = EDGES[line.kind]
        extra = {"label": line.label} if line.label else {}
        net.add_edge(
            line.source, line.target, title=line.note, color=edge.colour, width=edge.width,
            dashes=list(edge.dashes) or False, arrows="to" if edge.labelled else "", bend=line.bend, **extra,
        )  # fmt: skip
    nodes, edges, *_page = net.get_network_data()
    return {"nodes": nodes, "edges": edges}
