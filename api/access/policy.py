"""The policy: one function says whether a role has a right, and what of a generation it sees with it.

Everything that anybody may do is a :class:`Right`; every route names one. What a role may not see is not looked up:
the :class:`graph.answers.view.View` that comes with a right filters inside every query.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from graph.answers.view import View


class Role(StrEnum):
    """What somebody is here to do; ``public`` is whoever has no account."""

    PUBLIC = "public"
    NGO = "ngo"
    MONITOR = "monitor"
    INVESTIGATOR = "investigator"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """What can be allowed."""

    OPEN = "open"
    """Tenders, awards, rules, statistics, firms: what needs no account."""
    FLAGS = "flags"
    """Red flags about firms; open to the public where they are published."""
    RINGS = "rings"
    """Rings of firms; open to the public where they are published."""
    OWN = "own"
    """One's own account, sessions and tokens."""
    CASES = "cases"
    """Cases, persons, and what ties them to firms."""
    WORK = "work"
    """Moving cases, notes, attachments."""
    ASSIGN = "assign"
    """Giving cases to people."""
    LOOKS = "looks"
    """Who looked at whom."""
    RECORDS = "records"
    """Sending records to the service."""
    ACCOUNTS = "accounts"
    """Other people's accounts, and how much is published."""


class Level(StrEnum):
    """How much of what is found about firms the administrator publishes."""

    NOTHING = "nothing"
    FLAGS = "flags"
    RINGS = "rings"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: ``account`` is None for the public, ``via`` how they were known: session, token or nothing."""

    role: Role = Role.PUBLIC
    account: str | None = None
    name: str = "public"
    via: str = "nothing"
    session: str | None = None


PUBLIC = Caller()
_ANYBODY = frozenset({Right.OPEN})
_NGO = _ANYBODY | {Right.FLAGS, Right.RINGS, Right.OWN}
_MONITOR = _NGO | {Right.CASES}
_INVESTIGATOR = _MONITOR | {Right.WORK}
_RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.PUBLIC: _ANYBODY,
    Role.NGO: _NGO,
    Role.MONITOR: _MONITOR,
    Role.INVESTIGATOR: _INVESTIGATOR,
    Role.SUPERVISOR: _INVESTIGATOR | {Right.ASSIGN, Right.LOOKS},
    Role.ADMINISTRATOR: _MONITOR | {Right.ACCOUNTS, Right.RECORDS},
}
_PUBLISHED: Mapping[Level, frozenset[Right]] = {
    Level.NOTHING: frozenset(),
    Level.FLAGS: frozenset({Right.FLAGS}),
    Level.RINGS: frozenset({Right.FLAGS, Right.RINGS}),
}
_FIRMS_ONLY = View(persons=False, numbers=False)


def may(role: Role, right: Right) -> bool:
    """Whether an account's role has a right, as :func:`policy` decides; for links that nobody should follow in vain."""
    return policy(role, right, Level.NOTHING) is not None


def policy(role: Role, right: Right, level: Level, assigned: frozenset[str] = frozenset()) -> View | None:
    """What a role sees when it uses a right; None where it has not the right.

    ``level`` is what is published; ``assigned`` are the restricted cases that were given to the caller. Supervisors
    see every restricted case, investigators those given to them, nobody else any; numbers of persons are for these two.

    >>> policy(Role.PUBLIC, Right.CASES, Level.RINGS) is None
    True
    """
    published = _PUBLISHED[level]
    if role is Role.PUBLIC:
        if right not in _ANYBODY | published:
            return None
        return replace(_FIRMS_ONLY, findings=Right.FLAGS in published, rings=Right.RINGS in published)
    if right not in _RIGHTS[role]:
        return None
    if role is Role.NGO:
        return _FIRMS_ONLY
    works = role in (Role.INVESTIGATOR, Role.SUPERVISOR)
    return View(numbers=works, private=None if role is Role.SUPERVISOR else assigned if works else frozenset())
