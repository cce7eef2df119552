"""Coverage-guided fuzzing of everything that reads what others wrote: transcripts, tables, annotations, patterns, models, texts.

    pip install -e '.[fuzz]'
    python benchmarks/fuzz.py                      # lists the targets
    python benchmarks/fuzz.py cues --seconds 1800  # one of them; corpus and crashes are kept in build/fuzz/cues
    python benchmarks/fuzz.py all --seconds 180    # one after another; results go on in build/fuzz/runs.jsonl

A target fails on any exception that is not one of ours, on a place that does not lie in the file, and on an input that takes more than
twenty seconds. ``docs/reliability.md`` says how long each was run and what it found.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import atheris

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "build" / "fuzz"
TIMEOUT, MEMORY, LONGEST = 20, 3_000, 8_192

with atheris.instrument_imports(include=["stagelens"]):
    import stagelens
    from stagelens.annotations.formats import READERS, read_coding
    from stagelens.context import load_context
    from stagelens.evaluation.gold import read_gold
    from stagelens.framework import load_framework
    from stagelens.modelfile import HEADER, NUMBERS, load_model
    from stagelens.patterns import load_patterns
    from stagelens.rules import Rules
    from stagelens.segment import segment
    from stagelens.training.phrases import check_phrases
    from stagelens.transcripts import read_transcripts

FOLDER = Path(tempfile.mkdtemp(prefix="stagelens-fuzz-"))
MARKERS = tuple(load_framework().markers)
LENS = stagelens.load()
WORDS = "I was wrong to read it. I am sorry if you felt hurt, but you made me do it. \"You\" said: no."


# --- what is promised --------------------------------------------------------------------------------------------


def refused_or(work: Callable[[], object]) -> None:
    """Do something; one of our own errors, in one sentence, is a right answer."""
    try:
        work()
    except stagelens.StagelensError as error:
        assert str(error).strip(), "an error says something"  # noqa: PT017


def read_places(path: Path) -> None:
    """Read a transcript; every word's place lies in the file's text, and where nothing was decoded it holds the word."""
    for transcript in read_transcripts(path):
        for turn in transcript.turns:
            assert turn.pieces
            at = 0
            for piece in turn.pieces:
                assert piece.start == at <= piece.end
                at = piece.end
                assert 0 <= piece.at <= piece.until
                if transcript.text:
                    assert piece.until <= len(transcript.text)
            assert at == len(turn.text)
            json.dumps(turn.text)


def tagged(text: str) -> None:
    """Tag a text; every span holds its words, in code points and in UTF-16."""
    reading = LENS.tag(text)
    wide = text.encode("utf-16-le", "surrogatepass")
    for span in (*reading.spans, *reading.mentions):
        assert text[span.start:span.end] == span.text
    for row in reading.to_dict()["spans"]:
        assert wide[2 * row["start_utf16"]:2 * row["end_utf16"]] == row["text"].encode("utf-16-le", "surrogatepass")


# --- targets -----------------------------------------------------------------------------------------------------


def _named(*endings: str) -> Callable[[bytes], None]:
    """Return a target that reads bytes as a file; the first byte chooses its name."""
    def target(data: bytes) -> None:
        if data:
            path = FOLDER / f"file{endings[data[0] % len(endings)]}"
            path.write_bytes(data[1:])
            refused_or(lambda: read_places(path))

    return target


def office(data: bytes) -> None:
    """Read a package whose inner file is the data, or the bare data, as an office document."""
    if not data:
        return
    ending, inner = [(".docx", "word/document.xml"), (".odt", "content.xml"), (".xlsx", "xl/worksheets/sheet1.xml"), (".pdf", "")][data[0] % 4]
    path = FOLDER / f"file{ending}"
    path.write_bytes(_packed(inner, data[1:]) if inner and data[0] < 200 else data[1:])
    refused_or(lambda: read_places(path))


def _packed(inner: str, content: bytes) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as package:
        for name, text in _AROUND.get(inner.split("/", 1)[0], {}).items():
            package.writestr(name, text)
        package.writestr(inner, content)
    return held.getvalue()


_RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{}" Target="{}"/></Relationships>'
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_AROUND = {
    "word": {"[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
             "_rels/.rels": _RELS.format(_KIND + "officeDocument", "word/document.xml")},
    "xl": {"[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" '
                                  'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
           "_rels/.rels": _RELS.format(_KIND + "officeDocument", "xl/workbook.xml"),
           "xl/_rels/workbook.xml.rels": _RELS.format(_KIND + "worksheet", "worksheets/sheet1.xml"),
           "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
                              f'xmlns:r="{_KIND[:-1]}"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'}}


def patterns(data: bytes) -> None:
    """Read a pattern file, and look for its patterns in a text."""
    path = FOLDER / "mine.toml"
    path.write_bytes(data)
    refused_or(lambda: Rules(load_patterns(MARKERS, [path])).find([segment(WORDS)]))


def coding(data: bytes) -> None:
    """Read annotations in every format; the first byte chooses it."""
    if not data:
        return
    form = sorted(READERS)[data[0] % len(READERS)]
    folder = FOLDER / "coding"
    folder.mkdir(exist_ok=True)
    first, _, second = data[1:].partition(b"\n====\n")
    names = {"brat": ("a.ann", "a.txt"), "csv": ("a.csv", "a.texts.json"), "inception": ("a.xmi", "TypeSystem.xml")}.get(form, ("a.any", "a.other"))
    (folder / names[0]).write_bytes(_packed("project.qde", first) if form == "refi" else first)
    (folder / names[1]).write_bytes(second)
    refused_or(lambda: _placed(read_coding(folder if form == "brat" else folder / names[0], format=form)))


def _placed(made: stagelens.annotations.records.Coding) -> None:  # type: ignore[name-defined]
    for annotation in made.annotations:
        assert 0 <= annotation.start < annotation.end <= len(made.documents[annotation.document])


def learning(data: bytes) -> None:
    """Read gold and annotated phrases."""
    path = FOLDER / "gold.jsonl"
    path.write_bytes(data)
    refused_or(lambda: [gold.text[a:b] for gold in read_gold(path) for a, b, _ in gold.spans])
    refused_or(lambda: check_phrases(path, MARKERS))


def model(data: bytes) -> None:
    """Read a model whose header, or whose numbers, are the data, the checksum set right; what is read must work."""
    import hashlib

    if not data:
        return
    folder = FOLDER / "model"
    folder.mkdir(exist_ok=True)
    header, numbers = (data[1:], SMALL[NUMBERS]) if data[0] % 2 else (SMALL[HEADER], data[1:])
    sums = [hashlib.sha256(some).hexdigest().encode() for some in (numbers, SMALL[NUMBERS])]
    (folder / HEADER).write_bytes(header.replace(sums[1], sums[0]))
    (folder / NUMBERS).write_bytes(numbers)
    load_model.cache_clear()

    def use() -> None:
        lens = stagelens.load(model=folder)
        lens.tag(WORDS)

    refused_or(use)


def _small_model() -> dict[str, bytes]:
    """Return the files of a model with three features."""
    import numpy as np

    from stagelens.keys import Vocabulary
    from stagelens.model import Header, Model
    from stagelens.modelfile import save_model
    from stagelens.nearby import width
    from stagelens.records import Joint, Thresholds

    names, vocabulary = MARKERS, Vocabulary.of(("w sorry", "w i am", "c sorry"))[0]
    columns = len(names) + 1
    asked = {preset: Thresholds(dict.fromkeys(names, 0.5), 0.9, 0.6) for preset in stagelens.settings.PRESETS}
    header = Header(names, ("w", "c"), vocabulary, asked, Joint(1.0, 1.0, 0.0), {})
    save_model(Model(header, np.ones(3), 1.0, np.ones((3, columns)), np.zeros(columns), np.ones((width(columns), columns)), np.zeros(columns)), FOLDER / "small")
    return {name: (FOLDER / "small" / name).read_bytes() for name in (HEADER, NUMBERS)}


def tag(data: bytes) -> None:
    """Tag a text; surrogates and all."""
    tagged(data.decode("utf-8", "surrogateescape"))


def words(data: bytes) -> None:
    """Tag a text that is made of the words which patterns and cues look for."""
    tagged("".join(VOCABULARY[byte % len(VOCABULARY)] for byte in data[:2_000]))


VOCABULARY = [*(f"{word} " for word in re.findall(r"[\w']+", WORDS)), "but ", "however, ", "not ", "if ", "he said ", "I take that back", "\n", "\n\n", ". ", "? ",
              "! ", ", ", "; ", ": ", " \u2014 ", '"', "'", "\u201c", "\u201d", "(", ")", "\u2026", "\u202e", "\u0301", "\U0001f600", "\0", "\r\n", "\ufeff", "- ",
              "never ", "meant to ", "hurt you", "sorry ", "you always ", "too sensitive", "apologise ", "for what I did", "tell me ", "what would help"]

TARGETS: dict[str, Callable[[bytes], None]] = {
    "cues": _named(".vtt", ".srt"), "lines": _named(".txt", ".cha", ".text"), "markup": _named(".eaf", ".tei", ".xml", ".html"),
    "tables": _named(".csv", ".tsv", ".jsonl", ".json"), "office": office, "coding": coding, "learning": learning, "patterns": patterns, "model": model,
    "tag": tag, "words": words}


def seeds(name: str) -> list[bytes]:
    """Return small good inputs, from which the fuzzer makes its own."""
    plain = {
        "cues": [b"\0WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ama>I was wrong &amp; sorry</v>\n", b"\x011\n00:00:01,000 --> 00:00:02,000\nAMA: I was wrong\n"],
        "lines": [b"\0Ama: I was wrong.\nBen: You were.\n", b"\0[00:01] Ama: I\n", b"\x01@UTF8\n@Begin\n*AMA:\tI was wrong . \x15100_200\x15\n%com:\tx\n@End\n"],
        "markup": [b'\0<ANNOTATION_DOCUMENT><TIME_ORDER><TIME_SLOT TIME_SLOT_ID="t1" TIME_VALUE="1"/></TIME_ORDER><TIER PARTICIPANT="A" TIER_ID="a"><ANNOTATION>'
                   b'<ALIGNABLE_ANNOTATION TIME_SLOT_REF1="t1" TIME_SLOT_REF2="t1"><ANNOTATION_VALUE>I &lt;</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>'
                   b"</TIER></ANNOTATION_DOCUMENT>", b'\x01<TEI><text><body><u who="#A">I was &amp; wrong</u><sp who="#B"><p>No</p></sp></body></text></TEI>',
                   b"\x03<html><body><cite>Ama:</cite><time>00:01</time><p>I was &eacute; wrong</p></body></html>"],
        "tables": [b"\0speaker,text,time\nAma,I was wrong,1\n", b'\x02{"speaker":"Ama","text":"I was wrong"}\n', b'\x03[{"text":"I"}]',
                   b'\x03{"segments":[{"speaker":"A","startTime":1,"body":"I was wrong"}]}'],
        "office": [b'\0<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>I</w:t></w:r></w:p></w:body></w:document>',
                   b'\x01<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
                   b'<office:body><office:text><text:p>I <text:s text:c="3"/>was</text:p></office:text></office:body></office:document-content>',
                   b'\x02<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c t="inlineStr"><is><t>text</t></is></c></row>'
                   b'<row r="2"><c t="inlineStr"><is><t>I was wrong</t></is></c></row></sheetData></worksheet>', b"\x03%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"],
        "coding": [bytes([n]) + b for n in range(len(READERS)) for b in (
            b"T1\townership 0 5\tI was\n#1\tAnnotatorNotes T1\tx\n====\nI was wrong", b"document,coder,start,end,marker,quote,note\na,b,0,1,ownership,I,\n====\n"
            b'{"documents":{"a":"I was"},"coders":{"b":["a"]}}', b'{"text":"I was","label":[[0,1,"ownership"]]}', b'{"id":1,"text":"I was","spans":[{"quote":"I","marker":"m"}]}',
            b'[{"data":{"text":"I"},"annotations":[{"completed_by":1,"result":[{"type":"labels","value":{"start":0,"end":1,"text":"I","labels":["x"]}}]}]}]',
            b'<Project xmlns="urn:QDA-XML:project:1.0" name="a"><Users><User guid="u" name="b"/></Users><CodeBook><Codes><Code guid="c" name="ownership"/></Codes></CodeBook>'
            b'<Sources><TextSource guid="t" name="d"><PlainTextContent>I was</PlainTextContent><PlainTextSelection startPosition="0" endPosition="1">'
            b'<Coding creatingUser="u"><CodeRef targetGUID="c"/></Coding></PlainTextSelection></TextSource></Sources></Project>')],
        "learning": [b'{"id":"a","text":"I was wrong","spans":[{"quote":"I","marker":"ownership","occurrence":1}]}\n', b"id,text,start,end,marker\na,I was wrong,0,1,ownership\n"],
        "patterns": [b'format = 1\n[[pattern]]\nid = "m.x"\nmarker = "ownership"\nexpression = "i (?:was|am) {adv}wrong"\nweight = 0.9\nneeds = ["any"]\nextent = "clause"\n'
                     b'fires = ["a", "b", "c"]\nquiet = ["d", "e"]\n'],
        "model": [b"\x01" + SMALL[HEADER], b"\0" + SMALL[NUMBERS]],
        "tag": [WORDS.encode()], "words": [bytes(range(60))]}
    return plain[name]


# --- running -----------------------------------------------------------------------------------------------------


SMALL = _small_model()


def one(name: str, seconds: int) -> None:
    """Run one target in this process; libFuzzer ends it."""
    corpus = KEPT / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(name)):
        (corpus / f"seed-{number}").write_bytes(seed)
    load_context()  # once, outside the measured part
    tagged(WORDS)
    options = [f"-max_total_time={seconds}", f"-timeout={TIMEOUT}", f"-rss_limit_mb={MEMORY}", f"-max_len={LONGEST}", f"-artifact_prefix={KEPT}/{name}-",
               "-print_final_stats=1", str(corpus)]
    atheris.Setup([sys.argv[0], *options], TARGETS[name])
    atheris.Fuzz()


def run(name: str, seconds: int) -> dict[str, object]:
    """Run one target in a process of its own and note what came of it."""
    log = KEPT / f"{name}.log"
    KEPT.mkdir(parents=True, exist_ok=True)
    begin = time.time()
    with log.open("wb") as file:
        ended = subprocess.run([sys.executable, __file__, name, "--seconds", str(seconds), "--here"], stdout=file, stderr=subprocess.STDOUT, check=False)
    said = log.read_text(errors="replace")
    runs = re.findall(r"stat::number_of_executed_units:\s*(\d+)", said) or re.findall(r"^#(\d+)", said, re.MULTILINE)
    return {"target": name, "seconds": round(time.time() - begin), "inputs": int(runs[-1]) if runs else 0, "corpus": len(list((KEPT / name).iterdir())),
            "exit": ended.returncode, "found": re.findall(r"=== Uncaught Python exception: ===\n(.*)|(ALARM: .*|ERROR: libFuzzer: .*)", said)[:2]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", nargs="?", choices=[*TARGETS, "all"])
    parser.add_argument("--seconds", type=int, default=1_800)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.here:
        one(asked.target, asked.seconds)
    elif asked.target is None:
        print("\n".join(TARGETS))
    else:
        for name in TARGETS if asked.target == "all" else [asked.target]:
            made = run(name, asked.seconds)
            print(json.dumps(made), flush=True)
            with (KEPT / "runs.jsonl").open("a") as file:
                file.write(json.dumps(made) + "\n")


if __name__ == "__main__":
    main()
