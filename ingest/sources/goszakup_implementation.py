"""What became of the portal's contracts: acts of delivery and payments, each a thing of its own.

Both name a version of a contract by its number; which contract that is, the versions themselves tell
(:class:`~ingest.implementation.ContractAlias`). So they join it whatever comes first.
"""

from collections import Counter
from collections.abc import Container, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from ingest.errors import BadRecord
from ingest.implementation import Milestone, Transaction
from ingest.parties import Namespace
from ingest.reading import MOVED, Outcome, SourceRecord
from ingest.sources.goszakup_codes import left
from ingest.sources.goszakup_object import CURRENCY, Portal, Told

PAYMENTS = {"TreasuryPay": "treasury", "ContractPayment": "contract"}
"""The types of payments, with the register that each is from: both may tell of one payment."""
OF_CONTRACT = ("contractRootId", "contractId")
"""Where an object says which contract it is of: the root of its chain, as far as it knows it, before the version."""
_SUMS = ("payAmount", "paySum")
_DECODER = msgspec.json.Decoder()
_LONGEST_DELAY = 36_500


def contract_id(source: str, own: str) -> str:
    """The id under which records refer to a version of a contract."""
    return f"{source}:Contract:{own}"


def contested(found: Sequence[SourceRecord]) -> set[str]:
    """The payments of which equally new records name several sums, or several contracts: nobody says which counts."""
    told: dict[str, dict[datetime, set[tuple[Decimal | None, str] | None]]] = {}
    often = Counter(record.thing for record in found)
    for record in found:
        if often[record.thing] > 1 and record.thing.rsplit(":", 2)[1] in PAYMENTS:
            of_age = told.setdefault(record.thing, {}).setdefault(record.published or datetime.min, set())
            of_age.add(_sum_and_contract(record))
    return {thing for thing, ages in told.items() if len(ages[max(ages)]) > 1}


def _sum_and_contract(record: SourceRecord) -> tuple[Decimal | None, str] | None:
    if record.raw == MOVED:
        return None
    found = Portal(_DECODER.decode(record.raw))
    return found.signed(*_SUMS), _contract_of(found, record)


def add_implementation(told: Told, out: Outcome, doubtful: Container[str] = ()) -> None:
    """Add the acts and payments of one contract; ``doubtful`` as :func:`contested` gives it.

    Raises :class:`BadRecord` for one that names no contract.
    """
    for found, record in told.get("Acts", []):
        _add_act(found, record, out)
    for type_, register in PAYMENTS.items():
        for found, record in told.get(type_, []):
            _add_payment(found, record, register, out, doubtful)


def _contract_of(found: Portal, record: SourceRecord) -> str:
    """The contract that an object names, or that it stood inside."""
    own = found.id(*OF_CONTRACT)
    if own is None and ":Contract:" not in record.subject:
        raise BadRecord("the object names no contract")
    return contract_id(record.source, own) if own else record.subject


def _add_act(found: Portal, record: SourceRecord, out: Outcome) -> None:
    """Add an act of delivery; one that was revoked, refused or deleted says nothing."""
    status = found.text("statusNameRu", "statusNameKz")
    if found.day("revokeDate") or left(status):
        return
    overdue = found.whole("dayOverdue")
    if overdue is not None and overdue > _LONGEST_DELAY:
        raise BadRecord(f"dayOverdue is out of range: {overdue}")
    contract = _contract_of(found, record)
    out.add(
        Milestone(
            record.thing, contract, found.id("id") or record.thing, found.text("numberAct"), "delivery", status,
            met=found.day("aktDate", "approveDate"), days_overdue=overdue, fine=found.amount("sumFine"),
            amount=found.amount("sumTransfer"), currency=CURRENCY,
        ),
        record,
    )  # fmt: skip


def _add_payment(found: Portal, record: SourceRecord, register: str, out: Outcome, doubtful: Container[str]) -> None:
    amount, problem = found.signed(*_SUMS), None
    if record.thing in doubtful:
        problem = "its id stands for several payments"
        out.remark("one id stands for several payments: payments under its contract are kept and not summed up")
    if amount is not None and amount < 0:
        problem = "the sum is below zero"
        out.remark("a payment is below zero: payments under its contract are kept and not summed up")
    payee = found.biin("rnnSupplier") or ""
    known = payee.isdigit() and len(payee) == 12
    out.add(
        Transaction(
            record.thing, _contract_of(found, record), found.id("id") or record.thing,
            found.day("payDate", "accountingDate", "dtReg"), amount, CURRENCY,
            payee=Namespace(record.source, None, "KZ").party(payee)[0] if known else None,
            register=register, problem=problem,
        ),
        record,
    )  # fmt: skip
