"""The records of what was planned before a tender, and of what became of its contracts, in OCDS terms.

OCDS ``planning`` and ``contracts/implementation``. Keys, days and amounts are as in :mod:`ingest.records`; ``contract``
is a contract's key, or the id of one of its versions, for which a :class:`ContractAlias` says which contract it is.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from ingest.records import Record


@dataclass(frozen=True, slots=True)
class Plan(Record):
    """A purchase that is planned (a plan point): its budget, ``year`` and ``month``, and by what procedure.

    ``rationale`` is why the procedure is not an open one; ``root`` its first version, where it was changed.
    """

    table: ClassVar[str] = "plans"
    key: str
    id: str
    root: str | None = None
    title: str | None = None
    status: str | None = None
    buyer: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    year: int | None = None
    month: str | None = None
    method: str | None = None
    category: str | None = None
    classification: str | None = None
    rationale: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedLot(Record):
    """A plan that a lot, or a whole tender where the lot has its key, is bought under; a lot may have several."""

    table: ClassVar[str] = "planned_lots"
    lot: str
    tender: str
    plan: str


@dataclass(frozen=True, slots=True)
class ContractAlias(Record):
    """Another id of a contract: that of one of the versions in its chain of changes."""

    table: ClassVar[str] = "contract_aliases"
    alias: str
    contract: str


@dataclass(frozen=True, slots=True)
class Transaction(Record):
    """A payment under a contract, tax included; ``problem`` says what is wrong with it, and then the payments under its
    contract are not summed up.

    ``register`` names the list it stands in, where a source keeps several that may tell of one payment twice.
    """

    table: ClassVar[str] = "transactions"
    key: str
    contract: str
    id: str
    day: date | None = None
    amount: Decimal | None = None
    currency: str | None = None
    payer: str | None = None
    payee: str | None = None
    register: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Milestone(Record):
    """A step of carrying out a contract, as an act of delivery: when it was ``due`` and ``met``.

    ``days_overdue`` is how late it was, as told or from the two days; ``fine`` what was charged for it.
    """

    table: ClassVar[str] = "milestones"
    key: str
    contract: str
    id: str
    title: str | None = None
    type: str | None = None
    status: str | None = None
    due: date | None = None
    met: date | None = None
    days_overdue: int | None = None
    fine: Decimal | None = None
    amount: Decimal | None = None
    currency: str | None = None
