"""Files that others wrote, of any shape: read, or refused in one sentence that is ours; never a crash, never without end."""

import hashlib
import io
import json
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stagelens
from stagelens.annotations.formats import READERS, read_coding
from stagelens.errors import InputError, ResourceError, StagelensError
from stagelens.evaluation.gold import read_gold
from stagelens.framework import load_framework
from stagelens.keys import Vocabulary
from stagelens.lens import _built_in
from stagelens.model import Header, Model
from stagelens.modelfile import HEADER, NUMBERS, load_model, save_model
from stagelens.nearby import width
from stagelens.patterns import load_macros, parse_patterns
from stagelens.records import Joint, Thresholds
from stagelens.settings import PRESETS
from stagelens.training.phrases import check_phrases
from stagelens.transcripts import read_transcripts

MARKERS = tuple(load_framework().markers)
COLUMNS = len(MARKERS) + 1
TEXT = "I was wrong to read it, and I am sorry."
JSON = st.recursive(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.sampled_from(["ownership", "I was", 10**400])),
                    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)), max_leaves=6)


def refused_or(work):
    """What work gives, or None where one of our own errors refuses it in one line."""
    try:
        return work()
    except StagelensError as error:
        assert str(error).strip()
        assert "\n" not in str(error).strip()
        return None


def checked(path):
    """Every transcript of a file, each word's place inside the file's text."""
    transcripts = list(read_transcripts(path))
    for transcript in transcripts:
        for turn in transcript.turns:
            at = 0
            for piece in turn.pieces:
                assert piece.start == at <= piece.end
                assert 0 <= piece.at <= piece.until <= len(transcript.text)
                at = piece.end
            assert at == len(turn.text)
            json.dumps([turn.speaker, turn.start, turn.end], allow_nan=False)
    return transcripts


@pytest.fixture
def tmp(tmp_path_factory):
    return tmp_path_factory.mktemp("hostile")


# --- transcripts -------------------------------------------------------------------------------------------------

ENDINGS = [".txt", ".vtt", ".srt", ".cha", ".eaf", ".tei", ".xml", ".html", ".json", ".csv", ".tsv", ".jsonl", ".docx", ".odt", ".xlsx", ".pdf"]


@given(st.binary(max_size=300), st.sampled_from(ENDINGS))
@settings(max_examples=200, deadline=None)
def test_any_bytes_under_any_name_are_read_or_refused(tmp_path_factory, raw, ending):
    path = tmp_path_factory.mktemp("any") / f"file{ending}"
    path.write_bytes(raw)
    refused_or(lambda: checked(path))


@pytest.mark.parametrize(("name", "content"), [
    ("a.html", "<cite>Ama</cite><time>at ::1</time><p>I was wrong</p>"),
    ("a.eaf", '<A><TIME_SLOT/><TIME_SLOT TIME_SLOT_ID="t" TIME_VALUE="soon"/><TIER TIER_ID="x"><ALIGNABLE_ANNOTATION TIME_SLOT_REF1="t">'
              "<ANNOTATION_VALUE>I was wrong</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></TIER></A>"),
    ("a.tei", '<TEI><when id="w" interval="\u00b2"/><when id="v" interval="' + "9" * 400 + '"/><u start="#v">I was wrong</u></TEI>'),
    ("a.json", '{"segments": [{"speaker": {"a": 1}, "startTime": "soon", "endTime": 1e999, "body": "I was wrong"}]}'),
    ("a.json", "\ufeff\ufeff" + '{"segments": [{"body": "I was wrong"}]}'),
    ("a.jsonl", '{"text": "I was wrong", "time": ' + "9" * 400 + "}"),
    ("a.cha", "@UTF8\n@Begin\n*AMA:\tI was wrong . \x15" + "9" * 5000 + "_1\x15\n@End\n"),
    ("a.csv", "text,time\nI was wrong,1:2:x\n"),
])
def test_times_and_names_that_are_none_leave_the_words(tmp, name, content):
    (tmp / name).write_text(content, encoding="utf-8")
    turn = checked(tmp / name)[0].turns[0]
    assert turn.text.startswith("I was wrong")
    assert turn.start is None


def test_a_time_in_a_pattern_of_ones_own_that_is_none_leaves_the_words(tmp):
    (tmp / "a.txt").write_text("soon Ama> I was wrong\n")
    assert next(read_transcripts(tmp / "a.txt", speaker_pattern=r"(?P<time>\w+) (?P<speaker>\w+)> ")).turns[0].start is None


@pytest.mark.parametrize(("name", "content", "says"), [
    ("a.html", "<p>I<![if !x]><![\n]>", "damaged HTML"),
    ("a.xml", "<TEI>" + "<p>" * 5_000 + "</p>" * 5_000 + "</TEI>", "elements more than 200 deep"),
    ("a.jsonl", '{"text": ' + "[" * 100_000, "not valid JSON"),
])
def test_what_is_damaged_or_nested_without_end_is_refused(tmp, name, content, says):
    (tmp / name).write_text(content)
    with pytest.raises(InputError, match=says):
        checked(tmp / name)


def packed(path, files, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as package:
        for name, content in files.items():
            package.writestr(name, content)


def test_a_damaged_workbook_is_refused_whatever_its_reader_stumbles_over(tmp):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["text"])
    book.active.append([TEXT])
    book.save(tmp / "good.xlsx")
    with zipfile.ZipFile(tmp / "good.xlsx") as package:
        files = {name: package.read(name) for name in package.namelist()}
    for name in files:
        packed(tmp / "bad.xlsx", files | {name: files[name][:-20]})
        refused_or(lambda: checked(tmp / "bad.xlsx"))
    packed(tmp / "bad.xlsx", files | {"xl/worksheets/sheet1.xml": files["xl/worksheets/sheet1.xml"][:-20]})
    with pytest.raises(InputError, match="cannot be read as XLSX"):
        checked(tmp / "bad.xlsx")


def test_a_workbook_that_would_unpack_to_more_than_is_sane_is_refused(tmp, monkeypatch):
    import stagelens.transcripts.tables as tables

    packed(tmp / "bomb.xlsx", {"xl/workbook.xml": b" " * 2_000_000})
    monkeypatch.setattr(tables, "LARGEST", 1_000_000)
    with pytest.raises(InputError, match="would unpack to 2,000,000 bytes; at most 1,000,000"):
        checked(tmp / "bomb.xlsx")


ODT = ('<d xmlns:text="t"><text:p>I<text:s text:c="{}"/>was wrong</text:p></d>')


@pytest.mark.parametrize("count", ["x", "-3", "999999999", "9" * 5_000])
def test_a_run_of_spaces_in_odt_of_any_length_is_read_as_a_bounded_one(tmp, count):
    packed(tmp / "a.odt", {"content.xml": ODT.format(count)})
    assert len(checked(tmp / "a.odt")[0].turns[0].text) < 10_100


def test_a_locked_or_cut_odt_is_refused(tmp):
    packed(tmp / "a.odt", {"content.xml": ODT.format(1) * 50})
    raw = bytearray((tmp / "a.odt").read_bytes())
    raw[60:90] = b"\xff" * 30
    (tmp / "a.odt").write_bytes(raw)
    with pytest.raises(InputError, match=r"content\.xml|damaged"):
        checked(tmp / "a.odt")


@given(st.lists(st.sampled_from(["I", " &amp; ", "&lt;", "&#x1F600;", "<![CDATA[&amp;]]>", "<![CDATA[&]]>", "\u00e9", "\r\n", " was ", "<b>wrong</b>"]), min_size=1, max_size=12),
       st.sampled_from(["", "\ufeff", "\ufeff\ufeff"]))
@settings(max_examples=100, deadline=None)
def test_places_in_xml_hold_the_words_or_the_entity_that_stands_for_them(tmp_path_factory, parts, mark):
    import html

    path = tmp_path_factory.mktemp("xml") / "a.tei"
    path.write_bytes((mark + "<TEI><text><u>x" + "".join(parts) + "y</u></text></TEI>").encode())
    for transcript in checked(path):
        for turn in transcript.turns:
            for piece in turn.pieces:
                words, there = turn.text[piece.start:piece.end], transcript.text[piece.at:piece.until]
                assert words in (there, html.unescape(there)) or not words.strip()


def test_places_in_podcast_json_are_those_of_the_right_strings(tmp):
    segments = [{"text": "not said", "body": "I was wrong."}, {"body": "Ja, it \u201churt\u201d."}, {"text": "I was wrong."}]
    (tmp / "a.json").write_text(json.dumps({"segments": segments}))
    transcript = checked(tmp / "a.json")[0]
    turn = transcript.turns[0]
    for words in ("I was wrong.", "Ja, it \u201churt\u201d."):
        start = turn.text.index(words)
        left, right = turn.place(start, start + len(words))
        assert json.loads(f'"{transcript.text[left:right]}"') == words


# --- patterns ----------------------------------------------------------------------------------------------------

GOOD = {"id": "mine.x", "marker": "ownership", "expression": "i own", "weight": 0.9, "fires": ["a", "b", "c"], "quiet": ["d", "e"]}


@given(st.fixed_dictionaries({}, optional=dict.fromkeys((*GOOD, "extent", "needs", "note", "other"), JSON)))
@settings(max_examples=300, deadline=None)
def test_a_pattern_of_any_shape_is_read_or_refused(change):
    refused_or(lambda: parse_patterns({"format": 1, "pattern": [{**GOOD, **change}]}, "mine.toml", load_macros(), MARKERS))


@given(st.text(alphabet="aib(){}[]*+?|^$\\.,:'\" 019-", max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_expression_is_read_or_refused(expression):
    refused_or(lambda: parse_patterns({"format": 1, "pattern": [{**GOOD, "expression": expression}]}, "mine.toml", load_macros(), MARKERS))


@pytest.mark.parametrize("entries", [{"id": "x"}, ["x"], 3, "x"])
def test_patterns_that_are_no_tables_are_refused(entries):
    with pytest.raises(ResourceError, match=r"write each as \[\[pattern\]\]"):
        parse_patterns({"format": 1, "pattern": entries}, "mine.toml", load_macros(), MARKERS)


# --- gold, phrases, annotations ----------------------------------------------------------------------------------


@given(st.lists(st.one_of(JSON, st.fixed_dictionaries({"text": st.one_of(st.just(TEXT), JSON)}, optional={
    "id": JSON, "pair": JSON, "kind": JSON, "role": JSON,
    "spans": st.one_of(JSON, st.lists(st.fixed_dictionaries({}, optional={
        "quote": st.one_of(st.sampled_from(["I", ""]), JSON), "marker": JSON, "occurrence": JSON}), max_size=2))})), max_size=3))
@settings(max_examples=200, deadline=None)
def test_gold_of_any_shape_is_read_or_refused_and_every_span_is_a_stretch_of_its_text(tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("gold") / "gold.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    for gold in refused_or(lambda: read_gold(path)) or ():
        for start, end, marker in gold.spans:
            assert 0 <= start < end <= len(gold.text)
            assert marker
    refused_or(lambda: read_coding(path, format="gold"))


@pytest.mark.parametrize(("span", "says"), [
    ({"marker": "ownership"}, "without quote and marker"), ("I", "without quote and marker"), ({"quote": "", "marker": "ownership"}, "without quote and marker"),
    ({"quote": "I", "marker": "ownership", "occurrence": 0}, "occurrence 0"), ({"quote": "I", "marker": "ownership", "occurrence": "two"}, "occurrence 'two'"),
    ({"quote": "I", "marker": "ownership", "occurrence": 10**9}, "does not stand in its text 1000000000 times"),
])
def test_a_span_of_gold_that_is_none_is_refused_with_its_line(tmp, span, says):
    (tmp / "gold.jsonl").write_text("\n" + json.dumps({"text": TEXT, "spans": [span]}))
    with pytest.raises(InputError, match=says) as error:
        read_gold(tmp / "gold.jsonl")
    assert "line 2" in str(error.value)


def test_a_line_separator_inside_a_text_of_gold_does_not_end_its_line(tmp):
    (tmp / "gold.jsonl").write_text(json.dumps({"text": "I\u2028was"}, ensure_ascii=False) + "\n", encoding="utf-8")
    assert read_gold(tmp / "gold.jsonl")[0].text == "I\u2028was"


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_phrases_of_any_shape_are_read_or_their_rows_named(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("phrases") / "phrases.csv"
    path.write_bytes(("id,text,start,end,marker\n" + text).encode("utf-8", "replace"))
    refused_or(lambda: check_phrases(path, MARKERS))


@given(JSON, st.sampled_from(sorted(READERS)))
@settings(max_examples=150, deadline=None)
def test_annotations_of_any_shape_are_read_or_refused(tmp_path_factory, data, form):
    path = tmp_path_factory.mktemp("coding") / "a.json"
    path.write_text(json.dumps(data))
    path.with_suffix(".texts.json").write_text(json.dumps(data))
    refused_or(lambda: read_coding(path, format=form))


# --- models ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A model with three features, as saved."""
    names, vocabulary = MARKERS, Vocabulary.of(("w sorry", "w i am", "c sorry"))[0]
    asked = {preset: Thresholds(dict.fromkeys(names, 0.5), 0.9, 0.6) for preset in PRESETS}
    model = Model(Header(names, ("w", "c"), vocabulary, asked, Joint(1.0, 1.0, 0.0), {}), np.ones(3), 1.0, np.ones((3, COLUMNS)), np.zeros(COLUMNS),
                  np.ones((width(COLUMNS), COLUMNS)), np.zeros(COLUMNS))
    folder = tmp_path_factory.mktemp("small")
    save_model(model, folder)
    return folder


def spoilt(small, folder, change=None, **arrays):
    """A copy of the small model with a changed header, or with other numbers and the checksum to them."""
    header = json.loads((small / HEADER).read_text()) | (change or {})
    raw = (small / NUMBERS).read_bytes()
    if arrays:
        held = io.BytesIO()
        with np.load(small / NUMBERS) as numbers:
            np.savez(held, **({name: numbers[name] for name in numbers.files} | arrays))
        raw = held.getvalue()
        header["weights_sha256"] = hashlib.sha256(raw).hexdigest()
    (folder / NUMBERS).write_bytes(raw)
    (folder / HEADER).write_text(json.dumps(header))
    load_model.cache_clear()
    return folder


def test_the_small_model_is_read(small):
    assert stagelens.load(model=small).tag(TEXT).text == TEXT


@given(st.sampled_from(["markers", "families", "words", "strings", "thresholds", "joint", "about", "weights_sha256", "format"]), JSON)
@settings(max_examples=150, deadline=None)
def test_a_header_of_any_shape_is_read_or_refused(small, tmp_path_factory, key, value):
    folder = spoilt(small, tmp_path_factory.mktemp("model"), {key: value})
    lens = refused_or(lambda: stagelens.load(model=folder))
    if lens:
        assert lens.tag(TEXT).text == TEXT


@given(st.sampled_from(["precise", "balanced"]), st.one_of(JSON, st.fixed_dictionaries({"markers": st.dictionaries(st.just("ownership"), JSON), "answer": JSON, "together": JSON})))
@settings(max_examples=60, deadline=None)
def test_thresholds_of_any_shape_are_read_or_refused(small, tmp_path_factory, preset, value):
    asked = json.loads((small / HEADER).read_text())["thresholds"]
    folder = spoilt(small, tmp_path_factory.mktemp("model"), {"thresholds": asked | {preset: value}})
    refused_or(lambda: stagelens.load(model=folder, preset=preset).tag(TEXT))


@pytest.mark.parametrize(("arrays", "says"), [
    ({"weights": np.ones((2, 3))}, "weights of shape"), ({"bias": np.ones(3)}, "bias of shape"), ({"rarity": np.ones(4)}, "rarity of shape"),
    ({"second": np.ones((2, 2))}, "second of shape"), ({"second_bias": np.full(COLUMNS, np.nan)}, "second_bias that are no numbers"),
    ({"second_bias": np.full(COLUMNS, np.inf)}, "second_bias that are no numbers"),
    ({"bias": np.full(COLUMNS, 1e300)}, "bias that are no numbers"), ({"weights": np.full((3, COLUMNS), "x")}, "weights that are no numbers"),
    ({"rarity": np.zeros(3)}, "rarity that is not above 0"), ({"unknown": np.float64(-1)}, "rarity that is not above 0"),
    ({"weights": np.array([[None] * COLUMNS] * 3)}, "does not hold the numbers"),
])
def test_numbers_that_do_not_fit_are_refused_though_their_checksum_is_right(small, tmp, arrays, says):
    with pytest.raises(ResourceError, match=says):
        stagelens.load(model=spoilt(small, tmp, **arrays))


def test_an_object_in_the_numbers_is_never_unpickled(small, tmp):
    class Loud:
        def __reduce__(self):
            return (open, (str(tmp / "touched"), "w"))

    with pytest.raises(ResourceError, match="does not hold the numbers"):
        stagelens.load(model=spoilt(small, tmp, weights=np.array([Loud()], dtype=object)))
    assert not (tmp / "touched").exists()


@given(st.integers(0, 3_000), st.binary(min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_numbers_with_any_bytes_changed_are_refused(small, tmp_path_factory, at, other):
    folder = spoilt(small, tmp_path_factory.mktemp("model"))
    raw = (small / NUMBERS).read_bytes()
    at %= len(raw)
    changed = raw[:at] + other + raw[at + len(other):]
    (folder / NUMBERS).write_bytes(changed)
    if changed != raw:
        with pytest.raises(ResourceError, match="was changed or damaged"):
            stagelens.load(model=folder)


def test_numbers_that_would_unpack_to_more_than_is_sane_are_refused(small, tmp, monkeypatch):
    import stagelens.modelfile as modelfile

    monkeypatch.setattr(modelfile, "UNPACKED", 1_000)
    with pytest.raises(ResourceError, match="would unpack to"):
        stagelens.load(model=spoilt(small, tmp, weights=np.zeros((1_000, 2))))


@pytest.mark.parametrize("keys", [[3, 2, 1], [1, 1, 2], [-1, 1, 2], [1, 2, 1 << 51], [1, 2, 4], [1, 2, 5 << 48], [1, 2, (4 << 48) + 1], [1.0, 2.0, 3.0], [[1, 2, 3]]])
def test_features_that_are_not_made_of_the_words_of_the_header_are_refused(small, tmp, keys):
    with pytest.raises(ResourceError, match="keys that do not fit the words of its header"):
        stagelens.load(model=spoilt(small, tmp, keys=np.array(keys)))


def test_more_words_than_can_be_told_apart_are_refused(small, tmp):
    many = [str(number) for number in range(70_000)]
    with pytest.raises(ResourceError, match="more than 33,536 words"):
        stagelens.load(model=spoilt(small, tmp, {"words": many}))
    with pytest.raises(ResourceError, match="more than 33,536 words"):
        Vocabulary.of([f"w {number}" for number in many])


@given(st.lists(st.one_of(st.tuples(st.sampled_from(["w ", "k ", "b<", "b>"]), st.lists(st.sampled_from(["sorry", "i", "^", "_", "quokka"]), min_size=1, max_size=3)).map(
    lambda run: run[0] + " ".join(run[1])), st.sampled_from(["c sorry", "p first", "r text ownership"])), unique=True))
def test_features_come_back_from_their_numbers_as_they_were_written(features):
    vocabulary, order = Vocabulary.of(features)
    assert vocabulary.written() == [features[place] for place in order]


def test_the_checksum_of_the_built_in_model_is_that_of_its_numbers():
    folder = _built_in()
    assert stagelens.load().model_checksum == hashlib.sha256((folder / NUMBERS).read_bytes()).hexdigest()
