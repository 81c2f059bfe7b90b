"""Decisions on pairs of parties, which the database itself keeps from being changed."""

import sqlalchemy as sa
from alembic import op

from api.desk.migrations.append_only import make_append_only

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "pair_decisions",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("pair", sa.String(64), nullable=False),
        sa.Column("decision", sa.String(6), nullable=False),
        sa.Column("decided_by", sa.String(200), nullable=False),
        sa.Column("decided_at", sa.DateTime, nullable=False),
        sa.CheckConstraint("decision IN ('accept', 'reject', 'undo')", name="word"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_pair_decisions_pair", "pair_decisions", ["pair"])
    make_append_only("pair_decisions")


def downgrade() -> None:
    """Decisions are never dropped by a step back."""
    raise NotImplementedError
