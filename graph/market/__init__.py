"""The market that the records tell of: every table that rules, rings and links read, computed once."""

from functools import cached_property

import ibis.expr.types as ir
from ibis import _

from graph.market.bidding import Bidding
from graph.market.parties import parties
from graph.market.records import Records
from graph.market.screens import screens
from graph.matching.decisions import NONE_DECIDED, Decisions
from graph.projections.cobidding import association, meetings, participation
from graph.projections.control import control_chains
from graph.projections.ties import firm_ties
from ingest.store import RecordStore


class Market(Bidding):
    """Tables as Ibis expressions held by the record store's engine; columns are documented where they are made."""

    def __init__(self, store: RecordStore, decisions: Decisions = NONE_DECIDED) -> None:
        self.records = Records(store, decisions)
        super().__init__(self.records)

    @cached_property
    def parties(self) -> ir.Table:
        """See :func:`graph.market.parties.parties`."""
        return parties(self.records)

    @cached_property
    def screens(self) -> ir.Table:
        """See :func:`graph.market.screens.screens`."""
        return self.records.keep("screens", screens(self.bids.filter(~_.called_off)))

    @cached_property
    def meetings(self) -> ir.Table:
        """See :func:`graph.projections.cobidding.meetings`."""
        return self.records.keep("meetings", meetings(self.entries, self.competed))

    @cached_property
    def participation(self) -> ir.Table:
        """See :func:`graph.projections.cobidding.participation`."""
        return self.records.keep("participation", participation(self.entries))

    @cached_property
    def joint(self) -> ir.Table:
        """``a``, ``b`` and ``meetings``: how often each pair met."""
        return self.records.keep("joint", self.meetings.group_by("a", "b").agg(meetings=_.count()))

    @cached_property
    def association(self) -> ir.Table:
        """See :func:`graph.projections.cobidding.association`."""
        return self.records.keep("association", association(self.joint, self.participation))

    @cached_property
    def chains(self) -> ir.Table:
        """See :func:`graph.projections.control.control_chains`."""
        return self.records.keep("chains", control_chains(self.records.ownerships))

    @cached_property
    def ties(self) -> ir.Table:
        """See :func:`graph.projections.ties.firm_ties`."""
        found = firm_ties(self.joint, self.records.contacts, self.records.officers, self.chains)
        return self.records.keep("ties", found)

    @cached_property
    def tied_meetings(self) -> ir.Table:
        """Meetings of firms tied on the day: ``a``, ``b``, ``tender``, ``day``, ``kind``, ``via``, ``documents``.

        A tender without a day counts as within every tie.
        """
        days = self.tenders.filter(~_.called_off).select("tender", "node", "day")
        joined = self.meetings.join(self.ties, ["a", "b"]).join(days, "tender")
        held = joined.filter(_.day.isnull() | _.day.between(_.since, _.until))
        return self.records.keep(
            "tied_meetings", held.select("a", "b", "tender", "node", "day", "kind", "via", "documents")
        )

    @cached_property
    def pair_wins(self) -> ir.Table:
        """Meetings that one of the two won: ``a``, ``b``, ``tender``, ``node``, ``day``, ``document``, ``won_by``."""
        won = self.entries.filter(_.won.fill_null(False) & ~_.called_off).select("tender", "party").distinct()
        days = self.tenders.select("tender", "node", "day", "document")
        left = self.meetings.semi_join(won.rename(a="party"), ["tender", "a"]).mutate(won_by=_.a)
        right = self.meetings.semi_join(won.rename(b="party"), ["tender", "b"]).mutate(won_by=_.b)
        both = left.union(right).join(days, "tender")
        alone = both.group_by("a", "b", "tender", "node", "day", "document").agg(
            won_by=_.won_by.min(), winners=_.won_by.nunique()
        )
        return self.records.keep("pair_wins", alone.filter(_.winners == 1).drop("winners"))
