"""Registration numbers: schemes, normal forms, check digits.

Two identifiers are the same where scheme and normal form are equal. The normal form has no spaces,
dashes inside digits or lower case; a number made of digits has the width of its scheme, or no leading
zeros where the scheme's width is not known.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

WIDTHS = {"GB-COH": 8, "KZ-BIN": 12, "KZ-IIN": 12}
"""Schemes whose numbers have a fixed width; publishers lose their leading zeros."""

_ORG_ID = re.compile(r"([A-Z]{2,3}-[A-Z0-9_]{2,12})-(.+)", re.DOTALL)
_SCHEME = re.compile(r"[A-Z]{2,3}-[A-Z0-9_]{2,12}")
_FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number in a scheme, both in normal form; ``problem`` says in plain words what is wrong, if anything is."""

    scheme: str
    number: str
    problem: str | None = None

    @property
    def key(self) -> str:
        """Scheme and number as one text, in org-id style: ``GB-COH-02987170``."""
        return f"{self.scheme}-{self.number}"


@lru_cache(maxsize=65_536)
def identifier(scheme: str, number: str) -> Identifier | None:
    """The identifier in normal form, or None where the number is empty.

    >>> identifier("gb-coh", "2987170").key
    'GB-COH-02987170'
    """
    scheme = " ".join(scheme.upper().split())
    if scheme.endswith("-") or not scheme:
        return None
    found = "".join(number.upper().split())
    prefix = "".join(f"{scheme}-".split())
    while found.startswith(prefix):
        found = found.removeprefix(prefix)
    if found.replace("-", "").isdigit() and scheme in WIDTHS:
        found = found.replace("-", "")
    if found.isdigit() and found.isascii():
        width = WIDTHS.get(scheme)
        found = found.zfill(width) if width else found.lstrip("0") or "0"
    if not found:
        return None
    return Identifier(scheme, found, _kz_problem(scheme, found) if scheme in ("KZ-BIN", "KZ-IIN") else None)


@lru_cache(maxsize=65_536)
def org_id(text: str) -> Identifier | None:
    """The identifier that a text in org-id style carries (``KZ-BIN-070340007367``), or None."""
    found = _ORG_ID.fullmatch(text.strip().upper())
    return identifier(found.group(1), found.group(2)) if found else None


def number_fields(found: Identifier | None) -> tuple[str | None, str | None, str | None]:
    """Scheme, number and problem of a party's identifier, as its record has them in this order."""
    return (found.scheme, found.number, found.problem) if found else (None, None, None)


def is_scheme(text: str) -> bool:
    """Whether the text names a scheme of numbers (``KZ-BIN``) rather than a publisher."""
    return bool(_SCHEME.fullmatch(text))


def kz_scheme(number: str) -> str | None:
    """``KZ-BIN`` or ``KZ-IIN`` for a bare number that is a valid one of these, else None."""
    if not (number.isdigit() and number.isascii() and 9 <= len(number) <= 12):
        return None
    number = number.zfill(12)
    return _kz_kind(number) if kz_check_digit(number[:11]) == int(number[11]) else None


def kz_check_digit(stem: str) -> int | None:
    """The twelfth digit of a BIN or IIN after its first eleven, or None where the number is never issued.

    s = sum(digit_i * i, i = 1..11) mod 11; where s is 10, once more with the weights 3..11, 1, 2
    (Government Resolution No 406 of 22 May 2007).

    >>> kz_check_digit("07034000736")
    7
    """
    digits = [int(c) for c in stem]
    for weights in (_FIRST_WEIGHTS, _SECOND_WEIGHTS):
        rest = sum(d * w for d, w in zip(digits, weights, strict=True)) % 11
        if rest < 10:
            return rest
    return None


def _kz_kind(number: str) -> str:
    return "KZ-BIN" if number[4] in "456" else "KZ-IIN"


def _kz_problem(scheme: str, number: str) -> str | None:
    if len(number) != 12 or not (number.isdigit() and number.isascii()):
        return f"a {scheme} has 12 digits"
    if kz_check_digit(number[:11]) != int(number[11]):
        return f"the check digit of this {scheme} is wrong"
    if _kz_kind(number) != scheme:
        return f"this number is a {_kz_kind(number)}, not a {scheme}"
    return None


def fold(text: str) -> str:
    """A name for comparing inside one source: no case, no punctuation, single spaces, compatibility forms unified."""
    kept = (c if c.isalnum() else " " for c in unicodedata.normalize("NFKC", text).casefold())
    return " ".join("".join(kept).split())
