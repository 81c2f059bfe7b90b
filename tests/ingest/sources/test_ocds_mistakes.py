"""What publishers get wrong: read where it has one meaning, refused in plain words where it has not."""

import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake import Intake, bid, counts, package, release

from ingest.batch import document_id
from ingest.normalise import Found, Subject, normalise
from ingest.reading import Reading, SourceRecord
from ingest.records import Award, Bid, Contract, Lot, Organisation, Tender, Tenderer
from ingest.sources.ocds import OCDS

READ: dict[str, tuple[dict[str, Any], type[Any], str, list[Any], str | None]] = {
    "tenderers as an object": (
        {"bids": {"details": [{"id": "1", "tenderers": {"id": "A", "name": "Firm A"}}]}},
        Tenderer,
        "organisation",
        ["ocds-aaaaaa:A:firm a"],
        "bids/details/tenderers is an object instead of a list",
    ),
    "tenderers as names": (
        {"tender": {"tenderers": ["Firm A", "", "Firm B", None]}},
        Tenderer,
        "organisation",
        ["ocds-aaaaaa:name:firm a", "ocds-aaaaaa:name:firm b"],
        "tender/tenderers holds names instead of objects",
    ),
    "suppliers as an object": (
        {"awards": [{"id": "1", "suppliers": {"id": "A", "name": "Firm A"}}]},
        Organisation,
        "key",
        ["ocds-aaaaaa:A:firm a"],
        "awards/suppliers is an object instead of a list",
    ),
    "bids as an object": (
        {"bids": {"details": bid("1", "A")}},
        Bid,
        "id",
        ["1"],
        "bids/details is an object instead of a list",
    ),
    "ids as numbers": (
        {"bids": {"details": [bid("x", "A") | {"id": 7}]}, "awards": [{"id": 9, "relatedBid": 7}]},
        Bid,
        "won",
        [True],
        "bids/details/id is a number instead of text",
    ),
    "party ids as numbers": (
        {
            "parties": [{"id": 5, "name": "Five", "identifier": {"scheme": "XX-A", "id": 12}}],
            "bids": {"details": [{"id": "1", "tenderers": [{"id": 5}]}]},
        },
        Tenderer,
        "organisation",
        ["XX-A-12"],
        "parties/id is a number instead of text",
    ),
    "ids with spaces": (
        {"tender": {"lots": [{"id": " L1 "}]}, "bids": {"details": [bid("1", "A", relatedLots=["L1 "])]}},
        Bid,
        "lot",
        ["ocds-aaaaaa-1/L1"],
        None,
    ),
    "lots by number": (
        {"tender": {"lots": [{"id": 1}, {"id": 2}]}, "bids": {"details": [bid("1", "A", relatedLots=[2])]}},
        Bid,
        "lot",
        ["ocds-aaaaaa-1/2"],
        "tender/lots/id is a number instead of text",
    ),
    "one lot instead of a list": (
        {"tender": {"lots": [{"id": "1"}, {"id": "2"}]}, "bids": {"details": [bid("1", "A", relatedLots="2")]}},
        Bid,
        "lot",
        ["ocds-aaaaaa-1/2"],
        None,
    ),
    "a sum as text with a decimal comma": (
        {"bids": {"details": [bid("1", "A", amount="1 234,50")]}},
        Bid,
        "amount",
        [Decimal("1234.5")],
        "amounts are given as text",
    ),
    "a sum as text with a decimal point": (
        {"bids": {"details": [bid("1", "A", amount="1,234.50")]}},
        Bid,
        "amount",
        [Decimal("1234.5")],
        "amounts are given as text",
    ),
    "a value that is just a sum": (
        {"bids": {"details": [{"id": "1", "value": 12.5}]}},
        Bid,
        "amount",
        [Decimal("12.5")],
        None,
    ),
    "an empty sum": ({"bids": {"details": [bid("1", "A", amount="")]}}, Bid, "amount", [None], None),
    "a currency in small letters": (
        {"bids": {"details": [bid("1", "A") | {"value": {"amount": 1, "currency": " kzt "}}]}},
        Bid,
        "currency",
        ["KZT"],
        None,
    ),
    "equal things repeated": (
        {"bids": {"details": [bid("1", "A"), bid("1", "A")]}},
        Bid,
        "id",
        ["1"],
        None,
    ),
    "different things with one id": (
        {"bids": {"details": [bid("1", "A"), bid("1", "B"), bid("1", "C")]}},
        Bid,
        "id",
        ["1", "1#2", "1#3"],
        "bids/details uses one id for different things",
    ),
    "things without an id": (
        {"bids": {"details": [{"value": {"amount": 1}}, {"id": "", "value": {"amount": 2}}]}},
        Bid,
        "id",
        ["0", "1"],
        None,
    ),
    "an unknown status": (
        {"tender": {"status": "sleeping"}},
        Tender,
        "status",
        [None],
        "status is not a code of the standard",
    ),
    "an unknown method": (
        {"tender": {"procurementMethod": "Price enquiry"}},
        Tender,
        "method_details",
        ["Price enquiry"],
        "procurementMethod is not a code of the standard",
    ),
    "a code in capitals": ({"tender": {"procurementMethod": "OPEN"}}, Tender, "method", ["open"], None),
    "a null list": ({"parties": None, "awards": None, "tender": {"lots": None}}, Lot, "id", ["ocds-aaaaaa-1"], None),
    "nulls in a list": ({"bids": {"details": [None, bid("1", "A")]}}, Bid, "id", ["1"], None),
    "a null object": ({"tender": None, "bids": None, "buyer": None}, Tender, "title", [None], None),
    "a role instead of a list": (
        {"parties": [{"id": "B", "name": "Town", "roles": "buyer"}]},
        Tender,
        "buyer",
        ["ocds-aaaaaa:B:town"],
        None,
    ),
    "a day by day, month, year": (
        {"awards": [{"id": "1", "date": "31.12.2023"}]},
        Award,
        "status",
        [None],
        None,
    ),
    "a contract that ends before it starts": (
        {"contracts": [{"id": "1", "period": {"startDate": "2024-01-02", "endDate": "2024-01-01"}}]},
        Contract,
        "ends",
        [None],
        "contracts/period ends before it starts: its end is left out",
    ),
    "a tender that closes before it opens": (
        {"tender": {"tenderPeriod": {"startDate": "2024-01-02", "endDate": "2024-01-01"}}},
        Tender,
        "opens",
        [None],
        "tender/tenderPeriod ends before it starts: its start is left out",
    ),
    "a party without id and name": (
        {"bids": {"details": [bid("1") | {"tenderers": [{"id": "", "name": " "}, {"address": {}}]}]}},
        Bid,
        "id",
        ["1"],
        "a party without id and name was left out",
    ),
}


@pytest.mark.parametrize("mistake", READ)
def test_it_is_read_around(intake: Intake, mistake: str) -> None:
    parts, kind, field, expected, remark = READ[mistake]
    report = intake.give(release(**parts))
    assert counts(report) == (1, 1, 0, 0), intake.reasons()
    assert intake.rows(kind, field) == expected
    assert remark is None or report.remarks[remark] == 1


REFUSED: dict[str, tuple[Any, str]] = {
    "a sum with two meanings": (
        release(bids={"details": [bid("1", "A", amount="1,234")]}),
        "bids/details/value/amount can be read in two ways: '1,234'",
    ),
    "a sum in words": (
        release(tender={"value": {"amount": "a lot"}}),
        "tender/value/amount is not a number: 'a lot'",
    ),
    "a bid below zero": (
        release(bids={"details": [bid("1", "A", amount=-5)]}),
        "bids/details/value/amount is below zero",
    ),
    "a sum past all money": (
        release(awards=[{"id": "1", "value": {"amount": "999999999999999999.9999999"}}]),
        "awards/value/amount is out of range: '999999999999999999.9999999'",
    ),
    "a day with two meanings": (
        release(awards=[{"id": "1", "date": "01/02/2023"}]),
        "awards/date is not a date: '01/02/2023'",
    ),
    "a time that is none": (
        release(tender={"tenderPeriod": {"endDate": "soon"}}),
        "tender/tenderPeriod/endDate is not a time: 'soon'",
    ),
    "no ocid": ({key: value for key, value in release().items() if key != "ocid"}, "the release has no ocid"),
    "an empty ocid": (release(ocid=" "), "the release has no ocid"),
    "a date that is none": (release(date="yesterday"), "the release's date is not a time: 'yesterday'"),
    "a tender that is a list": (release(tender=[1]), "tender is not an object"),
    "bids that are a number": (release(bids={"details": 5}), "bids/details is not a list"),
    "numbers among bids": (release(bids={"details": [5]}), "bids/details holds something that is not an object"),
    "an id that is an object": (release(awards=[{"id": {"a": 1}}]), "awards/id is not text"),
    "a number": (5, "neither a release nor a package: not a JSON object"),
    "a text": ("ocds-aaaaaa-1", "neither a release nor a package: not a JSON object"),
    "a half number of bidders": (
        release(tender={"numberOfTenderers": 1.5}),
        "tender/numberOfTenderers is not a whole number: 1.5",
    ),
}


@pytest.mark.parametrize("mistake", REFUSED)
def test_it_is_refused_and_the_rest_is_loaded(intake: Intake, mistake: str) -> None:
    bad, reason = REFUSED[mistake]
    report = intake.give(package(release("ocds-aaaaaa-8"), bad, release("ocds-aaaaaa-9")), "mixed.json")
    assert counts(report) == (3, 2, 0, 1)
    [held] = intake.held()
    assert (held.file, held.position, held.reason) == ("mixed.json", "releases/1", reason)
    assert json.loads(held.raw) == bad
    assert intake.rows(Tender, "key") == ["ocds-aaaaaa-8", "ocds-aaaaaa-9"]


@pytest.mark.parametrize("where", [b'"title":"\xff\xfe"', b'"x":' + b"9" * 5000, b'"x":1e999', b'"title":"\xd0"'])
def test_a_release_that_is_no_text_is_refused_alone(intake: Intake, where: bytes) -> None:
    good = json.dumps(release()).encode()
    report = intake.give(b'[{"ocid":"ocds-aaaaaa-2","tender":{%s}},%s]' % (where, good))
    assert counts(report) == (2, 1, 0, 1)
    assert intake.reasons()[0].startswith("no usable JSON: ")
    assert intake.rows(Tender, "key") == ["ocds-aaaaaa-1"]


def test_a_bad_release_of_a_process_is_refused_alone_whenever_it_comes(intake: Intake) -> None:
    good = [release(date=f"2024-0{n}-01T00:00:00Z", tender={"title": f"v{n}"}) for n in (1, 3)]
    bad = release(date="2024-02-01T00:00:00Z", awards=[{"id": "1", "value": {"amount": "1,234"}}])
    assert counts(intake.give(package(bad, *good))) == (3, 2, 0, 1)
    assert intake.row(Tender)["title"] == "v3"
    assert intake.held()[0].position == "releases/0"
    assert counts(intake.give(bad, "again.json")) == (1, 0, 0, 1)
    assert intake.row(Tender)["title"] == "v3"


def test_releases_that_contradict_each_others_structure_are_not_both_taken(intake: Intake) -> None:
    other = release(date="2024-02-01T00:00:00Z", tender={"title": {"en": "Road"}})
    assert counts(intake.give(package(release(), other))) == (2, 1, 0, 1)
    assert "cannot be compiled" in intake.reasons()[0]


def test_releases_too_deep_to_be_compiled_are_refused(intake: Intake) -> None:
    deep: Any = "x"
    for _ in range(600):
        deep = {"a": deep}
    report = intake.give(package(release(), release(date="2024-02-01T00:00:00Z", extra=deep)))
    assert report.total("loaded") >= 1
    assert intake.rows(Tender, "title") == ["Road works"]


def test_odd_characters_in_ids_do_no_harm(intake: Intake) -> None:
    assert counts(intake.give(release(ocid="ocds-a\x00a", awards=[{"id": "a\x00\x07b"}]))) == (1, 1, 0, 0)
    assert intake.rows(Award, "id") == ["a  b"]


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=4),
    st.sampled_from(["1,234", "L1", "A", "2024-01-01", "buyer", "active"]),
)
JUNK = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "name", "value", "amount", "scheme", "details"]), inner, max_size=3)
    ),
    max_leaves=6,
)
WHOLE: dict[str, Any] = release(
    parties=[
        {
            "id": "A",
            "name": "Firm A",
            "roles": ["buyer"],
            "identifier": {"scheme": "XX-A", "id": "1"},
            "additionalIdentifiers": [{"scheme": "XX-B", "id": "2"}],
            "address": {"streetAddress": "Abay Avenue 1"},
            "contactPoint": {"telephone": "7271234567"},
        }
    ],
    buyer={"id": "A"},
    planning={"budget": {"amount": {"amount": 5}}},
    tender={
        "title": "t",
        "status": "active",
        "value": {"amount": 1, "currency": "KZT"},
        "lots": [{"id": "L1"}],
        "items": [{"id": "1", "classification": {"id": "4"}, "deliveryAddress": {"region": "R"}}],
        "tenderers": [{"id": "A"}],
        "procuringEntity": {"id": "A"},
        "tenderPeriod": {"endDate": "2024-01-01"},
        "deliveryAddress": {"region": "R"},
        "numberOfTenderers": 1,
    },
    bids={"details": [bid("1", "A", relatedLots=["L1"], lotValues=[{"relatedLot": "L1", "value": {"amount": 1}}])]},
    awards=[
        {"id": "1", "relatedLots": ["L1"], "relatedBids": ["1"], "suppliers": [{"id": "A"}], "items": [{"id": "1"}]}
    ],
    contracts=[{"id": "1", "awardID": "1", "suppliers": [{"id": "A"}], "amendments": [{"id": "1"}], "period": {}}],
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every part of a document."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, one in inside for found in places(one, (*path, key)))]


def put(document: Any, path: tuple[Any, ...], junk: Any) -> Any:
    """A copy of a document with something else at a path."""
    if not path:
        return junk
    copied = dict(document) if isinstance(document, dict) else list(document)
    copied[path[0]] = put(copied[path[0]], path[1:], junk)
    return copied


PLACES = places(WHOLE)[1:]


def document(content: Any) -> tuple[int, int, int]:
    """How many releases of a file were found, loaded and refused; asserts that none is lost."""
    found = list(OCDS().read(io.BytesIO(json.dumps(content).encode()), Reading(), "x"))
    records = [one for one in found if isinstance(one, SourceRecord)]
    own = {document_id("ocds", one): one for one in records}
    subjects: dict[str, list[Found]] = {}
    for key, one in own.items():
        subjects.setdefault(one.subject, []).append(Found(key, "x", one))
    rows = normalise(
        "ocds",
        Reading(),
        datetime.now(UTC).replace(tzinfo=None),
        [Subject(name, [], new) for name, new in subjects.items()],
    )
    assert all(rows.refused.values())
    assert not set(rows.refused) - set(own)
    loaded = rows.tables["documents"].num_rows if "documents" in rows.tables else 0
    assert loaded + len(rows.refused) == len(own)
    return len(found), loaded, len(rows.refused)


def test_the_whole_release_that_is_spoilt_below_is_a_good_one() -> None:
    assert document(WHOLE) == (1, 1, 0)


@settings(max_examples=250)
@given(st.sampled_from(PLACES), JUNK)
def test_anything_in_place_of_any_part_of_a_release_is_read_or_refused(path: tuple[Any, ...], junk: Any) -> None:
    document(put(WHOLE, path, junk))


@settings(max_examples=100)
@given(st.sampled_from(PLACES), JUNK)
def test_anything_in_place_of_any_part_compiles_or_is_refused(path: tuple[Any, ...], junk: Any) -> None:
    later = put(WHOLE, path, junk) | {"ocid": WHOLE["ocid"], "date": "2024-02-01T00:00:00Z"}
    assert document([WHOLE, later])[1] >= 1


@given(JUNK, JUNK, JUNK)
def test_anything_in_a_package_is_read_or_refused(releases: Any, records: Any, compiled: Any) -> None:
    document({"ocid": "ocds-aaaaaa-1", "releases": releases, "compiledRelease": compiled})
    document({"records": [records, {"releases": releases, "compiledRelease": compiled}], "releases": releases})
