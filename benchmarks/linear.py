"""Whether the time stays linear on text made to be slow: the time for a size, twice and four times it, and how the time grows.

    python benchmarks/linear.py           # a table; "growth" is the time for four times the text, over four times the time for one
    python benchmarks/linear.py --only XML "new words" --size 200000

Linear work has a growth of about 1; squared work has 4. The least of three runs counts, in seconds of this process's own CPU time.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import stagelens
from stagelens.transcripts import read_transcripts

SIZE = 50_000
LIMIT = 1.6
"""Growth above which a row is called out."""

TEXTS: dict[str, str] = {
    "one long word": "a", "quotation marks": '"', "single quotation marks": "'", "opening marks": "\u201c", "brackets": "(", "closing brackets": ")]", "stops": ".",
    "stops with spaces": ". ", "ellipses": "\u2026", "commas": ", ", "dashes": "\u2014", "hyphens with spaces": " - ", "spaces": " ", "line ends": "\n", "blank lines": "\r\n\r\n",
    "tabs": "\t", "marks between words": "a\"b'", "no stop at all": "I was wrong to shout ", "a turn again and again": "but ", "a cue again and again": "he said ",
    "cues and hits": "he said you made me do it, ", "a hit again and again": "I am sorry. ", "hits without stop": "I am sorry ", "quoted hits": '"I was wrong." ',
    "nested quotations": "\u201c'", "questions": "? ", "list items": "- a\n", "numbers": "1", "letters of other scripts": "\u4e2d", "combining marks": "\u0301",
    "emoji": "\U0001f600", "surrogates": "\ud800", "NUL": "\0", "contractions": "you're'", "abbreviations": "Dr. ", "colons": "a: ", "new words": ""}

FILES: dict[str, tuple[str, str, str, str]] = {
    "CHAT, one long word": (".cha", "@UTF8\n@Begin\n*AMA:\t", "a", "\n@End\n"), "CHAT, open brackets": (".cha", "@UTF8\n@Begin\n*AMA:\t", "[", "\n@End\n"),
    "CHAT, digits": (".cha", "@UTF8\n@Begin\n*AMA:\t(", "1", "\n@End\n"), "CHAT, angles": (".cha", "@UTF8\n@Begin\n*AMA:\t", "<", "\n@End\n"),
    "CHAT, spaces": (".cha", "@UTF8\n@Begin\n*AMA:\ta", " ", "\n@End\n"),
    "text, spaces behind a time": (".txt", "00:01", " ", "x\n"), "text, labels": (".txt", "", "Ama: a\n", ""), "text, one line": (".txt", "", "Ama Osei ", ": a"),
    "text, blank lines": (".txt", "", "\n", "x"), "text, bars": (".txt", "", "a | b\n", ""), "text, times": (".txt", "", "00:01 ", "\n"),
    "VTT, cues": (".vtt", "WEBVTT\n\n", "00:01.000 --> 00:02.000\na\n\n", ""), "VTT, open tags": (".vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v A>", "<v ", "\n"),
    "VTT, braces": (".vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n", "{\\", "\n"), "SRT, digits": (".srt", "1\n", "1", "\n"),
    "HTML, open tags": (".html", "<p>", "<", "x"), "HTML, open comments": (".html", "<p>x", "<!--", ""), "HTML, entities": (".html", "<p>", "&amp;", ""),
    "HTML, open entities": (".html", "<p>x", "&#", ""), "HTML, declarations": (".html", "<p>x", "<!a", ""), "HTML, processing": (".html", "<p>x", "<?", ""),
    "HTML, open comments and an end": (".html", "<p>x", "<!--", ">"), "HTML, open sections": (".html", "<p>x", "<![CDATA[", ">"),
    "HTML, processing and an end": (".html", "<p>x", "<?", ">"), "HTML, declarations and an end": (".html", "<p>x", "<!a", ">"), "HTML, open tags and an end": (".html", "<p>x", "<a ", ">"),
    "HTML, quotes and an end": (".html", "<p>x<a ", "b='", ">"), "HTML, ends of tags": (".html", "<p>x", "</", ">"), "HTML, script": (".html", "<p>x", "<script>", ">"),
    "HTML, tags with quotes": (".html", "<p>x<a ", "b='", ""), "HTML, paragraphs": (".html", "", "<p>x", ""), "HTML, nested": (".html", "", "<div>", "x"),
    "XML, entities": (".tei", "<TEI><u>x", "&amp;", "</u></TEI>"), "XML, utterances": (".tei", "<TEI>", "<u>x</u>", "</TEI>"),
    "XML, letters of other scripts": (".tei", "<TEI><u>", "\u00e9", "</u></TEI>"), "XML, attributes": (".tei", "<TEI><u>x</u>", "<a/>", "</TEI>"),
    "CSV, rows": (".csv", "speaker,text\n", "a,b\n", ""), "CSV, quotation marks": (".csv", "text\n", '"', "\n"), "CSV, columns": (".csv", "text,", "a,", "\nx\n"),
    "JSON, bodies": (".json", '{"segments":[', '{"body":"x"},', '{"body":"x"}]}'), "JSON, escapes": (".json", '{"segments":[{"body":"', "\\\\", '"}]}'),
    "JSON lines": (".jsonl", "", '{"text":"x"}\n', "")}


def made(unit: str, length: int) -> str:
    """Return so many code points of a unit again and again; of no unit: words that all differ."""
    return (unit * (length // len(unit) + 1))[:length] if unit else "".join(f"w{number:x} " for number in range(length // 5))[:length]


def spent(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(3):
        begin = time.process_time()
        work()
        best = min(best, time.process_time() - begin)
    return best


def row(name: str, size: int, work: Callable[[int], Callable[[], object]]) -> None:
    times = [spent(work(size * times)) for times in (1, 2, 4)]
    growth = times[2] / max(times[0], 1e-4) / 4
    note = " **more than linear**" if growth > LIMIT and times[2] > 0.05 else ""
    print(f"| {name} | {times[0]:.3f} | {times[1]:.3f} | {times[2]:.3f} | {growth:.2f}{note} |", flush=True)


def reading(ending: str, before: str, unit: str, behind: str) -> Callable[[int], Callable[[], object]]:
    def sized(length: int) -> Callable[[], object]:
        path = Path(tempfile.gettempdir()) / f"stagelens-linear{ending}"
        path.write_text(before + made(unit, length) + behind, encoding="utf-8")

        def read() -> object:
            try:
                return list(read_transcripts(path))
            except stagelens.StagelensError as error:
                return error

        return read

    return sized


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=SIZE, help="code points of the smallest text")
    parser.add_argument("--only", nargs="+", default=[""], help="rows with one of these in their name")
    asked = parser.parse_args()
    lens = stagelens.load()
    lens.tag("I was wrong.")
    print(f"| made of | {asked.size:,} code points, s | {2 * asked.size:,} | {4 * asked.size:,} | growth |\n|---|---|---|---|---|")
    works = {f"text: {name}": lambda length, unit=unit: partial(lens.tag, made(unit, length)) for name, unit in TEXTS.items()}
    works |= {f"file: {name}": reading(*parts) for name, parts in FILES.items()}
    for name, work in works.items():
        if any(part in name for part in asked.only):
            row(name, asked.size, work)


if __name__ == "__main__":
    main()
