import pytest

from stagelens.errors import InputError
from stagelens.explain import CERTAINTY, USES, explain
from stagelens.framework import load_framework
from stagelens.records import USES as ALL_USES
from stagelens.records import Evidence, Link, Span

FRAMEWORK = load_framework()
TEXT = "I can see that it was hard for you, but you did say that you were fine."


def span(marker="qualified_acknowledgement", *, use="own", certainty="clear", evidence=(), links=(), text=TEXT, start=0):
    return Span(start, start + len(text), text, marker, FRAMEWORK.markers[marker].stage, 0.9, certainty, use, evidence, links)


@pytest.mark.parametrize("marker", FRAMEWORK.markers)
def test_every_marker_is_explained_by_its_own_texts(marker):
    told = explain(span(marker), FRAMEWORK)
    source = FRAMEWORK.markers[marker]
    assert (told.says, told.why, told.question, told.mediator_note) == (source.says, source.why, source.question, source.mediator_note)
    assert told.other_readings == source.other_readings
    assert told.other_reading == source.other_readings[0]
    assert told.stage_name == FRAMEWORK.stages[source.stage].name


def test_the_words_that_carried_it_are_quoted_once_each():
    at = TEXT.index("you did say")
    seen = Evidence("rule", "a", at, at + 11, 0.8)
    told = explain(span("request_attribution", evidence=(seen, Evidence("rule", "b", at, at + 11, 0.6))), FRAMEWORK)
    assert told.carried_by == "These words carried it: \u201cyou did say\u201d."


def test_offsets_are_taken_from_the_text_not_from_the_span():
    told = explain(span("ownership", text="I was wrong", start=100, evidence=(Evidence("rule", "a", 106, 111, 0.8),)), FRAMEWORK)
    assert "\u201cwrong\u201d" in told.carried_by


def test_words_outside_the_span_are_left_out_rather_than_guessed():
    told = explain(span("ownership", text="I was wrong", start=100, evidence=(Evidence("rule", "a", 3, 9, 0.8),)), FRAMEWORK)
    assert told.carried_by == "The wording as a whole carried it."


def test_a_turn_is_explained_by_the_order_of_its_parts():
    turn = TEXT.index(", but")
    links = (Link("acknowledgement", 0, turn), Link("turn", turn, turn + 2), Link("retreat", turn + 2, len(TEXT)))
    told = explain(span(evidence=(Evidence("turn", "turn.x", 0, len(TEXT), 0.85),), links=links), FRAMEWORK)
    assert told.carried_by == ("The order carried it: first something is granted (\u201cI can see that it was hard for you\u201d), "
                               "then some of it is taken back (\u201cbut you did say that you were fine.\u201d).")


def test_what_the_model_saw_is_told_as_likeness_to_marked_phrases_with_the_words_that_weighed_most():
    told = explain(span(evidence=(Evidence("model", "m", 0, 5, 0.7),)), FRAMEWORK).carried_by
    assert told == "Compared with many example phrases, these words counted most: \u201cI can\u201d."


def test_words_that_several_patterns_saw_are_named_once_as_far_as_they_reach():
    rules = tuple(Evidence("rule", name, 0, end, 0.7) for name, end in (("a", 5), ("b", 9), ("c", 9)))
    assert explain(span(evidence=rules), FRAMEWORK).carried_by == "These words carried it: \u201cI can see\u201d."


def test_long_evidence_is_cut_in_the_middle():
    text = "word " * 100
    told = explain(span("ownership", text=text, evidence=(Evidence("rule", "a", 0, len(text), 0.8),)), FRAMEWORK)
    assert len(told.carried_by) < 150
    assert "\u2026" in told.carried_by


def test_every_use_and_certainty_has_words():
    assert set(USES) == set(ALL_USES)
    for use in ALL_USES:
        assert bool(explain(span(use=use), FRAMEWORK).use_in_words) == (use != "own")
    assert {explain(span(certainty=c), FRAMEWORK).certainty_in_words for c in ("clear", "likely", "possible")} == set(CERTAINTY.values())


def test_quoted_words_are_said_to_be_shown_apart():
    assert explain(span(use="quoted"), FRAMEWORK).use_in_words == "These words are quoted, so they are shown apart."


def test_an_unknown_marker_is_refused_in_a_sentence():
    strange = Span(0, 1, "x", "no_such_marker", 0, 0.9, "clear")
    with pytest.raises(InputError, match="there is no marker 'no_such_marker'"):
        explain(strange, FRAMEWORK)


def test_a_marker_that_is_mistyped_is_guessed():
    with pytest.raises(InputError, match="there is no marker 'ownrship'; perhaps 'ownership' is meant; known are event_denial"):
        FRAMEWORK.marker("ownrship")
