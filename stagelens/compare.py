"""Two drafts side by side: what came, what went, what stayed or moved. A description, never a verdict."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from .reading import Reading
from .records import Span

__all__ = ["Comparison", "Kept", "compare"]

ALIKE = 0.5
"""Two stretches of one marker that share this much of their letters, in order, are taken as one move in other words (difflib's ratio)."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A move that both drafts make.

    Attributes
    ----------
    before, after : Span
        Where it stands in the first and in the second draft.
    reworded : bool
        Whether its words differ (capitals and spaces aside).
    moved : bool
        Whether it now stands before or behind another kept move that it stood behind or before.

    Examples
    --------
    >>> import stagelens
    >>> both = stagelens.load().compare("I was wrong to shout at you.", "I was so wrong to shout at you.")
    >>> [(kept.before.marker, kept.reworded, kept.moved) for kept in both.kept]
    [('ownership', True, False)]
    """

    before: Span
    after: Span
    reworded: bool
    moved: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two drafts have in common and what not; spans are in text order.

    Attributes
    ----------
    before, after : Reading
    gone : tuple of Span
        Found in the first draft only.
    new : tuple of Span
        Found in the second draft only.
    kept : tuple of Kept
        Found in both.
    named_now, no_longer_named : tuple of str
        What only one of them names, in words ("a readiness to listen"). A draft names it where any of the markers that
        name it (`Gap.markers`) is among its findings, whether or not it would be asked for.

    Examples
    --------
    >>> import stagelens
    >>> both = stagelens.load().compare("I am sorry if you were upset by it.", "I was wrong to read your letter out.")
    >>> both.named_now
    ("an act as the speaker's own",)
    """

    before: Reading
    after: Reading
    gone: tuple[Span, ...]
    new: tuple[Span, ...]
    kept: tuple[Kept, ...]
    named_now: tuple[str, ...]
    no_longer_named: tuple[str, ...]


def compare(before: Reading, after: Reading) -> Comparison:
    """Compare the readings of two drafts.

    Parameters
    ----------
    before, after : Reading
        The earlier and the later draft.

    Returns
    -------
    Comparison

    Examples
    --------
    >>> import stagelens
    >>> lens = stagelens.load()
    >>> both = compare(lens.tag("I am sorry if you were upset by it."), lens.tag("I was wrong to read your letter out."))
    >>> [span.marker for span in both.gone], [span.marker for span in both.new]
    (['conditional_apology'], ['ownership'])
    """
    pairs = _paired(before.spans, after.spans)
    steady = _in_order([j for _, j in pairs])
    kept = tuple(Kept(before.spans[i], after.spans[j], _plain(before.spans[i]) != _plain(after.spans[j]), j not in steady) for i, j in pairs)
    first, second = {i for i, _ in pairs}, {j for _, j in pairs}
    gaps = before.framework.gaps
    named, names = ({gap.id for gap in gaps if any(span.marker in gap.markers for span in reading.spans)} for reading in (before, after))
    return Comparison(
        before, after,
        tuple(span for i, span in enumerate(before.spans) if i not in first),
        tuple(span for j, span in enumerate(after.spans) if j not in second),
        kept,
        tuple(gap.name for gap in gaps if gap.id in names - named),
        tuple(gap.name for gap in gaps if gap.id in named - names))


def _paired(before: Sequence[Span], after: Sequence[Span]) -> list[tuple[int, int]]:
    """Pair the spans of one marker, the most alike first; return the pairs in the order of the first draft."""
    found = [(-_alike(a, b), i, j) for i, a in enumerate(before) for j, b in enumerate(after) if a.marker == b.marker]
    pairs: dict[int, int] = {}
    for unlike, i, j in sorted(found):
        if -unlike >= ALIKE and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return sorted(pairs.items())


def _alike(a: Span, b: Span) -> float:
    return SequenceMatcher(None, _plain(a), _plain(b), autojunk=False).ratio()


def _plain(span: Span) -> str:
    return " ".join(span.text.casefold().split())


def _in_order(numbers: Sequence[int]) -> set[int]:
    """Return a longest run of numbers that rise: what kept its place."""
    tails: list[int] = []
    chains: list[tuple[int, ...]] = []
    for number in numbers:
        at = bisect_left(tails, number)
        chain = (*(chains[at - 1] if at else ()), number)
        tails[at:at + 1] = [number]
        chains[at:at + 1] = [chain]
    return set(chains[-1]) if chains else set()
