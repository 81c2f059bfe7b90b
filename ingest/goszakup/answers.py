"""What stands in the service's answers: pages of GraphQL and of REST, and where the next one is."""

from typing import Any

import msgspec

from ingest.errors import ServiceFailed
from ingest.goszakup.client import Answer
from ingest.sources.goszakup_object import Portal

LIMIT = 200
"""Objects on a page: as many as the service gives."""


def variables(given: dict[str, Any], after: int | None) -> dict[str, Any]:
    """The variables of a query for one page."""
    return {**({"filter": given} if given else {}), "limit": LIMIT, **({"after": after} if after else {})}


def objects_of(answer: Answer, root: str) -> list[dict[str, Any]]:
    """The objects on a page of GraphQL; ServiceFailed where it has no such list."""
    found = answer.found["data"].get(root)
    if not isinstance(found, list) and found is not None:
        raise ServiceFailed(f"{root}: the service gives no list of objects")
    return [one for one in found or [] if isinstance(one, dict)]


def _page_info(answer: Answer) -> dict[str, Any]:
    extensions = answer.found.get("extensions")
    info = extensions.get("pageInfo") if isinstance(extensions, dict) else None
    return info if isinstance(info, dict) else {}


def total_of(answer: Answer) -> int:
    """How many objects there are in all, 0 where the answer does not say."""
    total = _page_info(answer).get("totalCount")
    return total if isinstance(total, int) else 0


def last_id(answer: Answer, found: list[dict[str, Any]]) -> int | None:
    """The id after which the next page is; None where this is the last."""
    info = _page_info(answer)
    last = Portal(info).id("lastId")
    if not found or info.get("hasNextPage") is False or (info and last is None):
        return None
    if last is None:  # an answer that does not say: a page that is not full is the last
        last = Portal(found[-1]).id("id", "pid") if len(found) >= LIMIT else None
    return int(last) if last and last.isdecimal() else None


def rows_of(answer: Answer) -> list[dict[str, Any]]:
    """The objects on a page of REST, or the single one."""
    items = answer.found.get("items")
    if items is None:
        return [answer.found]
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []


def next_page(answer: Answer) -> str | None:
    """The path of the next page of REST."""
    found = answer.found.get("next_page")
    return found if isinstance(found, str) and found and rows_of(answer) else None


def page_of(path: str, answer: Answer) -> bytes:
    """A page of REST as it came, with the path that it was asked for at, which nothing in it says."""
    service = b'{"service":' + msgspec.json.encode(path)
    return service + (b"," + answer.line[1:] if answer.found else b"}")
