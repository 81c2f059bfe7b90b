"""Folds for a test of what was learnt, in which no firm stands on both sides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

FOLDS = 5
"""Firms come in so many folds; a fold of tenders holds at most one part in so many."""
LEAST_TRAINING = 5
"""A fold is used where so many of either class are left to learn from: three inner folds need them."""
LEAST_KEPT = 0.5
"""A fold of tenders grows as long as this share of either class is left to learn from."""
MOST_BIDDERS = 0.5
"""A tender is near to a fold if more than this share of its bidders are among the fold's firms."""
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Fold:
    """The places to learn from and those to test on, each in order."""

    train: Places
    test: Places


def firm_folds(positive: Flags, *, seed: int = 0) -> list[Fold]:
    """Each firm in the test of one fold, both classes spread evenly. At least :data:`FOLDS` of either are needed."""
    dealt = StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(positive, positive)
    return [Fold(train, test) for train, test in dealt]


def tender_folds(bidders: Sequence[Iterable[str]], positive: Flags, *, seed: int = 0) -> list[Fold]:
    """Folds of tenders, in which no bidder of a test tender bids in any tender that is learnt from.

    A fold's firms are the bidders of its test tenders. It begins with a tender drawn, takes in those with most of their
    bidders among its firms, the nearest first, then further ones drawn, as long as half of either class is left to
    learn from. Tenders that leave fewer than :data:`LEAST_TRAINING` of either class are in no test. Every tender needs
    a bidder.
    """
    inside = _incidence(bidders)
    order = np.random.default_rng(seed).permutation(len(positive))
    free = np.ones(len(positive), dtype=np.bool_)
    found = []
    while free.any():
        test = _grown(inside, positive, free, order)
        train = _apart(inside, test)
        if min(_counts(positive, train)) >= LEAST_TRAINING:
            found.append(Fold(np.flatnonzero(train), np.flatnonzero(test)))
        free &= ~test
    return found


def _grown(inside: sp.csr_array, positive: Flags, free: Flags, order: Places) -> Flags:
    """The test tenders of the next fold: one at least."""
    test = np.zeros(len(positive), dtype=np.bool_)
    most = max(len(positive) // FOLDS, 1)
    kept = LEAST_KEPT * _counts(positive, np.ones_like(positive))
    while test.sum() < most and (free & ~test).any():
        place = _nearest(inside, free & ~test, test, order)
        began = test.any()
        test[place] = True
        if began and (_counts(positive, _apart(inside, test)) < kept).any():
            test[place] = False
            break
    return test


def _nearest(inside: sp.csr_array, free: Flags, test: Flags, order: Places) -> int:
    """The free tender with most of its bidders among the test's firms, or the next drawn where none has."""
    share = np.where(free, inside @ _firms(inside, test) / inside.sum(axis=1), 0.0)
    place = int(share.argmax())
    return place if share[place] > MOST_BIDDERS else int(order[free[order]][0])


def _apart(inside: sp.csr_array, test: Flags) -> Flags:
    """The tenders without any firm of the test's."""
    return np.asarray(inside @ _firms(inside, test) == 0)


def _firms(inside: sp.csr_array, test: Flags) -> NDArray[np.float64]:
    return np.asarray(inside.T @ test.astype(np.float64) > 0, dtype=np.float64)


def _counts(positive: Flags, among: Flags) -> Places:
    """How many of either class are among these."""
    return np.array([(positive & among).sum(), (~positive & among).sum()])


def _incidence(bidders: Sequence[Iterable[str]]) -> sp.csr_array:
    """Tenders by firms, 1 where one bids in the other."""
    pairs = [(row, firm) for row, firms in enumerate(bidders) for firm in sorted(set(firms))]
    numbers = {firm: number for number, firm in enumerate(sorted({firm for _, firm in pairs}))}
    rows, columns = [row for row, _ in pairs], [numbers[firm] for _, firm in pairs]
    return sp.csr_array((np.ones(len(pairs)), (rows, columns)), shape=(len(bidders), len(numbers)))
