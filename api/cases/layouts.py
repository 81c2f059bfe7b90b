"""Layouts of a case's picture that people keep and hand on: what was opened, where it was put, what was filtered."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, delete, func, insert, select

from api.access.accounts import now
from api.access.policy import Caller
from api.desk.database import Desk
from api.desk.tables import ACCOUNTS, CASE_LAYOUTS
from api.errors import NotAllowed, UnusableCall
from graph.errors import UnknownId

MOST = 100
"""So many layouts of one case an account may keep."""
MOST_BYTES = 100_000
"""How long a layout may be, written as JSON: some 500 nodes with their places take 30,000."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout by its opaque id; ``text`` is its JSON, ``own`` whether the caller made it."""

    id: str
    case: str
    name: str
    by: str
    at: datetime
    own: bool
    text: str


@dataclass(frozen=True, slots=True)
class Layouts:
    """The layouts of a desk as one caller sees them. Whether the caller may see a case is asked before."""

    desk: Desk
    caller: Caller
    clock: Callable[[], datetime] = now

    def of_case(self, case: str) -> list[Layout]:
        """The layouts of a case, the newest first."""
        wanted = _SELECT.where(CASE_LAYOUTS.c.case_id == case).order_by(
            CASE_LAYOUTS.c.made_at.desc(), CASE_LAYOUTS.c.id
        )
        with self.desk.reading() as connection:
            return [self._layout(row) for row in connection.execute(wanted).mappings()]

    def one(self, own: str) -> Layout:
        """A layout by its id; UnknownId where there is none."""
        with self.desk.reading() as connection:
            row = connection.execute(_SELECT.where(CASE_LAYOUTS.c.id == own)).mappings().first()
        if row is None:
            raise UnknownId("there is no such layout")
        return self._layout(row)

    def keep(self, case: str, name: str, text: str) -> Layout:
        """Keep a layout under a name. UnusableCall for no name, and where it is too long or there are too many."""
        called = " ".join(name.split())
        if not called:
            raise UnusableCall("give the layout a name")
        if len(text) > MOST_BYTES:
            raise UnusableCall(f"a layout has at most {MOST_BYTES:,} bytes")
        own = secrets.token_urlsafe(16)
        row = {
            "id": own, "case_id": case, "account": self.caller.account, "name": called,
            "layout": text, "made_at": self.clock(),
        }  # fmt: skip
        mine = (CASE_LAYOUTS.c.case_id == case) & (CASE_LAYOUTS.c.account == self.caller.account)
        with self.desk.writing() as connection:
            if (connection.scalar(select(func.count()).where(mine)) or 0) >= MOST:
                raise UnusableCall(f"you keep {MOST} layouts of this case already: delete one")
            connection.execute(insert(CASE_LAYOUTS).values(row))
        return self.one(own)

    def drop(self, own: str) -> None:
        """Delete one's own layout. UnknownId where there is none, NotAllowed where another made it."""
        if not self.one(own).own:
            raise NotAllowed("a layout is deleted by whoever made it")
        with self.desk.writing() as connection:
            connection.execute(delete(CASE_LAYOUTS).where(CASE_LAYOUTS.c.id == own))

    def _layout(self, row: RowMapping) -> Layout:
        mine = row["account"] == self.caller.account
        return Layout(row["id"], row["case_id"], row["name"], row["by"], row["made_at"], mine, row["layout"])


_SELECT = select(CASE_LAYOUTS, ACCOUNTS.c.name.label("by")).join(ACCOUNTS, CASE_LAYOUTS.c.account == ACCOUNTS.c.id)
