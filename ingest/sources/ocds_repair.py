"""What publishers get wrong in the shape of a release, put right where it is unambiguous."""

from typing import Any

from ingest import values
from ingest.errors import BadRecord
from ingest.reading import Outcome

OBJECTS = ("tender", "bids", "buyer", "planning")
LISTS = ("parties", "awards", "contracts")
TENDER_LISTS = ("lots", "tenderers", "items", "amendments")
REPEATED = "bidring:repeated"
"""Marks a payment or milestone whose id stands for several in one release: nobody says which counts."""
NESTED_LISTS = ("suppliers", "tenderers", "amendments", "items", "lotValues")


def with_unique_ids(release: Any, out: Outcome) -> dict[str, Any]:
    """The release with its lists as lists, ids as text, and one id for one thing, so that it can be compiled.

    Raises :class:`BadRecord` where a part has a shape that cannot be read.
    """
    if not isinstance(release, dict):
        raise BadRecord("the release is not an object")
    for name in OBJECTS:
        if name in release and not isinstance(release[name], dict | None):
            raise BadRecord(f"{name} is not an object")
    tender, bids = release.get("tender") or {}, release.get("bids") or {}
    _repair(release, LISTS, "", out)
    _repair(tender, TENDER_LISTS, "tender/", out)
    _repair(bids, ("details",), "bids/", out)
    for items, path in (
        (release.get("awards"), "awards/"),
        (release.get("contracts"), "contracts/"),
        (bids.get("details"), "bids/details/"),
    ):
        for item in items or ():
            _repair(item, NESTED_LISTS, path, out)
    for contract in release.get("contracts") or ():
        _repair_implementation(contract, out)
    return release


def _repair_implementation(contract: dict[str, Any], out: Outcome) -> None:
    """As for the other lists; one that cannot be read is left out, so that a release is not lost for it."""
    carried = contract.get("implementation")
    if carried is not None and not isinstance(carried, dict):
        contract.pop("implementation")
        out.remark("contracts/implementation is not an object: it is left out")
        carried = None
    for holder, name, path in (
        (contract, "milestones", "contracts/"),
        (carried or {}, "milestones", "contracts/implementation/"),
        (carried or {}, "transactions", "contracts/implementation/"),
    ):
        before = _ids(holder.get(name))
        try:
            _repair(holder, (name,), path, out)
        except BadRecord as error:
            holder.pop(name)
            out.remark(f"{error}: it is left out")
        renamed = _ids(holder.get(name)) - before
        repeated = {own.rpartition("#")[0] for own in renamed} | renamed
        for one in holder.get(name) or ():
            if one.get("id") in repeated:
                one[REPEATED] = True


def _ids(found: object) -> set[str]:
    return (
        {str(one["id"]) for one in found if isinstance(one, dict) and "id" in one} if isinstance(found, list) else set()
    )


def _repair(holder: dict[str, Any], names: tuple[str, ...], path: str, out: Outcome) -> None:
    for name in names:
        if name in holder:
            where = path + name
            holder[name] = _unique(_listed(holder[name], where, out), where, out)


def _listed(found: Any, path: str, out: Outcome) -> list[dict[str, Any]]:
    if found is None:
        return []
    if isinstance(found, dict):
        out.remark(f"{path} is an object instead of a list")
        return [found]
    if not isinstance(found, list):
        raise BadRecord(f"{path} is not a list")
    given = [item for item in found if item is not None]
    kinds = {type(item) for item in given}
    if str in kinds and path.endswith(("tenderers", "suppliers")):
        out.remark(f"{path} holds names instead of objects")
        return _listed([{"name": item} if isinstance(item, str) else item for item in given if item], path, out)
    if kinds - {dict}:
        raise BadRecord(f"{path} holds something that is not an object")
    return given


def _unique(found: list[dict[str, Any]], path: str, out: Outcome) -> list[dict[str, Any]]:
    """Ids as text; of equal objects with one id the first, of different ones the later under ``id#2``."""
    seen: dict[str, dict[str, Any]] = {}
    kept = []
    for item in found:
        own = item.get("id")
        if isinstance(own, int | float) and not isinstance(own, bool):
            item["id"] = own = str(own)
            out.remark(f"{path}/id is a number instead of text")
        elif own is not None and not isinstance(own, str):
            raise BadRecord(f"{path}/id is not text")
        own = item["id"] = values.text(own)
        if own is None:
            item.pop("id")
        elif own in seen:
            if item == seen[own]:
                continue
            out.remark(f"{path} uses one id for different things")
            item = {**item, "id": _next_id(own, seen)}  # noqa: PLW2901 - the renamed copy takes its place
            seen[item["id"]] = item
        else:
            seen[own] = item
        kept.append(item)
    return kept


def _next_id(own: str, seen: dict[str, dict[str, Any]]) -> str:
    number = 2
    while f"{own}#{number}" in seen:
        number += 1
    return f"{own}#{number}"
