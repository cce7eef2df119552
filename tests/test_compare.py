"""Two drafts compared: what came, what went, what stayed or moved."""

import io
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from rich.console import Console

from stagelens.render.compared import compared

SENTENCES = ["I was wrong to open your notebook.", "I'm sorry if you felt watched.", "You stopped writing after that.", "You need not answer this letter.",
             "I have put the notebook back in your room.", "I was only trying to keep you safe.", "We had tea on Tuesday."]


def words(spans):
    return [span.text for span in spans]


def test_what_only_one_draft_holds_is_gone_or_new_and_the_rest_is_kept(lens):
    both = lens.compare("I'm sorry if you felt watched. I was wrong to open your notebook.", "I was wrong to open your notebook. You need not answer this letter.")
    assert words(both.gone) == ["I'm sorry if you felt watched"]
    assert words(both.new) == ["You need not answer this letter"]
    assert [(pair.reworded, pair.moved) for pair in both.kept] == [(False, False)]
    assert "that the harmed person owes no reply, meeting or pardon" in both.named_now
    assert both.no_longer_named == ()


def test_a_move_in_other_words_is_kept_as_reworded(lens):
    both = lens.compare("I was wrong to open your notebook that day.", "I was so wrong to have opened your notebook that day.")
    assert [pair.reworded for pair in both.kept] == [True]
    assert both.gone == both.new == ()


def test_a_move_at_another_place_is_kept_as_moved(lens):
    both = lens.compare("I'm sorry if you felt watched. I was wrong to open your notebook. You stopped writing after that.",
                        "I was wrong to open your notebook. You stopped writing after that. I'm sorry if you felt watched.")
    assert [pair.before.marker for pair in both.kept if pair.moved] == ["conditional_apology"]


@given(st.lists(st.sampled_from(SENTENCES), max_size=7, unique=True), st.lists(st.sampled_from(SENTENCES), max_size=7, unique=True))
@tries(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_finding_is_told_once_and_the_other_way_round_is_the_mirror(lens, first, second):
    a, b = " ".join(first), " ".join(second)
    there, back = lens.compare(a, b), lens.compare(b, a)
    assert sorted([*there.gone, *(pair.before for pair in there.kept)], key=repr) == sorted(there.before.spans, key=repr)
    assert sorted([*there.new, *(pair.after for pair in there.kept)], key=repr) == sorted(there.after.spans, key=repr)
    assert len(there.kept) == len(back.kept)
    assert {(pair.before, pair.after) for pair in there.kept} == {(pair.after, pair.before) for pair in back.kept}
    assert there.named_now == back.no_longer_named


def test_a_draft_compared_with_itself_has_no_change(lens):
    text = " ".join(SENTENCES)
    both = lens.compare(text, text)
    assert both.gone == both.new == ()
    assert not any(pair.moved or pair.reworded for pair in both.kept)


def test_findings_that_do_not_fit_are_left_out_and_the_rest_is_told_anew(lens):
    reading = lens.tag("I'm sorry if you felt watched. I was wrong to open your notebook.")
    without = lens.without(reading, [reading.spans[0]])
    assert without.spans == reading.spans[1:]
    assert [weight.stage for weight in without.profile.stages] == [3]
    assert lens.without(reading, []) == reading


def test_empty_drafts_compare_like_any_other(lens):
    nothing = lens.compare("", " \n")
    assert (nothing.gone, nothing.new, nothing.kept, nothing.named_now, nothing.no_longer_named) == ((),) * 5
    text = " ".join(SENTENCES)
    assert lens.compare("", text).new == lens.tag(text).spans
    assert lens.compare(text, "").gone == lens.tag(text).spans
    assert lens.compare(text, text, speaker="harmed").kept == ()


@pytest.mark.parametrize(("first", "second", "said"), [
    ("", "", "No markers were found in either draft."), ("I was wrong to open it.", "I was wrong to open it.", "What was found is the same in both drafts."),
    ("", "I was wrong to open it.", "Named in the later draft, not in the earlier one")])
def test_the_command_tells_of_odd_drafts_too(tmp_path, first, second, said):
    (tmp_path / "a.txt").write_text(first, encoding="utf-8")
    run = subprocess.run([sys.executable, "-m", "stagelens", "compare", "a.txt", "-"], input=second, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert run.returncode == 0
    assert said in run.stdout.replace("\n", " ")
    both = subprocess.run([sys.executable, "-m", "stagelens", "compare", "-", "-"], input=second, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert both.stderr == "stagelens: both drafts are standard input; give at least one of them as a file\n"


def test_in_the_terminal_every_line_of_long_words_is_indented(lens):
    out = io.StringIO()
    text = "I was wrong to read the long letter that you had written to your sister out in front of the whole of our class on Monday."
    compared(lens.compare("", text), Console(file=out, width=60, color_system=None))
    lines = out.getvalue().splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("    \u201cI was wrong"))
    assert all(line.startswith("    ") for line in lines[start:lines.index("", start)])
    assert lines.index("", start) > start + 1
    assert not [line for line in lines if line != line.rstrip() or len(line) > 60]


def test_a_terminal_with_few_characters_gets_the_comparison_in_those_it_has(lens):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    compared(lens.compare("", "I was wrong to open your notebook."), Console(file=stream, width=80))
    stream.flush()
    assert b'"I was wrong to open your notebook"' in raw.getvalue()


@pytest.mark.parametrize("arguments", [["first.txt", "second.txt"], ["first.txt", "missing.txt"]])
def test_the_command_tells_in_words_or_refuses_in_a_sentence(tmp_path, arguments):
    (tmp_path / "first.txt").write_text("I'm sorry if you felt watched.", encoding="utf-8")
    (tmp_path / "second.txt").write_text("I was wrong to open your notebook.", encoding="utf-8")
    run = subprocess.run([sys.executable, "-m", "stagelens", "compare", *arguments], capture_output=True, text=True, cwd=tmp_path, check=False)
    if "missing.txt" in arguments:
        assert run.returncode == 1
        assert run.stderr.startswith("stagelens: missing.txt cannot be read")
    else:
        assert run.returncode == 0
        assert "Only in the earlier draft" in run.stdout
        assert "“I was wrong to open your notebook”" in run.stdout
