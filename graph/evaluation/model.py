"""A calibrated logistic regression that can be read: what each number adds to the log-odds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from graph.evaluation.features import Numbers

INNER_FOLDS = 3
"""The calibration is learnt from what was held out of so many parts of the training rows."""


@dataclass(frozen=True, slots=True)
class Model:
    """What was learnt: log-odds = ``intercept`` + the sum over numbers of what each adds.

    A known number adds ``slope`` * number + ``offset``, an unknown one ``missing``. ``coefficients`` are those of the
    regression before its calibration, per standard deviation of the training rows.
    """

    intercept: float
    slope: Numbers
    offset: Numbers
    missing: Numbers
    coefficients: Numbers

    def adds(self, values: Numbers) -> Numbers:
        """What each number of each row adds to its log-odds."""
        return np.where(np.isnan(values), self.missing, self.slope * values + self.offset)

    def log_odds(self, values: Numbers) -> Numbers:
        """The log-odds of each row."""
        return np.asarray(self.intercept + self.adds(values).sum(axis=1), dtype=np.float64)


def pipeline(seed: int) -> CalibratedClassifierCV:
    """The estimator: median imputation with a flag of what was missing, standardisation, balanced logistic regression,
    and a sigmoid that makes it a probability, learnt from inner folds of the training rows, which may share
    firms with each other (Platt 1999; Niculescu-Mizil & Caruana 2005, 10.1145/1102351.1102430).
    """
    regression = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
        StandardScaler(),
        LogisticRegression(solver="newton-cholesky", class_weight="balanced"),
    )
    inner = StratifiedKFold(INNER_FOLDS, shuffle=True, random_state=seed)
    return CalibratedClassifierCV(regression, method="sigmoid", cv=inner, ensemble=False)


def fit(values: Numbers, positive: NDArray[np.bool_], *, seed: int = 0) -> Model:
    """Learn from rows, at least :data:`INNER_FOLDS` of either class; unknown numbers are not a number."""
    (calibrated,) = pipeline(seed).fit(values, positive).calibrated_classifiers_
    imputer, scaler, regression = (step for _name, step in calibrated.estimator.steps)
    (sigmoid,) = calibrated.calibrators
    width = values.shape[1]
    weights = -sigmoid.a_ * regression.coef_[0] / scaler.scale_
    level = -weights * scaler.mean_
    slope, offset = weights[:width], level[:width].copy()
    missing = slope * imputer.statistics_ + offset
    flags = imputer.indicator_.features_
    offset[flags] += level[width:]
    missing[flags] += level[width:] + weights[width:]
    intercept = -sigmoid.a_ * regression.intercept_[0] - sigmoid.b_
    return Model(float(intercept), slope, offset, missing, regression.coef_[0][:width])
