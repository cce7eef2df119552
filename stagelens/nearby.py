"""The model's second look: what a clause carries, given what it and the clauses around it seem to carry.

One clause says little by itself: "I had my own reasons" is a justification after a charge and nothing in a chat about a holiday. So
the first scores of all markers, in the clause, before and behind it and in its sentence, are weighed once more by a linear
model (stacked generalization: Wolpert, 1992; in the order of a text: Cohen and Carvalho, 2005); and how much of an answer to harm the
sentences near it are on the whole, for the highest of many scores is high in any long talk.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .records import NEARBY

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

LOOKS = 5
"""Groups of columns that `around` gives, each with as many columns as there are first scores: one a marker, and one of any answer."""
WHOLE = 3
"""Columns that it gives besides: what the sentences near a clause are on the whole."""

MOVED = 2.5
"""As far as the second look may move a clause's log-odds. Without a bound, a textbook wording amid other moves fell from .93 to .002, and nothing
was gained by it (dev split, best threshold: .747 with it and without)."""


def width(columns: int) -> int:
    """Return how many columns `around` gives of so many columns of first scores."""
    return LOOKS * columns + WHOLE


def chance(scores: Array) -> Array:
    """Return scores (log-odds) as chances between 0 and 1."""
    result: Array = 1 / (1 + np.exp(-np.clip(scores, -40, 40)))
    return result


def looked_again(scores: Array, seen: Array, weights: Array, bias: Array) -> Array:
    """Return the probabilities of clauses from their first scores and from what `around` tells of them, shape (clauses, columns)."""
    return chance(np.clip(seen @ weights + bias, scores - MOVED, scores + MOVED))


def counted_on(texts: Ints, sentences: Ints) -> Ints:
    """Return the numbers of sentences counted on from text to text, given their numbers within their texts."""
    new = np.ones(len(texts), dtype=bool)
    new[1:] = (np.diff(texts) != 0) | (np.diff(sentences) != 0)
    return np.cumsum(new)


def around(texts: Ints, sentences: Ints, scores: Array) -> Array:
    """Return what stands in and around each clause of some texts.

    Parameters
    ----------
    texts : array of int, shape (clauses,)
        The number of each clause's text, never falling.
    sentences : array of int, shape (clauses,)
        The number of each clause's sentence, never falling, and counted on from text to text.
    scores : array, shape (clauses, columns)
        First scores (log-odds), a column a marker, the last of any answer.

    Returns
    -------
    array, shape (clauses, width(columns))
        The scores themselves; then, as chances: the clause's own, the clause's before it and behind it, and the highest of the other
        clauses of its sentence, 0 where there is none (what stands two sentences away was tried too: it makes echoes); then of the clauses
        within `NEARBY` sentences the mean score of an answer, the mean of their highest scores of a marker, and the logarithm of their number.
    """
    own = chance(scores)
    before, behind = np.zeros_like(own), np.zeros_like(own)
    goes_on = texts[1:] == texts[:-1]
    before[1:][goes_on], behind[:-1][goes_on] = own[:-1][goes_on], own[1:][goes_on]
    return np.hstack([scores, own, before, behind, _highest(sentences, own), _on_the_whole(texts, sentences, scores)])


def _on_the_whole(texts: Ints, sentences: Ints, scores: Array) -> Array:
    """Return what the clauses near each clause are on the whole, shape (clauses, WHOLE).

    Sentence by sentence, and in one order, so that it does not depend on what else is read at the same time.
    """
    starts = np.flatnonzero(np.diff(sentences, prepend=-1))
    told = np.column_stack([scores[:, -1], scores[:, :-1].max(axis=1), np.ones(len(scores))])
    sums, of = np.add.reduceat(told, starts) if len(starts) else told, texts[starts]
    near = np.zeros_like(sums)
    for by in range(-NEARBY, NEARBY + 1):
        first, last = max(0, -by), len(sums) - max(0, by)  # those that have a sentence so far from them
        if first < last:
            same = of[first:last] == of[first + by:last + by]
            near[first:last] += np.where(same[:, None], sums[first + by:last + by], 0.0)
    near = np.repeat(near, np.diff(starts, append=len(scores)), axis=0)
    return np.column_stack([near[:, :2] / near[:, 2:], np.log(near[:, 2])])


def _highest(sentences: Ints, own: Array) -> Array:
    """Return the highest chances of the other clauses in the same sentence."""
    if not len(own):
        return own
    starts = np.flatnonzero(np.diff(sentences, prepend=sentences[0] - 1))
    sentence = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(own)))
    first = np.maximum.reduceat(own, starts)[sentence]
    highest = own == first
    second = np.maximum.reduceat(np.where(highest, 0.0, own), starts)[sentence]
    single = np.add.reduceat(highest, starts, axis=0, dtype=np.int64)[sentence] == 1
    result: Array = np.where(highest & single, second, first)
    return result
