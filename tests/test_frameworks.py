"""A framework of one's own: written, checked, refused in a sentence, and used wherever ours is."""

import ast
import csv
import io
import json
import pickle
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from inside import cli
from rich.console import Console

import stagelens
from stagelens import authoring
from stagelens.batch import Job, run
from stagelens.errors import InputError, ResourceError, StagelensError
from stagelens.framework import load_framework
from stagelens.settings import Settings

ROOT = Path(__file__).parent.parent
RESOURCES = ROOT / "stagelens" / "resources"
TEXT = "Can we please just move on? Take all the time you need."


@pytest.fixture
def ours(tmp_path):
    """The small start, as `stagelens framework new` writes it."""
    return authoring.new(tmp_path / "ours")


@pytest.fixture
def wide(ours):
    """Eight stages with numbers of their own, no dimension, a marker and a pattern each, nothing optional."""
    shutil.rmtree(ours / "framework")
    (ours / "framework").mkdir()
    (ours / "context.toml").unlink()
    (ours / "phrases.csv").unlink()
    numbers = range(-20, 141, 20)
    stage = '[[stage]]\nnumber = {n}\nname = "Step {n}"\nsummary = "The words are at {n}."\nnext_step = "Go on."\nquestions = ["How?"]\n'
    marker = ('[[marker]]\nid = "move_{i}"\nstage = {n}\nname = "move {i}"\ndescription = "It moves."\nsays = "It may be heard."\nwhy = "It may matter."\n'
              'other_readings = ["It may not."]\nquestion = "Who?"\nexample = "word{i} here"\n')
    pattern = ('[[pattern]]\nid = "move_{i}.word"\nmarker = "move_{i}"\nexpression = "word{i}"\nweight = 0.9\nfires = ["Word{i} here.", "A word{i}.", "word{i}"]\n'
               'quiet = ["Another.", "No words."]\n')
    (ours / "framework" / "stages.toml").write_text('format = 1\nname = "Wide"\n' + "".join(stage.format(n=n) for n in numbers))
    (ours / "framework" / "all.toml").write_text("".join(marker.format(i=i, n=n) for i, n in enumerate(numbers)))
    (ours / "patterns" / "patterns.toml").write_text("format = 1\n" + "".join(pattern.format(i=i) for i, _ in enumerate(numbers)))
    return ours


def change(folder, file, old, new):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# --- the start -----------------------------------------------------------------------------------------------------


def test_the_start_passes_its_own_check_and_finds_something_at_once(tmp_path):
    assert cli("framework", "new", "ours", cwd=tmp_path).returncode == 0
    checked = cli("framework", "check", "ours", cwd=tmp_path)
    assert checked.returncode == 0
    assert "2 markers, 2 patterns, 5 annotated phrases. Nothing to mend." in checked.stdout
    found = json.loads(cli("tag", "-", "--framework", "ours", "--format", "json", stdin=TEXT, cwd=tmp_path).stdout)
    assert [span["marker"] for span in found["spans"]] == ["closes_subject", "leaves_room"]
    assert found["framework"] == "Our own stages"


def test_nothing_of_a_users_is_written_over(ours):
    with pytest.raises(InputError, match="is not empty; give a folder that is not there yet"):
        authoring.new(ours)
    assert authoring.new(ours / "deeper" / "still").is_dir()


def test_every_key_of_the_start_is_explained_in_the_how_to():
    page = (ROOT / "docs" / "frameworks.md").read_text(encoding="utf-8")
    from stagelens import context, framework, turns

    keys = {*framework.STAGE, *framework.STAGE_MAY, *framework.MARKER, *framework.MARKER_MAY, *framework.GAP, *framework.GAP_MAY, *context.CUE, *context.CUE_MAY, *turns.SETS}
    assert sorted(key for key in keys if f"`{key}`" not in page) == []


# --- ours is one of them -------------------------------------------------------------------------------------------


def test_the_built_in_framework_is_a_folder_like_any_other(lens):
    folder = load_framework(RESOURCES)
    assert folder == load_framework()
    other = stagelens.load(framework=RESOURCES, model=ROOT / "models" / "stagelens-en")
    for file in (ROOT / "examples").glob("*.txt"):
        text = file.read_text(encoding="utf-8")
        assert other.tag(text) == lens.tag(text)


def test_the_built_in_framework_passes_the_check_that_others_pass():
    checked = authoring.check(RESOURCES)
    assert checked.problems == ()
    assert checked.patterns > 500


def test_no_column_of_a_table_and_no_word_of_ours_can_be_a_marker():
    from stagelens import patterns, practice
    from stagelens.batch.results import DOCUMENT_COLUMNS
    from stagelens.framework import RESERVED

    assert {*DOCUMENT_COLUMNS, patterns.ANY, practice.NONE} <= RESERVED


def test_no_marker_and_no_dimension_of_ours_stands_in_code():
    names = {*load_framework().markers, *load_framework().dimensions}
    for path in (ROOT / "stagelens").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        said = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value]
        assert [(path.name, word) for value in said for word in names if word == value or ("_" in word and re.search(rf"\b{word}\b", value))] == []
    for path in [*(ROOT / "stagelens").rglob("*.j2"), *(ROOT / "stagelens").rglob("*.js")]:
        text = path.read_text(encoding="utf-8")
        assert [(path.name, word) for word in names if "_" in word and word in text] == []


# --- mistakes ------------------------------------------------------------------------------------------------------

STAGES, MARKERS, GAPS, PATTERNS, CUES = "framework/stages.toml", "framework/markers.toml", "framework/missing.toml", "patterns/patterns.toml", "context.toml"
MISTAKES = [
    (STAGES, "format = 1", "format = 2", "stages.toml has format 2; this version reads format = 1"),
    (STAGES, "format = 1", "format = = 1", "stages.toml is not valid TOML"),
    (STAGES, "name = \"Our own stages\"", "title = \"Our own stages\"", "stages.toml lacks name; add it"),
    (STAGES, "name = \"Our own stages\"", "title = \"Our own stages\"", "stages.toml has the unknown key 'title'"),
    (STAGES, "name = \"Closed\"", "nmae = \"Closed\"", "stages.toml, stage 1 has the unknown key 'nmae'; perhaps 'name' is meant"),
    (STAGES, "number = 2", "number = 1", "stages.toml has the stage number 1 twice"),
    (STAGES, "number = 2", "number = \"two\"", "has the number 'two'; it must be a whole number"),
    (STAGES, "openness = \"much\"\n", "", "stages.toml, stage 2 lacks openness; add it"),
    (STAGES, "openness_level = 1", "openness_level = 0.5", "has the openness_level 0.5; it must be a whole number"),
    (STAGES, "id = \"openness\"", "id = \"name\"", "calls a dimension 'name', which is a key of every stage"),
    (STAGES, "questions = [\"What might", "questions = [\"\", \"What might", "has the questions ['', 'What might"),
    (STAGES, "toward = 2", "toward = 3", "stages.toml, stage 1 has guidance toward 3, which is not the next step; write toward = 2, or leave it out"),
    (STAGES, "toward = 2", "toward = 1", "has guidance toward 1, which is not the next step"),
    (MARKERS, "stage = 2", "stage = 7", "markers.toml, marker 'leaves_room' names the unknown stage 7; known are 1, 2"),
    (MARKERS, "says = \"This phrase may be heard as a wish to close the subject.\"\n", "", "markers.toml, marker 'closes_subject' lacks says; add it: a text"),
    (MARKERS, "why = \"The other person may not be done with it yet.\"", "why = \" \"", "marker 'closes_subject' has the why ' '; it must be a text"),
    (MARKERS, "other_readings = [\"It may also be a way to put off a talk.\"]", "other_readings = []", "has the other_readings []; it must be a list of texts, at least one"),
    (MARKERS, "id = \"leaves_room\"", "id = \"closes_subject\"", "markers.toml has the marker 'closes_subject' twice"),
    (MARKERS, "id = \"leaves_room\"", "id = \"Leaves room\"", "has the id 'Leaves room'; it must be a name of small letters"),
    (MARKERS, "id = \"leaves_room\"", "id = \"words\"", "marker 'words' has an id that stagelens uses for something else; give it another, such as words_move"),
    (MARKERS, "dimension = [\"openness\"]", "dimension = [\"opennes\"]", "names the unknown dimension 'opennes'; perhaps 'openness' is meant"),
    (MARKERS, "[[marker]]", "[marker]", "markers.toml"),
    (GAPS, "markers = [\"leaves_room\"]", "markers = [\"leave_room\"]", "missing.toml, missing 'room' names the unknown marker 'leave_room'; perhaps 'leaves_room'"),
    (GAPS, "text = ", "txt = ", "missing.toml, missing 'room' lacks text"),
    (GAPS, "text = ", "beside = \"closes_subject\"\ntext = ", "missing.toml, missing 'room' has the beside 'closes_subject'; it must be a list of texts"),
    (GAPS, "[[missing]]", "beside = \"closes_subject\"\n[[missing]]", "missing.toml has the beside 'closes_subject'; it must be a list of texts"),
    (GAPS, "[[missing]]", "beside = [\"close_subject\"]\n[[missing]]", "missing.toml names the unknown marker 'close_subject'; perhaps 'closes_subject' is meant"),
    (GAPS, "[[missing]]", "besides = [\"closes_subject\"]\n[[missing]]", "missing.toml has the unknown key 'besides'; perhaps 'beside' is meant"),
    (STAGES, "name = \"Our own stages\"", "name = \"Our own stages\"\nbeside = [\"closes_subject\"]",
     "stages.toml has the key 'beside' and no [[missing]] that it could hold for; it holds for those of its own file: move it there, or take it out"),
    (PATTERNS, "marker = \"leaves_room\"", "marker = \"leaves_rooms\"", "patterns.toml, pattern 'leaves_room.take-time' names the unknown marker 'leaves_rooms'"),
    (PATTERNS, "id = \"leaves_room.take-time\"", "id = \"closes_subject.move-on\"", "'closes_subject.move-on' stands twice, in patterns.toml; give one of them another id"),
    (PATTERNS, "expression = \"take ", "expression = \"(take ", "has an expression RE2 cannot read"),
    (PATTERNS, "time {w_}", "time {word}", "uses the unknown macro {word}"),
    (PATTERNS, "weight = 0.85", "weight = 85", "has the weight 85; it must be a number above 0, up to 1"),
    (PATTERNS, "\"There is no rush.\",", "\"There is no need.\",", "patterns.toml, pattern 'leaves_room.take-time', does not fire on its example 'There is no need.'"),
    (PATTERNS, "\"There is no rush.\",", "\"She said that there is no rush.\",", "but the words around it make it a mention (reported)"),
    (PATTERNS, "\"There was a rush at the counter.\",", "\"You see, there is no hurry.\",", "which stands under quiet; make its expression narrower"),
    (PATTERNS, "format = 1", "format = 1\ncolour = 3", "patterns.toml has the unknown key 'colour'"),
    (CUES, "shared = true", "shared = \"yes\"", "context.toml has the shared 'yes'; it must be true or false"),
    (CUES, "defensive = [\"closes_subject\"]", "defensive = [\"closed_subject\"]", "context.toml, group 'defensive' names the unknown marker 'closed_subject'"),
    (CUES, "# [[cue]]\n", "[[cue]]\n", "context.toml, cue 'number 1' lacks id"),
    (CUES, "shared = true", "[turn.roles]\nretreats = [\"closes_subject\"]", "context.toml, turn.roles has the unknown key 'retreats'"),
    (CUES, "shared = true", "[turn.roles]\ndefensive = [\"closing\"]", "context.toml, turn.roles names the unknown marker 'closing'"),
    ("phrases.csv", "0,26,leaves_room", "0,26,leaves", "phrases.csv, row 3 (id 'p3') names the unknown marker 'leaves'"),
]


@pytest.mark.parametrize(("file", "old", "new", "words"), MISTAKES, ids=[f"{n}-{m[0]}" for n, m in enumerate(MISTAKES)])
def test_every_mistake_is_told_in_a_sentence_with_file_entry_and_remedy(ours, file, old, new, words):
    change(ours, file, old, new)
    problems = authoring.check(ours).problems
    assert [problem for problem in problems if words in problem], problems
    assert not [problem for problem in problems if "\n" in problem]


def test_markers_given_once_at_the_top_hold_for_the_entries_of_that_file_that_give_none(ours):
    entry = '[[missing]]\nid = "{0}"\nname = "{0}"\nmarkers = ["leaves_room"]\ntext = "Not yet."\nquestion = "How?"\n'
    (ours / GAPS).write_text('beside = ["closes_subject"]\n' + entry.format("shared") + entry.format("own") + 'beside = ["leaves_room"]\n'
                             + entry.format("always") + "beside = []\n")
    (ours / "framework" / "more.toml").write_text(entry.format("elsewhere"))
    assert authoring.check(ours).problems == ()
    assert {gap.id: gap.beside for gap in load_framework(ours).gaps} == {
        "shared": ("closes_subject",), "own": ("leaves_room",), "always": (), "elsewhere": ()}


@pytest.mark.parametrize(("file", "words"), [(STAGES, "has no file framework/stages.toml"), (MARKERS, "has no marker; write at least one as [[marker]]")])
def test_a_file_that_is_missing_is_named(ours, file, words):
    (ours / file).unlink()
    assert words in authoring.check(ours).problems[0]
    with pytest.raises(ResourceError) as error:
        stagelens.load(framework=ours)
    assert words in str(error.value)


def test_a_folder_that_is_none_is_refused_with_the_way_to_write_one(tmp_path):
    with pytest.raises(ResourceError, match="nowhere is not a folder; give a framework's folder, or write one with stagelens framework new"):
        stagelens.load(framework=tmp_path / "nowhere")


def test_all_mistakes_are_listed_at_once_and_loading_tells_the_first_and_where_to_see_the_rest(ours):
    change(ours, MARKERS, "stage = 2", "stage = 7")
    change(ours, MARKERS, "question = \"Who", "qestion = \"Who")
    shown = cli("framework", "check", ours)
    assert shown.returncode == 1
    assert len(shown.stderr.splitlines()) == 4  # unknown stage, unknown key, lacking key, and how many there are
    with pytest.raises(ResourceError, match=r"\(and 2 more: stagelens framework check "):
        stagelens.load(framework=ours)
    for command in (["tag", "-"], ["markers"], ["explain", "leaves_room"], ["practise"]):
        refused = cli(*command, "--framework", ours)
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), command


def test_what_may_be_an_oversight_is_noted(ours):
    change(ours, STAGES, "[[stage]]\nnumber = 1", '[[stage]]\nnumber = 0\nname = "Before"\nsummary = "None."\nopenness = "none"\nopenness_level = 0\n'
                                                   'next_step = "Begin."\nquestions = ["How?"]\n\n[[stage]]\nnumber = 1')
    change(ours, PATTERNS, "marker = \"leaves_room\"", "marker = \"closes_subject\"")
    (ours / "phrases.csv").unlink()
    (ours / "markers.toml").write_text("")
    checked = authoring.check(ours)
    assert checked.problems == ()
    assert [note.split(";")[0] for note in checked.notes] == [
        "no pattern speaks of leaves_room", "no marker belongs to stage 0", "markers.toml is not read where it is", "there is no phrases.csv"]


SCRAPS = st.one_of(
    st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")), st.binary(max_size=40),
    st.sampled_from([b"format = 1\n", b"[[stage]]\n", b"[[marker]]\n", b"[[pattern]]\n", b"[[cue]]\n", b"[turn]\n", b"[turn.roles]\n", b"[macros]\n", b"[groups]\n",
                     b"stage = 3\n", b"marker = 1979-05-27\n", b"pattern = [1, [2]]\n", b"cue = {}\n", b"turn = 1\n", b"macros = 'x'\n", b"groups = [[]]\n",
                     b"number = 0x" + b"f" * 5000 + b"\n", b"id = \"leaves_room\"\n", b"x = " + b"[" * 3000 + b"]" * 3000 + b"\n", b"a = '{a}'\n", b"turn.turns = '('\n"]))
FILES = st.sampled_from([STAGES, MARKERS, GAPS, PATTERNS, CUES, "patterns/macros.toml", "framework/more.toml", "phrases.csv", "model/model.json", "framework"])


@given(st.lists(st.tuples(FILES, st.sampled_from(["before", "after", "instead", "none", "folder"]), st.lists(SCRAPS, max_size=4)), min_size=1, max_size=4))
@tries(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_folder_is_a_framework_or_refused_in_a_sentence(tmp_path_factory, edits):
    folder = authoring.new(tmp_path_factory.mktemp("any") / "ours")
    for name, how, scraps in edits:
        path, scrap = folder / name, b"".join(scraps)
        if name == "framework" or path.is_dir() or not path.parent.is_dir():
            shutil.rmtree(path, ignore_errors=True) if how == "none" else path.parent.mkdir(exist_ok=True)
            continue
        was = path.read_bytes() if path.is_file() else b""
        path.unlink(missing_ok=True)
        if how == "folder":
            path.mkdir()
        elif how != "none":
            path.write_bytes({"before": scrap + was, "after": was + scrap, "instead": scrap}[how])
    checked = authoring.check(folder)
    assert not [problem for problem in checked.problems if "\n" in problem]
    assert _read_or_refused(folder, checked.problems)


def _read_or_refused(folder, problems):
    """Tell whether a folder gives a lens that works, or one sentence of what a check finds too."""
    try:
        return stagelens.load(framework=folder).tag(TEXT).text == TEXT
    except ResourceError as error:
        return "\n" not in str(error) and bool(problems)


# --- used everywhere -------------------------------------------------------------------------------------------------


def test_other_numbers_more_stages_and_no_dimensions_are_shown_in_every_form(wide):
    lens = stagelens.load(framework=wide)
    text = " ".join(f"Here is word{i}." for i in range(9))
    reading = lens.tag(text)
    assert [span.stage for span in reading.spans] == list(range(-20, 141, 20))
    assert reading.profile.dimensions == ()
    assert reading.missing == ()
    assert (reading.next_step.from_stage, reading.next_step.to_stage) == (-20, 0)
    page = reading.to_html()
    assert "dimension" not in re.sub(r"(?s)<style>.*?</style>", "", page)
    assert "Stage \N{MINUS SIGN}20" in page
    assert json.loads(reading.to_json())["framework"] == "Wide"
    assert len(reading.to_frame()) == 9
    assert reading.to_docx(notes=True)
    console = Console(file=io.StringIO(), width=100)
    from stagelens.render.terminal import to_terminal

    to_terminal(reading, console)
    assert "stage 140" in console.file.getvalue().replace("\N{MINUS SIGN}", "-")
    both = lens.compare("Word1 here.", "Word3 here. Word1 here.")
    assert [span.marker for span in both.new] == ["move_3"]


def test_stages_are_mixed_by_their_places_and_not_by_their_numbers(wide):
    lens = stagelens.load(framework=wide)
    assert not lens.tag("Word1 here. Word2 here.").profile.mixed
    assert lens.tag("Word1 here. Word3 here.").profile.mixed


def test_settings_carry_the_framework_and_the_argument_comes_first(ours, wide):
    assert stagelens.load(settings=Settings(framework=ours)).framework.name == "Wide"
    assert stagelens.load(settings=Settings(framework="nowhere"), framework=wide).framework.name == "Wide"


def test_a_lens_travels_whole_even_when_its_folder_is_gone(ours):
    lens = stagelens.load(framework=ours)
    packed = pickle.dumps(lens)
    assert [r.spans for r in lens.tag_many([TEXT, "", TEXT], n_jobs=2, batch_size=1)] == [lens.tag(t).spans for t in (TEXT, "", TEXT)]
    shutil.rmtree(ours)
    again = subprocess.run([sys.executable, "-c", "import pickle, sys; lens = pickle.load(sys.stdin.buffer); "
                            f"print([s.marker for s in lens.tag({TEXT!r}).spans])"], input=packed, capture_output=True, check=True, cwd=ROOT)
    assert again.stdout.decode().strip() == "['closes_subject', 'leaves_room']"


def test_a_changed_folder_gives_another_lens_and_not_the_one_before(ours):
    assert len(stagelens.load(framework=ours).tag(TEXT).spans) == 2
    change(ours, PATTERNS, "move|moved|moving", "mooove")
    assert len(stagelens.load(framework=ours).tag(TEXT).spans) == 1


def test_shared_cues_speak_of_own_markers_and_can_be_left_out_or_replaced(ours):
    said = "She told me there is no rush. I could easily say we should move on."
    uses = [span.use for span in stagelens.load(framework=ours).tag(said).mentions]
    assert uses == ["reported", "hypothetical"]
    change(ours, CUES, "\nshared = true", "\nshared = false")
    assert stagelens.load(framework=ours).tag(said).mentions == ()
    change(ours, CUES, "\nshared = false", "\nshared = true")
    (ours / CUES).write_text((ours / CUES).read_text() + '[[cue]]\nid = "reported.third-told"\nuse = "asked"\nexpression = "she told me"\nreach = "after"\n')
    assert [span.use for span in stagelens.load(framework=ours).tag(said).mentions] == ["asked", "hypothetical"]


def test_the_order_around_a_turn_is_read_with_own_roles(ours):
    said = "Take all the time you need, but we should really move on now."
    assert [span.marker for span in stagelens.load(framework=ours).tag(said).spans] == ["leaves_room", "closes_subject"]
    (ours / CUES).write_text((ours / CUES).read_text() + '\n[turn.roles]\nacknowledged = ["leaves_room"]\ndefensive = ["closes_subject"]\ntaken_back = "closes_subject"\n')
    reading = stagelens.load(framework=ours).tag(said)
    assert [span.marker for span in reading.spans] == ["closes_subject"]
    assert [(span.marker, span.use) for span in reading.mentions] == [("leaves_room", "taken_back")]


def test_integrations_take_a_framework(ours):
    import spacy
    from spacy.lang.en import English

    import stagelens.pandas
    from stagelens.integrations.sklearn import StageMarkers
    from stagelens.integrations.spacy import colours

    nlp = spacy.blank("en")
    nlp.add_pipe("stagelens", config={"framework": str(ours)})
    doc = nlp(TEXT)
    assert [span.label_ for span in doc.spans["stagelens"]] == ["closes_subject", "leaves_room"]
    assert doc._.stagelens.framework.name == "Our own stages"
    assert English.from_config(nlp.config)(TEXT).spans["stagelens"]
    lens = stagelens.load(framework=ours)
    assert set(colours(lens.framework)) == {"closes_subject", "leaves_room"}
    rows = StageMarkers("stages", framework=str(ours)).set_output(transform="pandas").fit_transform([TEXT])
    assert list(rows.columns) == ["stage_1", "stage_2"]
    assert pd.Series([TEXT]).stagelens.counts(lens=lens).to_numpy().tolist() == [[1, 1]]


def test_the_page_is_served_with_a_framework(ours):
    from starlette.testclient import TestClient

    import stagelens.web

    client = TestClient(stagelens.web.app(Settings(framework=ours)))
    page = client.post("/", data={"text": TEXT}).text
    assert page.count('class="sl-entry sw-card"') == 2
    about = client.get("/about").text
    assert "It knows 2 of them" in about
    assert "Opening" in about
    assert "nine in ten" not in about
    assert "nine in ten" in TestClient(stagelens.web.app()).get("/about").text


def test_commands_take_a_framework(ours, tmp_path):
    assert "leaves_room" in cli("markers", "--framework", ours).stdout
    assert "leaves room for the other person" in cli("explain", "leaves_room", "--framework", ours).stdout
    (tmp_path / "a.txt").write_text("Can we move on?")
    (tmp_path / "b.txt").write_text("There is no rush.")
    compared = cli("compare", tmp_path / "a.txt", tmp_path / "b.txt", "--framework", ours).stdout
    assert "that the other person may take their time" in compared
    assert "5" in cli("data", "check", ours / "phrases.csv", "--framework", ours).stdout
    assert "names the unknown marker 'closes_subject'" in cli("data", "check", ours / "phrases.csv").stderr
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"id": "1", "text": "There is no rush.", "spans": [{"quote": "There is no rush", "marker": "leaves_room"}]}) + "\n")
    assert "1.000" in cli("evaluate", gold, "--framework", ours).stdout
    refused = cli("evaluate", gold)
    assert refused.returncode == 1
    assert "line 1 names the unknown marker 'leaves_room'" in refused.stderr


# --- batches -------------------------------------------------------------------------------------------------------


@pytest.fixture
def talks(tmp_path):
    folder = tmp_path / "talks"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.txt").write_text(f"A: {TEXT}\nB: I was wrong to open your notebook, number {number}.\n")
    return folder


def test_a_batch_in_two_processes_finds_what_one_finds_and_is_reported_with_its_framework(ours, talks, tmp_path):
    job = Job(framework=str(ours))
    one, two = run([talks], tmp_path / "one", job, n_jobs=1), run([talks], tmp_path / "two", job, n_jobs=2)
    assert one == two
    assert one.spans == 8
    assert (tmp_path / "one" / "documents.jsonl").read_bytes() == (tmp_path / "two" / "documents.jsonl").read_bytes()
    header = next(csv.reader((tmp_path / "one" / "documents.csv").open()))
    assert header[-2:] == ["closes_subject", "leaves_room"]
    shown = cli("report", tmp_path / "one")
    assert shown.returncode == 0, shown.stderr
    assert "Opening" in (tmp_path / "one" / "report" / "report.html").read_text(encoding="utf-8")


def test_results_of_different_frameworks_never_mix(ours, talks, tmp_path):
    out = tmp_path / "out"
    run([talks], out, Job(framework=str(ours)), n_jobs=1)
    assert run([talks], out, Job(framework=str(ours)), n_jobs=1).kept == 4
    assert run([talks], out, Job(), n_jobs=1).kept == 0
    markers = {span["marker"] for line in (out / "documents.jsonl").open() for turn in json.loads(line)["turns"] for span in turn["spans"]}
    assert "closes_subject" not in markers
    moved = shutil.copytree(ours, tmp_path / "elsewhere")
    assert run([talks], out, Job(framework=str(moved)), n_jobs=1).kept == 4
    change(moved, CUES, "shared = true", "shared = false")
    assert run([talks], out, Job(framework=str(moved)), n_jobs=1).kept == 0


def test_a_report_is_refused_when_the_framework_has_changed_since(ours, talks, tmp_path):
    cli("batch", talks, "--output", tmp_path / "out", "--framework", ours)
    kept = shutil.copytree(ours, tmp_path / "kept")
    change(ours, MARKERS, "closes the subject", "ends the subject")
    refused = cli("report", tmp_path / "out")
    assert refused.returncode == 1
    assert "is not what the batch was made with" in refused.stderr
    assert cli("report", tmp_path / "out", "--framework", kept).returncode == 0


def test_eight_stages_can_be_drawn(wide, tmp_path):
    (tmp_path / "a.txt").write_text("A: " + " ".join(f"Here is word{i}." for i in range(9)) + "\n")
    run([tmp_path / "a.txt"], tmp_path / "out", Job(framework=str(wide)), n_jobs=1)
    from stagelens.report import write_report

    page = write_report(tmp_path / "out", tmp_path / "report").read_text(encoding="utf-8")
    assert "<svg" in page


# --- models --------------------------------------------------------------------------------------------------------


def phrases(path, texts=60):
    """Annotated phrases of the start's markers, by six voices."""
    rows = [("id", "text", "start", "end", "marker", "voice", "split")]
    for n in range(texts):
        text, marker = (("Can we not just drop it now", "closes_subject"), ("Answer me when it suits you", "leaves_room"), ("We had soup on day", ""))[n % 3]
        text = f"{text}, number {n}"
        rows.append((n, text, 0 if marker else "", len(text) if marker else "", marker, f"voice{n // 3 % 6}", "test" if n // 3 % 6 == 5 else "train"))
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_a_model_is_trained_for_a_framework_and_used_with_it_from_then_on(ours):
    phrases(ours / "phrases.csv")
    assert stagelens.load(framework=ours).model_checksum is None
    trained = cli("train", "--framework", ours)
    assert trained.returncode == 0, trained.stderr
    lens = stagelens.load(framework=ours, settings=Settings(statement=True))
    assert lens.model_checksum
    assert [span.marker for span in lens.tag("Answer me when it suits you, number 90").spans] == ["leaves_room"]
    assert stagelens.load(framework=ours, model=False).model_checksum is None
    assert authoring.check(ours).problems == ()


def test_a_model_of_another_framework_is_refused_with_the_remedy(ours):
    with pytest.raises(ResourceError, match=r"it was trained for another framework, whose markers are blame_reversal, .* and 17 more; those of this one are "
                                            r"closes_subject, leaves_room: train one of this framework's data \(stagelens train\), or leave it out"):
        stagelens.load(framework=ours, model=ROOT / "models" / "stagelens-en")
    phrases(ours / "phrases.csv")
    cli("train", "--framework", ours)
    with pytest.raises(ResourceError, match="speaks of the unknown marker 'closes_subject'"):
        stagelens.load(model=ours / "model")
    (ours / "framework" / "more.toml").write_text((ours / MARKERS).read_text().split("[[marker]]")[1].replace("closes_subject", "third_move").join(["[[marker]]", ""]))
    with pytest.raises(ResourceError, match="was trained without the marker 'third_move', which the framework has; train one"):
        stagelens.load(framework=ours)
    assert any("third_move" in problem for problem in authoring.check(ours).problems)


def test_training_without_data_says_what_to_give():
    refused = cli("train")
    assert refused.returncode == 1
    assert "give DATA.csv and --output DIR, or --framework DIR" in refused.stderr


def test_every_refusal_is_one_of_ours(ours):
    (ours / "framework" / "stages.toml").write_bytes(b"\xff")
    with pytest.raises(StagelensError, match="not UTF-8"):
        load_framework(ours)
