"""The model's second look: what stands around a clause."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stagelens.nearby import LOOKS, MOVED, around, chance, counted_on, looked_again, width
from stagelens.records import NEARBY

MARKERS = 3
SCORES = st.lists(st.tuples(st.integers(0, 6), st.lists(st.integers(-4, 4), min_size=MARKERS, max_size=MARKERS)), max_size=12)


def table(rows):
    sentences = np.array(sorted(number for number, _ in rows), dtype=np.int64)
    return sentences, np.array([scores for _, scores in rows], dtype=float).reshape(len(rows), MARKERS)


@given(SCORES)
def test_each_clause_is_told_of_itself_its_neighbours_in_its_text_and_the_rest_of_its_sentence(rows):
    sentences, scores = table(rows)
    texts = sentences // 3
    told, own, none = around(texts, sentences, scores), chance(scores), np.zeros(MARKERS)
    assert told.shape == (len(rows), width(MARKERS))
    told = told[:, :LOOKS * MARKERS]
    for i in range(len(rows)):
        others = [own[j] for j in range(len(rows)) if j != i and sentences[j] == sentences[i]]
        before, behind = (own[j] if 0 <= j < len(rows) and texts[j] == texts[i] else none for j in (i - 1, i + 1))
        assert told[i] == pytest.approx(np.concatenate([scores[i], own[i], before, behind, np.max(others, axis=0) if others else none]))


@given(SCORES)
def test_each_clause_is_told_what_the_sentences_near_it_in_its_text_are_on_the_whole(rows):
    numbers, scores = table(rows)
    texts = numbers // 3
    sentences = counted_on(texts, numbers)
    told = around(texts, sentences, scores)[:, LOOKS * MARKERS:]
    for i in range(len(rows)):
        near = [scores[j] for j in range(len(rows)) if texts[j] == texts[i] and abs(sentences[j] - sentences[i]) <= NEARBY]
        answer, surest = np.mean([row[-1] for row in near]), np.mean([max(row[:-1]) for row in near])
        assert told[i] == pytest.approx([answer, surest, np.log(len(near))])


@given(st.floats(allow_nan=False))
def test_a_chance_lies_between_nothing_and_one_however_large_the_score(score):
    assert 0 <= chance(np.array([score]))[0] <= 1


@given(st.lists(st.lists(st.integers(0, 3), max_size=5), max_size=5))
def test_sentences_are_counted_on_from_text_to_text(texts):
    both = [(text, number) for text, numbers in enumerate(texts) for number in sorted(numbers)]
    told = counted_on(*np.array(both, dtype=np.int64).reshape(len(both), 2).T)
    assert [told[i] == told[j] for i in range(len(both)) for j in range(len(both))] == [one == other for one in both for other in both]
    assert list(told) == sorted(told)


@given(SCORES)
def test_what_stands_around_moves_a_clause_only_so_far(rows):
    sentences, scores = table(rows)
    random = np.random.default_rng(len(rows))
    told = looked_again(scores, around(sentences // 3, sentences, scores), random.normal(0, 9, (width(MARKERS), MARKERS)), random.normal(0, 9, MARKERS))
    assert ((chance(scores - MOVED) <= told) & (told <= chance(scores + MOVED))).all()


def test_a_chance_is_that_of_its_log_odds_and_never_quite_none():
    assert chance(np.array([0.0, np.log(3), -np.log(3)])) == pytest.approx([0.5, 0.75, 0.25])
    assert 0 < chance(np.array([-800.0]))[0] == chance(np.array([-40.0]))[0] < chance(np.array([-39.0]))[0]
    assert chance(np.array([30.0]))[0] < chance(np.array([35.0]))[0] == pytest.approx(1)


def test_the_second_look_says_what_it_sees_and_moves_the_first_so_far_at_most():
    for first, seen, told in ((0.0, 1.0, 1.0), (0.0, -1.0, -1.0), (4.0, 3.0, 3.0), (0.0, 9.0, MOVED), (0.0, -9.0, -MOVED), (4.0, 0.0, 4.0 - MOVED)):
        again = looked_again(np.array([[first]]), np.array([[(seen - 0.5) / 2]]), np.array([[2.0]]), np.array([0.5]))
        assert again == pytest.approx(chance(np.array([[told]])))
