"""Organisations and persons of the portal, as its objects name them."""

from datetime import date

from ingest.contacts import contact
from ingest.errors import BadRecord
from ingest.identifiers import fold, identifier, number_fields
from ingest.parties import Namespace
from ingest.reading import Outcome, SourceRecord
from ingest.records import BRANCH, Alias, Debarment, Office, Officer, Organisation, Ownership, Person
from ingest.sources.goszakup_object import Portal, Told

DEBARRED_LIST = "goszakup RNU"
"""What debarments of the portal's register of unfair suppliers name as their list."""
_HIDDEN = "скрыт"
"""Stands in the addresses of sole proprietors, which are not shown."""


class Parties:
    """Makes the parties that one source record names, and their records."""

    def __init__(self, record: SourceRecord, out: Outcome) -> None:
        self._record, self._out = record, out
        self._space = Namespace(record.source, None, "KZ")

    def organisation(self, biin: str | None, *, pid: str | None = None, name: str | None = None) -> str | None:
        """The key of an organisation by BIN or IIN, else by the portal's own number, else by name; None without any."""
        if biin is None:
            if pid is None and name is None:
                return None
            key, shown = (self.by_pid(pid), pid) if pid is not None else self._space.named(name or "")
            self._out.add(Organisation(key, shown, name=name), self._record)
            return key
        key, shown, found = self._space.party(biin)
        scheme, number, _ = number_fields(found)
        if problem := self._space.problem(biin, found):
            self._out.remark(problem)
        self._out.add(Organisation(key, shown, scheme, number, problem, name, "KZ" if found else None), self._record)
        return key

    def by_pid(self, pid: str) -> str:
        """The key of a party known by the portal's own number alone."""
        return f"{self._record.source}:pid:{pid}"

    def person(self, name: str | None, iin: str | None, body: str) -> str | None:
        """The key of a person by IIN, else by the name within a body; None without either."""
        found = identifier("KZ-IIN", iin) if iin and iin.isdigit() else None
        if found is None and name is None:
            return None
        if found and found.problem:
            self._out.remark(found.problem)
        key = found.key if found else f"{body}:person:{fold(name or '')}"
        self._out.add(Person(key, key if found else name or key, *number_fields(found), name), self._record)
        return key

    def contacts(self, party: str, **written: str | None) -> None:
        """Keep what contacts say of a party; addresses that are not shown say nothing."""
        for kind, value in written.items():
            if value and _HIDDEN not in value.casefold() and (made := contact(party, kind, value)):
                self._out.add(made, self._record)


def add_subject(told: Told, out: Outcome) -> None:
    """Add a participant of the portal with its employees and addresses, nested or told of by themselves."""
    company = None
    official = supplier = False
    for found, record in told.get("Subjects", []):
        parties = Parties(record, out)
        official, supplier = found.flag("customer", "organizer"), found.flag("supplier")
        company = _participant(found, parties, record, out)
        for one in found.each("Employees"):
            _employee(one, company, record, out, official=official, supplier=supplier)
        for one in found.each("Address"):
            parties.contacts(company, address=one.text("address"), phone=one.text("phone"))
    for found, record in told.get("Employees", []):
        at = company or _owner(record)
        _employee(found, at, record, out, official=official, supplier=supplier)
    for found, record in told.get("Address", []):
        parties = Parties(record, out)
        parties.contacts(company or _owner(record), address=found.text("address"), phone=found.text("phone"))


def _participant(found: Portal, parties: Parties, record: SourceRecord, out: Outcome) -> str:
    pid, name = found.id("pid"), found.text("nameRu", "name", "nameKz", "fullNameRu", "fullName", "fullNameKz")
    key = parties.organisation(found.biin("bin", "iin"), pid=pid or found.id("inn", "unp"), name=name)
    if key is None:
        raise BadRecord("the participant has neither a number nor a name")
    if pid and parties.by_pid(pid) != key:
        out.add(Alias(parties.by_pid(pid), key), record)
    registered, activity, place = found.day("regdate"), found.id("okedList"), found.id("katoList")
    if registered or activity or place:
        region = f"{place[:2]}0000000" if place else None
        out.add(Organisation(key, key, name=name, region=region, registered=registered, activity=activity), record)
    parties.contacts(key, phone=found.text("phone"), email=found.text("email"))
    head = _head(found, parties)
    if head and head not in (key, pid and parties.by_pid(pid)):
        out.add(Ownership(head, key, BRANCH, 1.0, 1.0, direct=True), record)
    return key


def _head(found: Portal, parties: Parties) -> str | None:
    """The key of the participant that this one is a branch of: told by the portal's own number, or as an object."""
    told = found.one("parentSubject")
    if biin := told.biin("bin", "iin"):
        return parties.organisation(biin, name=told.text("nameRu", "nameKz"))
    pid = told.id("pid") or found.id("parentSubject")
    return pid and parties.by_pid(pid)


def _owner(record: SourceRecord) -> str:
    """The key of the participant whose employee or address is all that is told."""
    own = record.subject.rsplit(":", 1)[1]
    return Namespace(record.source, None, "KZ").party(own)[0] if len(own) == 12 else f"{record.source}:pid:{own}"


def _employee(
    found: Portal, company: str, record: SourceRecord, out: Outcome, *, official: bool, supplier: bool
) -> None:
    """An employee of a customer or organiser holds a public post there; of any other, acts for the company."""
    span = interval(found, "startDate", "endDate")
    if span is None:
        out.remark("an employee whose interval ends before it starts was left out")
        return
    person = Parties(record, out).person(found.text("fio"), found.biin("iin"), company)
    if person is None:
        out.remark("an employee without a name and a number was left out")
        return
    role = found.text("roleName") or found.id("role")
    if official:
        out.add(Office(person, company, role, None, *span), record)
    if supplier or not official:
        out.add(Officer(company, person, role, *span), record)


def interval(found: Portal, since: str, until: str) -> tuple[date | None, date | None] | None:
    """First and last day, None for open ends; None where the last is before the first."""
    first, last = found.day(since), found.end(until)
    return None if first and last and last < first else (first, last)


def add_debarred(found: Portal, record: SourceRecord, out: Outcome) -> None:
    """Add an entry of the register of unfair suppliers."""
    biin = found.biin("supplierBiin")
    key = Parties(record, out).organisation(
        biin, pid=found.id("pid", "supplierInnunp"), name=found.text("supplierNameRu", "supplierNameKz")
    )
    span = interval(found, "startDate", "endDate")
    if key is None:
        raise BadRecord("the entry names no supplier")
    if span is None:
        raise BadRecord("the interval ends before it starts")
    out.add(Debarment(key, DEBARRED_LIST, None, *span), record)
