"""Batch: nothing lost, nothing twice, the same bytes however often it is broken off."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stagelens.batch import Job, run
from stagelens.batch.sources import gather
from stagelens.cli import app
from stagelens.errors import InputError
from stagelens.frames import SPANS, tag_frame
from stagelens.transcripts import Roles, read_transcripts

LETTERS = ["Ama: I was wrong to read your diary.\nBen: You were.\nAma: You lost a friend over it.\n",
           "I am sorry if you were offended, but you were far too sensitive.\n",
           "The bus was late and then it rained.\n"]
RESULTS = ("documents.jsonl", "spans.csv", "documents.csv", "manifest.json")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    for number, letter in enumerate(LETTERS):
        (folder / ("deep" if number else ".") / f"{number}.txt").write_text(letter)
    return folder


def written(output):
    return {name: (output / name).read_bytes() for name in RESULTS}


def rows(output, name="spans"):
    return list(csv.DictReader((output / f"{name}.csv").open(encoding="utf-8", newline="")))


def test_a_run_writes_a_row_a_span_with_its_place_in_the_file_and_a_row_a_document(folder, tmp_path):
    summary = run([folder], tmp_path / "out", n_jobs=1)
    assert (summary.files, summary.documents, summary.failed) == (3, 3, 0)
    found = rows(tmp_path / "out")
    assert {"ownership", "impact_acknowledgement"} <= {row["marker"] for row in found if row["document"] == "0.txt"}
    for row in found:
        text = (folder / row["file"]).read_text()
        assert text[int(row["file_start"]):int(row["file_end"])] == row["text"]
    assert [row["document"] for row in rows(tmp_path / "out", "documents")] == ["0.txt", "deep/1.txt", "deep/2.txt"]
    assert sum(int(row["spans"]) for row in rows(tmp_path / "out", "documents")) == summary.spans


def test_one_process_and_two_write_the_same_bytes(folder, tmp_path):
    run([folder], tmp_path / "one", n_jobs=1)
    run([folder], tmp_path / "two", n_jobs=2)
    assert written(tmp_path / "one") == written(tmp_path / "two")


def test_a_second_run_uses_what_is_there_and_other_settings_do_not(folder, tmp_path):
    run([folder], tmp_path / "out", n_jobs=1)
    assert run([folder], tmp_path / "out", n_jobs=1).kept == 3
    assert run([folder], tmp_path / "out", Job(preset="precise"), n_jobs=1).kept == 0
    (folder / "0.txt").write_text("Ama: I was wrong to hide it.\n")
    assert run([folder], tmp_path / "out", n_jobs=1).kept == 2
    assert "hide it" in rows(tmp_path / "out")[0]["text"]


@pytest.mark.parametrize("after", [1, 3, 6])
def test_a_run_that_is_killed_goes_on_to_the_same_bytes(tmp_path, after):
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(8):
        (folder / f"{number}.txt").write_text(LETTERS[number % 3] + f"That was on day {number}.\n")
    run([folder], tmp_path / "undisturbed", n_jobs=1)
    killed = tmp_path / "killed"
    script = ("import os, signal, sys\nfrom stagelens.batch import run\nseen = []\n"
              "def tell(outcome, source):\n    seen.append(outcome)\n    if len(seen) == int(sys.argv[3]):\n        os.kill(os.getpid(), signal.SIGKILL)\n"
              "run([sys.argv[1]], sys.argv[2], n_jobs=1, tell=tell)\n")
    ended = subprocess.run([sys.executable, "-c", script, folder, killed, str(after)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert not (killed / "spans.csv").exists()
    assert run([folder], killed, n_jobs=1).kept == after
    assert written(killed) == written(tmp_path / "undisturbed")


def test_what_a_killed_run_left_half_written_is_taken_away(folder, tmp_path):
    run([folder], tmp_path / "out", n_jobs=1)
    left = next((tmp_path / "out" / "parts").rglob("*.jsonl")).parent / ".abc.12345"
    left.write_text("I was wrong to")
    run([folder], tmp_path / "out", n_jobs=1)
    assert not left.exists()


def test_one_bad_file_is_recorded_with_its_reason_and_stops_nothing(folder, tmp_path):
    (folder / "bad.docx").write_bytes(b"no document")
    (folder / "sound.mp3").write_bytes(b"ID3")
    summary = run([folder], tmp_path / "out", n_jobs=1)
    assert (summary.documents, summary.failed) == (3, 2)
    assert "damaged" in dict(summary.failures)["bad.docx"]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert [f["status"] for f in manifest["files"]] == ["done", "failed", "done", "done", "failed"]


def test_errors_are_kept_until_they_are_asked_to_be_tried_again(folder, tmp_path, monkeypatch):
    import stagelens.batch.work as work

    def fails(*_, **__):
        raise InputError("the moon stands wrong")

    with monkeypatch.context() as patch:
        patch.setattr(work, "read_transcripts", fails)
        assert run([folder], tmp_path / "out", n_jobs=1).failed == 3
    assert run([folder], tmp_path / "out", n_jobs=1).failed == 3
    assert run([folder], tmp_path / "out", n_jobs=1, retry_errors=True).failed == 0


def test_a_file_that_changes_while_it_is_read_is_not_believed(folder, tmp_path, monkeypatch):
    import stagelens.batch.work as work

    def changing(path, **options):
        found = list(read_transcripts(path, **options))
        Path(path).write_text("Ama: something else altogether.\n")
        return found

    monkeypatch.setattr(work, "read_transcripts", changing)
    summary = run([folder / "0.txt"], tmp_path / "out", n_jobs=1)
    assert "changed while it was read" in summary.failures[0][1]
    assert rows(tmp_path / "out") == []


def test_a_full_disk_is_said_plainly_and_what_is_done_is_kept(folder, tmp_path, monkeypatch):
    import stagelens.batch.work as work

    real, seen = os.fsync, []

    def full(number):
        seen.append(number)
        if len(seen) == 2:
            raise OSError(28, "No space left on device")
        real(number)

    with monkeypatch.context() as patch:
        patch.setattr(work.os, "fsync", full)
        with pytest.raises(InputError, match="No space left on device.*what is done is kept"):
            run([folder], tmp_path / "out", n_jobs=1)
    assert run([folder], tmp_path / "out", n_jobs=1).kept == 1
    assert not [p for p in (tmp_path / "out").rglob(".*") if p.is_file()]


def test_a_folder_that_may_not_be_read_is_recorded(folder, tmp_path, monkeypatch):
    real = Path.iterdir

    def locked(path):
        if path.name == "deep":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "iterdir", locked)
    summary = run([folder], tmp_path / "out", n_jobs=1)
    assert (summary.documents, summary.failed) == (1, 1)
    assert "Permission denied" in summary.failures[0][1]


def test_files_have_the_same_names_in_the_results_whatever_the_locale(folder, tmp_path):
    (folder / "Zo\u00eb.txt").write_text("Ama: I was wrong to read your letter out.", encoding="utf-8")
    names = []
    for locale in ({}, {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}):
        output = tmp_path / f"out{len(names)}"
        subprocess.run([sys.executable, "-m", "stagelens", "batch", folder, "-o", output, "--log-json"], check=False, capture_output=True, env=os.environ | locale)
        names.append({json.loads(line)["file"] for line in (output / "documents.jsonl").read_text(encoding="utf-8").splitlines()})
    assert names[0] == names[1]
    assert "Zo\u00eb.txt" in names[0]


def test_too_little_memory_is_said_in_one_sentence(monkeypatch, capsys):
    from stagelens import cli

    def full():
        raise MemoryError

    monkeypatch.setattr(cli, "app", full)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert capsys.readouterr().err == ("stagelens: there is too little memory to go on; close other programs, or give less at once; "
                                       "what a batch has done is kept\n")


def test_without_text_no_word_of_a_transcript_is_written_anywhere(folder, tmp_path):
    run([folder], tmp_path / "out", Job(keep_text=False), n_jobs=1)
    everything = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert b"ownership" in everything
    for word in (b"diary", b"offended", b"far too", b"rained"):
        assert word not in everything


def test_words_of_the_harmed_person_carry_no_markers(folder, tmp_path):
    (folder / "1.txt").write_text("Ben: I was wrong to trust you.\nAma: I was wrong to read it.\n")
    run([folder / "1.txt"], tmp_path / "out", Job(roles=Roles(harmed=("Ben",))), n_jobs=1)
    assert {row["speaker"] for row in rows(tmp_path / "out")} == {"Ama"}


def test_cells_that_a_spreadsheet_would_run_are_guarded(tmp_path):
    (tmp_path / "a.csv").write_text('speaker,text\n"=HYPERLINK(""x"")",I was wrong to read it.\n')
    run([tmp_path / "a.csv"], tmp_path / "out", n_jobs=1, also=["xlsx"])
    assert rows(tmp_path / "out")[0]["speaker"].startswith("'=")
    import openpyxl

    sheet = openpyxl.load_workbook(tmp_path / "out" / "spans.xlsx").active
    assert [cell.data_type for cell in sheet[2] if str(cell.value).startswith("'=")] == ["s"]


def test_parquet_holds_the_rows_of_the_csv(folder, tmp_path):
    import pyarrow.parquet

    run([folder], tmp_path / "out", n_jobs=1, also=["parquet"])
    table = pyarrow.parquet.read_table(tmp_path / "out" / "spans.parquet").to_pylist()
    assert [(r["document"], r["start"], r["marker"]) for r in table] == [(r["document"], int(r["start"]), r["marker"]) for r in rows(tmp_path / "out")]


def test_a_convokit_corpus_holds_the_turns_and_the_spans_of_each(folder, tmp_path):
    run([folder], tmp_path / "out", n_jobs=1, also=["convokit"])
    documents = list(read_transcripts(tmp_path / "out" / "convokit"))
    assert [turn.text for turn in documents[0].turns] == ["I was wrong to read your diary.", "You were.", "You lost a friend over it."]
    utterances = [json.loads(line) for line in (tmp_path / "out" / "convokit" / "utterances.jsonl").read_text().splitlines()]
    assert [span["marker"] for span in utterances[0]["meta"]["stagelens"]] == ["ownership"]
    with pytest.raises(InputError, match="no-text"):
        run([folder], tmp_path / "out", Job(keep_text=False), n_jobs=1, also=["convokit"])


def test_hidden_files_and_the_output_folder_are_not_read(folder):
    (folder / ".hidden.txt").write_text("x")
    run([folder], folder / "out", n_jobs=1)
    assert [source.name for source in gather([folder], without=folder / "out")] == ["0.txt", "deep/1.txt", "deep/2.txt"]


def test_a_path_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        run([tmp_path / "nowhere"], tmp_path / "out")


def test_a_frame_gives_the_rows_that_batch_gives_with_fixed_types(folder, tmp_path):
    import pandas as pd

    run([folder], tmp_path / "out", n_jobs=1)
    turns = [{"document": name, "turn": number, "speaker": turn.speaker, "role": turn.role, "text": turn.text}
             for name in ("0.txt", "deep/1.txt", "deep/2.txt") for t in read_transcripts(folder / name) for number, turn in enumerate(t.turns)]
    found = tag_frame(pd.DataFrame(turns))
    assert {name: str(kind).split("[")[0] for name, kind in found.dtypes.items()} == dict(SPANS) or list(found.columns) == list(SPANS)
    assert [(r.document, r.turn, r.start, r.marker, r.use) for r in found.itertuples()] == [
        (r["document"], int(r["turn"]), int(r["start"]), r["marker"], r["use"]) for r in rows(tmp_path / "out")]
    assert tag_frame(pd.DataFrame({"text": [None, float("nan")]})).empty
    with pytest.raises(InputError, match="no column 'text'"):
        tag_frame(pd.DataFrame({"words": []}))


def test_the_command_says_what_it_did_and_ends_with_three_where_files_failed(folder, tmp_path):
    (folder / "bad.docx").write_bytes(b"no document")
    done = subprocess.run([sys.executable, "-m", "stagelens", "batch", folder, "-o", tmp_path / "out", "--log-json"], check=False, capture_output=True, text=True)
    assert done.returncode == 3
    assert "3 of 4 files read" in done.stdout
    assert {json.loads(line)["status"] for line in done.stderr.splitlines()} == {"done", "failed"}


def test_documents_in_which_nobody_or_perhaps_too_many_were_tagged_are_counted_and_told(folder, tmp_path):
    def told(output, *roles):
        return CliRunner().invoke(app, ["batch", str(folder), "-o", str(tmp_path / output), *roles]).stdout

    named, again, unnamed = told("named", "--responding", "Ama"), told("named", "--responding", "Ama"), told("open")  # again: from what is kept
    for one in (named, again):
        assert "In 2 documents nobody speaks who was named as responding" in one
        assert "several people" not in one
    assert "In 1 document several people speak of whom no role is known" in unnamed
    assert "nobody speaks" not in unnamed


def test_the_report_is_one_page_without_outside_references_and_names_its_axes(folder, tmp_path):
    from stagelens.report import write_report

    run([folder], tmp_path / "out", n_jobs=1)
    (tmp_path / "sessions.csv").write_text("document,case,session\n0.txt,A,1\ndeep/1.txt,A,2\ndeep/2.txt,A,10\n")
    page = write_report(tmp_path / "out", tmp_path / "report", sessions=tmp_path / "sessions.csv").read_text()
    assert "<script" not in page
    assert not re.findall(r"(?:src|href)=\"(?!#)|url\((?!#)", page)
    assert {p.name for p in (tmp_path / "report").glob("*.csv")} == {"speakers.csv", "markers.csv", "timeline.csv", "sessions.csv"}
    for axis in ("findings per 1,000 words", "place in the document", "session"):
        assert axis in page
    again = write_report(tmp_path / "out", tmp_path / "again", sessions=tmp_path / "sessions.csv").read_text()
    assert page == again


def test_rates_in_the_report_are_the_counts_over_the_words():
    import pandas as pd

    from stagelens.framework import load_framework
    from stagelens.report.tables import Tables, frequencies

    turns = pd.DataFrame({"document": ["a", "b", "b"], "turn": [0, 0, 1], "speaker": ["x", "x", "y"], "role": ["unknown", "unknown", "harmed"],
                          "words": [500, 1500, 9000], "middle": [0.5, 0.1, 0.6]})
    spans = pd.DataFrame({"document": ["a", "a", "b"], "turn": [0, 0, 0], "speaker": "x", "role": "unknown", "marker": ["ownership", "ownership", "validation"],
                          "stage": 3, "score": 0.9, "place": 0.5})
    often = frequencies(Tables(turns, spans, spans, {}, []), load_framework()).set_index("marker")
    assert often.loc["ownership", "per_1000_words"] == 1.0
    assert often.loc["ownership", "low"] == 0.0
    assert often.loc["ownership", "high"] == 4.0
    assert often.loc["validation", "documents"] == 1
