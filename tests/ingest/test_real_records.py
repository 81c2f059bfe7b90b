"""Real publishers' records: how many there are, and that none is lost. Nothing of what is in them stands here."""

from collections import Counter
from pathlib import Path

import pytest
from intake import Intake, counts

from ingest.errors import UnreadableInput
from ingest.mapping import read_mapping
from ingest.records import Bid, Contract, Lot, Organisation, Ownership, Person, Supplier, Tender, Tenderer

AS_PUBLISHED = ("ukraine", "jalisco", "paraguay", "moldova", "nigeria", "colombia")


def test_uk_contracts_and_the_owners_of_their_suppliers(real_data: Path, intake: Intake) -> None:
    folders = [real_data / "ocds" / "uk_contracts_finder", real_data / "bods" / "uk_contracts_finder_owners"]
    report = intake.load(*folders)
    assert report.total("quarantined") == 0
    assert Counter(count.format for count in report.files) == {"ocds": 56, "bods": 219, None: 4}
    assert {count.skipped for count in report.files if count.format is None} == {"an empty list"}
    assert len(intake.rows(Tender)) == 56
    suppliers = intake.rows(Supplier, "award", "organisation")
    owned = {key for key, source in intake.rows(Organisation, "key", "document") if source}
    assert len(suppliers) == 204
    described = {row["key"] for row in intake.rows(Organisation) if row["registered"] or row["country"] == "GB"}
    assert {key for _, key in suppliers} <= described <= owned
    before = intake.contents()
    again = intake.load(*folders)
    assert counts(again) == (report.total("read"), 0, report.total("read"), 0)
    assert intake.contents() == before


def test_releases_as_published_are_loaded_or_refused_with_a_reason(real_data: Path, intake: Intake) -> None:
    report = intake.load(*(real_data / "ocds" / name for name in AS_PUBLISHED))
    assert counts(report) == (287, 282, 0, 5)
    held = intake.held()
    reasons = Counter(one.reason for one in held)
    assert reasons == {"the file is empty": 3, "the record only links to its releases, or has none": 2}
    assert all(one.file and one.position for one in held)
    assert {count.path.split("/")[0] for count in report.files if count.loaded} == set(AS_PUBLISHED)


@pytest.mark.parametrize("name", AS_PUBLISHED)
def test_a_publishers_folder_loads_alone_and_twice(real_data: Path, intake: Intake, name: str) -> None:
    report = intake.load(real_data / "ocds" / name)
    before = intake.contents()
    read, loaded, _, refused = counts(report)
    assert loaded > 0
    assert len(intake.held()) == refused
    assert counts(intake.load(real_data / "ocds" / name)) == (read, 0, read - refused, refused)
    assert intake.contents() == before


def test_processes_as_published_keep_their_bids_and_sums(real_data: Path, intake: Intake) -> None:
    """Some records only link to their releases: what they say stands in their compiled release."""
    intake.load(*(real_data / "ocds" / name for name in AS_PUBLISHED))
    assert (len(intake.rows(Tender)), len(intake.rows(Bid))) == (117, 115)
    for kind, at_least in ((Tender, 60), (Bid, 10), (Contract, 60)):
        amounts = intake.rows(kind, "amount")
        assert sum(amount is not None for amount in amounts) >= at_least, kind.table


def test_bods_04_statements(real_data: Path, intake: Intake) -> None:
    report = intake.load(real_data / "bods" / "sample_300_statements.json")
    assert counts(report) == (300, 300, 0, 0)
    assert len(intake.rows(Organisation)) == 100
    assert len(intake.rows(Person)) >= 100
    assert len(intake.rows(Ownership)) >= 100


def test_kazakh_protocols_have_eight_bids(real_data: Path, intake: Intake) -> None:
    mapping = read_mapping(str(real_data / "maps" / "protocol.yaml"))
    report = intake.load(real_data / "goszakup" / "final_protocol_bids.csv", mapping=mapping)
    assert counts(report) == (8, 8, 0, 0)
    assert len(intake.rows(Bid)) == 8
    assert len(intake.rows(Tender)) == 2
    assert set(intake.rows(Tender, "floor")) == {0.95}
    assert {key[:7] for key in intake.rows(Tenderer, "organisation")} <= {"KZ-BIN-", "KZ-IIN-"}
    assert set(intake.rows(Organisation, "problem")) == {None}


def test_okinawas_bids_are_all_there(real_data: Path, intake: Intake) -> None:
    mapping = read_mapping(str(real_data / "maps" / "okinawa.yaml"))
    report = intake.load(real_data / "cartels" / "okinawa_bids.csv", mapping=mapping)
    assert counts(report) == (13_515, 13_515, 0, 0)
    keys = intake.rows(Bid, "key")
    assert len(keys) == len(set(keys)) == 13_515
    assert len(intake.rows(Tender)) == len(intake.rows(Lot)) == 1_080
    assert len(set(intake.rows(Tenderer, "organisation"))) == 1_665
    assert {day.year for day in intake.rows(Tender, "day")} <= set(range(2003, 2008))


def test_bids_without_bidders_are_all_there(real_data: Path, intake: Intake) -> None:
    mapping = read_mapping(str(real_data / "maps" / "ticino.yaml"))
    assert counts(intake.load(real_data / "cartels" / "ticino_bids.csv", mapping=mapping)) == (1_629, 1_629, 0, 0)
    assert len(set(intake.rows(Bid, "key"))) == 1_629
    assert intake.rows(Tenderer) == []


def test_a_table_that_nobody_mapped_is_refused_with_what_it_needs(real_data: Path, intake: Intake) -> None:
    with pytest.raises(UnreadableInput, match=r"brazil_sessions\.csv: .*needs a map of its columns \(--map\)"):
        intake.load(real_data / "volume" / "brazil_sessions.csv")
    assert not any(intake.contents().values())
