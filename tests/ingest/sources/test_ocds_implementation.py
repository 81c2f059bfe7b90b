"""OCDS: the plan before a tender, and the payments, milestones and final sums of its contracts."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from intake import Intake, counts, release

from graph.findings import find_flags
from graph.indicators import INDICATORS
from graph.market import Market
from ingest.implementation import Milestone, Plan, PlannedLot, Transaction
from ingest.records import Contract, Tender

OCID = "ocds-aaaaaa-1"


def value(amount: Any, currency: str = "KZT") -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


def carried(transactions: Any = (), **parts: Any) -> dict[str, Any]:
    """A release with a contract of 1000 under its award, and what became of it."""
    implementation = {"transactions": transactions if isinstance(transactions, dict) else list(transactions), **parts}
    return release(
        awards=[{"id": "A", "status": "active", "value": value(1000), "suppliers": [{"id": "F", "name": "Firm"}]}],
        contracts=[{"id": "C", "awardID": "A", "value": value(1000), "implementation": implementation}],
    )


def payment(own: str | None, amount: Any, **parts: Any) -> dict[str, Any]:
    return {**({"id": own} if own else {}), "date": "2024-05-01T00:00:00Z", "value": value(amount), **parts}


def flagged(intake: Intake) -> dict[str, float]:
    found = find_flags(Market(intake.store), INDICATORS)
    return {one.code: one.value for one in found if one.code in ("R059", "R067", "R068")}


def test_payments_milestones_and_the_final_sum_are_records_of_their_contract(intake: Intake) -> None:
    paid = payment("1", 700, payer={"id": "B", "name": "Buyer"}, payee={"id": "F", "name": "Firm"})
    old = {"id": "2", "amount": value(600), "providerOrganization": {"id": "B", "name": "Buyer"}}
    late = {"id": "m", "type": "delivery", "status": "met", "dueDate": "2024-03-01", "dateMet": "2024-04-10"}
    report = {"id": "r", "type": "reporting", "dueDate": "2024-03-01", "dateMet": "2024-09-10"}
    intake.give(carried([paid, old], milestones=[late, report], finalValue=value(1300)))
    key = f"{OCID}#contract/C"
    rows = intake.rows(Transaction, "contract", "id", "amount", "currency", "day")
    assert rows == [(key, "1", Decimal(700), "KZT", date(2024, 5, 1)), (key, "2", Decimal(600), "KZT", None)]
    (first, payee), (second, nobody) = intake.rows(Transaction, "payer", "payee")
    assert first == second
    assert "F" in payee
    assert nobody is None
    assert intake.rows(Milestone, "id", "days_overdue") == [("m", 40), ("r", None)]
    assert intake.row(Contract)["final_amount"] == 1300
    assert flagged(intake) == {"R059": 0.3, "R067": 40, "R068": 0.3}


def test_milestones_stand_beside_a_contracts_implementation_too(intake: Intake) -> None:
    found = carried()
    found["contracts"][0]["milestones"] = [{"id": "m", "dueDate": "2024-03-01", "dateMet": "2024-02-01"}]
    intake.give(found)
    assert intake.rows(Milestone, "contract", "days_overdue") == [(f"{OCID}#contract/C", 0)]


def test_payments_of_later_releases_are_added(intake: Intake) -> None:
    first, second = carried([payment("1", 600)]), carried([payment("2", 500)])
    intake.give({**second, "date": "2024-07-01T00:00:00Z"}, "second.json")
    intake.give(first, "first.json")
    assert intake.rows(Transaction, "id", "amount") == [("1", Decimal(600)), ("2", Decimal(500))]
    assert flagged(intake) == {"R068": 0.1}


def test_a_plan_has_its_budget_and_its_reason(intake: Intake) -> None:
    budget = {"amount": value(5000), "description": "Roads", "project": "Roads 2024"}
    intake.give(release(planning={"rationale": "The old one broke.", "budget": budget}))
    row = intake.row(Plan)
    assert (row["title"], row["amount"], row["currency"], row["rationale"]) == (
        "Roads", Decimal(5000), "KZT", "The old one broke.",
    )  # fmt: skip
    assert intake.row(PlannedLot) == {"lot": OCID, "tender": OCID, "plan": row["key"]}
    intake.give(release("ocds-aaaaaa-2", planning={"budget": {}}), "nothing.json")
    assert len(intake.rows(Plan)) == 1


@pytest.mark.parametrize(
    ("payments", "said", "problems"),
    [
        (
            [payment("1", 9000), payment("2", -10)],
            "a payment is below zero: payments under its contract are kept and not summed up",
            [None, "the sum is below zero"],
        ),
        (
            [payment("1", 9000), payment("1", 9001)],
            "contracts/implementation/transactions uses one id for different things",
            ["its id stands for several payments"] * 2,
        ),
        (
            [payment("1", 9000, date="some day")],
            "contracts/implementation/transactions/date is not a date: it is left out",
            [None],
        ),
        ([payment("1", "1,234")], "it is left out", []),
        ([payment("1", None)], "has one without a sum that can be read: it is left out", []),
        (["paid"], "contracts/implementation/transactions holds something that is not an object: it is left out", []),
        ([payment("1", 100, value={"amount": 9000, "currency": "USD"})], "", [None]),
    ],
)
def test_a_payment_that_cannot_be_used_is_said_and_costs_nothing_else(
    intake: Intake, payments: list[Any], said: str, problems: list[str | None]
) -> None:
    report = intake.give(carried(payments))
    assert counts(report) == (1, 1, 0, 0)
    assert len(intake.rows(Tender)) == len(intake.rows(Contract)) == 1
    assert any(said in remark for remark in report.remarks) or not said
    assert [problem for _, problem in intake.rows(Transaction, "id", "problem")] == problems
    assert flagged(intake) == ({"R068": 8.0} if "date" in said else {})


def test_ids_with_a_number_sign_are_ids(intake: Intake) -> None:
    intake.give(carried([payment("A#1", 600), payment("A#2", 700)]))
    assert intake.rows(Transaction, "id", "problem") == [("A#1", None), ("A#2", None)]


@pytest.mark.parametrize("implementation", ["done", 5, [1]])
def test_an_implementation_of_another_shape_is_left_out_and_said(intake: Intake, implementation: Any) -> None:
    found = carried()
    found["contracts"][0]["implementation"] = implementation
    report = intake.give(found)
    assert counts(report) == (1, 1, 0, 0)
    assert "contracts/implementation is not an object: it is left out" in report.remarks


def test_a_final_sum_in_another_currency_is_left_out(intake: Intake) -> None:
    report = intake.give(carried(finalValue=value(5000, "USD")))
    assert intake.row(Contract)["final_amount"] is None
    assert "contracts/implementation/finalValue is in another currency: it is left out" in report.remarks


def test_payments_that_jalisco_publishes_are_read(intake: Intake, real_data: Path) -> None:
    intake.load(real_data / "ocds" / "jalisco")
    rows = intake.rows(Transaction)
    assert len(rows) > 10
    assert all(row["payer"] and row["payee"] and row["day"] and row["currency"] == "MXN" for row in rows)
    assert {row["contract"] for row in rows} <= set(intake.rows(Contract, "key"))
    assert all(row["amount"] and row["title"] for row in intake.rows(Plan))
