"""Expressions that several rules share."""

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.indicators.rule import MOST_NAMED
from graph.market import Market
from graph.projections.ties import HUB


def named(values: ir.StringColumn) -> ir.ArrayValue:
    """The distinct values of a group in order, as many as a finding names."""
    return values.collect(distinct=True).sort()[:MOST_NAMED]


def documents(lists: ir.ArrayColumn) -> ir.ArrayValue:
    """The distinct source records of a group's lists in order, as many as a finding names."""
    return lists.collect().flatten().unique().sort()[:MOST_NAMED]


def about_tender(**numbers: ir.Value) -> dict[str, ir.Value]:
    """The columns that say which tender a row with ``node``, ``buyer`` and ``day`` is about, and further numbers."""
    return {
        "subject": _.node,
        "tenders": ibis.array([_.node]),
        "buyer": _.buyer,
        "since": _.day,
        "until": _.day,
        **numbers,
    }


def worst(contracts: ir.Table) -> ir.Table:
    """Of the contracts of one tender with the same suppliers, the one with the greatest ``value``."""
    place = ibis.row_number().over(group_by=["tender", _.parties.join(" ")], order_by=[_.value.desc(), _.contract])
    return contracts.mutate(place=place).filter(_.place == 0)


def about_pair(**numbers: ir.Value) -> dict[str, ir.Value]:
    """The columns of a finding about the two firms of a row with ``a`` and ``b``, and further numbers."""
    return {"parties": ibis.array([_.a, _.b]), "subject": ibis.literal(""), "buyer": ibis.null("string"), **numbers}


def about_official(**numbers: ir.Value) -> dict[str, ir.Value]:
    """The columns of a finding about a row's ``person`` and ``firm`` at a ``buyer``, and further numbers."""
    same = {name: _[name] for name in ("buyer", "tenders", "since", "until", "evidence")}
    return {"parties": ibis.array([_.person, _.firm]).sort(), "subject": _.buyer, **same, **numbers}


def officers(market: Market) -> ir.Table:
    """``person``, ``firm``, ``since``, ``until``, ``proof``: who acts for a firm, those of many firms left out."""
    table = market.records.officers.select("person", "since", "until", firm="company", proof="document")
    return _of_few(table)


def roles(market: Market) -> ir.Table:
    """As :func:`officers`, with the persons who own a part of a firm."""
    owners = market.records.ownerships.filter(_.owner.startswith("p-"))
    owners = owners.select("since", "until", person="owner", firm="company", proof="document")
    return ibis.union(officers(market), _of_few(owners.select("person", "since", "until", "firm", "proof")))


def _of_few(table: ir.Table) -> ir.Table:
    many = table.group_by("person").agg(firms=_.firm.nunique()).filter(_.firms > HUB)
    return table.anti_join(many, "person")
