"""An invented case and its picture: two firms of one owner, an official of the buyer, and what they met in."""

import copy
import json
from collections.abc import Callable
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import pytest

from graph.model import Edge, EdgeKind, Node, NodeKind, Subgraph

Document = dict[str, Any]

FIRM, OTHER, BUYER = "o-aaaaaaaaaaaaaaa1", "o-aaaaaaaaaaaaaaa2", "o-aaaaaaaaaaaaaaa3"
OFFICIAL, OWNER = "p-bbbbbbbbbbbbbbb1", "p-bbbbbbbbbbbbbbb2"
TENDER, SECOND, CONTACT = "t-ccccccccccccccc1", "t-ccccccccccccccc2", "c-ddddddddddddddd1"
NUMBERS_OF_PERSONS = ("KZ-IIN-710101399999", "1971-01-01", "KZ-IIN-820202499999", "1982-02-02")
FIRM_NAME = "Товарищество с ограниченной ответственностью «Көк Қайың Өңір»"
HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "<b>bold</b> & \"quoted\" 'too'",
    "line\u2028separator\u2029s",
    "lone \ud800 surrogate",
    "nul \x00 and bell \x07",
    "{{ 7 * 7 }} {% raw %}",
    '#eval("1+1") *bold* $x$ @label <lt> // \\',
    "javascript:alert(1) href=x",
    "=HYPERLINK(1)",
    "\u202eevil\u202c",
    "]]><!-- -->",
)
"""Names that no page, table or report may take for anything but text."""


def record(own: str, file: str, position: str, content: Document) -> Document:
    """A source record as answers give it, with the hash of what it says."""
    raw = json.dumps(content, ensure_ascii=False)
    return {
        "id": sha256(own.encode()).hexdigest()[:32],
        "source": "an invented register",
        "format": "bods",
        "file": file,
        "position": position,
        "loaded_at": datetime(2026, 1, 2, 3, 4, 5),
        "hash": sha256(raw.encode()).hexdigest(),
        "record": raw,
    }


RECORDS = [
    record("owns", "owners.json", "statement/1", {"interest": "75%", "of": "Көк Қайың Өңір"}),
    record("tender", "tenders.jsonl.gz", "line 2", {"ocid": "ocds-x-1", "tender": {"title": "Көмір"}}),
    record("kin", "kin.csv", "line 3", {"relation": "parent"}),
]
_OWNS, _TENDER, _KIN = (one["id"] for one in RECORDS)


def _node(own: str, of: NodeKind, /, **properties: Any) -> Node:
    return Node(own, of, properties)


@pytest.fixture
def picture() -> Subgraph:
    """Eight nodes of every role and eleven edges of every kind but one."""
    org, person = NodeKind.ORGANISATION, NodeKind.PERSON
    held = {"since": date(2020, 1, 1), "until": None}
    day = {"since": date(2024, 5, 7), "until": date(2024, 5, 7), "document": _TENDER}
    nodes = (
        _node(FIRM, org, own_id="KZ-BIN-1", name=FIRM_NAME, region="Астана", registered=date(2011, 1, 21)),
        _node(OTHER, org, own_id="KZ-BIN-2", name='ТОО "Ак Жол"'),
        _node(BUYER, org, own_id="KZ-BIN-3", name="ГУ «Отдел дорог»"),
        _node(OFFICIAL, person, own_id=NUMBERS_OF_PERSONS[0], birth_date=NUMBERS_OF_PERSONS[1], name="Асанова Дана"),
        _node(OWNER, person, own_id=NUMBERS_OF_PERSONS[2], birth_date=NUMBERS_OF_PERSONS[3], name="Асанов Ұлан"),
        _node(TENDER, NodeKind.TENDER, own_id="ocds-x-1", name="Көмір", day=date(2024, 5, 7), amount_minor=123456789),
        _node(SECOND, NodeKind.TENDER, own_id="ocds-x-2", name="Уголь", day=date(2024, 6, 1)),
        _node(CONTACT, NodeKind.CONTACT, kind="address", name="ул. Абая 1", holders=2),
    )
    edges = (
        Edge(EdgeKind.BID, FIRM, TENDER, "1", {"amount_minor": 100, "currency": "KZT", "won": True, **day}),
        Edge(EdgeKind.BID, OTHER, TENDER, "2", {"amount_minor": 200, "currency": "KZT", "won": False, **day}),
        Edge(EdgeKind.BID, OTHER, SECOND, "3", {"amount_minor": None, "currency": None, "won": False, **day}),
        Edge(EdgeKind.SUPPLIES, FIRM, TENDER, "1", {"amount_minor": 100, "currency": "KZT", **day}),
        Edge(EdgeKind.BUYS, BUYER, TENDER, "", day),
        Edge(EdgeKind.OWNS, OWNER, FIRM, "", {"share_min": 0.75, "share_max": 1.0, "document": _OWNS, **held}),
        Edge(EdgeKind.OWNS, OWNER, OTHER, "", {"share_min": 0.5, "share_max": 0.5, **held}),
        Edge(EdgeKind.OFFICER, OWNER, FIRM, "", {"role": "director", **held}),
        Edge(EdgeKind.OFFICE, OFFICIAL, BUYER, "", {"position": "Руководитель", "procurement": True, **held}),
        Edge(EdgeKind.KIN, OFFICIAL, OWNER, "", {"relation": "parent", "document": _KIN}),
        Edge(EdgeKind.REACHED_AT, FIRM, CONTACT, "", {"kind": "address"}),
    )
    return Subgraph(nodes, tuple(sorted(edges)))


def _finding(code: str, title: str, parties: list[str], value: float, text: str) -> Document:
    return {
        "id": f"{code}-0123456789abcdef",
        "code": code,
        "version": "1.0.0",
        "title": title,
        "parties": parties,
        "about": [{"kind": "tender", "id": "ocds-x-1"}, {"kind": "buyer", "id": "KZ-BIN-3"}],
        "value": value,
        "threshold": 0.5,
        "unit": "score in 0..1",
        "period": {"since": date(2024, 5, 7), "until": None},
        "text": text,
        "innocent": "Few firms have the licence.",
        "evidence": [_OWNS, _TENDER],
        "case": "case-000000000001",
    }


@pytest.fixture
def case() -> Document:
    """A case with a ring, a path, two findings, two tenders and three source records; days as days."""
    buyer = {"id": "KZ-BIN-3", "name": "ГУ «Отдел дорог»", "kind": "organisation"}
    period = {"since": date(2024, 5, 7), "until": date(2024, 6, 1)}
    step = {"detail": None, "since": None, "until": None, "source": _KIN}
    return {
        "id": "case-000000000001",
        "rank": 1,
        "title": "2 firms that bid together",
        "score": 0.875,
        "state": "new",
        "codes": ["B01", "L01"],
        "firms": 2,
        "persons": 1,
        "period": period,
        "opened": 1,
        "merged": [],
        "split_from": None,
        "parties": [
            {"id": "KZ-BIN-1", "name": FIRM_NAME, "kind": "organisation", "node": FIRM, "core": True},
            {"id": "KZ-BIN-2", "name": 'ТОО "Ак Жол"', "kind": "organisation", "node": OTHER, "core": False},
            {"id": OFFICIAL, "name": "Асанова Дана", "kind": "person", "node": OFFICIAL, "core": True},
        ],
        "findings": [
            _finding("B01", "Bidding ring", ["KZ-BIN-1", "KZ-BIN-2"], 0.886, "The 2 firms met 12 times."),
            _finding("L01", "Official tied to a supplier", ["KZ-BIN-1", OFFICIAL], 2.0, "official → supplier"),
        ],
        "rings": [
            {
                "id": "ring-1",
                "rank": 1,
                "score": 0.886,
                "reported": True,
                "members": [{"id": "KZ-BIN-1", "name": FIRM_NAME}, {"id": "KZ-BIN-2", "name": 'ТОО "Ак Жол"'}],
                "tenders": ["ocds-x-1", "ocds-x-2"],
                "period": period,
                "markets": ["Астана / 09"],
                "evidence": [
                    {"kind": "association", "statistic": 4.66, "p": 1.6e-6, "text": "They met 12 times."},
                    {"kind": "price", "statistic": -0.85, "p": 0.99, "text": "The bids spread by 5%."},
                    {"kind": "ties", "statistic": 1.0, "p": None, "text": "They share an owner."},
                ],
                "innocent": ["They are the few firms with the depot."],
                "refuted_by": ["A licence class that explains it."],
            }
        ],
        "links": [
            {
                "official": OFFICIAL,
                "official_name": "Асанова Дана",
                "supplier": "KZ-BIN-1",
                "supplier_name": FIRM_NAME,
                "buyer": "KZ-BIN-3",
                "buyer_name": "ГУ «Отдел дорог»",
                "position": "Руководитель",
                "hops": 2,
                "score": 0.7,
                "path": [
                    {**step, "from": OWNER, "kind": "kin", "to": OFFICIAL, "detail": "child"},
                    {**step, "from": OWNER, "kind": "owns", "to": "KZ-BIN-1", "detail": "0.75",
                     "since": date(2020, 1, 1), "source": _OWNS},
                ],
                "tenders": ["ocds-x-1"],
                "won": {"amount": "1234567.89", "currency": "KZT"},
                "period": period,
                "text": "official has a relative → person owns 75% → supplier.",
            }
        ],
        "tenders": [
            {
                "id": f"ocds-x-{number}",
                "node": node,
                "title": title,
                "day": date(2024, 4 + number, 7),
                "region": "Астана",
                "category": "09",
                "estimate": {"amount": "1234567.89", "currency": "KZT"},
                "buyer": buyer if number == 1 else None,
            }
            for number, node, title in ((1, TENDER, "Көмір"), (2, SECOND, "Уголь"))
        ],
        "evidence": RECORDS,
    }  # fmt: skip


def replaced(value: Any, change: Callable[[str, str], str], name: str = "") -> Any:
    """A document with its texts changed; ``change`` gets a text's name and the text."""
    if isinstance(value, dict):
        return {key: replaced(one, change, key) for key, one in value.items()}
    if isinstance(value, list):
        return [replaced(one, change, name) for one in value]
    return change(name, value) if isinstance(value, str) else value


_FREE = {"title", "name", "official_name", "supplier_name", "buyer_name", "text", "innocent", "position", "region",
         "file", "source", "record", "unit", "markets", "refuted_by", "category", "state", "currency", "relation",
         "role", "own_id", "status", "hash", "format"}  # fmt: skip


@pytest.fixture(params=HOSTILE, ids=range(len(HOSTILE)))
def hostile(request: pytest.FixtureRequest, case: Document, picture: Subgraph) -> tuple[str, Document, Subgraph]:
    """A hostile text, and the case and picture with it in every place that records fill."""
    text: str = request.param
    written = replaced(copy.deepcopy(case), lambda name, old: text if name in _FREE else old)
    nodes = tuple(Node(one.id, one.kind, _poisoned(one.properties, text)) for one in picture.nodes)
    edges = tuple(
        Edge(one.kind, one.source, one.target, one.mark, _poisoned(one.properties, text)) for one in picture.edges
    )
    return text, written, Subgraph(nodes, edges)


def _poisoned(properties: Any, text: str) -> Document:
    return {name: text if isinstance(value, str) else value for name, value in properties.items()}


@pytest.fixture
def empty(case: Document) -> tuple[Document, Subgraph]:
    """A case about nothing, with an empty picture."""
    bare = {name: [] if isinstance(value, list) else value for name, value in case.items()}
    return {**bare, "period": {"since": None, "until": None}}, Subgraph((), ())


@pytest.fixture
def as_sent(case: Document) -> Document:
    """The same case with its days and times as texts, as the API sends it."""

    def text(value: Any) -> str:
        return value.isoformat() + ("Z" if isinstance(value, datetime) else "")

    sent: Document = json.loads(json.dumps(case, default=text))
    return sent
