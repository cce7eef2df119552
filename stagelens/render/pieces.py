"""Cut a text and its spans, which may overlap, into pieces that do not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol


class Stretch(Protocol):
    """Anything with offsets into the text."""

    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that the same spans cover from end to end.

    Attributes
    ----------
    start, end : int
        Offsets into the text.
    spans : tuple of int
        The numbers (places in the list) of the spans that cover the piece, the outermost first.
    opens, closes : tuple of int
        The spans that begin with this piece, and those that end with it; closes has the innermost first.
    """

    start: int
    end: int
    spans: tuple[int, ...]
    opens: tuple[int, ...]
    closes: tuple[int, ...]


def cut(text: str, spans: Sequence[Stretch]) -> tuple[Piece, ...]:
    """Cut a text at every place where a span begins or ends.

    Parameters
    ----------
    text : str
        The text.
    spans : sequence
        Things with ``start`` and ``end``, in any order; what lies outside the text is left out.

    Returns
    -------
    tuple of Piece
        In text order; laid end to end they are the text.
    """
    inside = {number: (max(s.start, 0), min(s.end, len(text))) for number, s in enumerate(spans)}
    inside = {number: (start, end) for number, (start, end) in inside.items() if start < end}
    opening: defaultdict[int, list[int]] = defaultdict(list)
    closing: defaultdict[int, list[int]] = defaultdict(list)
    for number in _outermost_first(inside):
        start, end = inside[number]
        opening[start].append(number)
        closing[end].append(number)
    bounds = sorted({0, len(text), *opening, *closing})
    pieces: list[Piece] = []
    active: list[int] = []
    for start, end in pairwise(bounds):
        # An outer span begins no later than an inner one, so appending keeps the order.
        active = [number for number in active if inside[number][1] > start] + opening[start]
        pieces.append(Piece(start, end, tuple(active), tuple(opening[start]), tuple(reversed(closing[end]))))
    return tuple(pieces)


def lanes(spans: Sequence[Stretch]) -> tuple[int, ...]:
    """Give each span a line of its own under the text: spans that overlap get different ones, the outer one nearest to the words."""
    inside = {number: (s.start, s.end) for number, s in enumerate(spans)}
    result = [0] * len(spans)
    free_from: list[int] = []
    for number in _outermost_first(inside):
        start, end = inside[number]
        lane = next((i for i, free in enumerate(free_from) if free <= start), len(free_from))
        free_from[lane:lane + 1] = [end]
        result[number] = lane
    return tuple(result)


def _outermost_first(inside: dict[int, tuple[int, int]]) -> list[int]:
    return sorted(inside, key=lambda number: (inside[number][0], -inside[number][1], number))
