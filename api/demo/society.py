"""Who owns, runs and governs: the facts that registers hold about companies, persons and public bodies."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from api.demo.country import Country
from api.demo.identities import Company, Person, Registrar
from api.demo.planted import PlantedEnrichment
from api.demo.scale import FIRST_DAY, LAST_DAY

Range = tuple[float, float]
"""The least and the most of a share that is not known exactly, in per cent."""
RANGES: tuple[Range, ...] = ((25.0, 50.0), (50.0, 75.0), (75.0, 100.0))
"""The ranges in which beneficial owners declare their shares."""
_TWENTY_YEARS = 7305
_POSITIONS = (
    ("Руководитель", True),
    ("Заместитель руководителя", True),
    ("Руководитель отдела государственных закупок", True),
    ("Главный бухгалтер", False),
    ("Главный специалист", False),
)


@dataclass(frozen=True, slots=True)
class Interest:
    """An owner's share in a company, in per cent from ``least`` to ``most``, which are equal where it is exact."""

    owner: str
    company: str
    least: float
    most: float
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Officer:
    """A person who acts for a company."""

    company: str
    person: str
    role: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Office:
    """A public post; ``buyer`` is the number of the body."""

    person: str
    buyer: int
    position: str
    procurement: bool
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Kin:
    """What ``relative`` is to ``person``."""

    person: str
    relative: str
    relation: str
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """A line of an official's declaration; whole sums, in tenge where no other currency is named."""

    person: str
    year: int
    kind: str
    description: str
    amount: int
    owner: str
    day: date | None = None
    currency: str = "KZT"


@dataclass(slots=True)
class Society:
    """The facts as they gather; companies with known owners are in ``owned``, those with a director in ``directed``."""

    registrar: Registrar
    country: Country
    companies: dict[str, Company] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    interests: list[Interest] = field(default_factory=list)
    officers: list[Officer] = field(default_factory=list)
    offices: list[Office] = field(default_factory=list)
    kin: list[Kin] = field(default_factory=list)
    declared: list[Declared] = field(default_factory=list)
    enriched: list[PlantedEnrichment] = field(default_factory=list)
    owned: set[str] = field(default_factory=set)
    directed: set[str] = field(default_factory=set)

    def add(self, company: Company) -> Company:
        """Take in a company."""
        self.companies[company.id] = company
        return company

    def meet(self, person: Person) -> Person:
        """Take in a person."""
        self.persons[person.id] = person
        return person

    def stranger(self, ages: tuple[int, int] = (25, 62)) -> Person:
        """A new person whom nothing ties to anybody."""
        return self.meet(self.registrar.person(ages))

    def relative(self, of: Person, relation: str) -> Person:
        """A new relative of a person, with the kinship."""
        found = self.meet(self.registrar.relative(of, relation))
        married = self.registrar.day(date(2000, 1, 1), date(2018, 12, 31)) if relation == "spouse" else None
        self.kin.append(Kin(of.id, found.id, relation, married))
        return found

    def own(self, owner: str, company: Company, share: float | Range, until: date | None = None) -> None:
        """An owner since the company's first day or the own twentieth birthday: an exact share, or a range of it."""
        least, most = share if isinstance(share, tuple) else (share, share)
        since = self._since(owner, company)
        self.interests.append(Interest(owner, company.id, least, most, since, until))
        self.owned.add(company.id)

    def _since(self, owner: str, company: Company) -> date:
        person = self.persons.get(owner)
        of_age = person.born + timedelta(_TWENTY_YEARS) if person else date.min
        return max(company.registered, of_age)

    def run(self, person: Person, company: Company, role: str = "director", since: date | None = None) -> None:
        """An officer, from as early on as an owner where no other day is given."""
        self.officers.append(Officer(company.id, person.id, role, since or self._since(person.id, company)))
        if role == "director":
            self.directed.add(company.id)

    def rest_owned(self, company: Company, share: float | Range) -> None:
        """A stranger owns what is left beside an exact share of the company."""
        if not isinstance(share, tuple) and share < 100:
            self.own(self.stranger().id, company, 100 - share)

    def serve(self, person: Person, buyer: int, since: date, until: date | None = None) -> Person:
        """A person in a post of a public body that decides on purchases."""
        position, procurement = self.registrar.rng.choice(_POSITIONS[:3])
        self.offices.append(Office(person.id, buyer, position, procurement, since, until))
        return person


def found_society(registrar: Registrar, country: Country) -> Society:
    """A society of the country's companies, with officials in every body and nothing else yet."""
    society = Society(registrar, country)
    for firm in country.firms:
        society.add(firm.company)
    for number, buyer in enumerate(country.buyers):
        society.add(buyer.company)
        _staff(society, number)
    return society


def _staff(society: Society, buyer: int) -> None:
    """Three or four officials of a body, one post in three changing hands meanwhile; two in five name their family."""
    rng = society.registrar.rng
    for position, procurement in _POSITIONS[: rng.randint(3, 5)]:
        since = society.registrar.day(date(2014, 1, 10), date(2020, 9, 30))
        change = society.registrar.day(FIRST_DAY, LAST_DAY) if rng.random() < 0.33 else None
        spans = [(since, None)] if change is None else [(since, change), (change, None)]
        for first, last in spans:
            person = society.stranger((33, 60))
            society.offices.append(Office(person.id, buyer, position, procurement, first, last))
            if rng.random() < 0.4:
                for relation in rng.sample(("spouse", "child", "sibling", "parent"), rng.randint(1, 2)):
                    society.relative(person, relation)


def settle_others(society: Society) -> None:
    """Owners and directors for every firm that has none yet; nobody owns or runs two of them.

    Three firms in a hundred keep their owners to themselves.
    """
    rng = society.registrar.rng
    for firm in society.country.firms:
        company = firm.company
        if firm.sole:
            continue
        owner = None
        if company.id not in society.owned and rng.random() < 0.97:
            owner = _ordinary_owners(society, company)
        if company.id not in society.directed:
            director = owner if owner and rng.random() < 0.6 else society.stranger()
            since: date | None = None
            if rng.random() < 0.15:
                change = society.registrar.day(FIRST_DAY, LAST_DAY)
                before = society.stranger()
                society.officers.append(Officer(company.id, before.id, "director", company.registered, change))
                since = change
            society.run(director, company, since=since)
        if rng.random() < 0.3:
            society.run(society.stranger(), company, "accountant")


def _ordinary_owners(society: Society, company: Company) -> Person:
    """One to three persons, one of them at times through a holding; says who comes first."""
    rng = society.registrar.rng
    first = society.stranger()
    shares = rng.choice(
        ((100.0,), (100.0,), (60.0, 40.0), (50.0, 50.0), (51.0, 49.0), (40.0, 35.0, 25.0), (90.0, 10.0))
    )
    for number, share in enumerate(shares):
        owner = first if number == 0 else society.stranger()
        if number == 0 and rng.random() < 0.08:
            society.own(holding(society, owner, company).id, company, share)
        else:
            society.own(owner.id, company, share if rng.random() < 0.7 or share < 25 else _range_around(share))
    return first


def _range_around(share: float) -> Range:
    """The declared range that a share of at least a quarter lies in."""
    return next(one for one in reversed(RANGES) if one[0] <= share)


def holding(society: Society, owner: Person, near: Company, share: float | Range = 100.0) -> Company:
    """A new holding older than a company, held by a person to ``share`` per cent and run by a stranger."""
    found = society.add(society.registrar.holding(near))
    society.own(owner.id, found, share)
    society.rest_owned(found, share)
    society.run(society.stranger(), found)
    return found
