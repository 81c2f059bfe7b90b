"""Planted ties: officials whose bodies buy from firms that they, their kin or their holdings own or run.

* ``direct``: the official owns at least a quarter of the supplier, or is its director.
* ``kin``: a spouse, child, parent or sibling of the official does.
* ``holding``: the official, or a relative, owns a holding, which owns the supplier or another holding above it.

Offices, shares and posts hold before the first tender that the firm won from the body and after the last.
"""

from datetime import date, timedelta

from api.demo.identities import RELATIONS, Company, Person
from api.demo.planted import PlantedEnrichment, PlantedTie
from api.demo.schedule import Favour
from api.demo.society import Declared, Society, holding

_RICH = 0.5


def plant_ties(society: Society, favours: tuple[Favour, ...]) -> tuple[PlantedTie, ...]:
    """Give every favour its reason; says what was planted."""
    turns: dict[str, int] = {}
    found = []
    for favour in favours:
        turn = turns[favour.kind] = turns.get(favour.kind, -1) + 1
        found.append(_plant(society, favour, turn))
    return tuple(found)


def _plant(society: Society, favour: Favour, turn: int) -> PlantedTie:
    country, rng = society.country, society.registrar.rng
    company = country.firms[favour.firm].company
    # From 48 years on, an official's children are of age when the firm is registered or soon after.
    official = society.stranger((48, 60))
    since = favour.first - timedelta(rng.randint(200, 1500))
    until = favour.last + timedelta(rng.randint(60, 400)) if rng.random() < 0.2 else None
    society.serve(official, favour.buyer, since, until)
    relative = None
    if favour.kind == "kin" or (favour.kind == "holding" and turn % 3):
        relation = RELATIONS[turn % len(RELATIONS)] if favour.kind == "kin" else rng.choice(RELATIONS)
        relative = society.relative(official, relation)
    _tie(society, company, relative or official, (favour.kind, turn))
    if rng.random() < _RICH:
        near = {kin.relative for kin in society.kin if kin.relation in ("spouse", "child")}
        _spend(society, official, relative if relative and relative.id in near else official)
    return PlantedTie(favour.kind, official.id, company.id, country.buyers[favour.buyer].company.id)


def _tie(society: Society, company: Company, person: Person, how: tuple[str, int]) -> None:
    """The person in the firm: as owner or director by turns, or above it through one holding or two."""
    rng = society.registrar.rng
    kind, turn = how
    if kind == "holding":
        upper = holding(society, person, company, rng.choice((100.0, 85.0, 80.0)))
        if turn % 3 == 1:
            middle = society.add(society.registrar.holding(company))
            society.own(upper.id, middle, 75.0)
            society.rest_owned(middle, 75.0)
            society.run(society.stranger(), middle)
            upper = middle
        share = rng.choice((60.0, 70.0, 100.0))
        society.own(upper.id, company, share)
        society.rest_owned(company, share)
    elif turn % 2:
        society.run(person, company)
    else:
        share = rng.choice((30.0, 45.0, 51.0, 100.0))
        society.own(person.id, company, share)
        society.rest_owned(company, share)


def _spend(society: Society, official: Person, household: Person) -> None:
    """Assets of the household worth more than ten times the income that it declares."""
    rng = society.registrar.rng
    for year in rng.sample(range(2021, 2025), 2):
        amount = rng.randint(500, 900) * 1_000_000
        what = rng.choice(("Жилой дом", "Квартира", "Земельный участок"))
        day = date(year, 1 + amount // 1_000_000 % 12, 1 + amount // 1_000_000 % 28)
        society.declared.append(Declared(official.id, year, "asset", what, amount, household.id, day))
    society.enriched.append(PlantedEnrichment("tied", official.id))
