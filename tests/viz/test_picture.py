"""What is drawn."""

from dataclasses import replace
from typing import Any

from graph.model import EdgeKind, Subgraph
from viz.picture import drawing, network

Document = dict[str, Any]


def test_what_a_firm_did_in_a_tender_is_one_line(case: Document, picture: Subgraph) -> None:
    lines = drawing(case, picture, {}).lines
    assert [line.kind for line in lines if (line.source, line.target) == (1, 6)] == [EdgeKind.SUPPLIES]
    assert len(lines) == len(picture.edges) - 1


def test_two_ties_between_the_same_two_bend_apart(case: Document, picture: Subgraph) -> None:
    lines = [line for line in drawing(case, picture, {}).lines if (line.source, line.target) == (5, 1)]
    assert {(line.kind, line.bend) for line in lines} == {(EdgeKind.OFFICER, 0), (EdgeKind.OWNS, 1)}


def test_only_shares_and_roles_are_labelled(case: Document, picture: Subgraph) -> None:
    labels = {line.label for line in drawing(case, picture, {}).lines} - {""}
    assert labels == {"75–100%", "50%", "director", "Руководитель", "parent"}


def test_tenders_are_called_as_in_the_table_or_by_their_day(case: Document, picture: Subgraph) -> None:
    labels = [mark.label for mark in drawing(case, picture, {picture.nodes[5].id: "T1"}).marks]
    assert labels[5:7] == ["T1", "2024-06-01"]


def test_the_core_is_larger(case: Document, picture: Subgraph) -> None:
    nodes = network(drawing(case, picture, {}))["nodes"]
    assert [node["core"] for node in nodes[:3]] == [True, False, False]
    assert nodes[0]["size"] > nodes[1]["size"]


def test_what_is_wrong_with_an_edge_stands_in_its_popup(case: Document, picture: Subgraph) -> None:
    wrong = "the least shares of the company's owners add up to 140 %"
    edges = tuple(
        replace(edge, properties={**edge.properties, "problem": wrong}) if edge.kind is EdgeKind.OWNS else edge
        for edge in picture.edges
    )
    lines = drawing(case, replace(picture, edges=edges), {}).lines
    assert {line.kind for line in lines if line.note.endswith(f"\n! {wrong}")} == {EdgeKind.OWNS}
    assert sum(wrong in line.note for line in lines) == sum(edge.kind is EdgeKind.OWNS for edge in edges)
