"""The objects in what the portal answers: pages of REST and GraphQL, lists and single objects, and what each is.

A GraphQL answer names its type; a REST page does where ``service`` says which path it was asked for, or in
``next_page``; otherwise an object is known by its fields.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import msgspec

from ingest.reading import Refusal
from ingest.sources.goszakup_codes import LIST_NAMES
from ingest.sources.goszakup_object import Portal, folded
from ingest.sources.json_pieces import BROKEN, Piece, items, plain, starts_with

TYPES = (
    "TrdBuy", "Lots", "TrdApp", "Contract", "ContractUnits", "Subjects", "Employees", "Address", "Commission", "Rnu",
    "Plans", "Acts", "TreasuryPay", "ContractPayment", "Journal",
)  # fmt: skip
"""The types of objects that are read, as GraphQL names their fields."""
INSIDE = {"TrdBuy": ("Lots",), "Lots": ("Plans",), "Contract": ("Acts", "TreasuryPay", "ContractPayment")}
"""What stands inside an object and is told of, changed and deleted by itself."""
_OTHER_NAMES = {
    "Subject": "Subjects", "SubjectUsers": "Employees", "SubjectAddress": "Address", "TrdBuyComm": "Commission",
    "RnuList": "Rnu", "PlnPoint": "Plans", "ContractAct": "Acts", "Units": "ContractUnits", "Contracts": "Contract",
}  # fmt: skip
_NAMES = {folded(name): name for name in (*TYPES, *LIST_NAMES)} | {
    folded(other): name for other, name in _OTHER_NAMES.items()
}
_SHAPES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Journal", ("action", "objectId", "serviceName")),
    ("Contract", ("contractNumberSys", "customerBin")),
    ("ContractUnits", ("plnPointId", "itemPrice")),
    ("TrdApp", ("buyId", "supplierId")),
    ("Lots", ("lotNumber", "trdBuyId")),
    ("TrdBuy", ("numberAnno", "refBuyStatusId")),
    ("Plans", ("rootrecordId", "subjectBiin")),
    ("Employees", ("personId", "fio")),
    ("Address", ("addressType", "katoCode")),
    ("Commission", ("refCommRolesId", "fio")),
    ("Rnu", ("supplierBiin", "startDate")),
    ("Subjects", ("pid", "nameRu", "bin")),
    ("TreasuryPay", ("contractId", "payAmount")),
    ("ContractPayment", ("contractId", "paySum")),
    ("Acts", ("contractId", "aktDate")),
)
"""Fields by which an object is known where nothing names its type, the first that fits."""
_PATH = re.compile(r"(?:https?://[^/]+)?/?(?:v\d+/)?([^?#]*)")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page was asked for: its objects' ``type``, None where nobody says, and ``owner``, the id in its path."""

    type: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class PortalPiece:
    """An object as it came, where it stood, and what it is."""

    piece: Piece
    asked: Asked


class _Envelope(msgspec.Struct):
    data: msgspec.Raw = msgspec.Raw()
    items: msgspec.Raw = msgspec.Raw()
    next_page: object = None
    service: object = None


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_ROOTS = msgspec.json.Decoder(dict[str, msgspec.Raw])


def unwrapped(piece: Piece) -> Iterator[PortalPiece | Refusal]:
    """The objects in an answer, in its order."""
    try:
        if piece.is_list:
            for part in items(piece, piece.raw, "item"):
                yield from [part] if isinstance(part, Refusal) else unwrapped(part)
            return
        if not starts_with(piece.raw, b"{"):
            yield piece.refusal("neither an object nor a page of objects")
            return
        head = _ENVELOPE.decode(piece.raw)
        roots = _ROOTS.decode(head.data) if starts_with(head.data, b"{") else None
    except BROKEN as error:
        yield piece.refusal(f"no usable JSON: {plain(error)}")
        return
    if roots is not None:
        for name, raw in roots.items():
            type_ = _NAMES.get(folded(name)) or (name if folded(name).startswith("ref") else None)
            yield from _each(Piece(piece.within("data"), raw), raw, name, Asked(type_))
    elif starts_with(head.items, b"["):
        yield from _each(piece, head.items, "items", asked_for(head.service or head.next_page))
    else:
        yield PortalPiece(piece, asked_for(head.service))


def _each(piece: Piece, raw: msgspec.Raw, name: str, asked: Asked) -> Iterator[PortalPiece | Refusal]:
    if starts_with(raw, b"{"):
        yield PortalPiece(Piece(piece.within(name), raw), asked)
    elif starts_with(raw, b"["):
        for part in items(piece, raw, name):
            yield part if isinstance(part, Refusal) else PortalPiece(part, asked)
    elif not starts_with(raw, b"n"):
        yield Refusal(piece.within(name), f"{name} is no list of objects", bytes(raw))


def asked_for(path: object) -> Asked:
    """What a path of the service gives.

    >>> asked_for("/v3/trd-buy/3918654/commission")
    Asked(type='Commission', owner='3918654')
    >>> asked_for("/v3/refs/ref_buy_status?page=next")
    Asked(type='ref_buy_status', owner=None)
    """
    found = _PATH.match(path) if isinstance(path, str) else None
    parts = [part for part in (found.group(1) if found else "").split("/") if part]
    numbers = [part for part in parts if part.isdigit()]
    if parts and parts[0] == "refs":
        return Asked(parts[1] if len(parts) > 1 else None)
    named = [type_ for part in parts if (type_ := _NAMES.get(folded(part)))]
    return Asked(named[-1] if named else None, numbers[0] if len(named) > 1 and numbers else None)


def typed(asked: Asked, found: Portal) -> Asked:
    """What an object is, by its fields where nothing names it."""
    if asked.type is not None:
        return asked
    return replace(asked, type=next((type_ for type_, fields in _SHAPES if found.has(*fields)), None))
