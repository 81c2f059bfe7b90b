"""Accounts: made, changed, and signed in to by password and one-time code."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pyotp import TOTP, random_base32
from sqlalchemy import Connection, RowMapping, Select, func, insert, select, update

from api.access.passwords import hashed, matches, usable
from api.access.policy import Role
from api.access.secret import seal, unseal
from api.desk.database import Desk
from api.desk.tables import ACCOUNT_EVENTS, ACCOUNTS, SESSIONS, TOKENS
from api.errors import UnusableCall

_TRIES = 5
_LONGEST_WAIT = timedelta(minutes=15)
_STEP = 30
_AFRESH = {"totp": None, "totp_used": None, "failures": 0, "locked_until": None}
BY_EMAIL = "mailto:"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in; ``code`` says whether one-time codes are asked for."""

    id: str
    name: str
    role: Role
    disabled: bool
    code: bool
    made_at: datetime
    external: bool


def now() -> datetime:
    """The time in UTC as the desk keeps it: whole seconds, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


class Accounts:
    """The accounts of one desk; ``home`` holds the key that one-time secrets are sealed with."""

    def __init__(self, desk: Desk, home: Path, clock: Callable[[], datetime] = now) -> None:
        self._desk, self._home, self._clock = desk, home, clock

    def all(self) -> list[Account]:
        """Every account, by name."""
        with self._desk.reading() as connection:
            rows = connection.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.name)).mappings()
            return [_account(row) for row in rows]

    def named(self, name: str) -> Account:
        """The account with a name; UnusableCall where there is none."""
        with self._desk.reading() as connection:
            return _account(_by_name(connection, name))

    def first(self) -> tuple[str, str] | None:
        """Make the first administrator, and say name and password, this once; None where there are accounts."""
        if self.all():
            return None
        password = secrets.token_urlsafe(15)
        made = hashed(password)
        with self._desk.writing() as connection:
            if connection.execute(select(func.count()).select_from(ACCOUNTS)).scalar_one():
                return None  # another process was first
            self._insert(connection, "admin", Role.ADMINISTRATOR, password=made, by="first start")
        return "admin", password

    def add(self, name: str, role: Role, by: str, *, password: str | None = None) -> str:
        """Make an account; says its password, a generated one where none is given.

        UnusableCall where the name is taken or unusable, or the password too short.
        """
        chosen = usable(password) if password is not None else secrets.token_urlsafe(15)
        wanted, made = _name(name), hashed(chosen)
        with self._desk.writing() as connection:
            self._insert(connection, wanted, role, password=made, by=by)
        return chosen

    def change(self, name: str, by: str, *, role: Role | None = None, disabled: bool | None = None) -> Account:
        """Give an account another role, or close or open it; its sessions end, and with a closed account its tokens.

        UnusableCall where it is the last administrator's and would be no more.
        """
        with self._desk.writing() as connection:
            before = _account(_by_name(connection, name))
            values = {key: value for key, value in (("role", role), ("disabled", disabled)) if value is not None}
            if before.role is Role.ADMINISTRATOR and (role not in (None, Role.ADMINISTRATOR) or disabled):
                self._not_the_last(connection, before.id)
            connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == before.id).values(values))
            self._end(connection, before.id, tokens=bool(disabled) or role is not None)
            told = ", ".join(f"{key}: {value}" for key, value in values.items())
            self._tell(connection, before.id, told, by)
            return _account(_by_name(connection, name))

    def reset(self, name: str, by: str) -> str:
        """Give an account a new generated password, said this once; one-time codes are asked for no more."""
        password = secrets.token_urlsafe(15)
        made = hashed(password)
        with self._desk.writing() as connection:
            own = _by_name(connection, name)["id"]
            self._set(connection, own, password=made, **_AFRESH)
            self._end(connection, own, tokens=False)
            self._tell(connection, own, "password reset", by)
        return password

    def set_password(self, account: str, old: str, new: str) -> None:
        """Change one's own password; other sessions end. UnusableCall where the old one is wrong."""
        usable(new)
        with self._desk.reading() as connection:
            row = _by_id(connection, account)
        if not matches(row["password"], old):
            raise UnusableCall("the old password is not right")
        made = hashed(new)
        with self._desk.writing() as connection:
            self._set(connection, account, password=made)
            self._end(connection, account, tokens=False)
            self._tell(connection, account, "password changed", row["name"])

    def offer_code(self, account: str) -> tuple[str, str]:
        """A new secret for one-time codes, and its address for an authenticator (otpauth://); not yet in use."""
        with self._desk.reading() as connection:
            name = _by_id(connection, account)["name"]
        secret = random_base32()
        return secret, TOTP(secret, name=name, issuer="bidring").provisioning_uri()

    def use_code(self, account: str, secret: str | None, code: str = "") -> None:
        """Ask for codes of this secret from now on, once ``code`` shows that it works; without a secret, no more."""
        if secret is not None and self._step(secret, code, None) is None:
            raise UnusableCall("the code does not fit: look at the clock of the device")
        sealed = None if secret is None else seal(self._home, secret)
        with self._desk.writing() as connection:
            self._set(connection, account, totp=sealed, totp_used=None)
            name = _by_id(connection, account)["name"]
            self._tell(connection, account, "codes asked for" if secret else "codes no longer asked for", name)

    def sign_in(self, name: str, password: str, code: str = "") -> Account | None:
        """The account where name, password and, if it is asked for, the one-time code are right; else None.

        A code counts once. After five wrong tries in a row each further one doubles the wait, up to 15 minutes; the
        answer is the same whatever was wrong, and takes as long.
        """
        with self._desk.reading() as connection:
            row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.name == name.strip().lower())).mappings().first()
        right = matches(row["password"] if row else None, password)
        if row is None:
            return None
        with self._desk.writing() as connection:
            row = _by_id(connection, row["id"])  # as it is now: a code that was just used counts no more
            waiting = row["locked_until"] is not None and row["locked_until"] > self._clock()
            step = self._step(unseal(self._home, row["totp"]), code, row["totp_used"]) if row["totp"] else 0
            if waiting or row["disabled"] or not right or step is None:
                if not waiting:
                    self._set(connection, row["id"], **self._failed(row["failures"] + 1))
                return None
            used = {"totp_used": step} if row["totp"] else {}
            self._set(connection, row["id"], failures=0, locked_until=None, **used)
        return _account(row)

    def known_to(self, issuer: str, subject: str, email: str | None = None) -> Account | None:
        """The open account of an OpenID provider's subject; None where nobody was let in as it.

        ``email`` is one that the provider has verified: an account that was tied to it is the subject's from then on.
        """
        with self._desk.writing() as connection:
            row = connection.execute(_let_in(issuer, subject)).mappings().first()
            if row is None and email is not None:
                row = connection.execute(_let_in(issuer, f"{BY_EMAIL}{email.strip().lower()}")).mappings().first()
                if row is not None:
                    self._set(connection, row["id"], subject=subject)
                    self._tell(connection, row["id"], "tied to the subject that came first", row["name"])
        return _account(row) if row else None

    def tie(self, name: str, issuer: str | None, subject: str | None, by: str) -> None:
        """Let an OpenID provider's subject sign in to an account, or nobody's; who is signed in is signed out.

        UnusableCall where another account is the subject's.
        """
        with self._desk.writing() as connection:
            own = _by_name(connection, name)["id"]
            self._tie(connection, own, issuer, subject, by)
            self._end(connection, own, tokens=False)

    def add_tied(self, name: str, role: Role, by: str, *, issuer: str, subject: str) -> None:
        """Make an account without a password, that an OpenID provider's subject signs in to."""
        with self._desk.writing() as connection:
            self._insert(connection, _name(name), role, password=None, by=by)
            self._tie(connection, _by_name(connection, name)["id"], issuer, subject, by)

    def _tie(self, connection: Connection, own: str, issuer: str | None, subject: str | None, by: str) -> None:
        same = (ACCOUNTS.c.issuer == issuer) & (ACCOUNTS.c.subject == subject) & (ACCOUNTS.c.id != own)
        if issuer is not None and connection.execute(select(ACCOUNTS.c.id).where(same)).first():
            raise UnusableCall("another account is tied to this subject already")
        self._set(connection, own, issuer=issuer, subject=subject)
        self._tell(connection, own, f"tied to {issuer or 'nobody'}"[:200], by)

    def _insert(self, connection: Connection, name: str, role: Role, *, password: str | None, by: str) -> None:
        if connection.execute(select(ACCOUNTS.c.id).where(ACCOUNTS.c.name == name)).first():
            raise UnusableCall(f"there is an account {name!r} already")
        own = f"u-{secrets.token_hex(8)}"
        values: dict[str, Any] = {"id": own, "name": name, "role": role, "made_at": self._clock()}
        values["password"] = password
        connection.execute(insert(ACCOUNTS).values(values))
        self._tell(connection, own, f"made as {role}", by)

    def _step(self, secret: str, code: str, used: int | None) -> int | None:
        """The time step whose code this is, one before or after now allowed; None where it fits none, or was used."""
        at = int(self._clock().replace(tzinfo=UTC).timestamp()) // _STEP
        for step in (at - 1, at, at + 1):
            fits = secrets.compare_digest(TOTP(secret).generate_otp(step), code.strip()) if code.isascii() else False
            if fits and (used is None or step > used):
                return step
        return None

    def _failed(self, failures: int) -> dict[str, Any]:
        wait = min(timedelta(seconds=2 ** min(failures - _TRIES, 20)), _LONGEST_WAIT)
        return {"failures": failures, "locked_until": self._clock() + wait if failures >= _TRIES else None}

    def _tell(self, connection: Connection, account: str, what: str, by: str) -> None:
        row = {"account": account, "what": what, "done_by": by[:100], "done_at": self._clock()}
        connection.execute(insert(ACCOUNT_EVENTS).values(row))

    def _end(self, connection: Connection, account: str, *, tokens: bool) -> None:
        """End what the account is signed in with."""
        connection.execute(SESSIONS.delete().where(SESSIONS.c.account == account))
        if tokens:
            open_ones = (TOKENS.c.account == account) & TOKENS.c.revoked_at.is_(None)
            connection.execute(update(TOKENS).where(open_ones).values(revoked_at=self._clock()))

    @staticmethod
    def _set(connection: Connection, account: str, **values: Any) -> None:
        connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == account).values(values))

    @staticmethod
    def _not_the_last(connection: Connection, account: str) -> None:
        others = (ACCOUNTS.c.role == Role.ADMINISTRATOR) & ~ACCOUNTS.c.disabled & (ACCOUNTS.c.id != account)
        if connection.execute(select(ACCOUNTS.c.id).where(others)).first() is None:
            raise UnusableCall("this is the last administrator: make another one first")


def _by_name(connection: Connection, name: str) -> RowMapping:
    row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.name == name.strip().lower())).mappings().first()
    if row is None:
        raise UnusableCall(f"there is no account {name!r}")
    return row


def _let_in(issuer: str, subject: str) -> Select[Any]:
    fits = (ACCOUNTS.c.issuer == issuer) & (ACCOUNTS.c.subject == subject) & ~ACCOUNTS.c.disabled
    return select(ACCOUNTS).where(fits)


def by_email(written: str) -> str:
    """What stands for the subject until somebody with this e-mail comes; UnusableCall for what is none."""
    email = written.strip().lower()
    if not _EMAIL.fullmatch(email) or len(email) > 254:
        raise UnusableCall("this is no e-mail address")
    return f"{BY_EMAIL}{email}"


def _by_id(connection: Connection, own: str) -> RowMapping:
    return connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.id == own)).mappings().one()


def _account(row: Mapping[str, Any] | RowMapping) -> Account:
    return Account(
        row["id"], row["name"], Role(row["role"]), row["disabled"], row["totp"] is not None, row["made_at"],
        row["subject"] is not None,
    )  # fmt: skip


def _name(written: str) -> str:
    name = written.strip().lower()
    if not 2 <= len(name) <= 100 or not name.isprintable() or any(letter.isspace() for letter in name):
        raise UnusableCall("a name has 2 to 100 letters, and no blanks")
    return name
