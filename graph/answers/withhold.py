"""Numbers of persons taken out of source records before they leave the house."""

import re
from collections.abc import Collection, Iterable

from ibis import _

from graph.answers.view import View
from graph.generation import Generation, listed, rows_of

MARK = "[number withheld]"
_TOKEN = re.compile(r"[0-9A-Za-z]{5,}")
_SCHEME = r"^([A-Z]{2,3}-[A-Z0-9]+-|.*:)"
_NUMBER = "^[0-9A-Z]{5,20}$"
"""What is left of a person's own id without its scheme (KZ-IIN-, GBR-PASSPORT-) or source is a number; the long ids of
statements are none."""


def numbers_in(generation: Generation, texts: Iterable[str]) -> frozenset[str]:
    """The numbers of persons known to this generation that stand in these texts, without schemes and leading zeros."""
    tokens = {_bare(token) for text in texts for token in _TOKEN.findall(text)} - {""}
    parties = generation.table("parties")
    persons = parties.filter(View.personal(parties))
    bare = persons.select(number=_.own_id.upper().re_replace(_SCHEME, ""))
    numbers = bare.filter(_.number.re_search(_NUMBER) & _.number.re_search("[0-9]")).mutate(
        number=_.number.re_replace("^0+", "")
    )
    numbers = numbers.filter(_.number.isin(listed(tokens)))
    return frozenset(rows_of(numbers.distinct().number))


def withhold(text: str, numbers: Collection[str]) -> str:
    """The text with :data:`MARK` in the place of each of these numbers, with or without leading zeros.

    >>> withhold('{"id": "KZ-IIN-850101300011"}', {"850101300011"})
    '{"id": "KZ-IIN-[number withheld]"}'
    """
    return _TOKEN.sub(lambda found: MARK if _bare(found.group()) in numbers else found.group(), text)


def bare_number(own: str) -> str:
    """A person's own id as a number to withhold: without its scheme or source, and without leading zeros; an empty text
    where what is left is no number.

    >>> bare_number("KZ-IIN-050101300011"), bare_number("gb-person-statement-17")
    ('50101300011', '')
    """
    number = re.sub(_SCHEME, "", own.upper())
    return _bare(number) if re.search(_NUMBER, number) and re.search("[0-9]", number) else ""


def _bare(token: str) -> str:
    """A number as it is compared: publishers lose leading zeros."""
    return token.upper().lstrip("0")
