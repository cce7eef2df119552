"""The trained model: what it promises when it is read, used, joined with the rules, and trained."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

import stagelens
from stagelens.errors import InputError, ResourceError
from stagelens.features import FAMILIES, clauses
from stagelens.framework import load_framework
from stagelens.keys import Keys, written
from stagelens.lens import _built_in
from stagelens.merge import merge
from stagelens.modelfile import HEADER, NUMBERS, load_model
from stagelens.nearby import chance, counted_on
from stagelens.records import Evidence, Hit, Joint, Seen
from stagelens.segment import segment
from stagelens.settings import Settings
from stagelens.sight import together
from stagelens.training.calibrate import around_texts, expected_error, second_look
from stagelens.training.run import train
from stagelens.training.table import Counts, Place, Table

ROOT = Path(__file__).parent.parent
DATA = ROOT / "data" / "annotated_phrases.csv"
MARKERS = tuple(load_framework().markers)
LETTER = "I was wrong to read your diary. You stopped talking to all of us after that. Nobody is asking you to reply."


@pytest.fixture(scope="module")
def model():
    return load_model(_built_in(), MARKERS)


@pytest.fixture(scope="module")
def keys(model):
    return Keys(model.header.vocabulary, model.header.families)


@pytest.fixture
def copy(tmp_path):
    """A copy of the built-in model that a test may spoil."""
    return Path(shutil.copytree(_built_in(), tmp_path / "model"))


def small(path, texts=60):
    """The first texts of some voices, as a file of their own."""
    with DATA.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = list(dict.fromkeys(row["id"] for row in rows if row["split"] == "train"))[::40][:texts]
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, rows[0])
        out.writeheader()
        out.writerows(row for row in rows if row["id"] in kept)
    return path


# --- reading it ---------------------------------------------------------------------------------------------------


def test_the_built_in_model_knows_every_marker_and_says_what_it_was_trained_on(model):
    assert set(model.header.markers) == set(MARKERS)
    assert {"data_sha256", "texts", "seed", "scikit-learn"} <= model.header.about.keys()


def test_presets_ask_less_and_less(model):
    precise, balanced, sensitive = (model.header.thresholds[name] for name in ("precise", "balanced", "sensitive"))
    assert precise.answer >= balanced.answer >= sensitive.answer
    assert precise.together >= balanced.together >= sensitive.together
    assert all(precise.markers[m] >= balanced.markers[m] >= sensitive.markers[m] for m in MARKERS)


@pytest.mark.parametrize(("spoil", "says"), [
    (lambda folder: (folder / NUMBERS).unlink(), "cannot be read"),
    (lambda folder: (folder / NUMBERS).write_bytes(b"PK"), "was changed or damaged"),
    (lambda folder: (folder / HEADER).write_text("{"), "is not valid JSON"),
    (lambda folder: (folder / HEADER).write_text("[]"), "has format None; this version reads format 6"),
    (lambda folder: (folder / HEADER).write_text('{"format": 9}'), "has format 9; this version reads format 6"),
    (lambda folder: (folder / HEADER).write_text('{"format": 6}'), "lacks about, families, joint, markers, strings, thresholds, words"),
])
def test_a_spoilt_model_is_refused_in_a_sentence(copy, spoil, says):
    spoil(copy)
    load_model.cache_clear()
    with pytest.raises(ResourceError, match=says):
        stagelens.load(model=copy)


def test_a_model_that_speaks_of_unknown_markers_is_refused(copy):
    header = json.loads((copy / HEADER).read_text(encoding="utf-8"))
    header["markers"][0] = "sincerity"
    (copy / HEADER).write_text(json.dumps(header), encoding="utf-8")
    with pytest.raises(ResourceError, match="speaks of the unknown marker 'sincerity'"):
        stagelens.load(model=copy)


def test_numbers_are_read_without_pickle_and_scored_without_scikit_learn():
    code = ("import sys, numpy as np\n"
            "asked = []\n"
            "real = np.load\n"
            "np.load = lambda *a, **k: (asked.append(k.get('allow_pickle', 'not said')), real(*a, **k))[1]\n"
            "import stagelens\n"
            f"assert stagelens.load().tag({LETTER!r}).spans\n"
            "print(asked, 'sklearn' in sys.modules, 'scipy' in sys.modules)")
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[False] False False"


# --- using it -----------------------------------------------------------------------------------------------------


def test_every_hit_is_a_clause_with_a_probability_and_the_words_that_carried_it(model):
    document = segment(LETTER)
    places = {clause for sentence in document.sentences for clause in sentence.clauses}
    (seen,) = model.find([(document, [])], model.header.thresholds["sensitive"], statement=True)
    assert seen.hits
    assert all(0 < chance <= 1 and 0 <= sentence < len(document.sentences) for sentence, chance in seen.answers.items())
    for hit in seen.hits:
        assert (hit.start, hit.end) in places
        assert 0 < hit.weight <= 1
        (evidence,) = hit.evidence
        assert evidence.source == "model"
        assert hit.start <= evidence.start < evidence.end <= hit.end


WORDS = st.sampled_from(["I", "you", "hurt", "didn't", "cannot", "sorry,", "but", "$", "^", "QUOTE", "\"I was late\"", "'s", "2026", "zebra", "quokka-like", "Zürich", "so;", "I", "was",
                         "wrong.", "Why?", "my fault.", "joke"])


@given(st.lists(WORDS, max_size=60))
@tries(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_model_looks_up_the_very_features_that_it_was_trained_on(lens, model, keys, words):
    document, hits = lens.found_by_rules(" ".join(words))
    rows = {feature: row for row, feature in enumerate(model.header.vocabulary.written())}
    wanted = []
    for clause in clauses(document, hits, model.header.families):
        known = sorted(rows[feature] for feature in clause.features if feature in rows)
        wanted.append(((0, clause.sentence, clause.start, clause.end), known, len(clause.features) - len(known)))
    assert list(looked_up(keys, document, hits)) == wanted


@given(st.lists(st.lists(WORDS, max_size=30), min_size=1, max_size=4))
@tries(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_training_is_told_the_very_features_that_are_written_down(lens, texts):
    found = [lens.found_by_rules(" ".join(words)) for words in texts]
    places, features, numbers, lengths = written(found, FAMILIES)
    ends = np.cumsum([0, *lengths])
    told = [(*place, {features[number] for number in numbers[first:last]}) for place, first, last in zip(places, ends, ends[1:], strict=False)]
    assert told == [(text, clause.sentence, clause.start, clause.end, set(clause.features)) for text, one in enumerate(found) for clause in clauses(*one)]
    assert len(set(features)) == len(features)


def looked_up(keys, document, hits):
    for block in keys.blocks([(document, hits)]):
        ends = block.known.cumsum().tolist()
        for place, known, end, unknown in zip(block.places, block.known.tolist(), ends, block.unknown.tolist(), strict=True):
            yield place, block.rows[end - known:end].tolist(), unknown


def test_words_that_the_model_does_not_know_are_forgotten_when_there_are_too_many(model, keys, lens, monkeypatch):
    texts = ["I told Quokka that zebras lie.", "The zebra was mine; I am sorry.", LETTER]
    fresh = [list(looked_up(Keys(model.header.vocabulary, model.header.families), *lens.found_by_rules(text))) for text in texts]
    monkeypatch.setattr("stagelens.keys.ROOM", 0)
    assert [list(looked_up(keys, *lens.found_by_rules(text))) for text in texts] == fresh


def test_a_text_without_words_is_nothing_to_the_model(model):
    (seen,) = model.find([(segment(""), [])], model.header.thresholds["balanced"])
    assert (seen.hits, seen.answers) == ((), {})
    assert model.logits([], np.zeros(0, dtype=np.int32), np.zeros(2, dtype=np.int32)).shape == (1, len(MARKERS) + 1)


def test_what_is_not_looked_at_further_could_not_have_been_shown(lens, monkeypatch):
    talk = "We had tea on the terrace. He told me it was my fault that the kettle broke. You never could park. Nobody meant any harm by it. "
    apart = ("I hoped that the evening class would bring you closer to the others. What it brought you was six people's opinions of your marriage. " + talk * 2
             + "Hi Ana, didn't mean to make you feel bad hey, was just trying to lift the mood in the group, was such a heavy day with the strike and all")
    texts = [talk, talk * 3 + LETTER + talk * 3, LETTER + talk * 2, talk + "I understand how angry you are. " + talk, apart]
    found = list(lens.tag_many(texts))
    monkeypatch.setattr("stagelens.model._near", lambda texts, numbers, sure: np.ones(len(numbers), dtype=bool))
    assert list(lens.tag_many(texts)) == found


def test_the_model_finds_what_no_pattern_foresaw():
    text = "I was wrong to lock you out. You slept in the bus shelter that night."
    assert {s.marker for s in stagelens.load(model=False).tag(text).spans} <= {s.marker for s in stagelens.load().tag(text).spans}


def test_rules_and_model_are_both_named_where_they_agree(lens):
    span = next(s for s in lens.tag("I was wrong to read your diary.").spans if s.marker == "ownership")
    assert {e.source for e in span.evidence} == {"rule", "model"}


def test_each_makes_the_other_surer():
    joint = Joint(0.5, 0.5, 0.0)
    assert together(joint, 0.6, 0.1) < together(joint, 0.6, 0.9) < together(joint, 0.9, 0.9)


def test_one_faint_finding_is_not_shown_where_nothing_else_is_found(lens):
    for text in ("We've done it.", "Can we do it?", "That's true.", "It was the engine of our prosperity."):
        assert lens.tag(text).spans == ()


def test_one_finding_may_stand_alone_where_the_text_is_known_to_answer_for_harm(lens):
    text = "Well, I'm sorry if that's how you see it."
    asked = stagelens.load(settings=Settings(statement=True))
    assert [span.marker for span in asked.tag(text).spans] == ["conditional_apology"]
    assert {span.marker for span in lens.tag(LETTER).spans} <= {span.marker for span in asked.tag(LETTER).spans}


def test_a_wording_that_is_sure_by_itself_stays_as_possible_where_the_model_finds_it_unlikely(lens, model):
    document, hits = lens.found_by_rules("We will examine every closed complaint before the end of May.")
    clause = document.sentences[0].clauses[0]
    unlikely = Hit("repair_commitment", *clause, *clause, 0, 0.2, (Evidence("model", "any", *clause, 0.2),))
    looks = {preset: Seen((unlikely,), {0: 0.5}, model.header.thresholds[preset], model.header.joint) for preset in ("balanced", "precise")}
    (span,), _ = merge(document, hits, looks["balanced"], lens.framework, Settings())
    assert (span.marker, span.certainty) == ("repair_commitment", "possible")
    assert merge(document, hits, looks["precise"], lens.framework, Settings(preset="precise"))[0] == ()


def test_a_lens_with_a_model_travels_between_processes(lens):
    texts = [LETTER, "Good morning.", LETTER]
    assert [r.spans for r in lens.tag_many(texts, n_jobs=2, batch_size=1)] == [lens.tag(t).spans for t in texts]


# --- training it --------------------------------------------------------------------------------------------------


def test_training_twice_gives_the_same_bytes_and_a_model_that_can_be_used(tmp_path):
    data = small(tmp_path / "small.csv")
    lines = []
    train(data, tmp_path / "one", say=lines.append)
    train(data, tmp_path / "two")
    for name in (HEADER, NUMBERS, "metrics.json", "card.md"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert lines[0].startswith("reading 60 texts")
    assert stagelens.load(model=tmp_path / "one").tag(LETTER).text == LETTER


def test_the_committed_model_is_what_the_committed_data_gives(tmp_path, model):
    train(DATA, tmp_path / "again")
    again = load_model(tmp_path / "again", MARKERS)
    assert again.header.vocabulary.written() == model.header.vocabulary.written()
    assert again.header.about["data_sha256"] == model.header.about["data_sha256"]
    for name in ("rarity", "weights", "bias", "second", "second_bias"):
        np.testing.assert_allclose(getattr(again, name), getattr(model, name), rtol=0, atol=1e-9)


def test_too_few_texts_are_refused(tmp_path):
    with pytest.raises(InputError, match="at least 20 are needed to learn from"):
        train(small(tmp_path / "tiny.csv", texts=5), tmp_path / "out")


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written to"):
        train(small(tmp_path / "small.csv"), tmp_path / "file" / "out")


def nothing(rows):
    """Return the features of rows that have none."""
    return Counts(np.zeros(0, dtype=object), csr_matrix((rows, 0)))


def test_the_second_look_turns_scores_into_frequencies():
    random = np.random.default_rng(1)
    scores = random.normal(0, 3, (4000, 2))
    labels = (random.random((4000, 2)) < chance(0.5 * scores - 1)).astype(np.int8)
    alone = Table([Place(0, 0, 1)] * len(scores), labels, np.arange(len(scores)), nothing(len(scores)))
    weights, bias = second_look(alone, scores)
    assert expected_error(chance(around_texts(alone, scores) @ weights + bias), labels) < 0.03
    assert expected_error(chance(scores), labels) > 0.1


def test_the_second_look_learns_that_one_move_makes_another_likely():
    random = np.random.default_rng(1)
    scores = random.normal(-1, 2, (4000, 2))
    labels = np.zeros((4000, 2), dtype=np.int8)
    labels[1::2, 0] = scores[::2, 1] > 0  # the first marker stands where the second one was seen in the clause before
    pairs = Table([Place(row % 2, 0, 1) for row in range(4000)], labels, np.arange(4000) // 2, nothing(4000))
    weights, bias = second_look(pairs, scores)
    chances = chance(around_texts(pairs, scores) @ weights + bias)[1::2, 0]
    assert chances[labels[1::2, 0] == 1].mean() > chances[labels[1::2, 0] == 0].mean() + 0.3


def test_texts_are_read_the_same_in_one_piece_and_in_many(model, monkeypatch):
    random = np.random.default_rng(1)
    numbers, scores = np.sort(random.integers(0, 60, 150)), random.normal(-2, 2, (150, len(MARKERS) + 1))
    texts = numbers // 7
    sentences = counted_on(texts, numbers)
    whole = model.seen_again(texts, sentences, scores)
    monkeypatch.setattr("stagelens.model.AT_ONCE", 7)
    np.testing.assert_allclose(model.seen_again(texts, sentences, scores), whole, atol=1e-12)
    for text in set(texts):
        rows = texts == text
        np.testing.assert_allclose(model.seen_again(texts[rows], sentences[rows], scores[rows]), whole[rows], atol=1e-12)


@given(st.lists(st.lists(WORDS, max_size=30), max_size=8))
@tries(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_many_texts_at_once_are_read_as_each_by_itself(lens, texts):
    texts = [" ".join(words) for words in texts] + [LETTER]
    assert list(lens.tag_many(texts)) == [lens.tag(text) for text in texts]
