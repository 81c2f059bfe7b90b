"""Sums of one household in one currency, and in one year's prices where that is asked for."""

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.market.records import Records


def valued(records: Records, sums: ir.Table, *, inflation: bool) -> ir.Table:
    """The sums of households with ``value`` in the household's ``base`` currency, null where it cannot be told.

    A household that knows one currency has that one; another has the one that most rates lead to, and without rates
    the currency of most of its sums. Rates are of the sum's own year, the mean where several sources give one; a sum
    in a currency without a rate has no value. With ``inflation`` values are in the prices of ``prices``, the last
    year that the base's price index knows, and a sum of a year without an index has no value.
    """
    sums = sums.mutate(currency=_.currency.fill_null(""))
    rates = records.live("rates").group_by("currency", "year", "base").agg(rate=_.rate.mean())
    leading = rates.group_by("base").agg(many=_.count()).order_by(_.many.desc(), "base").limit(1).base.to_list()
    counted = sums.group_by("official", "currency").agg(many=_.count())
    order = [_.many.desc(), _.currency.desc()]  # a currency before none
    own = counted.mutate(
        nth=ibis.row_number().over(group_by="official", order_by=order), of=_.count().over(group_by="official")
    )
    base = ibis.ifelse(own.of > 1, leading[0], own.currency) if leading else own.currency
    based = sums.join(own.mutate(base=base).filter(_.nth == 0).select("official", "base"), "official")
    based = based.left_join(rates, ["currency", "year", "base"]).drop("currency_right", "year_right", "base_right")
    rate = ibis.ifelse(_.currency == _.base, 1.0, _.rate)
    found = based.mutate(value=_.amount * rate).drop("rate")
    return _in_prices(records, found) if inflation else found.mutate(prices=ibis.null("int64"))


def _in_prices(records: Records, sums: ir.Table) -> ir.Table:
    levels = records.live("prices").group_by("currency", "year").agg(level=_["index"].mean())
    last = levels.mutate(nth=ibis.row_number().over(group_by="currency", order_by=_.year.desc())).filter(_.nth == 0)
    last = last.select(base="currency", prices="year", now="level")
    then = levels.select("year", "level", base="currency")
    joined = sums.left_join(last, "base").drop("base_right").left_join(then, ["base", "year"])
    return joined.mutate(value=_.value * _.now / _.level).drop("now", "level", "base_right", "year_right")
