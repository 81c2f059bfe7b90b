"""A map of Kazakhstan's regions: which region a name in a record means, and where it is drawn."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_KATO = re.compile(r"[0-9]{9}", re.ASCII)
_ISO = re.compile(r"kz ([0-9]{2})", re.ASCII)
_LETTERS = str.maketrans("әғқңөұүһіёәı", "агкноуухиеаi")
"""Kazakh letters as they are often typed without a Kazakh keyboard."""
_REGION = {"область", "обл", "облысы", "облыс", "region", "oblast", "oblysy", "oblys", "province"}
_CITY = {"город", "гор", "г", "каласы", "кала", "к", "city", "qalasy", "gorod"}
_OLD = {"51": "61"}
"""South Kazakhstan's own number before it was named after Turkistan in 2018."""


@dataclass(frozen=True, slots=True)
class Place:
    """A region, or a city of that rank: where it is centred, and its outline as an SVG path, or the region whose
    outline it lies ``within``."""

    code: str
    names: Mapping[str, tuple[str, str]]
    also: tuple[str, ...]
    at: tuple[int, int]
    outline: str | None
    within: str | None
    city: bool

    def name(self, language: str) -> str:
        """The short name."""
        return self.names[language][0]

    def whole(self, language: str) -> str:
        """The name with what it is."""
        return self.names[language][1]


@dataclass(frozen=True, slots=True)
class Country:
    """A drawing's width and height, and its places in the order of their codes."""

    width: int
    height: int
    places: tuple[Place, ...]


@cache
def kazakhstan() -> Country:
    """The map that comes with the package."""
    told = tomllib.loads(files("viz").joinpath("maps", "kazakhstan.toml").read_text("utf-8"))
    return Country(told["width"], told["height"], tuple(_place(one) for one in told["regions"]))


def place_of(name: str) -> str | None:
    """The code of the place that a record's region means: by KATO or ISO 3166-2 number, or by name in one of three
    languages, as it is called now or was; None where it means none, or a town in a region.

    >>> place_of("750000000"), place_of("г. Алматы"), place_of("Алматы облысы"), place_of("г. Костанай")
    ('75', '75', '19', None)
    """
    if _KATO.fullmatch(name):
        code = _OLD.get(name[:2], name[:2])
        return code if code in {one.code for one in kazakhstan().places} else None
    words = _words(name)
    if found := _ISO.fullmatch(" ".join(words)):
        return found[1] if found[1] in {one.code for one in kazakhstan().places} else None
    stem = " ".join(word for word in words if word not in _REGION | _CITY)
    cities, regions = _known()
    if _REGION & {*words}:
        return regions.get(stem)
    return cities.get(stem) or (None if _CITY & {*words} else regions.get(stem))


def places_of(rows: Iterable[Mapping[str, Any]]) -> tuple[dict[str, str], int, int]:
    """The place of each name of a region that means one, and how many ``tenders`` are and are not there."""
    codes, here, elsewhere = {}, 0, 0
    for row in rows:
        code = place_of(row["name"])
        if code is None:
            elsewhere += row["tenders"]
        else:
            codes[row["name"]], here = code, here + row["tenders"]
    return codes, here, elsewhere


@cache
def _known() -> tuple[dict[str, str], dict[str, str]]:
    """The places by every name without the word for what they are: cities, and regions."""
    found: tuple[dict[str, str], dict[str, str]] = {}, {}
    for place in kazakhstan().places:
        for name in (*(name for both in place.names.values() for name in both), *place.also):
            stem = " ".join(word for word in _words(name) if word not in _REGION | _CITY)
            found[0 if place.city else 1][stem] = place.code
    return found


def _words(name: str) -> list[str]:
    return re.sub(r"[\W_]+", " ", name.casefold().translate(_LETTERS)).split()


def _place(told: Mapping[str, Any]) -> Place:
    return Place(
        code=told["code"],
        names={language: tuple(told[language]) for language in ("en", "ru", "kk")},
        also=tuple(told["also"]),
        at=tuple(told["at"]),
        outline=told.get("outline"),
        within=told.get("within"),
        city=told.get("city", False),
    )
