"""JSON files as the values they are made of."""

import io
import json
import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import UnreadableInput
from ingest.reading import Refusal
from ingest.sources.json_pieces import BOM, Piece, items, read_pieces

VALUES = st.dictionaries(
    st.text(max_size=4),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=6),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)


def pieces(content: bytes) -> list[Piece | Refusal]:
    return list(read_pieces(io.BytesIO(content), "file.json"))


def read(content: bytes) -> list[object]:
    return [json.loads(bytes(piece.raw)) for piece in pieces(content)]


@given(st.lists(VALUES, min_size=1, max_size=5), st.booleans(), st.booleans())
def test_values_are_found_however_they_are_strung_together(found: list[object], bom: bool, ascii_only: bool) -> None:
    flat = [json.dumps(one, ensure_ascii=ascii_only) for one in found]
    tall = [json.dumps(one, ensure_ascii=ascii_only, indent=2) for one in found]
    start = BOM if bom else b""
    for text in (
        "\n".join(flat),
        "\r\n".join(flat) + "\r\n",
        "\n\n".join(flat),
        "".join(flat),
        "\n".join(tall),
        " ".join(tall),
    ):
        assert read(start + text.encode()) == found


def test_a_file_on_disk_reads_like_one_in_memory() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b'{"a": 1}\n{"b": 2}\n')
        file.flush()
        assert [piece.position for piece in read_pieces(file, "x")] == ["line 1", "line 2"]


def test_records_separated_by_commas_or_record_separators_are_found() -> None:
    assert read(b'{"a": 1},\n{"a": 2},') == read(b'\x1e{"a": 1}\n\x1e{"a": 2}\n') == [{"a": 1}, {"a": 2}]


def test_positions_name_the_line_or_the_value() -> None:
    assert [piece.position for piece in pieces(b'{"a":1}\n\n{"a":2}')] == ["line 1", "line 3"]
    assert [piece.position for piece in pieces(b'{"a":1} {"a":2}')] == ["value 1", "value 2"]
    assert [piece.position for piece in pieces(b'{"a":1}')] == [""]


def test_a_broken_line_is_refused_and_the_rest_is_read() -> None:
    first, broken, last = pieces(b'{"a":1}\n{"a":\n{"a":3}\n')
    assert isinstance(first, Piece)
    assert isinstance(last, Piece)
    assert isinstance(broken, Refusal)
    assert (broken.position, broken.raw) == ("line 2", b'{"a":')
    assert broken.reason.startswith("the line is no JSON")


def test_what_follows_a_broken_value_is_refused_with_it() -> None:
    first, broken = pieces(b'{"a":1}\n{"a":2,\n"b" 3} {"a":3}'.replace(b"\n", b" ", 1))
    assert isinstance(first, Piece)
    assert isinstance(broken, Refusal)
    assert broken.raw.endswith(b'{"a":3}')
    assert "from line 1 on" in broken.reason


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n", b"<html>", b"{", b'{"a": NaN}', b'{"a": 1', "{'a': 'я'}".encode("cp1251")]
)
def test_a_file_whose_first_value_is_no_json_cannot_be_used(content: bytes) -> None:
    with pytest.raises(UnreadableInput, match=r"^file\.json"):
        pieces(content)


def test_an_empty_file_cannot_be_used() -> None:
    with pytest.raises(UnreadableInput, match="the file is empty"):
        pieces(b"")


def test_the_reason_never_holds_the_content() -> None:
    with pytest.raises(UnreadableInput) as refused:
        pieces(b'{"name": "Secret Person" x}')
    assert "Secret" not in str(refused.value)


@pytest.mark.parametrize("mark", [b"[", b'{"a":'])
def test_deep_nesting_is_said_to_be_just_that(mark: bytes) -> None:
    with pytest.raises(UnreadableInput, match="nested too deeply"):
        pieces(mark * 100_000)


def test_the_elements_of_a_list_have_positions() -> None:
    assert [part.position for part in items(Piece("line 3", b""), b"[1, 2]", "releases")] == [
        "line 3, releases/0",
        "line 3, releases/1",
    ]
    [refused] = items(Piece("", b""), b"5", "releases")
    assert isinstance(refused, Refusal)
    assert refused.reason == "releases is not a list"


@given(st.binary(max_size=60) | st.text('[]{}",:0 \n\\u', max_size=40).map(str.encode))
def test_no_bytes_raise_anything_but_the_packages_own_error(content: bytes) -> None:
    said = ""
    try:
        assert all(piece.raw for piece in pieces(content))
    except UnreadableInput as refused:
        said = str(refused)
    assert "\n" not in said
