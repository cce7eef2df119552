"""The records that flow through stagelens: frozen, slotted, importing nothing of ours.

All offsets are code points into the text exactly as it was given; ``text[start:end]`` is the stretch itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Dimension", "Evidence", "Gap", "Link", "Marker", "Missing", "NextStep", "Profile", "Span", "Stage", "StageWeight"]

USES = ("own", "quoted", "reported", "negated", "hypothetical", "asked", "taken_back", "other", "unclear")
"""How a hit is used: as the speaker's own move, or only mentioned."""

SPEAKERS = ("responding", "harmed", "other", "unknown")
"""Who may be speaking; words of ``harmed`` and ``other`` speakers carry no markers."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of accountability, with its place on each ordinal dimension of its framework.

    Attributes
    ----------
    number : int
        In the built-in framework from -1 (harm reversal) to 4; stages are not steps that everybody climbs, and one text can carry several.
    name, summary : str
        The stage in a few words, and in two sentences.
    dimensions : dict of str to str
        Dimension to what the stage stands for on it, in words.
    levels : dict of str to int
        The same as an order (in the built-in framework 0, none or reversed, to 4, high). An order, not an amount: differences and means say nothing.
    next_step : str
        What may help from here to the stage after it.
    questions : tuple of str
        Questions to think about on the way.
    mediator_note : str
        A note for mediators, not meant to be read out.

    Notes
    -----
    The built-in stages come from the article "Stages of Accountability: Towards Healing" (All Neurotypes), restated in our own words.

    Examples
    --------
    >>> import stagelens
    >>> stage = stagelens.load().framework.stages[2]
    >>> stage.name, stage.dimensions['accountability']
    ('Emerging accountability', 'moderate')
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
    """One marker: a move that a stretch of text makes, with the texts that explain it.

    Attributes
    ----------
    id : str
        Its name in code and data, such as ``conditional_apology``.
    stage : int
        The stage it belongs to, -1 to 4.
    name, description : str
        The move in plain words.
    says : str
        What the words may be heard as.
    why : str
        Why it may matter to the harmed person.
    other_readings : tuple of str
        Other ways to read the same words; at least one.
    question : str
        A question to think about.
    mediator_note : str
        A note for mediators.
    example : str
        An invented sentence that makes the move.
    source : str
        The research or tradition behind it; "known second-hand" where it was not read.
    dimension : tuple of str
        The dimensions it speaks of: ``accountability``, ``curiosity``, ``power``.

    Examples
    --------
    >>> import stagelens
    >>> marker = stagelens.load().framework.markers["conditional_apology"]
    >>> marker.stage, marker.name
    (1, 'apologises on condition or for feelings')
    """

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
    """Something a statement may not name yet, and the markers any of which would name it.

    Attributes
    ----------
    id, name : str
        Its name in data, and in words.
    markers : tuple of str
        Ids of the markers any of which names it.
    beside : tuple of str
        Ids of the markers beside one of which it is spoken of; empty where it always is.
    text, question : str
        What is told of it, and a question to think about.

    Examples
    --------
    >>> import stagelens
    >>> stagelens.load().framework.gaps[0].markers
    ('ownership',)
    """

    id: str
    name: str
    markers: tuple[str, ...]
    text: str
    question: str
    beside: tuple[str, ...] = ()


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
    """What carried a finding: a rule, a turn or the model, and the words it saw.

    Attributes
    ----------
    source : {"rule", "turn", "model"}
    id : str
        The id of the pattern, of the kind of turn, or of the model.
    start, end : int
        The words it saw, in code points of the text.
    weight : float
        From 0 to 1: how sure this evidence is by itself.

    Examples
    --------
    >>> import stagelens
    >>> span = stagelens.load().tag("I was wrong to read your letter out in class.").spans[0]
    >>> sorted({evidence.source for evidence in span.evidence})
    ['model', 'rule']
    """

    source: str
    id: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Link:
    """A part of a larger move, such as the acknowledgement, the turn and the retreat of a sentence that takes back.

    Attributes
    ----------
    role : {"acknowledgement", "turn", "retreat", "intention", "effect"}
    start, end : int
        Code points into the text.

    Examples
    --------
    >>> import stagelens
    >>> text = "I know it hurt you, but I was only trying to help."
    >>> [(link.role, text[link.start:link.end]) for link in stagelens.load().tag(text).spans[0].links][1]
    ('turn', ', but ')
    """

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


MODEL = "model"
"""What evidence of the model names as its source."""
NEARBY = 3
"""Findings no further apart than this many sentences speak for each other. More adds nothing on statements, and in an hour of talk
puts together what has nothing to do with each other."""
BESIDE = 0.5
"""A clause beside one the model is sure of belongs to the same move from this share of the threshold."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What one preset asks of findings that the model has a part in, as probabilities.

    Attributes
    ----------
    markers : mapping
        Marker to what the model must be sure of to find it without the rules.
    answer : float
        What two things near a finding must each reach for it to be shown: the score of the surest finding, and the model's chance that a clause
        is part of an answer to harm, whatever the marker.
    together : float
        What rules and model must be sure of together.
    """

    markers: Mapping[str, float]
    answer: float
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
    """What the model sees, and how to weigh it.

    ``hits`` are one a clause and marker, very unlikely ones left out; ``answers`` tells of each sentence, by its number, how likely it is part
    of an answer to harm, with whatever marker (very unlikely ones left out).
    """

    hits: tuple[Hit, ...]
    answers: Mapping[int, float]
    thresholds: Thresholds
    joint: Joint


@dataclass(frozen=True, slots=True)
class Span:
    """A highlighted stretch of text and the marker it may carry.

    Attributes
    ----------
    start, end : int
        Code points into the text as given; ``text[start:end] == span.text``.
    text : str
        The words.
    marker : str
        The marker's id, such as ``ownership``.
    stage : int
        The stage of the marker, -1 to 4.
    score : float
        Between 0 and 1: how far the wording alone supports the marker. Not a measure of the person.
    certainty : {"clear", "likely", "possible"}
        The score in words.
    use : str
        ``own`` for the speaker's own move, or how the words are only mentioned (`stagelens.explain.USES`).
    evidence : tuple of Evidence
        What carried the finding.
    links : tuple of Link
        The parts of a larger move.

    Examples
    --------
    >>> import stagelens
    >>> text = "We had tea. I was wrong to read your letter out in class."
    >>> span = stagelens.load().tag(text).spans[0]
    >>> span.start, span.end, text[span.start:span.end] == span.text
    (12, 56, True)
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
    """How much of what was found belongs to one stage.

    Attributes
    ----------
    stage : int
    name : str
    weight : float
        The summed scores of its spans. It grows with the length of a text: not a level, and not to be compared between texts.
    spans : tuple of int
        Places in `Reading.spans`.

    Examples
    --------
    >>> import stagelens
    >>> reading = stagelens.load().tag("I was wrong to read your letter out in class.")
    >>> [(weight.stage, weight.spans) for weight in reading.profile.stages]
    [(3, (0,))]
    """

    stage: int
    name: str
    weight: float
    spans: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension of the framework: the range of levels its spans speak of.

    Attributes
    ----------
    name : str
        Such as ``accountability``.
    lowest, highest : str or None
        Levels in words; None where no span speaks of the dimension.
    spans : tuple of int
        Places in `Reading.spans`.

    Examples
    --------
    >>> import stagelens
    >>> reading = stagelens.load().tag("I was wrong to read your letter out in class.")
    >>> [(dimension.name, dimension.highest) for dimension in reading.profile.dimensions][0]
    ('accountability', 'strong')
    """

    name: str
    lowest: str | None
    highest: str | None
    spans: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """What the spans say together; never a grade.

    Attributes
    ----------
    stages : tuple of StageWeight
        Only those of which something was found.
    dimensions : tuple of Dimension
    mixed : bool
        Whether stages far from each other stand in one text.
    too_short : bool
        Whether the text is too short to tell much (fewer words than `Settings.short_words`).
    summary : str
        The same in sentences.

    Examples
    --------
    >>> import stagelens
    >>> stagelens.load().tag("I was wrong.").profile.too_short
    True
    """

    stages: tuple[StageWeight, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    mixed: bool = False
    too_short: bool = False
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something the statement does not yet name.

    Attributes
    ----------
    id, text, question : str
        Its id, what is told of it, and a question to think about. Nothing of it is owed.

    Examples
    --------
    >>> import stagelens
    >>> reading = stagelens.load().tag("I was wrong to read your letter out in class.")
    >>> "effect" in [gap.id for gap in reading.missing]
    True
    """

    id: str
    text: str
    question: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """The guidance from the lowest stage with firm evidence to the one after it.

    Attributes
    ----------
    from_stage, to_stage : int
    text : str
        What may help.
    questions : tuple of str
    mediator_note : str
        A note for mediators.

    Examples
    --------
    >>> import stagelens
    >>> step = stagelens.load().tag("I'm sorry if you felt hurt by anything I said last week.").next_step
    >>> step.from_stage, step.to_stage
    (1, 2)
    """

    from_stage: int
    to_stage: int
    text: str
    questions: tuple[str, ...]
    mediator_note: str = field(default="")
