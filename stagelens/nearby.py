"""The model's second look: what a clause carries, given what it and the clauses around it seem to carry.

One clause says little by itself: "I had my own reasons" is a justification after a charge and nothing in a chat about a holiday. So
the first scores of all markers, in the clause, before and behind it and in its sentence, are weighed once more by a linear
model (stacked generalization: Wolpert, 1992; in the order of a text: Cohen and Carvalho, 2005).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

LOOKS = 5
"""Groups of columns that `around` gives, each with as many columns as there are first scores: one a marker, and one of any answer."""

MOVED = 2.5
"""As far as the second look may move a clause's log-odds. Without a bound, a textbook wording amid other moves fell from .93 to .002, and nothing
was gained by it (dev split, best threshold: .747 with it and without)."""


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
        First scores (log-odds).

    Returns
    -------
    array, shape (clauses, LOOKS * columns)
        The scores themselves; then, as chances: the clause's own, the clause's before it and behind it, and the highest of the other
        clauses of its sentence. 0 where there is none. (What stands two sentences away was tried too: it makes echoes.)
    """
    own = chance(scores)
    before, behind = np.zeros_like(own), np.zeros_like(own)
    goes_on = texts[1:] == texts[:-1]
    before[1:][goes_on], behind[:-1][goes_on] = own[:-1][goes_on], own[1:][goes_on]
    return np.hstack([scores, own, before, behind, _highest(sentences, own)])


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
