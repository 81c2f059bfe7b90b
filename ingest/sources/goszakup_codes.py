"""The portal's own lists (``/v3/refs``): what their codes say in our columns. No code stands here, only words."""

import re

from ingest.reading import Outcome, SourceRecord
from ingest.records import Code
from ingest.sources.goszakup_object import Portal, folded

_AWARD_MEANINGS = {r"не заключ|отказ|аннулир|удал": "cancelled", r"проект|на согласован": "pending"}
_CATEGORIES = {r"товар": "goods", r"работ": "works", r"услуг": "services"}
_MONTHS = ("январ", "феврал", "март", "апрел", "ма[йя]", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр")
_METHODS = {
    r"одного источника|без применения норм": "direct",
    r"предварительн\w+ квалификац": "selective",
    r"конкурс|аукцион|ценовых предложен|тендер|товарн\w+ бирж": "open",
}
_OF_LOT = {
    # After a call that failed the law lets the buyer ask one supplier: that is no choice against the plan.
    r"несостоя": "limited",
    **_METHODS,
}
_LEFT = {r"отклон|отозв|отказ|аннулир|удал|отмен": "cancelled"}
_LISTS: dict[str, dict[str, dict[str, str]]] = {
    "ref_buy_status": {
        "tenders.status": {
            r"отмен|отказ|аннулир": "cancelled",
            r"не состо": "unsuccessful",
            r"заверш|состоял": "complete",
            r"проект": "planning",
            r"опубликов|при[её]м|рассмотр|ожида": "active",
        }
    },
    "ref_lots_status": {
        "lots.status": {
            r"отмен|отказ|аннулир|удал": "cancelled",
            r"не состо": "unsuccessful",
            r"состоял|завер": "complete",
            r"опубликов|при[её]м|рассмотр": "active",
        }
    },
    "ref_trade_methods": {
        "tenders.method": _METHODS,
        "tenders.method_details": {},
        "tenders.award_rule": {r"балл|рейтинг": "points", r"ценовых предложен|аукцион": "lowest"},
        "lots.method": _OF_LOT,
        "lots.planned_method": _OF_LOT,
        "plans.method": _OF_LOT,
    },
    "ref_subject_type": {"tenders.category": _CATEGORIES, "plans.category": _CATEGORIES},
    "ref_months": {"plans.month": {word: f"{number:02}" for number, word in enumerate(_MONTHS, 1)}},
    "ref_pln_point_status": {"plans.status": {}},
    "ref_justification": {"plans.rationale": {}},
    "ref_kato": {"tenders.region": {}},
    "ref_app_status": {"bids.status": {r"отклон|отозв|не допущ|недопущ|не соответств|отказ": "disqualified"}},
    "ref_contract_status": {"contracts.status": {}, "awards.status": _AWARD_MEANINGS},
    "ref_comm_roles": {"offices.position": {}},
}
"""For each list, the columns that hold its codes, and words of a name (in Russian) with our word for it, in order."""

LISTS = {folded(name): columns for name, columns in _LISTS.items()}
"""As above, by the name without case and underscores: REST and GraphQL write it in two ways."""
LIST_NAMES = tuple(_LISTS)
"""The lists that are read, as ``/v3/refs`` names them."""


def add_code(name: str, found: Portal, record: SourceRecord, out: Outcome) -> None:
    """Add what an entry of a list says; lists whose codes stand in none of our columns say nothing."""
    said = found.text("nameRu", "nameKz", "name")
    for field, words in LISTS.get(folded(name), {}).items():
        # Fields named ...Id hold an entry's id, those of places its code.
        code = found.text("code") if field == "tenders.region" else found.text("id", "code")
        if code:
            out.add(Code(field, code, said, meaning(words, said)), record)


def meaning(words: dict[str, str], said: str | None) -> str | None:
    """Our word for a name: that of the first words found in it."""
    name = (said or "").casefold()
    return next((ours for pattern, ours in words.items() if re.search(pattern, name)), None)


def disqualified(status: str | None) -> bool:
    """Whether the name of a bid's status says that it does not count."""
    return meaning(LISTS[folded("ref_app_status")]["bids.status"], status) is not None


def left(status: str | None) -> bool:
    """Whether the name of an act's status says that it does not count."""
    return meaning(_LEFT, status) is not None
