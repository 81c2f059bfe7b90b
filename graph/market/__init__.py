"""The market that the records tell of: every table that rules, rings and links read, computed once."""

from functools import cached_property

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.links.control import BENEFICIAL, holdings
from graph.links.integrated import integrated
from graph.market.bidding import Bidding
from graph.market.moves import averaged_places, moving_pairs
from graph.market.parties import parties
from graph.market.problems import problems
from graph.market.records import Records
from graph.market.screens import screens
from graph.matching.decisions import NONE_DECIDED, Decisions
from graph.projections.cobidding import association, meetings, participation
from graph.projections.ties import control_ties, shared_ties
from ingest.store import RecordStore


class Market(Bidding):
    """Tables as Ibis expressions held by the record store's engine; columns are documented where they are made."""

    def __init__(self, store: RecordStore, decisions: Decisions = NONE_DECIDED) -> None:
        self.records = Records(store, decisions)
        super().__init__(self.records)

    @cached_property
    def parties(self) -> ir.Table:
        """See :func:`graph.market.parties.parties`."""
        return self.records.keep("parties", parties(self.records, problems(self.records, self.holdings)))

    @cached_property
    def screens(self) -> ir.Table:
        """See :func:`graph.market.screens.screens`."""
        return self.records.keep("screens", screens(self.bids.filter(~_.called_off)))

    @cached_property
    def meetings(self) -> ir.Table:
        """See :func:`graph.projections.cobidding.meetings`."""
        return self.records.keep("meetings", meetings(self.entries, self.competed))

    @cached_property
    def averaged_pairs(self) -> ir.Table:
        """``a``, ``b``, ``rho``, ``z``...: pairs that bid for enough lots which an average decides; see
        :mod:`graph.market.moves`."""
        places = self.records.keep("placed_bids", averaged_places(self.entries))
        return self.records.keep("averaged_pairs", moving_pairs(places))

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
    def holdings(self) -> ir.Table:
        """See :func:`graph.links.control.holdings`."""
        return self.records.keep("holdings", holdings(self.records.ownerships))

    @cached_property
    def control(self) -> ir.Table:
        """See :func:`graph.links.integrated.integrated`."""
        return self.records.keep("control", integrated(self.holdings, self.records.keep))

    @cached_property
    def ties(self) -> ir.Table:
        """Ties of firms that met: see :mod:`graph.projections.ties`."""
        shared = shared_ties(self.joint, self.records.contacts, self.records.officers)
        return self.records.keep("ties", ibis.union(shared, self.control_ties(BENEFICIAL)))

    def control_ties(self, share: float) -> ir.Table:
        """Ties of firms under one control; see :func:`graph.projections.ties.control_ties`."""
        return control_ties(self.joint, self.control, self.holdings, share)

    @cached_property
    def tied_meetings(self) -> ir.Table:
        """Every tied meeting; see :meth:`tied`."""
        return self.records.keep("tied_meetings", self.tied(self.ties))

    def tied(self, ties: ir.Table) -> ir.Table:
        """Meetings of firms tied on the day: ``a``, ``b``, ``tender``, ``node``, ``day``, ``kind``, ``via``,
        ``documents``. A tender without a day counts as within every tie."""
        days = self.tenders.filter(~_.called_off).select("tender", "node", "day")
        joined = self.meetings.join(ties, ["a", "b"]).join(days, "tender")
        held = joined.filter(_.day.isnull() | _.day.between(_.since, _.until))
        return held.select("a", "b", "tender", "node", "day", "kind", "via", "documents")

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
