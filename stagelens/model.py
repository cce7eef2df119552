"""Step 2b: how likely each marker is in each clause, from a small linear model that can name the words that carried it.

Scoring is a sum of weights, first of the features of a clause, then of what the clauses around it seem to carry (`stagelens.nearby`);
scikit-learn trains the model and is not needed to use it. Its two files are read and checked in `stagelens.modelfile`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .features import Places, letters, words
from .keys import Ints, Keys
from .nearby import around, chance
from .records import Document, Evidence, Hit, Joint, Thresholds

UNNAMED = "model"
"""What evidence calls a model that was not read from a folder; others are called by the folder's name."""
SEEN = 0.02
"""Probabilities below this are not passed on: merge takes a clause without a model hit as one the model finds very unlikely."""

CARRIES = 0.35
"""A word that carries less than this share of what the strongest word does ends the run of words that is named as evidence."""
AT_ONCE = 4096
"""Clauses whose surroundings are held in memory at once."""

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Header:
    """What a model says of itself, beside its numbers.

    Attributes
    ----------
    markers : tuple of str
        In the order of the columns of the weights.
    families : tuple of str
        The feature families it was trained with.
    features : tuple of str
        In the order of the rows of the weights.
    thresholds : mapping
        Preset to what it asks of findings that the model has a part in.
    joint : Joint
        How its certainty and that of the rules are weighed together.
    about : mapping
        Where it comes from: the data's SHA-256, library versions, seed, settings, metrics.
    """

    markers: tuple[str, ...]
    families: tuple[str, ...]
    features: tuple[str, ...]
    thresholds: Mapping[str, Thresholds]
    joint: Joint
    about: Mapping[str, Any]


class Model:
    """A linear model over clause features with calibrated probabilities.

    Parameters
    ----------
    header : Header
    rarity : array, shape (features,)
        How much each feature counts for: the square root of its inverse document frequency in training.
    unknown : float
        That of a feature never seen in training: it carries no weight, and dilutes the rest.
    weights : array, shape (features, markers)
    bias : array, shape (markers,)
        With the weights, they give the first scores: log-odds of each clause by itself.
    second : array, shape (LOOKS * markers, markers)
    second_bias : array, shape (markers,)
        They give the probabilities, from what `stagelens.nearby.around` tells of the first scores.
    """

    def __init__(self, header: Header, rarity: Array, unknown: float, weights: Array, bias: Array, second: Array, second_bias: Array, *,
                 folder: Path | None = None, checksum: str | None = None) -> None:
        self.header, self.folder, self.checksum = header, folder, checksum
        self.name = folder.name if folder else UNNAMED
        self.rarity, self.unknown, self.weights, self.bias, self.second, self.second_bias = rarity, unknown, weights, bias, second, second_bias
        self._rows = {feature: row for row, feature in enumerate(header.features)}
        self._keys = Keys(header.features, header.families)
        self._carried, self._squared = weights * rarity[:, None], rarity**2

    def find(self, document: Document, hits: Sequence[Hit], worth: float) -> list[Hit]:
        """Return what the model sees, a hit a marker and clause.

        Parameters
        ----------
        document : Document
        hits : sequence of Hit
            What the rules found, each with its use.
        worth : float
            Probabilities below this are only told of the rules' own markers in the sentences where they stand.
        """
        column = {marker: number for number, marker in enumerate(self.header.markers)}
        asked = {(hit.sentence, column[hit.marker]) for hit in hits if hit.marker in column}
        places, scores = self._first(document, hits)
        chances = self.seen_again(np.array([number for number, *_ in places], dtype=np.int64), scores)
        return [self._hit(document, places[i], j, float(chances[i, j]), worth) for i, j in np.argwhere(chances >= SEEN).tolist()
                if chances[i, j] >= worth or (places[i][0], j) in asked]

    def _first(self, document: Document, hits: Sequence[Hit]) -> tuple[Places, Array]:
        """Return the clauses of a text and their first scores."""
        places: list[tuple[int, int, int]] = []
        scores = [np.zeros((0, len(self.header.markers)))]
        for block in self._keys.blocks(document, hits):
            places += block.places
            scores.append(self._scores(block.rows, block.known, block.unknown))
        return places, np.concatenate(scores)

    def seen_again(self, sentences: Ints, scores: Array) -> Array:
        """Return the probabilities of the clauses of one text, shape (clauses, markers), given their sentences' numbers and their first scores."""
        return np.concatenate([scores[:0], *(self._again(sentences, scores, first) for first in range(0, len(scores), AT_ONCE))])

    def _again(self, sentences: Ints, scores: Array, first: int) -> Array:
        """Return the probabilities of the next `AT_ONCE` clauses: what is around them is looked at too."""
        last = min(first + AT_ONCE, len(scores))
        begin = max(0, int(np.searchsorted(sentences, sentences[first])) - 1)
        end = int(np.searchsorted(sentences, sentences[last - 1], side="right")) + 1
        seen = around(sentences[begin:end], scores[begin:end])[first - begin:last - begin]
        return chance(seen @ self.second + self.second_bias)

    def _scores(self, rows: Ints, known: Ints, unknown: Ints) -> Array:
        """Return the first scores of clauses given by the rows of their known features, one clause after the other, shape (clauses, markers)."""
        result = np.zeros((len(known), len(self.header.markers)))
        some = known > 0
        if some.any():
            starts = (np.cumsum(known) - known)[some]
            length = np.sqrt(np.add.reduceat(self._squared[rows], starts) + unknown[some] * self.unknown**2)
            result[some] = np.add.reduceat(self._carried[rows], starts, axis=0) / length[:, None]
        return result + self.bias

    def logits(self, rows: Sequence[Sequence[str]]) -> Array:
        """Return the first scores of clauses given by their written features, shape (clauses, markers)."""
        known = [sorted(row for row in map(self._rows.get, features) if row is not None) for features in rows]
        counts = np.array([len(some) for some in known], dtype=np.int64)
        total = np.array([len(features) for features in rows], dtype=np.int64)
        return self._scores(np.fromiter(chain.from_iterable(known), dtype=np.int64, count=int(counts.sum())), counts, total - counts)

    def _hit(self, document: Document, clause: tuple[int, int, int], column: int, chance: float, worth: float) -> Hit:
        sentence, start, end = clause
        left, right = self._carriers(document, start, end, column) if chance >= worth else (start, end)
        chance = round(chance, 4)
        evidence = (Evidence("model", self.name, left, right, chance),)
        return Hit(self.header.markers[column], start, end, start, end, sentence, chance, evidence)

    def _carriers(self, document: Document, start: int, end: int, column: int) -> tuple[int, int]:
        """Return the run of words that carries the finding: the best sum of weights, each taken less a share of the highest."""
        said = words(document, start, end)
        shares = self._shares([word.form for word in said], column)
        if not said or max(shares) <= 0:
            return start, end
        cost = CARRIES * max(shares)
        best, total, begin, run = 0.0, 0.0, 0, (0, 0)
        for i, share in enumerate(shares):
            if total <= 0:
                total, begin = 0.0, i
            total += share - cost
            if total > best:
                best, run = total, (begin, i)
        return said[run[0]].start, said[run[1]].end

    def _shares(self, forms: Sequence[str], column: int) -> list[float]:
        """Return how much each word weighs for a marker, by itself, by its letters, and in the runs it stands in."""
        shares = [sum(self._weight(feature, column) for feature in sorted(letters(form))) for form in forms]
        for n in (1, 2, 3):
            for i in range(len(forms) - n + 1):
                weight = self._weight("w " + " ".join(forms[i:i + n]), column)
                for k in range(i, i + n):
                    shares[k] += weight / n
        return shares

    def _weight(self, feature: str, column: int) -> float:
        row = self._rows.get(feature)
        return float(self._carried[row, column]) if row is not None else 0.0
