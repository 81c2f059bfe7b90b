"""A company's owners on a day as a reader may see them, with the source records that they rest on."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from graph.answers.lists import Lists
from graph.answers.naming import Document
from graph.answers.owners import owners
from graph.answers.view import PERSONAL
from graph.answers.withhold import bare_number
from graph.errors import UnknownId
from graph.market import Market
from graph.matching.decisions import Decisions
from ingest.store import RecordStore

MOST_RECORDS = 200
"""So many source records come with a tree."""


class OwnerAnswers(Lists):
    """Questions about owners, answered from the records: a company need not be in this generation."""

    def owners(self, records: RecordStore, decisions: Decisions, given: str, at: date) -> Document:
        """What :func:`graph.answers.owners.owners` says, with ``evidence``; persons' own numbers are left out unless
        the reader may see them, and whoever gives one learns nothing by it.

        UnknownId where no one company that may be seen has the id.
        """
        asked = self._meant(given)
        try:
            found = owners(Market(records, decisions), asked, at)
        except UnknownId:
            raise UnknownId(f"no company, or more than one, has the id {given!r}") from None
        parties = [found["company"], *everybody(found["owners"]), *found["ends"]]
        personal = [one for one in parties if is_personal(one)]
        if not self._view.numbers and is_personal(found["company"]) and asked != found["company"]["node"]:
            raise UnknownId(f"no company, or more than one, has the id {given!r}")
        sources = dict.fromkeys(row["source"] for one in everybody(found["owners"]) for row in one["interests"])
        kept = [*sources][:MOST_RECORDS]
        raw = records.matching("documents", "document", kept).to_pyarrow().to_pylist()
        evidence = self._documents.records(raw, frozenset(bare_number(one["id"]) for one in personal) - {""})
        if not self._view.numbers:
            for one in personal:
                one["id"] = one["node"]
        return {**found, "evidence": evidence, "more_records": len(sources) - len(kept)}

    def _meant(self, given: str) -> str:
        """The node id where this generation knows the party, else what was given."""
        try:
            return self.node(given)
        except UnknownId:
            return given


def is_personal(one: Document) -> bool:
    """Whether a party's own id is a person's number: people's, and sole proprietors'."""
    return one["kind"] != "organisation" or bool(re.search(PERSONAL, str(one["id"]).upper()))


def everybody(found: Iterable[Document]) -> Iterator[Document]:
    """The owners of a tree in the order of its list: each before its own owners."""
    for one in found:
        yield one
        yield from everybody(one["owners"])
