"""How hits become spans: joined, weighed with their company and the model, trimmed, put in order."""

from dataclasses import replace

import pytest

from stagelens.framework import load_framework
from stagelens.merge import ADJACENT, COMPANY, merge, trim
from stagelens.patterns import FIRM
from stagelens.records import NEARBY, Evidence, Hit, Joint, Seen, Thresholds
from stagelens.segment import segment
from stagelens.settings import Settings
from stagelens.sight import LONG, LONGEST, together

FRAMEWORK = load_framework()
SURE, HALF = 0.9, 0.5


def hit(document, marker, words, *, weight=SURE, use="own", needs=(), grows=False, wide=None, name=None, source="rule", nth=0):
    """A hit on some words; ``wide`` is the stretch it stands for, the words themselves unless given."""
    core = document.text.index(words)
    for _ in range(nth):
        core = document.text.index(words, core + 1)
    end = core + len(words)
    left = document.text.index(wide) if wide else core
    number = next(n for n, s in enumerate(document.sentences) if s.start <= core < s.end)
    evidence = (Evidence(source, name or f"{marker}.{words}", core, end, weight),)
    return Hit(marker, left, left + len(wide) if wide else end, core, end, number, weight, evidence, needs, use=use, grows=grows)


def merged(document, *hits, seen=None, **settings):
    return merge(document, hits, seen, FRAMEWORK, Settings(**settings))


EVERYWHERE = dict.fromkeys(range(100), 0.99)


def seen(*hits, thresholds=None, answer=0.9, answers=EVERYWHERE, together=0.6, joint=(1.0, 1.0, 0.0)):
    return Seen(hits, answers, Thresholds(thresholds or {"ownership": 0.6, "validation": 0.6}, answer, together), Joint(*joint))


def shown(spans):
    return [(span.marker, span.text) for span in spans]


# --- joining -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("between", "spans"), [("-" * ADJACENT, 1), ("-" * (ADJACENT + 1), 2)])
def test_hits_of_one_marker_that_nearly_touch_are_one_span(between, spans):
    document = segment(f"aaa{between}bbb")
    found, _ = merged(document, hit(document, "ownership", "aaa"), hit(document, "ownership", "bbb"))
    assert len(found) == spans
    assert {e.id for span in found for e in span.evidence} == {"ownership.aaa", "ownership.bbb"}


def test_a_long_hit_reaches_over_a_short_one_inside_it_to_the_next():
    document = segment("aaa bbb ccc ddd eee fff ggg")
    found, _ = merged(document, hit(document, "ownership", "aaa bbb ccc ddd eee"), hit(document, "ownership", "bbb"), hit(document, "ownership", "ggg"))
    assert shown(found) == [("ownership", "aaa bbb ccc ddd eee fff ggg")]


def test_hits_of_two_sentences_uses_or_markers_stay_apart():
    document = segment("I own it. I own it")
    assert len(merged(document, hit(document, "ownership", "own it"), hit(document, "ownership", "own it", nth=1))[0]) == 2
    found, mentions = merged(document, hit(document, "ownership", "I own"), hit(document, "ownership", "it", use="quoted"))
    assert (shown(found), shown(mentions)) == ([("ownership", "I own")], [("ownership", "it")])
    assert len(merged(document, hit(document, "ownership", "I own"), hit(document, "validation", "I own"))[0]) == 2


def test_spans_stand_by_start_then_the_longer_then_the_stage_then_the_marker():
    document = segment("aaa bbb ccc")
    hits = [hit(document, "validation", "aaa"), hit(document, "ownership", "aaa bbb"), hit(document, "event_denial", "aaa"), hit(document, "minimisation", "bbb"),
            hit(document, "blame_reversal", "aaa")]
    for given in (hits, hits[::-1]):
        assert [span.marker for span in merged(document, *given)[0]] == ["ownership", "blame_reversal", "event_denial", "validation", "minimisation"]


def test_a_mention_that_lies_on_a_move_of_ones_own_of_its_marker_is_left_out():
    document = segment("aaabbb cccddd")
    own = hit(document, "ownership", "bbb ccc")
    for words, marker, kept in (("cccddd", "ownership", 0), ("aaabbb", "ownership", 0), ("aaa", "ownership", 1), ("ddd", "ownership", 1), ("ccc", "validation", 1)):
        assert len(merged(document, own, hit(document, marker, words, use="quoted"))[1]) == kept, words


# --- how sure ----------------------------------------------------------------------------------------------------


def test_each_further_pattern_takes_a_little_of_the_doubt_and_the_same_one_nothing():
    document = segment("aaa bbb ccc")
    first, second, third = (hit(document, "ownership", words, weight=0.7, name=name) for words, name in (("aaa", "x"), ("bbb", "y"), ("ccc", "x")))
    assert merged(document, first)[0][0].score == 0.7
    assert merged(document, first, second)[0][0].score == pytest.approx(1 - 0.3 * 0.92)
    assert merged(document, first, third)[0][0].score == 0.7
    assert merged(document, first, hit(document, "ownership", "bbb", weight=0.4, name="y"))[0][0].score == pytest.approx(1 - 0.3 * 0.92)
    assert [e.start for e in merged(document, third, first)[0][0].evidence] == [0]


def test_nothing_is_ever_certain():
    document = segment("aaa")
    assert merged(document, hit(document, "ownership", "aaa", weight=1.0))[0][0].score == 0.99


@pytest.mark.parametrize(("weight", "certainty"), [(0.55, "possible"), (0.64, "possible"), (0.65, "likely"), (0.84, "likely"), (0.85, "clear")])
def test_certainty_is_told_in_three_words(weight, certainty):
    document = segment("aaa")
    assert merged(document, hit(document, "ownership", "aaa", weight=weight))[0][0].certainty == certainty


@pytest.mark.parametrize(("preset", "weight", "spans"), [("balanced", 0.55, 1), ("balanced", 0.54, 0), ("precise", 0.75, 1), ("precise", 0.74, 0), ("sensitive", 0.3, 1)])
def test_a_preset_says_how_sure_a_finding_must_be(preset, weight, spans):
    document = segment("aaa")
    assert len(merged(document, hit(document, "ownership", "aaa", weight=weight), preset=preset)[0]) == spans


def far(apart):
    """Two sentences with some between them."""
    return segment("aaa. " + "xx. " * (apart - 1) + "bbb.")


@pytest.mark.parametrize("apart", range(1, 6))
def test_a_firm_move_nearby_takes_doubt_from_a_faint_one_before_or_behind_it(apart):
    document = far(apart)
    for faint, firm in (("aaa", "bbb"), ("bbb", "aaa")):
        found = {s.marker: s.score for s in merged(document, hit(document, "ownership", faint, weight=HALF), hit(document, "validation", firm))[0]}
        assert found == {"validation": SURE} | ({"ownership": pytest.approx(1 - 0.5 * (1 - COMPANY))} if apart <= NEARBY else {})


@pytest.mark.parametrize(("other", "counts"), [
    ({"weight": FIRM}, True), ({"weight": FIRM - 0.01}, False), ({"use": "quoted"}, False), ({"needs": ("ownership",)}, False), ({"marker": "ownership"}, False)])
def test_only_firm_moves_of_ones_own_and_of_another_marker_are_company(other, counts):
    document = segment("aaa. bbb.")
    other = {"marker": "validation"} | other
    found = merged(document, hit(document, "ownership", "aaa", weight=0.6), hit(document, words="bbb", **other))[0]
    assert next(s.score for s in found if s.text == "aaa") == pytest.approx(0.76 if counts else 0.6)


@pytest.mark.parametrize(("needs", "beside", "stays"), [
    (("validation",), "validation", True), (("validation",), "minimisation", False), (("any",), "minimisation", True), (("any",), None, False),
    (("any",), "ownership", False), (("minimisation", "validation"), "validation", True), ((), None, True)])
def test_a_pattern_that_is_only_right_beside_other_moves_waits_for_them(needs, beside, stays):
    document = segment("aaa. bbb.")
    others = [hit(document, beside, "bbb")] if beside else []
    assert ("aaa" in [s.text for s in merged(document, hit(document, "ownership", "aaa", needs=needs), *others)[0]]) == stays


# --- how far -----------------------------------------------------------------------------------------------------


def test_a_move_runs_on_over_the_clauses_behind_it_up_to_the_next_other_move():
    document = segment("I own aaa, and I say bbb, and I see ccc, and I do ddd")
    first = hit(document, "ownership", "aaa", wide="I own aaa", grows=True)
    assert shown(merged(document, first)[0]) == [("ownership", "I own aaa, and I say bbb, and I see ccc, and I do ddd")]
    assert shown(merged(document, first, hit(document, "validation", "ccc", wide="I see ccc"))[0])[0] == ("ownership", "I own aaa, and I say bbb")
    assert shown(merged(document, first, hit(document, "validation", "bbb", wide="I say bbb"))[0])[0] == ("ownership", "I own aaa")
    still = hit(document, "ownership", "aaa", wide="I own aaa")
    assert shown(merged(document, still)[0]) == [("ownership", "I own aaa")]


def test_a_move_does_not_end_where_one_of_its_own_marker_begins_or_one_in_another_sentence():
    document = segment("I own aaa, and I say bbb. I see ccc")
    first = hit(document, "ownership", "aaa", wide="I own aaa", grows=True)
    found = merged(document, first, hit(document, "ownership", "bbb"), hit(document, "validation", "ccc"))[0]
    assert shown(found)[0] == ("ownership", "I own aaa, and I say bbb")


@pytest.mark.parametrize(("text", "core", "left"), [
    ("Well, and so I own it.", "own it", "I own it"), ("- I own it!", "own it", "I own it"), ("\u2022 But I own it?", "own it", "I own it"),
    ("Well, I own it.", "Well, I own it", "Well, I own it"), ("I own it?", "own it?", "I own it?"), ("I own it.", "own it.", "I own it"),
    ("I own it \u2014", "own", "I own it"), ("so", "so", "so"), ("Um, well, look, I own it;", "I own", "I own it"), ("well", "ell", "well"),
    ("so aaa", "o aaa", "so aaa")])
def test_what_only_leads_in_or_stops_is_no_part_of_a_span_but_matched_words_are(text, core, left):
    document = segment(text)
    start = text.index(core)
    a, b = trim(document, 0, len(text), start, start + len(core))
    assert text[a:b] == left


# --- with the model ----------------------------------------------------------------------------------------------


def sight(document, marker, words, chance):
    return hit(document, marker, words, weight=chance, source="model", name="m")


def test_rules_and_model_are_weighed_as_log_odds():
    assert together(Joint(1.0, 1.0, 0.0), 0.8, 0.5) == pytest.approx(0.8)
    assert together(Joint(0.0, 1.0, 0.0), 0.8, 0.3) == pytest.approx(0.3)
    assert together(Joint(1.0, 1.0, 0.0), 0.8, 0.8) == pytest.approx(16 / 17)
    assert together(Joint(0.0, 0.0, 1.0), 0.8, 0.8) == pytest.approx(1 / (1 + 2.718281828 ** -1))
    assert together(Joint(1.0, 0.0, 0.0), 1.0, 0.5) == pytest.approx(0.99)
    assert together(Joint(1.0, 0.0, 0.0), 0.0, 0.5) == pytest.approx(0.01)


def test_a_wording_is_weighed_with_the_surest_clause_that_its_words_touch():
    document = segment("I own aaa, and I say bbb")
    wording = hit(document, "ownership", "aaa", weight=0.8)
    looks = seen(sight(document, "ownership", "I own aaa", 0.5), sight(document, "ownership", "I say bbb", 0.9), sight(document, "validation", "I own aaa", 0.9),
                 thresholds={"ownership": 0.95, "validation": 0.95}, answer=0.0)
    span, = merged(document, wording, seen=looks)[0]
    assert span.score == pytest.approx(0.8)
    assert [e.source for e in span.evidence] == ["rule", "model"]
    over = hit(document, "ownership", "aaa, and I say", weight=0.8)
    assert merged(document, over, seen=looks)[0][0].score == pytest.approx(36 / 37, abs=1e-4)


def test_a_wording_the_model_finds_unlikely_is_shown_only_where_it_is_sure_by_itself():
    document = segment("aaa bbb ccc")
    unlikely = seen(sight(document, "ownership", "aaa bbb ccc", 0.1), together=0.5)
    assert merged(document, hit(document, "ownership", "aaa", weight=0.65), seen=unlikely)[0] == ()
    span, = merged(document, hit(document, "ownership", "aaa", weight=0.66), seen=unlikely)[0]
    assert (span.certainty, span.score) == ("possible", pytest.approx(0.1774, abs=1e-4))
    needy = hit(document, "ownership", "aaa", weight=0.9, needs=("any",)), hit(document, "validation", "ccc", weight=0.9)
    assert "ownership" not in {span.marker for span in merged(document, *needy, seen=unlikely)[0]}


def test_a_wording_of_which_the_model_sees_nothing_is_only_shown_by_the_sensitive_preset():
    document = segment("aaa bbb ccc")
    for preset, spans in (("precise", 0), ("balanced", 0), ("sensitive", 1)):
        blind = seen(joint=(0.4, 0.8, 0.0))
        assert len(merged(document, hit(document, "ownership", "aaa", weight=0.8), seen=blind, preset=preset)[0]) == spans, preset


def test_what_rules_and_model_say_together_must_reach_what_is_asked():
    document = segment("aaa bbb ccc")
    for asked, spans in ((0.5, 1), (0.51, 0)):
        looks = seen(sight(document, "ownership", "aaa bbb ccc", 0.5), together=asked, answer=0.0)
        assert len(merged(document, hit(document, "ownership", "aaa", weight=0.5), seen=looks)[0]) == spans


def test_a_mention_is_kept_for_its_wording_whatever_the_model_says():
    document = segment("aaa bbb ccc")
    assert len(merged(document, hit(document, "ownership", "aaa", weight=0.55, use="quoted"), seen=seen())[1]) == 1
    assert merged(document, hit(document, "ownership", "aaa", weight=0.54, use="quoted"), seen=seen())[1] == ()


@pytest.mark.parametrize(("chance", "spans"), [(0.6, 1), (0.59, 0)])
def test_the_model_alone_must_reach_the_threshold_of_the_marker(chance, spans):
    document = segment("one two three")
    found = merged(document, seen=seen(sight(document, "ownership", "one two three", chance), answer=0.0))[0]
    assert [s.score for s in found] == [chance] * spans
    assert merged(document, seen=seen(sight(document, "minimisation", "one two three", 0.99), answer=0.0))[0] == ()


def test_the_model_alone_says_nothing_of_scraps():
    document = segment("one two. one two three")
    looks = seen(sight(document, "ownership", "one two", 0.9), answer=0.0)
    assert merged(document, seen=looks)[0] == ()


def test_neighbouring_clauses_that_are_half_as_likely_belong_to_what_the_model_finds():
    document = segment("I own aaa bbb, and I say ccc ddd, and I see eee fff")
    parts = ["I own aaa bbb", "I say ccc ddd", "I see eee fff"]
    for chances, text in (((0.9, 0.3, 0.9), "I own aaa bbb, and I say ccc ddd, and I see eee fff"), ((0.3, 0.9, 0.29), "I own aaa bbb, and I say ccc ddd")):
        looks = seen(*(sight(document, "ownership", words, chance) for words, chance in zip(parts, chances, strict=True)), answer=0.0)
        assert shown(merged(document, seen=looks)[0]) == [("ownership", text)]
    looks = seen(sight(document, "ownership", parts[0], 0.9), sight(document, "ownership", parts[2], 0.9), answer=0.0)
    assert len(merged(document, seen=looks)[0]) == 2


def test_the_model_does_not_find_again_what_the_rules_found():
    document = segment("I own aaa bbb, and I say ccc ddd")
    looks = seen(sight(document, "ownership", "I own aaa bbb", 0.9), sight(document, "validation", "I say ccc ddd", 0.9), answer=0.0)
    assert shown(merged(document, hit(document, "ownership", "aaa"), seen=looks)[0]) == [("ownership", "aaa"), ("validation", "I say ccc ddd")]


def test_a_faint_wording_makes_nothing_less_sure_that_the_model_finds_in_the_same_stretch():
    document = segment("I own aaa, and I say bbb")
    faint = hit(document, "ownership", "aaa", weight=0.55, wide="I own aaa, and I say bbb")
    for chance in (0.95, 0.6, 0.59):  # from .6 on the model finds it without the rules
        looks = seen(sight(document, "ownership", "I own aaa", 0.3), sight(document, "ownership", "I say bbb", chance), answer=0.0, together=0.0,
                     thresholds={"ownership": 0.6}, joint=(1.0, 0.0, 0.0) if chance < 0.6 else (1.0, 1.0, 0.0))
        span, = merged(document, faint, seen=looks)[0]
        assert span.score == pytest.approx(0.55 if chance < 0.6 else chance, abs=1e-4), chance
        assert {e.source for e in span.evidence} == {"rule", "model"}


def test_a_sure_finding_speaks_for_faint_ones_near_it_where_the_model_is_sure_of_an_answer_near_them():
    for apart in range(1, 6):
        document = segment("one two three. " + "xx. " * (apart - 1) + "four five six.")
        for other, answers, found in ((0.9, {0: 0.9, apart: 0.9}, 2 if apart <= NEARBY else 1), (0.89, {0: 0.9, apart: 0.9}, 0),
                                      (0.9, {apart: 0.9}, 2 if apart <= NEARBY else 1), (0.9, {0: 0.9}, 2 if apart <= NEARBY else 0),
                                      (0.9, {0: 0.89, apart: 0.89}, 0), (0.9, {}, 0)):
            looks = seen(sight(document, "ownership", "one two three", 0.55), sight(document, "validation", "four five six", other),
                         thresholds={"ownership": 0.5, "validation": 0.5}, answers=answers)
            assert len(merged(document, seen=looks)[0]) == found, (apart, other, answers)


def test_the_longer_a_text_the_surer_an_answer_must_be_up_to_a_bound():
    for times, asked in ((0.5, 0.8), (1, 0.8), (2, 8 / 9), (LONGEST, 12 / 13), (5 * LONGEST, 12 / 13)):
        start = "one two three."
        document = segment(start + " " * (round(times * LONG) - len(start)))
        for surer, found in ((0.001, 1), (-0.001, 0)):
            for chance, answer in ((asked + surer, 0.99), (0.99, asked + surer)):
                looks = seen(sight(document, "ownership", "one two three", chance), answer=0.8, answers={0: answer})
                assert len(merged(document, seen=looks)[0]) == found, (times, chance, answer)


def test_no_text_is_so_long_that_nothing_could_be_sure_enough():
    start = "one two three."
    document = segment(start + " " * (5 * LONGEST * LONG))
    for answer, found in ((1.0, 1), (0.98, 1)):
        looks = seen(sight(document, "ownership", "one two three", 0.99), answer=answer, answers={0: 0.99})
        assert len(merged(document, seen=looks)[0]) == found


def test_what_stands_where_no_answer_is_given_takes_no_place_from_what_does():
    document = segment("one two three. " + "xx. " * (2 * NEARBY) + "four five six. seven eight nine.")
    far, last = 0, len(document.sentences) - 1
    for surer in (0.3, 0.8):
        looks = seen(sight(document, "ownership", "one two three", surer), sight(document, "ownership", "four five six", 0.55),
                     sight(document, "validation", "seven eight nine", 0.9), thresholds={"ownership": 0.5, "validation": 0.5}, answers={far: 0.5, last: 0.9})
        assert shown(merged(document, seen=looks)[0]) == [("ownership", "four five six"), ("validation", "seven eight nine")], surer


def test_a_doubted_wording_that_is_sure_by_itself_is_hidden_where_nothing_near_looks_like_an_answer_but_by_the_sensitive_preset():
    document = segment("aaa bbb ccc. " + "xx. " * (NEARBY - 1) + "yy. zz.")
    for answers, shows in (({}, ()), ({0: 0.19}, ()), ({0: 0.2}, ("precise", "balanced")), ({NEARBY: 0.2}, ("precise", "balanced")), ({NEARBY + 1: 0.2}, ())):
        for preset in ("precise", "balanced", "sensitive"):
            for chance, sure in ((0.1, False), (0.2, True)):  # together .5 and .69, of which .6 is asked
                looks = seen(sight(document, "ownership", "aaa bbb ccc", chance), answer=0.99, answers=answers)
                spans, _ = merged(document, hit(document, "ownership", "aaa", weight=0.9), seen=looks, preset=preset)
                assert len(spans) == (sure or preset == "sensitive" or preset in shows), (answers, preset, chance)


def test_in_a_long_text_more_is_asked_of_a_wording_that_the_model_doubts():
    start = "aaa bbb ccc."
    for times, spans in ((1, 1), (LONGEST, 0)):
        document = segment(start + " " * (times * LONG - len(start)))
        looks = seen(sight(document, "ownership", "aaa bbb ccc", 0.1), together=0.99)
        assert len(merged(document, hit(document, "ownership", "aaa", weight=0.66), seen=looks)[0]) == spans


def test_a_marker_is_found_by_the_model_a_second_time_only_where_it_is_surer():
    document = segment("one two three. four five six. seven eight nine.")
    half = {"ownership": 0.5, "validation": 0.5}
    for chance, found in ((0.59, 1), (0.6, 2)):
        both = seen(sight(document, "ownership", "one two three", 0.7), sight(document, "ownership", "seven eight nine", chance), thresholds=half, answer=0.0)
        assert len(merged(document, seen=both)[0]) == found, chance
        ruled = seen(sight(document, "ownership", "seven eight nine", chance), thresholds=half, answer=0.0, together=0.0)
        assert len(merged(document, hit(document, "ownership", "one two three", weight=0.9), seen=ruled, preset="sensitive")[0]) == found, chance


def test_a_mention_that_rules_and_model_see_needs_nothing_beside_it_and_one_that_only_the_model_sees_does():
    document = segment("one two three. four five six.")
    quoted = replace(sight(document, "ownership", "one two three", 0.7), use="quoted")
    assert merged(document, seen=seen(quoted))[1] == ()
    assert len(merged(document, hit(document, "ownership", "one two", weight=0.7, use="quoted"), seen=seen(quoted))[1]) == 1
    sure = sight(document, "validation", "four five six", 0.95)
    assert len(merged(document, seen=seen(quoted, sure))[1]) == 1


def test_a_text_that_is_known_to_answer_for_harm_needs_no_second_finding():
    document = segment("one two three.")
    looks = seen(sight(document, "ownership", "one two three", 0.7), answer=0.9)
    assert len(merged(document, seen=looks, statement=True)[0]) == 1
    assert merged(document, seen=looks)[0] == ()


def test_a_wording_that_is_sure_by_itself_needs_no_second_finding():
    document = segment("one two three.")
    assert len(merged(document, hit(document, "ownership", "one"), seen=seen(answer=0.99))[0]) == 1


def test_the_model_is_asked_of_all_words_of_a_joined_run_and_of_no_letter_beside_it():
    document = segment("xxaaa bbb cccyy")
    run = [hit(document, "ownership", words, weight=0.8, name="one") for words in ("aaa", "ccc")]
    alone = merged(document, *run, seen=seen(answer=0.0, together=0.0))[0][0].score
    for words, touches in (("aaa", True), ("ccc", True), ("bbb", True), ("xx", False), ("yy", False)):
        looks = seen(sight(document, "ownership", words, 0.5), answer=0.0, together=0.0)
        assert merged(document, *run, seen=looks)[0][0].score == pytest.approx(0.8 if touches else alone), words


@pytest.mark.parametrize(("between", "spans"), [("-" * 8, 1), ("-" * 9, 2)])
def test_clauses_that_nearly_touch_are_neighbours_to_the_model(between, spans):
    document = segment(f"one two three{between}four five six")
    looks = seen(*(sight(document, "ownership", words, 0.9) for words in ("one two three", "four five six")), answer=0.0)
    assert len(merged(document, seen=looks)[0]) == spans


def test_a_move_runs_on_up_to_the_first_of_several_other_moves_even_one_that_begins_where_it_ends():
    document = segment("I own aaa, and I say bbb, and I see ccc, and I do ddd")
    first = hit(document, "ownership", "aaa", wide="I own aaa", grows=True)
    others = [hit(document, "validation", "ccc"), hit(document, "minimisation", "ddd")]
    for given in (others, others[::-1]):
        assert shown(merged(document, first, *given)[0])[0] == ("ownership", "I own aaa, and I say bbb")
    assert shown(merged(document, first, hit(document, "validation", ", and I say bbb"))[0])[0] == ("ownership", "I own aaa")


def test_what_the_rules_found_elsewhere_or_just_beside_does_not_hide_what_the_model_finds():
    document = segment("aaabbb ccc dddeee. one two three")
    for words in ("aaa", "eee", "one"):
        looks = seen(sight(document, "ownership", "bbb ccc ddd", 0.9), answer=0.0, together=0.0)
        assert ("ownership", "bbb ccc ddd") in shown(merged(document, hit(document, "ownership", words), seen=looks)[0]), words


def test_faint_clauses_around_a_sure_one_do_not_hide_it():
    document = segment("I own aaa bbb, and I say ccc ddd, and I see eee fff")
    parts = zip(["I own aaa bbb", "I say ccc ddd", "I see eee fff"], (0.1, 0.9, 0.1), strict=True)
    looks = seen(*(sight(document, "ownership", words, chance) for words, chance in parts), answer=0.0)
    assert shown(merged(document, seen=looks)[0]) == [("ownership", "I say ccc ddd")]


@pytest.mark.parametrize(("weight", "spans"), [(0.55, 1), (0.54, 0)])
def test_a_wording_as_sure_as_the_preset_asks_needs_no_second_finding(weight, spans):
    document = segment("one two three.")
    looks = seen(sight(document, "ownership", "one two three", 0.9), answer=0.999, thresholds={"ownership": 0.95})
    assert len(merged(document, hit(document, "ownership", "one", weight=weight), seen=looks)[0]) == spans


def test_the_matched_words_at_both_ends_of_a_joined_run_stay():
    document = segment("so aaa bbb?")
    assert shown(merged(document, hit(document, "ownership", "so aaa"), hit(document, "ownership", "bbb?"))[0]) == [("ownership", "so aaa bbb?")]
