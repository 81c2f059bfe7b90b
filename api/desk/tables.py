"""The tables of the desk database."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

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
ROLES = ("ngo", "monitor", "investigator", "supervisor", "administrator")
LEVELS = ("nothing", "flags", "rings")
ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("id", String(20), primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("password", String(200)),
    Column("totp", LargeBinary),
    Column("totp_used", Integer),
    Column("issuer", String(300)),
    Column("subject", String(300)),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until", DateTime),
    Column("disabled", Boolean(create_constraint=False), nullable=False, server_default=false()),
    Column("made_at", DateTime, nullable=False),
    CheckConstraint(f"role IN {ROLES}", name="role"),
    UniqueConstraint("issuer", "subject", name="uq_accounts_identity"),
)
"""Who may sign in. ``password`` is an Argon2id hash, ``totp`` a sealed secret, ``totp_used`` the last time step whose
code was taken; ``issuer`` and ``subject`` are an OpenID provider's. Names are without upper case."""
ACCOUNT_EVENTS = Table(
    "account_events",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("account", String(20), nullable=False),
    Column("what", String(200), nullable=False),
    Column("done_by", String(100), nullable=False),
    Column("done_at", DateTime, nullable=False),
    Index(None, "account"),
    sqlite_autoincrement=True,
)
"""What was done to accounts, and by whom; only ever added to."""
SESSIONS = Table(
    "sessions",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("account", String(20), ForeignKey("accounts.id"), nullable=False),
    Column("made_at", DateTime, nullable=False),
    Column("seen_at", DateTime, nullable=False),
    Index(None, "account"),
)
"""Who is signed in; ``id`` is the SHA-256 of what the browser holds."""
TOKENS = Table(
    "tokens",
    METADATA,
    Column("id", String(20), primary_key=True),
    Column("account", String(20), ForeignKey("accounts.id"), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("label", String(100), nullable=False),
    Column("made_at", DateTime, nullable=False),
    Column("ends_at", DateTime, nullable=False),
    Column("revoked_at", DateTime),
    Index(None, "account"),
)
"""Tokens of the API by the SHA-256 of what was shown once: 256 random bits need no slow hash."""
PUBLICATIONS = Table(
    "publications",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("level", String(10), nullable=False),
    Column("decided_by", String(100), nullable=False),
    Column("decided_at", DateTime, nullable=False),
    CheckConstraint(f"level IN {LEVELS}", name="level"),
    sqlite_autoincrement=True,
)
"""How much is published, the last word counts; only ever added to."""
LOOKS = Table(
    "looks",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("account", String(100), nullable=False),
    Column("role", String(16), nullable=False),
    Column("via", String(10), nullable=False),
    Column("action", String(100), nullable=False),
    Column("about", String(300), nullable=False),
    Column("looked_at", DateTime, nullable=False),
    Index(None, "account"),
    Index(None, "looked_at"),
    sqlite_autoincrement=True,
)
"""Every look at what is not public, written before the data go out; only ever added to."""
LOOK_SUBJECTS = Table(
    "look_subjects",
    METADATA,
    Column("look", Integer, ForeignKey("looks.number"), primary_key=True),
    Column("node", String(40), primary_key=True),
    Index(None, "node"),
)
"""The parties (opaque node ids) that a look showed; only ever added to."""
STATES = ("new", "triage", "investigating", "review", "closed", "referred")
KINDS = ("moved", "assigned", "deadline", "note", "attachment", "linked", "notice", "answer")
OUTCOMES = ("confirmed", "likely", "explained", "insufficient", "duplicate")
CASE_EVENTS = Table(
    "case_events",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("case_id", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("state", String(13), nullable=False),
    Column("outcome", String(12)),
    Column("reason_code", String(30)),
    Column("assignee", String(20), ForeignKey("accounts.id")),
    Column("deadline", Date),
    Column("account", String(20), ForeignKey("accounts.id"), nullable=False),
    Column("made_at", DateTime, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("kin", Text, nullable=False),
    Column("other", String(80)),
    Column("text", Text, nullable=False),
    Column("about", String(200)),
    CheckConstraint(f"kind IN {KINDS}", name="kind"),
    CheckConstraint(f"state IN {STATES}", name="state"),
    CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
    CheckConstraint("(outcome IS NOT NULL) = (state IN ('closed', 'referred'))", name="decided"),
    CheckConstraint("(reason_code IS NOT NULL) = (outcome IS NOT NULL AND outcome = 'explained')", name="explained"),
    UniqueConstraint("case_id", "version", name="uq_case_events_version"),
    Index(None, "assignee"),
    sqlite_autoincrement=True,
)
"""What people did to cases; only ever added to. Each event holds the case as it stands after it (state, outcome,
assignee, deadline), so the one of the highest version is the case as it stands. The database itself refuses a decision
that follows no review, or is by whoever proposed it or edited the case last. ``generation`` is what was looked at,
``kin`` the ids of the cases that had gone into it or that it was split from, ``other`` what the event is about: a case,
party, file or notice; ``about`` the node or edge of the picture that a note is about."""
CASE_FINDINGS = Table(
    "case_findings",
    METADATA,
    Column("event", Integer, ForeignKey("case_events.number"), primary_key=True),
    Column("finding", String(40), primary_key=True),
    Column("code", String(20), nullable=False),
    Column("version", String(20), nullable=False),
    Column("seen", String(16), nullable=False),
    Index(None, "finding"),
)
"""The findings that a case had when it was moved; ``seen`` marks the evidence behind each; only ever added to."""
CASE_FILES = Table(
    "case_files",
    METADATA,
    Column("event", Integer, ForeignKey("case_events.number"), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Index(None, "sha256"),
)
"""Files attached to cases, whose bytes lie in the home under their SHA-256; only ever added to."""
CASE_LAYOUTS = Table(
    "case_layouts",
    METADATA,
    Column("id", String(24), primary_key=True),
    Column("case_id", String(40), nullable=False),
    Column("account", String(20), ForeignKey("accounts.id"), nullable=False),
    Column("name", String(100), nullable=False),
    Column("layout", Text, nullable=False),
    Column("made_at", DateTime, nullable=False),
    Index(None, "case_id"),
)
"""Layouts of cases' pictures that people keep; ``id`` is opaque, ``layout`` JSON that holds ids alone."""
