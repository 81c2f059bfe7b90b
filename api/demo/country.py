"""The country: its markets, the public bodies that buy in them, and the firms that bid."""

from dataclasses import dataclass, replace
from datetime import date
from random import Random

from api.demo.circle import Circle, Entrant
from api.demo.identities import Company, Registrar
from api.demo.markets import Market, RingPlan
from api.demo.places import CATEGORIES, REGIONS
from api.demo.scale import Scale

FOUNDED = (date(1998, 1, 5), date(2020, 11, 20))
"""Firms were registered before the first tender."""
_OUTSIDERS = 10
_ELSEWHERE = 3.0
_BODIES = (
    ("ГУ «Управление строительства, {0}»", (0, 10, 4, 12)),
    ("КГП на ПХВ «Городская больница № {1}», {2}", (1, 2, 15, 4)),
    ("КГУ «Общеобразовательная школа № {1}», {2}", (6, 2, 9, 18, 14)),
    ("ГКП «{2} Су Арнасы»", (0, 7, 8, 17)),
    ("ГУ «Отдел жилищно-коммунального хозяйства, {2}»", (4, 0, 5, 11)),
    ("«{2} қаласының жұмылдыру басқармасы» ММ", (3, 5, 9, 13, 16)),
    ("КГП на ПХВ «Областная детская больница», {2}", (1, 2, 4, 15)),
    ("ГУ «Управление пассажирского транспорта, {0}»", (5, 7, 0, 13)),
)
"""Public bodies and the categories that they buy most of, by their place in the list of categories."""


@dataclass(frozen=True, slots=True)
class Buyer:
    """A public body in a region; ``buys`` are the categories that it buys most of."""

    company: Company
    region: int
    buys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm that bids: its home market, and how active it is. A ``sole`` one is an individual with an IIN."""

    company: Company
    market: int
    weight: float
    sole: bool = False


@dataclass(frozen=True, slots=True)
class Country:
    """Everything that does not change over the years; firms, buyers and markets are known by their numbers.

    ``members`` are the firms of each ring, ``circles`` those of each market before a ring's end and
    ``later_circles`` after it. ``agency`` is the number of the buyer whose bids have a price floor. ``free`` are the
    companies without a part so far: neither in a ring, nor in a tight circle, nor partners of others.
    """

    scale: Scale
    markets: tuple[Market, ...]
    buyers: tuple[Buyer, ...]
    agency: int
    firms: tuple[Firm, ...]
    plans: tuple[RingPlan, ...]
    members: tuple[tuple[int, ...], ...]
    circles: tuple[Circle, ...]
    later_circles: tuple[Circle, ...]
    free: tuple[int, ...]

    def circle(self, market: int, day: date) -> Circle:
        """Who may bid in a market on a day."""
        ring = self.markets[market].ring
        ends = None if ring is None else self.plans[ring].ends
        return self.later_circles[market] if ends and day > ends else self.circles[market]


def settle(registrar: Registrar, scale: Scale, markets: tuple[Market, ...], plans: tuple[RingPlan, ...]) -> Country:
    """A country with these markets and rings: buyers, firms, and who bids where."""
    rng = registrar.rng
    buyers = _buyers(registrar, scale)
    homes: list[int] = []
    members, regulars = [], {}
    by_ring = {market.ring: number for number, market in enumerate(markets) if market.ring is not None}
    for ring, plan in enumerate(plans):
        members.append(tuple(range(len(homes), len(homes) + plan.size)))
        homes += [by_ring[ring]] * plan.size
    for number, market in enumerate(markets):
        if market.tight:
            first = len(homes)
            homes += [number] * rng.randint(5, 6)
            regulars[number] = tuple((firm, rng.uniform(0.86, 0.95)) for firm in range(first, len(homes)))
    parts = len(homes)
    drawn = [(market.tenders + 2) ** 0.75 * (0.2 if market.tight else 1.0) for market in markets]
    homes += rng.choices(range(len(markets)), drawn, k=max(0, scale.firms - parts))
    firms = tuple(_firm(registrar, markets[home], home, may_be_sole=n >= parts) for n, home in enumerate(homes))
    pools = _pools(rng, markets, firms, parts)
    partners = _partners(rng, markets, firms, pools, scale.consortia)
    paired = {firm for pairs in partners.values() for firm in pairs}
    circles = [
        Circle(tuple(pool), regulars.get(number, ()), frozenset(), partners.get(number, {}))
        for number, pool in enumerate(pools)
    ]
    country = Country(
        scale,
        markets,
        (*buyers, _agency(registrar)),
        len(buyers),
        firms,
        plans,
        tuple(members),
        tuple(circles),
        tuple(circles),
        tuple(n for n in range(parts, len(firms)) if n not in paired and not firms[n].sole),
    )
    return _with_members(rng, country)


def _buyers(registrar: Registrar, scale: Scale) -> tuple[Buyer, ...]:
    found = []
    for number, region in enumerate(REGIONS[: scale.regions]):
        for place in range(scale.buyers):
            template, buys = _BODIES[place % len(_BODIES)]
            town = region.towns[place % len(region.towns)]
            company = registrar.company(region, town, CATEGORIES[0], (date(1996, 1, 5), date(2012, 12, 20)))
            name = template.format(region.name, number * scale.buyers + place + 1, town)
            named = replace(company, name=name, full_name=name, activity="O-84")
            found.append(Buyer(named, number, buys))
    return tuple(found)


def _agency(registrar: Registrar) -> Buyer:
    company = registrar.company(REGIONS[0], REGIONS[0].towns[2], CATEGORIES[0], (date(2008, 1, 5), date(2010, 12, 20)))
    name = "ГУ «Агентство дорог и мостов»"
    return Buyer(replace(company, name=name, full_name=name, activity="O-84"), 0, (0,))


def _firm(registrar: Registrar, market: Market, home: int, *, may_be_sole: bool) -> Firm:
    rng, region, category = registrar.rng, REGIONS[market.region], CATEGORIES[market.category]
    weight, town = rng.lognormvariate(0, 0.8), rng.choice(region.towns)
    if may_be_sole and rng.random() < 0.04:
        return Firm(registrar.sole_trader(region, town, category), home, weight, sole=True)
    return Firm(registrar.company(region, town, category, FOUNDED), home, weight)


def _pools(rng: Random, markets: tuple[Market, ...], firms: tuple[Firm, ...], parts: int) -> list[list[Entrant]]:
    """The independent firms of every market: at home, some in a second category or region, and enough of them.

    The first ``parts`` firms have a part in a ring or a tight circle and are left out.
    """
    pools: list[dict[int, float]] = [{} for _ in markets]
    near = {
        number: (
            [n for n, other in enumerate(markets) if other.region == market.region and n != number],
            [n for n, other in enumerate(markets) if other.category == market.category and n != number],
        )
        for number, market in enumerate(markets)
    }
    for number in range(parts, len(firms)):
        firm = firms[number]
        pools[firm.market][number] = firm.weight
        for others, chance in zip(near[firm.market], (0.35, 0.2), strict=True):
            if rng.random() < chance:
                pools[rng.choice(others)].setdefault(number, 0.6 * firm.weight)
    for market, pool in enumerate(pools):
        fewest = _OUTSIDERS + 2 if markets[market].ring is not None else 5
        while len(pool) < fewest:
            number = rng.randrange(parts, len(firms))
            pool.setdefault(number, 0.6 * firms[number].weight)
    return [[Entrant(n, weight, firms[n].company.town) for n, weight in pool.items()] for pool in pools]


def _partners(
    rng: Random, markets: tuple[Market, ...], firms: tuple[Firm, ...], pools: list[list[Entrant]], pairs: int
) -> dict[int, dict[int, int]]:
    """Look-alike: consortium partners, pairs of active firms that stand in one bid again and again, by market."""
    found: dict[int, dict[int, int]] = {}
    taken: set[int] = set()
    places = [number for number, market in enumerate(markets) if market.ordinary]
    places.sort(key=lambda number: -markets[number].tenders)
    for turn in range(pairs):
        market = places[turn % len(places)]
        free = [one for one in pools[market] if one.firm not in taken and not firms[one.firm].sole]
        free = sorted(free, key=lambda one: -one.weight)[:6]
        if len(free) >= 5:
            a, b = sorted(one.firm for one in rng.sample(free, 2))
            found.setdefault(market, {}).update({a: b, b: a})
            taken |= {a, b}
    return found


def _with_members(rng: Random, country: Country) -> Country:
    """The ring members put into their circles: they bid little by themselves, and after an end as others do."""
    circles, later = list(country.circles), list(country.later_circles)
    for number, market in enumerate(country.markets):
        if market.ring is None:
            continue
        plan, members, circle = country.plans[market.ring], country.members[market.ring], circles[number]
        total = sum(one.weight for one in circle.pool)
        # Four of a tender's bidders are drawn from the total weight; a member should be among them three times in all,
        # and after an end in 35 tenders of a hundred.
        seldom = _ELSEWHERE * total / (4 * plan.honest_beside)
        often = 0.35 * total / (4 - 0.35 * plan.size)
        circles[number] = replace(
            circle, pool=circle.pool + _entrants(country, members, seldom), apart=frozenset(members)
        )
        later[number] = replace(circle, pool=circle.pool + _entrants(country, members, often))
        if not plan.ends:
            later[number] = circles[number]
            # Each has a foot in another market, no two in the same.
            others = [n for n, other in enumerate(country.markets) if other.ordinary]
            for member, place in zip(members, rng.sample(others, min(2, len(others))), strict=False):
                guest = _entrants(country, (member,), 0.1 * sum(one.weight for one in circles[place].pool) / 5)
                circles[place] = later[place] = replace(circles[place], pool=circles[place].pool + guest)
    return replace(country, circles=tuple(circles), later_circles=tuple(later))


def _entrants(country: Country, members: tuple[int, ...], weight: float) -> tuple[Entrant, ...]:
    return tuple(Entrant(firm, weight, country.firms[firm].company.town) for firm in members)
