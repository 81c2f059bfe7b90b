"""``goszakup``: objects of Kazakhstan's procurement portal (OWS v3), REST or GraphQL, as pages or one by one.

A tender is told of by many objects: its announcement, lots, applications and contracts. They share a subject, each of
them is a thing of its own, and of each thing the newest version counts: so pages may come in any order, in part or
again, and an object that is marked deleted, or that the journal says is gone, leaves. Of the journal only deletions
are read: a changed object comes as itself. A contract of no tender, plans, acts and payments stand alone. Objects
inside others are objects as well.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import IO

import msgspec

from ingest.errors import BadRecord
from ingest.reading import MOVED, Outcome, Reading, Refusal, SourceRecord
from ingest.sources.goszakup_codes import add_code
from ingest.sources.goszakup_implementation import OF_CONTRACT, PAYMENTS, add_implementation, contested, contract_id
from ingest.sources.goszakup_object import Portal, Told, folded
from ingest.sources.goszakup_pages import INSIDE, Asked, PortalPiece, asked_for, typed, unwrapped
from ingest.sources.goszakup_party import add_debarred, add_subject
from ingest.sources.goszakup_plans import add_plan
from ingest.sources.goszakup_tender import add_tender
from ingest.sources.json_pieces import BROKEN, Piece, items, plain, read_pieces, starts_with

_MARKS = (b'"trd_buy_', b'"trdBuy', b'"TrdBuy"', b'"pln_point_year"', b'"plnPointYear"', b'"numberAnno"', b'"/v3/')
_ANSWER = re.compile(rb'"data"\s*:\s*\{\s*"(?:TrdBuy|Lots|TrdApp|Contract|Subjects|Rnu|Plans|Acts|Ref[A-Z]\w+)"\s*:')
_OF_TENDER = frozenset({"TrdBuy", "Lots", "TrdApp", "Contract", "ContractUnits", "Commission"})
_OF_SUBJECT = frozenset({"Subjects", "Employees", "Address"})
_OF_CONTRACT = frozenset({"Acts", *PAYMENTS})
_IDS = {"Subjects": ("pid", "bin", "iin"), "Journal": ("objectId",)}
_DECODER = msgspec.json.Decoder()
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_EARLIEST = datetime(1, 1, 1)


def looks_like_goszakup(head: bytes) -> bool:
    """Whether a JSON file that begins with ``head`` comes from the portal."""
    return any(mark in head for mark in _MARKS) or _ANSWER.search(head) is not None


class Goszakup:
    """The portal's objects."""

    name = "goszakup"

    def read(self, handle: IO[bytes], reading: Reading, label: str) -> Iterator[SourceRecord | Refusal]:
        """A source record per object, in the file's order, and one per object inside it."""
        source = reading.source or self.name
        for piece in read_pieces(handle, label):
            for part in [piece] if isinstance(piece, Refusal) else unwrapped(piece):
                yield from [part] if isinstance(part, Refusal) else _source_records(part, source)

    def records(self, found: Sequence[SourceRecord], reading: Reading) -> Outcome:
        """What the newest version of each thing says together.

        Raises :class:`BadRecord` where a sum, a day or a time of one cannot be read.
        """
        out = Outcome()
        told: Told = {}
        for record in _newest(found):
            type_ = record.thing.rsplit(":", 2)[1]
            thing = None if record.raw == MOVED else Portal(_DECODER.decode(record.raw))
            things = told.setdefault(type_, [])
            if thing is not None and not thing.flag("deleted", "isDeleted") and not thing.has("objectId", "action"):
                things.append((thing, record))
        if (_OF_TENDER | _OF_CONTRACT) & set(told):
            add_tender(told, out)
            add_implementation(told, out, contested(found))
        elif _OF_SUBJECT & set(told):
            add_subject(told, out)
        else:
            for type_, things in told.items():
                for thing, record in things:
                    _add_alone(type_, thing, record, out)
        return out


def _add_alone(type_: str, thing: Portal, record: SourceRecord, out: Outcome) -> None:
    """Add what an object says that needs no other."""
    if type_ == "Rnu":
        add_debarred(thing, record, out)
    elif type_ == "Plans":
        add_plan(thing, record, out)
    else:
        add_code(type_, thing, record, out)


def _newest(found: Sequence[SourceRecord]) -> list[SourceRecord]:
    """The newest record of each thing; of equal age the later in the sequence."""
    newest: dict[str, SourceRecord] = {}
    for record in found:
        before = newest.get(record.thing)
        if before is None or (record.published or _EARLIEST) >= (before.published or _EARLIEST):
            newest[record.thing] = record
    return list(newest.values())


def _source_records(portal: PortalPiece, source: str) -> Iterator[SourceRecord | Refusal]:
    piece = portal.piece
    try:
        fields = _DECODER.decode(piece.raw)
        if not isinstance(fields, dict):
            yield piece.refusal("not an object")
            return
        found = Portal(fields)
        yield from _of_object(piece, found, typed(portal.asked, found), source)
    except BadRecord as error:
        yield piece.refusal(str(error))
    except BROKEN as error:
        yield piece.refusal(f"no usable JSON: {plain(error)}")


def _of_object(piece: Piece, found: Portal, asked: Asked, source: str) -> Iterator[SourceRecord | Refusal]:
    type_ = asked.type
    if type_ == "Journal":
        if (found.text("action") or "").upper() != "D":
            return
        gone = asked_for(found.text("url")).type or asked_for(found.text("serviceName")).type
        if gone is None:
            return  # of a service that is not read: there is nothing of it to leave
        type_ = gone
    if type_ is None:
        yield piece.refusal("the object is none that is read: its fields are of no known type")
        return
    own = found.id(*(("objectId",) if found.has("objectId", "action") else _IDS.get(type_, ("id", "code"))))
    if own is None:
        yield piece.refusal(f"the object ({type_}) has no id")
        return
    thing = f"{source}:{type_}:{own.replace(':', '_')}"
    subject = _subject(type_, found, asked.owner, source) or thing
    published = found.changed()
    yield SourceRecord(piece.position or "file", subject, source, bytes(piece.raw), published, thing=thing)
    for name in INSIDE.get(type_, ()):
        if any(found.each(name)):
            yield from _inside(piece, Asked(name, own), source, published)


def _inside(piece: Piece, asked: Asked, source: str, published: datetime | None) -> Iterator[SourceRecord | Refusal]:
    """The objects of one type that an object carries; they are as old as it where they do not say."""
    for field, raw in _FIELDS.decode(piece.raw).items():
        if folded(field) != folded(asked.type or ""):
            continue
        parts = items(piece, raw, field) if starts_with(raw, b"[") else [Piece(piece.within(field), raw)]
        for part in parts:
            for record in [part] if isinstance(part, Refusal) else _source_records(PortalPiece(part, asked), source):
                if isinstance(record, SourceRecord):
                    record = replace(record, published=record.published or published)  # noqa: PLW2901
                yield record


def _subject(type_: str, found: Portal, owner: str | None, source: str) -> str | None:
    """What an object tells of beside itself: its tender, its party, or its contract; ``owner`` is what it is inside."""
    if found.has("objectId", "action"):
        return None
    if type_ in _OF_TENDER:
        tender = found.id({"TrdBuy": "id", "TrdApp": "buyId"}.get(type_, "trdBuyId"))
        tender = tender or (owner if type_ in ("Commission", "Lots") else None)
        if tender:
            return f"{source}:TrdBuy:{tender}"
        contract = found.id("rootId", "id") if type_ == "Contract" else found.id("contractRegistryId") or owner
        return contract_id(source, contract) if type_ in ("Contract", "ContractUnits") and contract else None
    if type_ in _OF_CONTRACT:
        # One that names its contract stands alone: a contract is not read anew for each of its payments.
        return contract_id(source, owner) if owner and not found.id(*OF_CONTRACT) else None
    if type_ in _OF_SUBJECT:
        party = found.id("pid", "bin", "iin") or owner
        return f"{source}:Subjects:{party}" if party else None
    return None
