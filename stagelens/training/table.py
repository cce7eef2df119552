"""Annotated phrases as a table: a row a clause, its labels, and which features stand in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ..features import FAMILIES
from ..keys import written
from ..lens import Lens
from .phrases import Phrase

COVER = 0.5
"""A clause carries a marker when a span covers this share of it, or it holds this share of the span."""
PART = 0.2
"""A clause that is a smaller part of a span than this ("at the same time") carries nothing by itself: the model is not told either way."""
UNTOLD = -1
BATCH = 1_000
"""Texts handed to a process at once."""


class Place(NamedTuple):
    """A clause: the number of its sentence, and where it stands in its text."""

    sentence: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Which features stand in which rows: their names in the order they were met, and a sparse matrix of ones, shape (rows, features)."""

    features: NDArray[np.object_]
    matrix: csr_matrix

    def only(self, rows: NDArray[np.int_]) -> Counts:
        """Return some of the rows."""
        return Counts(self.features, self.matrix[rows])


@dataclass(frozen=True, slots=True)
class Table:
    """Clauses ready to learn from: where they stand, labels of shape (clauses, markers + 1), the index of each clause's phrase, and its features.

    A label is 1 where the clause carries the marker, 0 where it does not, and `UNTOLD`. The last column is that of any marker: of an answer; of the
    other clauses of a text that answers it is not told, for they are part of the answer too.
    """

    places: list[Place]
    labels: NDArray[np.int8]
    phrase: NDArray[np.int_]
    counts: Counts

    def only(self, rows: NDArray[Any]) -> Table:
        """Return some of the rows, given by number or by a mask."""
        numbers = np.arange(len(self.places))[rows]
        return Table([self.places[row] for row in numbers], self.labels[rows], self.phrase[rows], self.counts.only(numbers))


def table(lens: Lens, phrases: Sequence[Phrase], markers: Sequence[str], families: Collection[str] = FAMILIES, *, n_jobs: int = -1) -> Table:
    """Cut the phrases into clauses, with what the rules find in them, and label each clause from the spans."""
    batches = [phrases[i:i + BATCH] for i in range(0, len(phrases), BATCH)]
    cut = Parallel(n_jobs=n_jobs)(delayed(_cut)(lens, batch, tuple(families)) for batch in batches)
    places = [seen for some, _ in cut for seen in some]
    rows = [place for seen in places for place in seen]
    owner = [index for index, seen in enumerate(places) for _ in seen]
    labels = [_labels(place, phrases[index], markers) for place, index in zip(rows, owner, strict=True)]
    return Table(rows, np.array(labels, dtype=np.int8).reshape(len(rows), len(markers) + 1), np.array(owner, dtype=int), _joined(some for _, some in cut))


class _Met(NamedTuple):
    """The features of some clauses: their names, the numbers of those of each clause one after the other, and how many each has."""

    names: Sequence[str]
    numbers: NDArray[np.int32]
    lengths: NDArray[np.int32]


def _cut(lens: Lens, phrases: Sequence[Phrase], families: Collection[str]) -> tuple[list[list[Place]], _Met]:
    """Return the clauses of each phrase, and the features of them all: as numbers, which are sent between processes sooner than strings."""
    clauses, names, numbers, lengths = written(lens.found_by_rules_in([phrase.text for phrase in phrases]), families)
    places: list[list[Place]] = [[] for _ in phrases]
    for text, *place in clauses:
        places[text].append(Place(*place))
    return places, _Met(names, numbers.astype(np.int32), lengths.astype(np.int32))


def _joined(parts: Iterable[_Met]) -> Counts:
    known: dict[str, int] = {}
    columns, lengths = [np.zeros(0, dtype=np.int64)], [np.zeros(1, dtype=np.int32)]
    for names, numbers, some in parts:
        columns.append(np.array([known.setdefault(name, len(known)) for name in names], dtype=np.int64)[numbers])
        lengths.append(some)
    ends = np.cumsum(np.concatenate(lengths), dtype=np.int64)
    matrix = csr_matrix((np.ones(ends[-1]), np.concatenate(columns), ends), shape=(len(ends) - 1, len(known)))
    matrix.sort_indices()
    return Counts(np.array(list(known), dtype=object), matrix)


def _labels(clause: Place, phrase: Phrase, markers: Sequence[str]) -> list[int]:
    carried: dict[str, int] = {}
    for start, end, marker in phrase.spans:
        shared = min(end, clause.end) - max(start, clause.start)
        if shared >= COVER * (clause.end - clause.start) or shared >= COVER * (end - start):
            carried[marker] = max(carried.get(marker, UNTOLD), 1 if shared >= PART * (end - start) else UNTOLD)
    labels = [carried.get(marker, 0) for marker in markers]
    return [*labels, 1 if 1 in labels else UNTOLD if phrase.spans else 0]
