"""What two firms share: an owner, an officer, an address, a phone, an email.

What is shared by many is nobody's tie: the address of a registration agent, the phone of an accountant, the
officer who is put into hundreds of companies.

Ties have the columns ``a`` < ``b``, ``kind``, ``via`` (the node shared), ``since``, ``until``, ``documents``, and are
those of firms that met in a tender; ``met`` has these pairs, ``a`` and ``b``.
"""

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.links.control import FIRST, LAST
from graph.links.integrated import with_documents

HUB = 10
"""A contact, an officer or an owner of more parties than these ties nobody to anybody."""
_COLUMNS = ("a", "b", "kind", "via", "since", "until", "documents")


def shared_ties(met: ir.Table, contacts: ir.Table, officers: ir.Table) -> ir.Table:
    """Firms that share an officer, address, phone or email: that is the tie's ``kind``."""
    pairs = met.select("a", "b").distinct()
    always = {"since": FIRST, "until": LAST}
    shared = [
        _shared(pairs, contacts.select(firm="party", kind="kind", via="contact", document="document").mutate(**always)),
        _shared(
            pairs,
            officers.select(
                firm="company",
                kind=ibis.literal("officer"),
                via="person",
                document="document",
                since=ibis.coalesce(officers.since, FIRST),
                until=ibis.coalesce(officers.until, LAST),
            ),
        ),
    ]
    return ibis.union(*shared)


def control_ties(
    met: ir.Table, control: ir.Table, held: ir.Table, share: float, branches: ir.Table | None = None
) -> ir.Table:
    """Firms under one control by at least ``share``: ``kind`` is owner (a person or company controls both) or parent
    (one controls the other). ``control`` and ``held`` are as in :mod:`graph.links.integrated`.

    A company of ``branches`` is a part of another and makes nobody an owner of many."""
    pairs = met.select("a", "b").distinct()
    strong = control.filter(_.control >= share).select("owner", "company", "since", "until")
    counted = strong if branches is None else strong.anti_join(branches, "company")
    hubs = counted.group_by("owner").agg(companies=_.company.nunique()).filter(_.companies > HUB)
    few = strong.anti_join(hubs, "owner")
    return ibis.union(_owner_ties(pairs, few, control, held), _parent_ties(pairs, strong, control, held))


def _shared(pairs: ir.Table, held: ir.Table) -> ir.Table:
    """Pairs that hold the same thing at the same time, where it is no hub."""
    hubs = held.group_by("kind", "via").agg(holders=_.firm.nunique()).filter(_.holders > HUB)
    held = held.anti_join(hubs, ["kind", "via"])
    left = held.select(a="firm", kind="kind", via="via", since="since", until="until", document="document")
    right = held.select(b="firm", kind="kind", via="via", since_b="since", until_b="until", document_b="document")
    joined = pairs.join(left, "a").join(right, ["b", "kind", "via"])
    proven = joined.mutate(documents=ibis.array([joined.document, joined.document_b]).unique().sort())
    return _together(proven).select(*_COLUMNS)


def _owner_ties(pairs: ir.Table, strong: ir.Table, control: ir.Table, held: ir.Table) -> ir.Table:
    """Pairs that one owner controls both of at the same time."""
    left = strong.select("owner", "since", "until", a="company")
    right = strong.select("owner", b="company", since_b="since", until_b="until")
    both = _together(pairs.join(left, "a").join(right, ["b", "owner"])).select("a", "b", "owner", "since", "until")
    for firm in ("a", "b"):
        both = with_documents(both.mutate(company=_[firm]), held, control).rename(**{f"proof_{firm}": "documents"})
        both = both.drop("company")
    documents = both.proof_a.concat(both.proof_b).unique().sort()
    return both.mutate(kind=ibis.literal("owner"), via=_.owner, documents=documents).select(*_COLUMNS)


def _parent_ties(pairs: ir.Table, strong: ir.Table, control: ir.Table, held: ir.Table) -> ir.Table:
    """Pairs one of which controls the other."""
    below = pairs.join(strong, (pairs.a == strong.owner) & (pairs.b == strong.company))
    above = pairs.join(strong, (pairs.b == strong.owner) & (pairs.a == strong.company))
    both = with_documents(ibis.union(below, above), held, control)
    return both.mutate(kind=ibis.literal("parent"), via=_.owner).select(*_COLUMNS)


def _together(joined: ir.Table) -> ir.Table:
    spans = joined.mutate(since=ibis.greatest(_.since, _.since_b), until=ibis.least(_.until, _.until_b))
    return spans.filter(_.since <= _.until)
