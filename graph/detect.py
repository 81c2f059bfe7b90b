"""One detection: records in; graph, findings, rings, links and cases out, as one generation."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from graph.answers.wealth import enriched_row
from graph.build import build_graph
from graph.cases.assemble import assemble
from graph.cases.case import Case
from graph.cases.identity import Known, with_ids
from graph.cases.title import title
from graph.errors import NothingToDetect
from graph.finding import Finding
from graph.findings import find_flags, link_findings, ring_findings, wealth_findings
from graph.generation import GenerationWriter
from graph.links.officials import Link, find_links
from graph.market import Market
from graph.market.records import node_id
from graph.matching.decisions import NONE_DECIDED, Decisions, pair_id
from graph.rings.find import find_rings
from graph.rings.ring import Ring
from graph.rules import Rules
from graph.scores import firm_scores, pair_scores, tender_scores
from graph.store import GraphStore
from graph.wealth.find import find_enriched
from ingest.store import RecordStore

STEPS = ("market", "graph", "flags", "rings", "links", "wealth", "cases", "scores")
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Stores:
    """Where a detection reads and writes."""

    records: RecordStore
    graph: GraphStore
    writer: GenerationWriter


def detect(
    stores: Stores,
    rules: Rules,
    known: Sequence[Known] = (),
    *,
    number: int = 1,
    seed: int = 0,
    decisions: Decisions = NONE_DECIDED,
    explained: Collection[tuple[str, str]] = frozenset(),
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Find everything, write it into the generation, and say what there is.

    ``known`` are the cases of the generation before, whose ids go on; ``decisions`` are what people said of pairs of
    parties, ``explained`` the findings that somebody explained (see :func:`graph.cases.assemble.assemble`). The same
    records, rules, known cases and decisions give the same graph, findings, rings and cases. Raises
    :class:`NothingToDetect` where there is no tender.
    """
    return _Detection(stores, rules, number, seed, decisions).run(known, explained, progress)


class _Detection:
    def __init__(self, stores: Stores, rules: Rules, number: int, seed: int, decisions: Decisions) -> None:
        self._stores, self._rules, self._number, self._seed = stores, rules, number, seed
        self._progress: Progress | None = None
        self._seconds: dict[str, float] = {}
        self._market = Market(stores.records, decisions)

    def run(
        self, known: Sequence[Known], explained: Collection[tuple[str, str]], progress: Progress | None
    ) -> dict[str, Any]:
        self._progress = progress
        market, writer = self._market, self._stores.writer
        with self._step("market"):
            if not market.tenders.count().execute():
                raise NothingToDetect("there are no tenders to look at: load some first with `bidring load`")
            _prepare(market)
        with self._step("graph"):
            build_graph(market, self._stores.graph)
        with self._step("flags"):
            findings = find_flags(market, self._rules.indicators)
        with self._step("rings"):
            rings = find_rings(market, self._stores.graph, seed=self._seed)
            findings += ring_findings(rings, self._rules.ring)
        with self._step("links"):
            settings = self._rules.link.settings
            links = [link for link in find_links(market, kin=settings.kin) if link.hops <= settings.threshold]
            findings += link_findings(links, self._rules.link)
            findings += link_findings([link for link in links if link.post.procurement], self._rules.commission)
        with self._step("wealth"):
            enriched = find_enriched(market.records, self._rules.wealth.settings)
            private = wealth_findings(enriched, self._rules.wealth)
        with self._step("cases"):
            by_code = self._rules.by_code()
            made = assemble(findings, by_code, explained)
            open_cases = with_ids(made, [one for one in known if not one.restricted], self._number)
            closed = [replace(case, restricted=True) for case in assemble(private, by_code, explained)]
            restricted = with_ids(closed, [one for one in known if one.restricted], self._number)
            cases = [*open_cases, *restricted]
        with self._step("scores"):
            self._write([*findings, *private], rings, links, cases)
            writer.rows("enriched", (enriched_row(one) for one in enriched))
        reported = sum(ring.score >= self._rules.ring.settings.threshold for ring in rings)
        facts = {
            "generation": self._number,
            "detected_at": datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z",
            "findings": dict(sorted(Counter(finding.code for finding in findings).items())),
            "rings": reported,
            "candidates": len(rings),
            "links": len(links),
            "cases": len(open_cases),
            "restricted": {"findings": len(private), "cases": len(restricted)},
            "suppliers": supplier_slots(market),
            "pairs": {
                "accepted": len(market.records.decisions.accepted),
                "rejected": len(market.records.decisions.rejected),
                "left_out": {pair_id(*pair): reason for pair, reason in sorted(market.records.left_out.items())},
            },
            "skipped": skipped(market),
            "rules": [rule.as_document() for rule in self._rules.all],
            "seconds": {name: round(value, 2) for name, value in self._seconds.items()},
        }
        writer.close(facts)
        return facts

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        if self._progress:
            self._progress(name)
        started = time.perf_counter()
        yield
        self._seconds[name] = time.perf_counter() - started

    def _write(
        self, findings: Sequence[Finding], rings: Sequence[Ring], links: Sequence[Link], cases: Sequence[Case]
    ) -> None:
        market, writer = self._market, self._stores.writer
        names = _names(market)
        case_of = {finding.id: case.id for case in cases for finding in case.findings}
        writer.rows("findings", ({**asdict(one), "id": one.id, "case": case_of.get(one.id)} for one in findings))
        writer.rows("rings", _ring_rows(rings, self._rules.ring.settings.threshold, names))
        writer.rows("links", ({**asdict(link), "hops": link.hops} for link in links))
        markets = {ring.members: next(iter(_labels(ring, names)), None) for ring in rings}
        rules = self._rules.by_code()
        writer.rows(
            "cases",
            (
                _case_row(place, case, title(case, rules, names, markets.get(case.core)))
                for place, case in enumerate(cases, 1)
            ),
        )
        writer.table("parties", market.parties.order_by("id").to_pyarrow())
        writer.table("tenders", market.tenders.order_by("tender").to_pyarrow())
        writer.table("awards", awarded(market).order_by("award").to_pyarrow())
        reported = [ring for ring in rings if ring.score >= self._rules.ring.settings.threshold]
        writer.table("scores", tender_scores(market, reported).order_by(_.score.desc(), "lot").to_pyarrow())
        pairs = market.records.keep("pair_scores", pair_scores(market))
        writer.table("pairs", pairs.order_by(_.score.desc(), "a", "b").to_pyarrow())
        writer.table("firms", firm_scores(market, pairs, reported).order_by(_.score.desc(), "firm").to_pyarrow())
        writer.table("documents", self._documents(cases, links))

    def _documents(self, cases: Iterable[Case], links: Iterable[Link]) -> pa.Table:
        """The source records that cases and links rest on, as they came."""
        wanted = {document for case in cases for document in case.evidence}
        wanted |= {document for link in links for document in link.documents}
        documents = self._stores.records.matching("documents", "document", wanted)
        rows: pa.Table = documents.order_by("document").to_pyarrow()
        return rows


def _prepare(market: Market) -> None:
    """Compute what everything else reads."""
    for table in ("parties", "tenders", "lots", "bids", "entries", "awards", "competed", "screens"):
        getattr(market, table)
    for table in ("meetings", "participation", "joint", "association", "control", "ties", "tied_meetings", "pair_wins"):
        getattr(market, table)


def _names(market: Market) -> dict[str, str]:
    """Names of organisations by node id, their own ids where they have none."""
    table = (
        market.parties.filter(_.kind == "organisation").select("id", name=ibis.coalesce(_.name, _.own_id)).to_pyarrow()
    )
    return dict(zip(table["id"].to_pylist(), table["name"].to_pylist(), strict=True))


def _labels(ring: Ring, names: dict[str, str]) -> list[str]:
    """The markets of a ring with buyers by name, where a market has no region."""
    found = []
    for market in ring.markets:
        place, _sep, category = market.partition(" / ")
        found.append(" / ".join(filter(None, (names.get(place, place), category))))
    return [label for label in found if label]


def _ring_rows(rings: Sequence[Ring], threshold: float, names: dict[str, str]) -> Iterator[dict[str, Any]]:
    for rank, ring in enumerate(rings, 1):
        yield {
            **asdict(ring),
            "id": ring.id,
            "rank": rank,
            "reported": ring.score >= threshold,
            "markets": _labels(ring, names),
            "innocent": ring.innocent,
            "refuted_by": ring.refuted_by,
        }


def _case_row(rank: int, case: Case, name: str) -> dict[str, Any]:
    return {
        **asdict(case),
        "rank": rank,
        "codes": case.codes,
        "findings": [finding.id for finding in case.findings],
        "since": case.since,
        "until": case.until,
        "title": name,
    }


def awarded(market: Market) -> ir.Table:
    """One row per award: an id made from its key, which may hold a bidder's number, own id, tender's node, suppliers
    (sorted), buyer, day, sum and currency."""
    suppliers = _.party.collect(distinct=True).sort()
    grouped = market.awards.group_by("award", "award_id", "node", "buyer", "day", "award_amount", "currency")
    return grouped.agg(suppliers=suppliers).mutate(award=node_id("a", _.award)).rename(amount="award_amount")


def supplier_slots(market: Market) -> dict[str, int]:
    """How many places of suppliers in awards there are, and how many of them an ownership record joins."""
    slots = market.awards.select("award", "party").distinct()
    owned = slots.semi_join(market.records.ownerships, slots.party == market.records.ownerships.company)
    return {"slots": int(slots.count().execute()), "owned": int(owned.count().execute())}


def _averaged(market: Market) -> ir.IntegerScalar:
    return (market.tenders.award_rule == "average").cast("int64").sum().fill_null(0)


def _incomes(market: Market) -> ir.IntegerScalar:
    declared = market.records.live("declarations")
    return declared.filter(declared.kind == "income").count()


def _planned(market: Market) -> ir.IntegerScalar:
    methods = ("open", "selective", "limited", "direct")
    return market.procedures.filter(_.planned.isin(methods) & _.used.isin(methods)).count()


def _unused(market: Market) -> list[str]:
    """What was told of contracts and cannot be used."""
    found = []
    known = market.records.live("contracts").select(contract="key").distinct()
    for name, table in (("payments", market.payments), ("acts or milestones", market.deliveries)):
        if lost := int(table.anti_join(known, "contract").count().execute()):
            found.append(f"{lost} {name} are of contracts that are not loaded: they are not used.")
    doubtful = market.payments.filter(_.problem.notnull()).contract.nunique()
    if lost := int(doubtful.execute()):
        found.append(f"{lost} contracts have a payment below zero or with an id of several: theirs are not summed up.")
    return found


def skipped(market: Market) -> list[str]:
    """What the records cannot support, in plain sentences."""
    has = {
        "The bids name no bidders: rings, pairs, firms, allocation and ties are skipped.": market.entries.count(),
        "No tender has a losing bidder: who met whom cannot be told, rings are skipped.": market.competed.count(),
        "No tender has a date: turns, breaks and office times are skipped.": market.tenders.day.count(),
        "No tender is decided by an average: bids that move together are skipped.": _averaged(market),
        "No tender has an estimate: the winning price against it is skipped.": market.lots.estimate.count(),
        "No bid has a sum: price screens are skipped.": market.bids.amount.count(),
        "No tender names its procedure: single bids are skipped.": market.tenders.method.count(),
        "No tender has a deadline: late bids are skipped.": market.tenders.closes.count(),
        "No bid has a status: disqualified bids are skipped.": market.bids.bid_status.count(),
        "No tender names its buyer: shares of a buyer's contracts are skipped.": market.tenders.buyer.count(),
        "No contact detail is known: shared addresses, phones and emails are skipped.": market.records.contacts.count(),
        "No ownership is known: shared owners are skipped.": market.records.ownerships.count(),
        "No list of debarred parties is known: wins of debarred suppliers are skipped.": (
            market.records.debarments.count()
        ),
        "No office is known: officials' ties and wealth are skipped.": market.records.offices.count(),
        "No income is declared: officials' wealth is skipped.": _incomes(market),
        "No payment and no final amount is known: payments over a contract's sum are skipped.": (
            market.payments.select("contract")
            .union(market.contracts.filter(_.final.notnull()).select("contract"))
            .count()
        ),
        "No contract stands beside the sum of its award: differences between them are skipped.": (
            market.contracts.awarded.count()
        ),
        "No act or milestone says whether it was late: late deliveries are skipped.": (
            market.deliveries.overdue.count() + market.deliveries.fine.count()
        ),
        "No lot tells both its planned and its actual procedure: direct awards against the plan are skipped.": (
            _planned(market)
        ),
    }
    return [sentence for sentence, count in has.items() if not count.execute()] + _unused(market)
