"""The one table of looks."""

import pytest

from graph.model import EdgeKind, Node, NodeKind, Subgraph
from viz.style import EDGES, OUTLINES, ROLES, Role, Shape, roles


def test_every_role_and_kind_of_edge_has_a_look() -> None:
    assert set(ROLES) == set(Role)
    assert set(EDGES) == set(EdgeKind)
    assert set(OUTLINES) == set(Shape)


def test_no_two_roles_share_a_shape_or_a_colour() -> None:
    assert len({style.shape for style in ROLES.values()}) == len(ROLES)
    assert len({style.colour for style in ROLES.values()}) == len(ROLES)


def test_no_shape_is_an_image() -> None:
    assert not {"image", "circularImage", "icon"} & {shape.value for shape in Shape}


def test_roles_come_from_kinds_and_edges(picture: Subgraph) -> None:
    found = roles(picture)
    assert {node.name: found[node.id] for node in picture.nodes if node.kind is NodeKind.PERSON} == {
        "Асанова Дана": Role.OFFICIAL,
        "Асанов Ұлан": Role.PERSON,
    }
    assert sorted(found.values()) == sorted(
        [Role.FIRM] * 2 + [Role.TENDER] * 2 + list(set(Role) - {Role.FIRM, Role.TENDER})
    )


@pytest.mark.parametrize("kind", NodeKind)
def test_a_node_without_edges_has_a_role(kind: NodeKind) -> None:
    assert roles(Subgraph((Node("x-1", kind),), ()))["x-1"] in {Role.FIRM, Role.PERSON, Role.TENDER, Role.CONTACT}


@pytest.mark.parametrize("text", [style.word + style.back for style in EDGES.values()])
def test_no_word_accuses(text: str) -> None:
    assert not {"fraud", "guilty", "corrupt"} & set(text.split())
