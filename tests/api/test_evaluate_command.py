"""``evaluate``: known cases against the demo country and against two small tenders."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.conftest import Bidring
from tests.conftest import Demo


@pytest.fixture
def labels(demo: Demo, bidring: Bidring, tmp_path: Path) -> Path:
    """A folder with what was planted in the demo country as labels of firms, pairs and rings."""
    firms = [one["firm"] for one in bidring("--home", demo.home, "firms", "--json").document]
    ring_of = {firm: f"ring {place}" for place, ring in enumerate(demo.planted.rings) for firm in ring.members}
    rows = [f"{firm},{ring_of.get(firm, '')}" for firm in firms]
    (tmp_path / "ring.csv").write_text("\n".join(["id,ring", *rows]), "utf-8")
    rows = [f"{firm},{int(firm in ring_of)}" for firm in firms]
    (tmp_path / "firm.csv").write_text("\n".join(["id,label", *rows, "nobody,0"]), "utf-8")
    pairs = bidring("--home", demo.home, "pairs", "--json").document
    both = [(one["a"], one["b"], ring_of.get(one["a"], "a") == ring_of.get(one["b"], "b")) for one in pairs]
    (tmp_path / "pair.csv").write_text("\n".join(["a,b,label", *(f"{a},{b},{same}" for a, b, same in both)]), "utf-8")
    return tmp_path


def test_firms_of_planted_rings_are_told_from_the_others(bidring: Bidring, demo: Demo, labels: Path) -> None:
    called = bidring("--home", demo.home, "evaluate", labels / "firm.csv", "--unit", "firm", "--json")
    assert (called.status, called.err) == (0, "")
    found = called.document
    firms = bidring("--home", demo.home, "firms", "--json").document
    members = {firm for ring in demo.planted.rings for firm in ring.members}
    assert (found["labelled"], found["known"], found["unknown"]) == (len(firms) + 1, len(firms), 1)
    assert (found["scored"], found["unscored"], found["positives"]) == (len(firms), 0, len(members))
    first = [one["firm"] for one in sorted(firms, key=lambda one: (-one["score"], one["firm"]))[:20]]
    assert found["precision_at_20"] == sum(firm in members for firm in first) / 20
    above = {one["firm"] for one in firms if one["score"] >= found["threshold"]}
    innocent = {one["firm"] for one in firms} - members
    balanced = (len(members & above) / len(members) + len(innocent - above) / len(innocent)) / 2
    assert found["balanced_accuracy"] == pytest.approx(balanced)
    assert found["roc_auc"] > 0.9
    rings = bidring("--home", demo.home, "rings", "--json").document
    assert found["reported_rings"] == len(rings)


def test_planted_rings_are_found_as_the_list_of_rings_shows_them(bidring: Bidring, demo: Demo, labels: Path) -> None:
    called = bidring("--home", demo.home, "evaluate", labels / "ring.csv", "--unit", "ring", "--json")
    assert (called.status, called.err) == (0, "")
    found = called.document
    shown = {one["id"]: one for one in bidring("--home", demo.home, "rings", "--all", "--json").document}
    planted = {f"ring {place}": set(ring.members) for place, ring in enumerate(demo.planted.rings)}
    assert {one["ring"] for one in found["rings"]} == set(planted)
    for one in found["rings"]:
        ring, members = shown[one["id"]], planted[one["ring"]]
        candidate = {member["id"] for member in ring["members"]}
        assert one["rank"] == ring["rank"]
        assert one["f1"] == pytest.approx(2 * len(members & candidate) / (len(members) + len(candidate)))
    assert found["ring_recall"] == found["found"] / len(planted)
    assert found["found"] >= len(planted) / 2
    assert found["ari"] > 0.5
    assert found["ring_precision"] > 0.5


def test_pairs_of_a_planted_ring_score_above_others(bidring: Bidring, demo: Demo, labels: Path) -> None:
    found = bidring("--home", demo.home, "evaluate", labels / "pair.csv", "--unit", "pair", "--json").document
    assert (found["unknown"], found["unscored"]) == (0, 0)
    assert found["roc_auc"] > 0.8


def test_the_table_aligns_and_says_what_it_means_and_what_it_leaves_out(
    bidring: Bidring, demo: Demo, labels: Path
) -> None:
    call = ("--home", demo.home, "evaluate", labels / "firm.csv", "--unit", "firm")
    shown, found = bidring(*call), bidring(*call, "--json").document
    assert (shown.status, shown.err) == (0, "")
    headings, *lines = shown.out.splitlines()
    edge = headings.index("value") + len("value")
    said = {line.split()[0]: line[:edge].split()[-1] for line in lines if line[:edge].strip()}
    assert said["roc_auc"] == f"{found['roc_auc']:.3f}"
    assert said["scored"] == f"{found['scored']:,}"
    assert said["best_ring_rank"] == f"{found['best_ring_rank']}"
    assert f"Left out: 1 of {found['labelled']:,} labelled that are not in the records." in lines
    rings = bidring("--home", demo.home, "evaluate", labels / "ring.csv", "--unit", "ring").out.splitlines()
    assert rings[0].split() == ["ring", "firms", "f1", "precision", "recall", "rank", "reported", "id"]
    assert sum(line.startswith("ring ") for line in rings[1:]) == len(demo.planted.rings)


def test_what_two_small_tenders_cannot_tell_is_said(bidring: Bidring, bids: list[object], tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert bidring(*bids).status == 0
    assert bidring("--home", home, "detect").status == 0
    (tmp_path / "known.csv").write_text("id,label\nT1,1\nT2,1\nT3,0\n", "utf-8")
    call = ("--home", home, "evaluate", tmp_path / "known.csv", "--unit", "tender")
    found = bidring(*call, "--json").document
    assert (found["labelled"], found["known"], found["unknown"], found["positives"]) == (3, 2, 1, 2)
    assert (found["roc_auc"], found["precision_at_10"]) == (None, None)
    lines = {line.split()[0]: line for line in bidring(*call).out.splitlines()}
    assert "not defined" in lines["roc_auc"]
    assert "not defined" not in lines["positives"]


@pytest.mark.parametrize(
    ("content", "unit", "says"),
    [
        (None, "firm", "known.csv: no such file"),
        ("id,label\nA,perhaps\n", "firm", "known.csv, line 2: the label 'perhaps'"),
        ("id,ring\nA,one\n", "firm", "no column 'label'"),
        ("id,label\nT1,1\n", "firm", "none of the 1 labelled firms"),
        ("id,label\nA,1\n", "case", "case"),
        ("id,label\nA,1\n", None, "--unit"),
    ],
)
def test_labels_that_cannot_be_used_are_one_plain_line_and_status_2(
    bidring: Bidring, demo: Demo, tmp_path: Path, *, content: str | None, unit: str | None, says: str
) -> None:
    file = tmp_path / "known.csv"
    if content is not None:
        file.write_text(content, "utf-8")
    called = bidring("--home", demo.home, "evaluate", file, *(["--unit", unit] if unit else []))
    assert (called.status, called.out) == (2, "")
    assert called.err.startswith("bidring: ")
    assert called.err.count("\n") == 1
    assert says in called.err


def test_without_a_detection_it_says_what_to_run(bidring: Bidring, tmp_path: Path) -> None:
    (tmp_path / "known.csv").write_text("id,label\nA,1\n", "utf-8")
    called = bidring("--home", tmp_path / "home", "evaluate", tmp_path / "known.csv", "--unit", "firm")
    assert (called.status, called.out) == (2, "")
    assert "run `bidring detect`" in called.err


def test_other_commands_do_not_load_scikit_learn() -> None:
    code = "import sys; from api.cli import run; run(['rules']); sys.exit('sklearn' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "B01" in ended.stdout
