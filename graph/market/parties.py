"""One row per party: the name and id that most source records give it."""

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.market.records import Records


def parties(records: Records, problems: ir.Table) -> ir.Table:
    """The parties of :func:`described`; ``problems`` (``id``, ``problem``) join what is wrong with their numbers."""
    facts = described(records).left_join(problems.rename(further="problem"), "id").drop("id_right")
    both = facts.problem + "; " + facts.further
    return facts.mutate(problem=ibis.coalesce(both, facts.problem, facts.further)).drop("further")


def described(records: Records) -> ir.Table:
    """Organisations and persons: ``id``, ``kind``, ``own_id``, ``name``, ``country``, ``region``, ``registered``,
    ``dissolved``, ``status``, ``problem``, ``birth_date``, ``entity_type``, ``reason``; unique by ``id``. Whoever a tie
    names and no source record describes is known by the node id; an owner or officer of that sort is an organisation.
    ``problem`` says what is wrong with a number.

    A register's word on the name goes before a tender's; otherwise the name and own id met most often, the first
    in the alphabet where several are. ``own_id`` is the source's own id, for people to join back.
    """
    firms, persons = records.organisation_mentions, records.person_mentions
    missing = ibis.null("string")
    firms = firms.mutate(kind=ibis.literal("organisation"), birth_date=missing, reason=missing)
    persons = persons.mutate(
        country=missing,
        entity_type=missing,
        region=missing,
        status=missing,
        registered=ibis.null("date"),
        dissolved=ibis.null("date"),
    ).mutate(kind=ibis.ifelse(_.kind == "known", "person", _.kind + " person"))
    both = ibis.union(firms.select(*_COLUMNS), persons.select(*_COLUMNS))
    both = both.union(_undescribed(records, both))
    facts = both.group_by("id").agg(
        kind=_.kind.min(),
        country=_.country.max(),
        region=_.region.max(),
        registered=_.registered.min(),
        dissolved=_.dissolved.max(),
        status=_.status.max(),
        problem=_.problem.max(),
        birth_date=_.birth_date.max(),
        entity_type=_.entity_type.max(),
        reason=_.reason.max(),
    )
    by_register = _.registered.notnull().any()
    named = _most_frequent(both, "name", by_register).join(_most_frequent(both, "own", ibis.literal(False)), "id")
    return facts.join(named, "id").rename(own_id="own")


_COLUMNS = (
    "id", "kind", "own", "name", "country", "region", "registered", "dissolved", "status", "problem", "birth_date",
    "entity_type", "reason",
)  # fmt: skip


def _undescribed(records: Records, mentions: ir.Table) -> ir.Table:
    """Mentions of the ends of ties that have none: a list may refer to whom it does not hold."""
    owned, run, held, kin = records.ownerships, records.officers, records.offices, records.kinships
    told = [(owned, "owner"), (owned, "company"), (run, "person"), (run, "company"), (held, "person"), (held, "body")]
    told += [(kin, "person"), (kin, "relative")]
    ends = ibis.union(*(table.select(id=column) for table, column in told), distinct=True).anti_join(mentions, "id")
    known = {
        "id": ends.id,
        "own": ends.id,
        "kind": ibis.ifelse(ends.id.startswith("p-"), "person", "organisation"),
        "problem": ibis.literal("another record names it, and none describes it"),
    }
    nothing = {name: ibis.null(type_) for name, type_ in mentions.schema().items() if name not in known}
    return ends.select(**known, **nothing).select(*mentions.columns)


def _most_frequent(mentions: ir.Table, column: str, better: ir.BooleanValue) -> ir.Table:
    """``id`` and the value of ``column`` that most mentions have, ``better`` ones first; null where none has one."""
    counted = mentions.group_by("id", column).agg(times=_.count(), better=better)
    order = [_[column].isnull(), _.better.desc(), _.times.desc(), _[column]]
    ranked = counted.mutate(place=ibis.row_number().over(group_by="id", order_by=order))
    return ranked.filter(_.place == 0).select("id", column)
