"""Numbers of FollowTheMoney entities in the schemes by which parties are joined."""

from collections.abc import Iterator, Mapping
from typing import Any

from ingest import values
from ingest.identifiers import Identifier, identifier, kz_scheme, org_id

_SCHEMES = {
    "gb": {"registrationNumber": "GB-COH"},
    "ru": {"innCode": "RU-INN", "ogrnCode": "RU-OGRN"},
    "ua": {"registrationNumber": "UA-EDR"},
    "md": {"registrationNumber": "MD-IDNO"},
    "cz": {"registrationNumber": "CZ-ICO"},
    "fr": {"registrationNumber": "FR-RCS"},
    "no": {"registrationNumber": "NO-BRC"},
}
"""Registers of countries in org-id's list, by the property that carries their numbers."""
_ANYWHERE = {"innCode": "RU-INN", "ogrnCode": "RU-OGRN", "leiCode": "XI-LEI"}
"""Properties that name a scheme whatever the country."""
_PLAIN = ("registrationNumber", "idNumber", "taxNumber", "innCode")
"""Properties in which a number of Kazakhstan may stand."""
_COUNTRIES = ("jurisdiction", "mainCountry", "country", "nationality", "citizenship")


def numbers_of(properties: Mapping[str, Any], *, person: bool) -> list[Identifier]:
    """The numbers whose scheme is known, registers before others, each once; wrong ones carry their problem."""
    return list(dict.fromkeys(_numbers(properties, person=person)))


def _numbers(properties: Mapping[str, Any], *, person: bool) -> Iterator[Identifier]:
    countries = {country.lower() for name in _COUNTRIES for country in _texts(properties, name)}
    for name in _PLAIN:
        for written in _texts(properties, name):
            if named := org_id(written):
                yield named
            elif "kz" in countries:
                yield from _kazakh(written, person=person)
    for country in sorted(countries & set(_SCHEMES)):
        yield from _of_scheme(properties, {} if person else _SCHEMES[country])
    if "kz" not in countries:
        yield from _of_scheme(properties, _ANYWHERE)


def _of_scheme(properties: Mapping[str, Any], schemes: Mapping[str, str]) -> Iterator[Identifier]:
    for name, scheme in schemes.items():
        for written in _texts(properties, name):
            if found := identifier(scheme, written):
                yield found


def _kazakh(written: str, *, person: bool) -> Iterator[Identifier]:
    """A BIN or IIN; twelve digits that are neither are a mistake in one, anything else another country's number."""
    digits = "".join(written.split())
    scheme = kz_scheme(digits) if len(digits) == 12 else None
    if scheme is None and len(digits) == 12 and digits.isdigit():
        scheme = "KZ-IIN" if person else "KZ-BIN"
    if scheme and (found := identifier(scheme, digits)):
        yield found


def _texts(properties: Mapping[str, Any], name: str) -> list[str]:
    given = properties.get(name)
    found = (values.text(one) for one in (given if isinstance(given, list) else [given]))
    return [one for one in found if one]
