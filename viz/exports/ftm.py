"""A case as FollowTheMoney entities, for Aleph: a line of JSON for each party, tie, tender, award and flag.

https://followthemoney.tech/explorer/ names the schemata and properties. A name that a schema requires and nobody
knows stands as ``no name``. Numbers and birth dates of persons stay here; their entities are known by node ids.
"""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from graph.model import Edge, EdgeKind, Node, NodeKind, Subgraph
from ingest.identifiers import org_id
from viz.picture import name_of
from viz.style import Role, roles
from viz.text import plain, shown

DATASET = "bidring"
_TIES = {
    EdgeKind.OWNS: ("Ownership", "owner", "asset"),
    EdgeKind.OFFICER: ("Directorship", "director", "organization"),
    EdgeKind.OFFICE: ("Employment", "employee", "employer"),
    EdgeKind.KIN: ("Family", "person", "relative"),
}
"""The schema of a tie, and its properties for both ends."""
_DETAILS = {EdgeKind.OFFICER: ("role", "role"), EdgeKind.OFFICE: ("role", "position"),
            EdgeKind.KIN: ("relationship", "relation"), EdgeKind.OWNS: ("ownershipType", "interest")}  # fmt: skip
Entity = dict[str, Any]


def case_ftm(case: Mapping[str, Any], picture: Subgraph) -> str:
    """The entities of a case document and its picture as JSON lines, by schema and id; equal input gives equal text."""
    case = shown(case)
    made = [*_parties(picture), *_ties(picture), *_tenders(picture), *_flags(case, picture)]
    made.sort(key=lambda one: (one["schema"], one["id"]))
    return "".join(f"{json.dumps(one, ensure_ascii=False, sort_keys=True)}\n" for one in made)


def _entity(own: str, schema: str, **properties: Any) -> Entity:
    """An entity with the values that are known, as lists of texts."""
    told = {name: _values(value) for name, value in properties.items()}
    return {
        "id": own,
        "schema": schema,
        "properties": {name: value for name, value in told.items() if value},
        "datasets": [DATASET],
    }


def _values(value: Any) -> list[str]:
    given = value if isinstance(value, list | tuple) else [value]
    return list(dict.fromkeys(plain(str(one)) for one in given if one is not None and str(one).strip()))


def _id(own: str) -> str:
    """An id that a case's other export may have too: the same node is the same entity in every case."""
    return f"{DATASET}-{own}"


def _made_id(*parts: object) -> str:
    return f"{DATASET}-{sha256(chr(0).join(map(str, parts)).encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"


def _parties(picture: Subgraph) -> Iterator[Entity]:
    role = roles(picture)
    nodes = {node.id: node for node in picture.nodes}
    reached: dict[str, list[Node]] = {}
    for edge in picture.edges:
        if edge.kind is EdgeKind.REACHED_AT and edge.target in nodes:
            reached.setdefault(edge.source, []).append(nodes[edge.target])
    # Ties may name anybody a company's owner or director, whatever kind of organisation that is.
    owned = {edge.target for edge in picture.edges if edge.kind is EdgeKind.OWNS}
    for node in picture.nodes:
        contacts = {"address": _contacts(reached.get(node.id, ()), "address"),
                    "email": _contacts(reached.get(node.id, ()), "email"),
                    "phone": _phones(reached.get(node.id, ()))}  # fmt: skip
        if node.kind is NodeKind.PERSON:
            yield _entity(_id(node.id), "Person", name=name_of(node), **contacts)
        elif node.kind is NodeKind.ORGANISATION:
            body = role[node.id] is Role.BUYER and node.id not in owned
            yield _entity(_id(node.id), "PublicBody" if body else "Company", **_organisation(node), **contacts)


def _organisation(node: Node) -> dict[str, Any]:
    found, own = node.properties, str(node.properties.get("own_id") or "")
    number = org_id(own)
    country = str(found.get("country") or (number.scheme[:2] if number else "")).lower()
    return {
        "name": name_of(node),
        "registrationNumber": number.number if number else own if own != node.id else None,
        "jurisdiction": country if len(country) == 2 and country.isalpha() else None,
        "incorporationDate": found.get("registered"),
        "dissolutionDate": found.get("dissolved"),
        "status": found.get("status"),
    }


def _contacts(nodes: Any, kind: str) -> list[str]:
    return [
        str(one.properties["name"])
        for one in nodes
        if one.properties.get("kind") == kind and one.properties.get("name")
    ]


def _phones(nodes: Any) -> list[str]:
    """Numbers as FollowTheMoney has them: a plus and digits; others would be dropped there."""
    digits = ["".join(c for c in written if c.isdigit() or c == "+") for written in _contacts(nodes, "phone")]
    return [one for one in digits if one.startswith("+")]


def _ties(picture: Subgraph) -> Iterator[Entity]:
    kinds = {node.id: node.kind for node in picture.nodes}
    for edge in picture.edges:
        if edge.kind in _TIES and edge.source in kinds and edge.target in kinds:
            schema, source, target = _TIES[edge.kind]
            name, detail = _DETAILS[edge.kind]
            yield _entity(
                _made_id(edge.id),
                schema,
                **{source: _id(edge.source), target: _id(edge.target), name: edge.properties.get(detail)},
                percentage=_percentage(edge),
                startDate=edge.properties.get("since"),
                endDate=edge.properties.get("until"),
                recordId=edge.properties.get("document"),
            )


def _percentage(edge: Edge) -> str | None:
    known = [edge.properties.get(name) for name in ("share_min", "share_max")]
    shares = sorted({f"{100 * one:.6g}" for one in known if one is not None}, key=float)
    return "-".join(shares) or None


def _tenders(picture: Subgraph) -> Iterator[Entity]:
    """A tender as a call where its buyer is in the picture, and as a contract with an award for each supplier."""
    nodes = {node.id: node for node in picture.nodes}
    buyers: dict[str, list[str]] = {}
    bidders: dict[str, list[str]] = {}
    awards: list[Edge] = []
    for edge in picture.edges:
        if edge.kind is EdgeKind.BUYS:
            buyers.setdefault(edge.target, []).append(_id(edge.source))
        elif edge.kind is EdgeKind.BID:
            bidders.setdefault(edge.target, []).append(_id(edge.source))
        elif edge.kind is EdgeKind.SUPPLIES and edge.target in nodes:
            awards.append(edge)
    for node in picture.nodes:
        if node.kind is not NodeKind.TENDER:
            continue
        facts = {"title": name_of(node), "authority": buyers.get(node.id)}
        day = node.properties.get("day")
        if node.id in buyers:
            yield _entity(
                _id(node.id), "CallForTenders", **facts, callId=node.properties.get("own_id"),
                submissionDeadline=day, tenderers=bidders.get(node.id),
            )  # fmt: skip
        if any(edge.target == node.id for edge in awards):
            sums = {"amount": _major(node), "currency": node.properties.get("currency")}
            number = node.properties.get("own_id")
            yield _entity(
                _made_id("contract", node.id), "Contract", **facts, procedureNumber=number, contractDate=day, **sums
            )
    for edge in awards:
        yield _entity(
            _made_id(edge.id), "ContractAward", supplier=_id(edge.source), contract=_made_id("contract", edge.target),
            callForTenders=_id(edge.target) if edge.target in buyers else None, amount=_major(edge),
            currency=edge.properties.get("currency"), date=edge.properties.get("since"),
            recordId=edge.properties.get("document"),
        )  # fmt: skip


def _major(found: Node | Edge) -> str | None:
    amount = found.properties.get("amount_minor")
    return None if amount is None else f"{amount / 100:.2f}"


def _flags(case: Mapping[str, Any], picture: Subgraph) -> Iterator[Entity]:
    """A note for each flag, at the parties that it flags, with its innocent explanation."""
    there = {node.id for node in picture.nodes}
    nodes = {one["id"]: one["node"] for one in case["parties"] if one["node"] in there}
    for one in case["findings"]:
        told = f"{one['text']} It may be innocent: {one['innocent']} A flag indicates; a person decides."
        yield _entity(
            _made_id(case["id"], one["id"]),
            "Note",
            name=f"{one['code']} {one['title']}",
            description=told,
            entity=[_id(nodes[party]) for party in one["parties"] if party in nodes],
        )
