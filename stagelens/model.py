"""Step 2b: how likely each marker is in each clause, from a small linear model that can name the words that carried it.

Scoring is a sum of weights, first of the features of a clause, then of what the clauses around it seem to carry (`stagelens.nearby`);
scikit-learn trains the model and is not needed to use it. Its two files are read and checked in `stagelens.modelfile`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .features import words
from .keys import NO_ROW, Ints, Keys, Place, Ruled, Vocabulary
from .nearby import around, counted_on, looked_again
from .records import MODEL, NEARBY, Document, Evidence, Hit, Joint, Seen, Span, Thresholds

UNNAMED = "model"
"""What evidence calls a model that was not read from a folder; others are called by the folder's name."""
SEEN = 0.02
"""Probabilities below this are not passed on: merge takes what it is not told of as something the model finds very unlikely."""

TYPICAL = 25.0
"""The length of a middling row of features."""
CARRIES = 0.35
"""A word that carries less than this share of what the strongest word does ends the run of words that is named as evidence."""
AT_ONCE = 128
"""Clauses whose surroundings are held in memory at once. So few that numpy multiplies them on one core: the second one gained nothing, and
belongs to somebody else."""

_APART = np.array([1 << 40, 1])
"""Makes one number of a text's and a sentence's, such that no sentence of one text is near one of another."""

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
    vocabulary : Vocabulary
        The features, in the order of the rows of the weights.
    thresholds : mapping
        Preset to what it asks of findings that the model has a part in.
    joint : Joint
        How its certainty and that of the rules are weighed together.
    about : mapping
        Where it comes from: the data's SHA-256, library versions, seed, settings, metrics.
    """

    markers: tuple[str, ...]
    families: tuple[str, ...]
    vocabulary: Vocabulary
    thresholds: Mapping[str, Thresholds]
    joint: Joint
    about: Mapping[str, Any]


def divisor(squared: Array) -> Array:
    """Return what the features of rows are divided by, given their squared lengths: the geometric mean of length and `TYPICAL`.

    Divided by the whole length, a few telling words in a long clause would count for little; not divided, long clauses would be sure of everything.
    """
    result: Array = np.sqrt(TYPICAL * np.sqrt(squared))
    return result


class Model:
    """A linear model over clause features with calibrated probabilities.

    Parameters
    ----------
    header : Header
    rarity : array, shape (features,)
        How much each feature counts for: the square root of its inverse document frequency in training.
    unknown : float
        That of a feature never seen in training: it carries no weight, and dilutes the rest.
    weights : array, shape (features, markers + 1)
    bias : array, shape (markers + 1,)
        With the weights, they give the first scores: log-odds of each clause by itself. The last column is that of an answer to harm: of any
        marker at all.
    second : array, shape (width(markers + 1), markers + 1)
    second_bias : array, shape (markers + 1,)
        They give the probabilities, from what `stagelens.nearby.around` tells of the first scores.
    """

    def __init__(self, header: Header, rarity: Array, unknown: float, weights: Array, bias: Array, second: Array, second_bias: Array, *,
                 folder: Path | None = None, checksum: str | None = None) -> None:
        self.header, self.folder, self.checksum = header, folder, checksum
        self.name = folder.name if folder else UNNAMED
        self.rarity, self.unknown, self.bias, self.second, self.second_bias = rarity, unknown, bias, second, second_bias
        self._keys = Keys(header.vocabulary, header.families)
        self._carried = np.multiply(weights, rarity[:, None], dtype=np.float32)  # of half the memory, and twice as far as what is stored is exact
        self._squared = rarity**2

    @property
    def weights(self) -> Array:
        """The weights as they were given, to six digits, shape (features, markers + 1)."""
        result: Array = self._carried / self.rarity[:, None]
        return result

    def headed(self, header: Header) -> Model:
        """Return the same model with another header of the same markers and features."""
        model = copy(self)
        model.header = header
        return model

    def find(self, texts: Sequence[Ruled], asked: Thresholds, *, statement: bool = False) -> list[Seen]:
        """Return what the model sees in each text, a hit a marker and clause; the words that carried it are named by `carried`.

        Parameters
        ----------
        texts : sequence of (Document, sequence of Hit)
            Each text and what the rules found in it, each hit with its use. Many at once are read much faster than one by one.
        asked : Thresholds
            What is too faint to be shown by them is only told of the rules' own markers in the sentences where they stand.
        statement : bool, default False
            Whether the texts are known to be answers to harm. If not, only what stands near a clause that is surely part of one, or near a
            finding of the rules, is told: nothing else can be shown.
        """
        places, scores = self._first(texts)
        numbers = np.array([place[:2] for place in places], dtype=np.int64).reshape(len(places), 2)
        chances = self.seen_again(numbers[:, 0], counted_on(numbers[:, 0], numbers[:, 1]), scores)
        chances, answer = chances[:, :-1], chances[:, -1].round(4)
        told = chances >= asked.lowest
        if not statement:
            told &= _near(texts, numbers, answer >= asked.answer)[:, None]
        for row, columns in self._asked(texts, places):
            told[row, columns] = chances[row, columns] >= SEEN
        seen: list[list[Hit]] = [[] for _ in texts]
        for row, column in np.argwhere(told).tolist():
            seen[places[row][0]].append(self._hit(places[row], column, float(chances[row, column])))
        answers = _answers(len(texts), numbers, answer)
        return [Seen(tuple(hits), likely, asked, self.header.joint) for hits, likely in zip(seen, answers, strict=True)]

    def carried(self, document: Document, span: Span, worth: float) -> Span:
        """Return a finding with the words that carried it in the place of the clause, in the model's part of its evidence.

        Where the probability is below ``worth`` the whole clause is left there: no word of it carries much.
        """
        by_model = [one for one in span.evidence if one.source == MODEL and one.weight >= worth]
        if not by_model:
            return span
        column = self.header.markers.index(span.marker)
        return replace(span, evidence=tuple(self._named(document, one, column) if one in by_model else one for one in span.evidence))

    def _asked(self, texts: Sequence[Ruled], places: Sequence[Place]) -> Iterator[tuple[int, list[int]]]:
        """Yield the rows of the clauses in whose sentence the rules found something, with the columns of what they found."""
        column = {marker: number for number, marker in enumerate(self.header.markers)}
        asked: dict[tuple[int, int], set[int]] = {}
        for text, (_, hits) in enumerate(texts):
            for hit in hits:
                if hit.marker in column:
                    asked.setdefault((text, hit.sentence), set()).add(column[hit.marker])
        if asked:
            yield from ((row, sorted(asked[place[:2]])) for row, place in enumerate(places) if place[:2] in asked)

    def _first(self, texts: Sequence[Ruled]) -> tuple[list[Place], Array]:
        """Return the clauses of texts and their first scores."""
        places: list[Place] = []
        scores = [np.zeros((0, len(self.bias)))]
        for block in self._keys.blocks(texts):
            places += block.places
            scores.append(self._scores(block.rows, block.known, block.unknown))
        return places, np.concatenate(scores)

    def seen_again(self, texts: Ints, sentences: Ints, scores: Array) -> Array:
        """Return the probabilities of clauses, shape (clauses, markers + 1), given what `stagelens.nearby.around` is given."""
        return np.concatenate([scores[:0], *(self._again(texts, sentences, scores, first) for first in range(0, len(scores), AT_ONCE))])

    def _again(self, texts: Ints, sentences: Ints, scores: Array, first: int) -> Array:
        """Return the probabilities of the next `AT_ONCE` clauses: what is around them is looked at too."""
        last = min(first + AT_ONCE, len(scores))
        begin = int(np.searchsorted(sentences, sentences[first] - NEARBY))
        end = int(np.searchsorted(sentences, sentences[last - 1] + NEARBY, side="right"))
        seen = around(texts[begin:end], sentences[begin:end], scores[begin:end])[first - begin:last - begin]
        return looked_again(scores[first:last], seen, self.second, self.second_bias)

    def _scores(self, rows: Ints, known: Ints, unknown: Ints) -> Array:
        """Return the first scores of clauses given by the rows of their known features, one clause after the other, shape (clauses, markers + 1)."""
        result = np.zeros((len(known), len(self.bias)))
        some = known > 0
        if some.any():
            starts = (np.cumsum(known) - known)[some]
            squared = np.add.reduceat(self._squared[rows], starts) + unknown[some] * self.unknown**2
            result[some] = np.add.reduceat(self._carried[rows], starts, axis=0) / divisor(squared)[:, None]
        return result + self.bias

    def logits(self, features: Iterable[str], numbers: NDArray[np.int32], ends: NDArray[np.int32]) -> Array:
        """Return the first scores of clauses given by their written features, shape (clauses, markers + 1).

        Parameters
        ----------
        features : iterable of str
        numbers : array
            Which of these stand in the clauses, one clause after the other.
        ends : array, shape (clauses + 1,)
            Where the numbers of each clause begin, and those of the last end.
        """
        row_of = {feature: row for row, feature in enumerate(self.header.vocabulary.written())}
        rows = np.array([row_of.get(feature, NO_ROW) for feature in features], dtype=np.int64)[numbers]
        total = np.diff(ends)
        clause = np.repeat(np.arange(len(total)), total)
        order = np.lexsort((rows, clause))
        rows, clause = rows[order], clause[order]
        told = rows != NO_ROW
        known = np.bincount(clause[told], minlength=len(total))
        return self._scores(rows[told], known, total - known)

    def _hit(self, place: Place, column: int, chance: float) -> Hit:
        _, sentence, start, end = place
        chance = round(chance, 4)
        return Hit(self.header.markers[column], start, end, start, end, sentence, chance, (Evidence(MODEL, self.name, start, end, chance),))

    def _named(self, document: Document, evidence: Evidence, column: int) -> Evidence:
        start, end = self._carriers(document, evidence.start, evidence.end, column)
        return replace(evidence, start=start, end=end)

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
        runs = self._keys.runs(forms)
        weights = self._carried[runs.rows, column] / runs.lengths
        words = runs.words[:, None] + np.arange(runs.lengths.max(initial=0))
        inside = words < (runs.words + runs.lengths)[:, None]
        told: list[float] = np.bincount(words[inside], np.broadcast_to(weights[:, None], words.shape)[inside], len(forms)).tolist()
        return told


def _answers(texts: int, numbers: Ints, chances: Array) -> list[dict[int, float]]:
    """Return for each text how likely its sentences are part of an answer: of clauses given by the numbers of text and sentence, the surest."""
    result: list[dict[int, float]] = [{} for _ in range(texts)]
    likely = chances >= SEEN
    for (text, sentence), chance in zip(numbers[likely].tolist(), chances[likely].tolist(), strict=True):
        result[text][sentence] = max(chance, result[text].get(sentence, 0.0))
    return result


def _near(texts: Sequence[Ruled], numbers: Ints, sure: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which clauses, given by the numbers of text and sentence, stand near a sure one or a finding of the rules."""
    ruled = np.array([(text, hit.sentence) for text, (_, hits) in enumerate(texts) for hit in hits], dtype=np.int64).reshape(-1, 2)
    middle = np.unique(np.concatenate([numbers[sure], ruled]) @ _APART)
    near = (middle[:, None] + np.arange(-NEARBY, NEARBY + 1)).ravel()
    return np.isin(numbers @ _APART, near)
