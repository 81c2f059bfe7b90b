"""``learn`` on a small home: what it prints, what it writes, what it refuses."""

import csv
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli import run
from api.commands.learn import LEFT_OUT, MEANINGS, RINGS
from tests.api.conftest import Bidring, load_bids

TENDERS = {f"T{number:03}": number % 8 < 4 for number in range(96)}
"""Which of the tenders are rigged."""
NAMES = [f"{town}-{firm}" for town in range(12) for firm in range(5)]


def firms_of(number: int) -> list[str]:
    """Four of the five firms of a town, the first of which wins half of what it bids for."""
    return [f"{number % 12}-{firm}" for firm in range(5) if firm != 1 + number // 12 % 4]


def bid_rows() -> list[str]:
    """Rigged tenders have close bids, honest ones do not."""
    draw, rows = random.Random(4), ["tender,bidder,amount,winner,date"]
    for number, (tender, rigged) in enumerate(TENDERS.items()):
        bids = [round(draw.gauss(1000, 12 if rigged else 90), 2) for _ in range(4)]
        best = min(bids)
        for firm, bid in zip(firms_of(number), sorted(bids, key=lambda _bid: draw.random()), strict=True):
            rows.append(f"{tender},{firm},{bid},{int(bid == best)},2024-{1 + number % 12:02}-{1 + number % 28:02}")
    return rows


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A detected home of 96 tenders in twelve towns."""
    folder = tmp_path_factory.mktemp("learn")
    (folder / "bids.csv").write_text("\n".join(bid_rows()) + "\n", "utf-8")
    assert run([str(one) for one in load_bids(folder)]) == 0
    assert run(["--home", str(folder / "home"), "detect"]) == 0
    return folder / "home"


Labels = Callable[[dict[str, bool]], Path]


@pytest.fixture
def labels(tmp_path: Path) -> Labels:
    """Writes labels into a file."""

    def write(found: dict[str, bool]) -> Path:
        rows = [f"{own},{int(label)}" for own, label in found.items()]
        (tmp_path / "labels.csv").write_text("\n".join(["id,label", *rows]) + "\n", "utf-8")
        return tmp_path / "labels.csv"

    return write


def test_close_bids_are_learnt_and_written_with_their_reasons(
    bidring: Bidring, home: Path, labels: Labels, tmp_path: Path
) -> None:
    out = tmp_path / "scores.csv"
    known = {own: label for own, label in TENDERS.items() if own != "T095"} | {"T999": True}
    called = bidring("--home", home, "learn", labels(known), "--unit", "tender", "--out", out, "--json")
    assert (called.status, called.err) == (0, "")
    found = called.document
    assert found["roc_auc"] > 0.9
    assert (found["labelled"], found["used"]) == (96, 95)
    assert found["left_out"] == {"no_features": 1, "no_bidders": 0, "no_fold": 0}
    assert {one["feature"] for one in found["features"]} >= {"CV", "SPD", "number_of_bids"}
    assert "price_to_estimate" not in {one["feature"] for one in found["features"]}, "no tender has an estimate"
    with out.open(encoding="utf-8", newline="") as handle:
        rows = {row["id"]: row for row in csv.DictReader(handle)}
    assert [*rows] == [*TENDERS]
    assert (rows["T095"]["label"], rows["T095"]["fold"]) == ("", "")
    assert {row["label"] for own, row in rows.items() if own != "T095" and TENDERS[own]} == {"1"}
    assert all(0 < float(row["probability"]) < 1 and row["why"].count("; ") == 2 for row in rows.values())


def test_the_table_shows_every_number_with_its_meaning(bidring: Bidring, home: Path, labels: Labels) -> None:
    called = bidring("--home", home, "learn", labels({**TENDERS, "T999": True}), "--unit", "tender")
    assert (called.status, called.err) == (0, "")
    for name, meaning in MEANINGS.items():
        assert any(line.startswith(name) and meaning in line for line in called.out.splitlines()), name
    assert "low values speak for the label" in called.out
    assert f"Left out: 1 of 97 labelled {LEFT_OUT['no_features']}." in called.out
    assert called.out.endswith("A probability indicates; a person decides.\n")


def test_firms_are_learnt_by_how_they_bid(bidring: Bidring, home: Path, labels: Labels) -> None:
    known = {firm: firm.endswith("-0") for firm in NAMES}
    shown = bidring("--home", home, "learn", labels(known), "--unit", "firm")
    assert shown.out.endswith(f"{RINGS}\nA probability indicates; a person decides.\n")
    found = bidring("--home", home, "learn", labels(known), "--unit", "firm", "--json").document
    assert (found["unit"], found["used"], found["positives"], found["folds"]) == ("firm", 60, 12, 5)
    assert found["roc_auc"] > 0.9, "the first firm of a town bids for all its tenders"


def test_a_file_that_exists_is_left_as_it_is(bidring: Bidring, home: Path, labels: Labels, tmp_path: Path) -> None:
    out = tmp_path / "mine.csv"
    out.write_text("mine", "utf-8")
    called = bidring("--home", home, "learn", labels(TENDERS), "--unit", "tender", "--out", out)
    assert (called.status, called.out, called.err.count("\n")) == (2, "", 1)
    assert f"{out} exists already" in called.err
    assert out.read_text("utf-8") == "mine"


def test_a_file_that_cannot_be_made_is_named(bidring: Bidring, home: Path, labels: Labels, tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "scores.csv"
    called = bidring("--home", home, "learn", labels(TENDERS), "--unit", "tender", "--out", out)
    assert (called.status, called.out, called.err) == (2, "", f"bidring: {out}: no such file or directory\n")


def test_labels_that_are_too_few_and_files_that_are_missing_are_one_plain_line(
    bidring: Bidring, home: Path, labels: Labels, tmp_path: Path
) -> None:
    few = labels({own: TENDERS[own] for own in [*TENDERS][:12]})
    for path, says in ((few, "too few labels"), (tmp_path / "no.csv", str(tmp_path / "no.csv"))):
        called = bidring("--home", home, "learn", path, "--unit", "tender")
        assert (called.status, called.out, called.err.count("\n")) == (2, "", 1)
        assert says in called.err


def test_bids_without_bidders_are_refused_for_either_unit(bidring: Bidring, labels: Labels, tmp_path: Path) -> None:
    rows = [",".join(row.split(",")[:1] + row.split(",")[2:]) for row in bid_rows()]
    (tmp_path / "bids.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (tmp_path / "bids.yaml").write_text(
        "format: bids\ncolumns: {tender: tender, amount: amount, winner: winner, date: date}\n", "utf-8"
    )
    home = tmp_path / "home"
    assert bidring("--home", home, "load", tmp_path / "bids.csv", "--map", tmp_path / "bids.yaml").status == 0
    assert bidring("--home", home, "detect").status == 0
    for unit in ("tender", "firm"):
        called = bidring("--home", home, "learn", labels(TENDERS), "--unit", unit)
        assert (called.status, called.out, called.err.count("\n")) == (2, "", 1)
        assert "the records name no bidders" in called.err


def test_the_help_says_who_decides_and_that_numbers_are_firm_disjoint(bidring: Bidring) -> None:
    shown = " ".join(bidring("learn", "--help").out.split())
    assert "A probability indicates; a person decides." in shown
    assert "Only firm-disjoint numbers are given" in shown
