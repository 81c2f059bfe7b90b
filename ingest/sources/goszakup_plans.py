"""Plan points of the portal: what a buyer means to buy, when, for how much and by which procedure."""

import re

from ingest.errors import BadRecord
from ingest.implementation import Plan
from ingest.reading import Outcome, SourceRecord
from ingest.sources.goszakup_object import CURRENCY, Portal
from ingest.sources.goszakup_party import Parties

_ENSTRU = re.compile(r"\d{6}\.\d{3}\.\d{6}")
_YEARS = range(1991, 2101)
"""Years for which a purchase can be planned: the state's first, and as far as anybody plans."""


def plan_id(source: str, own: str) -> str:
    """The key of a plan point."""
    return f"{source}:Plans:{own}"


def enstru(*codes: str | None) -> str | None:
    """The first of these that is a code of the ENSTRU classification, as ``ENSTRU:181219.900.000000``."""
    return next((f"ENSTRU:{code}" for code in codes if code and _ENSTRU.fullmatch(code)), None)


def add_plan(found: Portal, record: SourceRecord, out: Outcome) -> None:
    """Add a plan point and who plans it; :class:`BadRecord` for a year in which nothing is planned."""
    year = found.whole("plnPointYear")
    if year is not None and year not in _YEARS:
        raise BadRecord(f"plnPointYear is out of range: {year}")
    buyer = Parties(record, out).organisation(
        found.biin("subjectBiin"), name=found.text("subjectNameRu", "subjectNameKz")
    )
    own = found.id("id") or record.thing
    root = found.id("rootrecordId")
    out.add(
        Plan(
            record.thing, own, plan_id(record.source, root) if root and root != own else None,
            found.text("nameRu", "nameKz"), found.id("refPlnPointStatusId"), buyer, found.amount("amount"), CURRENCY,
            year, found.id("refMonthsId"), found.id("refTradeMethodsId"), found.id("refSubjectTypeId"),
            enstru(found.text("refEnstruCode"), found.one("RefEnstru").text("code")), found.id("refJustificationId"),
        ),
        record,
    )  # fmt: skip
