"""How words are used: as one's own move, or only mentioned."""

import pytest

from stagelens.context import load_context
from stagelens.framework import load_framework
from stagelens.lens import Lens
from stagelens.patterns import load_macros, parse_patterns
from stagelens.rules import Rules
from stagelens.settings import Settings
from stagelens.turns import Turns

FRAMEWORK = load_framework()
WORDS = {
    "blame_reversal": "you (?:were|are) (?:far )?too sensitive",
    "ownership": "i was wrong to {w}",
    "intention_focus": "(?:i was )?only trying to help",
    "circumstance_focus": "i had no sleep",
    "impact_acknowledgement": "(?:it|that) (?:hurt|frightened) you|you stopped sleeping",
    "validation": "you are right to be angry",
    "event_denial": "that never happened",
}


@pytest.fixture(scope="module")
def small():
    """A lens of a few plain patterns, so that these tests are about context alone."""
    entries = [{"id": f"test.{marker}", "marker": marker, "expression": words, "weight": 0.9, "fires": ["a"] * 3, "quiet": ["b"] * 2}
               for marker, words in WORDS.items()]
    patterns = parse_patterns({"format": 1, "pattern": entries}, "test", load_macros(), FRAMEWORK.markers)
    return Lens(FRAMEWORK, Rules(patterns), None, load_context(), Turns(), Settings())


def own(small, text):
    return {s.marker for s in small.tag(text).spans}


def uses(small, text):
    return {s.marker: s.use for s in small.tag(text).mentions}


@pytest.mark.parametrize("text", [
    "You were too sensitive. No. No. No. No. I take back the chair I lent you.",
    "You were too sensitive, and that is what I have come to say.",
    "You were too sensitive. I told the team to stop.",
    "You were too sensitive.",
    "Frankly, you are too sensitive for this job.",
])
def test_plain_words_are_the_speakers_own(small, text):
    assert own(small, text) == {"blame_reversal"}


@pytest.mark.parametrize(("text", "use"), [
    ('My note says "you were too sensitive" in the margin.', "quoted"),
    ("My note says \u201cyou were too sensitive\u201d in the margin.", "quoted"),
    ("My note says 'you were too sensitive' in the margin.", "quoted"),
    ("Your father says you were too sensitive.", "reported"),
    ("She told me that you were too sensitive.", "reported"),
    ("I told you that you were too sensitive, which I regret.", "reported"),
    ("I kept telling myself you were too sensitive.", "reported"),
    ("I will not say you were too sensitive.", "negated"),
    ("I am not saying that you were too sensitive.", "negated"),
    ("It would be wrong to say you were too sensitive.", "negated"),
    ("It was not that you were too sensitive.", "negated"),
    ("I could say you were too sensitive.", "hypothetical"),
    ("You were too sensitive. I take that back.", "taken_back"),
    ("You were too sensitive. No, that is not true.", "taken_back"),
    ("You were too sensitive. No. Wait, sorry. I take that back.", "taken_back"),
    ("You were too sensitive, that is what I told the whole team.", "reported"),
    ("You were too sensitive, I told my sister, and went to bed.", "reported"),
    ("You were too sensitive, I said at the time.", "reported"),
    ("I have been telling everyone you were too sensitive.", "reported"),
    ("I caught myself thinking you were too sensitive.", "reported"),
    ("A part of me still wants to say you were too sensitive.", "reported"),
    ("My insurers want me to say you were too sensitive.", "reported"),
    ("It is a lie that you were too sensitive.", "negated"),
    ("It is tempting to say you were too sensitive.", "negated"),
    ("I would never say that you were too sensitive.", "negated"),
    ("Nobody here is saying you were too sensitive.", "negated"),
    ("Nobody's saying you were too sensitive.", "negated"),
    ("I am no longer going to say you were too sensitive.", "negated"),
    ("Some will say you were too sensitive.", "hypothetical"),
    ("The handout gives you are too sensitive as a line to avoid.", "reported"),
    ('He wrote "you were too sensitive and left it there.', "unclear"),
])
def test_mentioned_words_are_no_blame_and_stay_visible(small, text, use):
    assert own(small, text) == set()
    assert uses(small, text) == {"blame_reversal": use}


def test_negated_ownership_is_no_ownership(small):
    assert own(small, "I do not think I was wrong to tell him.") == set()
    assert uses(small, "I do not think I was wrong to tell him.") == {"ownership": "negated"}


def test_an_effect_learned_from_somebody_else_still_counts(small):
    assert own(small, "Your sister told me that you stopped sleeping.") == {"impact_acknowledgement"}


def test_a_report_stops_where_the_speaker_goes_on_in_their_own_name(small):
    assert own(small, "Your father says it was nothing, but I was wrong to shout.") == {"ownership"}


def test_taking_a_remark_back_is_not_the_same_as_being_unable_to(small):
    assert own(small, "You were too sensitive. I can't take that back.") == {"blame_reversal"}


def test_a_question_is_no_admission(small):
    assert own(small, "Do you think that I was wrong to ask?") == set()


def test_a_whole_text_pasted_between_quotation_marks_is_read_as_the_text(small):
    assert own(small, '"You were too sensitive, and that never happened."') == {"blame_reversal", "event_denial"}


def test_an_excuse_that_is_named_as_none_is_taken_back(small):
    assert own(small, "I had no sleep, and that is no excuse.") == set()
    assert own(small, "I had no sleep. I was wrong to shout.") == {"circumstance_focus", "ownership"}


@pytest.mark.parametrize("words", [
    "this is not a reason", "that is no reason for what I did", "that's no reason", "that was no reason to shout at you", "it isn't a good reason", "that excuses nothing",
    "none of that excuses me", "nothing excuses it", "that does not excuse it", "it doesn't excuse how I spoke to you", "that's not an excuse", "that is hardly an excuse",
    "it is no justification", "there is no justification for what I did", "that in no way excuses it", "it doesn't make it right", "that doesn't make what I did right",
    "I am not offering it as an excuse",
])
def test_a_justification_that_is_said_to_be_none_is_taken_back(small, words):
    for said, marker in (("I had no sleep", "circumstance_focus"), ("I was only trying to help", "intention_focus")):
        for text in (f"{said}, but {words}.", f"{said}. {words[0].upper()}{words[1:]}."):
            assert own(small, text) == set(), text
            assert uses(small, text) == {marker: "taken_back"}, text


@pytest.mark.parametrize("words", [
    "that is the reason", "that is no reason to be angry with me", "it's not a reason to leave me", "that is no reason to call me a liar", "that excuses me", "it doesn't make me a bad man",
    "that does not excuse you", "it doesn't excuse what you did", "it doesn't make it right for you to complain", "there is no justification for your anger",
])
def test_a_justification_that_is_only_gone_on_with_stays(small, words):
    for text in (f"I had no sleep, and {words}.", f"I had no sleep. {words[0].upper()}{words[1:]}."):
        assert own(small, text) == {"circumstance_focus"}, text


def test_an_acknowledgement_is_not_taken_back_by_owning_that_nothing_excuses_the_act(small):
    for words in ("that is no reason for what I did", "nothing can excuse it", "there is no justification for how I spoke"):
        assert own(small, f"I know it hurt you, but {words}.") == {"impact_acknowledgement"}, words
    assert own(small, "I know it hurt you, but that is no reason to call me names.") == set()


def test_an_effect_after_an_intention_is_set_above_it(small):
    reading = small.tag("I was only trying to help, but it hurt you.")
    assert {s.marker for s in reading.spans} == {"impact_over_intention", "impact_acknowledgement"}
    assert uses(small, "I was only trying to help, but it hurt you.") == {"intention_focus": "taken_back"}
    whole = next(s for s in reading.spans if s.marker == "impact_over_intention")
    assert [link.role for link in whole.links] == ["intention", "effect"]


def test_an_intention_after_an_effect_takes_it_back(small):
    reading = small.tag("I know it hurt you, but I was only trying to help.")
    assert {s.marker for s in reading.spans} == {"qualified_acknowledgement", "intention_focus"}
    assert reading.spans[0].text == "I know it hurt you, but I was only trying to help"
    assert [link.role for link in reading.spans[0].links] == ["acknowledgement", "turn", "retreat"]


def test_a_turn_that_leads_to_ownership_cancels_the_justification(small):
    assert own(small, "I had no sleep, but I was wrong to shout.") == {"ownership"}


def test_a_turn_that_opens_the_next_sentence_gives_a_span_in_each(small):
    text = "I know it hurt you. But I was only trying to help."
    spans = small.tag(text).spans
    assert [(s.marker, s.text) for s in spans if s.marker == "qualified_acknowledgement"] == [
        ("qualified_acknowledgement", "I know it hurt you"), ("qualified_acknowledgement", "But I was only trying to help")]
    assert own(small, "I was only trying to help. But it hurt you.") == {"impact_over_intention", "impact_acknowledgement"}
    assert own(small, "I had no sleep. However, I was wrong to shout.") == {"ownership"}
    assert own(small, "I know it hurt you. I was only trying to help.") == {"impact_acknowledgement", "intention_focus"}
    granted = small.tag("I see that it was a hard week for you. But I was only trying to help.").spans
    assert [s.text for s in granted if s.marker == "qualified_acknowledgement"] == ["I see that it was a hard week for you", "But I was only trying to help"]
    assert own(small, "I see that the bus was full. But I was only trying to help.") == {"intention_focus"}
    assert all(s.start <= e.start and e.end <= s.end + len(".") for s in spans for e in s.evidence)


def test_but_without_an_acknowledgement_is_nothing(small):
    assert own(small, "The train was late but I was only trying to help.") == {"intention_focus"}


def test_speakers_who_were_harmed_or_stand_by_carry_no_markers(small):
    for speaker in ("harmed", "other"):
        reading = small.tag("You were too sensitive and that never happened.", speaker=speaker)
        assert reading.spans == reading.mentions == reading.missing == ()
        assert reading.next_step is None


@pytest.mark.parametrize(("behind", "own_words"), [("Bye then.", True), ("Bye there.", False)])
def test_a_quotation_is_the_text_itself_from_nine_tenths_of_it_on(small, behind, own_words):
    text = '"I was wrong to shout '.ljust(88, "a") + f'." {behind}'
    assert ("ownership" in own(small, text)) == own_words
    assert uses(small, text) == ({} if own_words else {"ownership": "quoted"})
