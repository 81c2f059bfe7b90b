"""The organisations of a release: one key for each, whatever way the publisher refers to it."""

import re
from typing import Any

from ingest import values
from ingest.contacts import contact
from ingest.identifiers import Identifier, fold, identifier, number_fields, org_id
from ingest.reading import Outcome, SourceRecord
from ingest.records import Alias, Organisation

_REGISTER = re.compile(r"[A-Z]{2,3}-[A-Z0-9_]{2,12}")


class Parties:
    """The parties of one release; knows them by the ids used inside it.

    An organisation with a number is known by it. One without is known by its publisher, its id and its name
    together, because many publishers number the parties of each release anew.
    """

    def __init__(self, release: dict[str, Any], record: SourceRecord, out: Outcome) -> None:
        self._record, self._out = record, out
        self._by_id = {own: party for party in release.get("parties") or [] if (own := party.get("id"))}
        self._keys: dict[str | None, str] = {}
        self._regions: dict[str, str | None] = {}
        self._countries: dict[str, str | None] = {}
        for party in self._by_id.values():
            self.key(party)

    def key(self, reference: Any) -> str | None:
        """The organisation's key, its records kept; None where a reference says nothing."""
        if not isinstance(reference, dict) or not reference:
            return None
        own = values.text(reference.get("id"))
        if own in self._keys:
            return self._keys[own]
        full = self._by_id.get(own or "", reference)
        if full is not reference:
            full = {**reference, **{k: v for k, v in full.items() if v}}
        found = _number(full) or (org_id(own) if own else None)
        name = values.text(full.get("name")) or values.text(_object(full, "identifier").get("legalName"))
        key = self._name_key(own, name, full) if found is None else found.key
        if key is None:
            self._out.remark("a party without id and name was left out")
            return None
        if own is not None:
            self._keys[own] = key
        self._keep(key, own, name, found, full)
        return key

    def region(self, key: str | None) -> str | None:
        """The region or, failing that, the locality of an organisation already met."""
        return self._regions.get(key or "")

    def country(self, key: str | None) -> str | None:
        """The country of an organisation already met."""
        return self._countries.get(key or "")

    def _name_key(self, own: str | None, name: str | None, full: dict[str, Any]) -> str | None:
        own = own or values.text(_object(full, "identifier").get("id"))
        if own is None and name is None:
            return None
        return f"{self._record.source}:{own or 'name'}:{fold(name or '')}"

    def _keep(
        self, key: str, own: str | None, name: str | None, found: Identifier | None, full: dict[str, Any]
    ) -> None:
        address, point = _object(full, "address"), _object(full, "contactPoint")
        region = values.text(address.get("region")) or values.text(address.get("locality"))
        self._regions[key] = region
        self._countries[key] = country = values.text(address.get("countryName"))
        if found and found.problem:
            self._out.remark(found.problem)
        shown = key if found and _REGISTER.fullmatch(found.scheme) else own or (found.number if found else name) or key
        self._out.add(
            Organisation(key, shown, *number_fields(found), name, country, region),
            self._record,
        )
        if address or point:
            self._contacts(key, address, point)
        for other in listed(full.get("additionalIdentifiers")):
            extra = _number({"identifier": other})
            if extra and extra.key != key:
                self._out.add(Alias(extra.key, key), self._record)

    def _contacts(self, key: str, address: dict[str, Any], point: dict[str, Any]) -> None:
        street = values.text(address.get("streetAddress"))
        written = ", ".join(filter(None, (street, values.text(address.get("locality"))))) if street else None
        for kind, value in (
            ("address", written),
            ("phone", values.text(point.get("telephone"))),
            ("email", values.text(point.get("email"))),
        ):
            if made := contact(key, kind, value):
                self._out.add(made, self._record)


def listed(value: object) -> list[Any]:
    """A list as it is, a single value as a list of one, nothing as an empty list."""
    return value if isinstance(value, list) else [value] if value else []


def _number(party: dict[str, Any]) -> Identifier | None:
    given = _object(party, "identifier")
    scheme, own = values.text(given.get("scheme")), values.text(given.get("id"))
    return identifier(scheme, own) if scheme and own else None


def _object(holder: dict[str, Any], name: str) -> dict[str, Any]:
    found = holder.get(name)
    return found if isinstance(found, dict) else {}
