"""What a case is called: what it is about, in words that accuse nobody and name no person."""

from collections.abc import Mapping

from graph.cases.case import Case
from graph.indicators.rule import Rule
from graph.legal_forms import short_name

_NAMED = 2


def title(case: Case, rules: Mapping[str, Rule], names: Mapping[str, str], market: str | None) -> str:
    """The title of a case; ``names`` gives firms and buyers by node id, ``market`` where its firms mostly met."""
    weightiest = max(case.findings, key=lambda one: (one.weight, one.id))
    firms = [short_name(names.get(party, party)) for party in case.core if party.startswith("o-")]
    shown = ", ".join(firms[:_NAMED]) + (f" and {len(firms) - _NAMED} more" if len(firms) > _NAMED else "")
    if weightiest.code == "B01":
        where = f" in {market}" if market else ""
        return f"{len(firms)} firms that bid together{where}: {shown}"
    if weightiest.code.startswith("L"):
        buyers = [short_name(names[one.id]) for one in weightiest.about if one.kind == "buyer" and one.id in names]
        who = "A former or later official" if weightiest.code == "L02" else "An official"
        return f"{who} of {buyers[0] if buyers else 'a buyer'} and the supplier {shown}"
    if not shown:
        buyers = [short_name(names[one.id]) for one in weightiest.about if one.kind == "buyer" and one.id in names]
        shown = f"An official of {buyers[0]}" if buyers else "An official"
    return f"{shown}: {rules[weightiest.code].title.lower()}"
