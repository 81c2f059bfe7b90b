"""One FollowTheMoney entity, with the entities inside it, as normalised records."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from ingest import values
from ingest.contacts import contact
from ingest.errors import BadRecord
from ingest.identifiers import number_fields
from ingest.reading import Outcome, SourceRecord
from ingest.records import Alias, Debarment, Kinship, Office, Officer, Organisation, Ownership, Person, Record
from ingest.sources.ftm_numbers import numbers_of

Entity = Mapping[str, Any]
ORGANISATIONS = frozenset({"Company", "LegalEntity", "Organization", "PublicBody"})
LISTED = ("debarment", "sanction")
"""Topics of parties that stand on a list themselves; being linked to one that does is no listing."""
_HELD = {
    "directorshipDirector": "director", "directorshipOrganization": "organization", "familyPerson": "person",
    "familyRelative": "relative", "identification": "holder", "occupancies": "post", "ownershipAsset": "asset",
    "ownershipOwner": "owner", "positionOccupancies": "holder", "sanctions": "entity",
}  # fmt: skip
"""Where an entity stands inside another one, by the property through which it refers back to that."""
_PUBLIC_OFFICE = "politically exposed person"


class Entities:
    """Turns an entity into records; ``source`` keeps its ids apart where the call names one."""

    def __init__(self, source: str | None, record: SourceRecord, out: Outcome) -> None:
        self._prefix = f"ftm:{source}:" if source else "ftm:"
        self._record, self._out = record, out

    def add(self, entity: Entity) -> None:
        """Add what it says; BadRecord where a date, a share or a reference cannot be used."""
        found = list(_flat(entity, None))
        told = {values.text(one.get("schema")) for one in found}
        for one in found:
            schema = values.text(one.get("schema")) or ""
            make = _MAKERS.get(schema)
            if make is None:
                if one is found[0]:  # an address inside its party's entity was read with it
                    self._out.remark(f"{schema}: kept as source records, no rule reads them")
                continue
            for made in make(self, one):
                self._out.add(made, self._record)
                if isinstance(made, Organisation | Person) and made.problem:
                    self._out.remark(made.problem)
            if schema in ORGANISATIONS or schema == "Person":
                for made in self._by_topics(one, told):
                    self._out.add(made, self._record)

    def _key(self, own: str) -> str:
        return self._prefix + own

    def _of(self, entity: Entity, name: str) -> list[str]:
        """The keys that a property refers to; BadRecord where it names none."""
        found = [self._key(own) for own in _texts(entity, name)]
        if not found:
            raise BadRecord(f"the {entity['schema']} does not say its {name}")
        return found

    def _party(self, entity: Entity) -> Iterator[Record]:
        """A person or organisation under its number, where it has one of a scheme that is known, else under its id.

        Every further name is a mention of its own.
        """
        own = _id(entity)
        numbers = numbers_of(entity["properties"], person=entity["schema"] == "Person")
        chosen = next((one for one in numbers if not one.problem), None)
        wrong = next((one for one in numbers if one.problem), None)
        key = chosen.key if chosen else self._key(own)
        numbered = number_fields(chosen or wrong)
        shown = chosen.key if chosen else own
        caption = values.text(entity.get("caption"))
        names = dict.fromkeys([caption, *_texts(entity, "name"), *_texts(entity, "alias")])
        told: list[str | None] = [one for one in names if one and one != own]
        for place, name in enumerate(told or [None]):
            if entity["schema"] == "Person":
                yield Person(key, shown, *numbered, name, _birth_date(entity))
                continue
            country = (_first(entity, "jurisdiction", "mainCountry", "country") or "").upper() or None
            # Only the first name is the register's: it goes before others where a party is named.
            days = (_day(entity, "incorporationDate"), _day(entity, "dissolutionDate", last=True)) if place == 0 else ()
            yield Organisation(key, shown, *numbered, name, country, None, *days)
        again = [self._key(own), *(self._key(other) for other in _listed(entity, "referents"))]
        again += [one.key for one in numbers if not one.problem]
        for other in dict.fromkeys(again):
            if other != key:
                yield Alias(other, key)
        for kind in ("address", "phone", "email"):
            for written in _texts(entity, kind):
                if made := contact(key, kind, written):
                    yield made

    def _by_topics(self, entity: Entity, told: set[str | None]) -> Iterator[Record]:
        """A listing or a public office that only a topic tells of: what an entity inside says is said in full there."""
        key, topics = self._key(_id(entity)), _texts(entity, "topics")
        listed = [topic for topic in topics if topic in LISTED]
        if listed and "Sanction" not in told:
            sets = _listed(entity, "datasets")
            yield Debarment(
                key, sets[0] if sets else self._record.source, ", ".join(_texts(entity, "program") or listed)
            )
        if "role.pep" in topics and "Occupancy" not in told:
            country = (_first(entity, "country", "nationality", "citizenship") or "no country").upper()
            body = f"{self._prefix}public office:{country}"
            yield Organisation(body, body, name=f"Public office, {country}")
            for position in _texts(entity, "position") or [_PUBLIC_OFFICE]:
                yield Office(key, body, position)

    def _ownership(self, entity: Entity) -> Iterator[Record]:
        since, until = _interval(entity)
        least, most = _shares(_first(entity, "percentage"))
        interest = _first(entity, "ownershipType", "role") or "shareholding"
        for owner in self._of(entity, "owner"):
            for company in self._of(entity, "asset"):
                if owner == company:
                    raise BadRecord("the Ownership makes a company its own owner")
                yield Ownership(owner, company, interest, least, most, None, None, since, until)

    def _directorship(self, entity: Entity) -> Iterator[Record]:
        since, until = _interval(entity)
        for person in self._of(entity, "director"):
            for company in self._of(entity, "organization"):
                yield Officer(company, person, _first(entity, "role") or "director", since, until)

    def _family(self, entity: Entity) -> Iterator[Record]:
        since, until = _interval(entity)
        for person in self._of(entity, "person"):
            for relative in self._of(entity, "relative"):
                if person == relative:
                    raise BadRecord("a person cannot be their own kin")
                yield Kinship(person, relative, _first(entity, "relationship"), since, until)

    def _occupancy(self, entity: Entity) -> Iterator[Record]:
        since, until = _interval(entity)
        for person in self._of(entity, "holder"):
            for post in self._of(entity, "post"):
                yield Office(person, post, entity.get("post_name"), None, since, until)

    def _position(self, entity: Entity) -> Iterator[Record]:
        """A post is the body that it belongs to, or a body of its own where it names none."""
        key = self._key(_id(entity))
        bodies = _texts(entity, "organization")
        if bodies:
            yield Alias(key, self._key(bodies[0]))
        else:
            country = (_first(entity, "country") or "").upper() or None
            yield Organisation(key, _id(entity), name=_first(entity, "name"), country=country)

    def _sanction(self, entity: Entity) -> Iterator[Record]:
        started = _day(entity, "startDate") or _day(entity, "listingDate")
        since, until = values.span(started, _day(entity, "endDate", last=True), "the listing")
        authority, program = _first(entity, "authority"), _first(entity, "program", "programId")
        name = " / ".join(dict.fromkeys(filter(None, (authority, program)))) or self._record.source
        for party in self._of(entity, "entity"):
            yield Debarment(party, name, _first(entity, "reason", "provisions"), since, until)

    def _identification(self, entity: Entity) -> Iterator[Record]:
        """A document of a party's: its number is another key of the party, where the scheme is known."""
        told = {"idNumber": _texts(entity, "number"), "country": _texts(entity, "country")}
        for holder in self._of(entity, "holder"):
            for one in numbers_of(told, person=False):
                if not one.problem:
                    yield Alias(one.key, holder)


_MAKERS: Mapping[str, Callable[[Entities, Entity], Iterator[Record]]] = {
    **dict.fromkeys((*sorted(ORGANISATIONS), "Person"), Entities._party),
    "Directorship": Entities._directorship,
    "Family": Entities._family,
    "Identification": Entities._identification,
    "Passport": Entities._identification,
    "Occupancy": Entities._occupancy,
    "Ownership": Entities._ownership,
    "Position": Entities._position,
    "Sanction": Entities._sanction,
}
_UNREAD = """
Address Airplane Analyzable Article Asset Associate Audio BankAccount Call CallForTenders Contract ContractAward Control
CourtCase CourtCaseParty CryptoWallet Debt Document Documentation EconomicActivity Email Employment Event Folder
HyperText Image Interest Interval License Membership Mention Message Note Package Page Pages Payment PlainText Project
ProjectParticipant RealEstate Representation Risk Security Similar Succession Table TaxRoll Territory Thing Trip
UnknownLink UserAccount Value Vehicle Vessel Video Workbook
"""
KNOWN = frozenset({*_MAKERS, *_UNREAD.split()})
"""The schemata of FollowTheMoney 4.11: anything else is a mistake."""


def _flat(entity: Entity, back: tuple[str, str] | None) -> Iterator[dict[str, Any]]:
    """The entity and those inside it, each with ids in the places of entities."""
    properties = entity.get("properties")
    if not isinstance(properties, Mapping):
        raise BadRecord("an entity has no properties")
    own, told, inside = _id(entity), dict[str, list[Any]](), []
    for name, given in properties.items():
        told[name] = []
        for value in given if isinstance(given, list) else [given]:
            if isinstance(value, Mapping):
                inside.append((value, (_HELD[name], own) if name in _HELD else None))
                told[name].append(_id(value))
                if name == "addressEntity" and (full := _first({**value}, "full", "name")):
                    told.setdefault("address", []).append(full)
            else:
                told[name].append(value)
    if back is not None and not told.get(back[0]):
        told[back[0]] = [back[1]]
    posts = [one for one, _back in inside if one.get("schema") == "Position"]
    yield {**entity, "properties": told, "post_name": _first(posts[0], "name") if posts else None}
    for value, held in inside:
        yield from _flat(value, held)


def _id(entity: Entity) -> str:
    own = values.text(entity.get("id"))
    if own is None:
        raise BadRecord("an entity inside has no id")
    return own


def _texts(entity: Entity, name: str) -> list[str]:
    """The values of a property, each once; a single one may stand without its list."""
    properties = entity.get("properties")
    return _listed(properties, name) if isinstance(properties, Mapping) else []


def _listed(holder: Mapping[str, Any], name: str) -> list[str]:
    given = holder.get(name)
    found = (values.text(one) for one in (given if isinstance(given, list) else [given]))
    return list(dict.fromkeys(one for one in found if one))


def _first(entity: Entity, *names: str) -> str | None:
    return next((found[0] for name in names if (found := _texts(entity, name))), None)


def _day(entity: Entity, name: str, *, last: bool = False) -> date | None:
    """The first day of a property's earliest value, or the last of its latest; BadRecord where one is no date."""
    days = [day for written in _texts(entity, name) if (day := values.edge_day(written, name, last=last))]
    return (max(days) if last else min(days)) if days else None


def _interval(entity: Entity) -> tuple[date | None, date | None]:
    days = _day(entity, "startDate"), _day(entity, "endDate", last=True)
    return values.span(*days, f"the {entity['schema']}")


def _birth_date(entity: Entity) -> str | None:
    """The most precise birth date as written; BadRecord where one is no date."""
    written = _texts(entity, "birthDate")
    for one in written:
        values.edge_day(one, "birthDate")
    return max(written, key=lambda one: (len(one), one)) if written else None


def _shares(written: str | None) -> tuple[float | None, float | None]:
    """The least and the greatest share that a text allows: ``51``, ``51.5%``, ``25-50``; what says neither is None."""
    if written is None:
        return None, None
    parts = written.replace("%", "").replace("\u2013", "-").replace(" ", "").split("-")
    try:
        found = [values.number(part, "percentage") for part in parts]
    except BadRecord:
        return None, None
    if len(found) > 2 or not all(one is not None and 0 <= one <= 100 for one in found):
        raise BadRecord(f"percentage is no share between 0 and 100: {written!r:.60}")
    shares = sorted(one / 100 for one in found if one is not None)
    return shares[0], shares[-1]
