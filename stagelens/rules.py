"""Step 2a: pattern hits, found in one linear-time pass over each sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .records import Document, Evidence, Hit, Pattern, Sentence
from .scan import AnyOf

LONGEST = 200
"""Code points of matched words above which the two ends of a pattern are taken to meet by chance, as they do in talk without stops."""


class Rules:
    """All patterns, compiled together: one pass tells which of them occur, and only those are run singly."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.patterns = tuple(patterns)
        self._any = AnyOf([pattern.expression for pattern in patterns])

    def find(self, document: Document) -> list[Hit]:
        """Return every pattern's hits, sentence by sentence."""
        return [hit for number, sentence in enumerate(document.sentences) for hit in self._in_sentence(document, number, sentence)]

    def _in_sentence(self, document: Document, number: int, sentence: Sentence) -> Iterator[Hit]:
        for index, start, end in self._any.places(document.folded[sentence.start:sentence.end]):
            if end - start <= LONGEST:
                yield _hit(self.patterns[index], number, sentence, sentence.start + start, sentence.start + end)


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
