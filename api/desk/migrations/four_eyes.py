"""Four eyes, kept by the database itself: who decides a case neither proposed the decision nor edited the case last."""

from alembic import op

SAID = "four eyes: a decision follows a review, by somebody who neither proposed it nor edited the case last"
GAP = "versions of a case follow each other"
_BEFORE = "FROM case_events AS e WHERE e.case_id = NEW.case_id"
_EDITS = "('moved', 'note', 'attachment', 'linked', 'notice', 'answer')"
_LAST = f"(SELECT e.{{}} {_BEFORE} ORDER BY e.version DESC LIMIT 1)"
_MOVE = f"(SELECT e.{{}} {_BEFORE} AND e.kind = 'moved' ORDER BY e.version DESC LIMIT 1)"
_EDITOR = f"(SELECT e.account {_BEFORE} AND e.kind IN {_EDITS} ORDER BY e.version DESC LIMIT 1)"
_DECIDES = (
    f"NEW.state IN ('closed', 'referred') AND (NEW.kind = 'moved' OR COALESCE({_LAST.format('state')}, '') <> NEW.state"
    f" OR COALESCE({_LAST.format('outcome')}, '') <> COALESCE(NEW.outcome, ''))"
)
_REFUSED = (
    f"NEW.kind <> 'moved' OR COALESCE({_LAST.format('state')}, '') <> 'review' "
    f"OR COALESCE({_MOVE.format('state')}, '') <> 'review' OR NEW.account = {_MOVE.format('account')} "
    f"OR NEW.account = {_EDITOR}"
)
_OUT_OF_TURN = f"NEW.version <> COALESCE({_LAST.format('version')}, 0) + 1"


def make_four_eyes() -> None:
    """Have the database refuse such decisions, and versions that leave a gap, whoever asks; for ``upgrade()``.

    Both engines answer with SQLAlchemy's IntegrityError. While a case is in review the last move is the one that
    brought it there, so its author is who proposed the decision.
    """
    rules = ((f"({_DECIDES}) AND ({_REFUSED})", SAID), (_OUT_OF_TURN, GAP))
    if op.get_bind().dialect.name == "sqlite":
        for place, (wrong, said) in enumerate(rules):
            op.execute(
                f"CREATE TRIGGER case_events_rule_{place} BEFORE INSERT ON case_events WHEN {wrong} "
                f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
        return
    body = " ".join(
        f"IF {wrong} THEN RAISE EXCEPTION '{said}' USING ERRCODE = 'restrict_violation'; END IF;"
        for wrong, said in rules
    )
    op.execute(
        f"CREATE FUNCTION case_events_rules() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER case_events_rules BEFORE INSERT ON case_events "
        "FOR EACH ROW EXECUTE FUNCTION case_events_rules()"
    )
    op.execute("ALTER TABLE case_events ENABLE ALWAYS TRIGGER case_events_rules")
