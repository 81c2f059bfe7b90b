"""OCDS: the ways releases come packed, and what a process is once they are compiled."""

import gzip
import io
import itertools
import json
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from intake import FIXTURES, Intake, bid, counts, package, release

from ingest.records import Alias, Award, Bid, Contact, Contract, Lot, Organisation, Supplier, Tender, Tenderer

OCID = "ocds-aaaaaa-1"
TWO = [release("ocds-aaaaaa-1"), release("ocds-aaaaaa-2")]


def as_json(found: Any) -> bytes:
    return json.dumps(found).encode()


def record(*releases: Any, **parts: Any) -> dict[str, Any]:
    return {"ocid": OCID, **({"releases": list(releases)} if releases else {}), **parts}


LINK = {"url": "https://example.org/1", "date": "2024-01-01T00:00:00Z", "tag": ["tender"]}
SHAPES: dict[str, bytes] = {
    "a release package": as_json(package(*TWO)),
    "a release package of 1.0": as_json({k: v for k, v in package(*TWO).items() if k != "version"}),
    "record packages": as_json({"records": [record(one, ocid=one["ocid"]) for one in TWO]}),
    "compiled releases": as_json({"records": [record(ocid=one["ocid"], compiledRelease=one) for one in TWO]}),
    "a list": as_json(TWO),
    "a list of packages": as_json([package(TWO[0]), package(TWO[1])]),
    "lines": b"\n".join(map(as_json, TWO)),
    "lines of packages": b"\n".join(as_json(package(one)) for one in TWO) + b"\n",
    "one after another": b"".join(json.dumps(one, indent=1).encode() for one in TWO),
    "with a byte order mark": b"\xef\xbb\xbf" + as_json(TWO),
    "packed": gzip.compress(as_json(package(*TWO))),
    "packed lines": gzip.compress(b"\n".join(map(as_json, TWO))),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_releases_are_found_in(intake: Intake, shape: str) -> None:
    assert counts(intake.give(SHAPES[shape])) == (2, 2, 0, 0)
    assert intake.rows(Tender, "key", "title") == [("ocds-aaaaaa-1", "Road works"), ("ocds-aaaaaa-2", "Road works")]
    assert counts(intake.give(SHAPES[shape])) == (2, 0, 2, 0)


def test_a_bare_release_is_a_file(intake: Intake) -> None:
    assert counts(intake.give(TWO[0])) == (1, 1, 0, 0)


def test_folders_zips_globs_and_standard_input_give_the_same(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    for one in TWO:
        intake.write(f"in/deep/{one['ocid']}.json", one)
    with zipfile.ZipFile(intake.folder / "all.zip", "w") as archive:
        for one in TWO:
            archive.writestr(f"deep/{one['ocid']}.json", json.dumps(one))
    assert counts(intake.load(intake.folder / "in")) == (2, 2, 0, 0)
    assert counts(intake.load(intake.folder / "all.zip")) == (2, 0, 2, 0)
    assert counts(intake.load(intake.folder / "in" / "*" / "*.json")) == (2, 0, 2, 0)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(as_json(package(*TWO)))))
    assert counts(intake.load("-")) == (2, 0, 2, 0)


class TestRecords:
    """What counts of a record: its own releases, else its compiled release; addresses are not followed."""

    def title(self, intake: Intake, **parts: Any) -> Any:
        intake.give({"records": [record(**parts)]})
        return intake.row(Tender)["title"]

    def test_its_releases_go_before_its_compiled_release(self, intake: Intake) -> None:
        parts = {"releases": [release()], "compiledRelease": release(tender={"title": "compiled"})}
        assert self.title(intake, **parts) == "Road works"

    @pytest.mark.parametrize("releases", [[LINK], [LINK, {"url": "https://example.org/2"}], []])
    def test_its_compiled_release_counts_where_releases_are_only_addresses(
        self, intake: Intake, releases: list[Any]
    ) -> None:
        parts = {"releases": releases, "compiledRelease": release(tender={"title": "compiled"})}
        assert self.title(intake, **parts) == "compiled"

    def test_a_release_beside_an_address_is_not_lost(self, intake: Intake) -> None:
        assert self.title(intake, releases=[LINK, release()]) == "Road works"
        assert intake.reasons() == ["the release is only an address"]

    @pytest.mark.parametrize("parts", [{"releases": [LINK]}, {"releases": []}, {"versionedRelease": {"ocid": OCID}}])
    def test_one_without_any_release_is_refused_and_never_an_empty_tender(
        self, intake: Intake, parts: dict[str, Any]
    ) -> None:
        intake.give({"records": [record(**parts), record(release())]})
        assert len(intake.rows(Tender)) == 1
        [held] = intake.held()
        assert held.position == "records/0"
        assert held.reason.startswith(("the record only links", "the record has only a versioned"))

    def test_its_ocid_is_that_of_releases_without_one(self, intake: Intake) -> None:
        inner = {key: value for key, value in release().items() if key != "ocid"}
        intake.give({"records": [record(inner)]})
        assert intake.rows(Tender, "key") == [OCID]

    def test_a_single_release_need_not_be_a_list(self, intake: Intake) -> None:
        assert self.title(intake, releases=release()) == "Road works"


AMENDED = [
    release(date="2024-01-01T00:00:00Z", tender={"title": "Road", "value": {"amount": 100, "currency": "KZT"}}),
    release(date="2024-02-01T00:00:00Z", tender={"value": {"amount": 200}}, tag=["tenderUpdate"]),
    release(date="2024-03-01T00:00:00Z", tender={"title": "Bridge"}, tag=["tenderUpdate"]),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("at_once", [True, False])
def test_a_process_is_its_releases_in_the_order_of_their_dates(
    intake: Intake, order: tuple[int, ...], at_once: bool
) -> None:
    paths = [intake.write(f"{at}.json", AMENDED[at]) for at in order]
    for some in [paths] if at_once else [[path] for path in paths]:
        intake.load(*some)
    tender = intake.row(Tender)
    assert (tender["title"], tender["amount"], tender["currency"]) == ("Bridge", Decimal(200), "KZT")
    assert len(intake.rows(Lot)) == 1


def test_order_of_files_leaves_the_same_store(intake: Intake, tmp_path: Any) -> None:
    from intake import intake_in  # noqa: PLC0415

    paths = [intake.write(f"{at}.json", one) for at, one in enumerate(AMENDED)]
    intake.load(*paths)
    with intake_in(tmp_path / "other") as other:
        other.load(*reversed(paths))
        assert other.contents() == intake.contents()


def test_a_new_release_updates_what_was_loaded_before(intake: Intake) -> None:
    first = release(bids={"details": [bid("b1", "A"), bid("b2", "B", amount=90)]})
    later = release(date="2024-05-01T00:00:00Z", bids={"details": [bid("b1", "A", amount=80)]})
    intake.give(first)
    assert counts(intake.give(later)) == (1, 1, 0, 0)
    assert intake.rows(Bid, "id", "amount") == [("b1", Decimal(80)), ("b2", Decimal(90))]
    assert counts(intake.give(package(first, later))) == (2, 0, 2, 0)


def test_a_later_null_takes_a_value_away(intake: Intake) -> None:
    intake.give(package(AMENDED[0], release(date="2024-02-01T00:00:00Z", tender={"title": None})))
    assert intake.row(Tender)["title"] is None


def test_releases_without_a_date_are_the_oldest(intake: Intake) -> None:
    intake.give(package(release(tender={"title": "dated"}), release(date=None, id="x", tender={"title": "undated"})))
    assert intake.row(Tender)["title"] == "dated"


def test_a_tender_is_told_with_its_day_place_people_and_rule(intake: Intake) -> None:
    intake.load(FIXTURES / "ocds" / "process.json")
    tender = intake.row(Tender)
    assert tender == {
        "key": "ocds-aaaaaa-road",
        "id": "ocds-aaaaaa-road",
        "ocid": "ocds-aaaaaa-road",
        "title": "Repair of a road",
        "status": "complete",
        "method": "open",
        "method_details": "Open tender",
        "category": "works",
        "classification": "CPV:45233142",
        "country": "Kazakhstan",
        "region": "Almaty Region",
        "buyer": "KZ-BIN-070340007367",
        "procuring_entity": "KZ-BIN-070340007367",
        "amount": Decimal(1000),
        "currency": "KZT",
        "day": date(2024, 2, 15),
        "opens": datetime(2024, 2, 1),
        "closes": datetime(2024, 2, 15, 4),
        "award_criteria": "priceOnly",
        "award_rule": "lowest",
        "floor": None,
        "ceiling": None,
        "tenderers": 3,
    }


def test_a_process_with_lots_consortia_awards_and_contracts_is_told_in_full(intake: Intake) -> None:
    intake.load(FIXTURES / "ocds" / "process.json")
    assert intake.rows(Lot, "id", "title", "amount") == [("L1", "North", Decimal(600)), ("L2", "South", Decimal(400))]
    assert intake.rows(Bid, "id", "lot", "valid", "won", "amount") == [
        ("1", "ocds-aaaaaa-road/L1", True, True, Decimal(580)),
        ("2", "ocds-aaaaaa-road/L1", True, False, Decimal(590)),
        ("3", "ocds-aaaaaa-road/L2", True, True, Decimal(395)),
        ("4", "ocds-aaaaaa-road/L2", False, False, Decimal(390)),
    ]
    assert intake.rows(Tenderer, "bid", "organisation") == [
        ("ocds-aaaaaa-road#bid/1", "GB-COH-02987170"),
        ("ocds-aaaaaa-road#bid/1", "ocds-aaaaaa:F2:firm two"),
        ("ocds-aaaaaa-road#bid/2", "ocds-aaaaaa:F3:firm three"),
        ("ocds-aaaaaa-road#bid/3", "ocds-aaaaaa:F3:firm three"),
        ("ocds-aaaaaa-road#bid/4", "GB-COH-02987170"),
    ]
    assert intake.rows(Award, "id", "lot", "status", "day") == [
        ("A1", "ocds-aaaaaa-road/L1", "active", date(2024, 3, 1)),
        ("A2", "ocds-aaaaaa-road/L2", "active", date(2024, 3, 2)),
        ("A3", "ocds-aaaaaa-road/L2", "cancelled", None),
    ]
    assert intake.rows(Supplier, "award", "organisation") == [
        ("ocds-aaaaaa-road#award/A1", "GB-COH-02987170"),
        ("ocds-aaaaaa-road#award/A1", "ocds-aaaaaa:F2:firm two"),
        ("ocds-aaaaaa-road#award/A2", "ocds-aaaaaa:F3:firm three"),
        ("ocds-aaaaaa-road#award/A3", "GB-COH-02987170"),
    ]
    assert intake.rows(Contract, "id", "award", "signed", "amendments") == [
        ("C1", "ocds-aaaaaa-road#award/A1", date(2024, 3, 20), 2)
    ]
    assert intake.rows(Contact, "party", "kind", "normal") == [
        ("GB-COH-02987170", "address", "abay avenue 12 almaty"),
        ("GB-COH-02987170", "email", "office@one.example"),
        ("GB-COH-02987170", "phone", "7271234567"),
    ]
    assert intake.rows(Alias, "alias", "party") == [("XX-VAT-77", "GB-COH-02987170")]


@pytest.mark.parametrize("scheme", ["GB-COH", "gb-coh"])
@pytest.mark.parametrize("number", ["2987170", "02987170", 2987170, " 0298 7170"])
def test_the_same_company_is_one_however_its_number_is_written(intake: Intake, scheme: str, number: Any) -> None:
    party = {"id": "x", "name": "One", "identifier": {"scheme": scheme, "id": number}}
    intake.give(release(parties=[party], bids={"details": [bid("1", "x")]}))
    assert intake.rows(Tenderer, "organisation") == ["GB-COH-02987170"]


def test_one_number_in_two_schemes_is_two_companies(intake: Intake) -> None:
    parties = [{"id": s, "name": "One", "identifier": {"scheme": s, "id": "12345678"}} for s in ("GB-COH", "GB-CHC")]
    intake.give(release(parties=parties, bids={"details": [bid("1", "GB-COH"), bid("2", "GB-CHC")]}))
    assert intake.rows(Tenderer, "organisation") == ["GB-CHC-12345678", "GB-COH-12345678"]


def test_a_wrong_check_digit_is_marked_and_the_bid_is_kept(intake: Intake) -> None:
    party = {"id": "x", "name": "One", "identifier": {"scheme": "KZ-BIN", "id": "070340007360"}}
    report = intake.give(release(parties=[party], bids={"details": [bid("1", "x")]}))
    assert counts(report) == (1, 1, 0, 0)
    assert intake.row(Organisation)["problem"] == "the check digit of this KZ-BIN is wrong"
    assert report.remarks["the check digit of this KZ-BIN is wrong"] == 1


def test_parties_without_a_number_are_one_only_with_the_same_id_and_name(intake: Intake) -> None:
    for n, name in enumerate(["Firm A", "firm a.", "Firm B"]):
        intake.give(
            release(f"ocds-aaaaaa-{n}", bids={"details": [bid("1", "1") | {"tenderers": [{"id": "1", "name": name}]}]})
        )
    assert set(intake.rows(Tenderer, "organisation")) == {"ocds-aaaaaa:1:firm a", "ocds-aaaaaa:1:firm b"}


def test_publishers_are_told_apart_by_their_prefix_or_the_calls_source(intake: Intake) -> None:
    for ocid, source in (("ocds-aaaaaa-1", None), ("ocds-bbbbbb-1", None), ("ocds-cccccc-1", "mine")):
        intake.give(release(ocid, bids={"details": [bid("1", "1")]}), source=source)
    assert intake.rows(Tenderer, "organisation") == ["mine:1:firm 1", "ocds-aaaaaa:1:firm 1", "ocds-bbbbbb:1:firm 1"]


class TestBidsAndAwards:
    """Who bid for what, and who won."""

    @pytest.fixture
    def bids(self, intake: Intake) -> Callable[..., list[Any]]:
        def given(tender: dict[str, Any] | None = None, **parts: Any) -> list[Any]:
            intake.give(release(tender=tender or {"title": "t"}, **parts))
            return [(own, lot.removeprefix(OCID), won) for own, lot, won in intake.rows(Bid, "id", "lot", "won")]

        return given

    def test_tenderers_of_the_tender_are_bids_without_a_sum(self, bids: Any, intake: Intake) -> None:
        assert bids({"tenderers": [{"id": "A", "name": "Firm A"}, {"id": "B", "name": "Firm B"}]}) == [
            ("ocds-aaaaaa:A:firm a", "", None),
            ("ocds-aaaaaa:B:firm b", "", None),
        ]
        assert intake.rows(Bid, "amount") == [None, None]

    def test_who_stands_in_both_lists_bids_once(self, bids: Any) -> None:
        tender = {"tenderers": [{"id": "A", "name": "Firm A"}, {"id": "B", "name": "Firm B"}]}
        assert bids(tender, bids={"details": [bid("1", "A")]}) == [("1", "", None), ("ocds-aaaaaa:B:firm b", "", None)]

    def test_a_related_bid_won_and_no_other(self, bids: Any) -> None:
        award = {"id": "a", "status": "active", "relatedBid": "2", "suppliers": [{"id": "A", "name": "Firm A"}]}
        found = bids(bids={"details": [bid("1", "A"), bid("2", "A", amount=90)]}, awards=[award])
        assert found == [("1", "", False), ("2", "", True)]

    def test_a_related_bid_may_be_a_number_or_a_list(self, bids: Any) -> None:
        award = {"id": "a", "relatedBids": [2, "3"], "suppliers": [{"id": "A", "name": "Firm A"}]}
        found = bids(bids={"details": [bid("1", "A"), bid("2", "A"), bid("3", "B")]}, awards=[award])
        assert found == [("1", "", False), ("2", "", True), ("3", "", True)]

    def test_without_a_related_bid_the_suppliers_bid_for_the_lot_won(self, bids: Any) -> None:
        lots = {"lots": [{"id": "L1"}, {"id": "L2"}]}
        details = [
            bid("1", "A", relatedLots=["L1"]),
            bid("2", "A", relatedLots=["L2"]),
            bid("3", "B", relatedLots=["L1"]),
        ]
        award = {"id": "a", "relatedLots": ["L1"], "suppliers": [{"id": "A", "name": "Firm A"}]}
        assert bids(lots, bids={"details": details}, awards=[award]) == [
            ("1", "/L1", True),
            ("2", "/L2", False),
            ("3", "/L1", False),
        ]

    def test_an_award_of_two_lots_was_won_by_the_bids_for_each(self, bids: Any) -> None:
        lots = {"lots": [{"id": "L1"}, {"id": "L2"}, {"id": "L3"}]}
        details = [bid(str(n), "A", relatedLots=[f"L{n}"]) for n in (1, 2, 3)]
        award = {"id": "a", "relatedLots": ["L2", "L1"], "suppliers": [{"id": "A", "name": "Firm A"}]}
        assert bids(lots, bids={"details": details}, awards=[award]) == [
            ("1", "/L1", True),
            ("2", "/L2", True),
            ("3", "/L3", False),
        ]

    def test_a_bid_for_two_lots_together_is_for_a_lot_of_its_own(self, bids: Any, intake: Intake) -> None:
        lots = {"lots": [{"id": "L1"}, {"id": "L2"}]}
        assert bids(lots, bids={"details": [bid("1", "A", relatedLots=["L2", "L1"])]}) == [("1", "/L1+L2", None)]
        assert intake.rows(Lot, "id") == ["L1", "L1+L2", "L2"]

    def test_a_bid_may_hold_a_sum_for_each_lot(self, bids: Any, intake: Intake) -> None:
        values = [{"relatedLot": "L1", "value": {"amount": 1}}, {"relatedLot": "L2", "value": {"amount": "2"}}]
        assert bids({"lots": [{"id": "L1"}, {"id": "L2"}]}, bids={"details": [bid("1", "A", lotValues=values)]}) == [
            ("1", "/L1", None),
            ("1", "/L2", None),
        ]
        assert intake.rows(Bid, "amount") == [Decimal(1), Decimal(2)]
        assert len(set(intake.rows(Bid, "key"))) == 2

    def test_the_only_lot_is_what_bids_without_a_lot_are_for(self, bids: Any) -> None:
        assert bids({"lots": [{"id": "L1"}]}, bids={"details": [bid("1", "A")]}) == [("1", "/L1", None)]

    @pytest.mark.parametrize("status", ["cancelled", "unsuccessful", "pending", "CANCELLED"])
    def test_an_award_that_came_to_nothing_has_no_winner(self, bids: Any, status: str) -> None:
        award = {"id": "a", "status": status, "suppliers": [{"id": "A", "name": "Firm A"}]}
        other = {"id": "b", "status": "active", "suppliers": [{"id": "B", "name": "Firm B"}]}
        found = bids(bids={"details": [bid("1", "A"), bid("2", "B")]}, awards=[award, other])
        assert found == [("1", "", False), ("2", "", True)]

    @pytest.mark.parametrize(
        ("status", "valid"), [("disqualified", False), ("Withdrawn", False), ("valid", True), ("odd", True)]
    )
    def test_a_bids_status_says_whether_it_counts(self, bids: Any, intake: Intake, status: str, valid: bool) -> None:
        bids(bids={"details": [bid("1", "A", status=status)]})
        assert intake.rows(Bid, "valid") == [valid]

    def test_a_contracts_suppliers_are_those_of_its_award(self, bids: Any, intake: Intake) -> None:
        contract = {"id": "c", "awardID": "a", "suppliers": [{"id": "A", "name": "Firm A"}]}
        assert bids(bids={"details": [bid("1", "A")]}, awards=[{"id": "a"}], contracts=[contract]) == [("1", "", True)]
        assert intake.rows(Supplier, "organisation") == ["ocds-aaaaaa:A:firm a"]


def test_a_tenders_value_of_zero_gives_way_to_its_budget(intake: Intake) -> None:
    planning = {"budget": {"amount": {"amount": "1 234,50", "currency": "kzt"}}}
    intake.give(release(tender={"value": {"amount": 0}}, planning=planning))
    assert (intake.row(Tender)["amount"], intake.row(Tender)["currency"]) == (Decimal("1234.5"), "KZT")
