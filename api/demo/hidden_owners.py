"""One person above each firm of a hidden owner's ring, through different holdings."""

from api.demo.identities import Company, Person
from api.demo.society import Society, holding


def plant_hidden_owners(society: Society) -> None:
    """Owners for the firms of every such ring; the person's part is at least a quarter in each.

    One firm through one holding (exactly 60 % of it), one through two (80 % of 70 % of 60 %), one through a holding
    with shares that are known as ranges only (at least 75 % of 50 %). Strangers own the rest and run the firms.
    """
    country = society.country
    for plan, members in zip(country.plans, country.members, strict=True):
        if plan.kind == "hidden owner":
            owner = society.stranger((38, 62))
            one, two, ranges = (country.firms[firm].company for firm in members)
            _below(society, holding(society, owner, one), one, 60.0)
            _through_two(society, owner, two)
            society.own(holding(society, owner, ranges, (75.0, 100.0)).id, ranges, (50.0, 75.0))


def _through_two(society: Society, owner: Person, company: Company) -> None:
    upper = holding(society, owner, company, 80.0)
    lower = society.add(society.registrar.holding(company))
    _below(society, upper, lower, 70.0)
    society.run(society.stranger(), lower)
    _below(society, lower, company, 60.0)


def _below(society: Society, upper: Company, lower: Company, share: float) -> None:
    society.own(upper.id, lower, share)
    society.rest_owned(lower, share)
