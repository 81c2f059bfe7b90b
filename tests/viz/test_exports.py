"""GraphML and tables."""

import csv
import io
from typing import Any

import networkx as nx
import pytest

from graph.model import Subgraph
from viz.exports import case_csv, case_graphml, cell

Document = dict[str, Any]


def read(written: bytes) -> "nx.MultiDiGraph[str]":
    graph = nx.read_graphml(io.BytesIO(written), force_multigraph=True)
    assert isinstance(graph, nx.MultiDiGraph)
    return graph


def test_graphml_has_every_node_and_edge(case: Document, picture: Subgraph) -> None:
    graph = read(case_graphml(case, picture))
    assert set(graph) == {node.id for node in picture.nodes}
    assert sorted(key for _a, _b, key in graph.edges(keys=True)) == sorted(edge.id for edge in picture.edges)


def test_graphml_types_its_attributes(case: Document, picture: Subgraph) -> None:
    graph = read(case_graphml(case, picture))
    firm = next(data for _node, data in graph.nodes(data=True) if data["core"] and data["role"] == "firm")
    assert isinstance(firm["x"], float)
    assert firm["core"] is True
    assert firm["registered"] == "2011-01-21"
    amounts = {data["amount_minor"] for _a, _b, data in graph.edges(data=True) if "amount_minor" in data}
    assert amounts == {100, 200}


def test_graphml_keeps_numbers_of_persons_to_itself(case: Document, picture: Subgraph) -> None:
    written = case_graphml(case, picture)
    for secret in (b"IIN", b"1971", b"1982", b"710101"):
        assert secret not in written


def test_graphml_is_the_same_for_the_same_case(case: Document, as_sent: Document, picture: Subgraph) -> None:
    assert case_graphml(case, picture) == case_graphml(as_sent, picture)


def test_graphml_takes_hostile_texts_as_text(hostile: tuple[str, Document, Subgraph]) -> None:
    _text, case, picture = hostile
    assert set(read(case_graphml(case, picture))) == {node.id for node in picture.nodes}


def test_graphml_of_an_empty_case_can_be_read(empty: tuple[Document, Subgraph]) -> None:
    assert len(read(case_graphml(*empty))) == 0


def test_the_table_has_a_line_for_each_finding(case: Document) -> None:
    written = case_csv(case)
    rows = list(csv.DictReader(io.StringIO(written, newline="")))
    assert [row["code"] for row in rows] == ["B01", "L01"]
    assert rows[0]["value"] == "0.886"
    assert rows[0]["since"] == "2024-05-07"
    assert rows[0]["until"] == ""
    assert rows[0]["evidence_files"] == "owners.json; tenders.jsonl.gz"
    assert rows[0]["about"] == "tender ocds-x-1; buyer KZ-BIN-3"
    assert written.count("\r\n") == written.count("\n") == 3


def test_the_table_is_the_same_with_days_as_texts(case: Document, as_sent: Document) -> None:
    assert case_csv(case) == case_csv(as_sent)


@pytest.mark.parametrize(
    "value", ["=1", "+1+1", "-1+1", "@x", "\t=1", "\r=1", "\x00=1", "＝1", "＋1", "－1", "＠x", " =1"]
)
def test_no_cell_is_a_formula(value: str) -> None:
    assert cell(value) == f"'{value}"


@pytest.mark.parametrize("value", [-12.5, 0, 3, "-4", "text", "a=b", "2024-05-07"])
def test_numbers_and_words_stay_as_they_are(value: object) -> None:
    assert cell(value) == str(value)


@pytest.mark.parametrize(
    ("value", "written"), [(1e-7, "0.0000001"), (12.0, "12"), (-0.5, "-0.5"), (1e21, "1" + "0" * 21)]
)
def test_numbers_have_no_exponent(case: Document, value: float, written: str) -> None:
    case["findings"][0]["value"] = value
    assert next(csv.DictReader(io.StringIO(case_csv(case), newline="")))["value"] == written


def test_hostile_texts_stay_in_their_cells(hostile: tuple[str, Document, Subgraph]) -> None:
    _text, case, _picture = hostile
    rows = list(csv.reader(io.StringIO(case_csv(case), newline="")))
    assert {len(row) for row in rows} == {13}
    assert not [one for row in rows[1:] for one in row if one[:1] in {"=", "+", "@", "\t", "\r", "\x00"}]
