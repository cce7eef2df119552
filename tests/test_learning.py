"""What training makes of annotated clauses: labels, and what must be asked of a finding."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from stagelens.settings import PRESETS
from stagelens.training.calibrate import ORDINARY, quiet_texts, second_look, thresholds
from stagelens.training.phrases import Phrase
from stagelens.training.table import UNTOLD, Counts, Place, Table, _labels


def nothing(rows):
    """Return the features of rows that have none."""
    return Counts(np.zeros(0, dtype=object), csr_matrix((rows, 0)))


def test_the_last_label_is_that_of_any_marker():
    clause = Place(0, 0, 10)
    for spans, labels in (([(0, 10, "ownership")], [1, 0, 1]), ([(0, 70, "ownership")], [UNTOLD, 0, UNTOLD]), ([], [0, 0, 0]),
                          ([(0, 70, "ownership"), (0, 10, "validation")], [UNTOLD, 1, 1])):
        phrase = Phrase("1", "I was late, and that was wrong of me, as I have told you all along", tuple(spans), "1", "", "", "", "", "train", "")
        assert _labels(clause, phrase, ("ownership", "validation")) == labels


def test_ordinary_talk_is_as_sure_of_an_answer_as_the_lesser_of_its_two_signs():
    phrases = [Phrase(str(n), "talk", (), str(n), "", "", "", ORDINARY, "train", "") for n in range(2)]
    data = Table([Place(0, 0, 4)] * 3, np.zeros((3, 3), dtype=np.int8), np.array([0, 0, 1]), nothing(3))
    chances = np.array([[0.9, 0.1, 0.2], [0.1, 0.1, 0.6], [0.2, 0.3, 0.8]])  # two markers, and an answer
    assert quiet_texts([(chances, data, phrases)]).tolist() == pytest.approx([0.6, 0.3])


def test_an_answer_must_be_surer_than_ordinary_talk_seldom_is():
    data = Table([Place(0, 0, 4)] * 2, np.array([[1, 1], [0, 0]], dtype=np.int8), np.arange(2), nothing(2))
    chances, together = np.array([[0.8, 0.9], [0.1, 0.1]]), dict.fromkeys(PRESETS, 0.5)
    found = thresholds(chances, data, ("ownership",), together, np.linspace(0, 0.999, 1000))
    assert [round(found[preset].answer, 2) for preset in ("precise", "balanced", "sensitive")] == [0.99, 0.98, 0.9]
    assert {asked.answer for asked in thresholds(chances, data, ("ownership",), together, np.zeros(0)).values()} == {0}


def test_what_every_clause_carries_is_likely_and_what_none_carries_is_not():
    data = Table([Place(0, 0, 4)] * 2, np.array([[1, 0], [1, 0]], dtype=np.int8), np.arange(2), nothing(2))
    _, bias = second_look(data, np.zeros((2, 2)))
    assert bias[0] > 10
    assert bias[1] < -10
