"""Practice: statements with an answer that is not in doubt, kind words after it, and no score."""

import csv
import importlib.util
import io
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st
from inside import cli
from rich.console import Console

from stagelens import practice
from stagelens.errors import InputError
from stagelens.framework import load_framework
from stagelens.render.practice import answer_html, question_html, quiz
from stagelens.training.phrases import read_phrases

ROOT = Path(__file__).parent.parent
FRAMEWORK = load_framework()
ALL = practice.items(number=5000, seed=0)
PHRASES = {phrase.id: phrase for phrase in read_phrases(ROOT / "data" / "annotated_phrases.csv", FRAMEWORK.markers)}
MINE = "id,text,start,end,marker,group,kind,split\na,I was wrong to shout.,0,20,ownership,g,,\nb,You were wrong about the bus.,,,,g,small_talk,\n"


def run(*args, stdin="", cwd=ROOT):
    return cli("practise", *args, stdin=stdin, cwd=cwd)


# --- statements ----------------------------------------------------------------------------------------------------


def test_the_statements_in_the_package_are_what_the_annotated_phrases_give():
    spec = importlib.util.spec_from_file_location("made_practice", ROOT / "data" / "practice.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.TARGET.read_bytes() == script.made(), "the test split has changed: run make practice"


def test_every_statement_is_of_the_test_split_and_stands_once():
    assert len(ALL) > 900
    assert {PHRASES[item.id].split for item in ALL} == {"test"}
    assert len({item.id for item in ALL}) == len(ALL)


def test_what_is_expected_is_what_annotators_marked_and_nothing_else_that_is_offered():
    for item in ALL:
        phrase = PHRASES[item.id]
        there = {marker for *_, marker in phrase.spans}
        offered = {choice.marker for choice in item.choices}
        assert offered & (there or {practice.NONE}) - {practice.NONE} == ({item.expected} if there else set())
        assert item.expected in offered
        assert item.choices[-1].marker == practice.NONE
        assert len(offered) == len(item.choices) == 5
        for part in item.marked.split(" \u2026 ") if there else []:
            assert part in item.text


def test_words_are_asked_about_only_where_no_other_marker_touches_them():
    shown = [item for item in ALL if item.words]
    assert len(shown) > 100
    for item in shown:
        spans = PHRASES[item.id].spans
        ((start, end, _),) = [span for span in spans if span[2] == item.expected]
        assert item.text[start:end] == item.words
        assert not [span for span in spans if span[2] != item.expected and span[0] < end and start < span[1]]
    assert all(len({marker for *_, marker in PHRASES[item.id].spans}) < 2 for item in ALL if not item.words)


def test_a_statement_that_only_its_speaker_makes_empty_is_not_asked_about():
    assert not {item.kind for item in ALL if item.expected == practice.NONE} & practice.NOBODY


def test_other_choices_are_of_the_same_stage_or_one_beside_it():
    for item in ALL:
        if item.marker in {choice.marker for choice in item.choices}:
            place = FRAMEWORK.place(FRAMEWORK.markers[item.marker].stage)
            places = [FRAMEWORK.place(FRAMEWORK.markers[choice.marker].stage) for choice in item.choices[:-1]]
            assert all(abs(place - other) <= 1 for other in places), item
            assert places.count(place) >= 2 or sum(m.stage == FRAMEWORK.markers[item.marker].stage for m in FRAMEWORK.markers.values()) < 2


def test_nothing_tells_the_answer_by_its_place():
    places = Counter([choice.marker for choice in item.choices].index(item.expected) for item in ALL if item.expected != practice.NONE)
    assert all(places[place] > 0.15 * sum(places.values()) for place in range(4))


def test_every_kind_of_empty_statement_is_told_in_a_sentence():
    kinds = {phrase.kind for phrase in PHRASES.values() if phrase.split == "test" and not phrase.spans}
    assert kinds <= set(practice.kinds())


@given(st.integers(), st.integers(1, 30))
@tries(max_examples=15, deadline=None)
def test_a_seed_gives_the_same_statements_and_about_one_in_five_is_none(seed, number):
    one, two = practice.items(seed=seed, number=number), practice.items(seed=seed, number=number)
    assert one == two
    assert len(one) == number
    assert sum(item.expected == practice.NONE for item in one) == round(practice.SHARE * number)


def test_ten_statements_practise_different_moves():
    assert len({item.expected for item in practice.items(seed=5)}) == 9  # eight moves and none


@pytest.mark.parametrize("marker", sorted(FRAMEWORK.markers))
def test_a_marker_can_be_practised_with_what_looks_like_it(marker):
    items = practice.items(marker=marker, seed=2)
    assert items
    assert {item.marker for item in items} == {marker}
    assert {item.expected for item in items} <= {marker, practice.NONE}


def test_a_stage_can_be_practised():
    items = practice.items(stage=-1, number=40, seed=1)
    assert {FRAMEWORK.markers[item.marker].stage for item in items} == {-1}
    assert {item.expected for item in items} > {"event_denial", practice.NONE}


@pytest.mark.parametrize(("wanted", "words"), [
    ({"marker": "sorrow"}, "there is no marker 'sorrow'; known are event_denial"),
    ({"stage": 9}, "there is no stage 9; known are -1, 0, 1"),
    ({"marker": "ownership", "stage": 1}, "the marker 'ownership' is of stage 3, not 1; give one of the two"),
    ({"number": 0}, "the number of statements is 0; give a whole number of 1 or more"),
    ({"source": "nowhere.csv"}, "nowhere.csv cannot be read"),
])
def test_what_cannot_be_practised_is_said_in_a_sentence(wanted, words):
    with pytest.raises(InputError) as error:
        practice.items(**wanted)
    assert words in str(error.value)


def test_own_statements_are_drawn_from_a_file(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text(MINE)
    items = {item.id: item for item in practice.items(source=file)}
    assert (items["a"].expected, items["a"].marked) == ("ownership", "I was wrong to shout")
    assert (items["b"].expected, items["b"].marker, items["b"].kind) == ("none", "ownership", "small_talk")
    with pytest.raises(InputError, match="there is no statement that makes the move 'validation' to practise with"):
        practice.items(source=file, marker="validation")


# --- answers -------------------------------------------------------------------------------------------------------


def test_an_answer_may_be_a_number_an_id_or_a_name_and_anything_else_is_refused():
    item = ALL[0]
    for number, choice in enumerate(item.choices, 1):
        for said in (number, str(number), f" {choice.marker}\n", choice.marker.upper(), choice.name):
            assert item.answer(said).answered == choice.marker
    for said in (0, 6, "", "perhaps", -1, 2.5):
        with pytest.raises(InputError, match="give a number from 1 to 5, or one of"):
            item.answer(said)


def test_after_an_answer_stand_the_words_the_explanation_and_another_reading():
    for item in ALL[:200]:
        for choice in item.choices:
            answer = item.answer(choice.marker)
            said = str(answer)
            assert answer.right == (choice.marker == item.expected)
            if item.expected == practice.NONE:
                assert practice.kinds()[item.kind] in said
                continue
            told = FRAMEWORK.markers[item.expected]
            assert said.startswith("You and the annotators saw" if answer.right else "You saw ")
            for part in (item.marked, told.says, told.why, told.other_readings[0]):
                assert " ".join(part.split()) in " ".join(said.split())


def test_no_word_of_it_grades_anybody():
    said = " ".join(str(item.answer(choice.marker)) for item in ALL[:60] for choice in item.choices) + practice.summary([ALL[0].answer(1)])
    assert not [word for word in ("wrong!", "incorrect", "mistake!", "score", "points", "well done", "failed", "%") if word in said.lower()]


def test_results_are_a_frame_and_the_summary_is_a_sentence():
    answers = [ALL[0].answer(ALL[0].expected), ALL[1].answer(next(c.marker for c in ALL[1].choices if c.marker != ALL[1].expected))]
    frame = practice.results(answers)
    assert list(frame.columns) == ["item", "expected", "answered", "right", "marker", "kind"]
    assert frame["right"].tolist() == [True, False]
    assert frame["right"].dtype == bool
    assert practice.summary(answers).startswith("You and the annotators saw the same move in 1 of 2.")
    assert practice.summary(answers[:1]) == "You and the annotators saw the same move in 1 of 1."
    assert list(practice.results([]).columns) == list(frame.columns)
    assert practice.summary([]) == "Nothing was answered."


def test_a_notebook_shows_items_and_answers_with_every_sign_made_safe(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text('id,text,start,end,marker\na,"I was <b>wrong</b> & \x1b[31m sorry.",0,18,ownership\n')
    (item,) = practice.items(source=file)
    for page in (item._repr_html_(), item.answer(1)._repr_html_(), question_html(item), answer_html(item.answer("none"))):
        assert "<b>wrong" not in page
        assert "\x1b" not in page
    assert "I was &lt;b&gt;wrong" in item._repr_html_()


# --- the command ---------------------------------------------------------------------------------------------------


def test_the_quiz_reads_piped_answers_asks_again_and_writes_what_was_answered(tmp_path):
    items = practice.items(number=3, seed=7)
    out = tmp_path / "results.csv"
    result = run("--number", 3, "--seed", 7, "--output", out, stdin=f"{items[0].expected}\nperhaps\nnone\n1\n")
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("Which move do these words make?") == 3
    assert "The answer is 'perhaps'; give a number from 1 to 5" in result.stdout.replace("\n", " ")
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert [row["item"] for row in rows] == [item.id for item in items]
    assert [row["answered"] for row in rows] == [items[0].expected, "none", items[2].choices[0].marker]
    same = sum(row["right"] == "True" for row in rows)
    assert f"You and the annotators saw the same move in {same} of 3." in result.stdout
    assert pd.read_csv(out, keep_default_na=False)["right"].tolist() == [row["right"] == "True" for row in rows]


@pytest.mark.parametrize("stdin", ["", "q\n", "1\nq\n", "1\n"])
def test_it_ends_gently_whenever_the_answers_end(stdin, tmp_path):
    result = run("--output", tmp_path / "r.csv", stdin=stdin)
    assert result.returncode == 0
    assert len((tmp_path / "r.csv").read_text().splitlines()) == 1 + stdin.startswith("1")
    assert "Traceback" not in result.stderr


def test_an_interrupted_quiz_keeps_what_was_answered():
    class Lines(io.StringIO):
        def readline(self, *args):
            line = super().readline(*args)
            if not line:
                raise KeyboardInterrupt
            return line

    answers = list(quiz(practice.items(number=3, seed=7), Lines("1\n2\n"), Console(file=io.StringIO())))
    assert len(answers) == 2


@pytest.mark.parametrize(("args", "words"), [
    (["--marker", "sorrow"], "there is no marker 'sorrow'"), (["--stage", "9"], "there is no stage 9"), (["--from", "nowhere.csv"], "nowhere.csv cannot be read"),
    (["--output", "none/r.csv"], "none/r.csv cannot be written (there is no folder"),
])
def test_what_is_wrong_is_said_before_the_first_statement(args, words, tmp_path):
    result = run(*args, stdin="1\n", cwd=tmp_path)
    assert result.returncode == 1
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert not result.stdout


def test_a_framework_without_phrases_says_what_to_give(tmp_path):
    from stagelens import authoring

    ours = authoring.new(tmp_path / "ours")
    assert {item.expected for item in practice.items(framework=ours)} == {"closes_subject", "leaves_room", "none"}
    (ours / "phrases.csv").unlink()
    with pytest.raises(InputError, match="has no phrases.csv to practise with; write annotated phrases there, or give a file of them"):
        practice.items(framework=ours)
    (tmp_path / "mine.csv").write_text("id,text,start,end,marker\na,There is no rush.,0,16,leaves_room\n")
    assert practice.items(framework=ours, source=tmp_path / "mine.csv")[0].expected == "leaves_room"
