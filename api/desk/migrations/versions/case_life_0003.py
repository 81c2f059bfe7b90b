"""What people do with cases, which the database keeps from being changed, and decided by one person alone."""

import sqlalchemy as sa
from alembic import op

from api.desk.migrations.append_only import make_append_only
from api.desk.migrations.four_eyes import make_four_eyes

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KINDS = "'moved', 'assigned', 'deadline', 'note', 'attachment', 'linked', 'notice', 'answer'"
_STATES = "'new', 'triage', 'investigating', 'review', 'closed', 'referred'"
_OUTCOMES = "'confirmed', 'likely', 'explained', 'insufficient', 'duplicate'"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "case_events",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("case_id", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("state", sa.String(13), nullable=False),
        sa.Column("outcome", sa.String(12)),
        sa.Column("reason_code", sa.String(30)),
        sa.Column("assignee", sa.String(20), sa.ForeignKey("accounts.id")),
        sa.Column("deadline", sa.Date),
        sa.Column("account", sa.String(20), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("kin", sa.Text, nullable=False),
        sa.Column("other", sa.String(80)),
        sa.Column("text", sa.Text, nullable=False),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        sa.CheckConstraint(f"state IN ({_STATES})", name="state"),
        sa.CheckConstraint(f"outcome IN ({_OUTCOMES})", name="outcome"),
        sa.CheckConstraint("(outcome IS NOT NULL) = (state IN ('closed', 'referred'))", name="decided"),
        sa.CheckConstraint(
            "(reason_code IS NOT NULL) = (outcome IS NOT NULL AND outcome = 'explained')", name="explained"
        ),
        sa.UniqueConstraint("case_id", "version", name="uq_case_events_version"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_events_assignee", "case_events", ["assignee"])
    op.create_table(
        "case_findings",
        sa.Column("event", sa.Integer, sa.ForeignKey("case_events.number"), primary_key=True),
        sa.Column("finding", sa.String(40), primary_key=True),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("seen", sa.String(16), nullable=False),
    )
    op.create_index("ix_case_findings_finding", "case_findings", ["finding"])
    op.create_table(
        "case_files",
        sa.Column("event", sa.Integer, sa.ForeignKey("case_events.number"), primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
    )
    op.create_index("ix_case_files_sha256", "case_files", ["sha256"])
    for table in ("case_events", "case_findings", "case_files"):
        make_append_only(table)
    make_four_eyes()


def downgrade() -> None:
    """What was decided is never dropped by a step back."""
    raise NotImplementedError
