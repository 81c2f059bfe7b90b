"""How a file was read, kept with what was refused of it."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.mapping import Column, Mapping
from ingest.reading import Outcome, Reading, SourceRecord, in_order
from ingest.records import Alias, Withdrawn

TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8).filter(lambda t: t not in ("~", "null"))
COLUMNS = st.builds(Column, TEXT, st.none() | st.sampled_from(["s", "ms", "year"])) | st.builds(
    Column, TEXT, st.none(), st.sampled_from(["%Y-%m-%d", "%d.%m.%Y %H:%M"])
)
MAPPINGS = st.builds(
    Mapping,
    st.sampled_from(["bids", "companies"]),
    st.dictionaries(TEXT, COLUMNS, max_size=3),
    st.dictionaries(TEXT, TEXT, max_size=3),
    st.none() | TEXT,
    st.sampled_from(["utf-8-sig", "cp1251"]),
    st.none() | st.sampled_from([";", "\t"]),
)


@given(st.none() | TEXT, st.none() | MAPPINGS)
def test_a_reading_survives_being_written_down(source: str | None, mapping: Mapping | None) -> None:
    assert Reading.from_json(Reading(source, mapping).to_json()) == Reading(source, mapping)


def test_an_outcome_keeps_equal_records_once_with_the_first_source_record() -> None:
    first, second = (SourceRecord(f"line {n}", "s", "x", b"") for n in (1, 2))
    out = Outcome()
    out.add(Alias("a", "b"), first)
    out.add(Withdrawn("a"), first)
    out.add(Alias("a", "b"), second)
    assert out.records == [(Alias("a", "b"), first), (Withdrawn("a"), first)]


def test_an_outcome_says_a_remark_once() -> None:
    out = Outcome()
    for _ in range(2):
        out.remark("amounts are given as text")
    assert out.remarks == ["amounts are given as text"]


def test_positions_are_ordered_as_people_count() -> None:
    written = ["line 10", "line 9", "records/2, releases/11", "records/2, releases/2", "file", "line ²"]
    assert sorted(written, key=in_order) == [
        "file",
        "line ²",
        "line 9",
        "line 10",
        "records/2, releases/2",
        "records/2, releases/11",
    ]
