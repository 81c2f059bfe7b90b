"""Paths from officials to the winners of their buyers' tenders."""

import random
from collections import defaultdict
from contextlib import closing
from datetime import date, timedelta
from itertools import combinations, pairwise, product
from typing import Any

import networkx as nx
import pytest
from brief import MakeMarket, document, market_of, node

from graph.findings import link_findings
from graph.links.edges import MOST_NEIGHBOURS
from graph.links.officials import MOST_HOPS, Link, find_links
from graph.links.rule import L01
from graph.projections.ties import HUB
from ingest.store import open_record_store

DAY = date(2024, 3, 1)
FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)
WON: dict[str, Any] = {
    "T": {"buyer": "Ministry", "day": DAY, "bids": {"S": {"amount": 100, "won": True}, "Other": 110}}
}
OFFICE = [{"person": "ann", "body": "Ministry", "since": date(2020, 1, 1), "until": date(2024, 12, 31)}]


def world(**facts: Any) -> dict[str, Any]:
    """Ann holds office at the ministry, from which S won a tender."""
    return {"persons": ["ann", "bob", "carl", "dan", "eve"], "tenders": WON, "offices": OFFICE, **facts}


def found(links: list[Link]) -> list[tuple[str, ...]]:
    """The kinds of edges of each path."""
    return [tuple(step.kind for step in link.path) for link in links]


ALL_SPENT = 0.6 + 0.2 * 0.5 + 0.2
"""What a score is multiplied by where a win is a median award, and all that the buyer ever gave."""
OWNER = {"owner": "ann", "company": "S", "share": 0.5}
KIN = {"person": "ann", "relative": "bob", "relation": "brother"}


LINKED: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({"owners": [OWNER]}, ("owns",)),
    ({"officers": [{"person": "ann", "company": "S"}]}, ("officer",)),
    ({"kin": [KIN], "owners": [{"owner": "bob", "company": "S", "share": 1}]}, ("kin", "owns")),
    (
        {"kin": [{"person": "bob", "relative": "ann"}], "officers": [{"person": "bob", "company": "S"}]},
        ("kin", "officer"),
    ),
    (
        {"owners": [{"owner": "ann", "company": "H", "share": 1}, {"owner": "H", "company": "S", "share": 1}]},
        ("owns", "owns"),
    ),
    (
        {"contacts": [{"party": "ann", "phone": "7172000001"}, {"party": "S", "phone": "7172000001"}]},
        ("phone", "phone"),
    ),
    (
        {
            "kin": [KIN],
            "contacts": [{"party": "bob", "address": "5 Abai Street"}, {"party": "S", "address": "5 Abai Street"}],
        },
        ("kin", "address", "address"),
    ),
    (
        {
            "kin": [KIN, {"person": "carl", "relative": "bob"}],
            "owners": [{"owner": "carl", "company": "H", "share": 1}, {"owner": "H", "company": "S", "share": 1}],
        },
        ("kin", "kin", "owns", "owns"),
    ),
]
APART: list[dict[str, Any]] = [
    {},
    {"owners": [{**OWNER, "company": "Other"}]},
    {"owners": [{**OWNER, "until": date(2024, 2, 29)}]},
    {"owners": [{**OWNER, "since": date(2024, 3, 2)}]},
    {"owners": [{**OWNER, "until": date(2019, 12, 31)}]},
    {"owners": [OWNER], "offices": [{**OFFICE[0], "until": date(2024, 2, 29)}]},
    {"owners": [OWNER], "offices": [{**OFFICE[0], "since": date(2024, 3, 2)}]},
    {"owners": [OWNER], "offices": [{**OFFICE[0], "body": "Council"}]},
    {"owners": [OWNER], "tenders": {"T": {**WON["T"], "status": "cancelled"}}},
    {"owners": [OWNER], "tenders": {"T": {**WON["T"], "award_status": "cancelled"}}},
    {"owners": [OWNER], "tenders": {"T": {**WON["T"], "awarded": date(2025, 1, 1)}}},
    # Five edges are too many.
    {
        "kin": [KIN, {"person": "bob", "relative": "carl"}, {"person": "carl", "relative": "dan"}],
        "owners": [{"owner": "dan", "company": "H", "share": 1}, {"owner": "H", "company": "S", "share": 1}],
    },
    # Each edge holds at some time in office, and never both.
    {
        "kin": [{**KIN, "until": date(2022, 1, 1)}],
        "owners": [{"owner": "bob", "company": "S", "share": 1, "since": date(2022, 1, 2)}],
    },
    # Nothing passes through the buyer, nor through another body.
    {
        "owners": [
            {"owner": "ann", "company": "Ministry", "share": 1},
            {"owner": "Ministry", "company": "S", "share": 1},
        ]
    },
    {
        "owners": [
            {"owner": "ann", "company": "Agency", "share": 1},
            {"owner": "Agency", "company": "S", "share": 1},
        ],
        "offices": [*OFFICE, {"person": "eve", "body": "Agency"}],
    },
]


def in_country(name: str, told: Any) -> Any:
    """The same facts of parties and tenders of another name, so that many small worlds fit into one store."""
    if isinstance(told, dict):
        kept = ("share", "since", "until", "relation", "role", "position", "day", "awarded", "status", "award_status")
        return {
            in_country(name, key) if key in ("T", "S", "Other") else key: one if key in kept else in_country(name, one)
            for key, one in told.items()
        }
    if isinstance(told, list):
        return [in_country(name, one) for one in told]
    return f"{name} {told}" if isinstance(told, str) else told


@pytest.fixture(scope="module")
def links_of(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Link]]:
    """The links of each world of :data:`LINKED` and :data:`APART`, by its name."""
    worlds = {f"linked{n}": facts for n, (facts, _) in enumerate(LINKED)}
    worlds |= {f"apart{n}": facts for n, facts in enumerate(APART)}
    together: dict[str, Any] = {"tenders": {}}
    for name, facts in worlds.items():
        for kind, told in in_country(name, world(**facts)).items():
            if kind == "tenders":
                together["tenders"] |= told
            else:
                together.setdefault(kind, []).extend(told)
    officials = {node(f"{name} ann", "p"): name for name in worlds}
    found: dict[str, list[Link]] = {name: [] for name in worlds}
    with closing(open_record_store(f"duckdb:///{tmp_path_factory.mktemp('links')}/records", write=True)) as store:
        for link in find_links(market_of(store, together)):
            found[officials[link.official]].append(link)
    return found


@pytest.mark.parametrize("number", range(len(LINKED)))
def test_owners_officers_kin_and_shared_details_link(links_of: dict[str, list[Link]], number: int) -> None:
    name, kinds = f"linked{number}", LINKED[number][1]
    (link,) = links_of[name]
    assert found([link]) == [kinds]
    assert (link.supplier, link.buyer) == (node(f"{name} S"), node(f"{name} Ministry"))
    assert link.tenders == (node(f"{name} T", "t"),)
    assert (link.amount, link.currency, link.since, link.until) == (100.0, "KZT", DAY, DAY)
    assert link.hops == len(kinds) <= MOST_HOPS
    assert 0 < link.score <= 1
    at = link.official
    for step in link.path:
        assert at in (step.source, step.target)
        at = step.target if at == step.source else step.source
        assert step.document
    assert at == link.supplier


@pytest.mark.parametrize("number", range(len(APART)))
def test_no_link(links_of: dict[str, list[Link]], number: int) -> None:
    assert links_of[f"apart{number}"] == [], APART[number]


@pytest.mark.parametrize(
    ("number", "score"),
    [
        (0, (1 + 0.5) / 2),
        (1, 0.9),
        (2, 0.9 * 1 * 0.85),
        (5, 0.5 * 0.85),
        (6, 0.9 * 0.3 * 0.85**2),
        (7, 0.9 * 0.9 * 1 * 1 * 0.85**3),
    ],
)
def test_a_score_is_the_product_of_the_edges_and_falls_with_each_further_hop(
    links_of: dict[str, list[Link]], number: int, score: float
) -> None:
    (link,) = links_of[f"linked{number}"]
    assert link.score == pytest.approx(score * ALL_SPENT)
    assert link.share == 1.0


def test_first_and_last_days_count(make_market: MakeMarket) -> None:
    owner = {**OWNER, "since": DAY, "until": DAY}
    (link,) = find_links(make_market(world(owners=[owner], offices=[{**OFFICE[0], "since": DAY, "until": DAY}])))
    assert (link.path[0].since, link.path[0].until) == (DAY, DAY)


def test_a_tender_without_a_day_counts(make_market: MakeMarket) -> None:
    tenders = {"T": {key: value for key, value in WON["T"].items() if key != "day"}}
    (link,) = find_links(make_market(world(owners=[OWNER], tenders=tenders)))
    assert (link.since, link.until) == (None, None)


EARLY, LATE = {"until": date(2022, 1, 1)}, {"since": date(2022, 1, 2)}


@pytest.mark.parametrize(
    "facts",
    [
        {"kin": [{**KIN, **EARLY}], "owners": [{"owner": "bob", "company": "S", "share": 1, **LATE}]},
        {
            "kin": [KIN],
            "owners": [
                {"owner": "bob", "company": "H", "share": 1, **EARLY},
                {"owner": "H", "company": "S", "share": 1, **LATE},
            ],
        },
        {
            "kin": [KIN],
            "owners": [
                {"owner": "bob", "company": "G", "share": 1},
                {"owner": "G", "company": "H", "share": 1, **EARLY},
                {"owner": "H", "company": "S", "share": 1, **LATE},
            ],
        },
    ],
)
def test_a_tender_without_a_day_does_not_count_for_a_path_that_never_stood(
    make_market: MakeMarket, facts: dict[str, Any]
) -> None:
    tenders = {"T": {key: value for key, value in WON["T"].items() if key != "day"}}
    assert find_links(make_market(world(tenders=tenders, **facts))) == []


def test_only_wins_in_office_while_the_path_stood_are_counted(make_market: MakeMarket) -> None:
    days = {
        "before": date(2019, 6, 1),
        "early": date(2020, 6, 1),
        "first": date(2021, 6, 1),
        "last": DAY,
        "after": date(2025, 6, 1),
    }
    tenders = {name: {**WON["T"], "day": day} for name, day in days.items()}
    (link,) = find_links(make_market(world(owners=[{**OWNER, "since": date(2021, 1, 1)}], tenders=tenders)))
    assert link.tenders == (node("first", "t"), node("last", "t"))
    assert (link.since, link.until, link.amount) == (days["first"], days["last"], 200.0)
    assert "2 tenders" in link.text


def test_parallel_ties_do_not_count_a_win_twice(make_market: MakeMarket) -> None:
    """Director and founder of one firm: two edges, one win."""
    officers = [{"person": "ann", "company": "S", "role": role} for role in ("director", "founder")]
    (link,) = find_links(make_market(world(officers=officers)))
    assert link.amount == 100.0
    assert link.tenders == (node("T", "t"),)


def test_every_lot_won_counts_and_two_posts_do_not_double_it(make_market: MakeMarket) -> None:
    bids = {
        "one": {"lot": 1, "by": ["S"], "amount": 100, "won": True},
        "two": {"lot": 2, "by": ["S"], "amount": 50, "won": True},
    }
    tenders = {"T": {"buyer": "Ministry", "day": DAY, "lots": {1: 100, 2: 50}, "bids": bids}}
    offices = [*OFFICE, {**OFFICE[0], "position": "head"}]
    (link,) = find_links(make_market(world(owners=[OWNER], tenders=tenders, offices=offices)))
    assert (link.amount, link.tenders) == (150.0, (node("T", "t"),))


def test_a_direct_tie_goes_before_a_roundabout_one(make_market: MakeMarket) -> None:
    """Even where the roundabout one is the stronger."""
    owners = [{**OWNER, "share": 0.1}, {"owner": "bob", "company": "S", "share": 1}]
    assert found(find_links(make_market(world(kin=[KIN], owners=owners)))) == [("owns",)]


@pytest.mark.parametrize("stronger", ["bob", "carl"])
def test_of_two_equally_long_paths_the_stronger_is_shown(make_market: MakeMarket, stronger: str) -> None:
    kin = [{"person": "ann", "relative": relative} for relative in ("bob", "carl")]
    owners = [{"owner": who, "company": "S", "share": 1 if who == stronger else 0.5} for who in ("bob", "carl")]
    (link,) = find_links(make_market(world(kin=kin, owners=owners)))
    assert link.path[1].source == node(stronger, "p")
    assert link.score == pytest.approx(0.9 * 1 * 0.85 * ALL_SPENT)


def test_of_two_parallel_edges_the_stronger_is_shown(make_market: MakeMarket) -> None:
    facts = world(owners=[OWNER], officers=[{"person": "ann", "company": "S"}])
    (link,) = find_links(make_market(facts))
    assert (found([link]), link.score) == ([("officer",)], pytest.approx(0.9 * ALL_SPENT))


def test_each_official_and_supplier_and_buyer_has_one_link(make_market: MakeMarket) -> None:
    facts = world(
        owners=[OWNER, {"owner": "bob", "company": "S2", "share": 1}],
        kin=[KIN],
        offices=[*OFFICE, {"person": "ann", "body": "Council"}],
        tenders={
            **WON,
            "T2": {"buyer": "Council", "day": DAY, "bids": {"S": {"amount": 1, "won": True}}},
            "T3": {"buyer": "Council", "day": DAY, "bids": {"S2": {"amount": 1, "won": True}}},
        },
    )
    links = find_links(make_market(facts))
    assert {(link.supplier, link.buyer) for link in links} == {
        (node("S"), node("Ministry")), (node("S"), node("Council")), (node("S2"), node("Council")),
    }  # fmt: skip
    assert [-link.score for link in links] == sorted(-link.score for link in links)


@pytest.mark.parametrize(("holders", "linked"), [(HUB, True), (HUB + 1, False)])
def test_a_detail_of_many_links_nobody(make_market: MakeMarket, holders: int, linked: bool) -> None:
    holding = ["ann", "S", *(f"F{n}" for n in range(holders - 2))]
    facts = world(contacts=[{"party": party, "address": "1 Large House"} for party in holding])
    assert bool(find_links(make_market(facts))) == linked


@pytest.mark.parametrize(("companies", "linked"), [(MOST_NEIGHBOURS - 1, True), (MOST_NEIGHBOURS, False)])
def test_nothing_passes_through_a_hub(make_market: MakeMarket, companies: int, linked: bool) -> None:
    """An auditor of hundreds, who is the official's brother, ties nobody; his other neighbour is the official."""
    firms = ["S", *(f"F{n}" for n in range(companies - 1))]
    facts = world(kin=[KIN], officers=[{"person": "bob", "company": firm, "role": "auditor"} for firm in firms])
    assert bool(find_links(make_market(facts))) == linked


def seats(person: str, companies: int) -> list[dict[str, Any]]:
    """Seats in S, in H and in more companies, so many in all."""
    return [{"person": person, "company": firm} for firm in ("S", "H", *(f"F{n}" for n in range(companies - 2)))]


@pytest.mark.parametrize(("companies", "linked"), [(HUB, True), (HUB + 1, False)])
@pytest.mark.parametrize("relatives", [0, 1])
def test_nothing_passes_from_seat_to_seat_of_an_officer_of_many(
    make_market: MakeMarket, companies: int, relatives: int, linked: bool
) -> None:
    """A company of the official, or of the relative, and the supplier have one auditor."""
    owners = [{"owner": ("ann", "bob")[relatives], "company": "H", "share": 1}]
    facts = world(kin=[KIN][:relatives], owners=owners, officers=seats("dan", companies))
    path = ("kin", "owns", "officer", "officer")[1 - relatives :]
    assert found(find_links(make_market(facts))) == ([path] if linked else [])


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({}, ("officer",)),
        ({"person": "ann"}, ("kin", "officer")),
        ({"relative": "ann"}, ("kin", "officer")),
    ],
)
def test_who_has_many_seats_is_tied_to_each_of_them(
    make_market: MakeMarket, facts: dict[str, Any], path: tuple[str, ...]
) -> None:
    kin = [{"person": "bob", "relative": "bob", **facts}] if facts else []
    officers = seats("bob" if facts else "ann", HUB + 5)
    assert found(find_links(make_market(world(kin=kin, officers=officers)))) == [path]


def test_an_owner_of_one_company_who_has_many_seats_ties_it_to_them(make_market: MakeMarket) -> None:
    """The partner in the official's company runs the supplier: an interest, not a service."""
    owners = [{"owner": who, "company": "G", "share": 0.5} for who in ("ann", "dan")]
    facts = world(owners=owners, officers=seats("dan", HUB + 5))
    assert found(find_links(make_market(facts))) == [("owns", "owns", "officer")]


def test_a_hub_may_be_the_end_of_a_path(make_market: MakeMarket) -> None:
    firms = ["S", *(f"F{n}" for n in range(2 * MOST_NEIGHBOURS))]
    facts = world(owners=[{"owner": "ann", "company": firm, "share": 1} for firm in firms])
    assert found(find_links(make_market(facts))) == [("owns",)]


def test_sentences_name_nobody_and_findings_flag_both_ends(make_market: MakeMarket) -> None:
    facts = world(kin=[KIN], owners=[{"owner": "bob", "company": "S", "share": 1}])
    links = find_links(make_market(facts))
    assert links[0].text == (
        "official has a relative (brother) → person owns 100% → supplier. "
        "The supplier won one tender of the official's body, 100% of what it spent, while the office was held and the "
        "path stood."
    )
    (finding,) = link_findings(links, L01)
    assert finding.parties == tuple(sorted((node("ann", "p"), node("S"))))
    assert {(one.kind, one.id) for one in finding.about} == {("buyer", node("Ministry")), ("tender", node("T", "t"))}
    assert (finding.value, finding.threshold) == (2.0, 4.0)
    assert len(finding.evidence) == 3


# Kin by degree, bodies above, what was won


def kin_chain(length: int) -> dict[str, Any]:
    people = ["ann", "bob", "carl", "dan"][: length + 1]
    return {
        "kin": [{"person": a, "relative": b} for a, b in pairwise(people)],
        "owners": [{"owner": people[-1], "company": "S", "share": 1}],
    }


@pytest.mark.parametrize(
    ("degree", "kin", "linked"), [(2, 2, True), (3, 2, False), (3, 3, True), (1, 0, False), (1, 1, True)]
)
def test_kin_links_up_to_the_degree_that_is_asked_for(
    make_market: MakeMarket, degree: int, kin: int, linked: bool
) -> None:
    assert bool(find_links(make_market(world(**kin_chain(degree))), kin=kin)) == linked


AGENCY: dict[str, Any] = {
    "tenders": {"T": {**WON["T"], "buyer": "Agency"}},
    "owners": [OWNER, {"owner": "Ministry", "company": "Agency", "share": 0.5}],
}


def test_an_official_of_a_body_above_counts_for_less(make_market: MakeMarket) -> None:
    (link,) = find_links(make_market(world(**AGENCY)))
    assert (link.buyer, link.post.body) == (node("Agency"), node("Ministry"))
    assert link.score == pytest.approx(0.75 * 0.85 * ALL_SPENT)
    assert "body below the official's" in link.text


@pytest.mark.parametrize(
    "above", [{"share": 0.49}, {"share": 1, "until": date(2024, 2, 29)}, {"share": 1, "since": date(2024, 3, 2)}]
)
def test_a_body_is_above_while_it_controls_half_or_more(make_market: MakeMarket, above: dict[str, Any]) -> None:
    owners = [OWNER, {"owner": "Ministry", "company": "Agency", **above}]
    assert find_links(make_market(world(tenders=AGENCY["tenders"], owners=owners))) == []


def test_a_post_at_the_buyer_goes_before_one_above(make_market: MakeMarket) -> None:
    offices = [*OFFICE, {"person": "ann", "body": "Agency", "position": "head"}]
    (link,) = find_links(make_market(world(**AGENCY, offices=offices)))
    assert (link.post.body, link.post.position) == (node("Agency"), "head")
    assert link.score == pytest.approx(0.75 * ALL_SPENT)


def test_a_score_grows_with_what_was_won_and_with_its_share_of_the_spending(make_market: MakeMarket) -> None:
    def score(amount: int, others: int) -> float:
        tenders = {
            "T": {"buyer": "Ministry", "day": DAY, "bids": {"S": {"amount": amount, "won": True}}},
            "U": {"buyer": "Ministry", "day": DAY, "bids": {"Other": {"amount": others, "won": True}}},
            "V": {"buyer": "Council", "day": DAY, "bids": {"Other": {"amount": 100, "won": True}}},
        }
        (link,) = find_links(make_market(world(owners=[OWNER], tenders=tenders)))
        return link.score

    assert score(100, 100) == pytest.approx(0.75 * (0.6 + 0.2 * 0.5 + 0.2 * 0.5))
    assert 0.45 < score(100, 900) < score(100, 100) < score(200, 100) < score(100_000, 100) < 0.75


def test_sums_of_two_currencies_are_not_added(make_market: MakeMarket) -> None:
    def won(amount: int, currency: str) -> dict[str, Any]:
        bids = {"S": {"amount": amount, "won": True, "currency": currency}}
        return {"buyer": "Ministry", "day": DAY, "currency": currency, "bids": bids}

    tenders = {"A": won(5, "USD"), "B": won(100, "KZT"), "C": won(100, "KZT")}
    (link,) = find_links(make_market(world(owners=[OWNER], tenders=tenders)))
    assert (link.amount, link.currency, link.share) == (200.0, "KZT", 1.0)
    assert len(link.tenders) == 3


def test_the_post_is_proven_as_every_edge_is(make_market: MakeMarket) -> None:
    (link,) = find_links(make_market(world(owners=[OWNER])))
    assert link.post.document == document(f"offices {sorted(OFFICE[0].items(), key=str)}")
    assert link.documents == (link.path[0].document, link.post.document)
    assert link.post.procurement is True


# Against brute force


class Drawn:
    """A random small country: officials, firms, ties with times, and tenders won."""

    def __init__(self, name: str, seed: int) -> None:
        draw = random.Random(seed)
        self.officials = [f"{name} official {n}" for n in range(2)]
        people = [f"{name} person {n}" for n in range(3)]
        firms = [f"{name} firm {n}" for n in range(5)]
        self.bodies = [f"{name} body {n}" for n in range(2)]
        self.persons = [*self.officials, *people]
        self.facts: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.edges: list[tuple[str, str, date, date]] = []

        def span() -> tuple[date | None, date | None]:
            since = date(draw.randint(2018, 2023), 1, 1) if draw.random() < 0.5 else None
            until = (since or date(2019, 1, 1)) + timedelta(draw.randint(300, 1500)) if draw.random() < 0.5 else None
            return since, until

        def tie(kind: str, source: str, a: str, target: str, b: str, **more: Any) -> None:
            since, until = span()
            self.facts[kind].append({source: a, target: b, "since": since, "until": until, **more})
            self.edges.append((a, b, since or FIRST, until or LAST))

        for owner, firm in product([*self.persons, *firms, *self.bodies], firms):
            if owner != firm and draw.random() < 0.12:
                tie("owners", "owner", owner, "company", firm, share=draw.choice([0.1, 0.5, 1]))
        for person, firm in product(self.persons, firms):
            if draw.random() < 0.1:
                tie("officers", "person", person, "company", firm)
        for person, relative in combinations(self.persons, 2):
            if draw.random() < 0.3:
                tie("kin", "person", person, "relative", relative)
        holders = draw.sample([*self.persons, *firms], 3)
        self.facts["contacts"] = [{"party": party, "phone": f"{name} phone"} for party in holders]
        self.edges += [(party, f"phone:{name} phone".lower(), FIRST, LAST) for party in holders]
        for official in self.officials:
            since, until = span()
            self.facts["offices"].append(
                {"person": official, "body": draw.choice(self.bodies), "since": since, "until": until}
            )
        self.tenders = {
            f"{name} tender {n}": {
                "buyer": draw.choice(self.bodies),
                "day": date(draw.randint(2018, 2024), draw.randint(1, 12), 15),
                "bids": {draw.choice(firms): {"amount": 10, "won": True}},
            }
            for n in range(6)
        }

    def expected(self) -> dict[tuple[str, str, str], dict[tuple[str, ...], set[str]]]:
        """For each official, supplier and buyer the paths in nodes, and the tenders for which each stood."""
        graph = nx.MultiGraph()
        for a, b, since, until in self.edges:
            graph.add_edge(a, b, since=since, until=until)
        found: dict[tuple[str, str, str], dict[tuple[str, ...], set[str]]] = defaultdict(lambda: defaultdict(set))
        for office, (tender, said) in product(self.facts["offices"], self.tenders.items()):
            official, day, (supplier,) = office["person"], said["day"], said["bids"]
            held = (office["since"] or FIRST) <= day <= (office["until"] or LAST)
            if office["body"] != said["buyer"] or not held or official not in graph or supplier not in graph:
                continue
            open_nodes = [own for own in graph if own not in self.bodies]
            standing = nx.Graph(
                (a, b)
                for a, b, one in graph.subgraph(open_nodes).edges(data=True)
                if one["since"] <= day <= one["until"]
            )
            if official in standing and supplier in standing:
                for path in nx.all_simple_paths(standing, official, supplier, cutoff=MOST_HOPS):
                    if sum({a, b} <= set(self.persons) for a, b in pairwise(path)) <= 2:
                        found[official, supplier, said["buyer"]][tuple(path)].add(tender)
        return found


def test_search_from_both_ends_finds_what_brute_force_finds(make_market: MakeMarket) -> None:
    countries = [Drawn(f"C{seed}", seed) for seed in range(60)]
    facts: dict[str, Any] = {"persons": [], "tenders": {}}
    for one in countries:
        facts["persons"] += one.persons
        facts["tenders"] |= one.tenders
        for kind, told in one.facts.items():
            facts.setdefault(kind, []).extend(told)
    expected = {key: paths for one in countries for key, paths in one.expected().items()}
    persons = set(facts["persons"])
    keys = {node(key, "p" if key in persons else "o"): key for one in countries for key in (*one.persons, *one.bodies)}
    keys |= {node(key): key for one in facts["tenders"].values() for key in one["bids"]}
    keys |= {node(a, "p" if a in persons else "o"): a for one in countries for a, _, _, _ in one.edges}
    keys |= {
        node(b, "c" if ":" in b else "p" if b in persons else "o"): b for one in countries for _, b, _, _ in one.edges
    }
    keys |= {node(tender, "t"): tender for tender in facts["tenders"]}
    links = {
        (keys[link.official], keys[link.supplier], keys[link.buyer]): link for link in find_links(make_market(facts))
    }
    assert links.keys() == expected.keys()
    assert len(links) > 40
    assert {link.hops for link in links.values()} == {1, 2, 3, 4}
    for key, link in links.items():
        at, walked = link.official, [link.official]
        for step in link.path:
            at = step.target if at == step.source else step.source
            walked.append(at)
        path = tuple(keys[own] for own in walked)
        assert path in expected[key]
        assert {keys[tender] for tender in link.tenders} == expected[key][path]
        assert all(
            edge in {frozenset((a, b)) for one in countries for a, b, _, _ in one.edges}
            for edge in map(frozenset, pairwise(path))
        )
