"""From scores to probabilities, and from probabilities to the threshold a marker for each preset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from ..nearby import around, counted_on
from ..records import Thresholds
from .phrases import Phrase
from .table import UNTOLD, Table

Array = NDArray[np.float64]

BETAS = {"precise": 0.35, "balanced": 0.85, "sensitive": 1.6}
"""How much recall weighs against precision (van Rijsbergen's F-beta) when a preset's thresholds are chosen."""
ALARMS = {"precise": 5, "balanced": 17, "sensitive": 100}
"""In about how many of a thousand texts of ordinary talk something may be found. The texts were written to be full of the words of answers to
harm, half of them towards what had fooled the reader: in talk that was not, it is a tenth of this or less."""
ORDINARY = "small_talk"
"""What the kind of such texts is called in the data."""
ENOUGH = 300
"""Texts of ordinary talk below which all texts without marker are taken for it."""
LEAST = {"precise": 0.5, "balanced": 0.34, "sensitive": 0.0}
"""What a finding of the model alone must be sure of at least, whatever the best F-beta says: what is wrong two times in three helps nobody."""
TRUST = 60
"""How many texts of a marker weigh as much as what all markers say together: few texts make a wild threshold."""
GRID = np.round(np.arange(0.05, 0.96, 0.01), 2)
BINS = 10
STRENGTH = 0.03
"""How far the weights of the second look may follow the data (scikit-learn's C): a hundred and more columns that say much the same."""
NEVER = -20.0
"""The log-odds of what no clause of the data carries; their opposite are those of what every clause carries."""


def second_look(data: Table, scores: Array) -> tuple[Array, Array]:
    """Learn the model's second look (see `stagelens.nearby`) from first scores that were given without knowing a clause's voice.

    Returns
    -------
    weights : array, shape (nearby.width(columns), columns)
    bias : array, shape (columns,)
        Such that ``chance(around(...) @ weights + bias)`` is a probability: logistic regressions are calibrated by what they minimise.
    """
    seen = around_texts(data, scores)
    middle, spread = seen.mean(axis=0), seen.std(axis=0).clip(min=1e-3)
    seen = (seen - middle) / spread
    columns = Parallel(n_jobs=-1)(delayed(_look)(seen, data.labels[:, j]) for j in range(data.labels.shape[1]))
    weights = np.column_stack([column for column, _ in columns]) / spread[:, None]
    return weights, np.array([bias for _, bias in columns]) - middle @ weights


def around_texts(data: Table, scores: Array) -> Array:
    """Return what is around every clause of a table (see `stagelens.nearby.around`), each text by itself."""
    sentences = np.array([place.sentence for place in data.places], dtype=np.int64)
    return around(data.phrase, counted_on(data.phrase, sentences), scores)


def _look(seen: Array, labels: NDArray[np.int8]) -> tuple[Array, float]:
    told = labels != UNTOLD
    if len(set(labels[told])) < 2:  # nothing to tell apart
        return np.zeros(seen.shape[1]), -NEVER if (labels[told] == 1).any() else NEVER
    learner = LogisticRegression(C=STRENGTH, max_iter=1000).fit(seen[told], labels[told])
    return learner.coef_[0], float(learner.intercept_[0])


def thresholds(chances: Array, data: Table, markers: Sequence[str], together: Mapping[str, float], quiet: Array) -> dict[str, Thresholds]:
    """Choose what each preset asks of a finding that only the model makes.

    A marker needs the probability with the best F-beta, drawn towards what is best for all markers, and `LEAST`; that an answer to harm is given near it
    at all, the probability that keeps false alarms as rare as `ALARMS` says. ``together`` is what rules and model must be sure of together
    (`stagelens.training.joint`); ``quiet`` tells how sure the model is of an answer in texts where nothing is to be found (`quiet_texts`).
    """
    best, there = _by_text(chances, data)
    best, there = best[:, :-1], there[:, :-1]
    highest = np.sort(quiet)[::-1] if quiet.size else np.zeros(1)
    result = {}
    for preset, beta in BETAS.items():
        common = GRID[np.argmax([_f_beta(best >= t, there, beta) for t in GRID])]
        own = {marker: max(LEAST[preset], round(float(_own(best[:, j], there[:, j], beta, common)), 2)) for j, marker in enumerate(markers)}
        answer = highest[min(len(highest) - 1, round(len(highest) * ALARMS[preset] / 1000))]
        result[preset] = Thresholds(own, round(float(answer), 3), together[preset])
    return result


def quiet_texts(parts: Sequence[tuple[Array, Table, Sequence[Phrase]]]) -> Array:
    """Return how sure the model is of an answer in each text of ordinary talk of some tables; with too few of these, in each text without marker.

    That is the highest probability of any marker or, where it is less, of an answer with whatever marker (see `stagelens.sight`).
    """
    without: list[tuple[float, str]] = []
    for chances, data, phrases in parts:
        highest = np.zeros((len(phrases), 2))
        np.maximum.at(highest, data.phrase, np.column_stack([chances[:, :-1].max(axis=1), chances[:, -1]]))
        sure = highest.min(axis=1)
        without += [(float(sure[index]), phrases[index].kind) for index in np.unique(data.phrase) if not phrases[index].spans]
    ordinary = [chance for chance, kind in without if kind == ORDINARY]
    return np.array(ordinary if len(ordinary) >= ENOUGH else [chance for chance, _ in without])


def _own(best: Array, there: NDArray[np.bool_], beta: float, common: float) -> float:
    count = int(there.sum())
    if not count:
        return common
    own = GRID[np.argmax([_f_beta(best >= t, there, beta) for t in GRID])]
    return float((count * own + TRUST * common) / (count + TRUST))


def _by_text(chances: Array, data: Table) -> tuple[Array, NDArray[np.bool_]]:
    texts = int(data.phrase.max()) + 1
    best, there = np.zeros((texts, chances.shape[1])), np.zeros((texts, chances.shape[1]), dtype=bool)
    np.maximum.at(best, data.phrase, chances)
    np.logical_or.at(there, data.phrase, data.labels == 1)
    return best, there


def _f_beta(found: NDArray[np.bool_], there: NDArray[np.bool_], beta: float) -> float:
    right = (found & there).sum()
    return float((1 + beta**2) * right / max(1, found.sum() + beta**2 * there.sum()))


def expected_error(chances: Array, labels: NDArray[np.int8], *, above: float = 0.05) -> float:
    """Return the expected calibration error over ten bins of equal width (Naeini and others, 2015), of chances not near 0."""
    kept = (chances >= above) & (labels != UNTOLD)
    chances, labels = chances[kept], labels[kept]
    if not chances.size:
        return 0.0
    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    gaps = [abs(chances[bins == b].mean() - labels[bins == b].mean()) * (bins == b).mean() for b in range(BINS) if (bins == b).any()]
    return float(sum(gaps))
