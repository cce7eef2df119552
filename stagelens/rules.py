"""Step 2a: pattern hits, found in one linear-time pass over each sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import re2

from .records import Document, Evidence, Hit, Pattern, Sentence

SET_MEMORY = 1 << 28
"""Bytes the joint automaton may use; too little makes RE2 start over again and again."""


class Rules:
    """All patterns, compiled together: one pass tells which of them occur, and only those are run singly."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        options = re2.Options()
        options.max_mem = SET_MEMORY
        self.patterns = tuple(patterns)
        self._single: dict[int, re2._Regexp] = {}
        self._set = re2.Set.SearchSet(options) if patterns else None
        if self._set:
            for pattern in patterns:
                self._set.Add(pattern.expression)
            self._set.Compile()

    def find(self, document: Document) -> list[Hit]:
        """Return every pattern's hits, sentence by sentence."""
        return [hit for number, sentence in enumerate(document.sentences) for hit in self._in_sentence(document, number, sentence)]

    def _in_sentence(self, document: Document, number: int, sentence: Sentence) -> Iterator[Hit]:
        if self._set is None:
            return
        words = document.folded[sentence.start:sentence.end]
        for index in sorted(self._set.Match(words) or ()):
            for match in self._compiled(index).finditer(words):
                yield _hit(self.patterns[index], number, sentence, sentence.start + match.start(), sentence.start + match.end())

    def _compiled(self, index: int) -> re2._Regexp:
        if index not in self._single:
            self._single[index] = re2.compile(self.patterns[index].expression)
        return self._single[index]


def _hit(pattern: Pattern, number: int, sentence: Sentence, start: int, end: int) -> Hit:
    left, right = _extent(pattern.extent, sentence, start, end)
    evidence = Evidence("rule", pattern.id, start, end, pattern.weight)
    return Hit(pattern.marker, left, right, start, end, number, pattern.weight, (evidence,), pattern.needs, grows=pattern.extent == "clause")


def _extent(extent: str, sentence: Sentence, start: int, end: int) -> tuple[int, int]:
    """Widen the matched words to what they stand for: themselves, their clauses, the rest of the sentence, or all of it."""
    if extent == "match":
        return start, end
    if extent == "sentence":
        return sentence.start, sentence.end
    left = max((a for a, _ in sentence.clauses if a <= start), default=start)
    right = min((b for _, b in sentence.clauses if b >= end), default=end)
    return (left, sentence.end) if extent == "rest" else (left, right)
