"""Real records: a market without collusion by common owners, two proven cartels, a regulated price floor."""

import csv
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from graph.answers import Answers
from graph.detect import Stores, detect, supplier_slots
from graph.findings import find_flags
from graph.generation import Generation, GenerationWriter
from graph.indicators import INDICATORS
from graph.market import Market
from graph.rules import Rules
from graph.store import graph_engine
from ingest.load import LoadOptions, load
from ingest.mapping import read_mapping
from ingest.store import open_record_store

LEAST_OKINAWA = 0.80
LEAST_OHIO = 0.90


@dataclass(frozen=True)
class Detected:
    facts: dict[str, Any]
    rings: list[set[str]]
    codes: set[str]


@pytest.fixture(scope="module")
def detected(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Detected]:
    """Loads paths, with a map where one is given, and detects."""

    def run(*paths: Path, mapping: Path | None = None) -> Detected:
        folder = tmp_path_factory.mktemp("real")
        url = f"duckdb:///{folder}/records.duckdb"
        options = LoadOptions(mapping=read_mapping(str(mapping)) if mapping else None)
        with closing(open_record_store(url, write=True)) as store:
            load(store, [str(path) for path in paths], options)
        with (
            closing(open_record_store(url)) as store,
            closing(graph_engine(f"ladybug:///{folder}/graph").open(1, write=True)) as graph,
        ):
            facts = detect(Stores(store, graph, GenerationWriter(folder / "generation.duckdb")), Rules())
        with closing(Generation(folder / "generation.duckdb", 1)) as generation:
            rings = Answers(generation).rings(everything=True)
            return Detected(
                facts, [{member["id"] for member in ring["members"]} for ring in rings], set(facts["findings"])
            )

    return run


def labelled(path: Path, firm: str, label: str) -> tuple[set[str], set[str]]:
    """All firms of a table, and those with the label on any row."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = [(row[firm], row[label].strip().lower() in ("1", "1.0", "true")) for row in csv.DictReader(handle)]
    return {own for own, _ in rows}, {own for own, said in rows if said}


def f1(found: set[str], wanted: set[str]) -> float:
    return 2 * len(found & wanted) / (len(found) + len(wanted))


def test_every_british_supplier_joins_to_an_owned_company_and_no_two_tenderers_are_under_common_control(
    real_data: Path, tmp_path: Path
) -> None:
    folders = (real_data / "ocds" / "uk_contracts_finder", real_data / "bods" / "uk_contracts_finder_owners")
    with closing(open_record_store(f"duckdb:///{tmp_path}/records.duckdb", write=True)) as store:
        load(store, [str(folder) for folder in folders], LoadOptions())
        market = Market(store)
        assert supplier_slots(market) == {"slots": 204, "owned": 204}
        assert market.holdings.count().execute() > 200
        held = market.tied_meetings.filter(market.tied_meetings.kind.isin(["owner", "parent"]))
        assert held.count().execute() == 0
        assert find_flags(market, [rule for rule in INDICATORS if rule.code in ("R032", "R033")]) == []


def test_the_cartel_of_okinawa_is_a_candidate(real_data: Path, detected: Callable[..., Detected]) -> None:
    table = real_data / "cartels" / "okinawa_bids.csv"
    found = detected(table, mapping=real_data / "maps" / "okinawa.yaml")
    firms, cartel = labelled(table, "Competitors", "Collusive_competitor_original")
    assert {member for ring in found.rings for member in ring} <= firms
    assert max(f1(ring, cartel) for ring in found.rings) >= LEAST_OKINAWA


def test_the_three_dairies_of_ohio_are_a_candidate(real_data: Path, detected: Callable[..., Detected]) -> None:
    table = real_data / "cartels" / "ohio_milk_bids.csv"
    maps = [path for path in (real_data / "maps").glob("*.yaml") if "firm" in path.read_text("utf-8")]
    found = detected(table, mapping=maps[0])
    _, cartel = labelled(table, "firm", "is_cartel_firm")
    assert len(cartel) == 3
    assert max(f1(ring, cartel) for ring in found.rings) >= LEAST_OHIO


def test_identical_bids_at_the_kazakh_floor_are_no_flag_where_the_map_states_it(
    real_data: Path, detected: Callable[..., Detected], tmp_path: Path
) -> None:
    table, mapping = real_data / "goszakup" / "final_protocol_bids.csv", real_data / "maps" / "protocol.yaml"
    assert "R028" not in detected(table, mapping=mapping).codes
    told = yaml.safe_load(mapping.read_text("utf-8"))
    del told["constants"]["floor"]
    silent = tmp_path / "protocol.yaml"
    silent.write_text(yaml.safe_dump(told), "utf-8")
    assert detected(table, mapping=silent).facts["findings"]["R028"] == 2
