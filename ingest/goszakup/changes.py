"""The journal: what was deleted, and what changed, fetched anew."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec

from ingest.errors import ServiceFailed, UnreadableInput
from ingest.goszakup.answers import LIMIT, last_id, next_page, objects_of, page_of, rows_of, variables
from ingest.goszakup.client import Answer, Client
from ingest.goszakup.fetch import Fetching, FetchReport, Progress, Selection, today
from ingest.goszakup.folder import Folder, opened
from ingest.goszakup.schema import Query
from ingest.sources.goszakup_object import Portal
from ingest.sources.goszakup_pages import INSIDE, asked_for

_JOURNAL = "journal/"
_OWN = {"Subjects": "pid"}
"""The filter by an object's own number, where it is not ``id``."""


def fetch_changes(client: Client, folder: Path, selection: Selection, progress: Progress | None = None) -> FetchReport:
    """Fetch what the journal says was changed or deleted since a day, or since the folder's last fetch began.

    Each page of the journal becomes one file: the deletions on it, and the changed objects as they are now. Raises
    :class:`UnreadableInput` where neither a day nor an earlier fetch says from when.
    """
    with opened(folder, client.url, today(), None) as kept:
        checkpoint = kept.checkpoint
        known = checkpoint.changes_until or (checkpoint.begun if checkpoint.parts else None)
        first = selection.since or (date.fromisoformat(known) if known else None)
        if first is None:
            raise UnreadableInput(f"{folder}: nothing was fetched here before: say from which day with --from")
        return Changes(Fetching(client, kept, progress), selection).all(first, selection.until or today())


class Changes:
    """One run over the journal."""

    def __init__(self, fetching: Fetching, selection: Selection) -> None:
        self._fetching = fetching
        self._client: Client = fetching.client
        self._folder: Folder = fetching.folder
        self._queries = {root: query for root in selection.types if (query := fetching.query(root)) is not None}

    def all(self, first: date, last: date) -> FetchReport:
        """What an earlier call left undone, then the days from ``first`` to ``last``."""
        parts = self._folder.checkpoint.parts
        for name in [name for name, part in parts.items() if name.startswith(_JOURNAL) and not part.done]:
            self._days(name)
        if any(not part.done for name, part in parts.items() if not name.startswith(_JOURNAL)):
            self._fetching.report.note("the fetch before is not complete: the same call without --changes goes on")
        name = f"{_JOURNAL}{first}--{last}"
        part = self._folder.part(name)
        part.cursor, part.done = None, False  # a day that is not over has more to say each time
        self._days(name)
        return self._fetching.report

    def _days(self, name: str) -> None:
        """The journal of some days, page by page."""
        part = self._folder.part(name)
        first, _, last = name.removeprefix(_JOURNAL).partition("--")
        start = f"/v3/journal?{urlencode({'date_from': first, 'date_to': last})}"
        while not part.done:
            answer = self._client.get(part.cursor or start, "journal")
            rows = rows_of(answer) if answer else []
            lines, objects, deleted = self._page(rows)
            if lines:
                self._folder.keep(name, lines)
                self._fetching.count(name, part, objects, deleted=deleted)
            if part.turn(next_page(answer) if answer else None, "journal"):
                self._folder.checkpoint.changes_until = max(last, self._folder.checkpoint.changes_until or last)
            self._folder.save()

    def _page(self, rows: list[dict[str, Any]]) -> tuple[list[bytes], int, int]:
        """The lines that a page of the journal gives, how many objects stand in them, and how many deletions."""
        gone: list[dict[str, Any]] = []
        changed: dict[str, dict[str, str]] = {}
        for row in rows:
            entry = Portal(row)
            url, own = entry.text("url"), entry.id("objectId")
            type_ = asked_for(url).type or asked_for(entry.text("serviceName")).type
            if own is None or type_ is None or (type_ not in self._queries and not self._comes_inside(type_)):
                continue
            if (entry.text("action") or "").upper() == "D":
                gone.append(row)
                changed.get(type_, {}).pop(own, None)
            else:
                changed.setdefault(type_, {})[own] = url or ""
        lines = [page_of("/v3/journal", Answer({"items": gone}, msgspec.json.encode({"items": gone})))] if gone else []
        objects = 0
        for type_, wanted in changed.items():
            query = self._queries.get(type_)
            pages = self._changed(query, wanted) if query else self._by_path(type_, wanted)
            for line, found in pages:
                lines.append(line)
                objects += found
        return lines, objects, len(gone)

    def _comes_inside(self, type_: str) -> bool:
        """Whether objects of a type came inside those that are asked for: their changes stand in the journal alone."""
        return any(type_ in INSIDE.get(root, ()) for root in self._queries)

    def _by_path(self, type_: str, wanted: dict[str, str]) -> Iterator[tuple[bytes, int]]:
        """Objects of a type that is not asked for by itself: all that stand where the journal says."""
        for url in dict.fromkeys(filter(None, wanted.values())):
            page: str | None = url
            asked = {url}
            while page and (answer := self._client.get(page, type_)) is not None:
                yield page_of(url, answer), len(rows_of(answer))
                page = next_page(answer)
                if page in asked:
                    raise ServiceFailed(f"{type_}: the service gives the same page again")
                asked.add(page or "")

    def _changed(self, query: Query, wanted: dict[str, str]) -> Iterator[tuple[bytes, int]]:
        """Changed objects as they are now, by their numbers where the service's filter takes them, else by address."""
        own = query.filters.get(_OWN.get(query.root, "id"))
        if own is None:
            yield from self._by_address(query, wanted)
            return
        name, ids = _OWN.get(query.root, "id"), [int(one) for one in wanted if one.isdecimal()]
        step = LIMIT if own.is_list else 1
        for start in range(0, len(ids), step):
            some = ids[start : start + step]
            yield from self._pages(query, {name: some if own.is_list else some[0]})

    def _by_address(self, query: Query, wanted: dict[str, str]) -> Iterator[tuple[bytes, int]]:
        """Objects one by one. Applications come with all of their tender's, as GraphQL finds them by tender alone."""
        tenders: dict[str, None] = {}
        for url in filter(None, wanted.values()):
            answer = self._client.get(url, query.root)
            if answer is None:
                continue  # gone since
            rows = rows_of(answer)
            buys = [buy for row in rows if (buy := Portal(row).id("buyId"))]
            if query.root == "TrdApp" and "buyId" in query.filters and buys:
                tenders.update(dict.fromkeys(buys))
            else:
                yield page_of(url, answer), len(rows)
        for buy in tenders:
            yield from self._pages(query, {"buyId": int(buy)})

    def _pages(self, query: Query, given: dict[str, Any]) -> Iterator[tuple[bytes, int]]:
        after: int | None = None
        while True:
            answer = self._client.graphql(query.text, variables(given, after), query.root)
            found = objects_of(answer, query.root)
            if found:
                yield answer.line, len(found)
            last = last_id(answer, found)
            if last is None or (after is not None and last >= after):
                return
            after = last
