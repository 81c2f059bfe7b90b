"""Ranks in which equal values share the mean of their places."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir


def mid_rank(value: ir.Column, within: Sequence[str | ir.Value]) -> ir.FloatingValue:
    """The place of a value among those of its group, from 1 on, equal ones at the mean of their places (half steps).

    Only values that are not null are counted: leave nulls out, or keep them in a group of their own.
    """
    equal = value.count().over(ibis.window(group_by=[*within, value]))
    return ibis.rank().over(group_by=within, order_by=value) + (equal + 1) / 2.0
