"""Annotated phrases in, a model out. The same phrases, seed and library versions give the same model."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from ..model import divisor
from .phrases import Phrase
from .table import UNTOLD, Counts, Table

EXAMPLE = "example"
"""The register of texts that were made to show what a pattern finds."""
RAREST = 3
"""A feature that stands in fewer clauses than this is not learnt."""
STRENGTH = 30.0
"""How far the weights of a marker may follow the data (scikit-learn's C)."""
ANSWER_STRENGTH = 10.0
"""The same for the column of any answer, which has the examples of all markers to go by."""
ROUNDS = 7
"""How often the solver goes through the clauses. Going on until nothing moves takes three times as long and gains nothing on the dev split."""
WEIGHT = None
"""Whether rare markers weigh more (scikit-learn's class_weight)."""
SEED = 0
FOLDS = 2
"""Parts the voices are dealt into, so that a clause can be scored by a model that never met its voice. Three parts score no better on the
development sets, and take a tenth longer."""
ENOUGH = 50_000
"""Clauses scored so from which on no further part is: what is learnt from these scores has a few thousand numbers at most."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learnt: feature names, their rarity, that of a feature never seen, weights of shape (features, columns), intercepts."""

    features: list[str]
    rarity: NDArray[np.float64]
    unknown: float
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]


def fit(counts: Counts, labels: NDArray[np.int8], *, strength: float = STRENGTH, rarest: int = RAREST,
        weight: Any = WEIGHT, seed: int = SEED, n_jobs: int = -1) -> Fitted:
    """Learn one-vs-rest logistic regressions over rows of features, weighted by the square root of their idf and divided by `divisor`."""
    strengths = [strength] * (labels.shape[1] - 1) + [ANSWER_STRENGTH]
    frequency = np.bincount(counts.matrix.indices, minlength=counts.matrix.shape[1])
    rarity = np.sqrt(TfidfTransformer().fit(counts.matrix).idf_)
    squared = (counts.matrix @ rarity**2).clip(min=1e-9)
    common = np.flatnonzero(frequency >= rarest)  # rare features are not learnt, yet make a row of novel words a short one
    weighed = diags_array(1 / divisor(squared)) @ counts.matrix[:, common] @ diags_array(rarity[common])
    columns = Parallel(n_jobs=n_jobs)(delayed(_one)(weighed, labels[:, j], strengths[j], weight, seed) for j in range(labels.shape[1]))
    unknown = float(rarity[frequency > 0].max())
    return Fitted(list(counts.features[common]), rarity[common], unknown, np.column_stack([w for w, _ in columns]), np.array([b for _, b in columns]))


def _one(matrix: csr_matrix, labels: NDArray[np.int8], strength: float, weight: Any, seed: int) -> tuple[NDArray[np.float64], float]:
    told = labels != UNTOLD
    matrix, labels = matrix[told], labels[told]
    if not labels.any() or labels.all():  # nothing to tell apart
        return np.zeros(matrix.shape[1]), 20.0 if labels.all() and labels.size else -20.0
    learner = LogisticRegression(C=strength, solver="liblinear", dual=True, class_weight=weight, max_iter=ROUNDS, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopped on purpose, see ROUNDS
        learner.fit(matrix, labels)
    return learner.coef_[0], float(learner.intercept_[0])


def scored(fitted: Fitted, counts: Counts) -> NDArray[np.float64]:
    """Return the logits of clauses, shape (clauses, columns of labels)."""
    column = {name: number for number, name in enumerate(counts.features)}
    known = [(row, column[name]) for row, name in enumerate(fitted.features) if name in column]
    rows, columns = np.array(known, dtype=np.int64).reshape(len(known), 2).T
    part = counts.matrix[:, columns]
    unknown = counts.matrix.sum(axis=1).A1 - part.sum(axis=1).A1
    weighted = part.multiply(fitted.rarity[rows]).tocsr()
    squared = (weighted.multiply(weighted).sum(axis=1).A1 + unknown * fitted.unknown**2).clip(min=1e-9)
    logits: NDArray[np.float64] = (weighted @ fitted.weights[rows]) / divisor(squared)[:, None] + fitted.bias
    return logits


def out_of_voice(data: Table, phrases: Sequence[Phrase],
                 learn: Callable[[Counts, NDArray[np.int8]], Fitted]) -> tuple[Table, NDArray[np.float64]]:
    """Score the written clauses, or `ENOUGH` of them, with a model that never met their voice.

    Texts of the register ``example`` (made to show a pattern) are always learnt from and never scored: they are nobody's writing,
    and the rules know them all.

    Returns
    -------
    Table, array
        The clauses that were scored, and their logits, shape (clauses, columns of labels).
    """
    example = np.array([phrases[index].register == EXAMPLE for index in data.phrase])
    shown, written = np.flatnonzero(example), np.flatnonzero(~example)
    voices = [phrases[index].voice or phrases[index].group for index in data.phrase[written]]
    result = np.zeros((len(written), data.labels.shape[1]))
    done = np.zeros(len(written), dtype=bool)
    for known, strange in GroupKFold(n_splits=min(FOLDS, len(set(voices)))).split(voices, groups=voices):
        if done.sum() < ENOUGH:
            rows = np.concatenate([written[known], shown])
            result[strange] = scored(learn(data.counts.only(rows), data.labels[rows]), data.counts.only(written[strange]))
            done[strange] = True
    return data.only(written[done]), result[done]
