"""Step 5: what the spans say together. It describes wording; it never grades a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from .framework import Framework
from .records import Dimension, Missing, NextStep, Profile, Span, StageWeight
from .settings import Settings

_WORD = re.compile(r"\w+(?:['\u2019]\w+)*")
MIXED_FROM = 2
"""Stages this many steps apart (by their places, not their numbers), or more, are said to be mixed."""


def profile(text: str, spans: Sequence[Span], framework: Framework, settings: Settings) -> Profile:
    """Weigh each stage by its spans and place the dimensions between their lowest and highest evidence."""
    enough = settings.short_words
    short = sum(1 for _ in islice(_WORD.finditer(text[:10_000]), max(enough, 0))) < enough  # counted no further than it matters
    if not spans:
        return _of_nothing(tuple(framework.dimensions), short=short)
    stages = _stages(spans, framework)
    places = [framework.place(weight.stage) for weight in stages]
    mixed = bool(places) and max(places) - min(places) >= MIXED_FROM
    dimensions = tuple(_dimension(name, spans, framework) for name in framework.dimensions)
    return Profile(stages, dimensions, mixed, short, _summary(stages, mixed=mixed, short=short))


@lru_cache
def _of_nothing(dimensions: tuple[str, ...], *, short: bool) -> Profile:
    """Return the profile of a text in which nothing was found: most of a batch of ordinary talk, and all alike."""
    return Profile((), tuple(Dimension(name, None, None, ()) for name in dimensions), False, short, _summary((), mixed=False, short=short))


def _stages(spans: Sequence[Span], framework: Framework) -> tuple[StageWeight, ...]:
    return tuple(
        StageWeight(number, stage.name, round(sum(spans[i].score for i in members), 4), members)
        for number, stage in framework.stages.items()
        if (members := tuple(i for i, span in enumerate(spans) if span.stage == number)))


def _dimension(name: str, spans: Sequence[Span], framework: Framework) -> Dimension:
    members = tuple(i for i, span in enumerate(spans) if name in framework.markers[span.marker].dimension)
    if not members:
        return Dimension(name, None, None, ())
    stages = sorted((framework.stages[spans[i].stage] for i in members), key=lambda s: (s.levels[name], s.number))
    return Dimension(name, stages[0].dimensions[name], stages[-1].dimensions[name], members)


def _summary(stages: Sequence[StageWeight], *, mixed: bool, short: bool) -> str:
    if not stages:
        said = "No markers were found. This says nothing about what the words mean to the people they concern."
    elif len(stages) == 1:
        said = f"What was found belongs to one stage: {_named(stages[0])}."
    else:
        names = [_named(stage) for stage in stages]
        said = f"What was found belongs to {len(stages)} stages: {', '.join(names[:-1])} and {names[-1]}."
    if mixed:
        said += " The text is mixed: its parts stand at different places, as many real statements do."
    if short:
        said += " The text is short, so it can tell little."
    return said


def _named(stage: StageWeight) -> str:
    return f"{stage.stage} ({stage.name.lower()})"


def missing(spans: Sequence[Span], framework: Framework) -> tuple[Missing, ...]:
    """Return what the statement does not name yet, neutrally; some of it only beside what it would answer."""
    there = {span.marker for span in spans}
    return tuple(Missing(gap.id, gap.text, gap.question) for gap in framework.gaps
                 if not (gap.beside and there.isdisjoint(gap.beside)) and there.isdisjoint(gap.markers))


def next_step(spans: Sequence[Span], framework: Framework, settings: Settings) -> NextStep | None:
    """Return the guidance from the lowest stage with firm evidence to the one after it; None without such evidence."""
    firm = [span.stage for span in spans if span.score >= settings.firm]
    if not firm:
        return None
    stage = framework.stages[min(firm)]
    after = min((number for number in framework.stages if number > stage.number), default=stage.number)
    return NextStep(stage.number, after, stage.next_step, stage.questions, stage.mediator_note)
