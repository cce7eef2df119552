"""The features of clauses as numbers, a block of clauses at once: what `features.clauses` writes out, looked up unwritten.

Each feature of each clause is one whole number: the clause, the family, and up to three words (or one string that is no run of
words). Sorted, the same feature of one clause stands beside itself and is counted once; looked up, it gives the model's row. A test
holds that the rows are those of the written features.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from threading import Lock
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from .errors import ResourceError
from .features import LEFT, RIGHT, Surroundings, bone, letters, parts, person
from .records import Document, Hit

Key = TypeVar("Key", bound=Hashable)
Ints = NDArray[np.int64]
Ruled = tuple[Document, Sequence[Hit]]
"""A text and what the rules found in it, each hit with its use."""
Place = tuple[int, int, int, int]
"""A clause as (number of its text, number of its sentence, start, end)."""

WORD, FAMILY = 16, 3
"""Bits of a word and of a family: three words and the family take 51 of 63, and the rest tells 4,096 clauses apart."""
SHAPE = 3 * WORD + FAMILY
RUNS, BONES, BEFORE, BEHIND, OTHER = (family << 3 * WORD for family in range(5))
PREFIXES = {"w ": RUNS, "k ": BONES, "b<": BEFORE, "b>": BEHIND}

CLAUSES, POINTS = 256, 8_000
"""A block ends with the sentence that reaches so many clauses or code points, or the next: bounds memory, and the words that can be new in it."""
ROOM = (1 << WORD) - 4 * POINTS
"""Words that may be known before a block; then those the model does not know are forgotten."""
_TOO_MANY = f"the model knows more than {ROOM:,} words, which is all that can be told apart; train it with rarer features left out"
NO_ROW = -1
"""Instead of the row of a feature that the model does not know."""
SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""What numbers are multiplied with so that the upper bits of the product are spread evenly (Fibonacci hashing: Knuth, 1973)."""
MOST = 100_000
"""The same for strings that are no words: letter runs, what stands before a clause, what the rules found."""


class _Clause(NamedTuple):
    """A clause, what stands around it, and its number among the clauses of its text."""

    place: Place
    around: Surroundings
    number: int


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring clauses: where they stand, and their features as the model knows them.

    Attributes
    ----------
    places : sequence of (text, sentence, start, end)
    rows : array
        The rows of the known features, clause by clause, in order.
    known, unknown : array, shape (clauses,)
        How many features of each clause the model knows, and how many it does not.
    """

    places: Sequence[Place]
    rows: Ints
    known: Ints
    unknown: Ints


@dataclass(frozen=True, slots=True)
class Runs:
    """Features that are runs of words: the number of the first word of each, how many words it takes, and the row of the model it has."""

    words: Ints
    lengths: Ints
    rows: Ints


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The features of a model as numbers, so that a process need not read them letter by letter.

    Attributes
    ----------
    words : tuple of str
        The words that runs are made of; the first has the number 1.
    strings : tuple of str
        The features that are no runs of words; the first has the number 0.
    keys : array of int64, shape (features,)
        The number of each feature, in rising order: the order of the model's rows.
    """

    words: tuple[str, ...]
    strings: tuple[str, ...]
    keys: Ints

    @classmethod
    def of(cls, features: Sequence[str]) -> tuple[Vocabulary, Ints]:
        """Return the vocabulary of written features, and the place of each of its rows among these."""
        words, strings = _Numbers(1), _Numbers(0)
        keys = np.array([_key(feature, words, strings) for feature in features], dtype=np.int64)
        if len(words) > ROOM:
            raise ResourceError(_TOO_MANY)
        order = np.argsort(keys)
        return cls(tuple(words), tuple(strings), keys[order]), order

    def written(self) -> list[str]:
        """Return the features as they are written, in the order of the rows."""
        prefix = {family >> 3 * WORD: name for name, family in PREFIXES.items()}
        lead, words = ["", *(f"{word} " for word in self.words)], ["", *self.words]
        runs, others = np.split(self.keys, [np.searchsorted(self.keys, OTHER)])
        parts = [(runs >> WORD * k & (1 << (WORD if k < 3 else FAMILY)) - 1).tolist() for k in (3, 2, 1, 0)]
        written = [f"{prefix[family]}{lead[one]}{lead[two]}{words[last]}" for family, one, two, last in zip(*parts, strict=True)]
        return written + [self.strings[number] for number in (others ^ OTHER).tolist()]


class Keys:
    """What finds the rows of a model's features. Words it does not know get numbers of their own while a text is read."""

    def __init__(self, vocabulary: Vocabulary, families: Collection[str]) -> None:
        if len(vocabulary.words) > ROOM:
            raise ResourceError(_TOO_MANY)
        self._families = frozenset(families)
        self._lock = Lock()  # several threads may read with one model
        self._words = _Words(vocabulary.words)
        self._strings = _Numbers(0, vocabulary.strings)
        self._rows = _Rows(vocabulary.keys)
        self._words_of_model, self._strings_of_model = len(self._words), len(self._strings)
        self._begin()

    def blocks(self, texts: Sequence[Ruled]) -> Iterator[Block]:
        """Yield the clauses of texts in blocks; each text comes with the rules' findings in it and their use."""
        for clauses in _blocks(texts, self._families):
            with self._lock:
                self._forget()
                keys = self._block(clauses)
            yield self._looked_up(keys, [clause.place for clause in clauses])

    def runs(self, forms: Sequence[str]) -> Runs:
        """Return the features the model knows of words in a row: runs of one, two and three of them, and runs of letters within one."""
        with self._lock:
            self._forget()
            said = np.array([self._words[form] for form in forms], dtype=np.int64)
            spelt = np.sort(_strings([[self._strings[run] for run in letters(form)] for form in forms]))
        together = np.zeros(len(said), dtype=np.int64)
        keys = [*(_runs(said, together, n) | RUNS for n in (1, 2, 3)), spelt & ((1 << SHAPE) - 1)]
        first = np.concatenate([*(np.arange(len(some)) for some in keys[:3]), spelt >> SHAPE])
        lengths = np.repeat([1, 2, 3, 1], list(map(len, keys)))
        rows = self._rows.of(np.concatenate(keys))
        known = rows != NO_ROW
        return Runs(first[known], lengths[known], rows[known])

    def _block(self, clauses: Sequence[_Clause]) -> Ints:
        """Return the features of clauses, each once: the clause foremost, and in rising order."""
        said: list[int] = []
        lengths = []
        left, right, tokens, told = self._words[LEFT], self._words[RIGHT], self._tokens, self._told
        for _, around, index in clauses:
            before = len(said)
            said.append(left)
            said += chain.from_iterable(map(tokens.__getitem__, around.tokens(index)))
            said.append(right)
            lengths.append(len(said) - before)
        strings = [told[around.strings(index)] for _, around, index in clauses]
        keys = np.sort(np.concatenate([*self._of_words(np.array(said), np.array(lengths), _goes_on(clauses)), _strings(strings)]))
        once: Ints = keys[np.diff(keys, prepend=-1) != 0]
        return once

    def _of_words(self, said: Ints, lengths: Ints, goes_on: NDArray[np.bool_]) -> Iterator[Ints]:
        clause = _owners(lengths)
        if "c" in self._families:
            letters, of = self._letters.of(said)
            yield letters | clause[of] << SHAPE | OTHER
        inside = np.ones(len(said), dtype=bool)
        inside[np.cumsum(lengths) - 1] = inside[np.cumsum(lengths) - lengths] = False
        words, owner = said[inside], clause[inside]
        if "w" in self._families:
            yield from (_runs(said, clause, n) | RUNS for n in (1, 2, 3))
        if "k" in self._families:
            yield from (_runs(self._words.bones[said], clause, n) | BONES for n in (2, 3))
            yield from (_runs(self._words.persons[words], owner, n) | BONES for n in (2, 3))
        if "b" in self._families:
            runs = np.concatenate([_runs(words, owner, n) for n in (1, 2)])
            of = runs >> SHAPE
            yield runs[goes_on[of + 1]] + (1 << SHAPE) | BEFORE
            yield runs[goes_on[of]] - (1 << SHAPE) | BEHIND

    def _looked_up(self, keys: Ints, places: Sequence[Place]) -> Block:
        rows = self._rows.of(keys & ((1 << SHAPE) - 1))  # clause by clause in the model's order, since sums of floats have one
        clause, told = keys >> SHAPE, rows != NO_ROW
        known = np.bincount(clause[told], minlength=len(places))
        return Block(places, rows[told], known, np.bincount(clause, minlength=len(places)) - known)

    # --- numbers of words and strings ---

    def _word(self, token: str) -> list[int]:
        """Return the numbers of the words that a token stands for."""
        numbers = [self._words[form] for form in parts(token)]
        for number, form in zip(numbers, parts(token), strict=True):
            self._letters.add(number, self._numbers(letters(form)))
        return numbers

    def _numbers(self, strings: Collection[str]) -> list[int]:
        return [self._strings[string] for string in strings]

    def _forget(self) -> None:
        """Forget what the model does not know when there is too much of it, so that memory and numbers stay bounded."""
        if len(self._words) > ROOM or len(self._strings) > MOST or len(self._told) > MOST:
            self._words.keep(self._words_of_model)
            self._strings.keep(self._strings_of_model)
            self._begin()

    def _begin(self) -> None:
        self._letters = _Letters()
        self._tokens = _Learnt(self._word)
        self._told: _Learnt[tuple[str, ...]] = _Learnt(self._numbers)


def written(texts: Sequence[Ruled], families: Collection[str]) -> tuple[list[Place], list[str], Ints, Ints]:
    """Return the clauses of texts with their features, as `features.clauses` writes them, sooner: what a model is trained on.

    Returns
    -------
    places : list of (text, sentence, start, end)
    features : list of str
        All that stand in them, each once.
    numbers : array
        Which of these stand in each clause, one clause after the other.
    lengths : array, shape (clauses,)
        How many stand in each clause.
    """
    keys, places = Keys(Vocabulary((), (), np.zeros(0, dtype=np.int64)), families), list[Place]()
    numbers, lengths = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for clauses in _blocks(texts, frozenset(families)):
        places += [clause.place for clause in clauses]
        block = keys._block(clauses)
        numbers.append(block & ((1 << SHAPE) - 1))
        lengths.append(np.bincount(block >> SHAPE, minlength=len(clauses)))
    features, met = np.unique(np.concatenate(numbers), return_inverse=True)
    return places, Vocabulary(tuple(keys._words), tuple(keys._strings), features).written(), met, np.concatenate(lengths)


class _Rows:
    """The rows of the features, in a table twice as large as need be: each stands at the place its number is spread to, or the next free one.

    (A search in the sorted numbers took twice the time and more, a tenth of that of a batch.)
    """

    def __init__(self, keys: Ints) -> None:
        bits = len(keys).bit_length() + 1
        self._keys = np.append(keys, NO_ROW)
        self._shift, self._last = np.uint64(64 - bits), (1 << bits) - 1
        self._table = np.full(1 << bits, NO_ROW, dtype=np.int32)
        rows, places = np.arange(len(keys), dtype=np.int32), self._place(keys)
        while len(rows):
            free = self._table[places] == NO_ROW
            self._table[places[free]] = rows[free]
            left = self._table[places] != rows  # another was there before, or was put there at once
            rows, places = rows[left], places[left] + 1 & self._last

    def of(self, features: Ints) -> NDArray[np.int32]:
        """Return the row of each feature, or `NO_ROW`."""
        places = self._place(features)
        rows: NDArray[np.int32] = self._table[places]
        others = np.flatnonzero((self._keys[rows] != features) & (rows != NO_ROW))
        while len(others):
            places[others] = places[others] + 1 & self._last
            rows[others] = here = self._table[places[others]]
            others = others[(self._keys[here] != features[others]) & (here != NO_ROW)]
        return rows

    def _place(self, keys: Ints) -> Ints:
        places: Ints = (keys.view(np.uint64) * SPREAD >> self._shift).view(np.int64)
        return places


class _Letters:
    """The numbers of the letter runs of each word, given by its number; one array holds them all, so that those of many words are had at once."""

    def __init__(self) -> None:
        self._starts, self._counts = (np.zeros(1 << WORD, dtype=np.int64) for _ in range(2))
        self._numbers, self._used = np.zeros(1 << WORD, dtype=np.int64), 0

    def add(self, word: int, numbers: Sequence[int]) -> None:
        """Tell those of a word."""
        end = self._used + len(numbers)
        if end > len(self._numbers):
            self._numbers = np.resize(self._numbers, 2 * end)
        self._numbers[self._used:end] = numbers
        self._starts[word], self._counts[word], self._used = self._used, len(numbers), end

    def of(self, words: Ints) -> tuple[Ints, Ints]:
        """Return the numbers of all runs of some words, and for each the place of its word among these."""
        counts = self._counts[words]
        owner = _owners(counts)
        behind = np.cumsum(counts)
        return self._numbers[np.arange(len(owner)) + (self._starts[words] + counts - behind)[owner]], owner


class _Learnt(dict[Key, list[int]]):
    """The numbers that something stands for, worked out when it is first met."""

    def __init__(self, learnt: Callable[[Key], list[int]]) -> None:
        super().__init__()
        self._learnt = learnt

    def __missing__(self, key: Key) -> list[int]:
        numbers = self[key] = self._learnt(key)
        return numbers


class _Numbers(dict[str, int]):
    """Numbers of strings, from the first on, given out as they are met."""

    def __init__(self, first: int, strings: Sequence[str] = ()) -> None:
        super().__init__(zip(strings, count(first)))
        self._first = first

    def __missing__(self, string: str) -> int:
        number = self[string] = self._first + len(self)
        return number

    def keep(self, first: int) -> None:
        """Forget all but the first strings."""
        for string in list(self)[first:]:
            del self[string]


class _Words(dict[str, int]):
    """Numbers of words, from 1, given out as they are met; and for each word the numbers of its bone and its person."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(zip(words, count(1)))
        self.bones, self.persons = (np.zeros(1 << WORD, dtype=np.int64) for _ in range(2))
        for number, word in enumerate(words, start=1):
            self._tell(number, word)

    def __missing__(self, word: str) -> int:
        if len(self) + 1 >= len(self.bones):
            raise ResourceError(_TOO_MANY)
        number = self[word] = len(self) + 1
        self._tell(number, word)
        return number

    def _tell(self, number: int, word: str) -> None:
        self.bones[number], self.persons[number] = self[bone(word)], self[person(word)]

    def keep(self, first: int) -> None:
        """Forget all but the first words."""
        for word in list(self)[first:]:
            del self[word]


def _key(feature: str, words: _Numbers, strings: _Numbers) -> int:
    """Return the number of a written feature, of one to three words or none."""
    family = PREFIXES.get(feature[:2])
    if family is None:
        return strings[feature] | OTHER
    key = 0
    for word in feature[2:].split(" "):
        key = key << WORD | words[word]
    return key | family


def _blocks(texts: Sequence[Ruled], families: Collection[str]) -> Iterator[Sequence[_Clause]]:
    around = [Surroundings(document, hits, families) for document, hits in texts]
    clauses = [_Clause((text, *place), one, number) for text, one in enumerate(around) for number, place in enumerate(one.places)]
    for first, last in _bounded(clauses):
        yield clauses[first:last]


def _bounded(clauses: Sequence[_Clause]) -> Iterator[tuple[int, int]]:
    """Yield runs of clauses that end where none goes on, each as (first clause, behind the last)."""
    first = points = 0
    for index in range(1, len(clauses)):
        _, _, start, end = clauses[index - 1].place
        points += end - start
        if (index - first >= CLAUSES or points >= POINTS) and not clauses[index].around.goes_on(clauses[index].number):
            yield first, index
            first, points = index, 0
    if clauses:
        yield first, len(clauses)


def _goes_on(clauses: Sequence[_Clause]) -> NDArray[np.bool_]:
    """Return whether each clause goes on from the one before it; and False for what stands behind the last."""
    return np.array([*(clause.around.goes_on(clause.number) for clause in clauses), False])


def _strings(numbers: Sequence[Sequence[int]]) -> Ints:
    """Return the keys of strings given by their numbers, a row a clause."""
    counts = list(map(len, numbers))
    owner = _owners(counts)
    return np.fromiter(chain.from_iterable(numbers), dtype=np.int64, count=len(owner)) | owner << SHAPE | OTHER


def _owners(lengths: Sequence[int] | Ints) -> Ints:
    """Return the number of the clause of each element, where the clauses have these lengths."""
    return np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)


def _runs(numbers: Ints, clause: Ints, n: int) -> Ints:
    """Return the runs of ``n`` numbers that lie in one clause, each as one number, the clause foremost."""
    whole = clause[n - 1:] == clause[:len(clause) - n + 1]
    keys = clause[:len(whole)] << SHAPE
    for k in range(n):
        keys = keys | numbers[k:k + len(whole)] << WORD * (n - 1 - k)
    runs: Ints = keys[whole]
    return runs
