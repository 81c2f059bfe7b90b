"""Planted enrichment: officials whose household buys what it has not earned, and honest ones who look like it.

Planted, beside tied officials who spend (:mod:`api.demo.ties`):

* ``own``: assets in the official's own name, declared again in every later year.
* ``spouse``: in the name of the spouse, with the day on which they were bought.
* ``abroad``: bought in dollars.

Honest: a mortgage, an inheritance, the sale of the old flat, a spouse with a business, a house that was there in the
first declaration, a flat for seven times the income, and both spouses declaring one flat.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random

from api.demo.planted import PlantedEnrichment
from api.demo.society import Declared, Society

USD = {2020: 413, 2021: 426, 2022: 460, 2023: 456, 2024: 469}
"""Tenge for a dollar by year."""
_LEAST_YEARS = 4


@dataclass(frozen=True, slots=True)
class _Household:
    """An official with a spouse, and what both declared so far: years, and income in all."""

    official: str
    spouse: str
    years: tuple[int, ...]
    income: int


def plant_wealth(society: Society, rng: Random) -> tuple[PlantedEnrichment, ...]:
    """Add to the declarations of officials whom nothing else is about; says whose income does not explain them.

    As many of each sort as of each kind of tie, and fewer where a small country has not so many couples.
    """
    couples = _couples(society)
    rng.shuffle(couples)
    sorts: list[tuple[str, Callable[[_Household, Random], list[Declared]]]] = [*_PLANTED.items(), *_HONEST.items()]
    found = []
    for turn, couple in enumerate(couples[: len(sorts) * society.country.scale.ties]):
        name, made = sorts[turn % len(sorts)]
        society.declared += made(couple, rng)
        if name in _PLANTED:
            found.append(PlantedEnrichment(name, couple.official))
    return tuple(sorted((*society.enriched, *found), key=lambda one: (one.kind, one.official)))


def _couples(society: Society) -> list[_Household]:
    """Officials with one post and a spouse who declared for four years or more and bought nothing, in order of ids."""
    spouses = {kin.person: kin.relative for kin in society.kin if kin.relation == "spouse"}
    posts: dict[str, int] = {}
    for office in society.offices:
        posts[office.person] = posts.get(office.person, 0) + 1
    bought = {one.person for one in society.declared if one.kind == "asset"}
    found = []
    for official in sorted(set(spouses) & {person for person, count in posts.items() if count == 1} - bought):
        lines = [one for one in society.declared if one.person == official]
        years = tuple(sorted({one.year for one in lines}))
        if len(years) >= _LEAST_YEARS:
            found.append(_Household(official, spouses[official], years, sum(one.amount for one in lines)))
    return found


def _asset(of: _Household, year: int, what: str, amount: float, owner: str | None = None) -> Declared:
    return Declared(of.official, year, "asset", what, _rounded(amount), owner or of.official)


def _came(of: _Household, year: int, kind: str, what: str, amount: float) -> Declared:
    return Declared(of.official, year, kind, what, _rounded(amount), of.official)


def _rounded(amount: float) -> int:
    return round(amount / 1000) * 1000


def _own(of: _Household, rng: Random) -> list[Declared]:
    parts = [rng.uniform(6, 12) * of.income for _ in range(2)]
    bought = zip(rng.sample(of.years[1:], 2), ("Коттедж", "Земельный участок, 2 га"), parts, strict=True)
    return [
        _asset(of, later, what, amount) for year, what, amount in bought for later in of.years if later >= year
    ]  # fmt: skip


def _spouse(of: _Household, rng: Random) -> list[Declared]:
    year = rng.choice(of.years)
    day = date(year, rng.randint(1, 12), rng.randint(1, 28))
    amount = _rounded(rng.uniform(11.5, 30) * of.income)
    return [Declared(of.official, year, "asset", "Пәтер, 180 м²", amount, of.spouse, day)]


def _abroad(of: _Household, rng: Random) -> list[Declared]:
    year = rng.choice(of.years[1:])
    amount = _rounded(rng.uniform(12, 30) * of.income / USD[year])
    return [Declared(of.official, year, "asset", "Apartment, Antalya", amount, of.official, currency="USD")]


def _mortgage(of: _Household, rng: Random) -> list[Declared]:
    year, price = rng.choice(of.years[1:]), rng.uniform(11, 14) * of.income
    debt = [_came(of, later, "loan", "Ипотека, 20 лет", 0.85 * price) for later in of.years if later >= year]
    return [_asset(of, year, "Квартира в ипотеку", price), *debt]


def _inheritance(of: _Household, rng: Random) -> list[Declared]:
    year, worth = rng.choice(of.years[1:]), rng.uniform(12, 20) * of.income
    return [_asset(of, year, "Дом родителей", worth), _came(of, year, "gift", "Наследство: дом родителей", worth)]


def _sale(of: _Household, rng: Random) -> list[Declared]:
    year, price = rng.choice(of.years[1:]), rng.uniform(11, 15) * of.income
    old = [_asset(of, earlier, "Старая квартира", 0.9 * price) for earlier in of.years if earlier < year]
    return [*old, _came(of, year, "sale", "Продажа старой квартиры", 0.9 * price), _asset(of, year, "Квартира", price)]


def _business(of: _Household, rng: Random) -> list[Declared]:
    earned = [_rounded(rng.uniform(2, 3) * of.income) for _ in of.years]
    rich = [
        Declared(of.official, year, "income", "Доход от ИП", amount, of.spouse)
        for year, amount in zip(of.years, earned, strict=True)
    ]
    return [*rich, _asset(of, rng.choice(of.years[1:]), "Дом", rng.uniform(12, 20) * of.income, of.spouse)]


def _always(of: _Household, rng: Random) -> list[Declared]:
    worth = rng.uniform(15, 40) * of.income
    # What an office values anew each year stays the same house.
    return [_asset(of, year, "Жилой дом", worth * (1 + 0.05 * n)) for n, year in enumerate(of.years)]


def _dear(of: _Household, rng: Random) -> list[Declared]:
    return [_asset(of, rng.choice(of.years[1:]), "Квартира, 3 комнаты", rng.uniform(6.5, 7.5) * of.income)]


def _both(of: _Household, rng: Random) -> list[Declared]:
    year, price = rng.choice(of.years[1:]), rng.uniform(6.5, 7.5) * of.income
    flat = _asset(of, year, "Квартира, совместная", price)
    theirs = Declared(of.spouse, year, "asset", flat.description, flat.amount, of.spouse)
    return [flat, Declared(of.spouse, of.years[0], "income", "Пособие", 1000, of.spouse), theirs]


_PLANTED = {"own": _own, "spouse": _spouse, "abroad": _abroad}
_HONEST = {
    "mortgage": _mortgage, "inheritance": _inheritance, "sale": _sale, "business": _business, "always": _always,
    "dear": _dear, "both": _both,
}  # fmt: skip
