"""The published rules, and what a rules file changes about them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.errors import RulesError
from graph.indicators import INDICATORS
from graph.indicators.rule import Indicator, Rule
from graph.links.rule import L01, L04
from graph.rings.rule import B01
from graph.wealth.rule import W01


@dataclass(frozen=True, slots=True)
class Rules:
    """The red flags by code, and our own rules for rings, links and wealth."""

    indicators: tuple[Indicator, ...] = INDICATORS
    ring: Rule = B01
    link: Rule = L01
    wealth: Rule = W01
    commission: Rule = L04

    @property
    def all(self) -> tuple[Rule, ...]:
        """Every rule: our own first, then the red flags by code."""
        return (self.ring, self.link, self.commission, self.wealth, *self.indicators)

    def by_code(self) -> dict[str, Rule]:
        """The rules by code."""
        return {rule.code: rule for rule in self.all}

    def configured(self, given: Mapping[str, Any]) -> "Rules":
        """The rules with the settings of a parsed rules file: a table per code.

        Raises :class:`RulesError` for an unknown code or field, and for a value of the wrong kind.
        """
        known = self.by_code()
        for code, table in given.items():
            if code not in known:
                raise RulesError(f"[{code}] is no rule; rules are {', '.join(known)}")
            if not isinstance(table, Mapping):
                raise RulesError(f"{code} is not a table of settings")
        settings: dict[str, Mapping[str, Any]] = {code: given.get(code, {}) for code in known}
        return Rules(
            tuple(rule.configured(settings[rule.code]) for rule in self.indicators),
            self.ring.configured(settings[self.ring.code]),
            self.link.configured(settings[self.link.code]),
            self.wealth.configured(settings[self.wealth.code]),
            self.commission.configured(settings[self.commission.code]),
        )


def read_rules(path: Path | None) -> Rules:
    """The rules as a TOML file sets them, or as published where there is none.

    Raises :class:`RulesError` naming the file and what is wrong in it.
    """
    if path is None:
        return Rules()
    try:
        return Rules().configured(tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        raise RulesError(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError):
        raise RulesError(f"{path}: cannot be read") from None
    except tomllib.TOMLDecodeError as error:
        raise RulesError(f"{path}: not TOML: {error}") from None
    except RulesError as error:
        raise RulesError(f"{path}: {error}") from None
