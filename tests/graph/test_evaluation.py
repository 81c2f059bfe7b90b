"""Back-tests of a small generation by hand: every number here was computed on paper."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from graph.errors import LabelsError
from graph.evaluation.labels import Labels, read_labels
from graph.evaluation.metrics import evaluate
from graph.generation import Generation, GenerationWriter

FIRMS = {"A": 0.9, "B": 0.8, "C": 0.7, "D": 0.5, "E": 0.2, "F": 0.1, "G": 0.9, "Idle": None}
"""Scores of firms; Idle never bid."""
NODES = {own: f"o-{place}" for place, own in enumerate(reversed(FIRMS))}
"""Node ids, whose order is not that of the sources' ids."""
RINGS = (("ring-1", True, "ABG"), ("ring-2", True, "CDG"), ("ring-3", False, "ABCD"), ("ring-4", True, "AFG"))
"""Candidate rings in order of their rank, whether they are reported, and their members."""
PAIRS = {"AG": 0.9, "AB": 0.6}
LOTS = [("T1", 0.3), ("T1", 0.9), ("T2", 0.4), ("T3", None), *((f"U{place:02}", 0.2) for place in range(12, 0, -1))]
"""Scores of lots; T4 has none at all."""
TENDERS = ("T4", *dict.fromkeys(tender for tender, _score in LOTS))
LABELLED = {"A": True, "B": False, "C": True, "D": True, "E": False, "F": False, "Idle": True, "Nobody": False}
Detected = Callable[..., Generation]


def tables() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    persons = [{"id": "p-1", "own_id": own, "kind": "person"} for own in ("Nobody", "A")]
    yield "parties", [*({"id": NODES[own], "own_id": own, "kind": "organisation"} for own in FIRMS), *persons]
    yield "firms", [{"firm": NODES[own], "score": score} for own, score in FIRMS.items() if score is not None]
    yield "tenders", [{"node": f"t-{own}", "own_id": own} for own in TENDERS]
    yield "scores", [{"node": f"t-{own}", "score": score} for own, score in LOTS]
    ends = {pair: sorted(NODES[own] for own in pair) for pair in PAIRS}
    yield "pairs", [{"a": ends[pair][0], "b": ends[pair][1], "score": score} for pair, score in PAIRS.items()]


@pytest.fixture
def detected(tmp_path: Path) -> Iterator[Detected]:
    """Makes the generation of the tables above, with other rings or another threshold where a test says so."""
    made: list[Generation] = []

    def make(*, threshold: float = 0.5, rings: tuple[tuple[str, bool, str], ...] = RINGS) -> Generation:
        path = tmp_path / f"{len(made)}.duckdb"
        writer = GenerationWriter(path)
        for name, rows in tables():
            writer.table(name, pa.Table.from_pylist(rows))
        writer.rows(
            "rings",
            (
                {"id": own, "rank": rank, "reported": reported, "members": [NODES[firm] for firm in firms]}
                for rank, (own, reported, firms) in enumerate(rings, 1)
            ),
        )
        writer.close({"rules": [{"code": "B01", "threshold": threshold}]})
        made.append(Generation(path, 1))
        return made[-1]

    yield make
    for one in made:
        one.close()


def counts(found: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(found[name] for name in ("labelled", "known", "unknown", "scored", "unscored"))


def test_firms_are_measured_by_their_scores_and_as_one_ring(detected: Detected) -> None:
    found = evaluate(detected(), Labels("firm", LABELLED))
    assert found["unit"] == "firm"
    assert counts(found) == (8, 7, 1, 6, 1)
    assert found["positives"] == 3
    assert found["roc_auc"] == pytest.approx(7 / 9)
    assert found["average_precision"] == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)
    assert found["threshold"] == 0.5
    assert found["balanced_accuracy"] == pytest.approx((1 + 2 / 3) / 2), "D is at the threshold, which is inclusive"
    assert (found["precision_at_10"], found["precision_at_20"]) == (None, None)
    assert found["best_ring_f1"] == pytest.approx(6 / 7)
    assert found["best_ring_precision"] == pytest.approx(3 / 4)
    assert (found["best_ring_recall"], found["best_ring_rank"], found["reported_rings"]) == (1, 3, 3)


def test_the_threshold_of_firms_is_the_one_that_rings_were_reported_by(detected: Detected) -> None:
    found = evaluate(detected(threshold=0.6), Labels("firm", LABELLED))
    assert found["threshold"] == 0.6
    assert found["balanced_accuracy"] == pytest.approx((2 / 3 + 2 / 3) / 2)


def test_members_of_a_ring_without_a_label_do_not_count(detected: Detected) -> None:
    rings = (("ring-1", True, "ABCD"), ("ring-2", True, "CDG"))
    without = evaluate(detected(rings=rings), Labels("firm", {"C": True, "D": True, "A": False, "B": False}))
    assert (without["best_ring_f1"], without["best_ring_rank"]) == (1, 2)
    labels = Labels("firm", {"C": True, "D": True, "A": False, "B": False, "G": False})
    assert evaluate(detected(rings=rings), labels)["best_ring_f1"] == pytest.approx(4 / 5)


def test_of_two_rings_equally_close_the_better_ranked_is_the_best(detected: Detected) -> None:
    rings = (("ring-1", False, "AE"), ("ring-2", True, "AF"))
    found = evaluate(detected(rings=rings), Labels("firm", {"A": True, "E": False, "F": False}))
    assert (found["best_ring_f1"], found["best_ring_rank"]) == (pytest.approx(2 / 3), 1)


def test_positives_that_no_ring_holds_give_zero_and_no_rank(detected: Detected) -> None:
    found = evaluate(detected(), Labels("firm", {"E": True, "A": False}))
    assert (found["best_ring_f1"], found["best_ring_recall"]) == (0, 0)
    assert (found["best_ring_precision"], found["best_ring_rank"]) == (None, None)


@pytest.mark.parametrize("label", [True, False])
def test_what_one_class_alone_cannot_tell_is_not_defined(detected: Detected, label: bool) -> None:
    found = evaluate(detected(), Labels("firm", {"A": label, "B": label}))
    assert found["positives"] == (2 if label else 0)
    assert {found[name] for name in ("roc_auc", "average_precision", "balanced_accuracy")} == {None}
    assert found["best_ring_f1"] == (1 if label else None)


def test_a_tender_takes_the_score_of_its_best_lot(detected: Detected) -> None:
    labels = Labels("tender", {"T1": True, "T2": False, "T3": True, "T4": False, "T5": True})
    found = evaluate(detected(threshold=0.95), labels)
    assert counts(found) == (5, 4, 1, 2, 2)
    assert (found["positives"], found["threshold"]) == (1, 0.5)
    assert (found["roc_auc"], found["average_precision"], found["balanced_accuracy"]) == (1, 1, 1)
    assert "best_ring_f1" not in found


def test_precision_counts_the_best_scored_and_of_equal_ones_the_first_by_id(detected: Detected) -> None:
    known = {f"U{place:02}": place in {1, 2, 3, 11, 12} for place in range(1, 13)}
    found = evaluate(detected(), Labels("tender", known))
    assert (found["precision_at_10"], found["precision_at_20"]) == (0.3, None)
    assert found["roc_auc"] == 0.5
    found = evaluate(detected(), Labels("tender", known | {"T1": True}))
    assert found["precision_at_10"] == 0.4, "T1 comes first, U10 is out"


def test_pairs_that_never_met_score_0_where_both_firms_are_known(detected: Detected) -> None:
    pairs = {("A", "G"): True, ("A", "B"): False, ("B", "C"): True, ("D", "Idle"): False, ("A", "Nobody"): True}
    found = evaluate(detected(threshold=0.95), Labels("pair", pairs=pairs))
    assert counts(found) == (5, 4, 1, 4, 0)
    assert (found["positives"], found["threshold"]) == (2, 0.5)
    assert found["roc_auc"] == pytest.approx(2.5 / 4)
    assert found["average_precision"] == pytest.approx(1 / 2 + 1 / 2 * 2 / 4)
    assert found["balanced_accuracy"] == 0.5


def test_rings_are_compared_one_by_one_and_as_a_partition(detected: Detected) -> None:
    known = {"A": "one", "B": "one", "C": "one", "D": "two", "E": "two", "F": "", "Idle": "two", "Nobody": "three"}
    found = evaluate(detected(), Labels("ring", rings=known))
    assert counts(found) == (8, 7, 1, 6, 1)
    assert (found["labelled_rings"], found["known_rings"], found["reported_rings"]) == (3, 2, 3)
    one, two = found["rings"]
    assert one == {
        "ring": "one", "firms": 3, "id": "ring-3", "rank": 3, "reported": False,
        "f1": pytest.approx(6 / 7), "precision": 0.75, "recall": 1,
    }  # fmt: skip
    assert two == {
        "ring": "two", "firms": 2, "id": "ring-2", "rank": 2, "reported": True, "f1": 0.5, "precision": 0.5,
        "recall": 0.5,
    }  # fmt: skip
    assert (found["found"], found["exact"], found["ring_recall"]) == (2, 0, 1)
    assert found["ring_precision"] == pytest.approx(2 / 3), "ring-4 has one firm of one, and F"
    assert (found["best_ring_f1"], found["best_ring_rank"]) == (pytest.approx(6 / 7), 3)
    assert found["ari"] == pytest.approx(7 / 37), "A is in ring-1 and ring-4: the better one counts"


def test_only_a_reported_ring_finds_a_known_one(detected: Detected) -> None:
    labels = Labels("ring", rings={**dict.fromkeys("ABCD", "one"), **dict.fromkeys("EF", "two")})
    below = evaluate(detected(rings=(("ring-1", False, "ABCD"),)), labels)
    assert (below["found"], below["exact"], below["ring_recall"], below["ring_precision"]) == (0, 0, 0, None)
    assert (below["best_ring_f1"], below["ari"]) == (1, 0)
    above = evaluate(detected(rings=(("ring-1", True, "ABCD"),)), labels)
    assert (above["found"], above["exact"], above["ring_recall"], above["ring_precision"]) == (1, 1, 0.5, 1)
    assert above["ari"] == 1, "the firms of the other ring are together in none"
    assert above["rings"][1] == {
        "ring": "two", "firms": 2, "id": None, "rank": None, "reported": None, "f1": 0, "precision": None, "recall": 0,
    }  # fmt: skip


def test_without_known_rings_nothing_of_them_is_defined(detected: Detected) -> None:
    found = evaluate(detected(), Labels("ring", rings={"A": "", "B": ""}))
    assert (found["rings"], found["known_rings"], found["reported_rings"]) == ([], 0, 3)
    assert {found[name] for name in ("ari", "ring_recall", "ring_precision", "best_ring_f1", "best_ring_rank")} == {
        None
    }


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (Labels("tender", {"A": True}), r"none of the 1 labelled tenders .* 'A' .*`bidring tenders`"),
        (Labels("firm", {"Nobody": True, "T1": False}), "none of the 2 labelled firms .*'Nobody'"),
        (Labels("pair", pairs={("A", "Nobody"): True}), "'A and Nobody' .*`bidring pairs`"),
        (Labels("ring", rings={"Nobody": "one"}), "labelled firms .*`bidring firms`"),
    ],
)
def test_labels_of_nothing_in_the_records_are_refused(detected: Detected, labels: Labels, says: str) -> None:
    with pytest.raises(LabelsError, match=says):
        evaluate(detected(), labels)


def read(folder: Path, unit: str, content: str | bytes) -> Labels:
    file = folder / "labels.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_labels(file, unit)


def test_labels_are_read_in_every_spelling(tmp_path: Path) -> None:
    found = read(tmp_path, "firm", "\ufeffname,label,id\r\nx,1,A\r\ny,FALSE, B \r\n\r\nz,True,C\r\nz,1.0,C\r\n,,\r\n")
    assert found == Labels("firm", {"A": True, "B": False, "C": True})


def test_the_ends_of_a_pair_are_sorted(tmp_path: Path) -> None:
    found = read(tmp_path, "pair", "a,b,label\nB,A,1\nA,B,true\nA,C,0\n")
    assert found == Labels("pair", pairs={("A", "B"): True, ("A", "C"): False})


def test_a_firm_in_no_ring_has_an_empty_name(tmp_path: Path) -> None:
    assert read(tmp_path, "ring", 'id,ring\nA,One\n"B, Ltd",\n') == Labels("ring", rings={"A": "One", "B, Ltd": ""})


BAD = {
    "empty": ("firm", "", r"labels\.csv: the file is empty"),
    "blank": ("firm", "\n \n", r"labels\.csv: the file is empty"),
    "header alone": ("firm", "id,label\n", r"labels\.csv: there are no labels"),
    "no id": ("firm", "firm,label\nA,1\n", r"labels\.csv: the header has no column 'id'"),
    "no label": ("tender", "id,cartel\nA,1\n", "no column 'label'"),
    "no end": ("pair", "a,label\nA,1\n", "no column 'b'"),
    "no ring": ("ring", "id,label\nA,1\n", "no column 'ring'"),
    "twice": ("firm", "id,label,label\nA,1,0\n", "more than one column 'label'"),
    "unknown label": ("firm", "id,label\nA,1\nB,yes\n", r"labels\.csv, line 3: the label 'yes' is not 1, 0"),
    "empty label": ("firm", "id,label\nA,\n", "line 2: the label '' is not"),
    "empty id": ("firm", "id,label\n,1\n", "line 2: the column 'id' is empty"),
    "empty end": ("pair", "a,b,label\nA,,1\n", "line 2: the column 'b' is empty"),
    "itself": ("pair", "a,b,label\nA,A,1\n", "line 2: 'A' is paired with itself"),
    "two labels": ("firm", "id,label\nA,1\nB,1\nA,0\n", "line 4: A has another label than in line 2"),
    "two labels of a pair": ("pair", "a,b,label\nA,B,1\nB,A,0\n", "line 3: A and B has another label than in line 2"),
    "two rings": ("ring", "id,ring\nA,one\nA,\n", "line 3: A has another label than in line 2"),
    "short": ("ring", "id,ring\nA\n", "line 2: 1 values under 2 headings"),
    "long": ("firm", "id,label\nA, Ltd,1\n", "line 2: 3 values under 2 headings"),
    "quote": ("firm", 'id,label\n"A,1\n', "not CSV"),
    "Latin": ("firm", "id,label\nA,1\nMünchen,0\n".encode("latin-1"), r"labels\.csv, line 3: not UTF-8"),
    "UTF-16": ("firm", "id,label\nA,1\n".encode("utf-16"), "line 1: not UTF-8"),
}


@pytest.mark.parametrize(("unit", "content", "says"), BAD.values(), ids=BAD)
def test_labels_that_cannot_be_read_name_file_line_and_fault(
    tmp_path: Path, unit: str, content: str | bytes, says: str
) -> None:
    with pytest.raises(LabelsError, match=says):
        read(tmp_path, unit, content)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(LabelsError, match=r"none\.csv: no such file"):
        read_labels(tmp_path / "none.csv", "firm")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(LabelsError, match=r"folder\.csv: a folder"):
        read_labels(tmp_path / "folder.csv", "firm")
    with pytest.raises(LabelsError, match="cannot be read"):
        read_labels(tmp_path / ("x" * 300), "firm")
