"""Rings measured: proven cartels, invented countries with planted rings and without, one setting for all.

`python -m tests.bench.detection [SEEDS]` prints what was asked for beside what came out. The proven cartels are read
from the shared data beside the project (or BIDRING_REAL_DATA), and skipped, saying so, where they are missing. Labels
are used for measuring alone. Twenty seeds take some ten minutes.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import Any

import pandas as pd

from api.demo import generate
from tests.bench.average_bids import BLOCKS, FIRMS, MAP, write_auctions
from tests.bench.measure import bidring, table

DATA = Path(os.environ.get("BIDRING_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data")
SEEDS = 20
Rows = list[list[object]]
Frame = pd.DataFrame


def main() -> None:
    """Print one table."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    rows: Rows = []
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        if (DATA / "cartels").is_dir():
            for cartel in (okinawa, ohio, ticino):
                rows += cartel(here)
        else:
            print(f"SKIPPED: no proven cartels at {DATA / 'cartels'}", file=sys.stderr)
        rows += planted(here, seeds)
        rows += honest(here, seeds)
        rows += average(here, max(seeds // 4, 1))
    table("Rings, unsupervised, one setting", ["data", "measure", "came out", "asked"], rows)


def okinawa(here: Path) -> Rows:
    """Road works 2003 to 2007: firms by their own label; its tenders against later ones of its firms."""
    home, bids = _loaded(here, "okinawa", "okinawa_bids.csv")
    firms = bids.groupby("Competitors")["Collusive_competitor_original"].max().astype(int)
    by_firm = _evaluated(home, "firm", firms)
    held = bids.groupby("Tender").agg(
        label=("Collusive_competitor", "max"), late=("Period investigation by JFTC", lambda one: one.iloc[0] != EARLY)
    )
    share = bids["Competitors"].map(firms).groupby(bids["Tender"]).mean()
    tenders = held["label"].astype(int)[(held["label"] == 1) | (held["late"] & (share >= 0.5))]
    by_tender = _evaluated(home, "tender", tenders)
    rings = json.loads(bidring(home, "rings", "--json").output)
    return [
        ["Okinawa", "rank of the cartel's ring", by_firm["best_ring_rank"], "1"],
        ["", "its F1", _said(by_firm["best_ring_f1"]), ">= .82"],
        ["", "ROC-AUC of firms", _said(by_firm["roc_auc"]), ">= .93"],
        ["", "P@20 of firms", _said(by_firm["precision_at_20"]), ">= .95"],
        ["", "rings reported", len(rings), ""],
        ["", f"ROC-AUC of {len(tenders)} tenders", _said(by_tender["roc_auc"]), ">= .95"],
    ]


EARLY = "pre-inspection"


def ohio(here: Path) -> Rows:
    """School milk 1980 to 1990: three firms."""
    home, bids = _loaded(here, "ohio", "ohio_milk_bids.csv")
    firms = bids.groupby("firm")["is_cartel_firm"].max().astype(int)
    found = _evaluated(home, "firm", firms)
    exact = found["best_ring_f1"] == 1
    return [
        ["Ohio milk", "rank of the ring of exactly the three", found["best_ring_rank"] if exact else "none", "1"],
        ["", "ROC-AUC of firms", _said(found["roc_auc"]), ""],
    ]


def ticino(here: Path) -> Rows:
    """Asphalt 1999 to 2006, without firms' ids."""
    home, bids = _loaded(here, "ticino", "ticino_bids.csv")
    found = _evaluated(home, "tender", bids.groupby("Tender")["Collusive_competitor"].max().astype(int))
    return [["Ticino", f"ROC-AUC of {found['scored']} tenders", _said(found["roc_auc"]), ">= .86"]]


def planted(here: Path, seeds: int) -> Rows:
    """Countries of 4,000 tenders with eight rings each, of four kinds."""
    found, kinds, honest_firms = [], dict[str, list[int]](), 0
    for seed in range(1, seeds + 1):
        home = here / f"demo{seed}"
        answer = json.loads(bidring(home, "demo", "--seed", str(seed), "--no-serve", "--json").output)
        rings = answer["planted"]["rings"]
        member = {firm: str(number) for number, ring in enumerate(rings) for firm in ring["members"]}
        bidders = [row["firm"] for row in json.loads(bidring(home, "firms", "--json").output)]
        named = pd.Series({firm: member.get(firm, "") for firm in bidders})
        found.append(_evaluated(home, "ring", named, column="ring"))
        honest_firms += len(bidders) - len(member)
        for kind, one in answer["found"]["rings"]["by_kind"].items():
            counts = kinds.setdefault(kind, [0, 0])
            counts[0] += one["found"]
            counts[1] += one["planted"]
        _tell("with rings", seed)
    by_kind = ", ".join(f"{kind} {got}/{of}" for kind, (got, of) in sorted(kinds.items()))
    true, reported = _true(found), sum(one["reported_rings"] for one in found)
    return [
        [f"demo, {seeds} seeds", "rings found", _said(_share(found, "found", "known_rings")), ">= .90"],
        ["", by_kind, "", ""],
        ["", "rings reported that were planted", _said(true / reported if reported else None), ">= .90"],
        ["", "ARI over firms", _said(mean(one["ari"] for one in found)), ""],
        ["", "false rings per 1,000 honest firms", _said(1000 * (reported - true) / honest_firms), "<= 1"],
    ]


def honest(here: Path, seeds: int) -> Rows:
    """The same countries without a ring."""

    def files(folder: Path, seed: int) -> tuple[list[str], str | None]:
        generate(folder, seed=seed, rings=False)
        return [str(folder / name) for name in ("ocds", "bods", "registers")], None

    quiet = _quiet(here, "honest", seeds, files)
    return [[f"demo without rings, {seeds} seeds", "countries without a ring", quiet, f">= {round(0.9 * seeds)}"]]


def average(here: Path, seeds: int) -> Rows:
    """Average-bid auctions with seventy bidders, three blocks or none."""
    found = []
    named = {f"F{firm}": str(number) for number, block in enumerate(BLOCKS) for firm in block}
    labels = pd.Series({f"F{firm}": named.get(f"F{firm}", "") for firm in range(FIRMS)})
    for seed in range(1, seeds + 1):
        home, (paths, mapping) = here / f"blocks{seed}", _auctions(here / f"blocks{seed}-files", seed, blocks=True)
        _detected(home, paths, mapping)
        found.append(_evaluated(home, "ring", labels, column="ring"))
        _tell("average-bid auctions", seed)
    quiet = _quiet(here, "averages", seeds, lambda folder, seed: _auctions(folder, seed, blocks=False))
    true, reported = _true(found), sum(one["reported_rings"] for one in found)
    return [
        [f"average-bid auctions, {seeds} seeds", "blocks found", _said(_share(found, "found", "known_rings")), ""],
        ["", "rings reported that were blocks", _said(true / reported if reported else None), ""],
        ["", "countries without blocks: without a ring", quiet, ""],
    ]


def _auctions(folder: Path, seed: int, *, blocks: bool) -> tuple[list[str], str | None]:
    folder.mkdir(parents=True, exist_ok=True)
    write_auctions(folder / "bids.csv", seed=seed, blocks=blocks)
    (folder / "map.yaml").write_text(MAP, "utf-8")
    return [str(folder / "bids.csv")], str(folder / "map.yaml")


def _quiet(here: Path, name: str, seeds: int, files: Callable[[Path, int], tuple[list[str], str | None]]) -> int:
    """How many of the countries raise no ring."""
    quiet = 0
    for seed in range(1, seeds + 1):
        home = here / f"{name}{seed}"
        paths, mapping = files(here / f"{name}{seed}-files", seed)
        _detected(home, paths, mapping)
        quiet += not json.loads(bidring(home, "rings", "--json").output)
        _tell(name, seed)
    return quiet


def _loaded(here: Path, name: str, file: str) -> tuple[Path, Frame]:
    path = DATA / "cartels" / file
    _detected(here / name, [str(path)], str(DATA / "maps" / f"{name}.yaml"))
    _tell(name, "")
    return here / name, pd.read_csv(path, dtype={"Tender": str, "Competitors": str})


def _detected(home: Path, paths: list[str], mapping: str | None) -> None:
    bidring(home, "load", *paths, *(("--map", mapping) if mapping else ()), "--json")
    bidring(home, "detect", "--json")


def _evaluated(home: Path, unit: str, labels: "pd.Series[Any]", *, column: str = "label") -> dict[str, Any]:
    file = home / f"{unit}.csv"
    labels.rename_axis("id").rename(column).to_csv(file)
    found: dict[str, Any] = json.loads(bidring(home, "evaluate", file, "--unit", unit, "--json").output)
    return found


def _share(found: list[dict[str, Any]], part: str, whole: str) -> float:
    return sum(one[part] for one in found) / sum(one[whole] for one in found)


def _true(found: list[dict[str, Any]]) -> int:
    """How many reported rings were planted."""
    return sum(round((one["ring_precision"] or 0) * one["reported_rings"]) for one in found)


def _said(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"


def _tell(what: str, seed: object) -> None:
    print(f"  {what} {seed}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
