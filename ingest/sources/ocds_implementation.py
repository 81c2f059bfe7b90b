"""What a release says beside its tender: the plan before it, its contracts, their payments and milestones.

Nobody's bids are given up for a payment that cannot be read: such a payment or milestone is left out, and that is said.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from ingest import values
from ingest.errors import BadRecord
from ingest.implementation import Milestone, Plan, PlannedLot, Transaction
from ingest.reading import Outcome, SourceRecord
from ingest.records import Contract, Record
from ingest.sources.ocds_party import Parties
from ingest.sources.ocds_repair import REPEATED
from ingest.sources.ocds_values import inner, money, status

_DELIVERY = frozenset({"delivery", None})
"""Types of milestones that say when something was delivered."""


class ImplementationReader:
    """Reads the plan and the contracts of one release; every record goes to the outcome as it is found."""

    def __init__(self, release: dict[str, Any], parties: Parties, record: SourceRecord, out: Outcome) -> None:
        self._release, self._parties, self._record, self._out = release, parties, record, out
        self._ocid = record.subject

    def _add(self, record: Record) -> None:
        self._out.add(record, self._record)

    def add_plan(self, buyer: str | None) -> None:
        """Add the plan, where there is one, for the whole tender."""
        planning = inner(self._release, "planning")
        budget = inner(planning, "budget")
        amount, currency = self._sum(budget.get("amount"), "planning/budget/amount")
        rationale = values.text(planning.get("rationale"), limit=500)
        title = values.text(budget.get("description"), limit=500) or values.text(budget.get("project"), limit=500)
        if amount is None and rationale is None:
            return
        key = f"{self._ocid}#planning"
        self._add(
            Plan(key, self._ocid, title=title, buyer=buyer, amount=amount, currency=currency, rationale=rationale)
        )
        self._add(PlannedLot(self._ocid, self._ocid, key))

    def add_contracts(self) -> None:
        """Add the contracts, each with what became of it."""
        for number, contract in enumerate(self._release.get("contracts") or []):
            own = contract.get("id") or str(number)
            key = f"{self._ocid}#contract/{own}"
            self._add_contract(contract, own, key)
            carried = inner(contract, "implementation")
            for at, payment in enumerate(carried.get("transactions") or []):
                self._add_payment(payment, key, payment.get("id") or str(at))
            steps = [*(carried.get("milestones") or []), *(contract.get("milestones") or [])]
            for at, step in enumerate(steps):
                self._add_milestone(step, key, step.get("id") or str(at))

    def _add_contract(self, contract: dict[str, Any], own: str, key: str) -> None:
        award = values.text(contract.get("awardID"))
        amount, currency = money(contract.get("value"), "contracts/value", self._out)
        period = inner(contract, "period")
        starts = values.day(period.get("startDate"), "contracts/period/startDate")
        ends = values.day(period.get("endDate"), "contracts/period/endDate")
        if starts and ends and ends < starts:
            ends = None
            self._out.remark("contracts/period ends before it starts: its end is left out")
        changes = len(contract.get("amendments") or []) or int(bool(inner(contract, "amendment").get("changes")))
        final, final_currency = self._sum(
            inner(contract, "implementation").get("finalValue"), "contracts/implementation/finalValue"
        )
        if final_currency and currency and final_currency != currency:
            final = None
            self._out.remark("contracts/implementation/finalValue is in another currency: it is left out")
        signed = values.day(contract.get("dateSigned"), "contracts/dateSigned")
        self._add(
            Contract(
                key, self._ocid, own, award and f"{self._ocid}#award/{award}", status(contract), amount, currency,
                signed, starts, ends, changes, final_amount=final or None,
            )
        )  # fmt: skip

    def _add_payment(self, payment: dict[str, Any], contract: str, own: str) -> None:
        path = "contracts/implementation/transactions"
        amount, currency = self._sum(payment.get("value") or payment.get("amount"), f"{path}/value")
        if amount is None:
            self._out.remark(f"{path} has one without a sum that can be read: it is left out")
            return
        problem = "its id stands for several payments" if payment.get(REPEATED) else None
        if amount < 0:
            problem = "the sum is below zero"
            self._out.remark("a payment is below zero: payments under its contract are kept and not summed up")
        payer = self._parties.key(payment.get("payer") or payment.get("providerOrganization"))
        payee = self._parties.key(payment.get("payee") or payment.get("receiverOrganization"))
        day = self._day(payment.get("date"), f"{path}/date")
        self._add(
            Transaction(
                f"{contract}#transaction/{own}", contract, own, day, amount, currency, payer, payee, problem=problem
            )
        )

    def _add_milestone(self, step: dict[str, Any], contract: str, own: str) -> None:
        kind = (values.text(step.get("type")) or "").lower() or None
        due = self._day(step.get("dueDate"), "contracts/milestones/dueDate")
        met = self._day(step.get("dateMet"), "contracts/milestones/dateMet")
        late = max((met - due).days, 0) if due and met and kind in _DELIVERY else None
        title = values.text(step.get("title"), limit=500)
        self._add(
            Milestone(
                f"{contract}#milestone/{own}", contract, own, title, kind, status(step), due, met, days_overdue=late
            )
        )

    def _sum(self, value: object, name: str) -> tuple[Decimal | None, str | None]:
        try:
            return money(value, name, self._out)
        except BadRecord as error:
            self._say(error)
            return None, None

    def _day(self, value: object, name: str) -> date | None:
        try:
            return values.day(value, name)
        except BadRecord as error:
            self._say(error)
            return None

    def _say(self, error: BadRecord) -> None:
        """That something is left out; without its value, because remarks stand in logs."""
        self._out.remark(f"{str(error).partition(':')[0]}: it is left out")
