"""BODS 0.2, 0.3 and 0.4."""

import json
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake import FIXTURES, Intake, counts

from ingest.errors import BadRecord
from ingest.reading import Outcome, SourceRecord
from ingest.records import Alias, Contact, Organisation, Ownership, Person, Withdrawn
from ingest.sources.bods_statement import add_statement

COMPANY = "entity-0001"


def entity(own: str = COMPANY, **parts: Any) -> dict[str, Any]:
    return {
        "statementID": own,
        "statementType": "entityStatement",
        "entityType": "registeredEntity",
        "name": "Firm",
        **parts,
    }


def owning(own: str = "owning-0001", *, party: Any = None, interests: Any = None, **parts: Any) -> dict[str, Any]:
    return {
        "statementID": own,
        "statementType": "ownershipOrControlStatement",
        "subject": {"describedByEntityStatement": COMPANY},
        "interestedParty": {"describedByPersonStatement": "person-0001"} if party is None else party,
        "interests": [{"type": "shareholding", "share": {"exact": 40}}] if interests is None else interests,
        **parts,
    }


@pytest.mark.parametrize("version", ["0.2", "0.3", "0.4"])
def test_every_version_tells_the_same_of_owners(intake: Intake, version: str) -> None:
    report = intake.load(FIXTURES / "bods" / f"owners-{version}.json")
    assert counts(report) == (4, 4, 0, 0)
    names = dict(intake.rows(Organisation, "key", "name"))
    assert names == {"GB-COH-02987170": "Firm One Ltd", "KZ-BIN-070340007367": "Holding"}
    person = intake.row(Person)
    assert (person["name"], person["birth_date"], person["kind"]) == ("Aru Bek", "1970-05", "known")
    [organisation] = [row for row in intake.rows(Organisation) if row["name"] == "Firm One Ltd"]
    assert (organisation["country"], organisation["registered"]) == ("GB", date(1994, 11, 7))
    [owner] = intake.rows(Ownership)
    known = dict(intake.rows(Alias, "alias", "party"))
    assert known.get(owner["owner"], owner["owner"]) == person["key"]
    assert known[owner["company"]] == "GB-COH-02987170"
    assert (owner["interest"], owner["share_min"], owner["share_max"]) == ("shareholding", 0.25, 0.5)
    assert (owner["direct"], owner["beneficial"], owner["since"], owner["until"]) == (
        True,
        True,
        date(2016, 4, 6),
        None,
    )
    assert intake.rows(Contact, "party", "normal") == [("GB-COH-02987170", "1 high street leeds")]
    assert counts(intake.load(FIXTURES / "bods" / f"owners-{version}.json")) == (4, 0, 4, 0)


@pytest.mark.parametrize("shape", ["list", "lines", "one after another", "alone"])
def test_statements_come_as(intake: Intake, shape: str) -> None:
    found = [entity(f"entity-{n}") for n in range(1 if shape == "alone" else 3)]
    written = {
        "list": json.dumps(found),
        "lines": "\n".join(map(json.dumps, found)),
        "one after another": "".join(json.dumps(one, indent=1) for one in found),
        "alone": json.dumps(found[0]),
    }[shape]
    assert counts(intake.give(written)) == (len(found), len(found), 0, 0)
    assert len(intake.rows(Organisation)) == len(found)


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [
        ({"exact": 40}, 0.4, 0.4),
        ({"exact": "12,5"}, 0.125, 0.125),
        ({"exact": 0}, 0.0, 0.0),
        ({"minimum": 25, "maximum": 50}, 0.25, 0.5),
        ({"minimum": 75}, 0.75, None),
        ({"maximum": 10}, None, 0.1),
        ({"minimum": 25, "exclusiveMinimum": True, "maximum": 50, "exclusiveMaximum": False}, 0.25, 0.5),
        ({"exclusiveMinimum": 25, "exclusiveMaximum": 50}, 0.25, 0.5),
        ({"exact": None, "minimum": 1, "maximum": 2}, 0.01, 0.02),
        ({}, None, None),
        (None, None, None),
    ],
)
def test_a_share_is_a_range(intake: Intake, share: Any, low: float | None, high: float | None) -> None:
    intake.give([owning(interests=[{"type": "shareholding", "share": share}])])
    assert intake.rows(Ownership, "share_min", "share_max") == [(low, high)]


def test_every_interest_is_an_ownership_of_its_own(intake: Intake) -> None:
    intake.give([owning(interests=[{"type": "shareholding"}, {"type": "votingRights"}, {"type": "votingRights"}])])
    assert intake.rows(Ownership, "interest") == ["shareholding", "votingRights"]


def test_a_statement_without_interests_still_names_the_owner(intake: Intake) -> None:
    intake.give([owning(interests=[])])
    assert intake.rows(Ownership, "owner", "interest", "share_min") == [("bods:person-0001", None, None)]


@pytest.mark.parametrize(
    ("party", "kind"),
    [
        ({"unspecified": {"reason": "subject-unable-to-confirm"}}, "unknown"),
        ({"unspecified": {"reason": "interestedPartyExemptFromDisclosure"}}, "anonymous"),
        ({"reason": "subjectExemptFromDisclosure", "description": "exempt"}, "anonymous"),
        ({"reason": "unknown"}, "unknown"),
        ({}, "unknown"),
        ("", "unknown"),
    ],
)
def test_an_owner_that_is_not_named_is_somebody(intake: Intake, party: Any, kind: str) -> None:
    intake.give([owning(party=party), owning("owning-0002", party=party)])
    assert intake.rows(Person, "kind") == [kind, kind]
    told = party.get("unspecified", party).get("reason") if party else None
    assert intake.rows(Person, "reason") == [told, told]
    owners = intake.rows(Ownership, "owner")
    assert owners == intake.rows(Person, "key")
    assert len(set(owners)) == 2


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("registeredEntity", None),
        ({"type": "registeredEntity"}, None),
        ("arrangement", "arrangement"),
        ({"type": "arrangement", "subtype": "trust"}, "trust"),
        ("anonymousEntity", "anonymousEntity"),
        ({"type": "unknownEntity"}, "unknownEntity"),
        (None, None),
        ([], None),
    ],
)
def test_what_is_no_registered_company_is_said(intake: Intake, given: Any, kind: str | None) -> None:
    intake.give([entity(entityType=given)])
    assert intake.rows(Organisation, "entity_type") == [kind]


def test_a_replaced_statement_is_withdrawn_whichever_comes_first(intake: Intake) -> None:
    old, new = owning("owning-0001"), owning("owning-0002", replacesStatements=["owning-0001"])
    intake.give([new], "new.json")
    intake.give([old], "old.json")
    assert intake.rows(Withdrawn, "replaced") == ["bods:owning-0001"]
    assert intake.rows(Ownership, "subject") == ["bods:owning-0001", "bods:owning-0002"]


class TestRecordsOf04:
    """Since 0.4 statements tell of a record; its newest one counts."""

    def statement(self, own: str, day: str, name: str, **parts: Any) -> dict[str, Any]:
        return {
            "statementId": own,
            "statementDate": day,
            "recordId": "record-1",
            "recordType": "entity",
            "recordStatus": "new",
            "recordDetails": {"name": name},
            **parts,
        }

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    @pytest.mark.parametrize("at_once", [True, False])
    def test_the_newest_statement_counts_in_either_order(
        self, intake: Intake, order: tuple[int, int], at_once: bool
    ) -> None:
        found = [
            self.statement("s1", "2023-01-01", "Old"),
            self.statement("s2", "2024-01-01", "New", recordStatus="updated"),
        ]
        for some in [[found[at] for at in order]] if at_once else [[found[at]] for at in order]:
            intake.give(some)
        assert intake.rows(Organisation, "name") == ["New"]

    def test_a_closed_record_says_nothing_any_more(self, intake: Intake) -> None:
        intake.give([self.statement("s1", "2023-01-01", "Old")])
        assert counts(intake.give([self.statement("s2", "2024-01-01", "Old", recordStatus="closed")])) == (1, 1, 0, 0)
        assert intake.rows(Organisation) == []

    def test_an_unusable_new_statement_leaves_the_old_one(self, intake: Intake) -> None:
        intake.give([self.statement("s1", "2023-01-01", "Old")])
        bad = self.statement("s2", "2024-01-01", "New", recordDetails={"name": "New", "foundingDate": "soon"})
        assert counts(intake.give([bad])) == (1, 0, 0, 1)
        assert intake.rows(Organisation, "name") == ["Old"]
        assert intake.reasons() == ["foundingDate is not a date: 'soon'"]

    def test_records_of_two_publishers_are_kept_apart(self, intake: Intake) -> None:
        for name in ("One", "Two"):
            details = {"publisher": {"name": name}}
            intake.give([self.statement(f"s-{name}", "2023-01-01", name, publicationDetails=details)])
        assert intake.rows(Organisation, "key") == ["bods:One:record-1", "bods:Two:record-1"]


REFUSED: dict[str, tuple[Any, str]] = {
    "no id": ({"statementType": "entityStatement"}, "the statement has no id"),
    "an unknown type": (entity(statementType="rumour"), "unknown type of statement: 'rumour'"),
    "no type": ({"statementID": "x"}, "unknown type of statement: None"),
    "a number": (5, "not a statement: Expected `object`, got `int`"),
    "a date that is none": (entity(statementDate="soon"), "statementDate is not a time: 'soon'"),
    "a share past all": (
        owning(interests=[{"share": {"exact": 140}}]),
        "a share is between 0 and 100 per cent, not 140",
    ),
    "a share below nothing": (
        owning(interests=[{"share": {"minimum": -1}}]),
        "a share is between 0 and 100 per cent, not -1",
    ),
    "a share in words": (owning(interests=[{"share": {"exact": "most"}}]), "share is not a number: 'most'"),
    "a range upside down": (
        owning(interests=[{"share": {"minimum": 50, "maximum": 25}}]),
        "an interest's greatest share is below its least",
    ),
    "an interest that ends before it starts": (
        owning(interests=[{"startDate": "2020-01-01", "endDate": "2019-01-01"}]),
        "an interest ends (2019-01-01) before it starts (2020-01-01)",
    ),
    "an entity that ends before it starts": (
        entity(foundingDate="2020-01-02", dissolutionDate="2020-01-01"),
        "dissolved (2020-01-01) before it was founded (2020-01-02)",
    ),
    "an interest that is a word": (owning(interests=["control"]), "an interest is not an object"),
    "no subject": (owning(subject={}), "the statement does not say whose ownership it is about"),
    "its own owner": (
        owning(party={"describedByEntityStatement": COMPANY}),
        "the statement makes a company its own owner",
    ),
    "details that are a list": (
        {"statementId": "x", "recordType": "entity", "recordDetails": []},
        "recordDetails is not an object",
    ),
}


@pytest.mark.parametrize("mistake", REFUSED)
def test_a_bad_statement_is_refused_and_the_rest_is_loaded(intake: Intake, mistake: str) -> None:
    bad, reason = REFUSED[mistake]
    assert counts(intake.give([entity("a"), bad, entity("b")])) == (3, 2, 0, 1)
    [held] = intake.held()
    assert (held.position, held.reason, json.loads(held.raw)) == ("statement/1", reason, bad)


def test_a_statement_that_is_no_text_is_refused_alone(intake: Intake) -> None:
    raw = b'[{"statementID":"a","statementType":"entityStatement","name":"\xff"},%s]' % json.dumps(entity()).encode()
    assert counts(intake.give(raw)) == (2, 1, 0, 1)
    assert intake.reasons() == ["no usable JSON: it is not UTF-8 text"]


def test_a_wrong_check_digit_is_marked(intake: Intake) -> None:
    report = intake.give([entity(identifiers=[{"scheme": "KZ-BIN", "id": "070340007360"}])])
    assert intake.row(Organisation)["problem"] == "the check digit of this KZ-BIN is wrong"
    assert report.remarks["the check digit of this KZ-BIN is wrong"] == 1


def test_a_company_with_two_numbers_is_known_under_both(intake: Intake) -> None:
    numbers = [{"scheme": "Companies House", "id": "7"}, {"scheme": "GB-COH", "id": "2987170"}, {"id": "no scheme"}]
    intake.give([entity(identifiers=numbers)])
    assert intake.row(Organisation)["key"] == "GB-COH-02987170"
    assert intake.rows(Alias, "alias") == ["COMPANIES HOUSE-7", f"bods:{COMPANY}"]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "share", "exact"]), inner, max_size=3)
    ),
    max_leaves=5,
)
FIELDS = st.sampled_from(
    [
        "identifiers",
        "addresses",
        "names",
        "name",
        "interests",
        "subject",
        "interestedParty",
        "jurisdiction",
        "replacesStatements",
        "foundingDate",
        "personType",
        "birthDate",
        "recordStatus",
    ]
)


@given(
    st.sampled_from(["entityStatement", "personStatement", "ownershipOrControlStatement"]),
    st.dictionaries(FIELDS, JUNK),
)
def test_anything_in_a_statement_is_read_or_refused(kind: str, parts: dict[str, Any]) -> None:
    statement = (owning() if kind.startswith("ownership") else entity(statementType=kind)) | parts
    with suppress(BadRecord):
        add_statement(statement, SourceRecord("", "bods:x", "bods", b""), Outcome())
