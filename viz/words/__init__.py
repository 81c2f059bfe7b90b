"""The fixed words of what is exported, in English, Russian and Kazakh.

``report.toml`` has them by key, ``rules.toml`` titles and innocent explanations of the published rules by code and
version. Sentences about what was found, and whatever stands in a record, stay as they are.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from viz.style import EDGES, ROLES
from viz.words.said import THIN, Said

_SENTENCES = "sentences.toml"
_NAMED = ("t_of_buyer", "t_nobody", "t_more", "t_firms")
"""What stands before a rule's title where a case is called by it."""


class Language(StrEnum):
    """The languages of reports; a closed list."""

    ENGLISH = "en"
    RUSSIAN = "ru"
    KAZAKH = "kk"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language by key."""

    language: Language
    texts: Mapping[str, str]
    rules: Mapping[str, Mapping[str, str]]

    def __call__(self, key: str, **values: object) -> str:
        """The words of a key with values filled in, which may be any text; KeyError for a key that is none."""
        return self.texts[key].format(**values)

    def known(self, key: str, otherwise: str) -> str:
        """The words of a key, or another text where it is none: for what records or other programs name."""
        return self.texts.get(key, otherwise)

    def counted(self, many: int, thing: str) -> str:
        """A number with its noun: ``2 tenders``, ``5 закупок``; ``thing`` is a key behind ``count_``."""
        forms = self.texts[f"count_{thing}"].split("|")
        return forms[_form(self.language, many)].format(n=f"{many:,}".replace(",", THIN))

    def told(self, text: str) -> str:
        """A sentence that was made in English in this language; as it is where no form of it is known."""
        return text if self.language is Language.ENGLISH else _said(self.language).tell(text)

    def rule(self, code: str, version: str, name: str, otherwise: str) -> str:
        """A rule's ``title``, ``innocent`` explanation or what the ``rule`` is, as it has it itself where that version
        has no other."""
        return self.rules.get(f"{code} {version}", {}).get(name, otherwise)


def _form(language: Language, many: int) -> int:
    """Which form of a noun stands after a number, as https://cldr.unicode.org/ has it."""
    if language is Language.KAZAKH:
        return 0
    if language is Language.ENGLISH:
        return 0 if many == 1 else 1
    if many % 10 == 1 and many % 100 != 11:
        return 0
    return 1 if many % 10 in {2, 3, 4} and many % 100 not in {12, 13, 14} else 2


@cache
def words(language: str) -> Words:
    """The words of a language; ValueError for one that there is not."""
    own = Language(language)
    return Words(own, _texts(own), _rules(own))


@cache
def _said(language: Language) -> Said:
    """What tells English sentences in a language."""
    found = words(language)
    return Said(_forms(found), found.counted)


def _forms(said: Words) -> list[tuple[str, str]]:
    """English forms with what they are in a language: those of the catalogue, and titles that name a rule."""
    from graph.rules import Rules  # noqa: PLC0415 - every rule loads with it

    told = [(key, texts["en"], texts[said.language]) for key, texts in read(_SENTENCES).items()]
    found = [(english, own) for key, english, own in told if key not in _NAMED]
    for rule in Rules().all:
        title, own = rule.title.lower(), said.rule(rule.code, rule.version, "title", rule.title)
        after = own[:1].lower() + own[1:]
        found += [(f"{one[1]}: {title}", f"{one[2]}: {after}") for one in told if one[0] in _NAMED]
        found.append((rule.title, own))
    return found


def _texts(language: Language) -> dict[str, str]:
    style = {f"role_{role}": look.word for role, look in ROLES.items()}
    style |= {f"means_{role}": look.meaning for role, look in ROLES.items()}
    style |= {f"edge_{kind}": look.word for kind, look in EDGES.items()}
    found = style if language is Language.ENGLISH else {}
    told = (one for name in catalogues() for one in read(name).items())
    return found | {key: texts[language] for key, texts in told if language in texts}


def _rules(language: Language) -> dict[str, dict[str, str]]:
    return {
        rule: {name: texts[language] for name, texts in told.items() if language in texts}
        for rule, told in read("rules.toml").items()
    }


@cache
def catalogues() -> tuple[str, ...]:
    """The files of fixed words, in order of their names; no key is in two of them."""
    names = (one.name for one in files("viz.words").iterdir() if one.name.endswith(".toml"))
    return tuple(sorted(name for name in names if name not in ("rules.toml", _SENTENCES)))


@cache
def read(name: str) -> dict[str, dict[str, Any]]:
    """A catalogue as it stands in its file."""
    return tomllib.loads(files("viz.words").joinpath(name).read_text("utf-8"))


ENGLISH = words("en")
