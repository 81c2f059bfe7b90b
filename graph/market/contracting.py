"""Contracts as rules read them: whose they are, what was paid under them, how they were carried out."""

from functools import cached_property

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.market.bidding import Bidding

NO_CONTRACT = ("cancelled", "pending")
"""Statuses of contracts that bind nobody."""


class Contracting(Bidding):
    """What became of awards; sums as float64, and null where they are not comparable."""

    @cached_property
    def contracts(self) -> ir.Table:
        """One row per contract with a supplier: ``contract``, its tender's facts, ``day``, ``currency``, ``amount``,
        ``gross`` (with the tax), ``final``, ``awarded``, ``parties`` (node ids in order) and ``document``.

        ``awarded`` is what its awards come to, null where one of them has no sum, another currency or more contracts.
        """
        table = self._records.said("contracts", "status")
        table = table.filter(~table.status.isin(NO_CONTRACT).fill_null(False))
        told = table.select(
            contract="key",
            tender="tender",
            signed="signed",
            amount=table.amount.cast("float64").nullif(0.0),
            with_tax=table.gross.cast("float64"),
            final=table.final_amount.cast("float64").nullif(0.0),
            own_currency="currency",
            document="document",
        )
        tenders = self.tenders.select("tender", "node", "buyer", "called_off", tender_day="day", usual="currency")
        joined = told.join(tenders, "tender").join(self._awarded, "contract")
        currency = ibis.coalesce(_.own_currency, _.usual)
        found = joined.mutate(
            day=ibis.coalesce(_.signed, _.tender_day), currency=currency, gross=ibis.greatest(_.amount, _.with_tax)
        ).mutate(awarded=ibis.ifelse((_.award_currency == _.currency).fill_null(True), _.awarded, None))
        found = found.drop("signed", "tender_day", "own_currency", "usual", "with_tax", "award_currency")
        return self._records.keep("contracts", found)

    @cached_property
    def _awarded(self) -> ir.Table:
        """``contract``, ``parties``, ``awarded`` and ``award_currency``: the awards that contracts are made under.

        A contract names its award; where a source knows awards only by their contracts, they name it.
        """
        contracts, awards = self._records.live("contracts"), self._records.live("awards")
        links = ibis.union(
            contracts.filter(_.award.notnull()).select("award", contract="key"),
            awards.filter(_.contract.notnull()).select("contract", award="key").select("award", "contract"),
            distinct=True,
        )
        links = links.mutate(contracts=_.count().over(group_by="award"))
        joined = links.join(self.awards.select("award", "party", "award_amount", "currency"), "award")
        parties = joined.group_by("contract").agg(parties=_.party.collect(distinct=True).sort())
        single = joined.select("contract", "award", "award_amount", "currency", "contracts").distinct()
        sums = single.group_by("contract").agg(
            awarded=_.award_amount.sum(),
            comparable=(_.award_amount.count() == _.count()) & (_.contracts.max() == 1) & (_.currency.nunique() <= 1),
            award_currency=_.currency.max(),
        )
        sums = sums.mutate(awarded=ibis.ifelse(_.comparable, _.awarded.nullif(0.0), None)).drop("comparable")
        return parties.join(sums, "contract")

    @cached_property
    def payments(self) -> ir.Table:
        """A row per payment: ``contract`` as in :attr:`contracts`, ``paid``, and as told."""
        table = self._of_contract("transactions")
        told = table.select(
            "contract", "currency", "register", "problem", "document", paid=table.amount.cast("float64")
        )
        return self._records.keep("payments", told)

    @cached_property
    def deliveries(self) -> ir.Table:
        """One row per milestone: ``contract`` as in :attr:`contracts`, ``overdue`` (days), ``fine``, ``currency``."""
        table = self._of_contract("milestones")
        told = table.select("contract", "currency", "document", overdue="days_overdue", fine=table.fine.cast("float64"))
        return self._records.keep("deliveries", told)

    def _of_contract(self, name: str) -> ir.Table:
        """A live table whose ``contract``, where it is a version's id, becomes the contract's key."""
        table = self._records.live(name)
        # A version may be told of with its tender and without: then the contract with the tender counts, whose key,
        # made of "TrdBuy", is the later in the alphabet than one of "Contract".
        same = self._records.live("contract_aliases").group_by("alias").agg(known=_.contract.max())
        joined = table.left_join(same, table.contract == same["alias"])
        return joined.mutate(contract=ibis.coalesce(_.known, _.contract)).drop("alias", "known")

    @cached_property
    def procedures(self) -> ir.Table:
        """Lots whose procedure, and the one that was planned, are told: ``tender``, ``lot``, ``planned`` and ``used``
        (OCDS methods), ``document`` and ``plan`` (the plan's document, or null)."""
        lots = self._records.said("lots", "method", "planned_method")
        plans = self._records.said("plans", "method").select(plan_key="key", plan_method="method", plan="document")
        links = self._records.live("planned_lots").select("plan", planned_lot="lot").rename(plan_key="plan")
        by_lot = (
            links.join(plans, "plan_key")
            .group_by("planned_lot")
            .agg(plan_method=_.plan_method.min(), plan=_.plan.min())
        )
        joined = lots.left_join(by_lot, lots.key == by_lot.planned_lot)
        found = joined.select(
            "tender",
            "document",
            "plan",
            lot="key",
            planned=ibis.coalesce(_.planned_method, _.plan_method),
            used="method",
        )
        return self._records.keep("procedures", found.filter(_.planned.notnull() & _.used.notnull()))
