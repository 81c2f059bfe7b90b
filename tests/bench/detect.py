"""Detecting in honest invented markets of three sizes: 1 M bids within 90 s and 4 GB are asked for."""

import json
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from tests.bench.measure import bidring, table

SIZES = (100_000, 300_000, 1_000_000)
BIDS_PER_TENDER = 5
_MAP = """\
format: bids
columns: {tender: tender, bidder: bidder, amount: amount, winner: winner, date: date, estimate: estimate,
          buyer: buyer, region: region, category: category}
constants: {currency: KZT, country: KZ, award_rule: lowest}
"""


def write_market(file: Path, bids: int, *, seed: int = 0) -> None:
    """A table of so many bids: firms bid by chance in their two markets, prices spread as cost and chance give."""
    rng = np.random.default_rng(seed)
    tenders = bids // BIDS_PER_TENDER
    firms, markets = max(200, bids // 50), max(4, bids // 5000)
    market = rng.integers(markets, size=tenders)
    estimate = np.round(np.exp(rng.normal(16, 1, tenders)), 2)
    first, second = rng.integers(markets, size=(2, firms))
    by_market = [np.flatnonzero((first == m) | (second == m)) for m in range(markets)]
    chosen = np.empty((tenders, BIDS_PER_TENDER), dtype=np.int64)
    for tender, place in enumerate(market):
        chosen[tender] = rng.choice(by_market[place], BIDS_PER_TENDER, replace=False)
    amount = np.round(estimate[:, None] * rng.normal(0.9, 0.06, (tenders, BIDS_PER_TENDER)), 2)
    number = np.arange(tenders)
    rows = pd.DataFrame(
        {
            "tender": np.repeat(number, BIDS_PER_TENDER),
            "bidder": chosen.ravel(),
            "amount": amount.ravel(),
            "winner": (amount == amount.min(axis=1, keepdims=True)).ravel().astype(int),
            "date": np.repeat(pd.Timestamp("2021-01-01") + pd.to_timedelta(number % 1400, unit="D"), BIDS_PER_TENDER),
            "estimate": np.repeat(estimate, BIDS_PER_TENDER),
            "buyer": np.repeat(number % max(20, tenders // 100), BIDS_PER_TENDER),
            "region": np.repeat(market % 17, BIDS_PER_TENDER),
            "category": np.repeat(market // 17, BIDS_PER_TENDER),
        }
    )
    rows.to_csv(file, index=False, date_format="%Y-%m-%d")


def main() -> None:
    """Print seconds and memory by size."""
    rows: list[list[object]] = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            here = Path(folder)
            write_market(here / "bids.csv", size)
            (here / "bids.yaml").write_text(_MAP, "utf-8")
            load = bidring(here / "home", "load", here / "bids.csv", "--map", here / "bids.yaml", "--json")
            detect = bidring(here / "home", "detect", "--json")
            answer = json.loads(detect.output)
            rows.append([size, load.seconds, load.memory, detect.seconds, detect.memory, answer["rings"]])
            print({step: round(seconds, 1) for step, seconds in answer["seconds"].items()})
    columns = ["bids", "load (s)", "load (MiB)", "detect (s)", "detect (MiB)", "rings found (none is there)"]
    table("bidring load and detect, honest markets", columns, rows)


if __name__ == "__main__":
    main()
