"""Who belongs to an official's household, and the lines that were declared about it."""

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from graph.market.records import Records

WORDS = {
    "spouse": (
        "spouse", "husband", "wife", "partner", "civil partner", "супруг", "супруга", "муж", "жена", "жұбайы", "жұбай",
        "күйеуі", "әйелі", "зайыбы",
    ),
    "child": (
        "child", "son", "daughter", "adopted child", "stepchild", "minor child", "сын", "дочь", "ребенок", "ребёнок",
        "ұлы", "қызы", "баласы",
    ),
    "parent": ("parent", "father", "mother", "отец", "мать", "родитель", "әкесі", "анасы"),
    "sibling": ("sibling", "brother", "sister", "брат", "сестра", "ағасы", "інісі", "әпкесі", "қарындасы", "сіңлісі"),
}  # fmt: skip
"""What registers call a relative, by the kind of relation."""
_BACK = {"spouse": "spouse", "child": "parent", "parent": "child", "sibling": "sibling"}
_FIRST_YEAR, _LAST_YEAR = 1, 9999


def relatives(records: Records) -> ir.Table:
    """``official``, ``member``, ``relation`` (a kind of :data:`WORDS`, null where the word is none), ``joined`` and
    ``left``: the years between which they were family, ``joined`` null where that is not known.

    Kinship is told from either side: who has an official as a parent is the official's child.
    """
    rows = [(word, kind, _BACK[kind]) for kind, words in WORDS.items() for word in words]
    words = ibis.memtable(pa.table(dict(zip(("word", "kind", "back"), zip(*rows, strict=True), strict=True))))
    told = records.kinships.mutate(word=_.relation.strip().lower()).left_join(words, "word")
    years = {"joined": _.since.year().cast("int64"), "left": ibis.coalesce(_.until.year(), _LAST_YEAR).cast("int64")}
    sides = (("person", "relative", "kind"), ("relative", "person", "back"))
    both = ibis.union(*(told.select("document", official=a, member=b, relation=kind, **years) for a, b, kind in sides))
    return both.semi_join(records.offices, both.official == records.offices.person)


def declared_lines(records: Records, kinds: Iterable[str]) -> ir.Table:
    """Every line about an official's household: ``official``, ``declarant``, ``owner``, ``joined``, ``year``, ``kind``,
    ``what`` (the description to compare by), ``description``, ``amount``, ``currency``, ``day``, ``document``.

    A household is the official and the relatives of these kinds, while they are that. What one of them declares of
    another counts, and whatever the official declares, unless kinship says that its owner is another relative.
    """
    officials = records.offices.select(official="person").distinct()
    kin = relatives(records)
    close = kin.filter(_.relation.isin(tuple(kinds)))
    close = close.group_by("official", "member").agg(joined=_.joined.max(), left=_.left.max())
    alone = officials.mutate(member=_.official, joined=ibis.null("int64"), left=ibis.literal(_LAST_YEAR, "int64"))
    members = alone.union(close.anti_join(alone, ["official", "member"]))
    told = records.declarations.rename(declarant="person")
    lines = members.select("official", declarant="member").join(told, "declarant")
    of = members.rename(owner="member")
    lines = lines.left_join(of, ["official", "owner"]).drop("official_right", "owner_right")
    outside = kin.select("official", owner="member").distinct().anti_join(of, ["official", "owner"])
    lines = lines.anti_join(outside, ["official", "owner"])
    lines = lines.filter(_.left.notnull() | (_.declarant == _.official))
    within = (_.year >= _.joined.fill_null(_FIRST_YEAR)) & (_.year <= _.left.fill_null(_LAST_YEAR))
    return lines.filter(within).mutate(
        what=_.description.fill_null("").lower().re_replace(r"\s+", " ").strip(), amount=_.amount.cast("float64")
    )
