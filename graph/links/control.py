"""Who controls whom, through chains of ownership of any depth, on every day.

The share of an owner i in a company j is integrated ownership: the chance that a walk which starts in j, and goes
from each company to one of its owners with the owner's share as probability, ever comes to i. So shares multiply
along a chain and add over chains, circles end, an owner's own part in a circle is not counted over and over, and no
share is above 1. With N = (I - A)^-1 over the matrix A of direct shares it is N_ij / N_ii: Brioschi, Buzzacchi and
Colombo (1989) with the correction for circles of Baldone, Brioschi and Paleari (1997); Chapelle and Szafarz (2005).

An interest without a share (appointing the board, influence, a trust) passes the whole of a company on; it is not
added to shares: the stronger of the two counts, as it does where a statement sums up a chain ("indirect").
"""

from collections.abc import Callable

import ibis
import ibis.expr.types as ir
from ibis import _

BENEFICIAL = 0.25
"""From this share on an owner counts as beneficial, as in the EU's and Kazakhstan's law."""
LEAST = 0.01
"""Interests and chains that are worth less are left out."""
OVER = 1.005
"""Shares of one kind that add up to more contradict each other; the rest is the rounding of registers."""
WITHOUT_SHARE = (
    "influence-or-control", "influenceOrControl", "otherInfluenceOrControl", "other-influence-or-control",
    "appointment-of-board", "appointmentOfBoard", "senior-managing-official", "seniorManagingOfficial",
    "boardChair", "settlor-of-trust", "settlor", "trustee-of-trust", "trustee", "protector-of-trust", "protector",
    "beneficiary-of-trust", "beneficiaryOfLegalArrangement", "nominator", "controlViaCompanyRulesOrArticles",
    "controlByLegalFramework", "soleProprietor",
)  # fmt: skip
"""BODS interest types that give control without a share."""
FIRST, LAST = ibis.date(1, 1, 1), ibis.date(9999, 12, 31)
_DAY = ibis.interval(days=1)
Keep = Callable[[str, ir.Table], ir.Table]


def stakes(ownerships: ir.Table) -> ir.Table:
    """What each statement allows: ``owner``, ``company``, ``interest``, ``least``, ``most``, ``control``, ``share``,
    ``indirect``, ``since``, ``until``, and whatever else the table has; open ends of intervals run from year 1 to 9999.

    ``least`` and ``most`` are shares: 0 and 1 where none is stated, :data:`BENEFICIAL` at the least for an owner who is
    called beneficial. ``control`` is what passes without a share; ``share`` the greater of ``least`` and ``control``.
    """
    silent = ownerships.share_min.isnull()
    without = ownerships.interest.isin(WITHOUT_SHARE).fill_null(False) & silent
    most = ibis.coalesce(ownerships.share_max, ibis.ifelse(without, 0.0, 1.0))
    said = ibis.ifelse(ownerships.beneficial.fill_null(False) & ~without, BENEFICIAL, 0.0)
    told = ownerships.mutate(
        least=ibis.coalesce(ownerships.share_min, ibis.ifelse(without, 0.0, ibis.least(most, said))),
        most=ibis.ifelse(without, 0.0, most),
        control=ibis.ifelse(without, ownerships.share_max.fill_null(1.0), 0.0),
        indirect=(~ownerships.direct).fill_null(False),
        interest=ownerships.interest.fill_null(""),
        since=ownerships.since.fill_null(FIRST),
        until=ownerships.until.fill_null(LAST),
    )
    return told.mutate(share=ibis.greatest(_.least, _.control)).drop("share_min", "share_max", "direct", "beneficial")


def interests(ownerships: ir.Table) -> ir.Table:
    """``owner``, ``company``, ``share``, ``since``, ``until``, ``document``, ``problem``: a row per span, its most.

    ``share`` is the least that the statement allows, or what it passes on without a share; see :func:`stakes`.
    ``ownerships`` are as :func:`graph.market.problems.marked` gives them, with a ``problem``.
    """
    spans = stakes(ownerships).filter(_.share > 0)
    return spans.group_by("owner", "company", "since", "until").agg(
        share=_.share.max(), document=_.document.min(), problem=_.problem.max()
    )


def holdings(ownerships: ir.Table) -> ir.Table:
    """Who holds what directly: ``owner``, ``company``, ``since``, ``until``, ``least``, ``most``, ``told_least``,
    ``told_most``, ``control``, ``total``, ``documents``.

    The days of a company are cut wherever one of its interests begins or ends, so that its rows of one ``since`` hold
    together until ``until``. Of several statements about an owner the greatest counts. ``told_...`` are the shares
    of indirect interests. ``total`` is the greatest sum of the least shares of one kind: where it is above
    :data:`OVER`, the least shares are scaled to 1 together; elsewhere nobody has more than the others leave. On the
    day of a sale, which registers give as the last of one owner and the first of the next, only the next is summed.
    """
    summed = _summed(stakes(ownerships))
    over = _.total > OVER
    bounded = summed.mutate(
        least=_.least / ibis.ifelse(over, _.total, 1.0),
        most=ibis.ifelse(over, _.most, ibis.least(_.most, ibis.greatest(_.least, 1 - _.total + _.least))),
    )
    found = bounded.group_by("company", "since", "until", "owner").agg(
        **{name: bounded[name].max() for name in ("least", "most", "told_least", "told_most", "control")},
        documents=_.documents.collect().flatten().unique().sort(),
    )
    most = summed.group_by("company", "since").agg(total=_.total.max())
    return found.join(most, ["company", "since"])


def _summed(told: ir.Table) -> ir.Table:
    """One row per owner, company and kind of interest between two cuts; ``total`` is what all owners have of a kind."""
    told = told.filter(ibis.greatest(_.most, _.control) >= LEAST)
    cut = told.rename(begins="since", ends="until").join(spans_of(told), "company")
    cut = cut.filter(_.begins <= _.since, _.until <= _.ends)
    cut = cut.mutate(leaving=(_.since == _.until) & (_.ends == _.until))
    by_kind = cut.group_by("company", "since", "until", "owner", "interest").agg(
        least=_.least.max(where=~_.indirect).fill_null(0.0),
        most=_.most.max(where=~_.indirect).fill_null(0.0),
        told_least=_.least.max(where=_.indirect).fill_null(0.0),
        told_most=_.most.max(where=_.indirect).fill_null(0.0),
        control=_.control.max(),
        leaving=_.leaving.all(),
        documents=_.document.collect(distinct=True),
    )
    staying = ibis.ifelse(by_kind.leaving, 0.0, by_kind.least)
    return by_kind.mutate(total=staying.sum().over(group_by=["company", "since", "interest"]))


def spans_of(told: ir.Table) -> ir.Table:
    """``company``, ``since``, ``until``: a company's days from its first interest on, cut where one begins or ends."""
    begun = told.select("company", since="since")
    ended = told.filter(_.until < LAST).select("company", since=(_.until + _DAY).cast("date"))
    starts = ibis.union(begun, ended, distinct=True)
    following = starts.since.lead().over(group_by="company", order_by="since")
    return starts.mutate(until=ibis.coalesce((following - _DAY).cast("date"), LAST))


def overowned(held: ir.Table) -> ir.Table:
    """``id`` and ``problem`` in plain words for every company whose owners' shares add up to too much; see
    :func:`holdings`."""
    worst = held.filter(_.total > OVER).group_by("company").agg(total=_.total.max(), since=_.since.min())
    since = ibis.ifelse(worst.since > FIRST, ibis.literal(" from ") + worst.since.cast("string") + " on", "")
    said = ibis.literal("the least shares of its owners add up to ") + _percent(worst.total) + since
    return worst.select(id="company", problem=said + ": they are scaled to 100 %")


def with_excess(ownerships: ir.Table, held: ir.Table, keep: Keep) -> ir.Table:
    """The ownerships with ``problem``: what is wrong where least shares of one kind add up to too much; it stands on
    each that adds to them, while it does."""
    none = ibis.null("string")
    companies = keep("overowned", held.filter(_.total > OVER).select("company").distinct())
    few = ownerships.semi_join(companies, "company")
    over = _summed(stakes(few)).filter((_.total > OVER) & (_.least > 0) & ~_.leaving)
    over = keep("excess", over.select("company", "owner", "total", kind="interest", begins="since", ends="until"))
    told = few.mutate(kind=_.interest.fill_null(""), first=_.since.fill_null(FIRST), last=_.until.fill_null(LAST))
    together = told.left_join(over, ["company", "owner", "kind"])
    meets = (together.first <= together.ends) & (together.begins <= together.last) & together.direct.fill_null(True)
    worst = together.group_by(*ownerships.columns).agg(total=_.total.max(where=meets))
    said = ibis.literal("the least shares of the company's owners add up to ") + _percent(worst.total)
    problem = ibis.ifelse(worst.total.notnull(), said + " while this one holds: they are scaled to 100 %", none)
    marked = worst.mutate(problem=problem).select(*ownerships.columns, "problem")
    return ibis.union(marked, ownerships.anti_join(companies, "company").mutate(problem=none))


def _percent(share: ir.Value) -> ir.Value:
    return (100 * share).round().cast("int64").cast("string") + " %"
