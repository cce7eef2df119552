"""What the Python door promises."""

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stagelens
from stagelens.frames import tag_frame
from stagelens.records import USES

LETTER = ("I was wrong to read your diary, and I am sorry. You stopped talking to all of us after that. "
          "I never meant to hurt you. You always were too sensitive. Nobody is asking you to reply. \U0001f600 "
          "If you would like to, tell me what that year was like for you.")
ANY_TEXT = st.text(alphabet=st.one_of(st.characters(), st.sampled_from(list(" \r\n\t.,;!?\"'\u2019\u201c\ufeff\0\u0301\u202e\U0001f600\ud800"))), max_size=120)
PIECES = st.lists(st.one_of(ANY_TEXT, st.sampled_from(LETTER.split(". ")), st.sampled_from(["but ", "I take that back. ", '"', "\r\n", " \u202eabc ", "\u0301"])),
                  max_size=12).map(" ".join)


@given(PIECES)
@settings(max_examples=300, deadline=None)
def test_offsets_are_code_points_into_the_text_as_given(lens, text):
    reading = lens.tag(text)
    assert reading.text == text
    for span in (*reading.spans, *reading.mentions):
        assert 0 <= span.start < span.end <= len(text)
        assert text[span.start:span.end] == span.text


@given(PIECES)
@settings(max_examples=100, deadline=None)
def test_offsets_count_rightly_in_utf_16_as_well(lens, text):
    whole = text.encode("utf-16-le", "surrogatepass")
    for span in lens.tag(text).to_dict()["spans"]:
        assert whole[2 * span["start_utf16"]:2 * span["end_utf16"]] == span["text"].encode("utf-16-le", "surrogatepass")


@given(PIECES)
@settings(max_examples=100, deadline=None)
def test_spans_stand_in_a_total_order_and_twice_the_same_text_gives_the_same_reading(lens, text):
    reading = lens.tag(text)
    keys = [(s.start, -s.end, s.stage, s.marker, s.use) for s in reading.spans]
    assert keys == sorted(set(keys))
    assert lens.tag(text) == reading


@given(PIECES)
@settings(max_examples=100, deadline=None)
def test_every_span_is_own_and_every_mention_is_not(lens, text):
    reading = lens.tag(text)
    assert {s.use for s in reading.spans} <= {"own"}
    assert {s.use for s in reading.mentions} <= set(USES) - {"own"}


@given(PIECES)
@settings(max_examples=100, deadline=None)
def test_every_reading_can_be_written_in_every_form(lens, text):
    reading = lens.tag(text)
    assert json.loads(reading.to_json())["text"] == text
    assert len(reading.to_frame()) == len(reading.spans) + len(reading.mentions)
    assert reading.to_html().encode("utf-8")
    assert reading._repr_html_().encode("utf-8")


def test_half_a_character_pair_is_an_odd_mark_in_a_frame_and_nothing_else_moves():
    frame = tag_frame(pd.DataFrame({"text": pd.Series(["\ud800 I was wrong to read your letter out."], dtype=object)}))
    assert frame[["start", "end", "text"]].values.tolist() == [[0, 37, "\ufffd I was wrong to read your letter out"]]
    assert stagelens.load().tag("I was wrong to read your letter\ud800out to them.").to_frame()["text"].tolist() == ["I was wrong to read your letter\ufffdout to them"]


def test_a_letter_is_read_with_evidence(lens):
    reading = lens.tag(LETTER)
    found = {s.marker for s in reading.spans}
    assert {"ownership", "intention_focus", "blame_reversal", "restorative_invitation"} <= found
    for span in reading.spans:
        assert span.evidence
        assert all(e.source in ("rule", "turn", "model") and 0 <= e.start < e.end <= len(LETTER) for e in span.evidence)
        assert 0 < span.score < 1
        assert span.certainty in ("clear", "likely", "possible")


def test_markers_may_overlap(lens):
    reading = lens.tag("I know it hurt you, but I only meant to help.")
    assert {s.marker for s in reading.spans} == {"qualified_acknowledgement", "intention_focus"}


def test_the_next_step_starts_from_the_lowest_firm_stage_and_goes_one_further(lens):
    step = lens.tag("That never happened and you know it. I was wrong to read your diary.").next_step
    assert (step.from_stage, step.to_stage) == (-1, 0)
    assert lens.tag("Good morning.").next_step is None


def test_the_profile_names_stages_and_dimensions_and_never_a_share(lens):
    profile = lens.tag(LETTER).profile
    assert profile.mixed
    assert [s.stage for s in profile.stages] == sorted(s.stage for s in profile.stages)
    assert {d.name for d in profile.dimensions} == {"accountability", "curiosity", "power"}
    assert "%" not in profile.summary


def test_what_is_missing_is_what_no_span_names(lens):
    gaps = {gap.id for gap in lens.tag("I was wrong to read your diary.").missing}
    assert "own_act" not in gaps
    assert {"effect", "repair", "invitation"} <= gaps


def test_a_short_text_is_said_to_be_short(lens):
    assert lens.tag("I was wrong to shout.").profile.too_short
    assert not lens.tag(LETTER).profile.too_short


def test_an_empty_text_is_read_kindly(lens):
    reading = lens.tag("")
    assert reading.spans == ()
    assert "No markers were found" in reading.profile.summary


def test_presets_only_add_findings_from_precise_to_sensitive():
    found = [len(stagelens.load(preset=name).tag(LETTER).spans) for name in ("precise", "balanced", "sensitive")]
    assert found == sorted(found)


def test_many_texts_come_back_lazily_and_in_order(lens):
    def endless():
        while True:
            yield "I was wrong to shout."

    assert next(lens.tag_many(endless())).spans[0].marker == "ownership"


def test_several_processes_read_the_same_as_one(lens):
    texts = [f"{LETTER} {n}" for n in range(7)]
    assert list(lens.tag_many(texts, n_jobs=2, batch_size=2)) == list(lens.tag_many(texts))


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("batch_size", [1, 2, 64])
def test_what_is_wrong_with_one_of_many_texts_is_said_when_those_before_it_are_through(lens, jobs, batch_size):
    def broken():
        yield from ("We had tea.", LETTER, "It rained.")
        raise OSError("the disk is gone")

    for texts, wrong in ((["We had tea.", LETTER, "It rained.", None, "Never read."], stagelens.InputError), (broken(), OSError)):
        found = []
        with pytest.raises(wrong):
            found.extend(lens.tag_many(texts, n_jobs=jobs, batch_size=batch_size))
        assert [reading.text for reading in found] == ["We had tea.", LETTER, "It rained."]


@pytest.mark.parametrize("text", [None, 3, b"bytes", ["a"]])
def test_what_is_no_text_is_refused_in_one_sentence(lens, text):
    with pytest.raises(stagelens.InputError, match="give a str"):
        lens.tag(text)


def test_unknown_settings_are_refused_with_what_is_allowed(lens):
    with pytest.raises(stagelens.InputError, match="allowed are responding, harmed, other, unknown"):
        lens.tag("a", speaker="me")
    with pytest.raises(stagelens.SettingsError, match="allowed are precise, balanced, sensitive"):
        stagelens.load(preset="strict")


def test_a_text_over_the_limit_is_refused():
    lens = stagelens.load(settings=stagelens.Settings(max_chars=10))
    with pytest.raises(stagelens.InputError, match="11 code points; at most 10"):
        lens.tag("a" * 11)


@pytest.mark.parametrize("text", ['"' * 300_000, "I was wrong to shout " * 15_000, "but " * 50_000, "you made me do it, " * 10_000, "\0" * 100_000, "\ud800" * 1_000])
def test_odd_and_endless_texts_give_a_bounded_result(lens, text):
    for span in lens.tag(text).spans:
        assert text[span.start:span.end] == span.text
