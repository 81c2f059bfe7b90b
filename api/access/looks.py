"""Who looked: one record for every look at what is not public, written before the data go out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select

from api.access.accounts import now
from api.access.policy import Caller
from api.desk.database import Desk
from api.desk.tables import LOOK_SUBJECTS, LOOKS


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody's look: what was done, and about what; ``subjects`` are the node ids of the parties shown."""

    number: int
    account: str
    role: str
    via: str
    action: str
    about: str
    at: datetime
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Days:
    """How many looks there were on a day (ISO), in a role, doing the same."""

    day: str
    role: str
    action: str
    times: int


class Looks:
    """The record of one desk. It is only added to: the database refuses changes."""

    def __init__(self, desk: Desk, clock: Callable[[], datetime] = now) -> None:
        self._desk, self._clock = desk, clock

    def note(self, caller: Caller, action: str, about: str, subjects: Iterable[str] = ()) -> None:
        """Keep that the caller looks. DeskUnusable where it cannot be kept: then nothing may be shown."""
        row = {
            "account": caller.name[:100], "role": caller.role, "via": caller.via, "action": action[:100],
            "about": about[:300], "looked_at": self._clock(),
        }  # fmt: skip
        with self._desk.writing() as connection:
            number = connection.execute(insert(LOOKS).values(row)).inserted_primary_key[0]  # type: ignore[index]
            nodes = [{"look": number, "node": node} for node in sorted(set(subjects))]
            if nodes:
                connection.execute(insert(LOOK_SUBJECTS), nodes)

    def found(
        self, *, subject: str | None = None, account: str | None = None, before: int | None = None, limit: int = 100
    ) -> list[Look]:
        """Looks at a party, by an account, or all, the newest first; ``before`` is the number to go on from."""
        wanted = select(LOOKS).order_by(LOOKS.c.number.desc()).limit(limit)
        if subject is not None:
            wanted = wanted.where(
                LOOKS.c.number.in_(select(LOOK_SUBJECTS.c.look).where(LOOK_SUBJECTS.c.node == subject))
            )
        if account is not None:
            wanted = wanted.where(LOOKS.c.account == account)
        if before is not None:
            wanted = wanted.where(LOOKS.c.number < before)
        with self._desk.reading() as connection:
            rows = connection.execute(wanted).mappings().all()
            numbers = [row["number"] for row in rows]
            shown = connection.execute(select(LOOK_SUBJECTS).where(LOOK_SUBJECTS.c.look.in_(numbers))).all()
        subjects: dict[int, list[str]] = {}
        for look, node in shown:
            subjects.setdefault(look, []).append(node)
        return [
            Look(
                row["number"], row["account"], row["role"], row["via"], row["action"], row["about"], row["looked_at"],
                tuple(sorted(subjects.get(row["number"], ()))),
            )
            for row in rows
        ]  # fmt: skip

    def days(self, subject: str) -> list[Days]:
        """All looks at a party by day, role and what was done, the newest day first; nobody's name is in it."""
        day = func.date(LOOKS.c.looked_at).label("day")
        own = LOOKS.c.number.in_(select(LOOK_SUBJECTS.c.look).where(LOOK_SUBJECTS.c.node == subject))
        columns = (day, LOOKS.c.role, LOOKS.c.action)
        wanted = select(*columns, func.count()).where(own).group_by(*columns).order_by(day.desc(), *columns[1:])
        with self._desk.reading() as connection:
            return [Days(str(day), role, action, times) for day, role, action, times in connection.execute(wanted)]
