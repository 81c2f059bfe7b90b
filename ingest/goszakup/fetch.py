"""Fetching: the portal's lists and objects, page by page from where the folder's checkpoint stands."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from ingest.errors import ServiceFailed
from ingest.goszakup.answers import last_id, next_page, objects_of, page_of, rows_of, total_of, variables
from ingest.goszakup.client import Client
from ingest.goszakup.folder import Folder, Part, opened
from ingest.goszakup.schema import Query, Schema
from ingest.goszakup.wanted import USUAL, WHOLE
from ingest.sources.goszakup_codes import LIST_NAMES
from ingest.sources.goszakup_object import ALMATY, Portal

Progress = Callable[[str, int, int], None]
"""Called with what is fetched, how many objects of it are there, and how many there are in all."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What to fetch: roots of GraphQL, and the days (both included) within which an object changed."""

    types: tuple[str, ...] = USUAL
    since: date | None = None
    until: date | None = None


@dataclass(slots=True)
class FetchReport:
    """What a fetch brought; ``notes`` say what was left out."""

    folder: str
    pages: int = 0
    objects: int = 0
    deleted: int = 0
    parts: dict[str, Part] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, part: Part, objects: int, deleted: int = 0) -> None:
        """Count a page."""
        self.pages, self.objects, self.deleted = self.pages + 1, self.objects + objects, self.deleted + deleted
        self.parts[name] = part

    def note(self, text: str) -> None:
        """Say something once."""
        if text not in self.notes:
            self.notes.append(text)


def fetch(client: Client, folder: Path, selection: Selection, progress: Progress | None = None) -> FetchReport:
    """Fetch all of a selection into a folder, from where an earlier call ended.

    Raises :class:`ServiceFailed` where the service cannot be read; what came until then is kept.
    """
    with opened(folder, client.url, today(), (selection.since, selection.until)) as kept:
        return Fetching(client, kept, progress).all(selection)


def today() -> date:
    """The day that it is in Almaty."""
    return datetime.now(ALMATY).date()


class Fetching:
    """One run over a folder."""

    def __init__(self, client: Client, folder: Folder, progress: Progress | None) -> None:
        self.client, self.folder, self._progress = client, folder, progress
        self.report = FetchReport(str(folder.path))
        self.schema = Schema(client)
        folder.save()

    def all(self, selection: Selection) -> FetchReport:
        """The lists, then the objects of each type."""
        for name in LIST_NAMES:
            self._list(name)
        for root in selection.types:
            if (query := self.query(root)) is not None:
                self._objects(query, selection)
        return self.report

    def query(self, root: str) -> Query | None:
        """The query of a root with what the service has; what it does not have is noted."""
        query = self.schema.query(root)
        if query is None:
            self.report.note(f"the service has no {root}: left out")
        elif query.missing:
            self.report.note(f"the service does not have {', '.join(query.missing)}: left out")
        return query

    def _list(self, name: str) -> None:
        """One of the portal's own lists."""
        part = self.folder.part(f"refs/{name}")
        while not part.done:
            path = part.cursor or f"/v3/refs/{name}"
            answer = self.client.get(path, name)
            if answer is None:
                self.report.note(f"the service has no list {name}: its codes stay as they are")
                part.done = True
                self.folder.save()
                return
            self.folder.keep(f"refs/{name}", [page_of(f"/v3/refs/{name}", answer)])
            self.count(f"refs/{name}", part, len(rows_of(answer)))
            part.turn(next_page(answer), name)
            self.folder.save()

    def _objects(self, query: Query, selection: Selection) -> None:
        """All objects of a root, newest first."""
        part, given = self.folder.part(query.root), _filter(query, selection)
        if selection.since and not given and query.root not in WHOLE:
            self.report.note(f"{query.root} cannot be asked for by day: read back until {selection.since}")
        while not part.done:
            after = int(part.cursor) if part.cursor else None
            what = f"{query.root} after {after}" if after else query.root
            answer = self.client.graphql(query.text, variables(given, after), what)
            found = objects_of(answer, query.root)
            if answer.found.get("errors"):
                self.report.note(f"the service could not give everything of {query.root}: some pages say so")
            if found:
                self.folder.keep(query.root, [answer.line])
                self.count(query.root, part, len(found), total=total_of(answer))
            last = last_id(answer, found)
            if last is not None and after is not None and last >= after:
                raise ServiceFailed(f"{what}: the service gives the same page again")
            older = selection.since and not given and query.root not in WHOLE and _all_older(found, selection.since)
            part.turn(None if older or last is None else str(last), query.root)
            self.folder.save()

    def count(self, name: str, part: Part, objects: int, *, deleted: int = 0, total: int = 0) -> None:
        """Count a page that was kept, and show it."""
        part.pages, part.objects, part.deleted = part.pages + 1, part.objects + objects, part.deleted + deleted
        self.report.add(name, part, objects, deleted)
        if self._progress:
            self._progress(name, part.objects, total)


def _filter(query: Query, selection: Selection) -> dict[str, Any]:
    """The filter by days, as the service takes it: a list of two, or the two by name."""
    if query.by_day is None or query.root in WHOLE or not (selection.since or selection.until):
        return {}
    name, is_list = query.by_day
    first = f"{selection.since or date(2000, 1, 1)} 00:00:00"
    last = f"{selection.until or today() + timedelta(days=1)} 23:59:59"
    return {name: [first, last] if is_list else {"gte": first, "lte": last}}


def _all_older(found: list[dict[str, Any]], since: date) -> bool:
    days = [Portal(one).day("lastUpdateDate", "timestamp", "dateApply", "dateCreate", "indexDate") for one in found]
    return bool(days) and all(day is not None and day < since for day in days)
