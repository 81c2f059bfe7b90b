"""Honest look-alikes: what looks like a ring or a tie and is none.

Beside the ones here: tight markets (:mod:`api.demo.markets`), consortium partners (:mod:`api.demo.country`) and a
regulated price floor (:mod:`api.demo.floor`).
"""

from dataclasses import replace
from datetime import date, timedelta

from api.demo.country import Country, Firm
from api.demo.identities import RELATIONS, Company, Registrar
from api.demo.places import CATEGORIES, REGIONS
from api.demo.scale import FIRST_DAY
from api.demo.society import Society
from api.demo.wins import Wins

MASS_ADDRESS = 0.08
"""The share of firms at the address of a registration agent."""
ACCOUNTANT_PHONE = 0.055
"""The share of firms that give the phone of the accountant who keeps books for all of them."""
NOMINEE = 0.04
"""How many companies one nominee director runs, as a share of the number of firms."""
AUDITOR = 0.3
"""The share of firms of which one auditor is an officer."""
STATE_HOLDING = 0.028
"""The share of firms that a state holding owns."""
_FEWEST = 14
_SHELVES = 0.1


def many(country: Country, share: float) -> int:
    """So many firms for a look-alike: a share of all, never so few that they would be a tie."""
    return max(_FEWEST, round(share * len(country.firms)))


def share_contacts(registrar: Registrar, country: Country) -> tuple[Country, str]:
    """Give many firms the agent's address, and many the accountant's phone; says the address."""
    rng = registrar.rng
    agent, phone = registrar.street(), registrar.phone()
    free = country.free
    town = REGIONS[0].towns[0]
    at_agent = set(rng.sample(free, min(len(free), many(country, MASS_ADDRESS))))
    with_phone = set(rng.sample(free, min(len(free), many(country, ACCOUNTANT_PHONE))))
    firms: list[Firm] = []
    for number, firm in enumerate(country.firms):
        company = firm.company
        if number in at_agent:
            company = replace(company, street=agent, town=town)
        if number in with_phone:
            company = replace(company, phone=phone)
        firms.append(replace(firm, company=company))
    return replace(country, firms=tuple(firms)), f"{agent}, {town}"


def plant_companies(society: Society) -> None:
    """A state holding, a nominee director of firms and shelf companies, and an auditor of hundreds."""
    rng, country = society.registrar.rng, society.country
    free = [country.firms[number].company for number in _untied(society)]
    free = [company for company in free if company.id not in society.directed]
    rng.shuffle(free)
    owned, free = free[: many(country, STATE_HOLDING)], free[many(country, STATE_HOLDING) :]
    state = _state_holding(society)
    for company in owned:
        society.own(state.id, company, 100.0)
    nominee = society.stranger()
    for company in [*free[: many(country, NOMINEE) // 2], *_shelf_companies(society)[: many(country, NOMINEE)]]:
        society.run(nominee, company)
    auditor = society.stranger()
    audited = [firm.company for firm in country.firms if not firm.sole]
    for company in rng.sample(audited, min(len(audited), many(country, AUDITOR))):
        society.run(auditor, company, "auditor", society.registrar.day(company.registered, FIRST_DAY))


def _state_holding(society: Society) -> Company:
    first = society.country.buyers[0].company
    made = society.registrar.holding(first)
    name = "АО «Ұлттық қызмет холдингі»"
    return society.add(replace(made, name=name, full_name=name))


def _shelf_companies(society: Society) -> list[Company]:
    """Companies that never bid, one in six dissolved."""
    registrar, country = society.registrar, society.country
    found = []
    for _ in range(max(2 * _FEWEST, round(_SHELVES * len(country.firms)))):
        region = registrar.rng.choice(REGIONS[: country.scale.regions])
        category = registrar.rng.choice(CATEGORIES[: country.scale.categories])
        span = (date(2012, 1, 5), date(2023, 6, 30))
        company = registrar.company(region, registrar.rng.choice(region.towns), category, span)
        if registrar.rng.random() < 1 / 6:
            company = replace(company, dissolved=company.registered + timedelta(registrar.rng.randint(200, 540)))
        found.append(society.add(company))
    return found


def plant_officials(society: Society, wins: Wins, mass_address: str) -> None:
    """Officials who look tied to a supplier and are not, as many of each sort as of each kind of tie.

    Their kin own a firm that never won from their body; they sold the firm before it won there; an owner bears
    their name but another number; they are registered at the agent's address, as are suppliers.
    """
    for turn in range(society.country.scale.ties):
        _kin_elsewhere(society, wins, turn)
        _sold(society, wins)
        _namesake(society, wins)
        _at_mass_address(society, wins, mass_address)


def _untied(society: Society) -> list[int]:
    """Firms without a part and without owners so far."""
    firms = society.country.firms
    return [number for number in society.country.free if firms[number].company.id not in society.owned]


def _official_with(society: Society, wins: Wins, late: date | None = None) -> tuple[int, int]:
    """A firm without owners so far, and a body that it won from, for the first time from ``late`` on."""
    free = set(_untied(society))
    places = [
        (firm, buyer) for (firm, buyer), days in wins.days.items() if firm in free and (late is None or days[0] >= late)
    ]
    return society.registrar.rng.choice(places)


def _kin_elsewhere(society: Society, wins: Wins, turn: int) -> None:
    country, rng = society.country, society.registrar.rng
    buyer = rng.randrange(country.agency)
    firm = rng.choice([firm for firm in _untied(society) if (firm, buyer) not in wins.days])
    company = country.firms[firm].company
    official = society.serve(society.stranger((48, 60)), buyer, date(2019, 3, 1))
    relative = society.relative(official, RELATIONS[turn % len(RELATIONS)])
    society.own(relative.id, company, 100.0)
    society.run(relative, company)


def _sold(society: Society, wins: Wins) -> None:
    firm, buyer = _official_with(society, wins, date(2021, 9, 1))
    company = society.country.firms[firm].company
    sold = wins.days[firm, buyer][0] - timedelta(society.registrar.rng.randint(60, 150))
    official = society.serve(society.stranger((35, 60)), buyer, date(2018, 5, 2))
    society.own(official.id, company, 100.0, sold)
    society.own(society.stranger().id, company, 100.0)
    society.interests[-1] = replace(society.interests[-1], since=sold + timedelta(1))
    society.run(society.stranger(), company)


def _namesake(society: Society, wins: Wins) -> None:
    firm, buyer = _official_with(society, wins)
    company = society.country.firms[firm].company
    owner = society.stranger((30, 60))
    society.own(owner.id, company, 100.0)
    society.run(owner, company)
    society.serve(society.meet(society.registrar.namesake(owner)), buyer, date(2019, 9, 2))


def _at_mass_address(society: Society, wins: Wins, mass_address: str) -> None:
    country = society.country
    places = [buyer for firm, buyer in wins.days if country.firms[firm].company.address == mass_address]
    official = society.stranger((35, 60))
    society.serve(official, society.registrar.rng.choice(places), date(2019, 1, 14))
    society.addresses[official.id] = mass_address
