"""Tables that are only added to, kept so by the database itself."""

from alembic import op


def make_append_only(table: str) -> None:
    """Have the database refuse UPDATE and DELETE of the table's rows, and TRUNCATE, whoever asks; for ``upgrade()``.

    Both engines answer with SQLAlchemy's IntegrityError, "TABLE is only added to". A later step that rebuilds the
    table (SQLite's batch mode with ``recreate``) loses the triggers and calls this again.
    """
    said = f"{table} is only added to"
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{said}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for name, event in (("no_change", "UPDATE OR DELETE ON {} FOR EACH ROW"), ("no_truncate", "TRUNCATE ON {}")):
        op.execute(f"CREATE TRIGGER {table}_{name} BEFORE {event.format(table)} EXECUTE FUNCTION {table}_refuse()")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")
