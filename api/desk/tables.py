"""The tables of the desk database."""

from sqlalchemy import CheckConstraint, Column, DateTime, Index, Integer, MetaData, String, Table

WORDS = ("accept", "reject", "undo")
METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s", "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)  # fmt: skip
PAIR_DECISIONS = Table(
    "pair_decisions",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("pair", String(64), nullable=False),
    Column("decision", String(6), nullable=False),
    Column("decided_by", String(200), nullable=False),
    Column("decided_at", DateTime, nullable=False),
    CheckConstraint(f"decision IN {WORDS}", name="word"),
    Index(None, "pair"),
    sqlite_autoincrement=True,
)
"""What people decided of pairs of parties, in order; the last word on a pair counts. Only ever added to: the database
itself refuses changes. ``pair`` is made of opaque node ids (no name, no number of a person); times are UTC."""
