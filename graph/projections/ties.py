"""What two firms share: an owner, an officer, an address, a phone, an email.

What is shared by many is nobody's tie: the address of a registration agent, the phone of an accountant, the
officer who is put into hundreds of companies.
"""

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.projections.control import BENEFICIAL

HUB = 10
"""A contact, an officer or an owner of more parties than these ties nobody to anybody."""
_FIRST, _LAST = ibis.date(1, 1, 1), ibis.date(9999, 12, 31)
_COLUMNS = ("a", "b", "kind", "via", "since", "until", "documents")


def firm_ties(met: ir.Table, contacts: ir.Table, officers: ir.Table, chains: ir.Table) -> ir.Table:
    """Ties of firms that met in a tender: ``a`` < ``b``, ``kind``, ``via``, ``since``, ``until``, ``documents``.

    ``met`` has the pairs ``a``, ``b``. ``kind`` is owner (a person or company controls both, by at least a
    quarter in each), parent (one controls the other), officer, address, phone or email; ``via`` is the node shared.
    """
    pairs = met.select("a", "b").distinct()
    always = {"since": _FIRST, "until": _LAST}
    shared = [
        _shared(pairs, contacts.select(firm="party", kind="kind", via="contact", document="document").mutate(**always)),
        _shared(
            pairs,
            officers.select(
                firm="company",
                kind=ibis.literal("officer"),
                via="person",
                document="document",
                since=ibis.coalesce(officers.since, _FIRST),
                until=ibis.coalesce(officers.until, _LAST),
            ),
        ),
        owner_ties(pairs, chains),
        parent_ties(pairs, chains),
    ]
    return ibis.union(*shared)


def _shared(pairs: ir.Table, held: ir.Table) -> ir.Table:
    """Pairs that hold the same thing at the same time, where it is no hub."""
    hubs = held.group_by("kind", "via").agg(holders=_.firm.nunique()).filter(_.holders > HUB)
    held = held.anti_join(hubs, ["kind", "via"])
    left = held.select(a="firm", kind="kind", via="via", since="since", until="until", document="document")
    right = held.select(b="firm", kind="kind", via="via", since_b="since", until_b="until", document_b="document")
    joined = pairs.join(left, "a").join(right, ["b", "kind", "via"])
    return _together(joined, ibis.array([joined.document, joined.document_b]))


def owner_ties(pairs: ir.Table, chains: ir.Table) -> ir.Table:
    """Pairs that one owner controls both of, by at least a quarter in each, at the same time; hubs left out."""
    strong = chains.filter(_.share >= BENEFICIAL)
    hubs = strong.group_by("owner").agg(companies=_.company.nunique()).filter(_.companies > HUB)
    strong = strong.anti_join(hubs, "owner")
    left = strong.select("since", "until", "documents", a="company", via="owner")
    right = strong.select(b="company", via="owner", since_b="since", until_b="until", documents_b="documents")
    joined = pairs.join(left, "a").join(right, ["b", "via"]).mutate(kind=ibis.literal("owner"))
    return _together(joined, joined.documents.concat(joined.documents_b))


def parent_ties(pairs: ir.Table, chains: ir.Table) -> ir.Table:
    """Pairs one of which controls the other by at least a quarter."""
    strong = chains.filter(_.share >= BENEFICIAL)
    below = pairs.join(strong, (pairs.a == strong.owner) & (pairs.b == strong.company))
    above = pairs.join(strong, (pairs.b == strong.owner) & (pairs.a == strong.company))
    both = ibis.union(below, above)
    return both.mutate(kind=ibis.literal("parent"), via=_.owner).select(*_COLUMNS)


def _together(joined: ir.Table, documents: ir.ArrayValue) -> ir.Table:
    spans = joined.mutate(
        documents=documents.unique().sort(),
        since=ibis.greatest(_.since, _.since_b),
        until=ibis.least(_.until, _.until_b),
    )
    return spans.filter(_.since <= _.until).select(*_COLUMNS)
