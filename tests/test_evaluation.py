"""The measures are those they are said to be."""

import json

import pytest

import stagelens
from stagelens.errors import InputError
from stagelens.evaluation.gold import Gold, read_gold
from stagelens.evaluation.run import measure
from stagelens.evaluation.scores import evaluate


def gold(text, *spans, **more):
    return Gold(more.pop("id", "g"), text, tuple(spans), **more)


def test_presence_counts_each_marker_once_a_text():
    report = evaluate([gold("a" * 20, (0, 5, "ownership"), (6, 9, "ownership"), (10, 12, "validation"))],
                      [[(0, 5, "ownership"), (10, 15, "minimisation")]])
    assert (report.micro.right, report.micro.found, report.micro.gold) == (1, 2, 2)
    assert report.micro.precision == report.micro.recall == report.micro.f1 == 0.5


def test_macro_f1_is_over_the_markers_of_the_gold():
    report = evaluate([gold("a" * 20, (0, 5, "ownership"), (10, 12, "validation"))], [[(0, 5, "ownership")]])
    assert report.macro_f1 == 0.5


def test_character_overlap_gives_each_span_the_share_that_is_covered():
    report = evaluate([gold("a" * 20, (0, 10, "ownership"))], [[(5, 15, "ownership")]])
    assert (report.overlap.precision, report.overlap.recall) == (0.5, 0.5)


def test_a_character_covered_twice_counts_once():
    report = evaluate([gold("a" * 20, (0, 10, "ownership"))], [[(0, 5, "ownership"), (0, 5, "ownership")]])
    assert report.overlap.recall == 0.5


def test_another_marker_covers_nothing():
    assert evaluate([gold("a" * 20, (0, 10, "ownership"))], [[(0, 10, "validation")]]).overlap.f1 == 0


def test_a_pair_is_right_when_both_texts_have_exactly_their_markers():
    golds = [gold("a" * 9, (0, 5, "ownership"), pair="1"), gold("b" * 9, pair="1"), gold("a" * 9, (0, 5, "ownership"), pair="2"), gold("b" * 9, pair="2")]
    report = evaluate(golds, [[(0, 3, "ownership")], [], [(0, 3, "ownership")], [(0, 2, "validation")]])
    assert (report.pairs, report.pairs_right) == (2, 1)


def test_false_alarms_are_texts_with_a_finding_among_texts_without_one():
    report = evaluate([gold("a"), gold("b"), gold("c" * 5, (0, 2, "ownership"))], [[(0, 1, "ownership"), (0, 1, "validation")], [], []])
    assert report.alarms_per_1000 == 500


def test_differences_are_listed_with_their_words():
    report = evaluate([gold("one two", (0, 3, "ownership"))], [[(4, 7, "validation")]])
    assert [(d["what"], d["marker"], d["words"]) for d in report.disagreements] == [("missed", "ownership", "one"), ("beyond", "validation", "two")]


def test_a_gold_file_is_read_with_quotes_and_occurrences(tmp_path):
    file = tmp_path / "gold.jsonl"
    file.write_text(json.dumps({"id": "x", "text": "no no", "spans": [{"quote": "no", "marker": "ownership", "occurrence": 2}]}) + "\n")
    assert read_gold(file)[0].spans == ((3, 5, "ownership"),)


@pytest.mark.parametrize("line", ["not json", "[1]", '{"id": "x"}', '{"text": "a", "spans": [{"quote": "b", "marker": "ownership"}]}'])
def test_a_bad_gold_file_is_refused_with_its_line(tmp_path, line):
    file = tmp_path / "gold.jsonl"
    file.write_text(line + "\n")
    with pytest.raises(InputError, match="line 1"):
        read_gold(file)


def test_a_disagreement_says_who_found_it_or_how_faintly_it_was_seen():
    lens, closer = stagelens.load(), stagelens.load(preset="sensitive")
    text = "I was wrong to read your diary."
    (beyond,) = measure(lens, [gold(text)], closer=closer).disagreements
    assert (beyond["what"], beyond["by"], beyond["use"]) == ("beyond", "model+rule", "own")
    missed = next(r for r in measure(lens, [gold(text, (0, 5, "minimisation"))], closer=closer).disagreements if r["what"] == "missed")
    assert (missed["by"], missed["score"]) == ("", None)
