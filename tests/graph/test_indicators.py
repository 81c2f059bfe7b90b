"""Every red flag against its fixture in ``tests/fixtures/graph``, and what all rules promise."""

import dataclasses
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from brief import MakeMarket, market_of

from graph.finding import Finding
from graph.findings import find_flags
from graph.indicators import INDICATORS
from graph.indicators.rule import Indicator, Rule
from graph.market import Market
from graph.rules import Rules
from ingest.store import open_record_store

FIXTURES = Path(__file__).parents[1] / "fixtures" / "graph"
ACCUSES = re.compile(r"fraud|guilt|corrupt|criminal|illegal|cheat|brib", re.IGNORECASE)

ALL_OWNED = ("on the day of the sale", "no day", "owner of ten", "control without a share")
LOWER = ("quarter", "less", "chain", "weak chain", "beneficial without a share")
by_code = pytest.mark.parametrize("rule", INDICATORS, ids=lambda rule: rule.code)
every_rule = pytest.mark.parametrize("rule", Rules().all, ids=lambda rule: rule.code)


def fixture(rule: Indicator) -> dict[str, Any]:
    path = FIXTURES / f"{rule.code}.yaml"
    assert path.is_file(), f"{rule.code} has no fixture {path.name}"
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return found


def names(market: Market) -> dict[str, str]:
    rows = [*market.parties.select("id", "own_id").to_pyarrow().to_pylist()]
    rows += market.tenders.select("own_id", id="node").to_pyarrow().to_pylist()
    return {row["id"]: row["own_id"] for row in rows}


def about(finding: Finding, kind: str, name: dict[str, str]) -> list[str]:
    return sorted(name[one.id] for one in finding.about if one.kind == kind)


@dataclass(frozen=True)
class Seen:
    """A rule's fixture, its market and what the rule finds there."""

    given: dict[str, Any]
    market: Market
    found: list[Finding]
    name: dict[str, str]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Indicator], Seen]]:
    """What a rule finds in its fixture, looked at once by each worker."""
    kept: dict[str, Seen] = {}
    with ExitStack() as stack:

        def look(rule: Indicator) -> Seen:
            if rule.code not in kept:
                given = fixture(rule)
                shipped = next(one for one in INDICATORS if one.code == rule.code)
                url = f"duckdb:///{tmp_path_factory.mktemp(rule.code)}/records.duckdb"
                market = market_of(stack.enter_context(closing(open_record_store(url, write=True))), given)
                kept[rule.code] = Seen(given, market, find_flags(market, [shipped]), names(market))
            return kept[rule.code]

        yield look


@by_code
def test_flags_exactly_what_its_fixture_says(rule: Indicator, seen: Callable[[Indicator], Seen]) -> None:
    case = seen(rule)
    found = list(case.found)
    for expected in case.given["flagged"]:
        like = [one for one in found if says(one, expected, case.name)]
        assert len(like) == 1, f"not flagged as the fixture says: {expected}"
        assert like[0].value == pytest.approx(expected["value"], abs=1e-9)
        found.remove(like[0])
    assert [(sorted(case.name[party] for party in one.parties), about(one, "tender", case.name)) for one in found] == []


def says(finding: Finding, expected: dict[str, Any], name: dict[str, str]) -> bool:
    """Whether a finding is the one that a line of a fixture means."""
    given = {
        "parties": sorted(name[party] for party in finding.parties),
        "tenders": about(finding, "tender", name),
        "buyer": about(finding, "buyer", name),
    }
    wanted = {**expected, "buyer": [expected.get("buyer")]}
    return all(given[key] == sorted(wanted[key]) for key in given if key in expected)


@by_code
def test_fixture_has_flagged_and_excluded_tenders(rule: Indicator) -> None:
    given = fixture(rule)
    flagged = {name for one in given["flagged"] for name in one.get("tenders", ())}
    assert given["flagged"]
    assert set(given["tenders"]) - flagged


@by_code
def test_findings_carry_what_the_architecture_asks(rule: Indicator, seen: Callable[[Indicator], Seen]) -> None:
    found = seen(rule).found
    documents = set(seen(rule).market.records.store.table("documents").document.to_list())
    assert [one.id for one in found] == sorted({one.id for one in found})
    for one in found:
        assert re.fullmatch(rf"{rule.code}-[0-9a-f]{{16}}", one.id)
        assert list(one.parties) == sorted(set(one.parties))
        assert one.evidence
        assert set(one.evidence) <= documents
        assert one.threshold == rule.settings.threshold
        assert one.unit == rule.unit


@by_code
def test_sentences_hold_numbers_and_accuse_nobody(rule: Indicator, seen: Callable[[Indicator], Seen]) -> None:
    for one in seen(rule).found:
        assert re.search(r"\d|Only one", one.text)
        assert not re.search(
            r"None|nan|[{}]|\(s\)|\b1 (\w+ )?(tender|bidder|owner)s|\b[02-9] (tender|bidder|owner)\b", one.text
        )
        assert not ACCUSES.search(one.text)


def test_find_nothing_where_there_is_nothing_to_see(make_market: MakeMarket) -> None:
    assert find_flags(make_market({"tenders": {"T1": {}}}), INDICATORS) == []


@every_rule
def test_rules_say_what_they_are(rule: Rule) -> None:
    said = rule.as_document()
    for name in ("title", "rule", "source", "unit", "innocent"):
        assert len(said[name]) >= 4, name
    assert re.fullmatch(r"\d+\.\d+\.\d+", rule.version)
    assert rule.rule.endswith(".")
    assert rule.innocent.endswith(".")
    assert isinstance(said["threshold"], float)
    assert said["settings"]["threshold"] == said["threshold"]
    assert 0 < rule.weight <= 1


@every_rule
def test_rules_accuse_nobody(rule: Rule) -> None:
    text = " ".join((rule.title, rule.rule, rule.innocent, getattr(rule, "text", "")))
    # "OCP ... in Public Procurement" is a source, so sources are not searched.
    assert not ACCUSES.search(text)


def test_registry_is_in_the_order_of_codes_and_holds_each_once() -> None:
    codes = [rule.code for rule in INDICATORS]
    assert codes == sorted(set(codes))


def test_every_fixture_belongs_to_a_rule() -> None:
    assert {path.stem for path in FIXTURES.glob("*.yaml")} <= {rule.code for rule in INDICATORS}


def test_every_indicator_file_is_in_the_registry() -> None:
    folder = Path(__file__).parents[2] / "graph" / "indicators"
    assert {path.stem.partition("_")[0].upper() for path in folder.glob("[a-z][0-9]*.py")} == {
        rule.code for rule in INDICATORS
    }


@pytest.mark.parametrize(
    ("code", "settings", "flagged"),
    [
        ("L05", {"threshold": 0.6}, {"a chain of sixty per cent", "a phoenix", "the board", "a circle"}),
        ("L05", {"threshold": 0.5001}, {"a chain of sixty per cent", "a phoenix", "the board", "a circle"}),
        ("R018", {"procurement_methods": "limited|direct"}, {"limited", "direct"}),
        ("R024", {"threshold": 0.0004}, {"equal"}),
        ("R024", {"threshold": 0.0005}, {"equal", "close", "behind a disqualified one"}),
        ("R028", {"threshold": 3}, {"three"}),
        ("R030", {"threshold": 2}, {"two hours late"}),
        ("R030", {"threshold": 2.0001}, set()),
        ("R032", {"share": 0.26}, {"half", "half again", *ALL_OWNED}),
        ("R032", {"share": 0.24}, {*LOWER, "half", "half again", *ALL_OWNED}),
        ("R035", {"threshold": 2}, {"two others"}),
        ("R036", {"threshold": 0.25}, {"dearer", "written otherwise", "a valid loser between"}),
    ],
)
def test_thresholds_of_a_rules_file_apply_and_are_inclusive(
    code: str, settings: dict[str, Any], flagged: set[str], seen: Callable[[Indicator], Seen]
) -> None:
    (rule,) = [one for one in Rules().configured({code: settings}).indicators if one.code == code]
    case = seen(rule)
    found = find_flags(case.market, [rule])
    assert all(one.threshold == rule.settings.threshold for one in found)
    assert {tender for one in found for tender in about(one, "tender", case.name)} == flagged


def test_ids_stay_with_a_minor_version_and_change_with_a_major_one(make_market: MakeMarket) -> None:
    market = make_market({"tenders": {"T1": {"bids": {"A": 100, "B": 100}}}})
    (rule,) = [one for one in INDICATORS if one.code == "R028"]
    ids = [
        find_flags(market, [dataclasses.replace(rule, version=version)])[0].id
        for version in ("1.0.0", "1.9.3", "2.0.0")
    ]
    assert ids[0] == ids[1] != ids[2]


def test_two_lots_of_a_tender_flagged_for_the_same_firms_have_an_id_each(make_market: MakeMarket) -> None:
    market = make_market({"tenders": {"T1": {"bids": {"A": 100, "B": 100}}}})
    (rule,) = [one for one in INDICATORS if one.code == "R028"]
    (single,) = find_flags(market, [rule])
    twice = dataclasses.replace(rule, find=lambda *asked: rule.find(*asked).union(rule.find(*asked)))
    both = [one.id for one in find_flags(market, [twice])]
    assert len(set(both)) == 2
    assert single.id in both, "the id of one that stood alone stays"
