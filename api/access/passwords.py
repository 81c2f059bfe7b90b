"""Passwords: which can be had, and their Argon2id hashes."""

import secrets
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from api.errors import UnusableCall

SHORTEST = 12
"""Characters of a password: what NIST SP 800-63B asks for where there may be no second factor, and a few more."""
LONGEST = 200
_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
_ONE_AT_A_TIME = Lock()
"""A hash takes 64 MiB: many tries at once must not take them many times over."""
_NOBODY = _HASHER.hash(secrets.token_hex(16))
"""Tried for names that nobody has, so that the answer takes as long."""


def usable(password: str) -> str:
    """The password; UnusableCall where it is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise UnusableCall(f"a password has {SHORTEST} to {LONGEST} characters")
    return password


def hashed(password: str) -> str:
    """The hash that is kept of a password."""
    with _ONE_AT_A_TIME:
        return _HASHER.hash(password)


def matches(known: str | None, password: str) -> bool:
    """Whether a password is the one of this hash; without a hash it is not, and that takes as long to say."""
    with _ONE_AT_A_TIME:
        try:
            return _HASHER.verify(known or _NOBODY, password[:LONGEST]) and known is not None
        except VerificationError:
            return False
