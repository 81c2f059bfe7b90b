"""Addresses, phones and emails in a form in which two that are the same compare equal."""

import re

from ingest.identifiers import fold
from ingest.records import Contact

_NOT_DIGITS = re.compile(r"\D+", re.ASCII)
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_SAYS_NOTHING = frozenset({"-", "n/a", "na", "none", "null", "нет", "жоқ", "0"})


def contact(party: str, kind: str, value: str | None) -> Contact | None:
    """The contact record, or None where the value could be anybody's (empty, too short, a placeholder).

    ``kind`` is address, phone or email. Phones compare by their last ten digits.
    """
    if not value or value.casefold() in _SAYS_NOTHING:
        return None
    normal = {"phone": _phone, "email": _email, "address": _address}[kind](value)
    return Contact(party, kind, value, normal) if normal else None


def _phone(value: str) -> str | None:
    digits = _NOT_DIGITS.sub("", value)
    if len(digits) < 7 or len(set(digits)) < 3:
        return None
    return digits[-10:]


def _email(value: str) -> str | None:
    found = _EMAIL.search(value)
    return found.group().casefold() if found else None


def _address(value: str) -> str | None:
    """Letters and digits in the order written; an address needs a number and two words to name a door."""
    words = fold(value).split()
    named = sum(not word.isdigit() for word in words)
    return " ".join(words) if named >= 2 and any(c.isdigit() for c in "".join(words)) else None
