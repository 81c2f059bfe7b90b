"""A ring whole: who bid what in the tenders in which its members met, with whatever else is known of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import NormalDist, fmean, median, stdev

from ibis import _

from graph.answers.documents import case_head, minor_money
from graph.answers.naming import Document
from graph.answers.procurement import Procurement, table_of
from graph.errors import UnknownId
from graph.generation import listed, rows_of
from graph.model import Edge, EdgeKind
from graph.rings.priced import LEAST_BIDS
from graph.rings.ring import SIGNIFICANT
from graph.store import GraphStore

MOST_NODES = 50_000
"""So many tenders and bidders are looked at: the largest ring of a country of a million tenders has 3,000."""


class RingAnswers(Procurement):
    """Questions about one ring."""

    def ring(self, own: str, store: GraphStore) -> Document:
        """A ring with its bids; UnknownId where there is none that may be seen.

        Beside what :meth:`~graph.answers.lists.Lists.rings` says: ``threshold`` from which a ring is reported; of each
        member ``bids`` and ``won``, tenders of the ring, and ``all_bids`` and ``all_won``, of all records; of each
        evidence what it ``speaks`` (``for``, ``against``, or None); ``cases``; ``meetings``, the ring's tenders by
        day; and ``bids``, everybody's in them. Shares are of the ``basis``: the ``estimate``, or the ``winning`` bid
        where fewer than half of the tenders have an estimate. A tender with several lots has no shares.
        """
        rows = rows_of(self._rings().filter(_.id == own))
        if not rows:
            raise UnknownId(f"no ring has the id {own!r}")
        row = rows[0]
        [told] = self._documents.rings(rows)
        edges = _bids(store, row["tenders"])
        basis, meetings = self._meetings(row["tenders"], edges)
        names = self._naming.parties([*row["members"], *(edge.source for made in edges.values() for edge in made)])
        members = set(row["members"])
        met = [edge for made in edges.values() for edge in made if edge.source in members]
        return {
            **told,
            "threshold": self._documents.rules["B01"]["threshold"],
            "members": self._members(row["members"], met, names),
            "evidence": [one | {"speaks": speaks(one, told["evidence"])} for one in told["evidence"]],
            "cases": self._ring_cases(own),
            "basis": basis,
            "meetings": meetings,
            "bids": [
                self._bid(edge, meeting, names, member=edge.source in members)
                for meeting in meetings
                for edge in edges.get(meeting["node"], ())
            ],
        }

    def _members(self, nodes: Sequence[str], met: Iterable[Edge], names: Mapping[str, Document]) -> list[Document]:
        """The members, those with the most wins here first."""
        bid, won = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        for edge in met:
            bid[edge.source].add(edge.target)
            if edge.properties["won"]:
                won[edge.source].add(edge.target)
        firms = self._generation.table("firms").filter(_.firm.isin(listed(nodes))).select("firm", "bids", "won")
        known = {one["firm"]: one for one in rows_of(firms)}
        found = [
            {
                **names[node], "node": node, "bids": len(bid[node]), "won": len(won[node]),
                "all_bids": known.get(node, {}).get("bids"), "all_won": known.get(node, {}).get("won"),
            }
            for node in nodes
        ]  # fmt: skip
        return sorted(found, key=lambda one: (-one["won"], -one["bids"], one["node"]))

    def _ring_cases(self, own: str) -> list[Document]:
        """The cases that rest on the ring."""
        about = self._findings().filter(_.case.notnull()).select("case", about=_.about.unnest())
        ids = rows_of(about.filter((about.about["kind"] == "ring") & (about.about["id"] == own)).case)
        return [case_head(one) for one in rows_of(self._cases().filter(_.id.isin(listed(ids))).order_by("rank"))]

    def _meetings(self, nodes: Sequence[str], edges: Mapping[str, Sequence[Edge]]) -> tuple[str | None, list[Document]]:
        """What shares are of, and the tenders by day, with how their bids spread."""
        facts = rows_of(self._tenders().semi_join(table_of(nodes), "node").order_by("day", "own_id", "node"))
        buyers = self._naming.parties(one["buyer"] for one in facts if one["buyer"])
        scored = self._generation.table("scores").semi_join(table_of(nodes), "node")
        lots = {one["node"]: one["lots"] for one in rows_of(scored.group_by("node").agg(lots=_.count()))}
        measured = [Measured.of(one, edges.get(one["node"], ()), lots.get(one["node"], 1)) for one in facts]
        priced = [one for one in measured if one.bases]
        estimated = sum("estimate" in one.bases for one in priced)
        basis = ("estimate" if 2 * estimated >= len(priced) else "winning") if priced else None
        facts = self._without_numbers(facts, ("title",))
        return basis, [
            {
                "id": row["own_id"],
                "node": row["node"],
                "title": row["title"],
                "day": row["day"],
                "buyer": buyers.get(row["buyer"]),
                **one.against(basis),
            }
            for row, one in zip(facts, measured, strict=True)
        ]

    @staticmethod
    def _bid(edge: Edge, meeting: Document, names: Mapping[str, Document], *, member: bool) -> Document:
        said, base = edge.properties, meeting["base"]
        fits = base is not None and said["amount_minor"] and said["currency"] in (None, base["currency"])
        return {
            "tender": meeting["id"],
            "tender_node": meeting["node"],
            "bidder": names[edge.source]["id"],
            "bidder_name": names[edge.source]["name"],
            "bidder_node": edge.source,
            "member": member,
            "amount": minor_money(said["amount_minor"], said["currency"]),
            "share": said["amount_minor"] / (100 * float(base["amount"])) if fits else None,
            "won": bool(said["won"]),
            "valid": said["valid"] is not False,
            "source": said["document"],
        }


class Measured:
    """The valid bids of a tender in whole minor units, each once however many firms made it, and what they can be set
    against: its estimate, and its lowest winning bid. Nothing where it has several lots, whose bids no sum compares.
    """

    def __init__(self, sums: list[int], bases: dict[str, int], currency: str | None, lots: int, bids: int) -> None:
        self.sums, self.bases, self.currency, self.lots, self.bids = sums, bases, currency, lots, bids
        self.estimate: int | None = None

    @classmethod
    def of(cls, row: Document, edges: Sequence[Edge], lots: int) -> "Measured":
        """What is measured of a tender's row and the edges of its bids."""
        made = {edge.mark: edge for edge in edges}
        twice = len({(edge.source, edge.mark) for edge in edges}) > len({edge.source for edge in edges})
        estimate = round(row["estimate"] * 100) if row["estimate"] else None
        currencies = {edge.properties["currency"] or row["currency"] for edge in edges}
        currency = row["currency"] or (next(iter(currencies)) if len(currencies) == 1 else None)
        found = cls([], {}, currency, max(lots, 2 if twice else 1), len(made))
        found.estimate = estimate
        if found.lots > 1:
            return found
        fitting = [
            edge.properties for edge in made.values()
            if edge.properties["amount_minor"] and (edge.properties["currency"] or currency) == currency
        ]  # fmt: skip
        found.sums = sorted(one["amount_minor"] for one in fitting if one["valid"] is not False)
        won = [one["amount_minor"] for one in fitting if one["won"]]
        if found.sums:
            found.bases = {
                name: base for name, base in (("estimate", estimate), ("winning", min(won, default=0))) if base
            }
        return found

    def against(self, basis: str | None) -> Document:
        """The spread as shares of a basis; ``spread`` is the standard deviation of the sums over their mean, of three
        or more."""
        base = self.bases.get(basis or "")
        won, sums = self.bases.get("winning"), self.sums if base else []
        return {
            "estimate": minor_money(self.estimate, self.currency),
            "lots": self.lots,
            "bidders": self.bids,
            "base": minor_money(base, self.currency),
            "low": sums[0] / base if base and sums else None,
            "high": sums[-1] / base if base and sums else None,
            "median": median(sums) / base if base and sums else None,
            "winning": won / base if base and won else None,
            "spread": stdev(self.sums) / fmean(self.sums) if len(self.sums) >= LEAST_BIDS else None,
        }


def speaks(one: Document, among: Sequence[Document]) -> str | None:
    """Whether evidence speaks ``for`` a ring, as the ring's ``innocent`` list counts it, or ``against``, as prices do
    that spread more than their markets'."""
    if one["p"] is not None and one["p"] <= SIGNIFICANT:
        return "for"
    if one["kind"] == "price" and NormalDist().cdf(one["statistic"]) <= SIGNIFICANT:
        return "against"
    clear = any(other["p"] is not None and other["p"] <= SIGNIFICANT for other in among)
    return "for" if not clear and one == among[0] else None


def _bids(store: GraphStore, tenders: Sequence[str]) -> dict[str, list[Edge]]:
    """The bids for each of these tenders, by bidder."""
    found = store.neighbourhood(tenders, kinds=[EdgeKind.BID], limit=MOST_NODES)
    wanted = set(tenders)
    made = defaultdict[str, list[Edge]](list)
    for edge in found.edges:
        if edge.target in wanted:
            made[edge.target].append(edge)
    return made
