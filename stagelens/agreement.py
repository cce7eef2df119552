"""How far coders agree, marker by marker: people among themselves, and people with the machine, never mixed.

Percent agreement, Cohen's kappa (Cohen 1960) and Krippendorff's alpha for nominal data with missing values (Krippendorff 2011,
"Computing Krippendorff's Alpha-Reliability") are about units: does this marker stand in this sentence? Span F1 is about the
stretches themselves: the same (exact), touching (overlap), or by shared code points (character).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .annotations.records import MACHINE, Annotation, Coding
from .errors import InputError
from .export import safe_cell
from .segment import segment

__all__ = ["Agreement", "Disagreement", "Measures", "agreement", "alpha", "cohen", "write"]

ALL = "all markers"
PEOPLE, WITH_MACHINE = "people", "people and machine"
DRAWS = 1000
AROUND = 60
"""Code points shown on each side of a disagreement."""

Stretch = tuple[int, int]
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measures:
    """Agreement on one marker.

    Attributes
    ----------
    group : {"people", "people and machine"}
    marker : str
    units : int
        Units (sentences or documents) that two coders or more judged.
    marked : int
        Those in which at least one of them saw the marker.
    percent, kappa, alpha : float or None
        None where there is nothing to tell: no unit, or no variation.
    alpha_low, alpha_high : float or None
        The 95 % bootstrap interval of alpha, documents drawn with replacement.
    exact, overlap, character : float or None
        Span F1.

    Examples
    --------
    >>> from stagelens.agreement import agreement
    >>> from stagelens.annotations import Annotation, Coding
    >>> texts = {"a.txt": "I was wrong. We had tea."}
    >>> coding = Coding(texts, [Annotation("a.txt", coder, 0, 11, "ownership") for coder in ("ann", "bo")],
    ...                 {"ann": frozenset(texts), "bo": frozenset(texts)})
    >>> [(m.group, m.marker, m.units, m.percent, m.kappa) for m in agreement(coding, draws=10).measures][1]
    ('people', 'ownership', 2, 1.0, 1.0)
    """

    group: str
    marker: str
    units: int
    marked: int
    percent: float | None
    kappa: float | None
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None
    exact: float | None
    overlap: float | None
    character: float | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A stretch that one coder marked and another, who read the document, did not.

    Attributes
    ----------
    document, marker : str
    marked_by, not_by : str
        The two coders.
    start, end : int
        Code points into the document's text.
    text, around : str
        The words, and the same with 60 code points on each side.

    Examples
    --------
    >>> from stagelens.agreement import agreement
    >>> from stagelens.annotations import Annotation, Coding
    >>> texts = {"a.txt": "I was wrong. We had tea."}
    >>> coding = Coding(texts, [Annotation("a.txt", "ann", 0, 11, "ownership")], {"ann": frozenset(texts), "bo": frozenset(texts)})
    >>> [(d.text, d.marked_by, d.not_by) for d in agreement(coding, draws=10).disagreements]
    [('I was wrong', 'ann', 'bo')]
    """

    document: str
    marker: str
    marked_by: str
    not_by: str
    start: int
    end: int
    text: str
    around: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """All measures, and where coders differ.

    Attributes
    ----------
    measures : tuple of Measures
        For each group all markers together, then marker by marker.
    disagreements : tuple of Disagreement
    coders : mapping of str to int
        Coder to how many documents they read.
    unit : {"sentence", "document"}
    unplaced : int
        Annotations that could not be placed and so are not counted.

    Examples
    --------
    >>> from stagelens.agreement import agreement
    >>> from stagelens.annotations import Annotation, Coding
    >>> texts = {"a.txt": "I was wrong. We had tea."}
    >>> coding = Coding(texts, [Annotation("a.txt", "ann", 0, 11, "ownership")], {"ann": frozenset(texts), "bo": frozenset(texts)})
    >>> agreement(coding, draws=10).coders
    {'ann': 1, 'bo': 1}
    """

    measures: tuple[Measures, ...]
    disagreements: tuple[Disagreement, ...]
    coders: Mapping[str, int]
    unit: str
    unplaced: int


def agreement(coding: Coding, *, unit: str = "sentence", seed: int = 0, draws: int = DRAWS) -> Agreement:
    """Measure agreement.

    Parameters
    ----------
    coding : Coding
        Of two coders or more.
    unit : {"sentence", "document"}
        What presence is judged in.
    seed : int
        For the bootstrap.
    draws : int
        Bootstrap samples.

    Returns
    -------
    Agreement

    Raises
    ------
    InputError
        If there are fewer than two coders, or no document that two of them read.

    References
    ----------
    Cohen (1960), "A coefficient of agreement for nominal scales"; Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability".

    Examples
    --------
    >>> from stagelens.agreement import agreement
    >>> from stagelens.annotations import Annotation, Coding
    >>> texts = {"a.txt": "I was wrong. We had tea."}
    >>> coding = Coding(texts, [Annotation("a.txt", coder, 0, 11, "ownership") for coder in ("ann", "bo")],
    ...                 {"ann": frozenset(texts), "bo": frozenset(texts)})
    >>> agreement(coding, draws=10).measures[0].alpha
    1.0
    """
    if unit not in ("sentence", "document"):
        raise InputError(f"the unit is {unit!r}; allowed are sentence and document")
    groups = _groups(coding)
    markers = sorted({a.marker for a in coding.annotations})
    marks = _Marks(coding)
    units = {name: _units(text, unit) for name, text in coding.documents.items()}
    random = np.random.default_rng(seed)
    measures = [_measured(group, label, chosen, teams, marks, units, random, draws)
                for group, teams in groups.items() for label, chosen in [(ALL, markers), *((m, [m]) for m in markers)]]
    differences = tuple(d for pairs in groups.values() for d in _differences(coding, marks, markers, pairs))
    return Agreement(tuple(measures), differences, {coder: len(read) for coder, read in coding.coders.items()}, unit, len(coding.unplaced))


Team = tuple[tuple[str, ...], frozenset[str]]
"""Coders who are compared, and the documents that at least two of them read."""


def _groups(coding: Coding) -> dict[str, list[Team]]:
    """Return who is compared with whom: all people at once, and each person with the machine."""
    people = tuple(sorted(set(coding.coders) - {MACHINE}))
    groups: dict[str, list[Team]] = {}
    if len(people) > 1:
        groups[PEOPLE] = [(people, _shared(coding, people))]
    if MACHINE in coding.coders and people:
        groups[WITH_MACHINE] = [((person, MACHINE), _shared(coding, (person, MACHINE))) for person in people]
    if not groups:
        raise InputError(f"there is one coder ({', '.join(coding.coders) or 'nobody'}); give the annotations of two or more")
    if not any(documents for teams in groups.values() for _, documents in teams):
        raise InputError("no document was read by two coders; check that the documents have the same names in all files")
    return groups


def _shared(coding: Coding, coders: Sequence[str]) -> frozenset[str]:
    return frozenset(name for name in coding.documents if sum(name in coding.coders[coder] for coder in coders) > 1)


class _Marks:
    """The stretches of each coder, by document and marker."""

    def __init__(self, coding: Coding) -> None:
        self.read = coding.coders
        self._at: dict[tuple[str, str, str], list[Stretch]] = {}
        for a in coding.annotations:
            self._at.setdefault((a.document, a.coder, a.marker), []).append((a.start, a.end))

    def of(self, document: str, coder: str, marker: str) -> list[Stretch]:
        return self._at.get((document, coder, marker), [])


def _units(text: str, unit: str) -> list[Stretch]:
    whole = [(0, len(text) + 1)]
    return whole if unit == "document" else [(s.start, s.end) for s in segment(text).sentences] or whole


# --- presence ----------------------------------------------------------------------------------------------------


def _measured(group: str, label: str, markers: Sequence[str], teams: Sequence[Team], marks: _Marks, units: Mapping[str, Sequence[Stretch]],
              random: np.random.Generator, draws: int) -> Measures:
    votes = [_votes(document, coders, marker, marks, units[document]) for coders, documents in teams for document in sorted(documents) for marker in markers]
    documents = [(document, coders) for coders, shared in teams for document in sorted(shared) for _ in markers]
    sums = np.array([_sums(v) for v in votes]).reshape(len(votes), 4)
    pairs = [(document, a, b) for coders, shared in teams for a, b in combinations(coders, 2) for document in sorted(shared)
             if document in marks.read[a] and document in marks.read[b]]
    low, high = _interval(sums, [document for document, _ in documents], random, draws)
    spans = _span_f1(pairs, markers, marks)
    return Measures(group, label, int(sum(len(v) for v in votes)), int(sum((v == 1).any(axis=1).sum() for v in votes)), _percent(votes),
                    _kappa(votes, documents), alpha(*sums.sum(axis=0)), low, high, *spans)


def _votes(document: str, coders: Sequence[str], marker: str, marks: _Marks, units: Sequence[Stretch]) -> Array:
    """Return who sees the marker in which unit, shape (units, coders): 1, 0, or NaN where a coder did not read the document."""
    columns = []
    for coder in coders:
        if document not in marks.read[coder]:
            columns.append([np.nan] * len(units))
            continue
        spans = marks.of(document, coder, marker)
        columns.append([float(any(start < right and left < end for start, end in spans)) for left, right in units])
    return np.array(columns).T


def _sums(votes: Array) -> tuple[float, float, float, float]:
    """Return what alpha needs of some units, such that units add up: disagreement, noes, ayes, units."""
    ayes, noes = np.nansum(votes == 1, axis=1), np.nansum(votes == 0, axis=1)
    judged = ayes + noes
    paired = judged > 1
    ayes, noes, judged = ayes[paired], noes[paired], judged[paired]
    return float((2 * ayes * noes / (judged - 1)).sum()) if len(judged) else 0.0, float(noes.sum()), float(ayes.sum()), float(paired.sum())


def alpha(disagreement: float, noes: float, ayes: float, units: float) -> float | None:
    """Return Krippendorff's alpha for yes or no, from sums over units.

    Parameters
    ----------
    disagreement : float
        For each unit ``2 * ayes * noes / (judgements - 1)``, summed.
    noes, ayes : float
        Judgements of units that two coders or more judged.
    units : float
        Those units.

    Returns
    -------
    float or None
        1 for full agreement, 0 for what chance gives. None where no unit was judged twice, or nobody differs from "no" (or "yes") anywhere.

    References
    ----------
    Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability".

    Examples
    --------
    >>> from stagelens.agreement import alpha
    >>> alpha(0, 6, 2, 4)
    1.0
    """
    if not units or not noes or not ayes:
        return None
    return float(1 - disagreement * (noes + ayes - 1) / (2 * noes * ayes))


def _interval(sums: Array, documents: Sequence[str], random: np.random.Generator, draws: int) -> tuple[float | None, float | None]:
    """Return the 2.5th and 97.5th percentile of alpha over draws of documents."""
    names = sorted(set(documents))
    if len(names) < 2:
        return None, None
    index = {name: i for i, name in enumerate(names)}
    each = np.zeros((len(names), 4))
    np.add.at(each, [index[name] for name in documents], sums)
    drawn = random.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws) @ each
    values = [value for row in drawn if (value := alpha(*row)) is not None]
    return (float(np.percentile(values, 2.5)), float(np.percentile(values, 97.5))) if len(values) > draws / 2 else (None, None)


def _percent(votes: Sequence[Array]) -> float | None:
    """Return the share of pairs of judgements of one unit that are the same."""
    same = total = 0.0
    for matrix in votes:
        for a, b in combinations(range(matrix.shape[1]), 2):
            both = ~np.isnan(matrix[:, a]) & ~np.isnan(matrix[:, b])
            same, total = same + float((matrix[both, a] == matrix[both, b]).sum()), total + float(both.sum())
    return same / total if total else None


def _kappa(votes: Sequence[Array], documents: Sequence[tuple[str, tuple[str, ...]]]) -> float | None:
    """Return Cohen's kappa, the mean over pairs of coders."""
    tables: dict[tuple[str, str], Array] = {}
    for matrix, (_, coders) in zip(votes, documents, strict=True):
        for a, b in combinations(range(len(coders)), 2):
            both = ~np.isnan(matrix[:, a]) & ~np.isnan(matrix[:, b])
            table = tables.setdefault((coders[a], coders[b]), np.zeros((2, 2)))
            np.add.at(table, (matrix[both, a].astype(int), matrix[both, b].astype(int)), 1)
    values = [value for table in tables.values() if (value := cohen(table)) is not None]
    return sum(values) / len(values) if values else None


def cohen(table: Array) -> float | None:
    """Return Cohen's kappa of a two by two table of counts.

    Parameters
    ----------
    table : array, shape (2, 2)
        Rows: no and yes of the one coder; columns: of the other.

    Returns
    -------
    float or None
        None where both coders always say the same one thing.

    References
    ----------
    Cohen (1960), "A coefficient of agreement for nominal scales".

    Examples
    --------
    >>> import numpy as np
    >>> from stagelens.agreement import cohen
    >>> round(cohen(np.array([[20, 5], [10, 15]])), 2)
    0.4
    """
    total = table.sum()
    if not total:
        return None
    observed = np.trace(table) / total
    expected = float((table.sum(axis=0) * table.sum(axis=1)).sum() / total**2)
    return float((observed - expected) / (1 - expected)) if expected < 1 else None


# --- spans -------------------------------------------------------------------------------------------------------


def _span_f1(pairs: Iterable[tuple[str, str, str]], markers: Sequence[str], marks: _Marks) -> tuple[float | None, float | None, float | None]:
    exact = overlap = spans = shared = points = 0
    for document, first, second in pairs:
        for marker in markers:
            one, two = marks.of(document, first, marker), marks.of(document, second, marker)
            exact += 2 * len(set(one) & set(two))
            overlap += sum(_touches(s, two) for s in one) + sum(_touches(s, one) for s in two)
            spans += len(one) + len(two)
            left, right = _points(one), _points(two)
            shared, points = shared + 2 * len(left & right), points + len(left) + len(right)
    if not spans:
        return None, None, None
    return exact / spans, overlap / spans, shared / points if points else None


def _touches(stretch: Stretch, others: Sequence[Stretch]) -> bool:
    return any(stretch[0] < end and start < stretch[1] for start, end in others)


def _points(stretches: Iterable[Stretch]) -> set[int]:
    return {point for start, end in stretches for point in range(start, end)}


def _differences(coding: Coding, marks: _Marks, markers: Sequence[str], teams: Sequence[Team]) -> Iterator[Disagreement]:
    for coders, documents in teams:
        for document in sorted(documents):
            text = coding.documents[document]
            for marker in markers:
                for a in coders:
                    for b in coders:
                        if a != b and document in marks.read[a] and document in marks.read[b]:
                            for start, end in marks.of(document, a, marker):
                                if not _touches((start, end), marks.of(document, b, marker)):
                                    yield Disagreement(document, marker, a, b, start, end, text[start:end], text[max(0, start - AROUND):end + AROUND])


def write(measured: Agreement, folder: Path) -> None:
    """Write ``agreement.csv`` and ``disagreements.csv``.

    Parameters
    ----------
    measured : Agreement
    folder : Path
        Made where it is not there.

    Raises
    ------
    InputError
        If the folder cannot be written to.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from stagelens.agreement import agreement, write
    >>> from stagelens.annotations import Coding
    >>> texts = {"a.txt": "We had tea."}
    >>> coding = Coding(texts, [], {"ann": frozenset(texts), "bo": frozenset(texts)})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(agreement(coding, draws=10), pathlib.Path(folder))
    ...     sorted(file.name for file in pathlib.Path(folder).iterdir())
    ['agreement.csv', 'disagreements.csv']
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, kind, rows in (("agreement", Measures, measured.measures), ("disagreements", Disagreement, measured.disagreements)):
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, [field.name for field in fields(kind)], lineterminator="\n")
                writer.writeheader()
                writer.writerows({key: safe_cell(value) for key, value in asdict(row).items()} for row in rows)
    except OSError as error:
        raise InputError(f"{folder} cannot be written to ({error.strerror}); give a folder you may write to") from None


def as_annotations(document: str, coder: str, stretches: Iterable[tuple[int, int, str]]) -> list[Annotation]:
    """Return stretches with their markers as annotations."""
    return [Annotation(document, coder, start, end, marker) for start, end, marker in stretches]
