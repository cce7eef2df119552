"""A scikit-learn transformer: texts in; presence, counts, scores or stage shares out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, TransformerMixin

from ..errors import InputError, SettingsError
from ..framework import load_framework
from ..lens import load
from ..reading import Reading
from ..settings import Settings

__all__ = ["StageMarkers"]

OUTPUTS = ("presence", "counts", "scores", "stages")


class StageMarkers(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turn texts into numbers about their wording.

    Nothing is learnt in `fit`, so it may be left out. A missing text (None, NaN) gives zeros.

    Parameters
    ----------
    output : {"presence", "counts", "scores", "stages"}, default "presence"
        For each marker whether it is there, how many spans carry it, or its highest score; or for each stage its share of the
        summed scores (a row sums to 1, or to 0 where nothing is found).
    preset, speaker, statement
        As in `stagelens.Settings`.
    patterns, model, framework
        As in `stagelens.load`.
    sparse : bool, default False
        Return a CSR matrix.
    n_jobs : int, default 1
        Processes; -1 for one a core.

    Examples
    --------
    >>> from stagelens.integrations.sklearn import StageMarkers
    >>> rows = StageMarkers().fit_transform(["I was wrong to read your letter.", "We had tea."])
    >>> rows.shape, rows.sum(axis=1).tolist()
    ((2, 23), [1.0, 0.0])
    """

    def __init__(self, output: str = "presence", *, preset: str = "balanced", speaker: str = "responding", statement: bool = False,
                 patterns: Sequence[str] = (), model: str | bool = True, framework: str | None = None, sparse: bool = False, n_jobs: int = 1) -> None:
        self.output = output
        self.preset = preset
        self.speaker = speaker
        self.statement = statement
        self.patterns = patterns
        self.model = model
        self.framework = framework
        self.sparse = sparse
        self.n_jobs = n_jobs

    def fit(self, X: Iterable[str], y: ArrayLike | None = None) -> StageMarkers:  # noqa: N803
        """Check the settings; nothing is learnt.

        Parameters
        ----------
        X : iterable of str
            Not looked at.
        y : optional
            Not looked at.

        Returns
        -------
        StageMarkers
            Itself.

        Raises
        ------
        SettingsError
            If ``output`` is unknown.

        Examples
        --------
        >>> from stagelens.integrations.sklearn import StageMarkers
        >>> StageMarkers("counts").fit(["We had tea."]).output
        'counts'
        """
        self._check()
        return self

    def transform(self, X: Iterable[str]) -> NDArray[np.float64] | csr_matrix:  # noqa: N803
        """Return one row a text.

        Parameters
        ----------
        X : iterable of str
            A list, an array of one dimension, or a pandas Series.

        Returns
        -------
        array or CSR matrix of float, shape (texts, markers or stages)

        Raises
        ------
        InputError
            If something in ``X`` is not a text.
        SettingsError
            If a setting is outside what is allowed.

        Examples
        --------
        >>> from stagelens.integrations.sklearn import StageMarkers
        >>> StageMarkers("stages").transform(["I was wrong to read your letter."]).round(1).tolist()
        [[0.0, 0.0, 0.0, 0.0, 1.0, 0.0]]
        """
        self._check()
        texts = [_text(value, number) for number, value in enumerate(_one_dimension(X))]
        settings = Settings(preset=self.preset, speaker=self.speaker, statement=self.statement)
        lens = load(patterns=self.patterns, model=self.model, framework=self.framework, settings=settings)
        names = {name: place for place, name in enumerate(self._names())}
        rows = np.zeros((len(texts), len(names)))
        for row, reading in zip(rows, lens.tag_many(texts, n_jobs=self.n_jobs), strict=True):
            self._fill(row, reading, names)
        return csr_matrix(rows) if self.sparse else rows

    def _fill(self, row: NDArray[np.float64], reading: Reading, names: dict[str, int]) -> None:
        for span in reading.spans:
            place = names[f"stage_{span.stage}" if self.output == "stages" else span.marker]
            value = 1.0 if self.output in ("presence", "counts") else span.score
            row[place] = row[place] + value if self.output in ("counts", "stages") else max(row[place], value)
        if self.output == "stages" and row.any():
            row /= row.sum()

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Return the names of the columns: markers, or ``stage_`` with the number of each stage.

        Parameters
        ----------
        input_features : optional
            Not looked at; there for scikit-learn.

        Returns
        -------
        array of str, shape (markers or stages,)

        Raises
        ------
        SettingsError
            If ``output`` is unknown.

        Examples
        --------
        >>> from stagelens.integrations.sklearn import StageMarkers
        >>> StageMarkers("stages").get_feature_names_out().tolist()[:2]
        ['stage_-1', 'stage_0']
        """
        self._check()
        return np.array(self._names(), dtype=object)

    def _names(self) -> list[str]:
        framework = load_framework(self.framework)
        return [f"stage_{number}" for number in framework.stages] if self.output == "stages" else list(framework.markers)

    def _check(self) -> None:
        if self.output not in OUTPUTS:
            raise SettingsError(f"output is {self.output!r}; allowed are {', '.join(OUTPUTS)}")

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


def _one_dimension(values: Any) -> list[Any]:
    if isinstance(values, str):
        raise InputError("X is one text; give a list of texts")
    shape = getattr(values, "shape", None)
    if shape is not None and len(shape) != 1:
        raise InputError(f"X has the shape {tuple(shape)}; give one column of texts, such as frame['text']")
    return list(values)


def _text(value: Any, number: int) -> str:
    if isinstance(value, str):
        return value
    if value is None or type(value).__name__ == "NAType" or value != value:  # noqa: PLR0124 - NaN
        return ""
    raise InputError(f"text {number} of X is of type {type(value).__name__}; give a str, or None where it is missing")
