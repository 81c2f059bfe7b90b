"""Ownership as BODS 0.4: statements about companies, persons, and the relationships between them."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from api.demo.identities import Company, Person
from api.demo.society import Interest, Society

PUBLISHER = "Реестр бенефициарных собственников"
_FIRST_STATEMENT = date(2021, 1, 4)
_UNKNOWN = {
    "reason": "subjectUnableToConfirmOrIdentifyBeneficialOwner",
    "description": "Бенефициарный собственник не установлен",
}


def write_bods(folder: Path, society: Society) -> int:
    """``statements.json`` below ``folder``, one statement to a line of its list; says how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [msgspec.json.encode(statement) for statement in statements(society)]
    (folder / "statements.json").write_bytes(b"[\n" + b",\n".join(lines) + b"\n]\n")
    return len(lines)


def statements(society: Society) -> Iterator[dict[str, Any]]:
    """Companies, then persons, then who owns what, each in the order of ids.

    Only companies whose ownership is told of, and persons who own or whose address is known. A share that ended
    is told of twice: as it began, and again when it had ended. Of some companies the owners are unknown.
    """
    told = sorted({one.company for one in society.interests} | {one.owner for one in society.interests})
    persons = {owner for owner in told if owner in society.persons} | set(society.addresses)
    unknown = [firm.company for firm in society.country.firms if not firm.sole and firm.company.id not in society.owned]
    for own in sorted({one for one in told if one in society.companies} | {one.id for one in unknown}):
        yield _entity(society.companies[own])
    for own in sorted(persons):
        yield _person(society.persons[own], society.addresses.get(own))
    nth: Counter[tuple[str, str]] = Counter()
    for one in sorted(society.interests, key=lambda one: (one.company, one.owner, one.since)):
        nth[one.company, one.owner] += 1
        record = _opaque("relationship", one.company, one.owner, str(nth[one.company, one.owner]))
        yield from _relationship(record, one)
    for company in sorted(unknown, key=lambda company: company.id):
        record = _opaque("relationship", company.id, "unknown")
        details = {"isComponent": False, "subject": _opaque(company.id), "interestedParty": _UNKNOWN, "interests": []}
        yield _statement(record, "relationship", details, _FIRST_STATEMENT)


def _opaque(*parts: str) -> str:
    """An id that shows no number of a person: sixteen hexadecimal digits."""
    return sha256("\0".join(parts).encode()).hexdigest()[:16]


def _statement(record: str, kind: str, details: dict[str, Any], day: date, status: str = "new") -> dict[str, Any]:
    written = day.isoformat()
    return {
        "statementId": sha256(f"{record}\0{status}\0{written}".encode()).hexdigest()[:36],
        "declarationSubject": details.get("subject", record),
        "statementDate": written,
        "publicationDetails": {
            "publicationDate": written,
            "bodsVersion": "0.4",
            "publisher": {"name": PUBLISHER},
        },
        "recordId": record,
        "recordStatus": status,
        "recordType": kind,
        "recordDetails": details,
    }


def _entity(company: Company) -> dict[str, Any]:
    details = {
        "isComponent": False,
        "entityType": {"type": "registeredEntity"},
        "name": company.full_name,
        "jurisdiction": {"name": "Казахстан", "code": "KZ"},
        "foundingDate": company.registered.isoformat(),
        "identifiers": [_identifier(company.id)],
    }
    if company.dissolved:
        details["dissolutionDate"] = company.dissolved.isoformat()
    return _statement(_opaque(company.id), "entity", details, max(company.registered, _FIRST_STATEMENT))


def _person(person: Person, address: str | None) -> dict[str, Any]:
    details: dict[str, Any] = {
        "isComponent": False,
        "personType": "knownPerson",
        "names": [{"type": "legal", "fullName": person.name}],
        "birthDate": person.born.isoformat(),
        "nationalities": [{"name": "Казахстан", "code": "KZ"}],
        "identifiers": [_identifier(person.id)],
    }
    if address:
        details["addresses"] = [{"type": "service", "address": address, "country": {"name": "Казахстан", "code": "KZ"}}]
    return _statement(_opaque(person.id), "person", details, _FIRST_STATEMENT)


def _identifier(own: str) -> dict[str, str]:
    scheme, number = own[:6], own[7:]
    return {"scheme": scheme, "schemeName": "БИН" if scheme == "KZ-BIN" else "ИИН", "id": number}


def _relationship(record: str, one: Interest) -> Iterator[dict[str, Any]]:
    by_person = one.owner.startswith("KZ-IIN")
    share: dict[str, float] = {"exact": one.least}
    if one.least != one.most:
        share = {"minimum": one.least, "maximum": one.most}
    interest: dict[str, Any] = {
        "type": "shareholding",
        "beneficialOwnershipOrControl": by_person and one.least >= 25,
        "directOrIndirect": "direct",
        "startDate": one.since.isoformat(),
        "share": share,
    }
    details = {
        "isComponent": False,
        "subject": _opaque(one.company),
        "interestedParty": _opaque(one.owner),
        "interests": [interest],
    }
    yield _statement(record, "relationship", details, max(one.since, _FIRST_STATEMENT))
    if one.until:
        ended = {**details, "interests": [{**interest, "endDate": one.until.isoformat()}]}
        yield _statement(record, "relationship", ended, max(one.until, _FIRST_STATEMENT), "updated")
