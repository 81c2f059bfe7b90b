"""Which declared assets were bought, and what money came in: each once, however often it was declared."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
from ibis import _

INCOME = ("income", "gift", "loan", "sale")
"""The kinds of declared lines that money came from."""
_ONE = ("official", "owner", "what")


def purchases(lines: ir.Table, *, first_declaration: bool = False) -> ir.Table:
    """The assets that a household bought, ``year`` being that of the purchase; columns as in
    :func:`graph.wealth.household.declared_lines`.

    With a day an asset was bought then. Without one it counts in the first year in which it is declared: an asset of
    the same owner and description in a later year is the same one (as many of them as there were before), whatever its
    sum. It counts not at all in its declarant's first declaration, or in the year in which its owner joined the family,
    since it may be older, unless ``first_declaration``. One asset declared by two owners of a household with the same
    description, year and sum is a joint purchase.
    """
    assets = lines.filter(_.kind == "asset")
    dated = _first(assets.filter(_.day.notnull()), (*_ONE, "day"), ("year", "amount", "declarant"))
    told = assets.filter(_.day.isnull()).anti_join(dated, [*_ONE, "amount"])
    opening = lines.group_by("official", "declarant").agg(opening=_.year.min())
    new = _first_shown(told.join(opening, ["official", "declarant"]))
    if not first_declaration:
        new = new.filter((_.year > _.opening) & (_.year > _.joined.fill_null(0)))
    both = dated.mutate(year=_.day.year().cast("int64")).select(*lines.columns).union(new.select(*lines.columns))
    alike = ("official", "what", "year", "amount", "currency", "day")
    # Two equal assets of one owner are two; the first of each owner is one that they have together, and so on.
    in_own = ibis.window(group_by=(*alike, "owner"), order_by=["document"])
    numbered = both.mutate(own_place=ibis.row_number().over(in_own))
    return _first(numbered, (*alike, "own_place"), ("owner",)).select(*lines.columns)


def _first_shown(told: ir.Table) -> ir.Table:
    """Each asset in the year in which it is declared first, by whoever declares for longest.

    Assets of equal owner and description are told apart by their places in a year: those whose sum was there in an
    earlier year come first, then the dearest, so that a new one is never taken for dearer than it can be.
    """
    same = (*_ONE, "amount", "currency")
    seen = told.mutate(seen=_.year > _.year.min().over(group_by=same)).distinct()
    in_year = ibis.window(
        group_by=("declarant", *_ONE, "year"), order_by=[_.seen.desc(), _.amount.desc(nulls_first=False), _.document]
    )
    return _first(seen.mutate(place=ibis.row_number().over(in_year)), (*_ONE, "place"), ("year", "opening", "amount"))


def money_in(lines: ir.Table) -> ir.Table:
    """Income, gifts, loans and sales of a household, each once; a day gives the year where there is one.

    What two declarations say alike of one owner and year is one sum; a loan of equal sum in later years is one loan.
    """
    told = lines.filter(_.kind.isin(INCOME)).mutate(year=ibis.coalesce(_.day.year().cast("int64"), _.year))
    once = _first(told, (*_ONE, "kind", "year", "amount", "currency", "day"), ("declarant", "document"))
    again = once.year > once.year.min().over(group_by=(*_ONE, "kind", "amount", "currency"))
    return once.filter((once.kind != "loan") | ~again).select(*lines.columns)


def _first(table: ir.Table, keys: Sequence[str], order: Sequence[str]) -> ir.Table:
    """The first row for each key."""
    place = ibis.row_number().over(group_by=keys, order_by=[*order, "document"])
    return table.mutate(nth_=place).filter(_.nth_ == 0).drop("nth_")
