"""Paths, folders, globs, archives and standard input as files to read."""

import gzip
import io
import os
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import UnreadableInput
from ingest.files import SourceFile, find_files, opened

MIB = 1024 * 1024


def content(file: SourceFile) -> bytes:
    with opened(file) as handle:
        return handle.read()


def contents(*paths: Path | str) -> dict[str, bytes]:
    return {file.label: content(file) for file in find_files([str(path) for path in paths])}


def packed(path: Path, *members: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression, compresslevel=1) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def test_a_named_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "records.dat"
    path.write_bytes(b"x")
    assert contents(path) == {"records.dat": b"x"}
    assert find_files([str(path)])[0].expected


def test_a_folder_is_walked_in_order_without_what_is_hidden(tmp_path: Path) -> None:
    for name in ("b.json", "a/z.json", "a/y.json", ".hidden.json", ".git/x.json", "__MACOSX/x.json", "notes.txt"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(b"x")
    found = find_files([str(tmp_path / "in")])
    assert [file.label for file in found] == ["in/b.json", "in/notes.txt", "in/a/y.json", "in/a/z.json"]
    assert [file.label for file in found if not file.expected] == ["in/notes.txt"]


def test_a_glob_finds_files_in_order(tmp_path: Path) -> None:
    for name in ("2.json", "1.json", "3.csv", "deep/4.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert [file.label for file in find_files([str(tmp_path / "*.json")])] == ["1.json", "2.json"]
    assert [file.label for file in find_files([str(tmp_path / "**" / "*.json")])] == ["1.json", "2.json", "4.json"]
    with pytest.raises(UnreadableInput, match="no file matches"):
        find_files([str(tmp_path / "*.xml")])


def test_a_name_with_brackets_is_a_name_first(tmp_path: Path) -> None:
    (tmp_path / "tenders[1].json").write_bytes(b"x")
    assert contents(tmp_path / "tenders[1].json") == {"tenders[1].json": b"x"}


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match=r"nowhere\.json: no such file or folder"):
        find_files([str(tmp_path / "nowhere.json")])


def test_what_is_neither_file_nor_folder_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableInput, match="neither a file nor a folder"):
        find_files([str(tmp_path / "pipe")])
    assert find_files([str(tmp_path)]) == []


def test_a_name_that_is_no_text_is_shown_as_such(tmp_path: Path) -> None:
    os.makedirs(os.fsencode(tmp_path / "in"))
    Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/\xff\n.json")).write_bytes(b"x")
    assert contents(tmp_path / "in") == {"in/\ufffd\ufffd.json": b"x"}
    with pytest.raises(UnreadableInput) as refused:
        find_files([str(tmp_path / "two\nlines")])
    assert "\n" not in str(refused.value)


def test_gzip_is_known_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "packed.json").write_bytes(gzip.compress(b"one") + gzip.compress(b" two"))
    assert contents(tmp_path / "packed.json") == {"packed.json": b"one two"}


def test_a_zip_gives_its_members_without_folders_and_hidden_files(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "all.ZIP",
        ("b.json", b"b"),
        ("in/", b""),
        ("in/a.json.gz", gzip.compress(b"a")),
        (".x.json", b"x"),
        ("__MACOSX/b.json", b"x"),
    )
    assert contents(path) == {"all.ZIP/b.json": b"b", "all.ZIP/in/a.json.gz": b"a"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_both_read(tmp_path: Path) -> None:
    path = packed(tmp_path / "twice.zip", ("a.json", b"first"), ("a.json", b"second"))
    assert [content(file) for file in find_files([str(path)])] == [b"first", b"second"]


@pytest.mark.parametrize(
    "name", ["../../outside.json", "/tmp/outside.json", "in\\..\\outside.json", "a/../../outside.json"]
)
def test_a_name_that_leads_outside_is_only_a_name(tmp_path: Path, name: str) -> None:
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    path = packed(inside / "slip.zip", (name, b"x"))
    before = sorted(tmp_path.rglob("*"))
    assert list(contents(path).values()) == [b"x"]
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("kept", [1, 5, 15, 40])
def test_a_truncated_gzip_is_refused_before_anything_is_read(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "cut.json.gz"
    whole = gzip.compress(os.urandom(4 * MIB))
    path.write_bytes(whole[: len(whole) * kept // 41] if kept > 15 else whole[: kept + 2])
    with (
        pytest.raises(UnreadableInput, match=r"cut\.json\.gz: the packed file is truncated or damaged"),
        opened(find_files([str(path)])[0]),
    ):
        pytest.fail("nothing of it may be seen")


def test_a_damaged_gzip_is_refused(tmp_path: Path) -> None:
    whole = bytearray(gzip.compress(b"x" * 1000))
    whole[-6] ^= 1
    (tmp_path / "bad.gz").write_bytes(whole)
    with pytest.raises(UnreadableInput, match="truncated or damaged"):
        contents(tmp_path / "bad.gz")
    (tmp_path / "bad.gz").write_bytes(gzip.compress(b"x") + b"rubbish")
    with pytest.raises(UnreadableInput, match="truncated or damaged"):
        contents(tmp_path / "bad.gz")


def test_a_zip_member_with_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "bad.zip", ("a.json", b"0123456789"), compression=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"0123456789", b"0123456780"))
    with pytest.raises(UnreadableInput, match=r"bad\.zip/a\.json: the packed file is truncated or damaged"):
        contents(path)


def test_an_encrypted_zip_member_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "secret.zip", ("a.json", b"0123456789"))
    raw = bytearray(path.read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    with pytest.raises(UnreadableInput, match=r"secret\.zip/a\.json"):
        contents(path)


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"not a zip"])
def test_a_named_zip_that_is_none_is_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(raw)
    with pytest.raises(UnreadableInput, match=r"x\.zip: not a zip archive, or a damaged one"):
        find_files([str(tmp_path / "x.zip")])
    assert [file.label for file in find_files([str(tmp_path)])] == [f"{tmp_path.name}/x.zip"]


def test_a_gzip_bomb_stops_at_the_limit(tmp_path: Path) -> None:
    (tmp_path / "bomb.json.gz").write_bytes(gzip.compress(bytes(MIB)) * 300)
    with pytest.raises(UnreadableInput, match=r"bomb\.json\.gz: unpacks to more than 256 MiB"):
        contents(tmp_path / "bomb.json.gz")


def test_a_zip_bomb_stops_at_the_limit_whatever_size_it_claims(tmp_path: Path) -> None:
    path = packed(tmp_path / "bomb.zip", ("bomb.json", bytes(300 * MIB)))
    raw = bytearray(path.read_bytes())
    # The directory claims that the member is packed into 3 GiB, which would lift a limit that trusts it.
    at = raw.index(b"PK\x01\x02") + 20
    raw[at : at + 4] = (3 * 1024 * MIB).to_bytes(4, "little")
    path.write_bytes(raw)
    with pytest.raises(UnreadableInput, match=r"bomb\.zip/bomb\.json: (unpacks to more than 256 MiB|.* damaged)"):
        contents(path)


def test_a_file_that_breaks_off_while_it_is_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").symlink_to("/proc/self/mem")
    with pytest.raises(UnreadableInput, match=r"x\.json: "):
        contents(tmp_path / "x.json")


def test_standard_input_is_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (b"plain", gzip.compress(b"plain")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert contents("-") == {"standard input": b"plain"}


def zip_bytes() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", b'{"ocid": "ocds-aaaaaa-1"}' * 20)
        archive.writestr("жол.json", b"[]")
    return made.getvalue()


ZIP, GZIP = zip_bytes(), gzip.compress(b'{"ocid": "ocds-aaaaaa-1"}' * 20)
CHANGES = st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.sampled_from([("x.zip", ZIP), ("x.gz", GZIP)]), CHANGES, st.floats(0, 1), st.binary(max_size=8))
def test_no_damage_raises_anything_but_the_packages_own_error(
    tmp_path: Path, file: tuple[str, bytes], changes: list[tuple[float, int]], kept: float, tail: bytes
) -> None:
    name, whole = file
    raw = bytearray(whole)
    for at, value in changes:
        raw[int(at * len(raw))] = value
    (tmp_path / name).write_bytes(raw[: int(kept * len(raw))] if kept < 0.5 else bytes(raw) + tail)
    said = ""
    try:
        contents(tmp_path / name)
    except UnreadableInput as refused:
        said = str(refused)
    assert "\n" not in said
