"""Files of annotation tools as they come in the wild: offsets that are off, names that clash, damage; nothing is misplaced or lost in silence."""

import csv
import json
import zipfile

import pytest

from stagelens.annotations.formats import read_coding, write_coding
from stagelens.annotations.records import Annotation, Coding
from stagelens.errors import InputError

NAMES = {"csv": "a.csv", "brat": "a", "doccano": "a.jsonl", "label-studio": "a.json", "inception": "a", "refi": "a.qdpx"}
PROJECT = ('<Project xmlns="urn:QDA-XML:project:1.0" name="p"><Users><User guid="AB" name="ama"/></Users><CodeBook><Codes>'
           '<Code guid="CD" name="ownership" isCodable="true"/></Codes></CodeBook><Sources><TextSource guid="S" name="d" plainTextPath="internal://S.txt">'
           '<PlainTextSelection guid="X" name="{name}" startPosition="{start}" endPosition="{end}"><Coding guid="Y" creatingUser="{{ab}}">'
           '<CodeRef targetGUID="{code}"/></Coding></PlainTextSelection></TextSource></Sources></Project>')


def words(coding):
    return sorted((a.coder, a.marker, coding.documents[a.document][a.start:a.end]) for a in coding.annotations)


def coded(documents, *annotations):
    return Coding(documents, annotations, {})


def there_and_back(made, path, format, **options):
    write_coding(made, path, format=format, **options)
    return read_coding(path, format=format)


@pytest.fixture
def brat(tmp_path):
    def folder(text, lines):
        (tmp_path / "a.txt").write_bytes(text.encode())
        (tmp_path / "a.ann").write_bytes(lines.encode())
        return tmp_path
    return folder


@pytest.fixture
def project(tmp_path):
    def file(text, name, start, end, code="cd"):
        with zipfile.ZipFile(tmp_path / "a.qdpx", "w") as package:
            package.writestr("project.qde", PROJECT.format(name=name, start=start, end=end, code=code))
            package.writestr("sources/S.txt", text.encode())
        return tmp_path / "a.qdpx"
    return file


@pytest.fixture
def task(tmp_path):
    def file(text, *values):
        data = [{"id": 1, "data": {"text": text}, "annotations": [{"completed_by": 3, "result": [{"type": "labels", "value": v} for v in values]}]}]
        (tmp_path / "a.json").write_text(json.dumps(data))
        return tmp_path / "a.json"
    return file


@pytest.fixture
def table(tmp_path):
    def file(*rows):
        with (tmp_path / "a.csv").open("w", newline="") as out:
            csv.writer(out).writerows([("document", "coder", "start", "end", "marker", "quote", "note"), *rows])
        (tmp_path / "a.texts.json").write_text(json.dumps({"documents": {"d": "I was wrong. I am sorry. I was late."}, "coders": {}}))
        return tmp_path / "a.csv"
    return file


# --- placed by the words ------------------------------------------------------------------------------------------


def test_brat_offsets_that_count_line_ends_otherwise_give_way_to_the_words(brat):
    assert words(read_coding(brat("Dear Ben,\r\nI was wrong.", "T1\townership 10 21\tI was wrong\n"), coder="ama")) == [("ama", "ownership", "I was wrong")]


def test_brat_writes_a_stretch_over_lines_in_pieces_and_takes_such_pieces_as_one(tmp_path):
    made = coded({"d": "I was\nwrong\tto read it."}, Annotation("d", "ama", 0, 14, "ownership"))
    assert words(there_and_back(made, tmp_path / "a", "brat")) == [("ama", "ownership", "I was\nwrong\tto")]
    assert (tmp_path / "a" / "ama" / "d.ann").read_text() == "T1\townership 0 5;6 11;12 14\tI was wrong to\n"


def test_brat_pieces_with_words_between_them_stay_apart(brat):
    assert words(read_coding(brat("I was so wrong.", "T1\townership 0 5;9 14\tI was wrong\n"), coder="ama")) == [
        ("ama", "ownership", "I was"), ("ama", "ownership", "wrong")]


@pytest.mark.parametrize("name", ["I was&#10;wrong", "I was wrong", "I was&#13;&#10;wrong"])
def test_a_project_that_counts_line_ends_otherwise_gives_way_to_the_words(project, name):
    assert words(read_coding(project("Dear Ben,\r\nI was\r\nwrong to.", name, 10, 21))) == [("ama", "ownership", "I was\r\nwrong")]


@pytest.mark.parametrize("name", ["", "Ben", "I was wro", "Quotation 7"])
def test_a_selection_with_another_kind_of_name_keeps_its_offsets(project, name):
    assert words(read_coding(project("Dear Ben, I was wrong. Ben!", name, 10, 21))) == [("ama", "ownership", "I was wrong")]


@pytest.mark.parametrize("quote", ["I was\nwrong", "I was\\nwrong", "I waswrong", ""])
def test_label_studio_quotes_with_changed_line_ends_are_placed_by_their_offsets(task, quote):
    coding = read_coding(task("I was\nwrong \U0001f642 so", {"start": 0, "end": 11, "text": quote, "labels": ["ownership"]}))
    assert words(coding) == [("3", "ownership", "I was\nwrong")]


@pytest.mark.parametrize("start", [6, 7])
def test_label_studio_offsets_in_code_points_are_told_by_the_words(task, start):
    coding = read_coding(task("so \U0001f642, I, I, I", {"start": start, "end": start + 1, "text": "I", "labels": ["ownership"]}))
    assert [a.start for a in coding.annotations] == [6]


def test_gold_with_a_repeated_quotation_keeps_which_of_them_it_was(tmp_path):
    made = coded({"d": "I was wrong. I was wrong."}, Annotation("d", "ama", 13, 24, "ownership"))
    assert [(a.start, a.end) for a in there_and_back(made, tmp_path / "a.jsonl", "gold").annotations] == [(13, 24)]


# --- listed, not dropped and not refused --------------------------------------------------------------------------


def test_an_odd_line_of_brat_is_listed(brat):
    coding = read_coding(brat("I was wrong.", "T1\tvalidation x y\tso it goes\nT2\townership 0 5\tI was\n"), coder="ama")
    assert words(coding) == [("ama", "ownership", "I was")]
    assert [(u.marker, u.quote) for u in coding.unplaced] == [("validation", "so it goes")]


def test_an_odd_label_of_doccano_is_listed(tmp_path):
    line = {"id": 1, "text": "I was wrong.", "label": [["a", 5, "validation"], "oops", [0, 5, "ownership"]], "entities": [{"label": "x"}]}
    (tmp_path / "a.jsonl").write_text(json.dumps(line))
    coding = read_coding(tmp_path / "a.jsonl", coder="ama")
    assert words(coding) == [("ama", "ownership", "I was")]
    assert [u.marker for u in coding.unplaced] == ["validation", "oops", "x"]


def test_an_odd_region_of_label_studio_is_placed_by_its_words_or_listed(task):
    coding = read_coding(task("I was wrong.", {"start": "x", "text": "I was", "labels": ["ownership"]}, {"start": None, "labels": ["validation"]}))
    assert words(coding) == [("3", "ownership", "I was")]
    assert [u.marker for u in coding.unplaced] == ["validation"]


def test_an_odd_row_is_placed_by_its_words_only_where_they_stand_once(table):
    coding = read_coding(table(("d", "ama", "\u00b2", "?", "ownership", "I am sorry", ""), ("d", "ama", "", "", "validation", "I was", ""), ("d", "ben")))
    assert words(coding) == [("ama", "ownership", "I am sorry")]
    assert [u.reason for u in coding.unplaced] == ["it has no offset, and the words stand in the text 2 times"]
    assert coding.coders["ben"] == {"d"}


def test_a_code_that_is_not_in_the_codebook_is_listed(project):
    coding = read_coding(project("I was wrong.", "I was", 0, 5, code="nowhere"))
    assert (coding.annotations, [u.quote for u in coding.unplaced]) == ((), [""])


# --- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["brat", "inception"])
def test_names_that_are_alike_as_files_do_not_overwrite_each_other(tmp_path, format):
    made = coded({"a:b": "I was wrong", "a_b": "It was kind"}, Annotation("a:b", "p/q", 0, 5, "x"), Annotation("a_b", "p/q", 0, 6, "y"),
                 Annotation("a_b", "p:q", 7, 11, "z"))
    again = there_and_back(made, tmp_path / "a", format)
    assert sorted((m, w) for _, m, w in words(again)) == [("x", "I was"), ("y", "It was"), ("z", "kind")]
    assert (len(again.coders), len(again.documents), again.unplaced) == (2, 2, ())


@pytest.mark.parametrize("format", NAMES)
def test_long_names_names_like_formulas_and_odd_letters_come_back(tmp_path, format):
    made = coded({"\u4e2d" * 100: "\ufeffI\x0b was\x00 wrong", "-d": "\U0001f642\ud800 so"}, Annotation("\u4e2d" * 100, "@ama", 4, 7, "x", "-note"),
                 Annotation("-d", "@ama", 3, 5, "y"))
    again = there_and_back(made, tmp_path / NAMES[format], format)
    assert [(m, w) for _, m, w in words(again)] == [("x", "was"), ("y", "so")]
    assert again.unplaced == ()
    if format not in ("brat", "inception"):
        assert ({a.coder for a in again.annotations}, set(again.coders)) == ({"@ama"}, {"@ama"})
    if format == "csv":
        assert {a.note for a in again.annotations} == {"-note", ""}


@pytest.mark.parametrize("format", NAMES)
def test_who_marked_a_document_read_it(tmp_path, format):
    assert words(there_and_back(coded({"d": "I was"}, Annotation("d", "ama", 0, 1, "x")), tmp_path / NAMES[format], format)) == [("ama", "x", "I")]


# --- refused in a sentence ----------------------------------------------------------------------------------------


def refused(path, **options):
    with pytest.raises(InputError) as error:
        read_coding(path, **options)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_project_with_a_damaged_part_is_refused(tmp_path):
    write_coding(coded({"d": "I was"}, Annotation("d", "ama", 0, 1, "x")), tmp_path / "a.qdpx", format="refi")
    content = bytearray((tmp_path / "a.qdpx").read_bytes())
    content[45:60] = b"\xff" * 15
    (tmp_path / "a.qdpx").write_bytes(content)
    assert "no readable project.qde" in refused(tmp_path / "a.qdpx")


def test_a_project_without_marks_names_no_codebook_as_its_schema_asks(tmp_path):
    write_coding(coded({"d": "I was"}), tmp_path / "a.qdpx", format="refi")
    with zipfile.ZipFile(tmp_path / "a.qdpx") as package:
        assert b"Codes" not in package.read("project.qde")


@pytest.mark.parametrize("name", ["a.zip", "a.qdpx"])
def test_an_archive_that_would_grow_too_large_is_refused(tmp_path, name, monkeypatch):
    monkeypatch.setattr("stagelens.annotations.files.LARGEST", 1000)
    with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("TypeSystem.xml", "0" * 2000)
    assert "would unpack to more than 1,000 bytes" in refused(tmp_path / name)


@pytest.mark.parametrize(("name", "content", "format", "says"), [
    ("a.json", '[{"id": 1, "data": {"text": "a"}}, {"id": 1, "data": {"text": "b"}}]', None, "two texts for the document '1'"),
    ("a.jsonl", "5", "gold", "no object in line 1"), ("a.jsonl", '{"spans": []}', "gold", "no text"), ("a.json", "[]", "brat", "no folder"),
    ("a.texts.json", '{"documents": {"d": 5}}', "csv", "holds no documents"), ("a.texts.json", '{"documents": {}, "coders": []}', "csv", "holds no documents")])
def test_a_file_of_another_shape_is_refused(tmp_path, name, content, format, says):
    (tmp_path / "a.csv").write_text("document,coder,start,end,marker,quote\n")
    (tmp_path / name).write_text(content)
    assert says in refused(tmp_path / ("a.csv" if format == "csv" else name), format=format)


def test_a_text_that_is_none_is_no_document_of_inception(tmp_path):
    for name in ("a.xmi", "TypeSystem.xml"):
        (tmp_path / name).write_text("<x/>")
    assert "no text in 'a'" in refused(tmp_path / "a.xmi")


def test_other_line_ends_than_two_are_refused(tmp_path):
    with pytest.raises(InputError, match="the line end is 'x'"):
        write_coding(coded({"d": "I"}), tmp_path / "a.csv", format="csv", newline="x")


@pytest.mark.parametrize("format", NAMES)
def test_a_lone_carriage_return_stays_where_it_is(tmp_path, format):
    made = coded({"d": "I was\rwrong"}, Annotation("d", "ama", 3, 8, "x"))
    assert words(there_and_back(made, tmp_path / NAMES[format], format)) == [("ama", "x", "as\rwr")]
