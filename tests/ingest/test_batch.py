"""Source records on their way into the store."""

import pytest
from intake import Intake

from ingest.batch import Batch, FileCount, document_id
from ingest.mapping import Column, Mapping
from ingest.normalise import Found, Subject, normalise
from ingest.reading import Reading, Refusal, SourceRecord
from ingest.sources import FORMATS

RAW = b'{"company_id":"1","person_id":"2","role":"x"}'


def record(position: str = "line 2", raw: bytes = RAW, **parts: str) -> SourceRecord:
    return SourceRecord(
        position, parts.get("subject", ""), parts.get("source", "here"), raw, None, parts.get("salt", "")
    )


def test_the_same_content_is_the_same_document_wherever_it_stands() -> None:
    assert document_id("officers", record("line 2")) == document_id("officers", record("line 9"))
    assert document_id("ocds", record(source="one")) == document_id("ocds", record(source="two"))
    assert len(document_id("ocds", record())) == 32


def test_format_source_map_salt_and_content_tell_documents_apart() -> None:
    mapped = [Mapping("officers", {"role": Column(name)}) for name in ("a", "b")]
    found = {
        document_id("officers", record()),
        document_id("kinship", record()),
        document_id("officers", record(source="there")),
        document_id("officers", record(salt="1")),
        document_id("officers", record(raw=b"{}")),
        *(document_id("officers", record(), one) for one in mapped),
    }
    assert len(found) == 7


def test_how_a_table_is_encoded_makes_no_other_document() -> None:
    one, other = (Mapping("officers", {"role": Column("a")}, encoding=encoding) for encoding in ("cp1251", "utf-8-sig"))
    assert document_id("officers", record(), one) == document_id("officers", record(), other)


@pytest.fixture
def batch(intake: Intake) -> Batch:
    return Batch(intake.store, FORMATS["officers"], Reading("here"))


def test_a_batch_counts_what_it_takes_in(batch: Batch) -> None:
    count = FileCount("people.csv", "officers")
    batch.add(record("line 2"), count)
    batch.add(record("line 3"), count)
    batch.add(Refusal("line 4", "too short", b"[]"), count)
    assert (count.read, count.unchanged, count.quarantined) == (3, 1, 1)
    assert (len(batch), batch.size) == (2, 2 * len(RAW) + 2)


def test_rows_that_stand_alone_are_their_own_subjects(batch: Batch) -> None:
    batch.add(record(), FileCount("people.csv", "officers"))
    assert batch.names() == {document_id("officers", record())}


def test_a_subject_comes_with_what_was_told_of_it_before_in_the_order_it_was_told(intake: Intake) -> None:
    intake.give("company_id,name\n" + "".join(f"7,Name {n}\n" for n in range(2, 12)), "companies.csv")
    batch = Batch(intake.store, FORMATS["companies"], Reading())
    batch.add(record(raw=b"{}", subject="companies:local:local:7"), FileCount("more.csv", "companies"))
    [subject] = batch.subjects()
    assert [found.record.position for found in subject.old] == [f"line {n}" for n in range(2, 12)]
    assert [found.record.raw for found in subject.new] == [b"{}"]


def test_documents_of_refused_records_are_not_kept(intake: Intake) -> None:
    good, bad = record(), record("line 3", b'{"company_id":"","person_id":"2","role":"x"}')
    subjects = [Subject(name, [], [Found(name, "people.csv", one)]) for name, one in (("g", good), ("b", bad))]
    rows = normalise("officers", Reading(), Batch(intake.store, FORMATS["officers"], Reading()).at, subjects)
    assert rows.refused == {"b": "company_id is empty"}
    assert rows.tables["documents"].column("document").to_pylist() == ["g"]
    assert rows.tables["officers"].num_rows == 1
