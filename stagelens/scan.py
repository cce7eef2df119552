"""Many expressions over one sentence, in about the time of one.

Each word of a sentence, and each two that stand together, are looked up once and tell which expressions they help to make possible
(`stagelens.required`); of 700 patterns a dozen are left for a sentence of ordinary talk, and only those are tried.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import accumulate, chain, groupby, pairwise
from operator import itemgetter, or_

import re2

from .prepared import GROUPS, ways
from .required import EDGE, SHORTEST, Group

RENEWED = 45_000
"""Texts after which the expressions are compiled anew. RE2 remembers the states it has been in, a third of a megabyte an expression by then
and always more in a long corpus; beginning again costs some five seconds in a hundred."""
AT_ONCE = 2_000
"""Texts looked at together, which bounds memory."""
REMEMBERED = 50_000
"""Words whose expressions are remembered; then all are forgotten, since a corpus has no end."""

_WORD = re.compile(r"\w+", re.A)
_WHOLE_TEXT = re.compile(r"\\[AzZ]|\(\?[a-zA-Z]*-")
"""What asks for the beginning or end of a whole text, or takes a flag away: such an expression is tried on each text by itself."""


class AnyOf:
    """Expressions, and for every word a number whose bits tell which groups of which expressions it belongs to.

    The texts they are looked for in hold no line breaks; folded text has none.
    """

    def __init__(self, expressions: Sequence[str]) -> None:
        self._expressions = tuple(expressions)
        self._ready: dict[int, re2._Regexp] = {}
        self._seen = 0
        self._singly = {number for number, expression in enumerate(expressions) if _WHOLE_TEXT.search(expression)}
        all_ways = [(number, way) for number, expression in enumerate(expressions) for way in ways(expression)]
        self._of_way = [number for number, _ in all_ways]
        self._words = _Words([way for _, way in all_ways])

    def places(self, texts: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
        """Yield each occurrence as (number of the text, number of the expression, start, end), text by text and expression by expression."""
        for index, number in self.occurring(texts):
            for match in self._compiled(number).finditer(texts[index]):
                yield index, number, match.start(), match.end()

    def occurring(self, texts: Sequence[str]) -> list[tuple[int, int]]:
        """Return which expressions occur in which texts, as sorted (number of the text, number of the expression)."""
        return [place for first in range(0, len(texts), AT_ONCE) for place in self._occurring(texts[first:first + AT_ONCE], first)]

    def _occurring(self, texts: Sequence[str], first: int) -> list[tuple[int, int]]:
        self._seen += len(texts)
        if self._seen > RENEWED:
            self._ready, self._seen = {}, 0
            re2.purge()  # it keeps the last 128 that were compiled, states and all
        encoded = [text.encode() for text in texts]
        return sorted((first + index, number) for number, indexes in self._possible(texts) for index in self._tried(number, indexes, encoded))

    def _tried(self, number: int, indexes: Sequence[int], encoded: Sequence[bytes]) -> Iterator[int]:
        """Yield in which of some texts an expression occurs.

        It is looked for in all of them at once, as the lines of one text; and where something was found that runs over the end of its line, in that
        line alone.
        """
        expression = self._compiled(number)
        if number in self._singly:
            yield from (index for index in indexes if expression.search(encoded[index]))
            return
        lines, at = b"\n".join(encoded[index] for index in indexes), 0
        starts: list[int] = []
        while at <= len(lines) and (match := expression.search(lines, at)):
            starts = starts or [0, *accumulate(len(encoded[index]) + 1 for index in indexes)]
            line = bisect_right(starts, match.start()) - 1
            if match.end() < starts[line + 1] or expression.search(encoded[indexes[line]]):
                yield indexes[line]
            at = starts[line + 1]

    def _possible(self, texts: Sequence[str]) -> Iterator[tuple[int, list[int]]]:
        """Yield the numbers of the expressions that have a way all of whose groups have a word in some of the texts, with the numbers of these."""
        import numpy as np  # takes a while, and is not needed before a text is read

        size = (len(self._of_way) + 7) // 8
        ways = b"".join(self._words.ways(_WORD.findall(text)).to_bytes(size, "little") for text in texts)
        text, way = np.divmod(np.flatnonzero(np.unpackbits(np.frombuffer(ways, dtype=np.uint8), bitorder="little").view(bool)), 8 * size)
        number, text = np.divmod(np.unique(np.asarray(self._of_way)[way] * len(texts) + text), len(texts))
        for expression, some in groupby(zip(number.tolist(), text.tolist(), strict=True), itemgetter(0)):
            yield expression, [place for _, place in some]

    def _compiled(self, number: int) -> re2._Regexp:
        """Return an expression for one text, or for many as the lines of one; compiling takes a millisecond, so only what is needed is."""
        ready = self._ready.get(number)
        if ready is None:
            options = re2.Options()
            options.log_errors = False  # what needs more memory than RE2 allows itself is found in a slower way; nobody has to be told
            expression = self._expressions[number]
            ready = self._ready[number] = re2.compile(expression if number in self._singly else f"(?m){expression}", options)
        return ready


class _Words(dict[str, int]):
    """For each word, as it is met, the groups it belongs to: bit i of row k is set for a word of the k-th group of way i; and so for pairs of words."""

    def __init__(self, ways: Sequence[tuple[Group, ...]]) -> None:
        super().__init__()
        self._count = len(ways)
        self._given = 0
        self._known: dict[str, int] = {}
        self._same: dict[int, int] = {}
        for number, groups in enumerate(ways):
            for row in range(GROUPS):
                bit = 1 << row * self._count + number
                if row >= len(groups):
                    self._given |= bit
                for word in groups[row] if row < len(groups) else ():
                    self._known[word] = self._known.get(word, 0) | bit
        self._pairs = {(*word[1:-1].split(EDGE),): self._known.pop(word) for word in list(self._known) if EDGE in word[1:-1]}
        parts = [word for word in self._known if not (word[0] == EDGE == word[-1])]
        self._beginnings = sorted({len(word) - 1 for word in parts if word[0] == EDGE})
        self._endings = sorted({len(word) - 1 for word in parts if word[-1] == EDGE})
        self._inner: dict[str, list[str]] = {}
        for word in parts:
            if EDGE not in word:
                self._inner.setdefault(word[:SHORTEST], []).append(word)

    def ways(self, words: Sequence[str]) -> int:
        """Return the ways of which every group has one of the words, a bit each; the words in their order, since some stand in pairs."""
        pairs = filter(None, map(self._pairs.get, pairwise(words)))
        bits = reduce(or_, chain(map(self.__getitem__, words), pairs), self._given)
        every = (1 << self._count) - 1
        for row in range(GROUPS):
            every &= bits >> row * self._count
        return every

    def __missing__(self, word: str) -> int:
        if len(self) >= REMEMBERED:
            self.clear()
            self._same.clear()
        get = self._known.get
        edged = f"{EDGE}{word}{EDGE}"
        bits = get(edged, 0)
        for length in self._beginnings[:bisect_right(self._beginnings, len(word))]:
            bits |= get(edged[:length + 1], 0)
        for length in self._endings[:bisect_right(self._endings, len(word))]:
            bits |= get(edged[-length - 1:], 0)
        for at in range(len(word)):
            for part in self._inner.get(word[at:at + SHORTEST], ()):
                if word.startswith(part, at):
                    bits |= self._known[part]
        bits = self._same.setdefault(bits, bits)  # a kilobyte each, and half of all words have those of another
        self[word] = bits
        return bits
