"""Expressions that several rules share."""

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.indicators.rule import MOST_NAMED


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


def about_pair(**numbers: ir.Value) -> dict[str, ir.Value]:
    """The columns of a finding about the two firms of a row with ``a`` and ``b``, and further numbers."""
    return {"parties": ibis.array([_.a, _.b]), "subject": ibis.literal(""), "buyer": ibis.null("string"), **numbers}
