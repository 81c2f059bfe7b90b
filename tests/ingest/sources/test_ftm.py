"""FollowTheMoney: the three files that OpenSanctions publishes, with invented parties in them."""

import json
from datetime import date
from typing import Any

import pytest
from intake import FIXTURES, Intake, counts

from ingest.records import Alias, Contact, Debarment, Kinship, Office, Officer, Organisation, Ownership, Person
from ingest.sources import guess_format

FILES = ("entities.ftm.json", "targets.nested.json", "targets.simple.csv")
BIN, IIN = "KZ-BIN-070340007367", "KZ-IIN-710409300011"


def entity(own: str, schema: str, **properties: Any) -> dict[str, Any]:
    return {"id": own, "schema": schema, "properties": properties, "datasets": ["inv"]}


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_known_by_its_content_and_loads_once(intake: Intake, name: str) -> None:
    path = FIXTURES / "ftm" / name
    assert guess_format(path.read_bytes(), None) == "ftm"
    report = intake.load(path)
    assert report.total("quarantined") == 0, intake.reasons()
    assert report.total("read") == report.total("loaded") > 0
    assert intake.load(path).total("unchanged") == report.total("read")


def test_a_list_of_entities_in_one_json_document_is_read_too(intake: Intake) -> None:
    lines = (FIXTURES / "ftm" / "entities.ftm.json").read_text("utf-8").splitlines()
    assert counts(intake.give([json.loads(line) for line in lines])) == (14, 14, 0, 0)
    assert len(intake.rows(Kinship)) == 1


def test_flat_entities_refer_to_one_another_by_id(intake: Intake) -> None:
    report = intake.load(FIXTURES / "ftm" / "entities.ftm.json")
    assert intake.rows(Kinship, "person", "relative", "relation", "since") == [
        ("ftm:NK-inv001", "ftm:NK-inv004", "spouse", date(1998, 1, 1))
    ]
    assert intake.rows(Ownership, "owner", "company", "share_min", "share_max", "since", "until") == [
        ("ftm:NK-inv004", "ftm:NK-inv002", 0.51, 0.51, date(2015, 2, 1), date(2020, 12, 31))
    ]
    assert intake.rows(Officer, "company", "person", "role", "since") == [
        ("ftm:NK-inv002", "ftm:NK-inv001", "chairman", date(2010, 1, 1))
    ]
    assert intake.rows(Office, "person", "body", "position", "since", "until") == [
        ("ftm:NK-inv001", "ftm:inv-pos009", None, date(2019, 1, 1), date(2021, 6, 30)),
        ("ftm:NK-inv001", "ftm:public office:KZ", "Deputy Akim of an invented region", None, None),
    ]
    aliases = set(intake.rows(Alias, "alias", "party"))
    assert {("ftm:NK-inv002", BIN), ("ftm:NK-inv001", IIN), ("ftm:inv-pos009", "ftm:NK-inv010")} <= aliases
    assert ("KZ-IIN-850505300021", "ftm:NK-inv004") in aliases, "a document's number is another key of its holder"
    assert {remark.partition(":")[0] for remark in report.remarks} == {"Address", "Associate", "Vessel"}


def test_parties_are_known_by_their_numbers_with_all_their_names(intake: Intake) -> None:
    intake.load(FIXTURES / "ftm" / "entities.ftm.json")
    names = {name for key, name in intake.rows(Person, "key", "name") if key == IIN}
    assert names == {"Серік Өтеген", "Serik Otegen", "Отеген Серик"}, "a weak alias is nobody's name"
    assert {birth for key, birth in intake.rows(Person, "key", "birth_date") if key == IIN} == {"1971-04-09"}
    firms = [row for row in intake.rows(Organisation) if row["key"] == BIN]
    assert {(row["name"], row["country"], row["registered"]) for row in firms} == {
        ("ТОО Көк Жиек", "KZ", date(2007, 3, 1)),
        ("LLP Kok Zhiek", "KZ", None),
    }
    assert intake.rows(Contact, "kind", "normal") == [("email", "serik@inv.example"), ("phone", "7272583434")]


def test_sanctions_and_topics_are_debarments(intake: Intake) -> None:
    for name in FILES:
        intake.load(FIXTURES / "ftm" / name)
    assert intake.rows(Debarment, "party", "list", "reason", "since", "until") == [
        ("ftm:NK-inv001", "kz_invented", "sanction", None, None),
        ("ftm:NK-inv002", "Invented Ministry / INV-1", "Invented reasons", date(2022, 3, 1), date(2024, 12, 31)),
        ("ftm:NK-inv002", "kz_invented", "sanction", None, None),
        ("ftm:NK-inv101", "Invented Bank", None, date(2023, 5, 6), None),
        ("ftm:NK-inv201", "Invented Sanctions", "Invented list - INV-2", None, None),
    ]


def test_entities_inside_entities_are_told_with_what_they_are_in(intake: Intake) -> None:
    intake.load(FIXTURES / "ftm" / "targets.nested.json")
    assert intake.rows(Ownership, "owner", "company", "share_min", "share_max") == [
        ("ftm:NK-inv105", "ftm:NK-inv101", 0.25, 0.5)
    ]
    assert ("ftm:NK-inv101", "GB-COH-02987170") in intake.rows(Alias, "alias", "party")
    assert intake.rows(Contact, "party", "value") == [("GB-COH-02987170", "1 Long Street, London")]
    assert intake.rows(Office, "person", "body", "position", "since") == [
        ("ftm:NK-inv111", "ftm:inv-pos113", "Member of the Invented Council", date(2018, 2, 3))
    ]
    assert intake.rows(Kinship, "person", "relative", "relation") == [("ftm:NK-inv111", "ftm:NK-inv115", "son")]


def test_the_simple_table_gives_parties_with_numbers_and_lists(intake: Intake) -> None:
    intake.load(FIXTURES / "ftm" / "targets.simple.csv")
    assert set(intake.rows(Organisation, "key", "name")) == {
        (BIN, "Simple LLP"), (BIN, "Simple ЖШС"), (BIN, "Simple TOO")
    }  # fmt: skip
    assert intake.rows(Person, "key", "birth_date") == [("ftm:NK-inv202", "1966-02-03")]


def test_ids_of_two_sources_are_kept_apart_and_numbers_join(intake: Intake) -> None:
    company = entity("7", "Company", name=["One"], jurisdiction=["kz"], registrationNumber=["070340007367"])
    for source in ("one", "two"):
        intake.give([company, entity("8", "Person", name=["Ann"])], f"{source}.json", source=source)
    assert {row["key"] for row in intake.rows(Organisation)} == {BIN}
    assert intake.rows(Person, "key") == ["ftm:one:8", "ftm:two:8"]


def test_a_later_line_of_an_entity_replaces_the_earlier(intake: Intake) -> None:
    old = entity("7", "Person", name=["Old"]) | {"last_change": "2024-01-01T00:00:00"}
    new = entity("7", "Person", name=["New"]) | {"last_change": "2025-01-01T00:00:00"}
    intake.give([new], "new.json")
    intake.give([old], "old.json")
    assert intake.rows(Person, "name") == ["New"]


def test_a_wrong_number_is_marked_and_joins_nobody(intake: Intake) -> None:
    wrong = entity("7", "Company", name=["One"], country=["kz"], registrationNumber=["070340007360"])
    report = intake.give([wrong])
    row = intake.row(Organisation)
    assert (row["key"], row["problem"]) == ("ftm:7", "the check digit of this KZ-BIN is wrong")
    assert report.remarks == {"the check digit of this KZ-BIN is wrong": 1}


REFUSED = [
    (entity("1", "Spaceship", name=["X"]), "unknown schema: 'Spaceship'"),
    ({"schema": "Person", "properties": {}, "id": ""}, "the entity has no id"),
    ({"schema": "Person", "properties": [], "id": "1"}, "the entity has no properties"),
    (entity("1", "Person", birthDate=["2019-13"]), "birthDate is not a date: '2019-13'"),
    (entity("1", "Company", incorporationDate=["2019-02-30"]), "incorporationDate is not a date: '2019-02-30'"),
    (entity("1", "Family", person=["a"], relative=["a"]), "a person cannot be their own kin"),
    (entity("1", "Family", person=["a"]), "the Family does not say its relative"),
    (entity("1", "Ownership", owner=["a"], asset=["a"]), "the Ownership makes a company its own owner"),
    (entity("1", "Ownership", owner=["a"], asset=["b"], percentage=["140"]),
     "percentage is no share between 0 and 100: '140'"),
    (entity("1", "Ownership", owner=["a"], asset=["b"], startDate=["2020"], endDate=["2019"]),
     "the Ownership ends (2019-12-31) before it starts (2020-01-01)"),
    (entity("1", "Sanction", entity=["a"], startDate=["2020-05"], endDate=["2020-04"]),
     "the listing ends (2020-04-30) before it starts (2020-05-01)"),
    (entity("1", "Sanction"), "the Sanction does not say its entity"),
    (entity("1", "Person", addressEntity=[{"schema": "Address", "properties": {}}]), "an entity inside has no id"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "said"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_used_is_kept_with_its_reason_and_the_rest_is_loaded(
    intake: Intake, bad: dict[str, Any], said: str
) -> None:
    report = intake.give(
        "".join(f"{json.dumps(one)}\n" for one in (entity("0", "Person", name=["Ann"]), bad)), "x.json"
    )
    assert counts(report) == (2, 1, 0, 1)
    assert intake.reasons() == [said]
    assert intake.rows(Person, "name") == ["Ann"]


def test_broken_lines_are_kept_and_can_be_tried_again(intake: Intake) -> None:
    good = json.dumps(entity("0", "Person", name=["Ann"]))
    report = intake.give(f"{good}\n{good[:-9]}\n{good.replace('Ann', 'Bob').replace('0', '2')}\n", "broken.json")
    assert counts(report) == (3, 2, 0, 1)
    [held] = intake.held()
    assert held.position == "line 2"
    assert held.reason.startswith("the line is no JSON")
    assert counts(intake.replay()) == (1, 0, 0, 1)


def test_a_row_of_the_simple_table_without_id_or_with_an_unknown_schema_is_refused(intake: Intake) -> None:
    header = '"id","schema","name","aliases","birth_date","countries","identifiers","dataset"\n'
    report = intake.give(
        header + "1,Person,Ann,,,,,x\n,Person,Bob,,,,,x\n3,Alien,Cy,,,,,x\n4,Person,Di,,soon,,,x\n", "s.csv"
    )
    assert counts(report) == (4, 1, 0, 3)
    assert intake.reasons() == ["the entity has no id", "unknown schema: 'Alien'", "birthDate is not a date: 'soon'"]


def test_what_is_nested_too_deep_is_refused(intake: Intake) -> None:
    deep = '{"id":"1","schema":"Person","properties":{"name":' + "[" * 3000 + "]" * 3000 + "}}"
    assert counts(intake.give(f"{json.dumps(entity('0', 'Person'))}\n{deep}\n", "deep.json")) == (2, 1, 0, 1)
