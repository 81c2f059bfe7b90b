"""What is wrong with parties, in plain words that name nobody."""

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.links.control import overowned
from graph.market.records import Records


def problems(records: Records, held: ir.Table) -> ir.Table:
    """``id`` and ``problem``, unique by ``id``: what ownerships and kinships say that cannot be.

    ``held`` is as :func:`graph.links.control.holdings` gives it. Statements that make a company its own owner, or a
    person their own kin, under another number or id, are seen only here, and are used for nothing else.
    """
    told, kin = records.told_ownerships, records.told_kinships
    itself = told.filter(_.owner == _.company).select(
        id="company", problem=ibis.literal("a statement makes it its own owner: that statement is not used")
    )
    own_kin = kin.filter(_.person == _.relative).select(
        id="person", problem=ibis.literal("a record makes this person their own kin: that record is not used")
    )
    found = ibis.union(overowned(held), itself, own_kin, distinct=True)
    return found.group_by("id").agg(problem=_.problem.collect().sort().join("; "))
