"""From a reading to what a page shows: plain records, every text made visible, nothing escaped yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ..explain import Explanation, explain
from ..framework import Framework
from ..reading import Reading
from ..records import Dimension, Span, StageWeight
from . import words
from .palette import UNDERLINES
from .pieces import Piece, cut, lanes
from .visible import visible_line, visible_part

LANES = 3
"""Lines under the text that have room; deeper overlaps share them."""
LONGEST = 320
"""Words of a finding beyond this length are cut in the list: they stand in the text."""


@dataclass(frozen=True, slots=True)
class StageLabel:
    """A stage as it is shown: its number with a true minus, its name, and which look it has."""

    number: str
    name: str
    look: int


@dataclass(frozen=True, slots=True)
class Link:
    """A numbered link between the text and the list."""

    number: int
    mark: str
    entry: str
    title: str
    stage: str
    aside: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One underline below a piece."""

    look: int
    lane: int


@dataclass(frozen=True, slots=True)
class PieceView:
    """A piece of the text: the links that open and close with it, its underlines from the outermost, and its background."""

    text: str
    links: tuple[Link, ...]
    closes: tuple[Link, ...]
    lines: tuple[Line, ...]
    look: int | None
    mentioned: bool
    numbers: tuple[int, ...]
    title: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the side list. ``same_as`` is the surest entry of the same marker, which tells the rest."""

    link: Link
    in_text: bool
    words: str
    stage: StageLabel
    certainty: str
    explanation: Explanation
    carried_by: str
    same_as: Link | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class StageView:
    """A stage that was found, in plain words, and where."""

    label: StageLabel
    summary: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class DimensionView:
    """One dimension: its name, its range in words, and where."""

    name: str
    levels: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class StepView:
    """The next step, from one stage to another or, at the last, staying there."""

    start: StageLabel
    goal: StageLabel | None
    text: str
    questions: tuple[str, ...]
    mediator_note: str


@dataclass(frozen=True, slots=True)
class ReadingView:
    """All that one reading shows."""

    prefix: str
    title: str
    counts: str
    speaker: str
    nothing: str
    pieces: tuple[PieceView, ...]
    legend: tuple[StageLabel, ...]
    entries: tuple[Entry, ...]
    mentions: tuple[Entry, ...]
    summary: str
    stages: tuple[StageView, ...]
    dimensions: tuple[DimensionView, ...]
    missing: tuple[tuple[str, str], ...]
    step: StepView | None
    source: str


def view(reading: Reading, *, title: str | None = None, prefix: str = "", hidden: Collection[int] = (), notes: bool = True,
         speakers: Mapping[str, str] = words.SPEAKERS) -> ReadingView:
    """Gather what a page shows of a reading.

    Parameters
    ----------
    reading : Reading
        The reading.
    title : str, optional
        A heading of your own.
    prefix : str, default ""
        Put in front of every id, so that several readings can share a page.
    hidden : collection of int, optional
        Findings and then mentions, by their place, that are not shown in the text for now.
    notes : bool, default True
        With the note for mediators beside the next step.
    speakers : mapping, optional
        What is said of each kind of speaker, ``unknown`` among them.

    Returns
    -------
    ReadingView
    """
    text, spans, mentions, framework = str(reading.text), reading.spans, reading.mentions, reading.framework
    both = (*spans, *mentions)
    links = tuple(_link(number, span, framework, prefix) for number, span in enumerate(both, start=1))
    parts = _Parts(framework, both, len(spans), links, _looks(framework), lanes(spans), frozenset(hidden))
    pieces = cut(text, both)
    marked = {number for piece in pieces for number in piece.spans}
    entries = tuple(_entry(i, parts, in_text=i in marked) for i in range(len(both)))
    profile = reading.profile
    return ReadingView(
        prefix=prefix,
        title=visible_line(title or "") or words.TITLE,
        counts=_counts(spans, mentions),
        speaker=speakers.get(reading.speaker, speakers["unknown"]),
        nothing="" if spans else words.NO_FINDINGS if text.strip() else words.NO_TEXT,
        pieces=tuple(_piece(text, piece, parts) for piece in pieces),
        legend=tuple(look for number, look in parts.looks.items() if any(span.stage == number for span in spans)),
        entries=entries[:len(spans)],
        mentions=entries[len(spans):],
        summary=profile.summary,
        stages=tuple(_stage(weight, parts) for weight in profile.stages),
        dimensions=tuple(_dimension(d, framework, links) for d in profile.dimensions),
        missing=_missing(reading),
        step=_step(reading, parts.looks, notes=notes),
        source=framework.source)


def _missing(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Return what is not named yet, as far as the next step or the words themselves go: nobody is pushed past it."""
    if reading.next_step is None:
        return ()
    markers = reading.framework.markers
    reached = max(reading.next_step.to_stage, *(span.stage for span in reading.spans))
    near = {gap.id for gap in reading.framework.gaps if min(markers[marker].stage for marker in gap.markers) <= reached}
    return tuple((gap.text, gap.question) for gap in reading.missing if gap.id in near)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What every part of the page draws on: findings, then mentions, with their links, looks and lines."""

    framework: Framework
    both: tuple[Span, ...]
    own: int
    links: tuple[Link, ...]
    looks: dict[int, StageLabel]
    rows: tuple[int, ...]
    hidden: frozenset[int]


def _looks(framework: Framework) -> dict[int, StageLabel]:
    return {number: StageLabel(_signed(number), stage.name, place % len(UNDERLINES))
            for place, (number, stage) in enumerate(framework.stages.items())}


def _signed(number: int) -> str:
    return str(number).replace("-", "\N{MINUS SIGN}")


def _counts(spans: Sequence[Span], mentions: Sequence[Span]) -> str:
    found = words.counted(len(spans), "finding")
    return f"{found}, and {words.counted(len(mentions), 'phrase')} only mentioned" if mentions else found


def _link(number: int, span: Span, framework: Framework, prefix: str) -> Link:
    stage = _signed(span.stage)
    title = f"{number}, stage {stage}: {framework.marker(span.marker).name}{'' if span.use == 'own' else ' (mentioned, not said)'}"
    return Link(number, f"{prefix}m{number}", f"{prefix}s{number}", title, stage, span.use != "own")


def _piece(text: str, piece: Piece, parts: _Parts) -> PieceView:
    links = parts.links
    covering = [i for i in piece.spans if i not in parts.hidden]
    found = [i for i in covering if i < parts.own]
    looks = [parts.looks[parts.both[i].stage].look for i in found]
    return PieceView(
        text=visible_part(text, piece.start, piece.end),
        links=tuple(links[i] for i in piece.opens if i not in parts.hidden),
        closes=tuple(links[i] for i in piece.closes if i not in parts.hidden),
        lines=tuple(Line(look, parts.rows[i] % LANES) for i, look in zip(found, looks, strict=True)),
        look=looks[-1] if looks else None,  # the innermost finding gives the background
        mentioned=len(found) < len(covering),
        numbers=tuple(links[i].number for i in covering),
        title="; ".join(links[i].title for i in covering))


def _entry(i: int, parts: _Parts, *, in_text: bool) -> Entry:
    span = parts.both[i]
    told = explain(span, parts.framework)
    said = visible_line(span.text)
    alike = [j for j, other in enumerate(parts.both) if other.marker == span.marker]
    surest = max(alike, key=lambda j: (j not in parts.hidden, j < parts.own, parts.both[j].score, -j))  # never what was set aside
    return Entry(
        link=parts.links[i], in_text=in_text and i not in parts.hidden, hidden=i in parts.hidden,
        words=said if len(said) <= LONGEST else f"{said[:LONGEST].rstrip()} \u2026",
        stage=parts.looks[span.stage], certainty=span.certainty, explanation=told, carried_by=visible_line(told.carried_by),
        same_as=parts.links[surest] if surest != i else None)


def _stage(weight: StageWeight, parts: _Parts) -> StageView:
    return StageView(parts.looks[weight.stage], parts.framework.stages[weight.stage].summary, tuple(parts.links[i] for i in weight.spans))


def _dimension(dimension: Dimension, framework: Framework, links: Sequence[Link]) -> DimensionView:
    if dimension.lowest is None or dimension.highest is None:
        levels = "not spoken of in what was found"
    elif dimension.lowest == dimension.highest:
        levels = dimension.lowest
    else:
        levels = f"from \u201c{dimension.lowest}\u201d to \u201c{dimension.highest}\u201d"
    return DimensionView(framework.dimensions.get(dimension.name, dimension.name), levels, tuple(links[i] for i in dimension.spans))


def _step(reading: Reading, looks: dict[int, StageLabel], *, notes: bool) -> StepView | None:
    step = reading.next_step
    if step is None:
        return None
    goal = looks[step.to_stage] if step.to_stage != step.from_stage else None
    return StepView(looks[step.from_stage], goal, step.text, step.questions, step.mediator_note if notes else "")
