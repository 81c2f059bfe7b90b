"""Delimited text as rows."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.errors import UnreadableInput
from ingest.mapping import Mapping
from ingest.reading import Refusal
from ingest.sources.table import MAX_CELL, Row, occurrences, read_header, read_rows

CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=6)


def rows(content: str | bytes, mapping: Mapping | None = None) -> list[Row | Refusal]:
    raw = content.encode() if isinstance(content, str) else content
    return list(read_rows(io.BytesIO(raw), "table.csv", mapping))


def cells(content: str | bytes, mapping: Mapping | None = None) -> list[dict[str, str]]:
    found = []
    for row in rows(content, mapping):
        assert isinstance(row, Row), row
        found.append(row.cells)
    return found


def in_encoding(encoding: str, delimiter: str | None = None) -> Mapping:
    return Mapping("bids", {}, encoding=encoding, delimiter=delimiter)


@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=4),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_rows_are_read_as_they_were_written(table: list[list[str]], mark: str, end: str, quoting: int) -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=mark, lineterminator=end, quoting=quoting).writerows([["a", "b", "c"], *table])
    assert cells(written.getvalue()) == [dict(zip("abc", row, strict=True)) for row in table]
    assert cells(b"\xef\xbb\xbf" + written.getvalue().encode()) == [dict(zip("abc", row, strict=True)) for row in table]


def test_a_row_says_on_which_line_it_begins() -> None:
    found = rows('a,b,c\n1,"x\ny",2\n\n3,4,5\n')
    assert [row.position for row in found] == ["line 2", "line 5"]


@pytest.mark.parametrize("start", ["", "\n", "\r\n\r\n"])
def test_empty_lines_before_the_header_are_passed_over(start: str) -> None:
    assert cells(f"{start}a;b;c\n1;2,5;3\n") == [{"a": "1", "b": "2,5", "c": "3"}]
    with pytest.raises(UnreadableInput, match="column 'a' stands twice"):
        rows(f"{start}a;b;a\n1;2;3\n")


def test_a_column_that_stands_twice_is_named() -> None:
    with pytest.raises(UnreadableInput, match=r"table\.csv: column 'b' stands twice in the header"):
        rows("a,b, b\n1,2,3\n")


@pytest.mark.parametrize("row", ["1,2", "1,2,3,4", "1"])
def test_a_row_of_another_width_is_refused_and_the_rest_is_read(row: str) -> None:
    first, refused, last = rows(f"a,b,c\n1,2,3\n{row}\n4,5,6\n")
    assert isinstance(first, Row)
    assert isinstance(last, Row)
    assert isinstance(refused, Refusal)
    assert refused.position == "line 3"
    assert refused.reason == f"the row has {row.count(',') + 1} cells, the header 3"


def test_a_quote_inside_a_cell_refuses_its_row_alone() -> None:
    first, refused, last = rows('a,b,c\n1,2,3\n4,"5"x,6\n7,8,9\n')
    assert isinstance(first, Row)
    assert isinstance(last, Row)
    assert isinstance(refused, Refusal)
    assert (refused.position, refused.reason, refused.raw) == ("line 3", "a quote stands inside a cell", b'4,"5"x,6\n')


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('a,b,c\n1,"2,3\n4,5,6\n', 2),
        ('a,b,c\n1,2,3\n4,"5,6\n7,8,9\n1,2,3\n', 3),
        ('a,b,c\n1,"2,3\n4,5,6\n7,"8",9\n', 2),
        ('a,b,c\n1,"2,3\n4,5,6\n7,8",9\n', 2),
        ('"a,b,c\n1,2,3\n', 1),
        ('\n"a,b,c\n1,2,3\n', 2),
    ],
)
def test_a_quote_that_is_never_closed_refuses_the_file_before_any_row(content: str, line: int) -> None:
    found = read_rows(io.BytesIO(content.encode()), "table.csv")
    with pytest.raises(UnreadableInput, match=rf"table\.csv, line {line}: a quote is opened and never closed"):
        next(found)


def test_a_cell_over_several_lines_is_no_open_quote() -> None:
    assert cells('a,b,c\n1,"Abay 1,\nfloor 2,\nAlmaty",3\n')[0]["b"] == "Abay 1,\nfloor 2,\nAlmaty"


def test_a_cell_of_unlikely_length_refuses_its_row() -> None:
    longest, overlong, last = rows(f"a,b\n{'x' * MAX_CELL},1\n{'x' * (MAX_CELL + 1)},2\ny,3\n")
    assert isinstance(longest, Row)
    assert isinstance(last, Row)
    assert isinstance(overlong, Refusal)
    assert overlong.reason == "a cell has more than 131072 characters"


def test_a_nul_refuses_its_row() -> None:
    first, refused, last = rows("a,b\n1,2\n1,\x002\n3,4\n")
    assert isinstance(first, Row)
    assert isinstance(last, Row)
    assert isinstance(refused, Refusal)
    assert refused.reason == "a cell holds a NUL character"


def test_another_encoding_is_read_where_the_map_names_it() -> None:
    content = "номер;имя;цена\n1;Жол;5\n".encode("cp1251")
    assert cells(content, in_encoding("cp1251")) == [{"номер": "1", "имя": "Жол", "цена": "5"}]
    with pytest.raises(UnreadableInput, match=r"table\.csv: not utf-8-sig text; name the encoding in a map"):
        rows(content)


def test_utf_16_is_read_with_its_mark_and_refused_without() -> None:
    content = "a;b\n1;2\n"
    assert cells(content.encode("utf-16"), in_encoding("utf-16")) == [{"a": "1", "b": "2"}]
    with pytest.raises(UnreadableInput, match="not utf-16 text"):
        rows(content.encode("utf-16-le"), in_encoding("utf-16"))


def test_a_wrong_encoding_far_into_the_file_refuses_it_before_any_row() -> None:
    found = read_rows(io.BytesIO(b"a,b\n" + b"1,2\n" * 50_000 + b"\xff,2\n"), "table.csv")
    with pytest.raises(UnreadableInput, match="not utf-8-sig text"):
        next(found)


def test_the_map_decides_the_delimiter() -> None:
    assert cells("a:b,c\n1:2,3\n", in_encoding("utf-8-sig", ":")) == [{"a": "1", "b,c": "2,3"}]


@pytest.mark.parametrize(
    ("head", "names"),
    [
        (b"\xef\xbb\xbf a , b\n1,2", ["a", "b"]),
        (b"\r\na;b\n", ["a", "b"]),
        (b'"a,x";b;c\n', ["a,x", "b", "c"]),
        (b"", []),
        (b"a\x00b,c\n", []),
        (b'"a\n', []),
    ],
)
def test_the_header_is_found_in_the_first_line(head: bytes, names: list[str]) -> None:
    assert read_header(head) == names


def test_equal_rows_are_told_apart_by_how_often_they_came() -> None:
    nth = occurrences()
    assert [nth(raw) for raw in (b"x", b"y", b"x", b"x")] == ["", "", "1", "2"]


@given(st.binary(max_size=80) | st.text('a,b;"\n\r\t\x00', max_size=40).map(str.encode))
@example(b'""\n"')
def test_no_bytes_raise_anything_but_the_packages_own_error(content: bytes) -> None:
    said = ""
    try:
        assert all(row.position.startswith("line ") for row in rows(content))
    except UnreadableInput as refused:
        said = str(refused)
    assert "\n" not in said
    read_header(content)
