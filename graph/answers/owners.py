"""A company's owners on a day, as a tree up to where the chains end, read from the records themselves."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.answers.naming import Document
from graph.errors import UnknownId
from graph.links.control import BENEFICIAL, holdings
from graph.links.integrated import integrated
from graph.market import Market
from graph.market.around import around
from graph.market.parties import parties
from graph.market.problems import problems
from ingest.identifiers import org_id


def owners(market: Market, given: str, at: date, *, share: float = BENEFICIAL) -> Document:
    """The company's owners on a day, and theirs: ``company``, ``at``, ``owners`` (each with ``interests`` and its
    own ``owners``), ``ends`` (where chains end, with the whole share through all of them), ``notes``, and ``changes``,
    the days on which an interest anywhere above began, or had ended, whenever that was.

    ``given`` is a node id, a source's own id, a number with its scheme or a bare number. An owner met again is shown
    once in full: ``again`` is ``circle`` where it stands below itself, else ``above``. In ``ends``, ``beneficial`` is
    ``yes`` for a person whose least share, or control without one, is at least ``share``, ``possibly`` where only the
    greatest is, ``no`` below it, and None for what is no person. UnknownId where no one company has the id.
    """
    market = around(market, given.strip())
    company = _company(market, given)
    found = _Chains.of(market, company, at)
    people = _people(market, found)
    whole = _whole(market, found, company, at)
    ends = [_end(people[row["owner"]], row, share, found.held_as(row["owner"])) for row in whole]
    return {
        "company": people[company],
        "at": at,
        "share": share,
        "owners": _Tree(found, people).owners_of(company, ()),
        "ends": sorted(ends, key=lambda one: (-one["control"], -one["most"], one["id"])),
        "notes": _notes(found, company, ends),
        "changes": _changes(market, company),
    }


_DAY = timedelta(days=1)


@dataclass(slots=True)
class _Chains:
    """The interests that held on a day in a company and in everything above it, by company."""

    at: date | None
    company: str
    by_company: dict[str, dict[str, list[Document]]] = field(default_factory=dict)

    @classmethod
    def of(cls, market: Market, company: str, at: date | None) -> "_Chains":
        """The chains on a day, or all there ever were."""
        table = market.told("ownerships") if at is None else _on(market.told("ownerships"), at)
        made, new = cls(at, company), [company]
        while new:
            rows = table.filter(_.company.isin(sorted(new))).order_by("company", "owner", "interest", "document")
            owned: dict[str, dict[str, list[Document]]] = {one: defaultdict(list) for one in new}
            for row in rows.to_pyarrow().to_pylist():
                owned[row["company"]][row["owner"]].append(row)
            made.by_company |= owned
            new = [one for one in {owner for held in owned.values() for owner in held} if one not in made.by_company]
        return made

    @property
    def parties(self) -> set[str]:
        return {*self.by_company, *(owner for held in self.by_company.values() for owner in held)}

    def held_as(self, owner: str) -> list[str]:
        """The kinds of interests that an owner has in anything here."""
        return sorted(
            {row["interest"] for held in self.by_company.values() for row in held.get(owner, ()) if row["interest"]}
        )


def _on(ownerships: ir.Table, at: date) -> ir.Table:
    """The ownerships that hold on a day."""
    day = ibis.literal(at)
    return ownerships.filter((_.since.isnull() | (_.since <= day)) & (_.until.isnull() | (_.until >= day)))


def _company(market: Market, given: str) -> str:
    """The node id of the one company that is meant."""
    written = given.strip()
    number = org_id(written)
    known = market.records.organisation_mentions
    bare = written.upper().lstrip("0")
    meant = (known.id == written) | (known.own == written) | (known.key == (number.key if number else written))
    if bare:
        meant = meant | (known.number.upper().re_replace("^0+", "") == bare).fill_null(False)
    ids = known.filter(meant).select("id").distinct().limit(2).to_pyarrow()["id"].to_pylist()
    if not ids:  # a company that ownerships name and no source record describes
        told = market.records.ownerships
        ids = told.filter(told.company == written).select(id="company").distinct().to_pyarrow()["id"].to_pylist()
    if len(ids) != 1:
        raise UnknownId(f"{'no' if not ids else 'more than one'} company has the id {given!r}")
    return str(ids[0])


def _people(market: Market, found: _Chains) -> dict[str, Document]:
    """What is known of everybody in the chains, by node id."""
    table = parties(market.records, problems(market.records, market.holdings))
    rows = table.filter(_.id.isin(sorted(found.parties))).to_pyarrow().to_pylist()
    shown = ("name", "kind", "entity_type", "reason", "problem")
    return {row["id"]: {"id": row["own_id"], "node": row["id"], **{name: row[name] for name in shown}} for row in rows}


def _changes(market: Market, company: str) -> list[date]:
    rows = [
        row for held in _Chains.of(market, company, None).by_company.values() for told in held.values() for row in told
    ]
    ended = {row["until"] + _DAY for row in rows if row["until"] and row["until"] < date.max}
    return sorted({row["since"] for row in rows if row["since"]} | ended)


def _whole(market: Market, found: _Chains, company: str, at: date) -> list[Document]:
    """Owners at the ends of chains, with their whole shares in the company."""
    table = _on(market.records.ownerships, at).filter(_.company.isin(sorted(found.by_company)))
    table = table.mutate(since=ibis.null("date"), until=ibis.null("date"))
    held = market.records.keep("held_on_day", holdings(table))
    control = integrated(held, market.records.keep)
    ends = sorted(one for one in found.parties if not found.by_company.get(one) and one != company)
    rows: list[Document] = control.filter((_.company == company) & _.owner.isin(ends)).to_pyarrow().to_pylist()
    return rows


def _end(who: Document, row: Document, share: float, held_as: list[str]) -> Document:
    least, most, control = row["least"], row["most"], row["control"]
    beneficial = None
    if who["kind"] != "organisation" and not who["reason"]:
        beneficial = "yes" if control >= share else "possibly" if most >= share else "no"
    return {
        **who,
        "least": least,
        "most": max(least, most),
        "control": control,
        "without_share": control > least,
        "as": held_as,
        "beneficial": beneficial,
    }


def _notes(found: _Chains, company: str, ends: Iterable[Document]) -> list[str]:
    """What the tree cannot show, in plain sentences."""
    if not found.by_company[company]:
        return ["No owner is known on this day."]
    if not list(ends):
        return ["The chains run in a circle: no owner outside it is known on this day."]
    return []


class _Tree:
    """Writes owners above companies; each company's once."""

    def __init__(self, found: _Chains, people: dict[str, Document]) -> None:
        self._found, self._people = found, people
        self._written: set[str] = set()

    def owners_of(self, company: str, below: tuple[str, ...]) -> list[Document]:
        """The owners of a company, those with the greatest shares first; ``below`` are the companies under it."""
        self._written.add(company)
        held = self._found.by_company[company]
        ordered = sorted(held, key=lambda owner: (-max(_rank(row) for row in held[owner]), owner))
        return [self._owner(owner, held[owner], (*below, company)) for owner in ordered]

    def _owner(self, owner: str, rows: list[Document], below: tuple[str, ...]) -> Document:
        told = {**self._people[owner], "interests": [_interest(row) for row in rows], "owners": [], "again": None}
        if owner in below:
            return told | {"again": "circle"}
        if owner in self._written and self._found.by_company.get(owner):
            return told | {"again": "above"}
        return told | {"owners": self.owners_of(owner, below)} if owner in self._found.by_company else told


def _rank(row: Document) -> float:
    return float(row["share_min"] or row["share_max"] or 0.0)


def _interest(row: Document) -> Document:
    names = ("interest", "share_min", "share_max", "direct", "beneficial", "since", "until", "problem")
    return {**{name: row[name] for name in names}, "source": row["document"]}
