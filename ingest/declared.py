"""The normalised records of what officials declared, and of what money was worth; see :mod:`ingest.records`."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from ingest.records import Record


@dataclass(frozen=True, slots=True)
class Declaration(Record):
    """One line of a declaration; ``owner`` is who in the household has it, ``day`` when it was bought or received.

    ``kind`` is asset, or what money came from: income, gift, loan, sale. Amounts are never below zero.
    """

    table: ClassVar[str] = "declarations"
    person: str
    year: int
    kind: str
    owner: str
    description: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Rate(Record):
    """What one unit of a currency was worth in a year: ``rate`` units of ``base``."""

    table: ClassVar[str] = "rates"
    currency: str
    year: int
    rate: float
    base: str


@dataclass(frozen=True, slots=True)
class PriceLevel(Record):
    """The consumer price index of a currency's country in a year; only its ratio to other years counts."""

    table: ClassVar[str] = "prices"
    currency: str
    year: int
    index: float
