"""The records that flow through stagelens: frozen, slotted, importing nothing of ours.

All offsets are code points into the text exactly as it was given; ``text[start:end]`` is the stretch itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

USES = ("own", "quoted", "reported", "negated", "hypothetical", "asked", "taken_back", "other", "unclear")
"""How a hit is used: as the speaker's own move, or only mentioned."""

SPEAKERS = ("responding", "harmed", "other", "unknown")
"""Who may be speaking; words of ``harmed`` and ``other`` speakers carry no markers."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of accountability, with its place on each ordinal dimension of its framework.

    Attributes
    ----------
    dimensions : dict of str to str
        Dimension to what the stage stands for on it, in words.
    levels : dict of str to int
        Dimension to its level, an order and not an amount (in the built-in framework 0 = none, 4 = high).
    """

    number: int
    name: str
    summary: str
    dimensions: dict[str, str]
    levels: dict[str, int]
    next_step: str
    questions: tuple[str, ...]
    mediator_note: str


@dataclass(frozen=True, slots=True)
class Marker:
    """One marker: a move that a stretch of text makes, with the texts that explain it."""

    id: str
    stage: int
    name: str
    description: str
    says: str
    why: str
    other_readings: tuple[str, ...]
    question: str
    mediator_note: str
    example: str
    source: str
    dimension: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something a statement may not name yet, and the markers any of which would name it."""

    id: str
    name: str
    markers: tuple[str, ...]
    text: str
    question: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """One written pattern: what it looks for, and the texts that prove it."""

    id: str
    marker: str
    expression: str
    weight: float
    extent: str
    needs: tuple[str, ...]
    fires: tuple[str, ...]
    quiet: tuple[str, ...]
    note: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and its clauses, as (start, end) pairs that lie inside it in text order."""

    start: int
    end: int
    clauses: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch between quotation marks; ``closed`` is False where the closing mark is missing."""

    start: int
    end: int
    closed: bool


@dataclass(frozen=True, slots=True)
class Document:
    """A text as given, its folded twin of the same length, and its parts."""

    text: str
    folded: str
    sentences: tuple[Sentence, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What carried a finding: a rule, a turn or (later) the model, and the words it saw."""

    source: str
    id: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Link:
    """A part of a larger move, such as the acknowledgement, the turn and the retreat of a sentence that takes back."""

    role: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A finding on its way: the matched words (core), the stretch they stand for, and how they are used.

    ``grows`` tells that the stretch may be widened over the clauses that follow, where nothing else is found in them.
    """

    marker: str
    start: int
    end: int
    core_start: int
    core_end: int
    sentence: int
    weight: float
    evidence: tuple[Evidence, ...]
    needs: tuple[str, ...] = ()
    use: str = "own"
    links: tuple[Link, ...] = ()
    grows: bool = False


BESIDE = 0.5
"""A clause beside one the model is sure of belongs to the same move from this share of the threshold."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What one preset asks of findings that the model has a part in, as probabilities.

    Attributes
    ----------
    markers : mapping
        Marker to what the model alone must be sure of, where the text carries something else besides.
    alone : float
        The same for a text's only finding.
    together : float
        What rules and model must be sure of together.
    """

    markers: Mapping[str, float]
    alone: float
    together: float

    @property
    def lowest(self) -> float:
        """The probability below which a clause is not even part of what the model alone finds."""
        return BESIDE * min(self.markers.values(), default=1.0)


@dataclass(frozen=True, slots=True)
class Joint:
    """How the certainty of the rules and of the model, as log-odds, make their joint one: a weighted sum, learnt in training."""

    rules: float
    model: float
    base: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What the model sees: a hit a clause and marker (very unlikely ones left out), and how to weigh it."""

    hits: tuple[Hit, ...]
    thresholds: Thresholds
    joint: Joint


@dataclass(frozen=True, slots=True)
class Span:
    """A highlighted stretch of text and the marker it may carry.

    Attributes
    ----------
    start, end : int
        Code points into the text as given; ``text[start:end] == span.text``.
    score : float
        Between 0 and 1: how far the wording alone supports the marker. Not a measure of the person.
    certainty : str
        The score in words: ``clear``, ``likely`` or ``possible``.
    use : str
        ``own`` for the speaker's own move, or how the words are only mentioned.
    """

    start: int
    end: int
    text: str
    marker: str
    stage: int
    score: float
    certainty: str
    use: str = "own"
    evidence: tuple[Evidence, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class StageWeight:
    """How much of what was found belongs to one stage: the summed scores of its spans, and which spans they are."""

    stage: int
    name: str
    weight: float
    spans: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension of the framework: the range of levels its spans speak of, and which spans they are."""

    name: str
    lowest: str | None
    highest: str | None
    spans: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """What the spans say together; never a grade."""

    stages: tuple[StageWeight, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    mixed: bool = False
    too_short: bool = False
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something the statement does not yet name."""

    id: str
    text: str
    question: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """The guidance from the lowest stage with firm evidence to the one after it."""

    from_stage: int
    to_stage: int
    text: str
    questions: tuple[str, ...]
    mediator_note: str = field(default="")
