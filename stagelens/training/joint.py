"""How sure rules and model are together, learnt where they meet: at the rules' findings in the training texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from ..lens import Lens
from ..records import Joint, Span
from ..sight import UNSEEN, together
from .calibrate import GRID
from .phrases import Phrase
from .table import Table

Array = NDArray[np.float64]
BETAS = {"precise": 0.5, "balanced": 1.7, "sensitive": 2.0}
"""As in `stagelens.training.calibrate`, with more weight on recall: a wording that somebody wrote a pattern for has a case already."""
SHARE = 0.5
"""How much the rules' log-odds count against the model's. Left to itself this falls to nothing, for the phrases were written to mislead
patterns, and the model sees what the patterns found. In long statements patterns hold better than that (docs/quality.md)."""
SURE = 0.99


@dataclass(frozen=True, slots=True)
class Meetings:
    """The rules' findings: what the rules and what the model say of each, and whether it is right."""

    rules: Array
    model: Array
    right: NDArray[np.bool_]


def meetings(lens: Lens, phrases: Sequence[Phrase], data: Table, chances: Array, markers: Sequence[str]) -> Meetings:
    """Collect the findings of a lens without model in the texts of a table, each with the model's surest clause under its words."""
    places: dict[int, list[int]] = {}
    for row, phrase in enumerate(data.phrase):
        places.setdefault(int(phrase), []).append(row)
    readings = lens.tag_many((phrases[index].text for index in places), n_jobs=-1)
    found = [(span, index) for index, reading in zip(places, readings, strict=True) for span in reading.spans]
    model = [_surest(span, data, chances[:, markers.index(span.marker)], places.get(index, [])) for span, index in found]
    right = [any(m == s.marker and a < s.end and s.start < b for a, b, m in phrases[index].spans) for s, index in found]
    return Meetings(np.array([s.score for s, _ in found]), np.array(model), np.array(right, dtype=bool))


def _surest(span: Span, data: Table, chances: Array, rows: Sequence[int]) -> float:
    start, end = min(e.start for e in span.evidence), max(e.end for e in span.evidence)
    touched = [chances[row] for row in rows if data.places[row].start < end and start < data.places[row].end]
    return float(max(touched, default=0.0))


def joint(met: Meetings) -> Joint:
    """Learn how much the log-odds of the two weigh in the joint ones, in the proportion `SHARE`."""
    if not met.right.any() or met.right.all():
        return Joint(SHARE * 0.5, 0.5, 0.0)
    both = SHARE * _logit(met.rules) + _logit(met.model)
    learner = LogisticRegression(C=100.0).fit(both[:, None], met.right)
    scale, base = float(learner.coef_[0, 0]), float(learner.intercept_[0])
    return Joint(round(SHARE * scale, 4), round(scale, 4), round(base, 4))


def thresholds(weighed: Joint, met: Meetings) -> dict[str, float]:
    """Choose, for each preset, how sure the two must be together: the best F-beta over the rules' findings."""
    scores = np.array([together(weighed, r, max(m, UNSEEN)) for r, m in zip(met.rules, met.model, strict=True)])
    result = {}
    for preset, beta in BETAS.items():
        values = [_f_beta(met.right[scores >= t], met.right.sum(), beta) for t in GRID]
        result[preset] = float(GRID[int(np.argmax(values))])
    return result


def _f_beta(kept: NDArray[np.bool_], there: int, beta: float) -> float:
    return float((1 + beta**2) * kept.sum() / max(1.0, len(kept) + beta**2 * there))


def _logit(p: Array) -> Array:
    p = np.clip(p, max(UNSEEN, 1 - SURE), SURE)
    result: Array = np.log(p / (1 - p))
    return result
