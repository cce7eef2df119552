"""Sentences, clauses and quotations keep their place in the text as given."""

import re

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from stagelens import stops
from stagelens.segment import LONGEST, fold, segment
from stagelens.stops import sentence_starts

ANY_TEXT = st.text(alphabet=st.one_of(st.characters(), st.sampled_from(list(" \r\n\t.,;:!?\"'\u2019\u201c\u201d\u2014-\ufeff\0\u0301\u202e\U0001f600\ud800"))), max_size=300)


def sentences(text):
    return [text[s.start:s.end] for s in segment(text).sentences]


def clauses(text):
    return [text[a:b] for s in segment(text).sentences for a, b in s.clauses]


@given(ANY_TEXT)
@settings(max_examples=300, deadline=None)
def test_folding_keeps_every_code_point_in_its_place_and_leaves_no_line_break(text):
    assert len(fold(text)) == len(text)
    assert "\n" not in fold(text)


@given(ANY_TEXT)
@settings(max_examples=300, deadline=None)
def test_sentences_and_clauses_lie_in_order_inside_the_text_and_lose_no_word(text):
    document = segment(text)
    at = 0
    for sentence in document.sentences:
        assert at <= sentence.start < sentence.end <= len(text)
        assert not text[at:sentence.start].strip(" \t\r\n\v\f\ufeff\0\x1c\x1d\x1e\x1f\x85\u2028\u2029\u00a0\u3000").strip()
        inner = sentence.start
        for start, end in sentence.clauses:
            assert inner <= start < end <= sentence.end
            inner = end
        at = sentence.end
    assert not text[at:].strip().strip("\ufeff\0").strip()


@given(ANY_TEXT)
@settings(max_examples=200, deadline=None)
def test_quotations_lie_inside_the_text(text):
    for quote in segment(text).quotes:
        assert 0 <= quote.start < quote.end <= len(text)


def test_stops_end_sentences_but_abbreviations_do_not():
    assert sentences("I told Dr. Osei about it. She was kind.") == ["I told Dr. Osei about it.", "She was kind."]


def test_a_greeting_and_a_blank_line_stand_apart():
    assert sentences("Dear Mrs. Adu,\n\nI was late.\nI am sorry.") == ["Dear Mrs. Adu,", "I was late.", "I am sorry."]


def test_a_wrapped_line_is_one_sentence():
    text = "I should have rung you on the morning that we cancelled the\nsession, and I did not."
    assert sentences(text) == [text]


def test_folding_is_to_lower_case_plain_marks_and_no_half_characters():
    assert fold("ABCXYZ abcxyz @[`{") == "abcxyz abcxyz @['{"
    assert fold("\ud7ff\ud800\udfff\ue000") == "\ud7ff\ufffd\ufffd\ue000"


def test_a_run_without_stop_is_cut_at_a_space_after_at_most_two_thousand_code_points():
    text = "  " + "word " * 1_000
    pieces = [text[s.start:s.end] for s in segment(text).sentences]
    assert [len(piece) for piece in pieces] == [1_999, 1_999, 999]
    assert all(piece.startswith("word") and piece.endswith("word") for piece in pieces)


@pytest.mark.parametrize(("length", "pieces"), [(2_000, [2_000]), (2_001, [2_000, 1]), (4_500, [2_000, 2_000, 500])])
def test_a_run_without_space_is_cut_where_it_is_too_long(length, pieces):
    assert [s.end - s.start for s in segment("a" * length).sentences] == pieces


def test_a_cut_run_loses_no_letter_beside_the_spaces_it_is_cut_at():
    text = "x" * 1_999 + " " * 5 + "y" * 1_999
    assert [text[s.start:s.end] for s in segment(text).sentences] == ["x" * 1_999, "y" * 1_999]


LINE = "this line is fifty code points long, to the letter"


def test_only_a_line_of_fifty_code_points_or_more_is_taken_as_wrapped():
    assert len(LINE) == 50
    assert len(segment(f"{LINE}\nand goes on").sentences) == 1
    assert len(segment(f"{LINE[:-1]}\nand goes on").sentences) == 2


def test_lines_that_ended_though_the_next_word_had_room_are_lines_of_their_own():
    """As in a chat without stops: the longest line shows how wide the others could have been."""
    chat = "you never said that i couldnt post it or anything like that\nand its literally just one pic of you from last summer at the lake house\nok"
    assert sentences(chat) == chat.split("\n")
    mail = "I should have rung you on the morning that we cancelled, and\nnot a week later, since you had told me what the session was\nworth to you."
    assert sentences(mail) == [mail]
    assert sentences(f"{chat}\n\n{mail}") == [*chat.split("\n"), mail]


@pytest.mark.parametrize(("text", "sentences"), [
    (f"{LINE[:-1]},\nAnn said", 1),  # a comma, and a name
    (f"{LINE[:-1]}:\nAnn said", 2),  # a colon announces
    (f"{LINE[:-1]},\n- Ann said", 2),  # a list
    (f"{LINE}\n- ann said", 2),
    (f"{LINE[:-1]},\n\nAnn said", 2),  # a blank line
    (f"{LINE}\nAnn said", 2),  # no stop, and a name: a line of its own
    (f"{LINE[:-1]}.\nand goes on", 2),  # a stop
])
def test_long_lines_are_joined_where_the_sentence_goes_on(text, sentences):
    assert len(segment(text).sentences) == sentences


def test_a_stop_before_a_small_letter_ends_a_sentence_unless_a_quotation_ended_there():
    assert len(segment("i went home. you cried.").sentences) == 2
    assert len(segment('"Why now?" she asked.').sentences) == 1
    assert len(segment('"Why now?" She asked me.').sentences) == 2


def test_lines_of_a_chat_without_stops_are_sentences():
    assert sentences("i shouldnt of said it\nu were right to go\nsorry") == ["i shouldnt of said it", "u were right to go", "sorry"]


def test_list_items_are_sentences():
    assert sentences("What I did:\n- I read it\n- I told Jo") == ["What I did:", "- I read it", "- I told Jo"]


def test_a_question_inside_quotation_marks_does_not_end_the_sentence():
    assert sentences('"Why now?" she asked me on the stairs. I had no answer.') == ['"Why now?" she asked me on the stairs.', "I had no answer."]


def test_carriage_returns_part_sentences_without_moving_offsets():
    text = "I was wrong.\r\nYou were right.\r\n"
    assert sentences(text) == ["I was wrong.", "You were right."]


@pytest.mark.parametrize("text", ["I meant well, but it hurt you.", "I meant well — it hurt you.", "I meant well; it hurt you.", "I meant well but it hurt you."])
def test_a_turn_parts_clauses(text):
    assert clauses(text) == ["I meant well", "it hurt you."] or clauses(text) == ["I meant well", "but it hurt you."]


def test_a_list_of_nouns_is_not_cut_into_clauses():
    assert clauses("I took your books, papers and letters.") == ["I took your books, papers and letters."]


def test_three_marks_in_a_row_are_one():
    text = 'He wrote """I was wrong.""" in the log, and "yes" below.'
    assert [text[q.start:q.end] for q in segment(text).quotes] == ['"""I was wrong."""', '"yes"']


def test_straight_curly_and_single_quotation_marks_are_found():
    for text in ('He said "go away" to me', "He said \u201cgo away\u201d to me", "He said 'go away' to me"):
        quote, = segment(text).quotes
        assert "go away" in text[quote.start:quote.end]
        assert quote.closed


def test_apostrophes_are_no_quotations():
    assert not segment("It's the boys' coats and the girl's hat that weren't there").quotes


def test_a_mark_that_is_never_closed_is_an_open_quotation_to_the_end_of_its_paragraph():
    text = 'He wrote "you are wrong.\n\nThat was cruel.'
    quote, = segment(text).quotes
    assert not quote.closed
    assert text[quote.start:quote.end] == '"you are wrong.'


@pytest.mark.parametrize("text", ['"' * 200_000, "a" * 200_000, "word " * 50_000, "\n" * 200_000, "." * 200_000, "'" * 200_000, "\u0301" * 100_000])
def test_odd_and_endless_texts_are_read_without_harm(text):
    document = segment(text)
    assert len(document.folded) == len(text)


# --- stops: spaCy, asked only where it matters ---------------------------------------------------------------------

RUNS = st.sampled_from(["I", "told", "Dr.", "Osei", "at", "9", "a.m.", "she", "left.", "Why?", "(Really!)", "\"Yes.\"", "U.S.", "e.g.", "well...", "no…", "end.Start", "3.5",
                        "Mr.", "x", "-", ")", "ok!?", "etc.", "。", "'", "don't", "www.example.org"])
GAPS = st.sampled_from([" ", " ", " ", "  ", "\t", " \n", "   "])


@given(st.lists(st.tuples(RUNS, GAPS), min_size=1, max_size=30))
@settings(max_examples=300, deadline=None)
def test_sentences_begin_where_the_whole_pipeline_of_spacy_says(pairs):
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    text = "".join(run + gap for run, gap in pairs).strip()
    wanted = [sentence[0].idx for sentence in nlp(text).sents][1:]
    assert list(sentence_starts(text, 0, len(text))) == wanted


def test_words_that_spacy_remembers_are_forgotten_when_there_are_too_many(monkeypatch):
    text = " ".join(f"3.{n}. Next" for n in range(9))
    wanted = sentences(text)
    monkeypatch.setattr("stagelens.stops.MOST", 0)
    stops._parted.cache_clear()
    before = stops._language()
    assert sentences(text) == wanted
    assert stops._language() is not before


def test_a_chain_of_quotations_does_not_make_a_sentence_without_end():
    text = '"No." and ' * 2_000
    assert max(len(one) for one in sentences(text)) <= 2 * LONGEST


def test_stops_and_short_forms_are_those_of_spacy():
    nlp = spacy.blank("en")
    assert set(stops.STOPS) == set(spacy.pipeline.Sentencizer.default_punct_chars)
    forms = {rule[:-1] for rule in nlp.tokenizer.rules if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9'\u2019]+\.", rule)}
    assert forms == stops.SHORT


def _starts(tokens, stopped):
    found = []
    for offset, kind in tokens:
        if stopped and kind == stops.PLAIN:
            found.append(offset)
            stopped = False
        stopped = stopped or kind == stops.STOP
    return found, stopped


RULES = sorted(spacy.blank("en").tokenizer.rules)
ODD_RUNS = st.one_of(
    st.builds(lambda left, word, right: left + word + right, st.sampled_from(["", '"', "(", "\u201c"]), st.sampled_from(RULES),
              st.sampled_from(["", ".", "!", "?!", '."', ".)", ",", "..."])),
    st.text("abzXY0'\u2019.!?,;:()\"\u201c\u201d-", min_size=1, max_size=9))


@settings(max_examples=1_500, deadline=None)
@given(ODD_RUNS, st.booleans())
def test_a_run_cut_by_hand_begins_and_ends_sentences_where_spacy_says(run, stopped):
    if not any(character.isspace() for character in run):
        assert _starts(stops._parted.__wrapped__(run), stopped) == _starts(stops._by_spacy(run), stopped)
def test_lines_that_a_mail_program_quotes_are_a_quotation_and_their_marks_reach_no_further():
    text = 'She wrote:\n> it was "only a joke\n> and more\nI said "no".'
    assert [text[quote.start:quote.end] for quote in segment(text).quotes] == ['> it was "only a joke\n> and more\n', '"no"']
    assert all(quote.closed for quote in segment(text).quotes)
    assert not segment("5 > 3, and a -> b").quotes
