"""Plans, acts and payments of the portal: whatever they come in, they end as records of their contract or lot."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from intake import Intake, counts, intake_in

from graph.findings import find_flags
from graph.indicators import INDICATORS
from graph.market import Market
from ingest.implementation import ContractAlias, Milestone, Plan, PlannedLot, Transaction
from ingest.kept import Document
from ingest.records import Code, Contract, Lot, Organisation
from tests.servers.goszakup_country import Country
from tests.servers.goszakup_server import snake

PAGE = "goszakup"
Change = Callable[[dict[str, Any]], None]


def answer(root: str, *objects: dict[str, Any]) -> dict[str, Any]:
    """A page of GraphQL."""
    return {"data": {root: list(objects)}}


def rest(path: str, *objects: dict[str, Any]) -> dict[str, Any]:
    """A page of REST, its fields as REST names them, with the path it was asked for at."""
    return {"service": path, "items": [{snake(name): value for name, value in one.items()} for one in objects]}


@pytest.fixture
def country() -> Country:
    return Country()


@pytest.fixture
def contract(country: Country) -> dict[str, Any]:
    """A contract of 900 with an act and a payment inside, under a tender with one lot."""
    buyer, firm = country.subject("КГУ Отдел", customer=1, supplier=0), country.subject("ТОО Первая")
    tender = country.tender(buyer, (1000,))
    country.bid(tender, firm, 900)
    return country.contract(tender, firm, 900)


def pages(country: Country, *roots: str) -> list[dict[str, Any]]:
    return [answer(root, *country.portal.objects[root]) for root in roots]


def paid(own: int, contract: int, amount: Any = 500, **fields: Any) -> dict[str, Any]:
    return {"id": own, "contractId": contract, "payAmount": amount, "payDate": "2024-06-10 00:00:00"} | fields


def act(own: int, contract: int | None, **fields: Any) -> dict[str, Any]:
    return {"id": own, "contractId": contract, "numberAct": "1", "aktDate": "2024-06-01", "dayOverdue": 4} | fields


def joined(intake: Intake) -> tuple[list[Any], list[Any]]:
    """Payments and acts by the contract that the engine finds for them."""
    market = Market(intake.store)
    payments = market.payments.select("contract", "paid").to_pyarrow().to_pylist()
    acts = market.deliveries.select("contract", "overdue").to_pyarrow().to_pylist()
    return sorted(map(str, payments)), sorted(map(str, acts))


def test_acts_and_payments_inside_a_contract_are_its_records(
    intake: Intake, country: Country, contract: dict[str, Any]
) -> None:
    inside = {"id": 5, "contractId": contract["id"], "actId": 1, "paySum": 300, "payDate": "2024-07-01"}
    contract["ContractPayment"] = [inside]
    report = intake.give(pages(country, "Contract"), format=PAGE)
    assert counts(report) == (4, 4, 0, 0)
    own = f"goszakup:Contract:{contract['id']}"
    assert intake.rows(Transaction, "contract", "amount", "day", "currency", "register") == [
        (own, Decimal(300), date(2024, 7, 1), "KZT", "contract"),
        (own, Decimal(900), date(2024, 6, 10), "KZT", "treasury"),
    ]
    row = intake.row(Milestone)
    assert (row["contract"], row["type"], row["title"]) == (own, "delivery", "1")
    assert (row["met"], row["days_overdue"], row["fine"]) == (date(2024, 6, 1), 3, Decimal(10))
    assert intake.rows(ContractAlias) == [
        {"alias": own, "contract": f"goszakup:TrdBuy:{contract['trdBuyId']}#contract/{contract['id']}"}
    ]
    where = dict(intake.rows(Document, "thing", "position"))
    assert where["goszakup:ContractPayment:5"] == "item/0, data, Contract/0, ContractPayment/0"


def test_acts_and_payments_join_their_contract_whatever_comes_first_and_across_days(
    tmp_path: Path, country: Country, contract: dict[str, Any]
) -> None:
    contract.update(Acts=None, TreasuryPay=None)
    root = contract["id"]
    later = {**contract, "id": country.next(), "rootId": root, "parentId": root, "contractSum": 950}
    later.update(lastUpdateDate="2024-05-01 00:00:00")
    given = [
        *pages(country, "TrdBuy", "Contract"),
        answer("Contract", later),
        rest("/v3/acts", act(7, later["id"], contractRootId=root)),
        rest(f"/v3/treasury-pay/{root}", paid(8, root), paid(9, later["id"], 450.5)),
    ]
    found = []
    for number, order in enumerate([*permutations(given)][::13]):
        with intake_in(tmp_path / str(number)) as intake:
            for day, page in enumerate(order):
                intake.give(page, f"{day}.json", format=PAGE)
            assert len(intake.rows(Contract)) == 1
            found.append(joined(intake))
    key = f"goszakup:TrdBuy:{contract['trdBuyId']}#contract/{root}"
    assert found[0] == (
        [str({"contract": key, "paid": 450.5}), str({"contract": key, "paid": 500.0})],
        [str({"contract": key, "overdue": 4})],
    )
    assert all(one == found[0] for one in found)


def test_one_payment_told_inside_a_contract_and_by_itself_is_one(
    intake: Intake, country: Country, contract: dict[str, Any]
) -> None:
    [inside] = contract["TreasuryPay"]
    intake.give(pages(country, "Contract"), "contract.json", format=PAGE)
    newer = {**inside, "lastUpdateDate": "2024-08-01 00:00:00", "payAmount": 800}
    intake.give(rest(f"/v3/treasury-pay/{contract['id']}", newer), "pay.json", format=PAGE)
    assert intake.rows(Transaction, "amount", "problem") == [(Decimal(800), None)]


@pytest.mark.parametrize(
    "gone",
    [
        {"revokeDate": "2024-07-01 00:00:00"},
        {"isDeleted": 1},
        {"statusNameRu": "Отклонен заказчиком"},
        "journal",
    ],
)
def test_an_act_that_was_revoked_refused_or_deleted_leaves(intake: Intake, country: Country, gone: Any) -> None:
    told = act(7, 3, createDateAct="2024-06-01 00:00:00")
    intake.give(answer("Acts", told), "told.json")
    assert len(intake.rows(Milestone)) == 1
    country.entry("D", "acts", 7)
    later = rest("/v3/journal", *country.portal.journal) if gone == "journal" else answer("Acts", {**told, **gone})
    intake.give(later, "gone.json")
    assert intake.rows(Milestone) == []
    assert len(intake.rows(Document)) == 2


def test_a_payment_below_zero_is_kept_and_its_contract_is_not_summed_up(
    intake: Intake, country: Country, contract: dict[str, Any]
) -> None:
    own = contract["id"]
    contract["TreasuryPay"] = [paid(1, own, 5000), paid(2, own, -100)]
    report = intake.give(pages(country, "TrdBuy", "Lots", "Contract"), format=PAGE)
    assert "a payment is below zero: payments under its contract are kept and not summed up" in report.remarks
    assert intake.rows(Transaction, "amount", "problem") == [
        (Decimal(-100), "the sum is below zero"),
        (Decimal(5000), None),
    ]
    assert codes(intake) == set()


def test_two_payments_with_one_id_are_said_and_not_summed_up(
    intake: Intake, country: Country, contract: dict[str, Any]
) -> None:
    own = contract["id"]
    contract["TreasuryPay"] = [paid(1, own, 5000), paid(1, own, 6000)]
    report = intake.give(pages(country, "TrdBuy", "Lots", "Contract"), format=PAGE)
    assert intake.rows(Transaction, "id", "problem") == [("1", "its id stands for several payments")]
    assert (
        "one id stands for several payments: payments under its contract are kept and not summed up" in report.remarks
    )
    assert len(intake.rows(Document)) == 6
    assert codes(intake) == set()


def test_one_payment_id_under_two_contracts_is_doubtful(intake: Intake) -> None:
    intake.give([rest("/v3/treasury-pay", paid(1, 5), paid(1, 6))], format=PAGE)
    assert intake.rows(Transaction, "problem") == ["its id stands for several payments"]


def codes(intake: Intake) -> set[str]:
    """The rules about contracts that flag something."""
    wanted = [rule for rule in INDICATORS if rule.code in ("R012", "R059", "R067", "R068")]
    return {one.code for one in find_flags(Market(intake.store), wanted)}


def test_what_was_paid_over_is_flagged_until_a_newer_version_is_for_more(
    intake: Intake, country: Country, contract: dict[str, Any]
) -> None:
    contract["TreasuryPay"] = [paid(1, contract["id"], 1500)]
    intake.give(pages(country, "TrdBuy", "Lots", "Contract"), "old.json", format=PAGE)
    assert codes(intake) == {"R068"}
    more = {**contract, "id": country.next(), "rootId": contract["id"], "contractSum": 1400, "contractSumWnds": 1568}
    intake.give(answer("Contract", more), "new.json")
    assert codes(intake) == set()


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (paid(1, 7, payDate="soon"), "payDate is not a time: 'soon'"),
        (paid(1, 7, payDate="2024-13-45 00:00:00"), "payDate is not a time: '2024-13-45 00:00:00'"),
        (paid(1, 7, "1,234"), "payAmount can be read in two ways: '1,234'"),
        (paid(1, 0), "the object names no contract"),
        (act(1, None), "the object names no contract"),
        (act(1, 7, dayOverdue=-2), "dayOverdue is below zero"),
        (act(1, 7, dayOverdue=400_000), "dayOverdue is out of range: 400000"),
        (act(1, 7, sumFine=-2), "sumFine is below zero"),
        (
            {"id": 1, "rootrecordId": 1, "subjectBiin": "", "plnPointYear": 20_000},
            "plnPointYear is out of range: 20000",
        ),
        ({"id": 1, "rootrecordId": 1, "subjectBiin": "", "amount": -5}, "amount is below zero"),
    ],
)
def test_what_cannot_be_used_is_quarantined_with_its_reason(intake: Intake, found: dict[str, Any], reason: str) -> None:
    assert counts(intake.give([found, paid(2, 7)], format=PAGE)) == (2, 1, 0, 1)
    assert intake.reasons() == [reason]
    assert intake.rows(Transaction, "id") == ["2"]


def test_the_final_sum_is_known_once_a_contract_is_carried_out(
    intake: Intake, country: Country, contract: dict[str, Any]
) -> None:
    contract.update(faktSum=450, faktSumWnds=504)
    intake.give(answer("Contract", contract), "running.json")
    assert intake.rows(Contract, "gross", "final_amount", "executed") == [(Decimal(1008), None, None)]
    done = {**contract, "faktExecDate": "2024-09-01 10:00:00", "lastUpdateDate": "2024-09-02 00:00:00"}
    intake.give(answer("Contract", done), "done.json")
    assert intake.rows(Contract, "final_amount", "executed") == [(Decimal(450), date(2024, 9, 1))]


def test_a_plan_is_a_record_and_gives_its_lot_a_classification_and_a_procedure(
    intake: Intake, country: Country, contract: dict[str, Any]
) -> None:
    [lot] = country.portal.objects["Lots"]
    plan = country.plan(lot, refJustificationId=42)
    lot.update(refTradeMethodsId=2, refBuyTradeMethodsId=6)
    refs = [{"service": f"/v3/refs/{name}", "items": rows} for name, rows in country.portal.refs.items()]
    intake.give([*pages(country, "TrdBuy", "Lots", "Contract"), answer("Plans", plan), *refs], format=PAGE)
    row = intake.row(Plan)
    assert (row["key"], row["buyer"]) == (f"goszakup:Plans:{plan['id']}", f"KZ-BIN-{lot['customerBin']}")
    assert (row["amount"], row["currency"], row["year"], row["month"]) == (Decimal(1000), "KZT", 2024, "5")
    assert (row["method"], row["classification"], row["rationale"]) == ("2", "ENSTRU:421120.200.000000", "42")
    assert intake.row(PlannedLot)["plan"] == row["key"]
    assert intake.rows(Lot, "planned_method", "method") == [("2", "6")]
    market = Market(intake.store)
    assert market.tenders.category.to_list() == ["42"]
    assert market.records.said("plans", "month").month.to_list() == ["05"]
    assert codes(intake) == {"R012"}
    assert ("plans.month", "12", "12") in intake.rows(Code, "field", "code", "meaning")


def test_a_plan_inside_a_lot_is_the_same_plan(intake: Intake, country: Country, contract: dict[str, Any]) -> None:
    [lot] = country.portal.objects["Lots"]
    plan = country.plan(lot)
    lot.pop("pointList")
    nested = {**lot, "Plans": [plan]}
    intake.give(answer("Lots", nested), "lots.json")
    intake.give(answer("Plans", {**plan, "timestamp": "2024-01-05 00:00:00", "amount": 7}), "plans.json")
    assert intake.rows(Plan, "amount") == [Decimal(7)]
    assert intake.row(PlannedLot)["plan"] == f"goszakup:Plans:{plan['id']}"
    assert intake.row(Lot)["id"] == lot["lotNumber"]


@pytest.mark.parametrize(
    ("listed", "said"), [(["421120.200.000000"], "ENSTRU:421120.200.000000"), ([77123], None), (None, None)]
)
def test_a_lots_own_list_counts_where_it_holds_codes_and_not_ids(
    intake: Intake, country: Country, contract: dict[str, Any], listed: Any, said: str | None
) -> None:
    country.portal.objects["Lots"][0]["enstruList"] = listed
    intake.give(pages(country, "Lots"), format=PAGE)
    assert intake.row(Lot)["classification"] == said


def test_a_purchase_after_a_failed_call_is_none_against_the_plan(
    intake: Intake, country: Country, contract: dict[str, Any]
) -> None:
    country.portal.objects["Lots"][0].update(refTradeMethodsId=2, refBuyTradeMethodsId=7)
    intake.give(pages(country, "TrdBuy", "Lots", "Contract"), "told.json", format=PAGE)
    assert codes(intake) == set(), "codes say nothing without their list"
    intake.give(
        {"service": "/v3/refs/ref_trade_methods", "items": country.portal.refs["ref_trade_methods"]}, "refs.json"
    )
    assert codes(intake) == set()


def test_how_bids_win_is_what_the_portals_list_says_of_the_procedure(intake: Intake, country: Country) -> None:
    buyer = country.subject("КГУ", customer=1)
    for method in (2, 3, 188, 6, 99):
        country.tender(buyer, refTradeMethodsId=method)
    intake.give(pages(country, "TrdBuy"), "told.json", format=PAGE)
    assert set(Market(intake.store).tenders.award_rule.to_list()) == {None}
    intake.give(
        {"service": "/v3/refs/ref_trade_methods", "items": country.portal.refs["ref_trade_methods"]}, "refs.json"
    )
    told = Market(intake.store).tenders.order_by("own_id").award_rule.to_list()
    assert told == [None, "lowest", "points", None, None]


def test_the_saved_plan_points_are_plans(intake: Intake, real_data: Path) -> None:
    intake.load(real_data / "goszakup" / "plan_points_page.json", format=PAGE)
    rows = intake.rows(Plan)
    assert len(rows) == 100
    assert {row["year"] for row in rows} == {2020}
    assert all(row["classification"].startswith("ENSTRU:") and row["amount"] and row["buyer"] for row in rows)
    assert {row["buyer"] for row in rows} == set(intake.rows(Organisation, "key"))
