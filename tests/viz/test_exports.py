"""GraphML, tables, and what holds for every format."""

import csv
import io
import re
from typing import Any
from zipfile import ZipFile

import networkx as nx
import pytest
from pypdf import PdfReader

from graph.model import NodeKind, Subgraph
from tests.viz.conftest import NUMBERS_OF_PERSONS
from viz.exports import FORMATS, export
from viz.exports.graphml import case_graphml
from viz.exports.tables import TABLES, case_csv, case_tables, cell

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


def table(written: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    text = written.decode("utf-8-sig")
    assert written.startswith(b"\xef\xbb\xbf")
    assert text.count("\r\n") == text.count("\n")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_the_table_has_a_line_for_each_finding(case: Document) -> None:
    rows = table(case_csv(case))
    assert [row["code"] for row in rows] == ["B01", "L01"]
    assert rows[0]["value"] == "0.886"
    assert rows[0]["since"] == "2024-05-07"
    assert rows[0]["until"] == ""
    assert rows[0]["evidence_files"] == "owners.json; tenders.jsonl.gz"
    assert rows[0]["about"] == "tender ocds-x-1; buyer KZ-BIN-3"


def test_the_other_tables_have_what_the_case_has(case: Document) -> None:
    found = {name: table(written) for name, written in case_tables(case).items()}
    assert {name: len(rows) for name, rows in found.items()} == {
        "parties.csv": 3, "findings.csv": 2, "tenders.csv": 2, "rings.csv": 3, "links.csv": 1, "declared.csv": 0,
        "evidence.csv": 3,
    }  # fmt: skip
    assert [row["flags"] for row in found["parties.csv"]] == ["2", "1", "1"]
    assert found["tenders.csv"][0]["estimate"] == "1234567.89"
    assert found["tenders.csv"][1]["buyer"] == ""
    assert found["rings.csv"][2]["p"] == ""
    assert found["links.csv"][0]["path"].endswith("owns KZ-BIN-1")
    assert [row["sha256"] for row in found["evidence.csv"]] == [one["hash"] for one in case["evidence"]]


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_excel_in_kazakhstan_gets_semicolons_and_decimal_commas(case: Document, language: str) -> None:
    rows = table(case_csv(case, "findings", language), ";")
    assert (rows[0]["value"], rows[0]["version"], rows[0]["since"]) == ("0,886", "1.0.0", "2024-05-07")
    assert table(case_csv(case, "tenders", language), ";")[0]["estimate"] == "1234567,89"


def test_tables_are_the_same_with_days_as_texts(case: Document, as_sent: Document) -> None:
    assert case_tables(case) == case_tables(as_sent)


@pytest.mark.parametrize(
    "value",
    ["=1", "+1+1", "-1+1", "@x", "\t=1", "\r=1", "\x00=1", "＝1", "＋1", "－1", "＠x", " =1", "\u00a0=1", "\ufeff@x",
     "\n=1", '"=1', "\tx", "\rx"],
)  # fmt: skip
def test_no_cell_is_a_formula(value: str) -> None:
    assert cell(value).startswith("'")
    assert cell(value).replace("'", "") == value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a;=1", "a;'=1"), ("a,+1", "a,'+1"), ("a\t@x", "a\t'@x"), ("a\n=1", "a\n'=1"), ('a; "=1"', "a; \"'=1\""),
        ("a; ＝1", "a; '＝1"), ("=1;=2", "'=1;'=2"),
    ],
)  # fmt: skip
def test_no_cell_is_a_formula_where_lines_are_parted_by_another_sign(value: str, written: str) -> None:
    assert cell(value) == written


@pytest.mark.parametrize("value", [-12.5, 0, 3, "-4", "text", "a=b", "2024-05-07"])
def test_numbers_and_words_stay_as_they_are(value: object) -> None:
    assert cell(value) == str(value)


@pytest.mark.parametrize(
    ("value", "written"), [(1e-7, "0.0000001"), (12.0, "12"), (-0.5, "-0.5"), (1e21, "1" + "0" * 21)]
)
def test_numbers_have_no_exponent(case: Document, value: float, written: str) -> None:
    case["findings"][0]["value"] = value
    assert table(case_csv(case))[0]["value"] == written


_STARTS = re.compile("\\s*[=+@\x00＝＋－＠]|[\t\r]")


@pytest.mark.parametrize("language", ["en", "kk"])
def test_hostile_texts_stay_in_their_cells(hostile: tuple[str, Document, Subgraph], language: str) -> None:
    _text, case, _picture = hostile
    for name, written in case_tables(case, language).items():
        for parted in (",", ";", "\t"):
            read_as = csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""), delimiter=parted)
            rows = list(read_as)
            assert not [one for row in rows[1:] for one in row if _STARTS.match(one)], (name, parted)
        lines = list(csv.reader(io.StringIO(written.decode("utf-8-sig")), delimiter="," if language == "en" else ";"))
        assert {len(row) for row in lines} == {len(TABLES[name.removesuffix(".csv")][0].split())}


def files_in(written: bytes) -> list[bytes]:
    """What a reader of a format sees: the texts of a PDF, the files of a zip, the file itself."""
    if written.startswith(b"PK"):
        with ZipFile(io.BytesIO(written)) as archive:
            return [part for name in archive.namelist() for part in files_in(archive.read(name))]
    if written.startswith(b"%PDF-"):
        reader = PdfReader(io.BytesIO(written))
        return [str(reader.metadata).encode(), *(page.extract_text().encode() for page in reader.pages)]
    return [written]


@pytest.mark.parametrize("name", [one.name for one in FORMATS])
@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_numbers_and_birth_dates_of_persons_in_the_graph_are_in_no_format(
    case: Document, picture: Subgraph, name: str, language: str
) -> None:
    parts = files_in(export(name, case, picture, language=language))
    assert any(
        "Асанова Дана".encode() in part or rb"\u0410\u0441\u0430\u043d\u043e\u0432\u0430" in part for part in parts
    )
    for secret in NUMBERS_OF_PERSONS:
        bare = secret.rpartition("-IIN-")[2].encode()
        assert not [part for part in parts if bare in part], secret


@pytest.mark.parametrize("name", [one.name for one in FORMATS])
def test_every_format_is_the_same_for_the_same_case_and_can_be_empty(
    case: Document, picture: Subgraph, empty: tuple[Document, Subgraph], name: str
) -> None:
    assert export(name, case, picture) == export(name, case, picture)
    assert export(name, *empty) is not None


def test_formats_have_names_suffixes_and_media_types_of_their_own() -> None:
    assert [one.name for one in FORMATS] == ["json", "html", "pdf", "graphml", "csv", "tables", "ftm", "bundle"]
    assert len({one.suffix for one in FORMATS}) == len(FORMATS)
    assert {one.name: one.media_type for one in FORMATS}["pdf"] == "application/pdf"


def test_an_unknown_format_or_language_is_named(case: Document, picture: Subgraph) -> None:
    with pytest.raises(ValueError, match="'xls' is no format; formats are json"):
        export("xls", case, picture)
    with pytest.raises(ValueError, match="de"):
        export("json", case, picture, language="de")


def test_graphml_has_every_attribute_that_is_known(case: Document, picture: Subgraph) -> None:
    graph = read(case_graphml(case, picture))
    for node in picture.nodes:
        hidden = {"own_id", "birth_date"} if node.kind is NodeKind.PERSON else set()
        known = {name for name, value in node.properties.items() if value is not None} - hidden - {"name"}
        assert known | {"label", "role", "x", "y", "core", "colour", "shape"} <= set(graph.nodes[node.id])
    for edge in picture.edges:
        known = {name for name, value in edge.properties.items() if value is not None}
        assert known | {"label", "edge_kind"} <= set(graph.edges[edge.source, edge.target, edge.id])
