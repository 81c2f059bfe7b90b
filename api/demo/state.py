"""What the state keeps about officials and suppliers: declarations, and the list of suppliers that are debarred."""

from dataclasses import dataclass
from datetime import date, timedelta

from api.demo.scale import LAST_DAY
from api.demo.society import Declared, Office, Society
from api.demo.wins import Wins

DEBARRED_LIST = "Реестр недобросовестных участников государственных закупок"
_YEARS = range(2020, 2025)
_REASONS = (
    "Предоставление недостоверной информации",
    "Уклонение от заключения договора",
    "Шарт міндеттемелерін орындамау",
)


@dataclass(frozen=True, slots=True)
class Debarred:
    """A supplier that may not be contracted in a time."""

    firm: int
    reason: str
    since: date
    until: date


def declare_all(society: Society) -> None:
    """Income of every official for each year in office, often the spouse's too; some buy a car, few a flat."""
    rng = society.registrar.rng
    spouses = {kin.person: kin.relative for kin in society.kin if kin.relation == "spouse"}
    for office in list(society.offices):
        years = _in_office(office)
        for year in years:
            salary = rng.randint(3_000, 9_000) * 1000
            society.declared.append(Declared(office.person, year, "income", "Заработная плата", salary, office.person))
            spouse = spouses.get(office.person)
            if spouse and rng.random() < 0.6:
                salary = rng.randint(1_500, 6_000) * 1000
                society.declared.append(Declared(office.person, year, "income", "Жалақы", salary, spouse))
        for what, chance, least, most in (("Автомобиль", 0.3, 4_000, 9_000), ("Квартира", 0.08, 9_000, 18_000)):
            if len(years) >= 2 and rng.random() < chance:
                price = rng.randint(least, most) * 1000
                bought = Declared(office.person, rng.choice(years), "asset", what, price, office.person)
                society.declared.append(bought)


def _in_office(office: Office) -> list[int]:
    last = (office.until or LAST_DAY).year
    return [year for year in _YEARS if office.since.year <= year <= last]


def debar(society: Society, wins: Wins) -> list[Debarred]:
    """Suppliers that were debarred before the first tender, or for two years after their last bid, never in between."""
    rng, country = society.registrar.rng, society.country
    found = []
    for place, firm in enumerate(rng.sample(country.free, max(3, len(country.free) // 70))):
        since = wins.last_bids.get(firm, date(2021, 6, 1)) + timedelta(rng.randint(20, 60))
        until = since + timedelta(730)
        if place % 2 or since > LAST_DAY:
            registered = country.firms[firm].company.registered
            since = max(date(2016, 3, 1), registered) + timedelta(rng.randint(1, 20))
            until = min(since + timedelta(730), date(2020, 12, 25))
        found.append(Debarred(firm, rng.choice(_REASONS), since, max(since, until)))
    return sorted(found, key=lambda one: (one.since, one.firm))
