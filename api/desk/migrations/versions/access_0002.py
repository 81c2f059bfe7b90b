"""Accounts, sessions, tokens, what is published, and who looked at what."""

import sqlalchemy as sa
from alembic import op

from api.desk.migrations.append_only import make_append_only

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _accounts()
    op.create_table(
        "publications",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("decided_by", sa.String(100), nullable=False),
        sa.Column("decided_at", sa.DateTime, nullable=False),
        sa.CheckConstraint("level IN ('nothing', 'flags', 'rings')", name="level"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "looks",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("via", sa.String(10), nullable=False),
        sa.Column("action", sa.String(100), nullable=False),
        sa.Column("about", sa.String(300), nullable=False),
        sa.Column("looked_at", sa.DateTime, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_looks_account", "looks", ["account"])
    op.create_index("ix_looks_looked_at", "looks", ["looked_at"])
    op.create_table(
        "look_subjects",
        sa.Column("look", sa.Integer, sa.ForeignKey("looks.number"), primary_key=True),
        sa.Column("node", sa.String(40), primary_key=True),
    )
    op.create_index("ix_look_subjects_node", "look_subjects", ["node"])
    for table in ("account_events", "publications", "looks", "look_subjects"):
        make_append_only(table)


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(20), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False, unique=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password", sa.String(200)),
        sa.Column("totp", sa.LargeBinary),
        sa.Column("totp_used", sa.Integer),
        sa.Column("issuer", sa.String(300)),
        sa.Column("subject", sa.String(300)),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("locked_until", sa.DateTime),
        sa.Column("disabled", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.CheckConstraint("role IN ('ngo', 'monitor', 'investigator', 'supervisor', 'administrator')", name="role"),
        sa.UniqueConstraint("issuer", "subject", name="uq_accounts_identity"),
    )
    op.create_table(
        "account_events",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("account", sa.String(20), nullable=False),
        sa.Column("what", sa.String(200), nullable=False),
        sa.Column("done_by", sa.String(100), nullable=False),
        sa.Column("done_at", sa.DateTime, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_account_events_account", "account_events", ["account"])
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(20), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_sessions_account", "sessions", ["account"])
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(20), primary_key=True),
        sa.Column("account", sa.String(20), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        sa.Column("label", sa.String(100), nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.Column("ends_at", sa.DateTime, nullable=False),
        sa.Column("revoked_at", sa.DateTime),
    )
    op.create_index("ix_tokens_account", "tokens", ["account"])


def downgrade() -> None:
    """What was decided and who looked is never dropped by a step back."""
    raise NotImplementedError
