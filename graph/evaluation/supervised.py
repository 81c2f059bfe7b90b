"""What a user's own labels teach: tested on firms that were not learnt from, explained, and kept nowhere.

With firm ids, a test that splits tenders at random is passed by asking whether a neighbour carries the label. So only
firm-disjoint numbers are given, as in Gomes et al. 2024 (arXiv 2410.07091).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from sklearn.metrics import average_precision_score, balanced_accuracy_score, brier_score_loss, roc_auc_score

from graph.errors import LabelsError
from graph.evaluation.features import Features, Numbers
from graph.evaluation.folds import Fold, firm_folds, tender_folds
from graph.evaluation.model import Model, fit
from graph.model import EdgeKind
from graph.store import GraphStore

LEAST_LABELS = 10
"""So many of either class are needed: fewer leave two a fold to test on."""
REPEATS = 5
"""A feature's values are shuffled so many times to see what it is worth."""
MOST_REASONS = 3
Document = dict[str, Any]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Learned:
    """``document`` says how well it went; ``scores`` has a row per id: ``id``, ``label``, ``fold``, ``probability``,
    ``why``.

    A labelled id has the probability of the fold that it was tested in, from 1; any other, without label and fold, that
    of the model of all labels. Ids are in order.
    """

    document: Document
    scores: list[Document]


@dataclass(frozen=True, slots=True)
class _Known:
    """The labelled rows that can be learnt from, as places in the features, and how many could not by reason."""

    places: NDArray[np.int64]
    positive: Flags
    left_out: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Tested:
    """Folds with their models, and what each test row came to: its fold, -1 where it is in none, and its log-odds."""

    folds: Sequence[Fold]
    models: Sequence[Model]
    shifts: Sequence[float]
    fold: NDArray[np.int64]

    def log_odds(self, values: Numbers) -> Numbers:
        """Of each row by the model that did not learn from it; not a number where there is none."""
        found = np.full(len(values), np.nan)
        for fold, model, shift in zip(self.folds, self.models, self.shifts, strict=True):
            found[fold.test] = model.log_odds(values[fold.test]) + shift
        return found


def bidders_of_tenders(graph: GraphStore, tenders: Collection[str]) -> dict[str, frozenset[str]]:
    """The firms that bid for each of these tenders, valid or not, by node ids; tenders without a bidder are left out.

    Raises :class:`LabelsError` where no tender of the graph has a bidder.
    """
    bids = graph.table(EdgeKind.BID)
    if not bids.num_rows:
        raise LabelsError("the records name no bidders, so nothing can be tested on firms that were not learnt from")
    wanted, found = set(tenders), dict[str, set[str]]()
    for firm, tender in zip(bids["source"].to_pylist(), bids["target"].to_pylist(), strict=True):
        if tender in wanted:
            found.setdefault(str(tender), set()).add(str(firm))
    return {tender: frozenset(firms) for tender, firms in found.items()}


def learn_tenders(
    features: Features, labels: Mapping[str, bool], bidders: Mapping[str, Collection[str]], *, seed: int = 0
) -> Learned:
    """Learn to tell labelled tenders apart by their screens, tested on tenders with none of the firms learnt from.

    ``bidders`` is :func:`bidders_of_tenders`; folds are :func:`graph.evaluation.folds.tender_folds`. The same seed
    gives the same answer. Raises :class:`LabelsError` where fewer than :data:`LEAST_LABELS` of either class can be
    learnt from or tested.
    """
    known = _known(features, labels, {own for own, node in _rows(features) if bidders.get(node)})
    _ensure(known.positive, "tenders that can be learnt from")
    firms = [bidders[features.nodes[place]] for place in known.places]
    folds = tender_folds(firms, known.positive, seed=seed)
    return _learn("tender", features, known, folds, seed)


def learn_firms(features: Features, labels: Mapping[str, bool], *, seed: int = 0) -> Learned:
    """Learn to tell labelled firms apart by how they bid and meet, each tested by a model that has not seen it.

    Members of one ring may be on both sides: what they have in common, as its size, is worth less among firms of rings
    that no label knows. The same seed gives the same answer. Raises :class:`LabelsError` where there are no bidders,
    and where fewer than :data:`LEAST_LABELS` of either class can be learnt from.
    """
    if not features.ids:
        raise LabelsError("the records name no bidders, so there are no firms to learn from")
    known = _known(features, labels, set(features.ids))
    _ensure(known.positive, "firms that can be learnt from")
    return _learn("firm", features, known, firm_folds(known.positive, seed=seed), seed)


def _rows(features: Features) -> Sequence[tuple[str, str]]:
    return list(zip(features.ids, features.nodes, strict=True))


def _known(features: Features, labels: Mapping[str, bool], usable: Collection[str]) -> _Known:
    place = {own: number for number, own in enumerate(features.ids)}
    used = sorted(place[own] for own in labels if own in place and own in usable)
    positive = np.array([labels[features.ids[number]] for number in used], dtype=np.bool_)
    without = sum(own not in place for own in labels)
    left_out = {"no_features": without, "no_bidders": len(labels) - without - len(used)}
    return _Known(np.array(used, dtype=np.int64), positive, left_out)


def _ensure(positive: Flags, what: str) -> None:
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if min(positives, negatives) < LEAST_LABELS:
        raise LabelsError(
            f"too few labels: of {what}, {positives} are positive and {negatives} negative; "
            f"{LEAST_LABELS} of each are needed"
        )


def _learn(unit: str, features: Features, known: _Known, folds: Sequence[Fold], seed: int) -> Learned:
    rows = features.values[known.places]
    shown = np.flatnonzero(~np.isnan(rows).all(axis=0))
    names = [features.names[column] for column in shown]
    values, everything = _squeezed(rows[:, shown]), _squeezed(features.values[:, shown])
    tested = _tested(values, known.positive, folds, seed)
    inside = tested.fold >= 0
    _ensure(known.positive[inside], f"{unit}s that can be tested without their own firms among those learnt from")
    truth, log_odds = known.positive[inside], tested.log_odds(values)[inside]
    document = {
        "unit": unit,
        "labelled": len(known.places) + sum(known.left_out.values()),
        "used": int(inside.sum()),
        "positives": int(truth.sum()),
        "left_out": {**known.left_out, "no_fold": int((~inside).sum())},
        "folds": len(folds),
        **_measures(truth, log_odds),
        "unsupervised_roc_auc": float(roc_auc_score(truth, features.scores[known.places[inside]])),
        "features": _worth(names, values, tested, known.positive, seed),
    }
    whole = fit(values, known.positive, seed=seed)
    scores = _scores(_Explained(features, names, shown), everything, known, tested, whole)
    return Learned(document, scores)


def _squeezed(values: Numbers) -> Numbers:
    """Signed log(1 + |x|)."""
    return np.sign(values) * np.log1p(np.abs(values))


def _tested(values: Numbers, positive: Flags, folds: Sequence[Fold], seed: int) -> _Tested:
    """The models of the folds, each moved to the share of positives among all.

    A fold that takes positives out of training would otherwise rate its own rows lower for that alone (the correction
    of prior probabilities of Saerens et al. 2002, 10.1162/089976602753284446).
    """
    number = np.full(len(positive), -1)
    models, shifts, base = [], [], logit(positive.mean())
    for place, fold in enumerate(folds):
        number[fold.test] = place
        models.append(fit(values[fold.train], positive[fold.train], seed=seed))
        shifts.append(float(base - logit(positive[fold.train].mean())))
    return _Tested(folds, models, shifts, number)


def _measures(truth: Flags, log_odds: Numbers) -> dict[str, float]:
    probability = expit(log_odds)
    return {
        "roc_auc": float(roc_auc_score(truth, log_odds)),
        "average_precision": float(average_precision_score(truth, log_odds)),
        "balanced_accuracy": float(balanced_accuracy_score(truth, probability >= 0.5)),
        "brier": float(brier_score_loss(truth, probability)),
    }


def _worth(names: Sequence[str], values: Numbers, tested: _Tested, positive: Flags, seed: int) -> list[Document]:
    """Each feature's median coefficient, what it speaks for, and the ROC-AUC lost where its values are shuffled."""
    inside, draw = tested.fold >= 0, np.random.default_rng(seed)
    coefficients = np.median([model.coefficients for model in tested.models], axis=0)
    whole = roc_auc_score(positive[inside], tested.log_odds(values)[inside])
    found = []
    for column, name in enumerate(names):
        without = []
        for _round in range(REPEATS):
            shuffled = values.copy()
            shuffled[inside, column] = draw.permutation(values[inside, column])
            without.append(roc_auc_score(positive[inside], tested.log_odds(shuffled)[inside]))
        found.append(
            {
                "feature": name,
                "coefficient": float(coefficients[column]),
                "direction": f"{'high' if coefficients[column] > 0 else 'low'} values speak for the label",
                "auc_lost": float(whole - np.mean(without)),
            }
        )
    return sorted(found, key=lambda one: (-one["auc_lost"], one["feature"]))


@dataclass(frozen=True, slots=True)
class _Explained:
    features: Features
    names: Sequence[str]
    columns: NDArray[np.int64]

    def why(self, place: int, adds: Numbers) -> str:
        """The numbers that move a row most, as they are, with what each adds to the log-odds."""
        order = sorted(range(len(adds)), key=lambda one: (-abs(adds[one]), self.names[one]))[:MOST_REASONS]
        numbers = self.features.values[place, self.columns]
        told = [f"{numbers[one]:.4g}" if not np.isnan(numbers[one]) else "unknown" for one in order]
        return "; ".join(
            f"{self.names[one]} {number} ({adds[one]:+.2f})" for one, number in zip(order, told, strict=True)
        )


def _scores(explained: _Explained, values: Numbers, known: _Known, tested: _Tested, whole: Model) -> list[Document]:
    """A row per id that has a probability, in order."""
    labelled = {int(place): row for row, place in enumerate(known.places)}
    found = []
    for place, own in enumerate(explained.features.ids):
        row = labelled.get(place)
        fold = -1 if row is None else int(tested.fold[row])
        if row is not None and fold < 0:
            continue
        model, shift = (whole, 0.0) if fold < 0 else (tested.models[fold], tested.shifts[fold])
        one = values[place : place + 1]
        found.append(
            {
                "id": own,
                "label": None if row is None else bool(known.positive[row]),
                "fold": None if row is None else fold + 1,
                "probability": float(expit(model.log_odds(one)[0] + shift)),
                "why": explained.why(place, model.adds(one)[0]),
            }
        )
    return found
