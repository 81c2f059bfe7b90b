"""One BODS statement as normalised records."""

from collections.abc import Iterator
from typing import Any

from ingest import values
from ingest.contacts import contact
from ingest.errors import BadRecord
from ingest.identifiers import Identifier, identifier, is_scheme, number_fields
from ingest.reading import Outcome, SourceRecord
from ingest.records import Alias, Organisation, Ownership, Person, Record, Withdrawn

ANONYMOUS = frozenset(
    {"anonymousPerson", "anonymous-person", "interestedPartyExemptFromDisclosure", "subjectExemptFromDisclosure"}
)
_PERSON_KINDS = {
    "knownPerson": "known",
    "known-person": "known",
    "unknownPerson": "unknown",
    "unknown-person": "unknown",
}


def add_statement(statement: dict[str, Any], record: SourceRecord, out: Outcome) -> None:
    """Add what a statement says; a closed record says nothing any more.

    Raises :class:`BadRecord` where a share, a date or a reference cannot be used.
    """
    for replaced in _list(statement, "replacesStatements"):
        if own := values.text(replaced):
            out.add(Withdrawn(f"bods:{own}"), record)
    if values.text(statement.get("recordStatus")) == "closed":
        return
    details = statement.get("recordDetails", statement)
    if not isinstance(details, dict):
        raise BadRecord("recordDetails is not an object")
    kind = values.text(statement.get("recordType")) or values.text(statement.get("statementType"))
    add = {"entity": _entity, "entityStatement": _entity, "person": _person, "personStatement": _person}.get(
        kind or "", _ownership
    )
    for made in add(details, record):
        out.add(made, record)
        if isinstance(made, Organisation | Person) and made.problem:
            out.remark(made.problem)


def _entity(details: dict[str, Any], record: SourceRecord) -> Iterator[Record]:
    key, found, aliases = _identity(details, record)
    founded = values.day(details.get("foundingDate"), "foundingDate")
    dissolved = values.day(details.get("dissolutionDate"), "dissolutionDate")
    if founded and dissolved and dissolved < founded:
        raise BadRecord(f"dissolved ({dissolved}) before it was founded ({founded})")
    jurisdiction = _object(details, "jurisdiction") or _object(details, "incorporatedInJurisdiction")
    yield Organisation(
        key,
        key if found else record.subject.removeprefix("bods:"),
        *number_fields(found),
        values.text(details.get("name")),
        values.text(jurisdiction.get("code")),
        None,
        founded,
        dissolved,
        entity_type=_entity_type(details.get("entityType")),
    )
    yield from aliases
    yield from _addresses(details, key)


def _entity_type(given: object) -> str | None:
    """What kind of entity it is, where it is no registered company: 0.4 has a type and a narrower one."""
    told = given if isinstance(given, dict) else {"type": given}
    found = values.text(told.get("subtype")) or values.text(told.get("type"))
    return None if found in ("registeredEntity", "legalEntity", "other") else found


def _person(details: dict[str, Any], record: SourceRecord) -> Iterator[Record]:
    key, found, aliases = _identity(details, record)
    written = values.text(details.get("personType")) or "knownPerson"
    kind = "anonymous" if written in ANONYMOUS else _PERSON_KINDS.get(written, "unknown")
    yield Person(
        key,
        key if found else record.subject.removeprefix("bods:"),
        *number_fields(found),
        _full_name(details),
        values.text(details.get("birthDate")),
        kind,
        values.text(_object(details, "unspecifiedPersonDetails").get("reason")),
    )
    yield from aliases
    yield from _addresses(details, key)


def _identity(details: dict[str, Any], record: SourceRecord) -> tuple[str, Identifier | None, list[Alias]]:
    """The party's key, its number, and the other keys under which it is met: its statement, its other numbers."""
    given = (one for one in _list(details, "identifiers") if isinstance(one, dict))
    pairs = ((values.text(one.get("scheme")), values.text(one.get("id"))) for one in given)
    numbers = [found for scheme, own in pairs if scheme and own and (found := identifier(scheme, own))]
    chosen = next((one for one in numbers if is_scheme(one.scheme)), numbers[0] if numbers else None)
    key = chosen.key if chosen else record.subject
    others = dict.fromkeys(one.key for one in numbers)
    return key, chosen, [Alias(other, key) for other in (record.subject, *others) if other != key]


def _addresses(details: dict[str, Any], key: str) -> Iterator[Record]:
    for address in _list(details, "addresses"):
        if isinstance(address, dict) and (made := contact(key, "address", values.text(address.get("address")))):
            yield made


def _full_name(details: dict[str, Any]) -> str | None:
    for name in _list(details, "names"):
        if isinstance(name, dict):
            parts = [values.text(name.get(part)) for part in ("givenName", "patronymicName", "familyName")]
            if found := values.text(name.get("fullName")) or " ".join(filter(None, parts)):
                return found
    return values.text(details.get("name"))


def _ownership(details: dict[str, Any], record: SourceRecord) -> Iterator[Record]:
    company = _reference(details.get("subject"), record, "describedByEntityStatement")
    if company is None:
        raise BadRecord("the statement does not say whose ownership it is about")
    party = details.get("interestedParty")
    owner = _reference(party, record, "describedByEntityStatement", "describedByPersonStatement")
    if owner is None:
        told = _object(party, "unspecified") or party if isinstance(party, dict) else {}
        reason = values.text(told.get("reason"))
        owner = f"{record.subject}:owner"
        kind = "anonymous" if reason in ANONYMOUS else "unknown"
        yield Person(
            owner, owner.removeprefix("bods:"), kind=kind, reason=reason or values.text(told.get("description"))
        )
    if owner == company:
        raise BadRecord("the statement makes a company its own owner")
    for interest in _list(details, "interests") or [{}]:
        if not isinstance(interest, dict):
            raise BadRecord("an interest is not an object")
        yield _interest(interest, owner, company)


def _reference(given: object, record: SourceRecord, *names: str) -> str | None:
    """The key under which a statement refers to a party, or None where it names none."""
    if isinstance(given, dict):
        own = next((found for name in names if (found := values.text(given.get(name)))), None)
        return own and f"bods:{own}"
    own = values.text(given)
    return own and f"bods:{record.source}:{own}"


def _interest(interest: dict[str, Any], owner: str, company: str) -> Ownership:
    share = _object(interest, "share")
    exact = _share(share.get("exact"))
    lowest = exact if exact is not None else _share(_number(share, "minimum", "exclusiveMinimum"))
    highest = exact if exact is not None else _share(_number(share, "maximum", "exclusiveMaximum"))
    since, until = values.day(interest.get("startDate"), "startDate"), values.day(interest.get("endDate"), "endDate")
    if lowest is not None and highest is not None and highest < lowest:
        raise BadRecord("an interest's greatest share is below its least")
    values.span(since, until, "an interest")
    level = values.text(interest.get("directOrIndirect")) or values.text(interest.get("interestLevel"))
    beneficial = interest.get("beneficialOwnershipOrControl")
    return Ownership(
        owner,
        company,
        values.text(interest.get("type")),
        lowest,
        highest,
        {"direct": True, "indirect": False}.get(level or ""),
        beneficial if isinstance(beneficial, bool) else None,
        since,
        until,
    )


def _number(share: dict[str, Any], *names: str) -> object:
    """The first of the fields that is a number; before 0.4 the exclusive ones are yes or no."""
    return next(
        (found for name in names if (found := share.get(name)) is not None and not isinstance(found, bool)), None
    )


def _share(percent: object) -> float | None:
    found = values.number(percent, "share")
    if found is not None and not 0 <= found <= 100:
        raise BadRecord(f"a share is between 0 and 100 per cent, not {found:g}")
    return None if found is None else found / 100


def _list(holder: dict[str, Any], name: str) -> list[Any]:
    found = holder.get(name)
    return found if isinstance(found, list) else []


def _object(holder: object, name: str) -> dict[str, Any]:
    found = holder.get(name) if isinstance(holder, dict) else None
    return found if isinstance(found, dict) else {}
