"""Records in brief: a small market written as a plain table of facts, put into a record store.

Every test of this folder and every fixture in ``tests/fixtures/graph`` has this one shape. Keys stand for
themselves: what is in ``persons`` is a person, everything else that is named is an organisation, and what is in
``sole`` is both: a person's own business under the person's number.

    persons: [ann]
    tenders:
      T1: {buyer: Ministry, day: 2024-03-01, bids: {A: {amount: 100, won: true}, B: 101}}
    owners: [{owner: ann, company: A, share: 0.5, since: 2020-01-01}]
    officers: [{person: ann, company: B, role: director}]
    offices: [{person: ann, body: Ministry, since: 2023-01-01}]
    kin: [{person: ann, relative: bob}]
    contacts: [{party: A, phone: "7771234567"}]
    debarred: [{party: A, list: unreliable, since: 2024-01-01}]
    plans: [{key: P, method: open, lot: T1}]
    payments: [{contract: C, amount: 50}]
    acts: [{contract: C, overdue: 3, fine: 1}]

A bid is a sum or a table of ``amount``, ``won``, ``status``, ``submitted``, ``by`` (its firms, where its key is not
the firm), ``lot`` and ``currency``. Whoever won is the supplier of an award over the bid's sum, on the tender's day or
on ``awarded``. The ``contracts`` of a tender have ``under`` (the bid whose award they are made under), or ``awards``
(those they tell of), ``amount``, ``gross``, ``final``, ``currency``, ``status``, ``signed`` and ``versions``. A lot, or
a tender, may be ``planned`` by one method and ``used`` another. A tender with ``times: 3`` stands for three (``T1 01``
to ``T1 03``), ``step`` days apart. Every tender and every further fact is a source record of its own.
"""

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from graph.market import Market
from ingest import records as r
from ingest.identifiers import identifier, org_id
from ingest.implementation import ContractAlias, Milestone, Plan, PlannedLot, Transaction
from ingest.kept import Document, Provenance
from ingest.store import RecordStore
from ingest.tables import to_arrow, values_of

AT = datetime(2025, 1, 1)
INVALID = ("disqualified", "withdrawn", "rejected")
Brief = Mapping[str, Any]
MakeMarket = Callable[[Brief], Market]


def node(key: str, kind: str = "o") -> str:
    """The node id that a key has: ``o`` for an organisation, ``p`` a person, ``t`` a tender, ``c`` a contact."""
    return f"{kind}-{sha256(key.encode()).hexdigest()[:16]}"


def document(told: str) -> str:
    """The id of the source record that tells something."""
    return sha256(told.encode()).hexdigest()[:32]


def market_of(store: RecordStore, brief: Brief) -> Market:
    """The market of a brief's records, put into an empty store."""
    put(store, brief)
    return Market(store)


def put(store: RecordStore, brief: Brief) -> None:
    """Write a brief's records into a store, beside what is there."""
    writer = _Writer(brief)
    writer.all()
    with store.writing():
        for table, rows in writer.rows.items():
            store.append(table, to_arrow(table, rows))


class _Writer:
    def __init__(self, brief: Brief) -> None:
        self.brief = brief
        self.persons = set(brief.get("persons", ()))
        self.rows: dict[str, list[tuple[object, ...]]] = defaultdict(list)
        self._parties: set[tuple[str, str]] = set()
        self._documents: set[str] = set()

    def all(self) -> None:
        for key in sorted(self.persons):
            self._party(f"person {key}", key)
        for key in self.brief.get("sole", ()):
            self._add(f"sole {key}", r.Person(key, key, name=f"{key} by name"))
        for name, tender in self.brief.get("tenders", {}).items():
            for own, one in _copies(str(name), tender):
                self._tender(own, one)
        for kind, made in (
            ("owners", self._owner),
            ("officers", self._officer),
            ("offices", self._office),
            ("kin", self._kin),
            ("contacts", self._contacts),
            ("firms", self._firm),
            ("debarred", self._debarred),
            ("plans", self._plan),
            ("payments", self._payment),
            ("acts", self._act),
        ):
            for fact in self.brief.get(kind, ()):
                made(f"{kind} {sorted(fact.items(), key=str)}", fact)

    def _add(self, told: str, *records: r.Record) -> None:
        own, raw = document(told), told.encode()
        digest = sha256(raw).hexdigest()
        if own not in self._documents:
            self._documents.add(own)
            whole = Document(own, "brief", "brief", told, "brief", "1", None, AT, digest, zlib.compress(raw))
            self.rows[Document.table].append(values_of(Document)(whole))
        proof = values_of(Provenance)(Provenance("brief", told, own, AT, digest))
        for record in records:
            self.rows[record.table].append((*values_of(type(record))(record), *proof))

    def _party(self, document: str, key: str) -> str:
        if (document, key) in self._parties:
            return key
        self._parties.add((document, key))
        found = org_id(key)
        number = (found.scheme, found.number, found.problem) if found else (None, None, None)
        name = f"{'Somebody' if found else key} by name"
        made = (r.Person if key in self.persons else r.Organisation)(key, key, *number, name)
        self._add(document, made)
        return key

    def _tender(self, name: str, given: Brief) -> None:
        document = f"tender {name}"
        day, buyer = given.get("day"), given.get("buyer")
        lots = given.get("lots") or {None: given.get("estimate")}
        self._add(
            document,
            r.Tender(
                name,
                name,
                title=f"Tender {name}",
                status=given.get("status", "complete"),
                method=given.get("method"),
                category=given.get("category"),
                region=given.get("region"),
                buyer=self._party(document, buyer) if buyer else None,
                amount=_money(given.get("estimate")),
                currency=given.get("currency", "KZT"),
                day=day,
                closes=given.get("closes"),
                award_rule=given.get("award_rule"),
                floor=given.get("floor"),
                ceiling=given.get("ceiling"),
            ),
            *(
                r.Lot(
                    f"{name}/{lot}" if lot else name,
                    name,
                    str(lot or name),
                    amount=_money(said.get("estimate")),
                    method=said.get("used", given.get("used")),
                    planned_method=said.get("planned", given.get("planned")),
                    classification=said.get("classification"),
                )
                for lot, said in (
                    (lot, one if isinstance(one, Mapping) else {"estimate": one}) for lot, one in lots.items()
                )
            ),
        )
        for own, contract in given.get("contracts", {}).items():
            self._contract(f"contract {own}", name, str(own), contract, given)
        for own, said in given.get("bids", {}).items():
            self._bid(document, name, str(own), said if isinstance(said, Mapping) else {"amount": said}, given)

    def _bid(self, document: str, tender: str, own: str, bid: Brief, given: Brief) -> None:
        key, lot = f"{tender}#{own}", f"{tender}/{bid['lot']}" if "lot" in bid else tender
        status, amount, won = bid.get("status"), _money(bid.get("amount")), bid.get("won", False)
        valid = str(status).lower() not in INVALID
        currency = bid.get("currency", given.get("currency", "KZT"))
        self._add(document, r.Bid(key, tender, lot, own, status, valid, won, amount, currency, bid.get("submitted")))
        firms = [self._party(document, firm) for firm in bid.get("by", [own])]
        self._add(document, *(r.Tenderer(key, tender, firm) for firm in firms))
        if won:
            day = given.get("awarded", given.get("day"))
            told_by = next(
                (str(c) for c, one in given.get("contracts", {}).items() if own in one.get("awards", ())), None
            )
            status = given.get("award_status")
            self._add(document, r.Award(key, tender, own, lot, status, amount, currency, day, told_by))
            self._add(document, *(r.Supplier(key, tender, firm) for firm in firms))

    def _contract(self, document: str, tender: str, own: str, said: Brief, given: Brief) -> None:
        self._add(
            document,
            r.Contract(
                own,
                tender,
                own,
                f"{tender}#{said['under']}" if "under" in said else None,
                said.get("status"),
                _money(said.get("amount")),
                said.get("currency", given.get("currency", "KZT")),
                said.get("signed"),
                gross=_money(said.get("gross")),
                final_amount=_money(said.get("final")),
            ),
            *(ContractAlias(str(version), own) for version in said.get("versions", ())),
        )

    def _plan(self, document: str, fact: Brief) -> None:
        made = Plan(fact["key"], fact["key"], method=fact.get("method"), classification=fact.get("classification"))
        self._add(document, made, PlannedLot(fact["lot"], fact["lot"].partition("/")[0], fact["key"]))

    def _payment(self, document: str, fact: Brief) -> None:
        amount, currency = _money(fact["amount"]), fact.get("currency", "KZT")
        problem, register = fact.get("problem"), fact.get("register")
        made = Transaction(
            document, fact["contract"], document, fact.get("day"), amount, currency, register=register, problem=problem
        )
        self._add(document, made)

    def _act(self, document: str, fact: Brief) -> None:
        fine, currency = _money(fact.get("fine")), fact.get("currency", "KZT")
        overdue = fact.get("overdue")
        made = Milestone(document, fact["contract"], document, days_overdue=overdue, fine=fine, currency=currency)
        self._add(document, made)

    def _owner(self, document: str, fact: Brief) -> None:
        made = r.Ownership(
            self._party(document, fact["owner"]),
            self._party(document, fact["company"]),
            fact.get("interest", "shareholding"),
            fact.get("share"),
            fact.get("most", fact.get("share")),
            fact.get("direct"),
            fact.get("beneficial"),
            since=fact.get("since"),
            until=fact.get("until"),
        )
        self._add(document, made)

    def _officer(self, document: str, fact: Brief) -> None:
        company, person = self._party(document, fact["company"]), self._party(document, fact["person"])
        self._add(document, r.Officer(company, person, fact.get("role"), fact.get("since"), fact.get("until")))

    def _office(self, document: str, fact: Brief) -> None:
        person, body = self._party(document, fact["person"]), self._party(document, fact["body"])
        post = fact.get("position", "clerk")
        self._add(document, r.Office(person, body, post, True, fact.get("since"), fact.get("until")))

    def _kin(self, document: str, fact: Brief) -> None:
        person, relative = self._party(document, fact["person"]), self._party(document, fact["relative"])
        self._add(document, r.Kinship(person, relative, fact.get("relation"), fact.get("since"), fact.get("until")))

    def _contacts(self, document: str, fact: Brief) -> None:
        party = self._party(document, fact["party"])
        for kind in ("address", "phone", "email"):
            if kind in fact:
                self._add(document, r.Contact(party, kind, fact[kind], fact[kind].lower()))

    def _debarred(self, document: str, fact: Brief) -> None:
        party = self._party(document, fact["party"])
        self._add(document, r.Debarment(party, fact["list"], fact.get("reason"), fact.get("since"), fact.get("until")))

    def _firm(self, document: str, fact: Brief) -> None:
        found = identifier(*fact["number"]) if "number" in fact else None
        self._party(document, fact["key"])
        for other in fact.get("aliases", ()):
            self._add(document, r.Alias(other, found.key if found else fact["key"]))


def _copies(name: str, tender: Brief) -> Iterator[tuple[str, Brief]]:
    if "times" not in tender:
        yield name, tender
        return
    for number in range(tender["times"]):
        day = tender.get("day") and tender["day"] + number * timedelta(days=tender.get("step", 1))
        yield f"{name} {number + 1:02}", {**tender, "day": day}


def _money(amount: object) -> Decimal | None:
    return None if amount is None else Decimal(str(amount))


def nodes(keys: Iterable[str], kind: str = "o") -> tuple[str, ...]:
    """The node ids of several keys, in order of the ids."""
    return tuple(sorted(node(key, kind) for key in keys))
