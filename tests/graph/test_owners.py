"""A company's owners as a reader of the statements would name them."""

import json
from collections import defaultdict
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bods_fixtures import list_cases
from bods_fixtures import load as bods_case
from ibis import _

from graph.answers.owners import owners
from graph.errors import UnknownId
from graph.market import Market
from ingest.load import LoadOptions, load
from ingest.store import RecordStore, open_record_store

DAY = date(2024, 3, 1)
FIXTURES = Path(__file__).parents[1] / "fixtures" / "ingest" / "bods"
Statement = dict[str, Any]


def entity(own: str, number: str | None = None, **parts: Any) -> Statement:
    numbers = [{"scheme": "GB-COH", "id": number}] if number else []
    told = {"statementID": own, "statementType": "entityStatement", "entityType": "registeredEntity", "name": own}
    return {**told, "identifiers": numbers, **parts}


def person(own: str, **parts: Any) -> Statement:
    return {"statementID": own, "statementType": "personStatement", "names": [{"fullName": own}], **parts}


def owning(owner: str | Statement, company: str, *interests: Statement) -> Statement:
    party = {"describedByPersonStatement": owner} if isinstance(owner, str) else owner
    return {
        "statementID": f"{owner} in {company} by {interests}",
        "statementType": "ownershipOrControlStatement",
        "subject": {"describedByEntityStatement": company},
        "interestedParty": party,
        "interests": list(interests),
    }


def half(**parts: Any) -> Statement:
    return {"type": "shareholding", "share": {"exact": 50}, **parts}


@pytest.fixture
def told(records: RecordStore, tmp_path: Path) -> Any:
    """Loads statements; gives the market of their records."""

    def loaded(*statements: Statement) -> Market:
        file = tmp_path / "statements.json"
        file.write_text(json.dumps(statements), "utf-8")
        report = load(records, [str(file)], LoadOptions())
        assert sum(one.quarantined for one in report.files) == 0
        return Market(records)

    return loaded


def names(found: list[Statement]) -> dict[str, Any]:
    """A tree of owners by name."""
    return {one["name"]: names(one["owners"]) for one in found}


def ends(found: Statement) -> dict[str, tuple[float, float, str | None]]:
    return {one["name"]: (one["least"], one["most"], one["beneficial"]) for one in found["ends"]}


# The examples of Open Ownership


def test_every_published_case_is_here() -> None:
    assert list_cases() == [
        "core/01-direct-ownership",
        "edge-cases/10-circular-ownership",
        "edge-cases/11-anonymous-person",
    ]


def test_a_direct_owner(told: Any) -> None:
    found = owners(told(*bods_case("core/01-direct-ownership").statements), "GB-COH-10000001", DAY)
    assert names(found["owners"]) == {"Jane Smith": {}}
    assert ends(found) == {"Jane Smith": (0.75, 0.75, "yes")}
    (owner,) = found["owners"]
    assert [(one["interest"], one["share_min"], one["since"]) for one in owner["interests"]] == [
        ("shareholding", 0.75, date(2010, 1, 1)),
        ("votingRights", 0.75, date(2010, 1, 1)),
    ]
    assert found["notes"] == []


@pytest.mark.parametrize(("number", "own", "other"), [("10000010", "Alpha", "Beta"), ("10000011", "Beta", "Alpha")])
def test_owners_in_a_circle(told: Any, number: str, own: str, other: str) -> None:
    found = owners(told(*bods_case("edge-cases/10-circular-ownership").statements), number, DAY)
    assert names(found["owners"]) == {f"{other} Corp Ltd": {f"{own} Corp Ltd": {}}}
    assert found["owners"][0]["owners"][0]["again"] == "circle"
    assert found["ends"] == []
    assert "circle" in found["notes"][0]


def test_an_owner_declared_as_unknown_is_told_from_no_statement(told: Any) -> None:
    market = told(*bods_case("edge-cases/11-anonymous-person").statements, entity("silent", "1"))
    found = owners(market, "PA-PUB-PA-1000011", DAY)
    (owner,) = found["owners"]
    assert (owner["name"], owner["kind"]) == (None, "unknown person")
    assert owner["reason"] == "subjectUnableToConfirmOrIdentifyBeneficialOwner"
    assert [one["beneficial"] for one in found["ends"]] == [None]
    assert owners(market, "GB-COH-1", DAY)["notes"] == ["No owner is known on this day."]


@pytest.mark.parametrize("version", ["0.2", "0.3", "0.4"])
def test_the_same_owners_in_every_version(records: RecordStore, version: str) -> None:
    load(records, [str(FIXTURES / f"owners-{version}.json")], LoadOptions())
    found = owners(Market(records), "2987170", DAY)
    assert names(found["owners"]) == {"Aru Bek": {}}
    assert ends(found) == {"Aru Bek": (0.25, 0.5, "yes")}


# Real records: the test is a second reader of the same files, because nothing cut from them may stand here


class Reader:
    """Reads statements plainly: who is said to have an interest in which company on a day."""

    def __init__(self, statements: list[Statement], day: str) -> None:
        self._told = {one.get("recordId") or one["statementID"]: one for one in statements}
        self._day = day
        self.owners: dict[str, set[str | None]] = defaultdict(set)
        for one in self._told.values():
            details = one.get("recordDetails", one)
            if "interestedParty" in details:
                self._add(details)

    def _add(self, details: Statement) -> None:
        subject, party = details["subject"], details["interestedParty"]
        company = subject if isinstance(subject, str) else subject["describedByEntityStatement"]
        owner = (
            party if isinstance(party, str) else next((party[k] for k in party if k.startswith("describedBy")), None)
        )
        interests = details.get("interests") or [{}]
        holds = [
            (one.get("startDate") or "") <= self._day and (one.get("endDate") or "9999") >= self._day
            for one in interests
        ]
        if any(holds):
            self.owners[self._number(company)].add(self._name(owner) if owner else None)

    def _details(self, own: str) -> Statement:
        found: Statement = self._told[own].get("recordDetails", self._told[own])
        return found

    def _number(self, own: str) -> str:
        told = [one for one in self._details(own).get("identifiers", []) if one.get("scheme") == "GB-COH"]
        numbers = [one["id"].zfill(8) for one in told if "id" in one]
        return f"GB-COH-{numbers[0]}" if numbers else own

    def _name(self, own: str) -> str:
        details = self._details(own)
        named = (one.get("fullName") for one in details.get("names", []))
        return " ".join((details.get("name") or next(named)).split())


def direct(market: Market, day: date) -> dict[str, set[str | None]]:
    """The names of each company's direct owners on a day."""
    held = market.holdings.filter(_.since <= day, _.until >= day).select("owner", "company")
    rows = held.to_pyarrow().to_pylist()
    known = {row["id"]: row for row in market.parties.to_pyarrow().to_pylist()}
    found: dict[str, set[str | None]] = defaultdict(set)
    for row in rows:
        name = known[row["owner"]]["name"]
        found[known[row["company"]]["own_id"]].add(name and " ".join(name.split()))
    return found


@pytest.mark.parametrize("day", ["2016-12-31", "2018-06-30", "2020-01-01"])
def test_uk_suppliers_have_the_owners_that_a_reader_names(real_data: Path, records: RecordStore, day: str) -> None:
    folder = real_data / "bods" / "uk_contracts_finder_owners"
    load(records, [str(folder)], LoadOptions())
    statements = [one for file in sorted(folder.glob("*.json")) for one in json.loads(file.read_text("utf-8"))]
    read = Reader(statements, day).owners
    market = Market(records)
    assert direct(market, date.fromisoformat(day)) == read
    assert len(read) > 100
    for company in sorted(read)[:3]:
        found = owners(market, company.removeprefix("GB-COH-").lstrip("0"), date.fromisoformat(day))
        assert {one["name"] and " ".join(one["name"].split()) for one in found["owners"]} == read[company]


def test_the_sample_of_300_statements_has_the_owner_that_a_reader_names(real_data: Path, records: RecordStore) -> None:
    file = real_data / "bods" / "sample_300_statements.json"
    load(records, [str(file)], LoadOptions())
    read = Reader(json.loads(file.read_text("utf-8")), "2024-03-01").owners
    market = Market(records)
    assert direct(market, DAY) == read
    (company,) = read
    found = owners(market, company, DAY)
    assert {one["name"] for one in found["owners"]} == read[company]
    # The file says a hundred times that one person has all: these are a hundred records until somebody matches them.
    assert "10000 %" in found["company"]["problem"]
    assert {one["beneficial"] for one in found["ends"]} == {"possibly"}


# Who stands at the end, and when


def test_chains_are_shown_up_to_their_ends_with_the_whole_share(told: Any) -> None:
    market = told(
        entity("Firm", "1"), entity("Holding", "2"), person("Ann"), person("Bob"),
        owning({"describedByEntityStatement": "Holding"}, "Firm", half()),
        owning("Ann", "Holding", half(share={"minimum": 75, "maximum": 100})),
        owning("Ann", "Firm", half(share={"exact": 10})), owning("Bob", "Firm", half(share={"exact": 20})),
    )  # fmt: skip
    found = owners(market, "1", DAY)
    assert names(found["owners"]) == {"Holding": {"Ann": {}}, "Bob": {}, "Ann": {}}
    assert ends(found) == {"Ann": (0.475, 0.6, "yes"), "Bob": (0.2, 0.2, "no")}
    assert ends(owners(market, "1", DAY, share=0.5))["Ann"] == (0.475, 0.6, "possibly")


def test_owners_are_those_of_the_day(told: Any) -> None:
    market = told(
        entity("Firm", "1"), person("Ann"), person("Bob"),
        owning("Ann", "Firm", half(endDate="2022-06-30")), owning("Bob", "Firm", half(startDate="2022-07-01")),
    )  # fmt: skip
    assert names(owners(market, "1", date(2022, 6, 30))["owners"]) == {"Ann": {}}
    assert names(owners(market, "1", date(2022, 7, 1))["owners"]) == {"Bob": {}}


def test_control_without_a_share_passes_the_whole_and_is_told_apart(told: Any) -> None:
    board = {"type": "appointment-of-board"}
    found = owners(told(entity("Firm", "1"), person("Ann"), owning("Ann", "Firm", board)), "1", DAY)
    (end,) = found["ends"]
    assert (end["least"], end["control"], end["without_share"], end["beneficial"]) == (0.0, 1.0, True, "yes")


def test_trusts_nominees_and_persons_who_are_not_named_stay_visible(told: Any) -> None:
    market = told(
        entity("Firm", "1"), entity("Trust", entityType={"type": "arrangement", "subtype": "trust"}),
        entity("Nobody's", entityType="unknownEntity"), person("Nominee"),
        person("Hidden", personType="anonymousPerson"),
        owning({"describedByEntityStatement": "Trust"}, "Firm", half(share={"exact": 30})),
        owning({"describedByEntityStatement": "Nobody's"}, "Firm", half(share={"exact": 10})),
        owning("Nominee", "Firm", {"type": "nominee", "share": {"exact": 30}}),
        owning("Hidden", "Firm", half(share={"exact": 30})),
        owning("Hidden", "Trust", {"type": "trustee"}),
        owning({"unspecified": {"reason": "interestedPartyExemptFromDisclosure"}}, "Firm", {"type": "votingRights"}),
    )  # fmt: skip
    found = {one["name"]: one for one in owners(market, "1", DAY)["owners"]}
    assert found["Trust"]["entity_type"] == "trust"
    assert found["Nobody's"]["entity_type"] == "unknownEntity"
    assert found["Nominee"]["interests"][0]["interest"] == "nominee"
    assert found["Hidden"]["kind"] == "anonymous person"
    assert (found[None]["kind"], found[None]["reason"]) == ("anonymous person", "interestedPartyExemptFromDisclosure")
    last = {one["name"]: one for one in owners(market, "1", DAY)["ends"]}
    assert (last["Hidden"]["least"], last["Hidden"]["as"]) == (0.3, ["shareholding", "trustee"])
    assert last["Hidden"]["control"] == pytest.approx(0.6)
    assert last["Nominee"]["as"] == ["nominee"]


def test_an_owner_of_several_firms_is_written_out_once(told: Any) -> None:
    market = told(
        entity("Firm", "1"), entity("A", "2"), entity("B", "3"), entity("Top", "4"), person("Ann"),
        *(owning({"describedByEntityStatement": one}, "Firm", half()) for one in "AB"),
        *(owning({"describedByEntityStatement": "Top"}, one, half()) for one in "AB"),
        owning("Ann", "Top", half()),
    )  # fmt: skip
    found = owners(market, "1", DAY)
    first, second = (one["owners"][0] for one in found["owners"])
    assert (names(first["owners"]), first["again"]) == ({"Ann": {}}, None)
    assert (second["owners"], second["again"]) == ([], "above")
    assert ends(found) == {"Ann": (0.25, 0.25, "yes")}


# What cannot be


def test_a_statement_that_is_not_there_is_said(told: Any) -> None:
    found = owners(told(entity("Firm", "1"), owning("Nowhere", "Firm", half())), "1", DAY)
    (owner,) = found["owners"]
    assert owner["name"] is None
    assert "none describes it" in owner["problem"]


def test_a_company_that_owns_itself_under_a_second_statement_is_said_and_not_used(told: Any) -> None:
    market = told(
        entity("Firm", "1"), entity("Firm again", "00000001"), person("Ann"), owning("Ann", "Firm", half()),
        owning({"describedByEntityStatement": "Firm again"}, "Firm", half()),
    )  # fmt: skip
    found = owners(market, "1", DAY)
    assert names(found["owners"]) == {"Ann": {}}
    assert "its own owner" in found["company"]["problem"]


@pytest.mark.parametrize("given", ["1", "00000001", "GB-COH-1", "gb-coh-00000001"])
def test_a_company_is_found_however_its_number_is_written(told: Any, given: str) -> None:
    assert owners(told(entity("Firm", "1")), given, DAY)["company"]["id"] == "GB-COH-00000001"


@pytest.mark.parametrize("given", ["2", "GB-COH-2", "Firm", "", " ", "'; --", "0"])
def test_an_id_of_no_company_is_refused(told: Any, given: str) -> None:
    with pytest.raises(UnknownId, match="no company"):
        owners(told(entity("Firm", "1")), given, DAY)


def test_a_number_of_two_schemes_is_refused_until_the_scheme_is_given(told: Any) -> None:
    other = {"identifiers": [{"scheme": "KZ-XYZ", "id": "1"}]}
    market = told(entity("Firm", "1"), entity("Other", **other))
    with pytest.raises(UnknownId, match="more than one"):
        owners(market, "1", DAY)
    assert owners(market, "KZ-XYZ-1", DAY)["company"]["name"] == "Other"


def test_a_store_without_owners_says_so(tmp_path: Path) -> None:
    with closing(open_record_store(f"duckdb:///{tmp_path}/none", write=True)) as store, pytest.raises(UnknownId):
        owners(Market(store), "1", DAY)
