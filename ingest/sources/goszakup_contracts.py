"""Contracts of the portal: a chain of versions is one contract, whose newest signed version counts."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ingest.reading import SourceRecord
from ingest.sources.goszakup_object import Portal, Told

_VERSION = re.compile(r"/(\d{1,3})$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Agreement:
    """A contract: ``root`` names its chain, ``versions`` those of it that are told of, with the records that tell;
    ``lots`` are those that its units name, with their sums."""

    record: SourceRecord
    root: str
    found: Portal
    amendments: int
    lots: dict[str, Decimal | None]
    versions: dict[str, SourceRecord]

    @property
    def signed(self) -> date | None:
        """The day it was signed in Almaty; None for a draft, or one that was never concluded."""
        return self.found.day("signDate")

    @property
    def amount(self) -> Decimal | None:
        """The sum without VAT, as lots and bids have it; with VAT where no other is given."""
        return self.found.amount("contractSum", "contractSumWnds")

    @property
    def executed(self) -> date | None:
        """The day it was carried out; None while it runs."""
        return self.found.day("faktExecDate")

    @property
    def final_amount(self) -> Decimal | None:
        """What it came to, without VAT; while it runs, the portal says what was delivered so far: that is not it."""
        return self.found.amount("faktSum", "faktSumWnds") or None if self.executed else None


def agreements(told: Told) -> list[Agreement]:
    """The contracts, in the order of their numbers."""
    chains: dict[str, list[tuple[Portal, SourceRecord]]] = {}
    for found, record in told.get("Contract", []):
        chains.setdefault(found.id("rootId", "id") or "", []).append((found, record))
    apart = [unit for unit, _ in told.get("ContractUnits", [])]
    return [
        _agreement(root, chain, apart) for root, chain in sorted(chains.items(), key=lambda one: (len(one[0]), one))
    ]


def _agreement(root: str, chain: list[tuple[Portal, SourceRecord]], apart: list[Portal]) -> Agreement:
    found, record = max(chain, key=lambda one: (one[0].day("signDate") is not None, int(one[0].id("id") or 0)))
    signed = sum(one.day("signDate") is not None for one, _ in chain)
    version = _VERSION.search(found.text("contractNumberSys") or "")
    amendments = max(signed - 1, int(version.group(1)) if version else 0, 0)
    own = found.id("id")
    units = [*found.each("ContractUnits"), *(unit for unit in apart if unit.id("contractRegistryId") == own)]
    lots: dict[str, Decimal | None] = {}
    seen: set[str | None] = set()
    for unit in units:
        lot, number = unit.id("lotId"), unit.id("id")
        if lot is None or unit.flag("deleted", "isDeleted") or (number and number in seen):
            continue
        seen.add(number)
        total = unit.amount("totalSum")
        lots[lot] = (lots.get(lot) or Decimal(0)) + total if total is not None else lots.get(lot)
    versions = {own: of for one, of in chain for name in ("id", "rootId", "parentId") if (own := one.id(name))}
    return Agreement(record, root, found, amendments, lots, versions)
