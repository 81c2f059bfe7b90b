"""Sliding windows over what a household earned and bought."""

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.market.records import Records


def windows(records: Records, lines: ir.Table, sums: ir.Table, years: int) -> ir.Table:
    """Every window of a household: ``official``, ``first``, ``last``, ``income``, ``assets``, ``unknown_income``,
    ``unknown_assets``, ``declared``; sums rounded to hundredths.

    ``lines`` are all that was declared, ``sums`` those with ``side`` (income or purchase) and ``value``. Windows lie
    within the years that somebody of the household declared for: a shorter time of declarations is one shorter window.
    Only windows in which the official held a post at some time are there. ``declared`` counts the years declared for.
    """
    declared = lines.select("official", "year").distinct()
    spans = declared.group_by("official").agg(opened=_.year.min(), closed=_.year.max())
    last_start = ibis.greatest(spans.opened, spans.closed - years + 1)
    starts = spans.mutate(first=ibis.range(spans.opened, last_start + 1, 1).unnest())
    found = starts.select("official", "first", last=ibis.least(_.first + years - 1, _.closed))
    posts = records.offices.select(
        official="person",
        since=ibis.coalesce(records.offices.since.year(), 1),
        until=ibis.coalesce(records.offices.until.year(), 9999),
    )
    found = found.semi_join(
        posts, [found.official == posts.official, found.last >= posts.since, found.first <= posts.until]
    )
    told = sums.select("official", "year", "side", "value")
    told = told.union(declared.mutate(side=ibis.literal("declared"), value=ibis.literal(0.0)))
    inside = [found.official == told.official, told.year >= found.first, told.year <= found.last]
    income, bought = _.side == "income", _.side == "purchase"
    return (
        found.join(told, inside, rname="{name}_told")
        .group_by("official", "first", "last")
        .agg(
            income=_.value.sum(where=income).fill_null(0.0).round(2),
            assets=_.value.sum(where=bought).fill_null(0.0).round(2),
            unknown_income=(income & _.value.isnull()).sum(),
            unknown_assets=(bought & _.value.isnull()).sum(),
            declared=(_.side == "declared").sum(),
        )
    )


def flagged(found: ir.Table, threshold: float) -> ir.Table:
    """The window of each official whose purchases most exceed the income, where they do by ``threshold`` or more.

    ``ratio`` is null where no income is declared: that is flagged only where every year of the window was declared
    for and no income of unknown worth was. The first of equal windows counts.
    """
    none = (_.income == 0) & (_.unknown_income == 0) & (_.declared == _.last - _.first + 1)
    over = found.mutate(ratio=ibis.ifelse(_.income > 0, (_.assets / _.income.nullif(0)).round(6), ibis.null("float64")))
    over = over.filter((_.assets > 0) & (none | ((_.income > 0) & (_.assets >= threshold * _.income))))
    order = [_.ratio.isnull().desc(), _.ratio.desc(), _.assets.desc(), _.first]
    return over.mutate(nth=ibis.row_number().over(group_by="official", order_by=order)).filter(_.nth == 0).drop("nth")
