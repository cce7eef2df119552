"""A conversation: what one speaker says in several turns is read together, as it was said.

"I was wrong to read it." — "You were." — "You lost a friend over it.": that the third turn names an effect is only known beside the first.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain

from .lens import SILENT, Lens
from .records import Span

__all__ = ["Found", "tag_turns"]

SEAM = "\n\n"
"""Stands between two turns of one speaker: no sentence runs over it."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in one turn; offsets are code points into its text.

    Attributes
    ----------
    spans, mentions : tuple of Span
        Offsets in code points of the turn's own text.

    Examples
    --------
    >>> from stagelens.conversation import Found
    >>> Found().spans
    ()
    """

    spans: tuple[Span, ...] = ()
    mentions: tuple[Span, ...] = ()


def tag_turns(lens: Lens, turns: Sequence[tuple[str, str | None, str]]) -> list[Found]:
    """Tag the turns of one conversation.

    Parameters
    ----------
    lens : Lens
    turns : sequence of (text, speaker, role)

    Returns
    -------
    list of Found
        One a turn. Turns of harmed and other speakers hold nothing.

    Examples
    --------
    >>> import stagelens
    >>> from stagelens.conversation import tag_turns
    >>> turns = [("You read it out to everyone.", "B", "harmed"), ("I was wrong to read your letter out.", "A", "responding")]
    >>> [[span.marker for span in found.spans] for found in tag_turns(stagelens.load(), turns)]
    [[], ['ownership']]
    """
    members: dict[str, dict[str | None, list[int]]] = {}
    for number, (_, speaker, role) in enumerate(turns):
        if role not in SILENT:
            members.setdefault(role, {}).setdefault(speaker, []).append(number)
    result = [Found()] * len(turns)
    for role, speakers in members.items():
        texts = [[turns[number][0] for number in numbers] for numbers in speakers.values()]
        for number, found in zip(chain(*speakers.values()), chain.from_iterable(_of_speakers(lens, texts, role)), strict=True):
            result[number] = found
    return result


def _of_speakers(lens: Lens, speakers: Sequence[Sequence[str]], role: str) -> Iterator[list[Found]]:
    """Yield what is found in the texts of each speaker."""
    for texts, reading in zip(speakers, lens.tag_many(map(SEAM.join, speakers), speaker=role), strict=True):
        starts = [0, *accumulate(len(text) + len(SEAM) for text in texts[:-1])]
        spans, mentions = _parted(reading.spans, starts), _parted(reading.mentions, starts)
        yield [Found(tuple(a), tuple(b)) for a, b in zip(spans, mentions, strict=True)]


def _parted(spans: Sequence[Span], starts: Sequence[int]) -> list[list[Span]]:
    """Deal spans out to the turns they stand in, with offsets into those."""
    dealt: list[list[Span]] = [[] for _ in starts]
    for span in spans:
        number = bisect_right(starts, span.start) - 1
        dealt[number].append(_moved(span, -starts[number]))
    return dealt


def _moved(span: Span, by: int) -> Span:
    evidence = tuple(replace(e, start=e.start + by, end=e.end + by) for e in span.evidence)
    links = tuple(replace(link, start=link.start + by, end=link.end + by) for link in span.links)
    return replace(span, start=span.start + by, end=span.end + by, evidence=evidence, links=links)
