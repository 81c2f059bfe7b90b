"""Tenders, lots, bids and awards as rules and projections read them."""

from functools import cached_property

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.market.records import Records, node_id

CALLED_OFF = ("cancelled", "withdrawn", "planning", "planned")
"""Statuses of tenders that rules leave out; one that ended without an award had bids all the same."""
NO_AWARD = ("cancelled", "unsuccessful", "pending", "disqualified")
"""Statuses of awards that give nothing to their suppliers."""
DISQUALIFIED = "disqualified"
"""The status of a bid that does not count, whatever else is said of it."""
_ROUNDING = 1e-6


class Bidding:
    """Who bid for what; sums as float64 in the tender's currency.

    ``market`` is the region (the buyer where none is known) and the category of a tender: the circle within
    which firms can be expected to meet.
    """

    def __init__(self, records: Records) -> None:
        self._records = records

    @cached_property
    def tenders(self) -> ir.Table:
        """One row per tender: its node id, key, own id, market, day, limits and document."""
        table = self._classified(self._records.tenders)
        division = table.classification.split(":")[1].substr(0, 2)
        category = ibis.coalesce(division.nullif(""), table.category)
        place = ibis.coalesce(table.region, table.buyer)
        return self._records.keep(
            "tenders",
            table.select(
                tender="key",
                node=node_id("t", table.key),
                own_id="id",
                title="title",
                day="day",
                closes="closes",
                status="status",
                called_off=table.status.isin(CALLED_OFF).fill_null(False),
                method="method",
                region="region",
                category=category,
                market=ibis.coalesce(place, "").concat(" / ").concat(ibis.coalesce(category, "")),
                buyer=ibis.coalesce(table.buyer, table.procuring_entity),
                estimate=table.amount.cast("float64"),
                currency="currency",
                award_rule="award_rule",
                floor="floor",
                ceiling="ceiling",
                tenderers="tenderers",
                document="document",
            ),
        )

    def _classified(self, tenders: ir.Table) -> ir.Table:
        """The tenders, each that has no classification with the one that most of its lots and their plans have."""
        lots, plans = self._records.live("lots"), self._records.live("plans")
        planned = self._records.live("planned_lots").select("plan", told_of="tender")
        of_plans = planned.join(plans, planned.plan == plans.key).select("told_of", told="classification")
        both = ibis.union(lots.select(told_of="tender", told="classification"), of_plans).filter(_.told.notnull())
        counted = both.group_by("told_of", "told").agg(times=_.count())
        first = ibis.row_number().over(group_by="told_of", order_by=[_.times.desc(), _.told])
        most = counted.mutate(place=first).filter(_.place == 0).select("told_of", "told")
        joined = tenders.left_join(most, tenders.key == most.told_of)
        return joined.mutate(classification=ibis.coalesce(_.classification, _.told)).drop("told_of", "told")

    @cached_property
    def lots(self) -> ir.Table:
        """One row per lot with its tender's facts; ``estimate`` is the lot's own, or the whole tender's."""
        lots = self._records.said("lots", "status")
        lots = lots.select(lot="key", tender="tender", lot_status="status", lot_estimate=lots.amount.cast("float64"))
        joined = lots.join(self.tenders, "tender")
        estimate = ibis.ifelse(_.lot == _.tender, ibis.coalesce(_.lot_estimate, _.estimate), _.lot_estimate)
        return self._records.keep(
            "lots",
            joined.mutate(
                estimate=estimate.nullif(0.0),
                called_off=_.called_off | _.lot_status.isin(CALLED_OFF).fill_null(False),
            ).drop("lot_estimate", "lot_status"),
        )

    @cached_property
    def bids(self) -> ir.Table:
        """One row per bid for a lot, with the lot's facts; ``at_limit`` where it is at a regulated floor or ceiling.

        ``named`` is the sum in the bid, ``amount`` the one by which bids are compared: another one where a conditional
        discount decides.
        """
        bids = self._records.said("bids", "status")
        bids = bids.select(
            bid="key",
            lot="lot",
            bid_status="status",
            valid=bids.valid & (bids.status != DISQUALIFIED).fill_null(True),
            won="won",
            named=bids.amount.cast("float64"),
            amount=ibis.coalesce(bids.compared, bids.amount).cast("float64"),
            bid_currency="currency",
            submitted="submitted",
            bid_document="document",
        )
        joined = bids.join(self.lots, "lot")
        return self._records.keep("bids", joined.mutate(at_limit=_at(_.floor) | _at(_.ceiling)))

    @cached_property
    def entries(self) -> ir.Table:
        """One row per bidder in a bid: ``party`` beside the bid's columns; ``partners`` counts the bid's firms."""
        tenderers = self._records.tenderers.select("bid", party="organisation").distinct()
        sizes = tenderers.group_by("bid").agg(partners=_.count())
        return self._records.keep("entries", self.bids.join(tenderers.join(sizes, "bid"), "bid"))

    @cached_property
    def awards(self) -> ir.Table:
        """One row per award and supplier: ``award``, ``tender``, ``party``, ``amount``, ``day``, ``buyer``..."""
        awards = self._records.said("awards", "status")
        awards = awards.filter(~awards.status.isin(NO_AWARD).fill_null(False)).select(
            award="key", award_id="id", award_amount=awards.amount.cast("float64"), award_day="day",
            award_currency="currency",
        )  # fmt: skip
        suppliers = self._records.suppliers.select("award", "tender", "document", party="organisation")
        tenders = self.tenders.select("tender", "node", "own_id", "market", "buyer", "called_off", "currency", "day")
        joined = suppliers.join(awards, "award").join(tenders, "tender")
        return self._records.keep(
            "awards",
            joined.mutate(
                day=ibis.coalesce(_.award_day, _.day), currency=ibis.coalesce(_.award_currency, _.currency)
            ).drop("award_day", "award_currency"),
        )

    @cached_property
    def competed(self) -> ir.Table:
        """``tender`` of those where somebody lost: a list of winners alone says nothing about who met whom."""
        grouped = self.entries.group_by("tender").agg(lost=(~_.won.fill_null(False)).any(), firms=_.party.nunique())
        return self._records.keep("competed", grouped.filter(_.lost & (_.firms >= 2)).select("tender", "firms"))


def _at(share: ir.FloatingValue) -> ir.BooleanValue:
    """Whether the bid lies at a share of the estimate, to the rounding of one unit or a millionth."""
    limit = share * _.estimate
    near = (_.named - limit).abs() <= ibis.greatest(limit * _ROUNDING, 0.01)
    return near.fill_null(False)
