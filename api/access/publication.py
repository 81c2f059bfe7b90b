"""How much of what is found about firms is published; nothing, until an administrator says otherwise."""

from sqlalchemy import insert, select

from api.access.accounts import now
from api.access.policy import Level
from api.desk.database import Desk
from api.desk.tables import PUBLICATIONS


def level(desk: Desk) -> Level:
    """What counts now."""
    with desk.reading() as connection:
        last = connection.execute(select(PUBLICATIONS.c.level).order_by(PUBLICATIONS.c.number.desc()).limit(1)).scalar()
    return Level(last) if last else Level.NOTHING


def publish(desk: Desk, wanted: Level, by: str) -> None:
    """Publish so much from now on."""
    with desk.writing() as connection:
        row = {"level": wanted, "decided_by": by[:100], "decided_at": now()}
        connection.execute(insert(PUBLICATIONS).values(row))
