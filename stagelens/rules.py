"""Step 2a: pattern hits, found in one linear-time pass over each sentence."""

from __future__ import annotations

from collections.abc import Sequence

from .records import Document, Evidence, Hit, Pattern, Sentence
from .scan import AnyOf

LONGEST = 200
"""Code points of matched words above which the two ends of a pattern are taken to meet by chance, as they do in talk without stops."""


class Rules:
    """All patterns, compiled together: one pass tells which of them occur, and only those are run singly."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.patterns = tuple(patterns)
        self._any = AnyOf([pattern.expression for pattern in patterns])

    def find(self, documents: Sequence[Document]) -> list[list[Hit]]:
        """Return every pattern's hits in each text, sentence by sentence; many texts at once are read faster than one by one."""
        sentences = [(text, number, sentence) for text, document in enumerate(documents) for number, sentence in enumerate(document.sentences)]
        said = [documents[text].folded[sentence.start:sentence.end] for text, _, sentence in sentences]
        hits: list[list[Hit]] = [[] for _ in documents]
        for index, pattern, start, end in self._any.places(said):
            if end - start <= LONGEST:
                text, number, sentence = sentences[index]
                hits[text].append(_hit(self.patterns[pattern], number, sentence, sentence.start + start, sentence.start + end))
        return hits


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
