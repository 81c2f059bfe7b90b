"""A detection from end to end: records in; a generation, its cases and its answers out."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from brief import Brief, node, put

from graph.answers import Answers
from graph.answers.view import View
from graph.cases.identity import Known
from graph.cases.subgraph import case_subgraph
from graph.detect import Stores, detect
from graph.errors import GraphStoreError, NoGeneration, NothingToDetect, UnknownId
from graph.generation import SCHEMAS, Generation, GenerationWriter
from graph.model import EdgeKind
from graph.rules import Rules
from graph.store import graph_engine
from ingest.store import open_record_store

NUMBER = "KZ-IIN-000101300123"
PERSONS = [NUMBER, "bob", "eve"]


def days(n: int, **bids: Any) -> Brief:
    return {"times": n, "day": date(2024, 1, 1), "buyer": "Ministry", "region": "North", "method": "open", "bids": bids}


def rotating(name: str, firms: str, times: int) -> dict[str, Brief]:
    """Tenders to which all firms come, and which they win in turns."""
    return {
        f"{name} {turn}": {
            **days(times, **{firm: {"amount": 100, "won": True} if firm == winner else 105 for firm in firms}),
            "day": date(2024, 1, 1 + turn),
            "step": len(firms),
        }
        for turn, winner in enumerate(firms)
    }


COUNTRY: dict[str, Any] = {
    "persons": PERSONS,
    "tenders": {
        **rotating("ring", "ABC", 5),
        **{f"quiet {firm}": days(12, **{firm: {"amount": 90, "won": True}, f"{firm}2": 95}) for firm in "VWXYZ"},
        "owned": {**days(3, Left={"amount": 7, "won": True}, Right=8), "region": "South", "buyer": "Council"},
    },
    "owners": [
        {"owner": NUMBER, "company": "Left", "share": 0.6},
        {"owner": NUMBER, "company": "Holding", "share": 1},
        {"owner": "Holding", "company": "Right", "share": 0.5},
        {"owner": "bob", "company": "A", "share": 0.5},
    ],
    "offices": [{"person": "eve", "body": "Ministry", "since": date(2020, 1, 1)}],
    "kin": [{"person": "eve", "relative": "bob", "relation": "spouse"}],
    "contacts": [{"party": "bob", "email": "bob@example.org"}],
}


@dataclass(frozen=True)
class Run:
    """A detection that was published."""

    facts: dict[str, Any]
    generation: Generation
    folder: Path

    @property
    def answers(self) -> Answers:
        return Answers(self.generation)

    def rows(self, name: str) -> list[dict[str, Any]]:
        table = self.generation.table(name)
        found: list[dict[str, Any]] = table.order_by(table.columns[0]).to_pyarrow().to_pylist()
        return found


RunDetect = Callable[..., Run]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunDetect]:
    """Detects in a brief's records, and opens what was published."""
    with ExitStack() as stack:

        def go(*briefs: Brief, known: list[Known] | None = None, seed: int = 0, rules: Rules | None = None) -> Run:
            folder = tmp_path_factory.mktemp("run")
            url = f"duckdb:///{folder}/records.duckdb"
            with closing(open_record_store(url, write=True)) as records:
                for brief in briefs:
                    put(records, brief)
            with closing(open_record_store(url)) as records:
                graph = graph_engine(f"ladybug:///{folder}/graph").open(1, write=True)
                with closing(graph):
                    writer = GenerationWriter(folder / "generation.duckdb")
                    facts = detect(Stores(records, graph, writer), rules or Rules(), known or [], seed=seed)
            generation = stack.enter_context(closing(Generation(folder / "generation.duckdb", 1)))
            return Run(facts, generation, folder)

        yield go


@pytest.fixture(scope="module")
def country(run: RunDetect) -> Run:
    return run(COUNTRY)


def case_with(found: Run, party: str) -> dict[str, Any]:
    """The case in whose core a firm is."""
    heads = [found.answers.case(head["id"]) for head in found.answers.cases()]
    (one,) = [case for case in heads if any(each["id"] == party and each["core"] for each in case["parties"])]
    return one


# What is found


def test_the_ring_is_found_and_the_quiet_firms_are_not(country: Run) -> None:
    (ring,) = [ring for ring in country.answers.rings() if "A" in {member["id"] for member in ring["members"]}]
    assert {member["id"] for member in ring["members"]} == set("ABC")
    assert ring["score"] >= 0.5
    assert len(ring["tenders"]) == 15
    reported = {member["id"] for ring in country.answers.rings() for member in ring["members"]}
    assert not reported & {name for firm in "VWXYZ" for name in (firm, f"{firm}2")}


def test_firms_of_one_owner_are_a_case(country: Run) -> None:
    case = case_with(country, "Left")
    assert {"B01", "R032"} <= set(case["codes"])
    assert {party["id"] for party in case["parties"] if party["core"]} == {"Left", "Right"}


def test_the_official_s_tie_is_found_through_kin(country: Run) -> None:
    (link,) = country.answers.links()
    assert [step["kind"] for step in link["path"]] == ["kin", "owns"]
    assert (link["supplier"], link["buyer"], link["hops"]) == ("A", "Ministry", 2)
    assert len(link["tenders"]) == 5


def test_facts_count_what_there_is(country: Run) -> None:
    facts = country.facts
    assert facts == json.loads(json.dumps(facts)) == country.generation.facts
    for code, count in facts["findings"].items():
        assert len(country.answers.findings(code=code)) == count
    assert facts["rings"] == len(country.answers.rings())
    assert facts["candidates"] == len(country.answers.rings(everything=True))
    assert facts["links"] == len(country.answers.links())
    assert facts["cases"] == len(country.answers.cases())
    assert set(facts["seconds"]) == {"market", "graph", "flags", "rings", "links", "wealth", "cases", "scores"}


def test_detecting_again_gives_the_same_whatever_the_order_of_loading(country: Run, run: RunDetect) -> None:
    turned = {
        kind: dict(reversed(told.items())) if isinstance(told, dict) else told[::-1] for kind, told in COUNTRY.items()
    }
    again = run(turned)
    for table in (*SCHEMAS, "parties", "tenders", "scores", "pairs", "firms"):
        assert again.rows(table) == country.rows(table), table


def test_evidence_of_cases_is_kept_as_documents(country: Run) -> None:
    kept = {row["document"] for row in country.rows("documents")}
    for head in country.answers.cases():
        case = country.answers.case(head["id"])
        wanted = {document for finding in case["findings"] for document in finding["evidence"]}
        wanted |= {step["source"] for link in case["links"] for step in link["path"]}
        assert wanted
        assert wanted <= kept
        assert {one["id"] for one in case["evidence"]} == wanted
        assert all(one["record"] for one in case["evidence"])


def test_a_case_shows_the_payments_acts_and_plans_that_its_findings_rest_on(run: RunDetect) -> None:
    won = {"day": date(2024, 3, 1), "bids": {"Listed": {"amount": 100, "won": True}}}
    carried = {"planned": "open", "used": "direct", "contracts": {"C": {"under": "Listed", "amount": 100, "final": 50}}}
    made = run(
        {
            "tenders": {"T": {**won, **carried}},
            "debarred": [{"party": "Listed", "list": "Rnu", "since": date(2024, 1, 1)}],
            "plans": [{"key": "P", "lot": "T", "method": "open"}],
            "payments": [{"contract": "C", "amount": 150}],
            "acts": [{"contract": "C", "overdue": 31}],
        }
    )
    [head] = made.answers.cases()
    assert head["codes"] == ["R012", "R046", "R059", "R067", "R068"]
    shown = " ".join(one["record"] for one in made.answers.case(head["id"])["evidence"])
    assert [kind for kind in ("acts", "payments", "plans", "contract C", "tender T") if kind not in shown] == []


def test_what_is_told_of_unknown_contracts_or_is_doubtful_is_said(run: RunDetect) -> None:
    made = run(
        {
            "tenders": {"T": {"bids": {"A": {"amount": 9, "won": True}}, "contracts": {"C": {"under": "A"}}}},
            "payments": [
                {"contract": "elsewhere", "amount": 150},
                {"contract": "C", "amount": -1, "problem": "the sum is below zero"},
            ],
            "acts": [{"contract": "elsewhere", "overdue": 31}, {"contract": "nowhere", "overdue": 31}],
        }
    )
    assert made.facts["findings"] == {}
    said = made.facts["skipped"]
    assert "1 payments are of contracts that are not loaded: they are not used." in said
    assert "2 acts or milestones are of contracts that are not loaded: they are not used." in said
    assert "1 contracts have a payment below zero or with an id of several: theirs are not summed up." in said
    assert not any("late deliveries" in sentence or "No payment" in sentence for sentence in said)


def test_nothing_that_is_said_accuses(country: Run) -> None:
    said = json.dumps(
        [country.answers.case(head["id"]) for head in country.answers.cases()] + country.answers.rings(everything=True),
        default=str,
    )
    assert not re.search(r"fraud|guilt|corrupt|criminal", said, re.IGNORECASE)


def test_without_tenders_there_is_nothing_to_detect(run: RunDetect) -> None:
    with pytest.raises(NothingToDetect, match="bidring load"):
        run({"owners": COUNTRY["owners"]})


def test_what_the_records_cannot_support_is_said(run: RunDetect, country: Run) -> None:
    bare = run({"tenders": {"T1": {}}})
    assert bare.facts["findings"] == {}
    said = " ".join(bare.facts["skipped"])
    missing = "bidders losing date estimate sum ownership office procedure deadline status buyer contact"
    missing += " payment act planned award"
    assert [word for word in missing.split() if word not in said] == []
    told = " ".join(country.facts["skipped"])
    assert "ownership" not in told
    assert "losing" not in told
    assert "deadline" in told


def test_a_rules_file_decides_what_is_reported(run: RunDetect) -> None:
    none = run(COUNTRY, rules=Rules().configured({"B01": {"threshold": 1.1}, "L01": {"threshold": 1}}))
    assert none.facts["rings"] == none.facts["links"] == 0
    assert none.facts["candidates"] > 0
    assert "B01" not in none.facts["findings"]
    assert {rule["code"]: rule["threshold"] for rule in none.answers.rules()}["B01"] == 1.1


# Cases from one detection to the next


def known_of(found: Run) -> list[Known]:
    return [
        Known(row["id"], tuple(row["core"]), row["opened"], tuple(row["merged"]), row["split_from"])
        for row in found.rows("cases")
    ]


def test_ids_stay_when_records_are_added(country: Run, run: RunDetect) -> None:
    """A fourth firm joins the ring, and a new pair under one owner appears."""
    more = {
        "persons": ["zoe"],
        "tenders": {
            **rotating("wider", "ABCD", 6),
            "new": {**days(2, New1={"amount": 7, "won": True}, New2=8), "region": "West"},
        },
        "owners": [{"owner": "zoe", "company": firm, "share": 1} for firm in ("New1", "New2")],
    }
    later = run(COUNTRY, more, known=known_of(country))
    assert {member["id"] for ring in later.answers.rings() for member in ring["members"]} >= set("ABCD")
    assert case_with(later, "B")["id"] == case_with(country, "B")["id"]
    assert case_with(later, "Left")["id"] == case_with(country, "Left")["id"]
    assert case_with(later, "New1")["id"] not in {head["id"] for head in country.answers.cases()}


# The subgraph of a case


def test_a_case_s_subgraph_shows_what_ties_its_parties(country: Run) -> None:
    case = case_with(country, "Left")
    parties, context = country.answers.case_context(case["id"])
    with closing(graph_engine(f"ladybug:///{country.folder}/graph").open(1)) as store:
        found = case_subgraph(store, parties, context)
        ids = {one.id for one in found.nodes}
        assert {node("Left"), node("Right"), node("Holding"), node(NUMBER, "p"), node("owned 01", "t")} <= ids
        assert not found.truncated
        assert {EdgeKind.OWNS, EdgeKind.BID} <= {edge.kind for edge in found.edges}
        assert all({edge.source, edge.target} <= ids for edge in found.edges)
        for limit in (1, 3, len(ids) - 1):
            less = case_subgraph(store, parties, context, limit=limit)
            assert len(less.nodes) <= limit
            assert less.truncated


def test_a_case_is_drawn_from_exactly_the_findings_that_it_names(country: Run) -> None:
    cases = [country.answers.case(one["id"]) for one in country.answers.cases()]
    assert any(case["tenders"] for case in cases)
    for case in cases:
        _parties, context = country.answers.case_context(case["id"])
        assert {own for own in context if own.startswith("t-")} == {one["node"] for one in case["tenders"]}


def test_a_stranger_s_tie_is_left_out_of_a_case_s_subgraph(country: Run) -> None:
    with closing(graph_engine(f"ladybug:///{country.folder}/graph").open(1)) as store:
        found = case_subgraph(store, [node("Left"), node("Right")])
    assert node("bob", "p") not in {one.id for one in found.nodes}


# Answers


LISTS = ("findings", "links", "tenders", "pairs", "firms", "cases")


@pytest.mark.parametrize("name", LISTS)
def test_pages_put_together_are_the_list(country: Run, name: str) -> None:
    ask = getattr(country.answers, name)
    everything = ask()
    assert everything
    pages = [one for offset in range(0, len(everything) + 3, 3) for one in ask(offset=offset, limit=3)]
    assert pages == everything
    assert ask(offset=len(everything)) == []


@pytest.mark.parametrize("name", ["links", "pairs", "firms", "cases"])
def test_lists_come_most_suspicious_first(country: Run, name: str) -> None:
    scores = [one["score"] for one in getattr(country.answers, name)()]
    assert scores == sorted(scores, reverse=True)


def test_rings_come_by_rank_and_the_reported_ones_first(country: Run) -> None:
    rings = country.answers.rings(everything=True)
    assert [ring["rank"] for ring in rings] == list(range(1, len(rings) + 1))
    assert [ring["score"] for ring in rings] == sorted((ring["score"] for ring in rings), reverse=True)
    assert country.answers.rings() == [ring for ring in rings if ring["reported"]]


def test_every_tender_has_a_row_and_the_codes_of_its_flags(country: Run) -> None:
    rows = {row["tender"]: row for row in country.answers.tenders()}
    assert len(rows) == sum(tender["times"] for tender in COUNTRY["tenders"].values())
    assert {"B01", "R032"} <= set(rows["owned 01"]["flags"])
    scores = [row["score"] for row in country.answers.tenders() if row["score"] is not None]
    assert scores == sorted(scores, reverse=True)


def test_a_tender_has_the_score_of_its_best_lot_and_one_without_a_score_comes_last(run: RunDetect) -> None:
    amounts = {1: (100, 101, 102), 2: (100, 110, 200)}
    bids = {
        f"{firm}{lot}": {"by": [firm], "lot": lot, "amount": amount, "won": firm == "A"}
        for lot, sums in amounts.items()
        for firm, amount in zip("ABC", sums, strict=True)
    }
    tenders = {"alone": {"bids": {"A": {"amount": 1, "won": True}}}, "lots": {"lots": {1: 100, 2: 200}, "bids": bids}}
    rows = run({"tenders": tenders}).answers.tenders()
    assert [(row["tender"], row["score"]) for row in rows] == [("lots", 0.75), ("alone", None)]
    assert rows[0]["screens"]["SPD"] == pytest.approx(0.02)


def test_findings_are_asked_for_by_code_and_party(country: Run) -> None:
    assert {one["code"] for one in country.answers.findings(code="R032")} == {"R032"}
    assert all("Left" in one["parties"] for one in country.answers.findings(party="Left"))
    with pytest.raises(UnknownId, match="R999"):
        country.answers.findings(code="R999")
    with pytest.raises(UnknownId, match="Nobody"):
        country.answers.findings(party="Nobody")


def test_links_are_asked_for_by_their_ends_and_hops(country: Run) -> None:
    assert country.answers.links(supplier="A") == country.answers.links()
    assert country.answers.links(supplier="B") == []
    assert country.answers.links(official=node("eve", "p")) == country.answers.links()
    assert country.answers.links(most_hops=1) == []


def everything_said(answers: Answers) -> str:
    """All lists, every case and every party, as one text."""
    said: list[Any] = [getattr(answers, name)() for name in LISTS]
    said += [answers.rings(everything=True), answers.rules(), answers.search("by name", limit=100)]
    said += [answers.case(head["id"]) for head in answers.cases()]
    said += [answers.entity(node(person, "p")) for person in PERSONS] + [answers.entity("Left")]
    return json.dumps(said, default=str)


def test_numbers_of_persons_are_not_answered(country: Run) -> None:
    said = everything_said(country.answers)
    assert NUMBER not in said
    assert NUMBER.removeprefix("KZ-IIN-").lstrip("0") not in said
    with pytest.raises(UnknownId):
        country.answers.entity(NUMBER)
    assert country.answers.search(NUMBER) == country.answers.search(NUMBER.removeprefix("KZ-IIN-")) == []


def test_source_records_are_shown_without_the_numbers_of_persons_and_whole_but_for_them(country: Run) -> None:
    case = case_with(country, "Left")
    allowed = Answers(country.generation, View(numbers=True)).case(case["id"])
    shown = {one["id"]: one["record"] for one in case["evidence"]}
    whole = {one["id"]: one["record"] for one in allowed["evidence"]}
    assert shown.keys() == whole.keys()
    assert any(NUMBER in record for record in whole.values())
    digits = NUMBER.removeprefix("KZ-IIN-")
    assert {own: record.replace(digits, "[number withheld]") for own, record in whole.items()} == shown
    assert {one["id"] for one in case["evidence"] if one["withheld"]} == {own for own in whole if digits in whole[own]}
    assert not any(one["withheld"] for one in allowed["evidence"])


def test_numbers_of_persons_are_answered_to_those_who_may_see_them(country: Run) -> None:
    allowed = Answers(country.generation, View(numbers=True))
    assert allowed.entity(NUMBER)["id"] == NUMBER
    assert f'"id": "{NUMBER}"' in everything_said(allowed)


def test_a_person_is_known_by_the_node_id(country: Run) -> None:
    found = country.answers.entity(node("eve", "p"))
    assert (found["id"], found["kind"]) == (node("eve", "p"), "person")
    assert len(found["links"]) == 1


def test_search_is_by_name_and_by_number_in_any_case(country: Run) -> None:
    assert country.answers.search("LEFT BY")[0] == {
        "id": "Left", "name": "Left by name", "kind": "organisation", "node": node("Left")
    }  # fmt: skip
    assert country.answers.search("holding")[0]["id"] == "Holding"
    assert country.answers.search("no such name") == []
    assert len(country.answers.search("by name", limit=4)) == 4
    assert country.answers.search("%") == country.answers.search("_by_") == []
    assert any(one["kind"] == "case" for one in country.answers.search("left", limit=50))


def test_an_entity_has_all_that_is_known_of_it(country: Run) -> None:
    found = country.answers.entity("A")
    assert (found["id"], found["node"], found["name"]) == ("A", node("A"), "A by name")
    assert len(found["rings"]) == 1
    assert len(found["links"]) == 1
    assert found["cases"]
    assert found["findings"]
    assert country.answers.entity(node("A")) == found


@pytest.mark.parametrize("own", ["", "nobody", "case-000000000000", "o-0000000000000000", "' OR 1=1 --"])
def test_unknown_ids_are_named(country: Run, own: str) -> None:
    for ask in (country.answers.case, country.answers.entity, country.answers.case_context):
        with pytest.raises(UnknownId) as told:
            ask(own)
        assert repr(own) in str(told.value)


def test_a_generation_that_is_gone_or_broken_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoGeneration, match="bidring detect"):
        Generation(tmp_path / "none.duckdb", 3)
    (tmp_path / "broken.duckdb").write_bytes(b"no generation")
    with pytest.raises(NoGeneration, match="bidring detect"):
        Generation(tmp_path / "broken.duckdb", 3)


def test_a_published_generation_does_not_change(country: Run) -> None:
    with pytest.raises(GraphStoreError), closing(graph_engine(f"ladybug:///{country.folder}/graph").open(1)) as store:
        store.build({}, {})
