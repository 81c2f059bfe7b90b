"""W01: our own rule for purchases that declared income does not explain."""

from dataclasses import dataclass

from graph.errors import RulesError
from graph.indicators.rule import Rule
from graph.wealth.household import WORDS


@dataclass(frozen=True)
class Settings:
    """``threshold``: purchases over income; ``years``: the length of the window in calendar years.

    ``household``: the kin that count beside the official, of spouse, child, parent, sibling. ``first_declaration``:
    whether undated assets of somebody's first declaration count as bought. ``inflation``: whether all sums are taken
    to one year's prices by the table of prices.
    """

    threshold: float = 10.0
    years: int = 5
    household: tuple[str, ...] = ("spouse", "child")
    first_declaration: bool = False
    inflation: bool = False

    def __post_init__(self) -> None:
        """Refuse what would compare nothing."""
        if self.years < 1 or self.threshold <= 0:
            raise RulesError("[W01] years is 1 or more, and threshold above 0")
        if unknown := sorted(set(self.household) - set(WORDS)):
            raise RulesError(f"[W01] household = {unknown[0]!r} is none of {', '.join(WORDS)}")


W01 = Rule(
    code="W01",
    version="0.1.0",
    title="Assets beyond the declared income",
    rule=(
        "Within five years in which an official held a post, the household (the official, spouse and children) bought "
        "assets worth at least ten times what it declared as income, gifts, loans and sales of assets."
    ),
    unit="times the declared income",
    source="Own; income and asset disclosure as in the UN Convention against Corruption, article 8(5)",
    innocent=(
        "An inheritance, a loan or savings from before that the declarations leave out, or a spouse's own business."
    ),
    weight=0.8,
    settings=Settings(),
    opens_case=True,
    restricted=True,
)
