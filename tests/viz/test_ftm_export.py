"""FollowTheMoney export: entities whose properties, references and required values are those of the schemata."""

import json
from typing import Any

from graph.model import Subgraph
from tests.viz.conftest import NUMBERS_OF_PERSONS, Document
from viz.exports.ftm import case_ftm

THING = {"name", "address", "phone", "email"}
LEGAL = THING | {"registrationNumber", "jurisdiction", "incorporationDate", "dissolutionDate", "status"}
INTERVAL = {"startDate", "endDate", "date", "recordId"}
SCHEMATA: dict[str, tuple[set[str], set[str]]] = {
    "Person": ({"name"}, THING),
    "Company": ({"name"}, LEGAL),
    "PublicBody": ({"name"}, LEGAL),
    "Ownership": ({"owner", "asset"}, INTERVAL | {"owner", "asset", "percentage", "ownershipType"}),
    "Directorship": ({"director", "organization"}, INTERVAL | {"director", "organization", "role"}),
    "Employment": ({"employee", "employer"}, INTERVAL | {"employee", "employer", "role"}),
    "Family": ({"person", "relative"}, INTERVAL | {"person", "relative", "relationship"}),
    "CallForTenders": (
        {"title", "authority"},
        {"title", "authority", "callId", "submissionDeadline", "tenderers"},
    ),
    "Contract": (
        {"title"},
        {"title", "authority", "procedureNumber", "contractDate", "amount", "currency"},
    ),
    "ContractAward": (
        {"supplier", "contract"},
        INTERVAL | {"supplier", "contract", "callForTenders", "amount", "currency"},
    ),
    "Note": (set(), {"name", "description", "entity"}),
}
"""Required and used properties, as https://followthemoney.tech/explorer/ has them (4.11)."""
REFERENCES = {
    "owner": {"Person", "Company", "PublicBody"}, "asset": {"Company"}, "director": {"Person", "Company", "PublicBody"},
    "organization": {"Company", "PublicBody"}, "employee": {"Person"}, "employer": {"Company", "PublicBody"},
    "person": {"Person"}, "relative": {"Person"}, "authority": {"Company", "PublicBody"}, "contract": {"Contract"},
    "tenderers": {"Company", "PublicBody"}, "supplier": {"Company", "PublicBody"}, "callForTenders": {"CallForTenders"},
    "entity": {"Person", "Company", "PublicBody"},
}  # fmt: skip
"""What a property may refer to."""


def read(written: str) -> dict[str, Document]:
    found = [json.loads(line) for line in written.splitlines()]
    assert len({one["id"] for one in found}) == len(found)
    return {one["id"]: one for one in found}


def check(entities: dict[str, Document]) -> None:
    for one in entities.values():
        required, known = SCHEMATA[one["schema"]]
        assert required <= set(one["properties"]) <= known, one["schema"]
        for name, values in one["properties"].items():
            assert values
            assert all(isinstance(value, str) and value for value in values), name
            if name in REFERENCES:
                assert {entities[value]["schema"] for value in values} <= REFERENCES[name], (one["schema"], name)


def test_a_case_is_told_whole_in_entities_that_aleph_knows(case: Document, picture: Subgraph) -> None:
    found = read(case_ftm(case, picture))
    check(found)
    assert {one["schema"] for one in found.values()} == set(SCHEMATA)
    [family] = [one["properties"] for one in found.values() if one["schema"] == "Family"]
    assert family["relationship"] == ["parent"]
    shares = {one["properties"]["percentage"][0] for one in found.values() if one["schema"] == "Ownership"}
    assert shares == {"75-100", "50"}
    [award] = [one["properties"] for one in found.values() if one["schema"] == "ContractAward"]
    assert award["amount"] == ["1.00"]
    notes = [one["properties"]["description"][0] for one in found.values() if one["schema"] == "Note"]
    assert len(notes) == len(case["findings"])
    assert all("It may be innocent: Few firms have the licence." in note for note in notes)


def test_no_number_or_birth_date_of_a_person_leaves_the_house(case: Document, picture: Subgraph) -> None:
    written = case_ftm(case, picture)
    assert not [number for number in NUMBERS_OF_PERSONS if number in written]


def test_the_same_case_gives_the_same_text_and_an_empty_one_none(
    case: Document, as_sent: Document, picture: Subgraph, empty: tuple[Document, Subgraph]
) -> None:
    assert case_ftm(case, picture) == case_ftm(as_sent, picture)
    assert case_ftm(*empty) == ""


def test_hostile_texts_stay_texts(hostile: tuple[str, Document, Subgraph]) -> None:
    _text, case, picture = hostile
    for line in case_ftm(case, picture).split("\n")[:-1]:
        one: dict[str, Any] = json.loads(line)
        assert SCHEMATA[one["schema"]][0] <= set(one["properties"])
