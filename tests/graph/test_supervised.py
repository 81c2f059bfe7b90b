"""Learning from labels: a signal that is there is found, one that is not is not, and no firm is on both sides."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from brief import Brief, MakeMarket, nodes

from graph.build import build_graph
from graph.errors import LabelsError
from graph.evaluation.features import FIRM_FEATURES, TENDER_FEATURES, Features, firm_features, tender_features
from graph.evaluation.folds import LEAST_TRAINING, firm_folds, tender_folds
from graph.evaluation.model import fit, pipeline
from graph.evaluation.supervised import Learned, bidders_of_tenders, learn_firms, learn_tenders
from graph.generation import Generation, GenerationWriter
from graph.market.screens import SCREENS
from graph.store import graph_engine

TENDERS = 240
SIGNAL = TENDER_FEATURES.index("CV")
Bidders = dict[str, frozenset[str]]


def invented(seed: int = 0) -> tuple[Features, dict[str, bool], Bidders]:
    """Tenders of three of six firms in each of thirty towns; labels fall evenly, and low CV goes with them."""
    draw = np.random.default_rng(seed)
    ids = tuple(f"T{number:03}" for number in range(TENDERS))
    positive = draw.random(TENDERS) < 0.4
    values = draw.normal(size=(TENDERS, len(TENDER_FEATURES)))
    values[:, SIGNAL] = draw.normal(size=TENDERS) - 2 * positive
    values[draw.random(values.shape) < 0.1] = np.nan
    features = Features(TENDER_FEATURES, ids, tuple(f"t-{own}" for own in ids), values, draw.random(TENDERS))
    firms = [draw.choice(6, 3, replace=False) for _ in ids]
    bidders = {
        f"t-{own}": frozenset(f"o-{number % 30}-{firm}" for firm in firms[number]) for number, own in enumerate(ids)
    }
    return features, dict(zip(ids, positive.tolist(), strict=True)), bidders


@pytest.fixture(scope="module")
def learned() -> Learned:
    return learn_tenders(*invented())


def test_a_signal_in_the_screens_is_found_and_named(learned: Learned) -> None:
    found = learned.document
    assert (found["unit"], found["labelled"], found["used"]) == ("tender", TENDERS, TENDERS)
    assert found["left_out"] == {"no_features": 0, "no_bidders": 0, "no_fold": 0}
    assert found["roc_auc"] > 0.8
    assert 0.4 < found["unsupervised_roc_auc"] < 0.6
    assert found["average_precision"] > 0.7
    assert found["balanced_accuracy"] > 0.7
    assert found["brier"] < 0.2 < found["positives"] / TENDERS * (1 - found["positives"] / TENDERS)
    best = found["features"][0]
    assert (best["feature"], best["direction"]) == ("CV", "low values speak for the label")
    assert best["auc_lost"] > 0.2
    assert max(one["auc_lost"] for one in found["features"][1:]) < 0.05
    assert best["coefficient"] < -0.5


def test_labels_that_say_nothing_teach_nothing() -> None:
    aucs = []
    for seed in range(4):
        features, labels, bidders = invented(seed)
        shuffled = np.random.default_rng(seed).permutation([*labels.values()]).tolist()
        found = learn_tenders(features, dict(zip(labels, shuffled, strict=True)), bidders).document
        aucs.append(found["roc_auc"])
    assert 0.44 < np.mean(aucs) < 0.56, aucs


def test_labels_of_whole_towns_cannot_be_told_from_the_firms() -> None:
    """A model that knows a town by its firms passes a random split; none of its firms is ever learnt from."""
    features, labels, bidders = invented()
    noise = replace(features, values=np.random.default_rng(5).normal(size=features.values.shape))
    towns = {own: int(own[1:]) % 30 < 15 for own in labels}
    assert 0.35 < learn_tenders(noise, towns, bidders).document["roc_auc"] < 0.6


def test_no_firm_of_a_test_bids_in_a_tender_that_is_learnt_from() -> None:
    _features, labels, bidders = invented()
    positive = np.array([*labels.values()])
    firms = [*bidders.values()]
    folds = tender_folds(firms, positive)
    assert len(folds) > 2
    for fold in folds:
        tested = frozenset().union(*(firms[place] for place in fold.test))
        learnt = frozenset().union(*(firms[place] for place in fold.train))
        assert tested
        assert learnt
        assert not tested & learnt
        assert min(positive[fold.train].sum(), (~positive[fold.train]).sum()) >= LEAST_TRAINING
    tests = np.concatenate([fold.test for fold in folds])
    assert sorted(tests) == [*range(TENDERS)]


def test_each_firm_is_tested_once_by_a_model_that_has_not_seen_it() -> None:
    positive = np.arange(40) % 3 == 0
    folds = firm_folds(positive)
    assert sorted(np.concatenate([fold.test for fold in folds])) == [*range(40)]
    for fold in folds:
        assert not {*fold.train} & {*fold.test}
        assert positive[fold.test].any()
        assert not positive[fold.test].all()


def test_a_tender_whose_firms_bid_everywhere_is_left_out_and_counted() -> None:
    features, labels, bidders = invented()
    everybody = frozenset().union(*bidders.values())
    found = learn_tenders(features, labels, {**bidders, "t-T007": everybody})
    assert found.document["left_out"] == {"no_features": 0, "no_bidders": 0, "no_fold": 1}
    assert found.document["used"] == TENDERS - 1
    assert "T007" not in {one["id"] for one in found.scores}


def test_ids_that_are_unknown_or_without_bidders_are_counted_and_others_are_scored(learned: Learned) -> None:
    features, labels, bidders = invented()
    some = {own: label for own, label in labels.items() if own not in ("T001", "T002")}
    found = learn_tenders(features, {**some, "nowhere": True}, {k: v for k, v in bidders.items() if k != "t-T003"})
    assert found.document["left_out"] == {"no_features": 1, "no_bidders": 1, "no_fold": 0}
    assert found.document["labelled"] == TENDERS - 1
    assert found.document["used"] == TENDERS - 3
    scores = {one["id"]: one for one in found.scores}
    assert [own for own, one in scores.items() if one["label"] is None] == ["T001", "T002", "T003"]
    assert all((one["fold"] is None) == (one["label"] is None) for one in found.scores)
    assert [one["id"] for one in learned.scores] == [*features.ids]


def test_a_score_says_what_moves_it_most(learned: Learned) -> None:
    features, _labels, _bidders = invented()
    row = int(np.nanargmin(features.values[:, SIGNAL]))
    one = learned.scores[row]
    reasons = one["why"].split("; ")
    assert one["probability"] > 0.7
    assert len(reasons) == 3
    assert reasons[0].startswith(f"CV {features.values[row, SIGNAL]:.4g} (+")
    adds = [abs(float(reason.rpartition("(")[2].rstrip(")"))) for reason in reasons]
    assert adds == sorted(adds, reverse=True)


def test_what_numbers_add_makes_the_probability_of_the_estimator() -> None:
    draw = np.random.default_rng(1)
    values = draw.normal(size=(80, 4))
    positive = values[:, 0] + draw.normal(size=80) > 0
    values[draw.random(values.shape) < 0.2] = np.nan
    values[:, 3] = np.where(np.arange(80) < 70, values[:, 3], 1.0)
    expected = pipeline(0).fit(values, positive).predict_proba(values)[:, 1]
    assert 1 / (1 + np.exp(-fit(values, positive).log_odds(values))) == pytest.approx(expected)


def test_the_same_call_gives_the_same_answer(learned: Learned) -> None:
    assert learn_tenders(*invented()) == learned


def test_too_few_labels_are_refused() -> None:
    features, labels, bidders = invented()
    positive = [own for own, label in labels.items() if label]
    few = {own: label for own, label in labels.items() if not label or own in positive[:9]}
    with pytest.raises(LabelsError, match=r"too few labels: .* 9 are positive and \d+ negative; 10 of each"):
        learn_tenders(features, few, bidders)
    with pytest.raises(LabelsError, match="10 are positive and 0 negative"):
        learn_tenders(features, dict.fromkeys(positive[:10], True), bidders)


def test_firms_that_all_meet_leave_nothing_to_learn_from() -> None:
    features, labels, bidders = invented()
    with pytest.raises(LabelsError, match=r"tested without their own firms .* 0 are positive and 0 negative"):
        learn_tenders(features, labels, dict.fromkeys(bidders, frozenset({"o-1", "o-2"})))


def test_firms_are_learnt_from_and_without_any_it_is_refused() -> None:
    draw = np.random.default_rng(2)
    values = draw.normal(size=(100, len(FIRM_FEATURES)))
    positive = values[:, FIRM_FEATURES.index("best_z")] + 0.3 * draw.normal(size=100) > 0.5
    ids = tuple(f"F{number:03}" for number in range(100))
    features = Features(FIRM_FEATURES, ids, ids, values, np.zeros(100))
    found = learn_firms(features, dict(zip(ids, positive.tolist(), strict=True)))
    assert found.document["roc_auc"] > 0.9
    assert found.document["unsupervised_roc_auc"] == 0.5
    assert (found.document["folds"], found.document["features"][0]["feature"]) == (5, "best_z")
    with pytest.raises(LabelsError, match="name no bidders"):
        learn_firms(replace(features, ids=(), nodes=(), values=values[:0]), {"F001": True})


def tables(**rows: list[dict[str, Any]]) -> dict[str, pa.Table]:
    return {name: pa.Table.from_pylist(found) for name, found in rows.items()}


@pytest.fixture
def generation(tmp_path: Path) -> Iterator[Generation]:
    """A met B six times and C twice, B met C once, D met nobody; A, B and C are candidates, A and B the better ones."""
    writer = GenerationWriter(tmp_path / "1.duckdb")
    firms = [
        {"firm": f"o-{own}", "own_id": own, "score": score, "bids": bids, "won": won}
        for own, score, bids, won in (("A", 0.8, 8, 4), ("B", 0.7, 10, 1), ("C", 0.1, 3, 0), ("D", 0.0, 1, 1))
    ]
    pairs = [
        {"a": f"o-{a}", "b": f"o-{b}", "meetings": n, "z": z, "jaccard": jaccard}
        for a, b, n, z, jaccard in (("A", "B", 6, 5.0, 0.5), ("A", "C", 2, 1.0, 0.2), ("B", "C", 1, -1.0, 0.1))
    ]
    lots = [
        {"node": node, "own_id": own, "lot": lot, "score": score, "n": n, "price": 0.9, **dict.fromkeys(SCREENS, cv)}
        for node, own, lot, score, n, cv in (
            ("t-1", "T1", "a", 0.2, 3, 0.3), ("t-1", "T1", "b", 0.6, 4, 0.1), ("t-2", "T2", "c", None, 2, 0.0),
            ("t-3", "twice", "d", 0.5, 2, 0.5), ("t-4", "twice", "e", 0.5, 2, 0.5),
        )
    ]  # fmt: skip
    for name, table in tables(firms=firms, pairs=pairs, scores=lots).items():
        writer.table(name, table)
    writer.rows("rings", [{"rank": 1, "members": ["o-A", "o-B"]}, {"rank": 2, "members": ["o-A", "o-B", "o-C"]}])
    writer.close({})
    with closing(Generation(tmp_path / "1.duckdb", 1)) as found:
        yield found


def test_a_firm_s_features_say_how_it_bids_and_meets(generation: Generation) -> None:
    found = firm_features(generation)
    rows = {own: dict(zip(found.names, row, strict=True)) for own, row in zip(found.ids, found.values, strict=True)}
    assert rows["A"] == pytest.approx(
        {
            "bids": 8, "won_share": 0.5, "partners": 2, "best_z": 5, "mean_z": 3, "best_jaccard": 0.5,
            "mean_jaccard": 0.35, "share_with_closest": 0.75, "share_beyond_expected": 0.75, "share_within_ring": 0.75,
            "ring_size": 2,
        }
    )  # fmt: skip
    assert (rows["C"]["ring_size"], rows["C"]["share_within_ring"], rows["C"]["share_beyond_expected"]) == (3, 1, 0)
    assert {name for name, value in rows["D"].items() if not np.isnan(value)} == {"bids", "won_share"}
    assert (found.ids, [*found.scores]) == (("A", "B", "C", "D"), [0.8, 0.7, 0.1, 0.0])


def test_a_tender_s_features_are_those_of_its_lot_with_the_highest_score(generation: Generation) -> None:
    found = tender_features(generation)
    assert (found.ids, found.nodes, [*found.scores]) == (("T1", "T2"), ("t-1", "t-2"), [0.6, 0.0])
    assert found.values[0].tolist() == [*[0.1] * len(SCREENS), 0.9, 4]


def bidders_in(make_market: MakeMarket, folder: Path, brief: Brief) -> Bidders:
    tenders = nodes(brief["tenders"], "t")
    with closing(graph_engine(f"ladybug:///{folder}/graph")) as engine, closing(engine.open(1, write=True)) as graph:
        build_graph(make_market(brief), graph)
        return bidders_of_tenders(graph, tenders)


def test_bidders_are_those_of_every_bid_and_where_there_are_none_it_is_refused(
    make_market: MakeMarket, tmp_path: Path
) -> None:
    bids = {"A": 1, "B": {"amount": 2, "status": "disqualified"}, "joint": {"amount": 3, "by": ["C", "D"]}}
    found = bidders_in(make_market, tmp_path / "named", {"tenders": {"T": {"bids": bids}, "U": {}}})
    assert found == {nodes("T", "t")[0]: frozenset(nodes("ABCD"))}
    with pytest.raises(LabelsError, match="name no bidders"):
        bidders_in(make_market, tmp_path / "nameless", {"tenders": {"T": {"bids": {"x": {"amount": 1, "by": []}}}}})
