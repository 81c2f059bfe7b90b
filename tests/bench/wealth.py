"""Planted enrichment against what is found, over generated countries.

python -m tests.bench.wealth [--tenders N] [--countries N]
"""

import argparse
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from api.demo import generate
from graph.answers.wealth import enriched_documents
from graph.market import Market
from graph.wealth.find import find_enriched
from graph.wealth.rule import Settings
from ingest.load import LoadOptions, load
from ingest.store import open_record_store


def country(seed: int, tenders: int, counts: Counter[str]) -> None:
    """Add what was planted in one country, and what was found of it and beside it, to the counts."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        planted = generate(folder / "demo", tenders=tenders, seed=seed).enriched
        with closing(open_record_store(f"duckdb:///{folder}/records.duckdb", write=True)) as store:
            load(store, [str(folder / "demo" / "registers")], LoadOptions(strict=True))
            market = Market(store)
            started = time.perf_counter()
            found = enriched_documents(market, find_enriched(market.records, Settings()), restricted=False)
            counts["milliseconds"] += round(1000 * (time.perf_counter() - started))
    ids = {one["official"] for one in found}
    counts.update(f"{one.kind} planted" for one in planted)
    counts.update(f"{one.kind} found" for one in planted if one.official in ids)
    counts["not planted"] += len(ids - {one.official for one in planted})


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tenders", type=int, default=4000)
    parser.add_argument("--countries", type=int, default=20)
    given = parser.parse_args()
    counts: Counter[str] = Counter()
    for seed in range(1, given.countries + 1):
        country(seed, given.tenders, counts)
    print(f"{given.countries} countries of {given.tenders} tenders")
    for kind in sorted(name.removesuffix(" planted") for name in counts if name.endswith(" planted")):
        if kind != "not":
            print(f"{kind:<12} {counts[f'{kind} found']:>4} of {counts[f'{kind} planted']:>4} found")
    print(f"found beside {counts['not planted']:>4}")
    print(f"{counts['milliseconds'] / given.countries:.0f} ms a country")


if __name__ == "__main__":
    main()
