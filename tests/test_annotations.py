"""Human coders: their annotations come in and go out unharmed, and agreement is measured as the field does."""

import json
import zipfile
from dataclasses import replace
from itertools import combinations

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stagelens.agreement import ALL, PEOPLE, WITH_MACHINE, agreement, alpha, cohen, write
from stagelens.annotations.formats import WRITERS, read_coding, write_coding
from stagelens.annotations.machine import batch_coding, together
from stagelens.annotations.place import place
from stagelens.annotations.records import MACHINE, Annotation, Coding
from stagelens.errors import InputError

LEARNING = {"gold", "phrases"}
TOOLS = [format for format in WRITERS if format not in LEARNING]
NAMES = {"csv": "a.csv", "brat": "a", "doccano": "a.jsonl", "label-studio": "a.json", "inception": "a", "refi": "a.qdpx"}
TEXT = "I was wrong to read it \U0001f642.\nYou lost a friend \u201cover\u201d it, e\u0301ven so."


@st.composite
def codings(draw):
    alphabet = st.sampled_from(list("ab .,'\"=-\n\u00e9\u0301\u05d0\u202e\U0001f642\u4e2d&<>"))
    documents = {f"d{n}": draw(st.text(alphabet, min_size=4, max_size=40)).strip() or "abcd" for n in range(draw(st.integers(1, 3)))}
    annotations = set()
    for coder in ("ama", MACHINE):
        for name, text in documents.items():
            for _ in range(draw(st.integers(0, 2))):
                start = draw(st.integers(0, len(text) - 1))
                annotations.add(Annotation(name, coder, start, draw(st.integers(start + 1, len(text))), draw(st.sampled_from(["ownership", "validation"]))))
    return Coding(documents, tuple(annotations), {"ama": frozenset(documents), MACHINE: frozenset(documents)})


def without_line_ends(coding):
    """Take line ends off the edges of annotations: brat has no piece that begins or ends with one."""
    def cut(a):
        words = coding.documents[a.document][a.start:a.end]
        if not words.strip("\n"):
            return a
        return replace(a, start=a.end - len(words.lstrip("\n")), end=a.start + len(words.rstrip("\n")))
    return replace(coding, annotations=tuple(map(cut, coding.annotations)))


def plain(coding):
    return {(a.document, a.coder, a.marker, coding.documents[a.document][a.start:a.end], a.start) for a in coding.annotations}


@pytest.mark.parametrize("format", TOOLS)
@settings(max_examples=25)
@given(made=codings())
def test_every_format_gives_back_what_was_written(tmp_path_factory, format, made):
    path = tmp_path_factory.mktemp("coding") / NAMES[format]
    write_coding(made, path, format=format)
    again = read_coding(path, format=format)
    assert plain(again) == plain(without_line_ends(made) if format == "brat" else made)
    assert again.unplaced == ()
    if made.annotations:
        assert dict(again.documents) == dict(made.documents)
        assert {a.coder for a in made.annotations} <= again.coders.keys()


@pytest.mark.parametrize("format", [f for f in TOOLS if f != "csv"])
def test_with_windows_line_ends_the_words_stay_the_same(tmp_path, format):
    made = Coding({"d": "Dear Ben,\nI was wrong.\n\nAma"}, (Annotation("d", "ama", 10, 21, "ownership"),), {"ama": frozenset({"d"})})
    write_coding(made, tmp_path / NAMES[format], format=format, newline="\r\n")
    again = read_coding(tmp_path / NAMES[format], format=format)
    (annotation,) = again.annotations
    text = next(iter(again.documents.values()))
    assert "\r\n" in text
    assert text[annotation.start:annotation.end] == "I was wrong"


def test_the_machine_is_its_own_coder_and_a_prediction_in_label_studio(tmp_path):
    made = Coding({"d": TEXT}, (Annotation("d", MACHINE, 0, 11, "ownership"), Annotation("d", "ama", 24, 41, "impact_acknowledgement")),
                  {MACHINE: frozenset({"d"}), "ama": frozenset({"d"})})
    write_coding(made, tmp_path / "a.json", format="label-studio")
    (task,) = json.loads((tmp_path / "a.json").read_text())
    assert task["predictions"][0]["model_version"] == MACHINE
    assert [a["completed_by"]["email"] for a in task["annotations"]] == ["ama"]
    value = task["annotations"][0]["result"][0]["value"]
    assert TEXT.encode("utf-16-le")[2 * value["start"]:2 * value["end"]].decode("utf-16-le") == value["text"] == TEXT[24:41]


def test_a_project_for_qda_tools_names_users_codes_and_sources(tmp_path):
    made = Coding({"d": TEXT}, (Annotation("d", "ama", 0, 11, "ownership", "plainly"),), {"ama": frozenset({"d"})})
    for name in ("a.qdpx", "b.qdpx"):
        write_coding(made, tmp_path / name, format="refi")
    assert (tmp_path / "a.qdpx").read_bytes() == (tmp_path / "b.qdpx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.qdpx") as package:
        project = package.read("project.qde").decode()
        (source,) = [name for name in package.namelist() if name.startswith("sources/")]
        assert package.read(source).decode() == TEXT
    for part in ('xmlns="urn:QDA-XML:project:1.0"', '<User guid="', 'name="ama"', 'name="ownership"', 'startPosition="0" endPosition="11"', "plainly"):
        assert part in project


def test_a_project_is_read_and_written_as_pyrefiqda_does(tmp_path):
    from pyrefiqda import RefiProject

    write_coding(three(), tmp_path / "ours.qdpx", format="refi")
    project = RefiProject.load(tmp_path / "ours.qdpx", extract_dir=str(tmp_path / "inside"))
    codes = {code.guid: code.name for code in project.code_book.codes.code}
    users = {user.guid: user.name for user in project.users.user}
    theirs = {(source.name, users[s.creating_user], codes[s.coding[0].code_ref.target_guid], s.start_position, s.end_position)
              for source in project.sources.text_source for s in source.plain_text_selection}
    assert theirs == {(a.document, a.coder, a.marker, a.start, a.end) for a in three().annotations}
    RefiProject.save(project, tmp_path / "theirs.qdpx", source_media_dir=tmp_path / "inside" / "sources")
    assert plain(read_coding(tmp_path / "theirs.qdpx")) == plain(three())


def test_a_quotation_is_found_again_in_another_copy_of_the_text():
    assert place(TEXT, 0, 11, "I was wrong") == (0, 11)
    assert place("Dear Ben,  " + TEXT, 0, 11, "I was wrong") == (11, 22)
    assert place(TEXT, 0, 5, 'a friend "over" it') == (35, 53)
    assert place(TEXT, 0, 5, "wrong to read\nit") == (6, 22)
    assert "not in the text" in place(TEXT, 0, 5, "something else")
    assert "outside the text" in place(TEXT, 0, 500, "")


def test_what_cannot_be_placed_is_listed_and_the_rest_kept(tmp_path):
    lines = [{"text": "I was wrong.", "id": 1, "label": [[0, 11, "ownership"], [50, 60, "validation"]]}]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    coding = read_coding(tmp_path / "a.jsonl", coder="ama")
    assert [a.marker for a in coding.annotations] == ["ownership"]
    assert [(u.marker, u.coder) for u in coding.unplaced] == [("validation", "ama")]


@pytest.mark.parametrize(("name", "content", "says"), [
    ("a.qdpx", b"x", "no REFI-QDA project"), ("a.json", b"{", "not valid JSON"), ("a.jsonl", b'{"id": 1}\n', "no text in line 1"), ("a.xyz", b"", "--format"),
    ("a.csv", b"document\n", "beside it"), ("a.zip", b"x", "no format that can be told"), ("a.xmi", b"<x/>", "TypeSystem.xml")])
def test_what_cannot_be_read_is_refused_in_a_sentence(tmp_path, name, content, says):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as refused:
        read_coding(tmp_path / name)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


# --- agreement ---------------------------------------------------------------------------------------------------


@given(st.lists(st.lists(st.sampled_from([0.0, 1.0, np.nan]), min_size=3, max_size=3), min_size=2, max_size=12))
def test_alpha_is_that_of_the_krippendorff_package(rows):
    from stagelens.agreement import _sums

    votes = np.array(rows)
    ours = alpha(*_sums(votes))
    judged = votes[(~np.isnan(votes)).sum(axis=1) > 1]
    values = set(judged[~np.isnan(judged)])
    if len(values) < 2:
        assert ours is None
    else:
        assert ours == pytest.approx(krippendorff.alpha(votes.T, level_of_measurement="nominal", value_domain=[0.0, 1.0]))


def test_kappa_is_that_of_the_textbook():
    assert cohen(np.array([[20.0, 5.0], [10.0, 15.0]])) == pytest.approx(0.4)  # observed .7, expected .5
    assert cohen(np.array([[9.0, 0.0], [0.0, 0.0]])) is None


def three(extra=()):
    documents = dict.fromkeys("abcd", "I was wrong. You lost a friend. It rained.")
    marks = [Annotation(name, coder, 0, 11, "ownership") for name in "abcd" for coder in ("ama", "ben")]
    marks += [Annotation("a", "ama", 13, 30, "impact_acknowledgement"), Annotation("a", "ben", 17, 30, "impact_acknowledgement"),
              Annotation("b", "ama", 13, 30, "impact_acknowledgement"), *extra]
    coders = {"ama": frozenset("abcd"), "ben": frozenset("abcd")} | ({MACHINE: frozenset("abcd")} if extra else {})
    return Coding(documents, tuple(marks), coders)


def test_presence_and_spans_are_measured_marker_by_marker():
    measured = {m.marker: m for m in agreement(three()).measures}
    own, effect = measured["ownership"], measured["impact_acknowledgement"]
    assert (own.percent, own.kappa, own.alpha, own.exact, own.character) == (1, 1, 1, 1, 1)
    assert (effect.units, effect.marked) == (12, 2)
    assert effect.percent == pytest.approx(11 / 12)
    assert effect.exact == 0
    assert effect.overlap == pytest.approx(2 / 3)
    assert effect.character == pytest.approx(2 * 13 / (17 + 17 + 13))
    assert measured[ALL].units == 24


def test_people_and_the_machine_are_never_mixed():
    made = three([Annotation(name, MACHINE, 0, 11, "ownership") for name in "ab"])
    groups = {m.group for m in agreement(made).measures}
    assert groups == {PEOPLE, WITH_MACHINE}
    by = {(m.group, m.marker): m for m in agreement(made).measures}
    assert by[PEOPLE, "ownership"].alpha == 1
    assert by[WITH_MACHINE, "ownership"].alpha < 1
    assert by[PEOPLE, "impact_acknowledgement"] == {m.marker: m for m in agreement(three()).measures}["impact_acknowledgement"]


def test_disagreements_give_the_words_and_who_saw_them(tmp_path):
    measured = agreement(three())
    (difference,) = measured.disagreements
    assert (difference.document, difference.marked_by, difference.not_by, difference.text) == ("b", "ama", "ben", "You lost a friend")
    write(measured, tmp_path / "out")
    assert "You lost a friend" in (tmp_path / "out" / "disagreements.csv").read_text()


def test_a_document_that_one_coder_never_saw_says_nothing():
    made = three()
    unread = Coding(made.documents, tuple(a for a in made.annotations if (a.document, a.coder) != ("b", "ben")), {**made.coders, "ben": frozenset("acd")})
    assert {m.marker: m for m in agreement(unread).measures}["ownership"].alpha == 1


@given(st.permutations(range(11)))
def test_agreement_does_not_hang_on_the_order_of_annotations(order):
    made = three()
    shuffled = Coding(made.documents, tuple(made.annotations[i] for i in order), made.coders)
    assert agreement(shuffled, draws=20).measures == agreement(made, draws=20).measures


def test_one_coder_alone_is_no_agreement():
    with pytest.raises(InputError, match="two or more"):
        agreement(Coding({"a": "x"}, (), {"ama": frozenset("a")}))
    with pytest.raises(InputError, match="same names"):
        agreement(Coding({"a": "x", "b": "y"}, (), {"ama": frozenset("a"), "ben": frozenset("b")}))


def test_a_batch_is_compared_with_people_on_the_text_they_were_given(tmp_path):
    from stagelens.batch import Job, run
    from stagelens.transcripts import Roles

    (tmp_path / "a.txt").write_text("Ama: I was wrong to read your diary.\nBen: You were.\n")
    run([tmp_path / "a.txt"], tmp_path / "out", Job(roles=Roles(responding=("Ama",))), n_jobs=1)
    machine = batch_coding(tmp_path / "out")
    assert machine.documents["a.txt"] == "Ama: I was wrong to read your diary.\n\nBen: You were."
    (found,) = machine.annotations
    text = machine.documents["a.txt"]
    assert text[found.start:found.end] == "I was wrong to read your diary"
    person = Coding({"a.txt": text.replace("\n\n", "\n")}, (Annotation("a.txt", "ama", 5, 35, "ownership"),), {"ama": frozenset({"a.txt"})})
    both = together([machine, person])
    assert {m.exact for m in agreement(both).measures if m.marker == "ownership"} == {1.0}


def test_every_pair_of_formats_can_be_chained(tmp_path):
    made = three()
    for first, second in combinations(TOOLS, 2):
        write_coding(made, tmp_path / f"{first}-{second}" / NAMES[first], format=first)
        between = read_coding(tmp_path / f"{first}-{second}" / NAMES[first], format=first)
        write_coding(between, tmp_path / f"{second}-{first}" / NAMES[second], format=second)
        assert plain(read_coding(tmp_path / f"{second}-{first}" / NAMES[second], format=second)) == plain(made)


def test_a_settled_coding_becomes_phrases_to_learn_from_and_gold_to_measure_against(tmp_path):
    from stagelens.evaluation.gold import read_gold
    from stagelens.framework import load_framework
    from stagelens.training.phrases import read_phrases

    text = "I was wrong. I was wrong to read it. You lost a friend. It rained. So it did.\n\nWhat would help?"
    marks = [("I was wrong", 13, 35, "ownership"), ("", 37, 54, "impact_acknowledgement"), ("", text.index("What"), len(text), "restorative_invitation")]
    made = Coding({"d": text}, tuple(Annotation("d", "ama", start, end, marker) for _, start, end, marker in marks), {"ama": frozenset({"d"})})
    write_coding(made, tmp_path / "a.csv", format="phrases")
    phrases = read_phrases(tmp_path / "a.csv", load_framework().markers)
    assert [(p.text, [p.text[a:b] for a, b, _ in p.spans]) for p in phrases] == [
        ("I was wrong. I was wrong to read it. You lost a friend.", ["I was wrong to read it", "You lost a friend"]), ("It rained. So it did.", []),
        ("What would help?", ["What would help?"])]
    write_coding(made, tmp_path / "a.jsonl", format="gold")
    (gold,) = read_gold(tmp_path / "a.jsonl")
    assert set(gold.spans) == {(a.start, a.end, a.marker) for a in made.annotations}
    with pytest.raises(InputError, match="settle on one coding"):
        write_coding(three(), tmp_path / "b.csv", format="phrases")
