"""The command line, as a user meets it."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LETTER = "I was wrong to read your diary. You always were too sensitive."


def run(*args, stdin=None, cwd=None):
    return subprocess.run([sys.executable, "-m", "stagelens", *map(str, args)], input=stdin, capture_output=True, check=False, cwd=cwd or ROOT)


@pytest.fixture
def letter(tmp_path):
    file = tmp_path / "letter.txt"
    file.write_text(LETTER, encoding="utf-8")
    return file


def test_a_file_is_tagged_for_the_terminal(letter):
    result = run("tag", letter)
    assert result.returncode == 0
    assert b"ownership" in result.stdout or b"names" in result.stdout
    assert not result.stderr


def test_standard_input_is_read_with_a_dash_or_without_a_name():
    for args in (["tag", "-", "--format", "json"], ["tag", "--format", "json"]):
        found = json.loads(run(*args, stdin=LETTER.encode()).stdout)
        assert {"ownership", "blame_reversal"} <= {s["marker"] for s in found["spans"]}


def test_one_file_gives_one_object_and_several_an_array(letter):
    one = json.loads(run("tag", letter, "--format", "json").stdout)
    assert one["format"] == 1
    assert one["file"] == str(letter)
    several = json.loads(run("tag", letter, letter, "--format", "json").stdout)
    assert [entry["file"] for entry in several] == [str(letter)] * 2


def test_csv_holds_one_row_a_span(letter):
    rows = list(csv.DictReader(io.StringIO(run("tag", letter, "--format", "csv").stdout.decode())))
    assert rows
    for row in rows:
        assert LETTER[int(row["start"]):int(row["end"])] == row["text"]


def test_html_and_text_are_written_to_a_file(letter, tmp_path):
    page = tmp_path / "report.html"
    assert run("tag", letter, "--format", "html", "--output", page).returncode == 0
    assert page.read_text(encoding="utf-8").lower().startswith("<!doctype html>")
    plain = tmp_path / "report.txt"
    assert run("tag", letter, "--output", plain).returncode == 0
    assert "diary" in plain.read_text(encoding="utf-8")


def test_a_preset_and_a_speaker_can_be_chosen(letter):
    assert json.loads(run("tag", letter, "--format", "json", "--speaker", "harmed").stdout)["spans"] == []
    assert run("tag", letter, "--preset", "precise").returncode == 0


def test_which_words_led_to_a_finding_is_told_with_why(letter, tmp_path):
    assert b"These words carried it" not in run("tag", letter).stdout
    assert b"These words carried it" in run("tag", letter, "--why").stdout
    assert run("tag", letter, "--why", "--output", tmp_path / "out.txt").returncode == 0
    assert "These words carried it" in (tmp_path / "out.txt").read_text(encoding="utf-8")


def test_a_file_is_called_by_its_name_whatever_is_in_it(letter, tmp_path):
    odd = tmp_path / "[red]a :smile:.txt"
    odd.write_text(LETTER, encoding="utf-8")
    told = run("tag", odd.name, letter.name, cwd=tmp_path).stdout.decode()
    assert "[red]a :smile:.txt" in told
    assert told.count("About this") == 1


def test_whoever_reads_the_words_of_the_person_harmed_is_told_the_option_that_says_so(letter):
    told = run("tag", letter, "-f", "text").stdout.decode()
    assert "add --speaker harmed, and nothing is marked" in " ".join(told.split())
    told = run("tag", letter, "--speaker", "harmed").stdout.decode()
    assert "They carry no findings" in " ".join(told.split())
    page = run("tag", letter, "-f", "html").stdout.decode()
    assert "say so, and nothing is marked" in page
    assert "--speaker" not in page


CHAT = "Nina: You said you'd be there.\nPaul: I know. I was wrong not to call.\nNina: I was scared and my phone was dead.\n"


def test_a_talk_of_several_people_is_pointed_to_what_reads_them_apart(letter, tmp_path):
    chat = tmp_path / "chat.txt"
    chat.write_text(CHAT, encoding="utf-8")
    told = run("tag", chat).stderr.decode()
    assert "talk of several people (Nina, Paul)" in told
    assert f"'stagelens batch {chat} --output FOLDER --responding NAME'" in told
    assert run("batch", chat, "--output", tmp_path / "out", "--responding", "Paul").returncode == 0
    assert not run("tag", letter).stderr
    assert not run("tag", stdin=b"To: Ann\nFrom: Ben\nI was wrong to read your diary.").stderr


@pytest.mark.parametrize(("make", "words"), [
    (lambda d: d / "none.txt", b"cannot be read"),
    (lambda d: d, b"cannot be read"),
    (lambda d: (d / "x.bin").write_bytes(b"\x00\xff\xfe\x81") and d / "x.bin", b"not UTF-8 text"),
])
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(tmp_path, make, words):
    result = run("tag", make(tmp_path))
    assert result.returncode == 1
    assert words in result.stderr
    assert b"Traceback" not in result.stderr
    assert result.stderr.count(b"\n") == 1


def test_a_place_that_cannot_be_written_is_said_in_one_sentence(letter, tmp_path):
    result = run("tag", letter, "--format", "json", "--output", tmp_path / "none" / "x.json")
    assert result.returncode == 1
    assert b"cannot be written" in result.stderr


def test_an_unknown_option_value_exits_with_two(letter):
    assert run("tag", letter, "--preset", "strict").returncode == 2


def test_empty_input_is_read_kindly():
    result = run("tag", "-", stdin=b"")
    assert result.returncode == 0
    assert b"No markers were found" in result.stdout


def test_byte_order_marks_and_utf_16_are_read():
    for raw in (b"\xef\xbb\xbf" + LETTER.encode(), LETTER.encode("utf-16")):
        found = json.loads(run("tag", "--format", "json", stdin=raw).stdout)
        for span in found["spans"]:
            assert found["text"][span["start"]:span["end"]] == span["text"]
        assert found["spans"]


def test_the_catalogue_lists_every_marker():
    from stagelens.framework import load_framework

    out = run("markers").stdout.decode()
    for marker in load_framework().markers:
        assert marker in out


def test_a_marker_is_explained_and_an_unknown_one_refused():
    assert b"Other readings" in run("explain", "ownership").stdout
    result = run("explain", "sorrow")
    assert result.returncode == 1
    assert b"known are event_denial" in result.stderr


def test_a_users_patterns_are_read(letter, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("format = 2\n")
    result = run("tag", letter, "--patterns", file)
    assert result.returncode == 1
    assert b"format 2" in result.stderr


def test_gold_is_evaluated_to_the_terminal_and_to_a_file(tmp_path):
    file, out = tmp_path / "gold.jsonl", tmp_path / "report.json"
    file.write_text(json.dumps({"id": "1", "text": LETTER, "spans": [{"quote": "I was wrong to read your diary", "marker": "ownership"}]}) + "\n")
    result = run("evaluate", file, "--output", out, "--disagreements")
    assert result.returncode == 0
    assert b"beyond" in result.stdout
    assert json.loads(out.read_text())["gold.jsonl"]["markers"]["ownership"]["f1"] == 1


def test_the_help_names_the_exit_codes():
    assert b"Exit codes" in run("--help").stdout


def test_help_and_import_do_not_load_the_heavy_parts():
    code = "import stagelens, stagelens.cli, sys; print([m for m in ('spacy', 'pandas', 'joblib', 'jinja2', 'numpy') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"[]"
