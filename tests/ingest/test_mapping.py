"""Maps of columns: what may stand in one, and what is said of one that cannot be used."""

from pathlib import Path

import pytest

from ingest.errors import UnreadableInput
from ingest.mapping import Column, Mapping, read_mapping


def written(tmp_path: Path, text: str, name: str = "publisher.yaml") -> Mapping:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return read_mapping(str(path))


def test_a_map_names_columns_constants_and_how_the_table_is_written(tmp_path: Path) -> None:
    found = written(
        tmp_path,
        """
format: bids
columns:
  tender: Tender No
  amount: 7
  date: {column: Day, format: "%d.%m.%Y"}
  estimate: {column: PTE}
constants: {currency: JPY, floor: 0.95, country: NO}
source: KZ-BIN
encoding: cp1251
delimiter: ";"
""",
    )
    assert found == Mapping(
        "bids",
        {
            "tender": Column("Tender No"),
            "amount": Column("7"),
            "date": Column("Day", None, "%d.%m.%Y"),
            "estimate": Column("PTE"),
        },
        {"currency": "JPY", "floor": "0.95", "country": "NO"},
        "KZ-BIN",
        "cp1251",
        ";",
    )


def test_norway_is_a_country_and_a_number_keeps_its_zeros(tmp_path: Path) -> None:
    found = written(
        tmp_path, "columns: {tender: 007, amount: on}\nconstants: {country: NO, buyer: 0123, date: 2024-01-01}"
    )
    assert found.constants == {"country": "NO", "buyer": "0123", "date": "2024-01-01"}
    assert [column.name for column in found.columns.values()] == ["007", "on"]


def test_a_map_without_a_source_is_called_after_its_file(tmp_path: Path) -> None:
    assert written(tmp_path, "columns: {tender: T}", "okinawa.yaml").source == "okinawa"


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_an_empty_constant_says_nothing(tmp_path: Path, nothing: str) -> None:
    assert written(tmp_path, f"columns: {{tender: T}}\nconstants:\n  currency: {nothing}").constants == {}


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "utf_8"])
def test_a_byte_order_mark_is_read_over_however_utf_8_is_written(tmp_path: Path, encoding: str) -> None:
    assert written(tmp_path, f"columns: {{tender: T}}\nencoding: {encoding}").encoding == "utf-8-sig"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("columns: [", "line 1: not YAML"),
        ("a: 1\nb: [1,\nc: }", "line 3: not YAML"),
        ("columns: {tender: T}\nx: &a [*a]", "not YAML"),
        ("just text", "a mapping has `format` and `columns`"),
        ("", "a mapping has `format` and `columns`"),
        ("- columns", "a mapping has `format` and `columns`"),
        ("columns: tender", "a mapping has `format` and `columns`"),
        ("columns: {tender: T}\ncolour: red", "unknown key 'colour'"),
        ("columns: {tender: T}\nconstants: [JPY]", "`constants` is a table of names and values"),
        ("columns: {tender: T}\nconstants: {currency: [JPY]}", "'currency' is a single value"),
        ("columns: {tender: T}\nencoding: klingon", "unknown encoding 'klingon'"),
        ("columns: {tender: T}\nencoding: base64", "unknown encoding 'base64'"),
        ("columns: {tender: T}\ndelimiter: '::'", "`delimiter` is one character"),
        ("columns: {tender: T}\ndelimiter: '\"'", "`delimiter` is one character"),
        ("columns: {tender: T}\ndelimiter: {a: b}", "'delimiter' is a single value"),
        ("columns: {tender: [T]}", "column for 'tender' is a name, or a table with `column`"),
        ("columns: {tender: ''}", "column for 'tender' is a name, or a table with `column`"),
        ("columns: {date: {unit: s}}", "column for 'date' is a name, or a table with `column`"),
        ("columns: {date: {column: D, zone: UTC}}", "column for 'date' has an unknown key 'zone'"),
        ("columns: {date: {column: D, unit: weeks}}", "unit of 'date' is one of s, ms, year, not 'weeks'"),
        ("columns: {date: {column: D, unit: [s]}}", "'unit' is a single value"),
        ("columns: {date: {column: D, unit: s, format: '%Y'}}", "'date' has a unit or a format, not both"),
        ("columns: {date: {column: D, format: 2006}}", "format of 'date' is no way to write a date: '2006'"),
        ("columns: {date: {column: D, format: '%Q'}}", "format of 'date' is no way to write a date: '%Q'"),
        ("columns: {date: {column: D, format: '%Y%Y'}}", "format of 'date' is no way to write a date: '%Y%Y'"),
    ],
)
def test_a_map_that_cannot_be_used_is_named_with_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UnreadableInput) as refused:
        written(tmp_path, text)
    assert said in str(refused.value)
    assert "publisher.yaml" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("tag", ["!!int x", "!!timestamp x", "!!bool x", "!!python/object/apply:os.getcwd []"])
def test_tags_are_not_followed(tmp_path: Path, tag: str) -> None:
    with pytest.raises(UnreadableInput):
        written(tmp_path, f"columns: {{tender: T}}\nconstants: {{a: [{tag}]}}")


@pytest.mark.parametrize("where", ["constants: {currency: *l9}", "source: *l9", "format: *l9", "delimiter: *l9"])
def test_a_billion_laughs_are_not_laughed(tmp_path: Path, where: str) -> None:
    lines = ["columns: {tender: T}", "x0: &l0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"x{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 10)]
    # The expanded text would have 9**10 words: only a reader that never expands it comes to an end.
    with pytest.raises(UnreadableInput):
        written(tmp_path, "\n".join([*lines, where]))
    bomb = [*lines[1:], "columns:", "  tender: {column: *l9}"]
    with pytest.raises(UnreadableInput):
        written(tmp_path, "\n".join(bomb))


def test_merge_keys_do_not_multiply(tmp_path: Path) -> None:
    lines = ["m0: &m0 {a: b}", *(f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 9)}]}}" for n in range(1, 10))]
    with pytest.raises(UnreadableInput, match="unknown key 'm0'"):
        written(tmp_path, "\n".join([*lines, "columns: {tender: T}"]))


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="not YAML"):
        written(tmp_path, "columns: " + "[" * 20_000)


def test_a_map_of_unlikely_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="at most 64 KiB"):
        written(tmp_path, "# " + "x" * 70_000)


def test_a_map_that_is_missing_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match=r"nowhere\.yaml: no such file"):
        read_mapping(str(tmp_path / "nowhere.yaml"))
    (tmp_path / "picture.yaml").write_bytes(b"\x89PNG\xff\xfe\x00")
    with pytest.raises(UnreadableInput, match=r"picture\.yaml: cannot be read as a mapping"):
        read_mapping(str(tmp_path / "picture.yaml"))
    with pytest.raises(UnreadableInput, match="cannot be read as a mapping"):
        read_mapping(str(tmp_path))
