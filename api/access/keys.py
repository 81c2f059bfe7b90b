"""What is carried instead of a password: a browser's session, and tokens of the API. Both are kept as hashes."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, select, update

from api.access.accounts import now
from api.access.policy import Caller, Role
from api.desk.database import Desk
from api.desk.tables import ACCOUNTS, SESSIONS, TOKENS
from api.errors import UnusableCall

IDLE, LONGEST = timedelta(hours=1), timedelta(hours=12)
"""A session ends so long after its last request, and after its start."""
_NOTED = timedelta(minutes=1)
"""How much older the last request may be than the desk says, so that not every request is a write."""
MARK = "bdr_"
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Token:
    """A token of the API, without what it was shown as."""

    id: str
    label: str
    made_at: datetime
    ends_at: datetime
    revoked: bool


class Keys:
    """Sessions and tokens of one desk."""

    def __init__(self, desk: Desk, clock: Callable[[], datetime] = now) -> None:
        self._desk, self._clock = desk, clock

    def begin(self, account: str) -> str:
        """A new session; says what the browser is to hold."""
        held, at = secrets.token_urlsafe(32), self._clock()
        row = {"id": _hash(held), "account": account, "made_at": at, "seen_at": at}
        with self._desk.writing() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.made_at < at - LONGEST))
            connection.execute(insert(SESSIONS).values(row))
        return held

    def end(self, session: str) -> None:
        """End a session by its id, :attr:`Caller.session`."""
        with self._desk.writing() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.id == session))

    def of_session(self, held: str) -> Caller | None:
        """Who holds this; None where the session ended or the account is closed."""
        own, at = _hash(held), self._clock()
        found = select(ACCOUNTS.c.id, ACCOUNTS.c.name, ACCOUNTS.c.role, SESSIONS.c.seen_at).join(SESSIONS)
        alive = (SESSIONS.c.made_at > at - LONGEST) & (SESSIONS.c.seen_at > at - IDLE)
        with self._desk.reading() as connection:
            row = connection.execute(found.where((SESSIONS.c.id == own) & alive & ~ACCOUNTS.c.disabled)).first()
        if row is None:
            return None
        if row.seen_at < at - _NOTED:
            with self._desk.writing() as connection:
                connection.execute(update(SESSIONS).where(SESSIONS.c.id == own).values(seen_at=at))
        return Caller(Role(row.role), row.id, row.name, "session", own)

    def make_token(self, account: str, label: str, days: int) -> tuple[Token, str]:
        """A new token, and what it is shown as this once. UnusableCall for a label or days that cannot be."""
        if not label.strip() or len(label) > 100 or not label.isprintable():
            raise UnusableCall("a token has a label of 1 to 100 letters that says what it is for")
        if not 1 <= days <= MOST_DAYS:
            raise UnusableCall(f"a token lasts 1 to {MOST_DAYS} days")
        shown, at = MARK + secrets.token_urlsafe(32), self._clock()
        token = Token(f"k-{secrets.token_hex(8)}", label.strip(), at, at + timedelta(days=days), revoked=False)
        row = {
            "id": token.id, "account": account, "hash": _hash(shown), "label": token.label, "made_at": at,
            "ends_at": token.ends_at,
        }  # fmt: skip
        with self._desk.writing() as connection:
            connection.execute(insert(TOKENS).values(row))
        return token, shown

    def tokens(self, account: str) -> list[Token]:
        """An account's tokens, the newest first."""
        wanted = select(TOKENS).where(TOKENS.c.account == account).order_by(TOKENS.c.made_at.desc(), TOKENS.c.id)
        with self._desk.reading() as connection:
            rows = connection.execute(wanted).mappings().all()
        return [
            Token(row["id"], row["label"], row["made_at"], row["ends_at"], row["revoked_at"] is not None)
            for row in rows
        ]

    def revoke(self, account: str, token: str) -> bool:
        """End a token; False where the account has none of this id."""
        own = (TOKENS.c.id == token) & (TOKENS.c.account == account)
        with self._desk.writing() as connection:
            known = connection.execute(select(TOKENS.c.id).where(own)).first() is not None
            open_one: ColumnElement[bool] = own & TOKENS.c.revoked_at.is_(None)
            connection.execute(update(TOKENS).where(open_one).values(revoked_at=self._clock()))
        return known

    def of_token(self, shown: str) -> Caller | None:
        """Whose token this is; None where it ended, was revoked, or the account is closed."""
        alive = (TOKENS.c.ends_at > self._clock()) & TOKENS.c.revoked_at.is_(None) & ~ACCOUNTS.c.disabled
        found = select(ACCOUNTS.c.id, ACCOUNTS.c.name, ACCOUNTS.c.role).join(TOKENS)
        with self._desk.reading() as connection:
            row = connection.execute(found.where((TOKENS.c.hash == _hash(shown)) & alive)).first()
        return None if row is None else Caller(Role(row.role), row.id, row.name, "token")


def _hash(held: str) -> str:
    return hashlib.sha256(held.encode("utf-8", "surrogatepass")).hexdigest()
