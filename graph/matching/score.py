"""Whether two parties of the records are one: their numbers first, then their names, then what else they share."""

from itertools import product

from graph.matching.branches import alike_branch
from graph.matching.organisation import alike_organisations
from graph.matching.party import Party
from graph.matching.person import alike_persons, with_births
from graph.matching.sound import sound
from graph.matching.verdict import Verdict

COMMON = 10
"""A name that so many parties bear says little by itself."""
_ALIKE = {"organisation": alike_organisations, "person": alike_persons}
_CONTACTS = {"address": (0.35, "the same address"), "phone": (0.5, "the same phone"), "email": (0.6, "the same email")}
_NATURAL = {"KZ-BIN": "KZ-IIN", "KZ-IIN": "KZ-BIN"}


def score(left: Party, right: Party, *, namesakes: int = 0) -> Verdict:
    """The score of a pair in 0..1 and its reasons; pure, and the same in either order.

    1 where a valid number is equal, 0 where valid numbers of one scheme differ, whatever the names say, but for a
    branch and its head, which are to be linked (:func:`~graph.matching.branches.alike_branch`). Otherwise the score of
    the names that are most alike (:func:`alike_organisations`, :func:`alike_persons`), moved by birth dates, regions
    and countries; each contact, tie or mistyped number in common adds a share of what is missing to 1.
    ``namesakes`` is how many parties bear these names: from :data:`COMMON` on, a name without support counts 0.7 times.

    >>> score(Party("organisation", ("Береке ЖШС",)), Party("organisation", ('ТОО "Береке"',))).score
    0.86
    """
    if left.kind != right.kind:
        return Verdict(0.0, ("one is an organisation, the other a person",))
    numbers = by_numbers(left, right)
    if not (numbers and numbers.score) and (branch := alike_branch(left, right)):
        return branch
    if numbers is not None:
        return numbers
    pairs = product(left.names, right.names)
    named = max(
        (_ALIKE[left.kind](*pair) for pair in pairs), key=lambda one: (one.score, one.reasons), default=Verdict(0.0, ())
    )
    if not named.score:
        return named
    verdict = with_births(named, left.birth_date, right.birth_date)
    dated = verdict.score > named.score
    supported = _supported(verdict, left, right)
    if supported == verdict and namesakes >= COMMON and not dated:
        supported = verdict.times(0.7, f"{namesakes:,} parties bear this name")
    return _places(supported, left, right)


def by_numbers(left: Party, right: Party) -> Verdict | None:
    """What valid numbers say; None where the two have none in a common scheme."""
    schemes = sorted(left.numbers.keys() & right.numbers.keys())
    for scheme in schemes:
        if left.numbers[scheme] & right.numbers[scheme]:
            return Verdict(1.0, (f"the same {scheme} number",))
    if schemes:
        return Verdict(0.0, (f"different {schemes[0]} numbers",))
    for scheme, other in _NATURAL.items():
        if scheme in left.numbers and other in right.numbers:
            return Verdict(0.0, ("one number is a company's, the other a person's",))
    return None


def _supported(verdict: Verdict, left: Party, right: Party) -> Verdict:
    for kind, (share, reason) in _CONTACTS.items():
        if any(contact.startswith(f"{kind}:") for contact in left.contacts & right.contacts):
            verdict = verdict.towards_one(share, reason)
    if left.ties & right.ties:
        verdict = verdict.towards_one(0.4, "both are tied to the same party by ownership or office")
    digits = {number for side in (left, right) for numbers in side.numbers.values() for number in numbers}
    if (left.doubtful & right.doubtful) or ((left.doubtful | right.doubtful) & digits):
        verdict = verdict.towards_one(0.4, "the same number, which is not valid in the scheme it came with")
    return verdict


def _places(verdict: Verdict, left: Party, right: Party) -> Verdict:
    if left.country and right.country and left.country != right.country:
        return verdict.times(0.7, "other countries")
    if left.region and right.region:
        if sound(left.region) == sound(right.region):
            return verdict.towards_one(0.2, "the same region")
        return verdict.times(0.9, "other regions")
    return verdict
