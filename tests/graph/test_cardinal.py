"""Cardinal's answers over the same releases: the oracle for the rules that both have."""

import configparser
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from graph.findings import find_flags
from graph.market import Market
from graph.rules import Rules
from ingest.load import LoadOptions, load
from ingest.store import open_record_store

COMMON = ("R018", "R024", "R028", "R030", "R035", "R036")


@pytest.fixture(scope="module")
def oracle(real_data: Path) -> dict[str, set[str]]:
    """The OCIDs that Cardinal flags, by code."""
    flagged = json.loads((real_data / "cardinal" / "results.json").read_text("utf-8"))["OCID"]
    return {code: {ocid for ocid, said in flagged.items() if code in said} for code in COMMON}


@pytest.fixture(scope="module")
def market(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    url = f"duckdb:///{tmp_path_factory.mktemp('cardinal')}/records.duckdb"
    with closing(open_record_store(url, write=True)) as store:
        report = load(store, [str(real_data / "cardinal" / "releases.jsonl.gz")], LoadOptions(strict=True))
        assert report.total("loaded") == 2000
        yield Market(store)


def settings_of(folder: Path) -> dict[str, Any]:
    """What Cardinal's settings say about the rules that both have, as a rules file says it."""
    parser = configparser.ConfigParser()
    parser.read_string("[global]\n" + (folder / "settings.ini").read_text("utf-8"))
    return {
        code: {name: float(value) for name, value in parser[code].items()}
        for code in COMMON
        if parser.has_section(code)
    }


@pytest.mark.parametrize("code", COMMON)
def test_flags_the_processes_that_cardinal_flags(
    code: str, market: Market, oracle: dict[str, set[str]], real_data: Path
) -> None:
    rules = Rules().configured(settings_of(real_data / "cardinal"))
    own = {row["node"]: row["own_id"] for row in market.tenders.select("node", "own_id").to_pyarrow().to_pylist()}
    found = find_flags(market, [rule for rule in rules.indicators if rule.code == code])
    assert oracle[code], f"the oracle has no {code}"
    assert {own[one.id] for finding in found for one in finding.about if one.kind == "tender"} == oracle[code]
