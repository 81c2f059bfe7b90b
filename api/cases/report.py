"""The figures of the rules as a document."""

from api.cases.figures import FEW, Figures, decided, figures
from api.desk.database import Desk
from graph.answers import Answers
from graph.answers.naming import Document


def figures_document(desk: Desk, answers: Answers) -> Document:
    """What decisions say of each rule and version; rules about private life only for whoever sees all their cases.

    ``cases`` are those of the published generation, ``undecided_share`` is of them; the rest is of every decided case,
    by the findings that it had when it was decided.
    """
    rules = {rule["code"]: rule for rule in answers.rules()}
    hidden = [code for code, rule in rules.items() if rule.get("restricted") and not answers.sees_all]
    every, by_rule = decided(desk, hidden)
    now = {(row["code"], row["version"]): row for row in answers.cases_by_rule([one.case for one in every])}
    rows = []
    for code, version in sorted({*by_rule, *now}):
        if code in hidden:
            continue
        counted = now.get((code, version), {"cases": 0, "decided": 0})
        open_share = (counted["cases"] - counted["decided"]) / counted["cases"] if counted["cases"] else None
        rows.append(
            {
                "code": code,
                "version": version,
                "title": rules[code]["title"] if code in rules else code,
                "cases": counted["cases"],
                "undecided_share": open_share,
                **_told(figures(by_rule.get((code, version), []))),
            }
        )
    return {"few": FEW, "all": _told(figures(every)), "rules": rows}


def _told(one: Figures) -> Document:
    return {
        "decided": one.decided,
        "outcomes": {str(outcome): count for outcome, count in one.outcomes.items()},
        "precision": one.precision,
        "precision_low": one.low,
        "precision_high": one.high,
        "few": one.clear < FEW,
        "median_days": one.median_days,
        "late_days": one.late_days,
    }
