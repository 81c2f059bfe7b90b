"""A case as tables, a CSV file each, that a spreadsheet shows and never runs.

Every file is UTF-8 with a byte order mark, without which Excel takes Cyrillic for the code page of the machine. In
English cells are parted by commas and numbers have a point (RFC 4180). In Russian and Kazakh cells are parted by
semicolons and numbers have a comma: Excel in Kazakhstan opens a file by a double click with the separators of its own
region, puts a line with commas into one cell, and reads 1.5 as the first of May.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from io import StringIO
from typing import Any

from viz.text import shown
from viz.words import Language

Document = Mapping[str, Any]
Row = Sequence[Any]

_SIGNS = "=+\\-@\x00\uff1d\uff0b\uff0d\uff20"
"""What a spreadsheet may take for the beginning of a formula, and its full-width forms."""
_BLANK = '[\\s"\u00ad\u200b\ufeff]*'
_FORMULA = re.compile(f"[\t\r\n\x00]|{_BLANK}[{_SIGNS}]")
_WITHIN = re.compile(f"([;,\t\n]{_BLANK})(?=[{_SIGNS}])")
"""The same behind a separator: where a spreadsheet parts lines by another one, a cell begins there."""
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_BETWEEN = "; "


def case_tables(case: Document, language: str = "en") -> dict[str, bytes]:
    """All tables of a case as files by name; those without a row have their header."""
    case = shown(case)
    return {f"{name}.csv": _written(columns, rows(case), language) for name, (columns, rows) in TABLES.items()}


def case_csv(case: Document, table: str = "findings", language: str = "en") -> bytes:
    """One table of a case as CSV; several parties, things or records in one cell are parted by ``; ``.

    A cell that a spreadsheet would take for a formula begins with an apostrophe; numbers stay numbers.
    """
    columns, rows = TABLES[table]
    return _written(columns, rows(shown(case)), language)


def bids_csv(ring: Document, language: str = "en") -> bytes:
    """The bids in a ring's tenders, a row each, as CSV like that of :func:`case_csv`."""
    return _written(_BIDS, _bids(shown(ring)), language)


def _written(columns: str, rows: Iterable[Row], language: str) -> bytes:
    local = language != Language.ENGLISH
    out = StringIO()
    writer = csv.writer(out, delimiter=";" if local else ",", lineterminator="\r\n")
    writer.writerow(columns.split())
    writer.writerows([cell(value, comma=local) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def cell(value: Any, *, comma: bool = False) -> str:
    """A value as a cell that no spreadsheet runs; ``comma`` parts the decimals of numbers.

    >>> cell("=1+1"), cell("a; =1+1"), cell("-12.5"), cell(-12.5, comma=True), cell(None)
    ("'=1+1", "a; '=1+1", '-12.5', '-12,5', '')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return ""
    if isinstance(value, int | float | Decimal):
        written = _digits(value)
        return written.replace(".", ",") if comma else written
    text = _WITHIN.sub(r"\1'", str(value))
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _digits(value: float | Decimal) -> str:
    """A number without an exponent, as short as gives the same number back."""
    written = format(value if isinstance(value, Decimal) else Decimal(repr(value)), "f")
    return written.rstrip("0").rstrip(".") if "." in written and isinstance(value, float) else written


def _amount(money: Document | None) -> Any:
    try:
        return None if money is None else Decimal(money["amount"])
    except InvalidOperation:
        return money and money["amount"]


def _currency(money: Document | None) -> Any:
    return money and money["currency"]


def _joined(found: Iterable[Any]) -> str:
    return _BETWEEN.join(str(one) for one in found)


def _parties(case: Document) -> Iterable[Row]:
    flags = Counter(party for finding in case["findings"] for party in finding["parties"])
    return ((one["id"], one["name"], one["kind"], one["core"], flags[one["id"]]) for one in case["parties"])


def _findings(case: Document) -> Iterable[Row]:
    names = {one["id"]: one["name"] for one in case["parties"] if one["name"]}
    records = {one["id"]: one for one in case["evidence"]}
    for one in case["findings"]:
        found = [records[own] for own in one["evidence"] if own in records]
        yield (
            one["id"], one["code"], one["version"], one["title"],
            _joined(f"{party} {names.get(party, '')}".strip() for party in one["parties"]),
            _joined(f"{what['kind']} {what['id']}" for what in one["about"]),
            one["value"], one["threshold"], one["unit"], one["period"]["since"], one["period"]["until"],
            one["text"], one["innocent"], _joined(record["file"] for record in found),
            _joined(record["position"] for record in found),
        )  # fmt: skip


def _tenders(case: Document) -> Iterable[Row]:
    for one in case["tenders"]:
        buyer = one["buyer"] or {"id": None, "name": None}
        yield (
            one["id"], one["title"], one["day"], one["region"], one["category"],
            _amount(one["estimate"]), _currency(one["estimate"]), buyer["id"], buyer["name"],
        )  # fmt: skip


def _rings(case: Document) -> Iterable[Row]:
    """A row for each kind of evidence."""
    for ring in case["rings"]:
        for one in ring["evidence"]:
            yield (
                ring["id"], ring["score"], _joined(member["id"] for member in ring["members"]),
                _joined(ring["tenders"]), _joined(ring["markets"]), ring["period"]["since"], ring["period"]["until"],
                one["kind"], one["statistic"], one["p"], one["text"], _joined(ring["innocent"]),
                _joined(ring["refuted_by"]),
            )  # fmt: skip


def _links(case: Document) -> Iterable[Row]:
    for one in case["links"]:
        steps = (f"{step['from']} {step['kind']} {step['to']}" for step in one["path"])
        yield (
            one["official"], one["official_name"], one["position"], one["buyer"], one["buyer_name"], one["supplier"],
            one["supplier_name"], one["hops"], one["score"], _joined(steps), _amount(one["won"]),
            _currency(one["won"]), one["period"]["since"], one["period"]["until"], _joined(one["tenders"]), one["text"],
            _joined(step["source"] for step in one["path"]),
        )  # fmt: skip


def _declared(case: Document) -> Iterable[Row]:
    for one in case.get("wealth", ()):
        for line in one["lines"]:
            yield (
                one["official"], one["official_name"], line["year"], line["side"], line["kind"], line["description"],
                line["owner"], line["owner_name"], line["amount"], line["currency"], line["day"], line["value"],
                one["currency"], line["source"],
            )  # fmt: skip


def _evidence(case: Document) -> Iterable[Row]:
    for one in case["evidence"]:
        yield (
            one["id"], one["source"], one["format"], one["file"], one["position"], one["loaded_at"], one["hash"],
            bool(one.get("withheld")),
        )  # fmt: skip


_BIDS = (
    "tender tender_title day buyer buyer_name estimate currency lots bidder bidder_name member bid bid_currency "
    "share share_of won valid"
)


def _bids(ring: Document) -> Iterable[Row]:
    """A row for each bidder in each bid; shares are of the sum that the ring's ``basis`` names."""
    tenders = {one["node"]: one for one in ring["meetings"]}
    for bid in ring["bids"]:
        tender = tenders[bid["tender_node"]]
        buyer = tender["buyer"] or {"id": None, "name": None}
        share = None if bid["share"] is None else round(bid["share"], 6)
        yield (
            tender["id"], tender["title"], tender["day"], buyer["id"], buyer["name"], _amount(tender["estimate"]),
            _currency(tender["estimate"]), tender["lots"], bid["bidder"], bid["bidder_name"], bid["member"],
            _amount(bid["amount"]), _currency(bid["amount"]), share, share and ring["basis"], bid["won"], bid["valid"],
        )  # fmt: skip


TABLES: Mapping[str, tuple[str, Callable[[Document], Iterable[Row]]]] = {
    "parties": ("id name kind core flags", _parties),
    "findings": (
        "id code version title parties about value threshold unit since until text innocent evidence_files "
        "evidence_positions", _findings,
    ),
    "tenders": ("id title day region category estimate currency buyer buyer_name", _tenders),
    "rings": (
        "ring score members tenders markets since until evidence statistic p text innocent refuted_by", _rings,
    ),
    "links": (
        "official official_name position buyer buyer_name supplier supplier_name hops score path won currency since "
        "until tenders text evidence", _links,
    ),
    "declared": (
        "official official_name year side kind description owner owner_name amount currency day value value_currency "
        "evidence", _declared,
    ),
    "evidence": ("id source format file position loaded_at sha256 withheld", _evidence),
}  # fmt: skip
"""The columns and rows of each table by name; ``evidence`` columns hold ids of the table of that name."""
