"""What is wrong with parties and with ties between them, in plain words that name nobody."""

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.links.control import overowned, with_excess
from graph.market.records import Records

ENDS = {
    "ownerships": ("owner", "company"),
    "officers": ("person", "company"),
    "offices": ("person", "body"),
    "kinships": ("person", "relative"),
}
"""Ties between parties, and what their two ends are."""


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


def marked(records: Records, held: ir.Table | None, name: str) -> ir.Table:
    """The ties of one name in :data:`ENDS` with ``problem``, None where nothing is wrong: shares that add up to too
    much (with ``held`` as in :func:`problems`), a number of an end that is not valid."""
    table: ir.Table = getattr(records, name)
    wrong = doubtful(records).rename(doubted="id", doubt="problem")
    if held is not None:
        table = records.keep("with_excess", with_excess(table, held, records.keep))
    else:
        table = table.mutate(problem=ibis.null("string"))
    for end in ENDS[name]:
        numbers = wrong.view()
        joined = table.left_join(numbers, table[end] == numbers.doubted)
        doubt = ibis.literal(f"the number of its {end} is not valid: ") + joined.doubt
        both = joined.problem + "; " + doubt
        table = joined.mutate(problem=ibis.coalesce(both, joined.problem, doubt)).drop("doubted", "doubt")
    return table


def doubtful(records: Records) -> ir.Table:
    """``id`` and ``problem``, unique by ``id``: parties with a number that is not valid."""
    mentions = (records.organisation_mentions, records.person_mentions)
    wrong = ibis.union(*(table.filter(_.problem.notnull()).select("id", "problem") for table in mentions))
    return records.keep("doubtful", wrong.group_by("id").agg(problem=_.problem.max()))
