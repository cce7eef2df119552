"""What the spans of a text say together."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stagelens.framework import load_framework
from stagelens.profile import missing, next_step, profile
from stagelens.records import Span
from stagelens.settings import Settings

FRAMEWORK = load_framework()
BY_STAGE = {stage: [m.id for m in FRAMEWORK.markers.values() if m.stage == stage] for stage in FRAMEWORK.stages}
LONG = "word " * 12


def span(marker, score=0.8, start=0):
    return Span(start, start + 4, "word", marker, FRAMEWORK.markers[marker].stage, score, "likely", "own", (), ())


def told(*spans, text=LONG, **settings):
    return profile(text, spans, FRAMEWORK, Settings(**settings))


def test_each_stage_weighs_what_its_spans_weigh_and_names_them():
    low, high = BY_STAGE[-1][0], BY_STAGE[3][0]
    made = told(span(high, 0.5), span(low, 0.7), span(high, 0.61234))
    assert [(w.stage, w.weight, w.spans) for w in made.stages] == [(-1, 0.7, (1,)), (3, 1.1123, (0, 2))]
    assert [w.name for w in made.stages] == [FRAMEWORK.stages[-1].name, FRAMEWORK.stages[3].name]


@pytest.mark.parametrize(("first", "second", "mixed"), [(0, 1, False), (0, 2, True), (-1, 4, True), (2, 2, False)])
def test_stages_two_steps_apart_are_mixed(first, second, mixed):
    made = told(span(BY_STAGE[first][0]), span(BY_STAGE[second][0]))
    assert made.mixed == mixed
    assert ("The text is mixed" in made.summary) == mixed


@pytest.mark.parametrize(("words", "short"), [(11, True), (12, False)])
def test_a_text_of_few_words_is_said_to_be_short(words, short):
    made = told(text="don't " * words)
    assert made.too_short == short
    assert ("The text is short" in made.summary) == short


@given(st.text(st.sampled_from("ab'\u2019 .\n"), max_size=60), st.integers(-1, 14))
def test_of_a_text_without_findings_only_its_length_is_told(text, enough):
    made = told(text=text, short_words=enough)
    short = len(re.findall(r"\w+(?:['\u2019]\w+)*", text)) < enough
    assert (made.stages, made.mixed, made.too_short) == ((), False, short)
    assert made.summary.endswith("The text is short, so it can tell little.") == short
    assert [(d.name, d.lowest, d.highest, d.spans) for d in made.dimensions] == [(name, None, None, ()) for name in FRAMEWORK.dimensions]


def test_frameworks_with_other_dimensions_are_told_apart_also_where_nothing_was_found():
    other = replace(FRAMEWORK, dimensions={"openness": "Openness"})
    assert [d.name for d in profile(LONG, (), other, Settings()).dimensions] == ["openness"]
    assert [d.name for d in told().dimensions] == list(FRAMEWORK.dimensions)


def test_the_summary_names_the_stages_and_no_more():
    assert told().summary == "No markers were found. This says nothing about what the words mean to the people they concern."
    assert told(span(BY_STAGE[3][0])).summary == f"What was found belongs to one stage: 3 ({FRAMEWORK.stages[3].name.lower()})."
    names = {number: f"{number} ({stage.name.lower()})" for number, stage in FRAMEWORK.stages.items()}
    assert told(span(BY_STAGE[2][0]), span(BY_STAGE[3][0])).summary == f"What was found belongs to 2 stages: {names[2]} and {names[3]}."
    three = told(span(BY_STAGE[1][0]), span(BY_STAGE[2][0]), span(BY_STAGE[3][0])).summary
    assert three.startswith(f"What was found belongs to 3 stages: {names[1]}, {names[2]} and {names[3]}. The text is mixed")


def test_a_dimension_reaches_from_the_lowest_to_the_highest_stage_that_speaks_of_it():
    for name in ("accountability", "curiosity", "power"):
        speaking = [m.id for m in FRAMEWORK.markers.values() if name in m.dimension]
        silent = [span(m.id) for m in FRAMEWORK.markers.values() if name not in m.dimension]
        stages = [FRAMEWORK.stages[FRAMEWORK.markers[marker].stage] for marker in speaking]
        made = {d.name: d for d in told(*silent, *map(span, speaking)).dimensions}[name]
        assert made.spans == tuple(range(len(silent), len(silent) + len(speaking)))
        assert made.lowest == min(stages, key=lambda s: (s.levels[name], s.number)).dimensions[name]
        assert made.highest == max(stages, key=lambda s: (s.levels[name], s.number)).dimensions[name]
        assert {d.name: (d.lowest, d.highest, d.spans) for d in told(*silent).dimensions}[name] == (None, None, ())


def test_what_is_missing_is_each_gap_that_no_span_fills():
    for gap in FRAMEWORK.gaps:
        beside = [span(gap.beside[0])] if gap.beside else []
        assert gap.id in {m.id for m in missing(beside, FRAMEWORK)}
        for marker in gap.markers:
            assert gap.id not in {m.id for m in missing([*beside, span(marker)], FRAMEWORK)}
    assert [(m.text, m.question) for m in missing([], FRAMEWORK)] == [(gap.text, gap.question) for gap in FRAMEWORK.gaps if not gap.beside]


def test_that_the_effect_is_not_set_above_the_aim_is_only_said_where_an_aim_is_spoken_of():
    assert "impact_above_intention" not in {m.id for m in missing([span("ownership"), span("impact_acknowledgement")], FRAMEWORK)}
    assert "impact_above_intention" in {m.id for m in missing([span("ownership"), span("intention_focus")], FRAMEWORK)}


def test_words_that_only_offer_or_leave_free_are_not_asked_what_was_done():
    """Such as a letter of condolence."""
    offers = [span(marker) for marker in ("freedom_to_decline", "repair_commitment", "restorative_invitation", "openness_to_listen", "validation")]
    assert missing(offers, FRAMEWORK) == ()
    assert {"own_act", "effect", "power"} <= {m.id for m in missing([*offers, span("minimisation")], FRAMEWORK)}


def test_to_leave_somebody_free_is_not_to_name_a_difference_in_power():
    power = {d.name: d.highest for d in told(span("freedom_to_decline")).dimensions}["power"]
    assert power is None


def test_the_next_step_is_that_of_the_lowest_stage_with_firm_evidence():
    steps = sorted(FRAMEWORK.stages)
    for stage in steps:
        step = next_step([span(BY_STAGE[stage][0], 0.6), span(BY_STAGE[steps[-1]][0], 0.99), span(BY_STAGE[steps[0]][0], 0.59)], FRAMEWORK, Settings())
        assert (step.from_stage, step.to_stage) == (stage, min(stage + 1, steps[-1]))
        assert (step.text, step.questions) == (FRAMEWORK.stages[stage].next_step, FRAMEWORK.stages[stage].questions)
    assert next_step([span(BY_STAGE[0][0], 0.59)], FRAMEWORK, Settings()) is None
