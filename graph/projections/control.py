"""Who controls whom, through chains of ownership.

Along a chain the least shares multiply; a chain holds while all its interests do. Control without a number (the
right to appoint the board, significant influence) passes the whole company on. Chains end after
:data:`MOST_LINKS` links, and where they would come back to a company that they passed.
"""

from functools import reduce

import ibis
import ibis.expr.types as ir
from ibis import _

MOST_LINKS = 6
BENEFICIAL = 0.25
"""From this share on an owner counts as beneficial, as in the EU's and Kazakhstan's law."""
WITHOUT_SHARE = (
    "influence-or-control", "influenceOrControl", "otherInfluenceOrControl", "other-influence-or-control",
    "appointment-of-board", "appointmentOfBoard", "senior-managing-official", "seniorManagingOfficial",
    "boardChair", "settlor-of-trust", "settlor", "trustee-of-trust", "trustee", "protector-of-trust", "protector",
    "beneficiary-of-trust", "beneficiaryOfLegalArrangement", "nominator", "controlViaCompanyRulesOrArticles",
    "controlByLegalFramework", "soleProprietor",
)  # fmt: skip
"""BODS interest types that give control without a share."""
_FIRST, _LAST = ibis.date(1, 1, 1), ibis.date(9999, 12, 31)


def interests(ownerships: ir.Table) -> ir.Table:
    """``owner``, ``company``, ``share``, ``since``, ``until``, ``document``: one row per span, its greatest share.

    ``share`` is the least that the statement allows; where it names none, 1 for control without a share and
    :data:`BENEFICIAL` for an owner called beneficial, but never more than the greatest that it allows.
    """
    control = ownerships.interest.isin(WITHOUT_SHARE).fill_null(False)
    beneficial = ibis.ifelse(ownerships.beneficial.fill_null(False), BENEFICIAL, 0.0)
    without = ibis.ifelse(control, 1.0, beneficial)
    share = ibis.coalesce(ownerships.share_min, ibis.least(ownerships.share_max.fill_null(1.0), without))
    spans = ownerships.mutate(
        share=share, since=ibis.coalesce(_.since, _FIRST), until=ibis.coalesce(_.until, _LAST)
    ).filter(_.share > 0)
    return spans.group_by("owner", "company", "since", "until").agg(share=_.share.max(), document=_.document.min())


def control_chains(ownerships: ir.Table) -> ir.Table:
    """Every chain from an owner down to a company: ``owner``, ``company``, ``share``, ``since``, ``until``, ``links``,
    ``via`` (the companies passed, in order) and ``documents``.

    ``ownerships`` is as in :class:`graph.market.records.Records`. Chains worth less than one per cent are left out.
    """
    step = interests(ownerships)
    first = step.select(
        "owner",
        "company",
        "share",
        "since",
        "until",
        links=ibis.literal(1, "int64"),
        via=ibis.literal([], "array<string>"),
        documents=ibis.array([step.document]),
    )
    levels = [first]
    for _level in range(MOST_LINKS - 1):
        levels.append(_longer(levels[-1], step))
    return reduce(ibis.union, levels)


def _longer(chains: ir.Table, step: ir.Table) -> ir.Table:
    """The chains with one more link below them."""
    below = step.select(upper="owner", lower="company", part="share", begins="since", ends="until", proof="document")
    joined = chains.join(below, chains.company == below.upper)
    kept = joined.filter(_.lower != _.owner, _.lower != _.company, ~_.via.contains(_.lower), _.share * _.part >= 0.01)
    return (
        kept.mutate(since_=ibis.greatest(_.since, _.begins), until_=ibis.least(_.until, _.ends))
        .filter(_.since_ <= _.until_)
        .select(
            "owner",
            company="lower",
            share=_.share * _.part,
            since="since_",
            until="until_",
            links=_.links + 1,
            via=_.via.concat(ibis.array([_.company])),
            documents=_.documents.concat(ibis.array([_.proof])),
        )
    )
