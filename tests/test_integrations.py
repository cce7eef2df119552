"""At home in spaCy, scikit-learn and pandas: the contracts of each, kept."""

import json
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import spacy
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from scipy.sparse import issparse
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import FeatureUnion, make_pipeline
from spacy.lang.en import English
from spacy.tokens import Doc, DocBin

import stagelens
import stagelens.pandas  # registers the accessors
from stagelens.frames import SPANS
from stagelens.integrations.sklearn import StageMarkers

TEXTS = ["I was wrong to open your letters. I'm sorry if you felt watched.", "We had tea on Tuesday.", "", "My sister says \"it was your own fault\". I was wrong."]


# --- spaCy -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def nlp():
    made = spacy.blank("en")
    made.add_pipe("stagelens")
    return made


def labels(doc):
    return [(span.label_, span.start_char, span.end_char) for span in doc.spans["stagelens"]]


def test_the_component_is_there_without_an_import_of_ours():
    code = "import spacy; nlp = spacy.blank('en'); nlp.add_pipe('stagelens'); doc = nlp('I was wrong to open your letters.'); print([s.label_ for s in doc.spans['stagelens']])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "['ownership']"


def test_findings_mentions_and_the_reading_stand_in_the_document(nlp, lens):
    for text in TEXTS:
        doc, reading = nlp(text), lens.tag(text)
        assert doc._.stagelens == reading
        for key, spans in (("stagelens", reading.spans), ("stagelens_mentions", reading.mentions)):
            group = doc.spans[key]
            assert [span.label_ for span in group] == [span.marker for span in spans]
            assert group.attrs["start_char"] == [span.start for span in spans]
            assert group.attrs["score"] == [span.score for span in spans]


@given(st.text(alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from(list("I was wrong, sorry if you felt hurt.\n\t '\""))), max_size=80))
@tries(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_token_aligned_spans_hold_the_exact_characters(nlp, text):
    doc = nlp(text + " I was wrong to open your letters.")
    group = doc.spans["stagelens"]
    for span, start, end in zip(group, group.attrs["start_char"], group.attrs["end_char"], strict=True):
        assert span.start_char <= start < end <= span.end_char


def test_it_works_inside_another_pipeline_and_leaves_the_rest_alone():
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("stagelens", config={"spans_key": "moves", "preset": "precise"})
    doc = nlp(TEXTS[0])
    assert len(list(doc.sents)) == 2
    assert "moves" in doc.spans
    assert doc._.stagelens == stagelens.load(preset="precise").tag(TEXTS[0])


def test_a_document_without_the_component_has_no_reading():
    assert spacy.blank("en")("I was wrong.")._.stagelens is None


@pytest.mark.parametrize("n_process", [1, 2])
def test_many_documents_give_the_same_in_order_in_one_process_and_two(nlp, n_process):
    docs = list(nlp.pipe(TEXTS * 3, n_process=n_process, batch_size=4))
    assert [labels(doc) for doc in docs] == [labels(nlp(text)) for text in TEXTS * 3]
    assert [doc._.stagelens for doc in docs] == [nlp(text)._.stagelens for text in TEXTS * 3]


def test_documents_survive_bytes_and_docbin(nlp):
    doc = nlp(TEXTS[0])
    back = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    stored = next(iter(DocBin(docs=[doc], store_user_data=True).get_docs(nlp.vocab)))
    for one in (back, stored):
        assert labels(one) == labels(doc)
        assert one.spans["stagelens"].attrs == doc.spans["stagelens"].attrs
        assert one._.stagelens == doc._.stagelens


def test_a_pipeline_survives_its_config_and_the_disk(nlp, tmp_path):
    json.dumps(nlp.config)
    nlp.to_disk(tmp_path / "pipeline")
    for again in (spacy.load(tmp_path / "pipeline"), English.from_config(nlp.config)):
        assert labels(again(TEXTS[0])) == labels(nlp(TEXTS[0]))


def test_displacy_draws_the_spans_in_our_colours(nlp):
    html = spacy.displacy.render(nlp(TEXTS[0]), style="span", options={"spans_key": "stagelens"}, jupyter=False)
    assert "ownership" in html
    assert "#bbccee" in html  # that of stage 3
    assert "#eeeebb" in html or "#cceeff" in html


def test_a_wrong_setting_is_refused_by_name():
    with pytest.raises(stagelens.SettingsError, match="preset is 'loud'"):
        spacy.blank("en").add_pipe("stagelens", config={"preset": "loud"})


# --- scikit-learn ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("output", ["presence", "counts", "scores", "stages"])
def test_a_row_a_text_and_a_column_a_name(output, lens):
    made = StageMarkers(output)
    rows, names = made.fit_transform(TEXTS), made.get_feature_names_out()
    assert rows.shape == (len(TEXTS), len(names))
    assert rows.dtype == np.float64
    assert rows[1].sum() == rows[2].sum() == 0
    found = lens.tag(TEXTS[0])
    if output == "stages":
        assert rows[0].sum() == pytest.approx(1)
        assert {names[i] for i in rows[0].nonzero()[0]} == {f"stage_{span.stage}" for span in found.spans}
    else:
        assert {names[i] for i in rows[0].nonzero()[0]} == {span.marker for span in found.spans}


def test_it_needs_no_fitting_and_is_cloned_pickled_and_configured():
    made = StageMarkers("counts", preset="sensitive")
    wanted = made.transform(TEXTS)
    for other in (clone(made), pickle.loads(pickle.dumps(made)), StageMarkers().set_params(**made.get_params())):
        assert (other.transform(TEXTS) == wanted).all()
        assert other.get_params() == made.get_params()
    assert made.fit(TEXTS) is made


def test_it_gives_frames_and_sparse_matrices_when_asked():
    frame = StageMarkers().set_output(transform="pandas").fit_transform(pd.Series(TEXTS, index=list("abcd")))
    assert list(frame.columns) == list(StageMarkers().get_feature_names_out())
    assert list(frame.index) == list("abcd")
    sparse = StageMarkers(sparse=True).fit_transform(TEXTS)
    assert issparse(sparse)
    assert (sparse.toarray() == StageMarkers().fit_transform(TEXTS)).all()


def test_it_stands_in_pipelines_unions_and_searches():
    labels = [1, 0, 0, 1] * 3
    pipeline = make_pipeline(FeatureUnion([("moves", StageMarkers()), ("words", CountVectorizer())]), LogisticRegression())
    search = GridSearchCV(pipeline, {"featureunion__moves__output": ["presence", "stages"]}, cv=2).fit(TEXTS * 3, labels)
    assert search.predict(TEXTS).shape == (4,)


def test_two_processes_give_the_same_as_one():
    assert (StageMarkers(n_jobs=2).transform(TEXTS) == StageMarkers().transform(TEXTS)).all()


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
def test_a_missing_text_gives_zeros(missing):
    assert StageMarkers().transform([missing, TEXTS[0]]).sum(axis=1).tolist()[0] == 0


@pytest.mark.parametrize(("texts", "says"), [("one text", "give a list of texts"), ([1], "text 0 of X is of type int"), (np.array([["a"]]), r"has the shape \(1, 1\)"),
                                             (pd.DataFrame({"text": ["a"]}), "has the shape")])
def test_what_is_no_list_of_texts_is_refused_in_a_sentence(texts, says):
    with pytest.raises(stagelens.InputError, match=says):
        StageMarkers().transform(texts)


def test_an_unknown_output_is_refused_in_a_sentence():
    with pytest.raises(stagelens.SettingsError, match="output is 'verdict'; allowed are presence"):
        StageMarkers("verdict").fit(TEXTS)


# --- pandas ------------------------------------------------------------------------------------------------------

FRAME = pd.DataFrame({"said": [TEXTS[0], None, "I'm sorry if you felt watched.", TEXTS[3]], "who": ["Ama", "Ama", "Ben", "Ama"],
                      "part": ["responding", "responding", "harmed", "responding"]}, index=["a", "b", "c", "c"])


def test_a_frame_keeps_its_index_and_missing_texts_give_nothing():
    found = FRAME.stagelens.tag("said", speaker="who", role="part")
    assert list(found.columns) == [name for name in SPANS if name != "turn"]
    assert set(found.index) == {"a", "c"}
    assert set(found["speaker"]) == {"Ama"}  # the harmed person's words carry nothing
    row = found.iloc[0]
    assert FRAME.loc["a", "said"][row["start"]:row["end"]] == row["text"]


def test_counts_have_a_row_a_text_in_its_order(lens):
    counts = FRAME.stagelens.counts("said", role="part")
    assert list(counts.index) == list(FRAME.index)
    assert list(counts.columns) == list(lens.framework.markers)
    assert counts.iloc[1].isna().all()
    assert counts.iloc[2].sum() == 0
    assert counts.iloc[0]["ownership"] == 1
    assert counts.iloc[3].sum() == len(lens.tag(TEXTS[3]).spans)


def test_a_series_is_read_as_a_frame_of_one_column():
    assert FRAME["said"].stagelens.tag().equals(FRAME.stagelens.tag("said"))
    assert FRAME["said"].stagelens.counts().equals(FRAME.stagelens.counts("said"))


@pytest.mark.parametrize("kind", ["object", "string", "string[python]", "category"])
def test_every_kind_of_string_column_is_read(kind):
    assert len(FRAME.astype({"said": kind}).stagelens.tag("said")) == len(FRAME.stagelens.tag("said"))


def test_turns_of_one_conversation_are_read_together():
    turns = pd.DataFrame({"text": ["I was wrong to open your letters.", "You were.", "You lost a friend over it."], "speaker": ["A", "B", "A"],
                          "role": ["responding", "harmed", "responding"], "talk": ["t", "t", "t"]})
    found = turns.stagelens.tag(speaker="speaker", role="role", document="talk")
    assert list(found.index) == [0, 2]


def test_empty_frames_and_series_are_no_error():
    assert FRAME.iloc[:0].stagelens.tag("said").empty
    assert pd.Series([], dtype="string").stagelens.counts().shape == (0, 23)


def test_a_column_that_is_not_there_is_refused_by_name():
    with pytest.raises(stagelens.InputError, match="has no column 'words'; it has said, who, part"):
        FRAME.stagelens.tag("words")


def test_long_work_shows_how_far_it_is_and_can_be_silenced(capfd):
    long = pd.Series(["We had tea."] * 2_001)
    assert long.stagelens.tag().empty
    assert "reading" in capfd.readouterr().err
    long.stagelens.tag(progress=False)
    assert capfd.readouterr().err == ""
