"""Annotated phrases are read as they are, and every slip is named with its row and the remedy."""

import csv
from pathlib import Path

import pytest

from stagelens.errors import InputError
from stagelens.framework import load_framework
from stagelens.training.phrases import check_phrases, read_phrases

MARKERS = load_framework().markers
DATA = Path(__file__).parent.parent / "data" / "annotated_phrases.csv"
TEXT = "I shouted at you, and that was wrong."
GOOD = {"id": "a1", "group": "g1", "text": TEXT, "start": "0", "end": "16", "marker": "ownership", "setting": "family", "register": "letter",
        "voice": "aunt", "kind": "", "split": "train", "note": ""}


@pytest.fixture
def write(tmp_path):
    def to_file(*rows, columns=tuple(GOOD)):
        path = tmp_path / "phrases.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, columns, extrasaction="ignore")
            out.writeheader()
            out.writerows(rows)
        return path
    return to_file


def problems(path):
    return check_phrases(path, MARKERS)[1]


def test_rows_of_one_id_are_one_text_with_its_spans_in_order(write):
    second = {**GOOD, "start": "22", "end": "36"}
    (phrase,) = read_phrases(write(second, GOOD), MARKERS)
    assert phrase.spans == ((0, 16, "ownership"), (22, 36, "ownership"))
    assert (phrase.text, phrase.voice, phrase.split) == (TEXT, "aunt", "train")


def test_a_row_with_an_empty_marker_is_a_text_without_markers(write):
    (phrase,) = read_phrases(write({**GOOD, "start": "", "end": "", "marker": "", "kind": "manners"}), MARKERS)
    assert phrase.spans == ()


def test_five_columns_are_enough_for_annotations_of_ones_own(write):
    (phrase,) = read_phrases(write(GOOD, columns=("id", "text", "start", "end", "marker")), MARKERS)
    assert (phrase.split, phrase.group, phrase.voice) == ("train", "a1", "")


@pytest.mark.parametrize(("slip", "says"), [
    ({"id": ""}, "has no id; give each text one"),
    ({"text": " "}, "has no text; fill it in or take the row out"),
    ({"split": "exam"}, "has the split 'exam'; allowed are train, dev, test"),
    ({"marker": "owning"}, "names the unknown marker 'owning'; known are"),
    ({"start": "one"}, "has offsets 'one' to '16'; give whole numbers of code points"),
    ({"end": "90"}, "has offsets 0 to 90; allowed is 0 <= start < end <= 37, the length of the text"),
    ({"start": "17", "end": "21"}, "has a span that begins or ends with a space (' and'); move the offset"),
    ({"marker": ""}, "has offsets '0' to '16' and no marker; name the marker or empty both offsets"),
])
def test_a_slip_is_named_with_its_row_and_the_remedy(write, slip, says):
    (problem,) = problems(write({**GOOD, **slip}))
    assert problem.startswith(f"phrases.csv, row 1 (id {({**GOOD, **slip})['id']!r}) ")
    assert says in problem


def test_one_id_cannot_have_two_texts(write):
    assert "has another text than the row before it" in problems(write(GOOD, {**GOOD, "text": TEXT + " Truly."}))[0]


def test_a_text_cannot_both_carry_a_marker_and_none(write):
    assert "says that its text carries no marker, and another row says that it does" in problems(
        write(GOOD, {**GOOD, "start": "", "end": "", "marker": ""}))[0]


def test_the_same_text_under_two_ids_is_refused(write):
    assert "have the same text" in problems(write(GOOD, {**GOOD, "id": "a2"}))[0]


def test_a_group_stays_in_one_split(write):
    assert "stands in two splits" in problems(write(GOOD, {**GOOD, "id": "a2", "text": TEXT + " Truly.", "split": "dev"}))[0]


def test_a_voice_of_the_test_split_writes_nothing_in_train(write):
    assert "writes in train and in test" in problems(write(GOOD, {**GOOD, "id": "a2", "group": "g2", "text": TEXT + " Truly.", "split": "test"}))[0]


def test_reading_stops_at_the_first_slip_and_counts_the_others(write):
    with pytest.raises(InputError, match=r"row 1 .*give each text one \(1 more"):
        read_phrases(write({**GOOD, "id": ""}, {**GOOD, "id": "b", "end": "99"}), MARKERS)


def test_files_that_are_no_phrases_are_refused_in_a_sentence(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_phrases(tmp_path / "nowhere.csv", MARKERS)
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="has no column 'id'"):
        read_phrases(tmp_path / "odd.csv", MARKERS)
    (tmp_path / "odd.csv").write_bytes(b"id,text\n\xff\xfe")
    with pytest.raises(InputError, match="is not UTF-8 text"):
        read_phrases(tmp_path / "odd.csv", MARKERS)


def test_our_own_phrases_have_nothing_wrong_with_them_and_every_split_has_every_marker():
    phrases, problems = check_phrases(DATA, MARKERS)
    assert problems == []
    for split in ("train", "dev", "test"):
        assert {marker for p in phrases if p.split == split for *_, marker in p.spans} == set(MARKERS)


def test_a_text_of_our_own_without_marker_says_what_it_looks_like():
    assert [p.id for p in read_phrases(DATA, MARKERS) if not p.spans and not p.kind] == []
