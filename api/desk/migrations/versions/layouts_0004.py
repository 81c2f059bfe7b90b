"""Layouts of cases' pictures that people keep, and what of a picture a note is about."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and the column."""
    op.create_table(
        "case_layouts",
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column("case_id", sa.String(40), nullable=False),
        sa.Column("account", sa.String(20), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("layout", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_case_layouts_case_id", "case_layouts", ["case_id"])
    op.add_column("case_events", sa.Column("about", sa.String(200)))


def downgrade() -> None:
    """What people wrote is never dropped by a step back."""
    raise NotImplementedError
