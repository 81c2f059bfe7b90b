"""Objects of the goszakup portal: what they give together, in any order, changed, moved and deleted."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from intake import Intake, counts, intake_in

from ingest.kept import Document
from ingest.records import (
    BRANCH,
    Alias,
    Award,
    Bid,
    Code,
    Contact,
    Contract,
    Debarment,
    Lot,
    Office,
    Officer,
    Organisation,
    Ownership,
    Person,
    Supplier,
    Tender,
    Tenderer,
)
from ingest.sources import guess_format
from ingest.tables import RECORDS
from tests.servers.goszakup_country import Country
from tests.servers.goszakup_server import snake

PAGE = "goszakup"


def answer(root: str, *objects: dict[str, Any]) -> dict[str, Any]:
    """A page of GraphQL."""
    return {"data": {root: list(objects)}, "extensions": {"pageInfo": {"hasNextPage": False}}}


def rest(path: str, *objects: dict[str, Any]) -> dict[str, Any]:
    """A page of REST, with the path it was asked for at."""
    return {"service": path, "total": len(objects), "next_page": "", "items": list(objects)}


def snaked(found: Any) -> Any:
    if isinstance(found, list):
        return [snaked(one) for one in found]
    return {snake(name): snaked(value) for name, value in found.items()} if isinstance(found, dict) else found


def said(intake: Intake) -> dict[str, list[Any]]:
    """All records, without where they come from."""
    return {kind.table: intake.rows(kind) for kind in RECORDS}


@pytest.fixture
def country() -> Country:
    return Country()


@pytest.fixture
def tender(country: Country) -> dict[str, Any]:
    """A tender of two lots, two bidders for each, the first of whom has a contract for the first lot."""
    buyer = country.subject("КГУ Отдел", customer=1, supplier=0)
    made = country.tender(buyer, (1000, 2000))
    first, second = country.subject("ТОО Первая"), country.subject("ТОО Вторая")
    country.bid(made, first, 900, 1900)
    country.bid(made, second, 950, 1850)
    country.contract(made, first, 900)
    return made


def pages(country: Country, *roots: str) -> list[dict[str, Any]]:
    return [answer(root, *country.portal.objects[root]) for root in roots or country.portal.objects]


def lines(found: Sequence[dict[str, Any]]) -> str:
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in found)


def test_a_tenders_objects_become_one_tender_with_lots_bids_and_who_won(
    intake: Intake, country: Country, tender: dict[str, Any]
) -> None:
    report = intake.give(lines(pages(country)), "pages.jsonl")
    assert counts(report) == (11, 11, 0, 0), "nine objects, and an act and a payment inside the contract"
    row = intake.row(Tender)
    buyer, first, second = (f"KZ-BIN-{one['bin']}" for one in country.portal.objects["Subjects"])
    assert (row["id"], row["buyer"], row["procuring_entity"]) == (tender["numberAnno"], buyer, buyer)
    assert (row["status"], row["method"], row["category"], row["region"]) == ("350", "2", "2", "750000000")
    assert (row["amount"], row["currency"], row["day"]) == (Decimal(3000), "KZT", date(2024, 1, 25))
    one, two = (f"{row['key']}/{lot['id']}" for lot in country.lots(tender))
    assert intake.rows(Lot, "key", "id", "amount") == [
        (one, f"{tender['id']}-ОК1", Decimal(1000)),
        (two, f"{tender['id']}-ОК2", Decimal(2000)),
    ]
    bidders = dict(intake.rows(Tenderer, "bid", "organisation"))
    assert sorted((bid["lot"], bidders[bid["key"]], bid["amount"], bid["won"]) for bid in intake.rows(Bid)) == sorted(
        [(one, first, 900, True), (one, second, 950, False), (two, first, 1900, None), (two, second, 1850, None)]
    )
    assert intake.rows(Award, "lot", "amount", "day") == [(one, Decimal(900), date(2024, 2, 1))]
    assert intake.rows(Supplier, "organisation") == [first]


def test_rest_and_graphql_name_the_same_fields(tmp_path: Path, country: Country, tender: dict[str, Any]) -> None:
    found = []
    for name, change in (("graphql", lambda one: one), ("rest", snaked)):
        with intake_in(tmp_path / name) as intake:
            for root, objects in country.portal.objects.items():
                intake.give([change(one) for one in objects], f"{root}.json", format=PAGE)
            found.append(said(intake))
    assert found[0] == found[1]
    assert len(found[0]["bids"]) == 4


def test_pages_give_the_same_in_any_order_and_again(tmp_path: Path, country: Country, tender: dict[str, Any]) -> None:
    country.entry("D", "lots", country.lots(tender)[1]["id"])
    given = [*pages(country, "TrdBuy", "Lots", "TrdApp", "Contract"), rest("/v3/journal", *country.portal.journal)]
    found = []
    for number, order in enumerate([*permutations(given)][::17]):
        with intake_in(tmp_path / str(number)) as intake:
            for step, page in enumerate(order):
                intake.give(page, f"{step}.json", format=PAGE)
            found.append(said(intake))
            again = intake.give(list(order), "again.json", format=PAGE)
            assert again.total("unchanged") == again.total("read")
            assert said(intake) == found[-1]
    with intake_in(tmp_path / "together") as intake:
        intake.give(list(reversed(given)), "all.json", format=PAGE)
        found.append(said(intake))
    assert all(one == found[0] for one in found)
    assert len(found[0]["bids"]) == 4
    assert [lot["amount"] for lot in found[0]["lots"]].count(Decimal(2000)) == 0


@pytest.mark.parametrize("missing", ["TrdBuy", "Lots", "TrdApp", "Contract"])
def test_what_has_not_come_yet_is_left_open(
    intake: Intake, country: Country, tender: dict[str, Any], missing: str
) -> None:
    intake.give(pages(country, *({"TrdBuy", "Lots", "TrdApp", "Contract"} - {missing})), format=PAGE)
    row = intake.row(Tender)
    assert (row["id"], row["key"]) == (tender["numberAnno"], f"goszakup:TrdBuy:{tender['id']}")
    keys = set(intake.rows(Lot, "key"))
    assert set(intake.rows(Bid, "lot")) <= keys
    assert {lot for lot in intake.rows(Award, "lot") if lot} <= keys
    assert len(intake.rows(Bid)) == (0 if missing == "TrdApp" else 4)


def test_a_later_version_replaces_an_earlier_one_whichever_comes_first(intake: Intake, country: Country) -> None:
    buyer = country.subject("КГУ", customer=1)
    old = country.tender(buyer)
    new = {**old, "nameRu": "Ремонт моста", "lastUpdateDate": "2024-02-03 00:00:00"}
    intake.give(answer("TrdBuy", new), "new.json")
    intake.give(answer("TrdBuy", old), "old.json")
    assert intake.row(Tender)["title"] == "Ремонт моста"
    assert len(intake.rows(Document)) == 2


@pytest.mark.parametrize("how", ["journal", "flag"])
def test_a_deleted_object_leaves_and_comes_back_where_a_later_version_comes(
    intake: Intake, country: Country, tender: dict[str, Any], how: str
) -> None:
    contract = country.portal.objects["Contract"][0]
    intake.give(pages(country), "pages.json")
    country.entry("D", "contract", contract["id"])
    gone = (
        rest("/v3/journal", *country.portal.journal)
        if how == "journal"
        else answer("Contract", {**contract, "deleted": 1, "lastUpdateDate": "2024-03-05 10:00:00"})
    )
    intake.give(gone, "gone.json")
    assert (intake.rows(Contract), intake.rows(Award), intake.rows(Supplier)) == ([], [], [])
    assert set(intake.rows(Bid, "won")) == {None}
    intake.give(answer("Contract", {**contract, "lastUpdateDate": "2024-03-06 10:00:00"}), "back.json")
    assert len(intake.rows(Award)) == 1
    assert len(intake.rows(Tender)) == 1


def test_a_deleted_announcement_takes_its_lots_and_bids_with_it(
    intake: Intake, country: Country, tender: dict[str, Any]
) -> None:
    country.entry("D", "trd-buy", tender["id"])
    country.entry("D", "contract", country.portal.objects["Contract"][0]["id"])
    country.entry("U", "lots", 5)
    country.entry("D", "news", 5)
    intake.give([*pages(country), rest("/v3/journal", *country.portal.journal)], format=PAGE)
    for kind in (Tender, Lot, Bid, Tenderer, Award, Contract):
        assert intake.rows(kind) == []
    assert len(intake.rows(Document)) == 11 + 2


def test_a_contract_that_moves_to_its_tender_stands_there_alone(
    intake: Intake, country: Country, tender: dict[str, Any]
) -> None:
    contract = country.portal.objects["Contract"][0]
    before = {**contract, "trdBuyId": 0, "lastUpdateDate": "2024-02-06 10:00:00"}
    intake.give(answer("Contract", before), "before.json")
    assert intake.rows(Tender, "key") == [f"goszakup:Contract:{contract['id']}"]
    intake.give(answer("Contract", contract), "after.json")
    assert intake.rows(Tender, "key") == [f"goszakup:TrdBuy:{tender['id']}"]
    assert len(intake.rows(Contract)) == len(intake.rows(Award)) == 1


def test_lots_inside_an_announcement_are_lots(intake: Intake, country: Country, tender: dict[str, Any]) -> None:
    inside = [{"id": lot["id"], "lotNumber": lot["lotNumber"], "amount": 5} for lot in country.lots(tender)]
    intake.give(answer("TrdBuy", {**tender, "Lots": inside}), "nested.json")
    assert intake.rows(Lot, "amount") == [Decimal(5), Decimal(5)]
    country.entry("D", "lots", inside[0]["id"])
    intake.give(rest("/v3/journal", *country.portal.journal), "journal.json")
    assert intake.rows(Lot, "id") == [inside[1]["lotNumber"]]


def test_times_are_almatys_and_its_clocks_changed_in_march_2024(intake: Intake, country: Country) -> None:
    buyer, firm = country.subject("КГУ", customer=1), country.subject("ТОО")
    for year, end in (("2024", "2024-02-10 02:30:00"), ("2025", "2025-02-10 02:30:00.000000")):
        made = country.tender(buyer, startDate=f"{year}-02-01 00:00:00", endDate=end, repeatEndDate=None)
        country.bid(made, firm, 5, dateApply=f"{year}-02-10 02:29:59")
    intake.give(pages(country), format=PAGE)
    assert intake.rows(Tender, "day", "closes") == [
        (date(2024, 2, 10), datetime(2024, 2, 9, 20, 30)),
        (date(2025, 2, 10), datetime(2025, 2, 9, 21, 30)),
    ]
    assert intake.rows(Bid, "submitted") == [datetime(2024, 2, 9, 20, 29, 59), datetime(2025, 2, 9, 21, 29, 59)]


def test_lists_are_kept_with_the_columns_that_hold_their_codes(intake: Intake, country: Country) -> None:
    for name in ("ref_buy_status", "ref_trade_methods", "ref_comm_roles", "ref_kato", "ref_contract_status"):
        intake.give(rest(f"/v3/refs/{name}", *country.portal.refs[name]), f"{name}.json")
    found = {
        (field, code): (name, ours) for field, code, name, ours in intake.rows(Code, "field", "code", "name", "meaning")
    }
    assert found["tenders.status", "430"] == ("Отменено", "cancelled")
    assert found["tenders.method", "6"] == ("Из одного источника", "direct")
    assert found["tenders.method_details", "6"] == ("Из одного источника", None)
    assert found["tenders.region", "750000000"] == ("г.Алматы", None)
    assert found["offices.position", "1"] == ("Председатель комиссии", None)
    assert found["awards.status", "330"] == ("Не заключен", "cancelled")
    newer = {"id": 430, "code": 430, "nameRu": "Закупка отменена"}
    intake.give(answer("RefBuyStatus", newer), "newer.json")
    assert ("430", "Закупка отменена") in intake.rows(Code, "code", "name")
    assert ("430", "Отменено") not in intake.rows(Code, "code", "name")


def test_sums_are_without_tax_and_a_signed_version_counts(
    intake: Intake, country: Country, tender: dict[str, Any]
) -> None:
    first = country.portal.objects["Contract"][0]
    number = first["contractNumberSys"].removesuffix("/00")
    more = {"parentId": first["id"], "rootId": first["id"], "lastUpdateDate": "2024-04-01 00:00:00"}
    second = {**first, **more, "id": country.next(), "contractSum": 990, "contractNumberSys": f"{number}/01"}
    draft = {
        **first,
        **more,
        "id": country.next(),
        "contractSum": 5,
        "signDate": None,
        "contractNumberSys": f"{number}/02",
    }
    intake.give(answer("Contract", draft, first, second), format=PAGE)
    row = intake.row(Contract)
    assert (row["id"], row["amount"], row["amendments"]) == (f"{number}/01", Decimal(990), 1)
    assert (row["signed"], row["ends"]) == (date(2024, 2, 7), date(2024, 12, 31))
    assert intake.rows(Award, "amount") == [Decimal(990)]


def test_a_contract_without_units_is_for_the_lot_whose_bid_has_its_sum(
    intake: Intake, country: Country, tender: dict[str, Any]
) -> None:
    country.portal.objects["Contract"][0].update(ContractUnits=None, contractSum=1900, contractSumWnds=2128)
    intake.give(pages(country), format=PAGE)
    won = [(bid["amount"], bid["won"]) for bid in intake.rows(Bid)]
    assert sorted(won) == [(900, None), (950, None), (1850, False), (1900, True)]


def test_an_unsigned_contract_gives_nothing_to_anybody(
    intake: Intake, country: Country, tender: dict[str, Any]
) -> None:
    country.portal.objects["Contract"][0].update(signDate=None, refContractStatusId=330)
    intake.give(pages(country), format=PAGE)
    assert intake.rows(Contract, "status", "award") == [("330", None)]
    assert intake.rows(Award) == []
    assert set(intake.rows(Bid, "won")) == {None}


def test_bids_at_a_floor_are_compared_after_their_discounts(intake: Intake, country: Country) -> None:
    buyer, firms = country.subject("КГУ", customer=1), [country.subject(f"ТОО {n}") for n in range(3)]
    floored = country.tender(buyer, (1000,))
    for firm, discount in zip(firms, (10, 10, 9.5), strict=True):
        country.bid(floored, firm, 950, discount=discount)
    free = country.tender(buyer, (1000,))
    for firm, amount in zip(firms, (931.5, 931.5, 950), strict=True):
        country.bid(free, firm, amount, discount=5)
    units = country.tender(buyer, (1000,))
    [part] = country.bid(units, firms[0], 800)["AppLots"]
    part.update(price=8, discountPrice=7.2, discountValue=10)
    intake.give(pages(country), format=PAGE)
    assert dict(intake.rows(Tender, "id", "floor")) == {
        floored["numberAnno"]: 0.95, free["numberAnno"]: None, units["numberAnno"]: None,
    }  # fmt: skip
    by_tender: dict[str, set[Any]] = {}
    for key, amount, compared in intake.rows(Bid, "tender", "amount", "compared"):
        by_tender.setdefault(key.rsplit(":")[-1], set()).add((amount, compared))
    assert by_tender[str(floored["id"])] == {(950, 855), (950, Decimal("859.75"))}
    assert by_tender[str(units["id"])] == {(800, 720)}


def test_a_bid_whose_status_says_so_does_not_count(intake: Intake, country: Country, tender: dict[str, Any]) -> None:
    country.portal.objects["TrdApp"][0]["AppLots"][0]["RefAppStatus"] = {"nameRu": "Отклонена"}
    intake.give(pages(country), format=PAGE)
    assert sorted(intake.rows(Bid, "valid", "amount")) == [(False, 900), (True, 950), (True, 1850), (True, 1900)]


@pytest.mark.parametrize("nested", [True, False])
def test_a_branch_names_its_head_by_the_portals_number_or_as_an_object(
    intake: Intake, country: Country, nested: bool
) -> None:
    head = country.subject("ТОО Фирма", parentSubject=0)
    told = {"pid": head["pid"], "bin": head["bin"], "nameRu": head["nameRu"]} if nested else head["pid"]
    branch = country.subject("Филиал ТОО Фирма", parentSubject=told)
    itself = country.subject("ТОО Вторая")
    itself["parentSubject"] = itself["pid"]
    intake.give(pages(country), format=PAGE)
    owner = f"KZ-BIN-{head['bin']}" if nested else f"goszakup:pid:{head['pid']}"
    assert intake.rows(Ownership, "owner", "company", "interest", "share_min", "share_max", "direct") == [
        (owner, f"KZ-BIN-{branch['bin']}", BRANCH, 1.0, 1.0, True)
    ]
    assert (f"goszakup:pid:{head['pid']}", f"KZ-BIN-{head['bin']}") in intake.rows(Alias, "alias", "party")


def test_participants_bring_their_people_and_sole_proprietors_are_known_by_their_own_number(
    intake: Intake, country: Country
) -> None:
    head, iin = country.iin(), country.iin()
    people = [
        {"id": "1_1", "personId": 1, "iin": head, "fio": "Иванов Иван", "roleName": "Руководитель",
         "startDate": "2020-01-01 00:00:00", "endDate": "2099-01-01 00:00:00"},
        {"id": "1_2", "personId": 2, "iin": iin, "fio": "Петров Пётр", "role": 2, "roleName": None,
         "startDate": "2021-01-01", "endDate": "2020-01-01"},
    ]  # fmt: skip
    address = [{"id": 1, "address": "г.Алматы, ул. Абая, 10", "phone": "+7 727 2501234"}]
    body = country.subject("КГУ Отдел", customer=1, supplier=0, Employees=people[:1])
    firm = country.subject("ТОО Фирма", Employees=people, Address=address, email="a@firma.kz")
    trader = country.subject("ИП Петров", bin=None, iin=iin, typeSupplier=3)
    report = intake.give(pages(country), format=PAGE)
    assert report.remarks["an employee whose interval ends before it starts was left out"] == 1
    [company, state] = (f"KZ-BIN-{one['bin']}" for one in (firm, body))
    span = (date(2020, 1, 1), None)
    assert intake.rows(Office, "body", "position", "since", "until") == [(state, "Руководитель", *span)]
    assert intake.rows(Officer, "company", "person", "role", "since", "until") == [
        (company, f"KZ-IIN-{head}", "Руководитель", *span)
    ]
    assert {kind for party, kind in intake.rows(Contact, "party", "kind") if party == company} == {
        "address", "email", "phone",
    }  # fmt: skip
    assert (f"KZ-IIN-{iin}", None) in intake.rows(Organisation, "key", "problem")
    assert (f"goszakup:pid:{trader['pid']}", f"KZ-IIN-{iin}") in intake.rows(Alias, "alias", "party")
    assert intake.rows(Person, "name", "problem") == [("Иванов Иван", None)] * len(intake.rows(Person))


def test_employees_and_addresses_may_come_by_themselves(intake: Intake, country: Country) -> None:
    firm, iin = country.subject("ТОО Фирма"), country.iin()
    intake.give(rest(f"/v3/subject/biin/{firm['bin']}/employees", {
        "id": f"{firm['pid']}_9", "person_id": 9, "pid": firm["pid"], "iin": iin, "fio": "Иванов", "role": 1,
        "start_date": "2020-01-01", "end_date": "2021-01-01",
    }), "employees.json")  # fmt: skip
    assert intake.rows(Officer, "company", "until") == [(f"goszakup:pid:{firm['pid']}", date(2021, 1, 1))]
    intake.give(pages(country), "subjects.json")
    assert intake.rows(Officer, "company", "role") == [(f"KZ-BIN-{firm['bin']}", "1")]


def test_a_commission_is_known_by_name_and_body_from_publication_to_results(intake: Intake, country: Country) -> None:
    buyer = country.subject("КГУ", customer=1)
    members = [
        {"id": 1, "fio": " Иванов  Иван ", "refCommRolesId": 1, "bin": buyer["bin"]},
        {"id": 2, "fio": None, "refCommRolesId": 2, "bin": None},
    ]
    first = country.tender(buyer, Commission=members)
    country.tender(buyer, Commission=[{**members[0], "id": 3, "fio": "ИВАНОВ ИВАН", "bin": None}])
    report = intake.give(pages(country, "TrdBuy"), format=PAGE)
    assert report.remarks["a member of a commission without a name or a body was left out"] == 1
    assert len(set(intake.rows(Person, "key"))) == 1
    assert set(intake.rows(Office, "position", "procurement", "since", "until")) == {
        ("1", True, date(2024, 1, 10), date(2024, 2, 1))
    }
    apart = {"id": 7, "fio": "Сидоров", "ref_comm_roles_id": 2, "bin": buyer["bin"]}
    intake.give(rest(f"/v3/trd-buy/{first['id']}/commission", apart), "commission.json")
    assert len(set(intake.rows(Person, "key"))) == 2


def test_unfair_suppliers_are_debarred_and_planners_have_names(intake: Intake, country: Country) -> None:
    number, planner = country.bin(), country.bin()
    entry = {
        "id": 1, "supplierBiin": number, "supplierNameRu": "ТОО Плохая", "startDate": "2023-05-01 00:00:00",
        "endDate": "2025-05-01 00:00:00",
    }  # fmt: skip
    plan = {"id": 2, "rootrecordId": 2, "subjectBiin": planner, "subjectNameRu": "КГУ", "plnPointYear": 2024}
    bad = {**entry, "id": 3, "endDate": "2022-01-01"}
    report = intake.give([answer("Rnu", entry, bad), answer("Plans", plan)], format=PAGE)
    assert counts(report) == (3, 2, 0, 1)
    assert intake.reasons() == ["the interval ends before it starts"]
    assert intake.rows(Debarment, "party", "list", "since", "until") == [
        (f"KZ-BIN-{number}", "goszakup RNU", date(2023, 5, 1), date(2025, 5, 1))
    ]
    assert ("КГУ", f"KZ-BIN-{planner}") in intake.rows(Organisation, "name", "key")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"amount": -1}, "amount is below zero"),
        ({"amount": "1,234"}, "amount can be read in two ways: '1,234'"),
        ({"id": None}, "the object (Lots) has no id"),
        ({"lastUpdateDate": "yesterday"}, "lastUpdateDate is not a time: 'yesterday'"),
    ],
)
def test_an_object_that_cannot_be_used_is_quarantined_and_the_rest_of_its_tender_is_read(
    intake: Intake, country: Country, tender: dict[str, Any], change: dict[str, Any], reason: str
) -> None:
    country.lots(tender)[1].update(change)
    report = intake.give(pages(country), format=PAGE)
    assert counts(report) == (11, 10, 0, 1)
    assert intake.reasons() == [reason]
    [held] = intake.held()
    assert held.position == "item/2, data, Lots/1"
    assert len(intake.rows(Bid)) == 4
    assert Decimal(1000) in intake.rows(Lot, "amount")


def test_what_is_no_object_of_the_portal_is_refused_with_a_reason(intake: Intake, country: Country) -> None:
    buyer = country.subject("КГУ")
    wrong = [7, {"data": {"Contract": 5}}, {"data": {"News": [{"id": 1}]}}, {"items": [[]]}, {"a": 1}]
    report = intake.give([*pages(country), *wrong], format=PAGE)
    assert counts(report) == (6, 1, 0, 5)
    assert buyer["nameRu"] in intake.rows(Organisation, "name")
    assert set(intake.reasons()) == {
        "neither an object nor a page of objects",
        "Contract is no list of objects",
        "the object is none that is read: its fields are of no known type",
        "not an object",
    }


def test_wrong_numbers_are_marked_and_no_remark_names_one(
    intake: Intake, country: Country, tender: dict[str, Any]
) -> None:
    wrong = "120340001234" if country.bin() != "120340001234" else "120340001235"
    country.portal.objects["TrdApp"][0].update(supplierBinIin=wrong, Supplier=None)
    report = intake.give(pages(country), format=PAGE)
    assert "the check digit of this BIN or IIN is wrong" in intake.rows(Organisation, "problem")
    assert any("check digit" in remark for remark in report.remarks)
    assert not any(any(c.isdigit() for c in remark) for remark in report.remarks)


def test_another_source_keeps_its_records_apart(intake: Intake, country: Country, tender: dict[str, Any]) -> None:
    intake.give(pages(country, "TrdBuy"), "one.json")
    intake.give(pages(country, "TrdBuy"), "two.json", source="archive")
    assert intake.rows(Tender, "key") == [f"archive:TrdBuy:{tender['id']}", f"goszakup:TrdBuy:{tender['id']}"]


@pytest.mark.parametrize(
    "head",
    [
        b'{"total": 5, "next_page": "/v3/contract/all?page=next", "items": [',
        b'{"service":"/v3/journal","items":[]}',
        b'{"data": {"Subjects": [{"pid": 1',
        b'[{"id": 1, "trd_buy_id": 5',
    ],
)
def test_a_file_of_the_portal_is_known_by_its_beginning(head: bytes) -> None:
    assert guess_format(head, None) == "goszakup"
    assert guess_format(b'{"data": {"Users": []}}', None) is None


def test_the_saved_pages_of_the_portal_load_as_they_are(intake: Intake, real_data: Path) -> None:
    files = [real_data / "goszakup" / name for name in ("contracts_page.json", "plan_points_page.json")]
    report = intake.load(*files, format=PAGE)
    assert counts(report) == (600, 600, 0, 0)
    assert (len(intake.rows(Tender)), len(intake.rows(Contract)), len(intake.rows(Award))) == (441, 500, 453)
    assert set(intake.rows(Organisation, "problem")) == {None}
    assert {file for file, _ in intake.rows(Document, "file", "position")} == {file.name for file in files}
    assert len(set(intake.rows(Document, "file", "position"))) == 600
    before = intake.contents()
    assert counts(intake.load(*files)) == (600, 0, 600, 0)
    assert intake.contents() == before
