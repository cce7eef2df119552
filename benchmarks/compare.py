"""How fast: stagelens beside others on the same never-repeated text, its start, and whether its cost is linear.

    python benchmarks/compare.py [--words 60000] [--output benchmarks/compare.json]

Times are CPU seconds of the process, since other work on a machine changes those least. Others that are not installed are named as such
(extra `bench`). The words a second of the whole command, on one process and two, and peak memory are measured by benchmarks/batch.py.
"""

import argparse
import csv
import json
import os
import platform
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path

from batch import docstrings

ROOT = Path(__file__).parent.parent
PROSE = re.compile(r"[A-Z][A-Za-z0-9 ,;:.'\"()?!-]*[.?!]")
CODE = re.compile(r"[a-z]\.[a-z]|\(\)|[a-z][A-Z]|--")
PACKAGES = ("stagelens", "spacy", "medspacy", "proselint", "empath", "vaderSentiment", "google-re2", "numpy")


# --- texts -------------------------------------------------------------------------------------------------------


def ordinary(words: int) -> list[str]:
    """Paragraphs of prose from docstrings, forty a text: English that no pattern was written for, none of it twice."""
    pieces = (" ".join(piece.split()) for text in docstrings(words * 120) for piece in re.split(r"\n\s*\n", text))
    return _cut(dict.fromkeys(piece for piece in pieces if len(piece) > 60 and PROSE.fullmatch(piece) and not CODE.search(piece)), words, 40)


def dense(words: int) -> list[str]:
    """Texts of the train split of the annotated phrases, ten a statement: a marker in nearly every sentence."""
    with (ROOT / "data" / "annotated_phrases.csv").open(encoding="utf-8", newline="") as file:
        return _cut(dict.fromkeys(row["text"] for row in csv.DictReader(file) if row["split"] == "train"), words, 10)


def _cut(pieces: dict[str, None], words: int, together: int) -> list[str]:
    texts, count, left = [], 0, iter(pieces)
    while count < words and (some := list(islice(left, together))):
        texts.append("\n\n".join(some))
        count += len(texts[-1].split())
    return texts


# --- who is compared ---------------------------------------------------------------------------------------------


def contestants() -> Iterator[tuple[str, Callable[[], Callable[[str], object]]]]:
    """Yield a name and what makes the function that reads one text."""
    yield "reading the bytes", lambda: lambda text: text.encode().decode()
    yield "required words and RE2 alone, on whole texts cut at full stops", _scan
    yield "stagelens, rules and model", lambda: _lens(model=True)
    yield "stagelens, rules only", lambda: _lens(model=False)
    yield "spaCy blank tokenizer", lambda: _spacy().make_doc
    yield "spaCy blank, sentencizer, SpanRuler", _ruler
    yield "medspaCy default", _medspacy
    yield "proselint", _proselint
    yield "Empath", _empath
    yield "vaderSentiment", _vader


def _patterns() -> Sequence[object]:
    from stagelens.framework import load_framework
    from stagelens.patterns import load_patterns

    return load_patterns(load_framework().markers)


def _scan() -> Callable[[str], object]:
    from stagelens.scan import AnyOf
    from stagelens.segment import fold

    found = AnyOf([pattern.expression for pattern in _patterns()])
    return lambda text: found.occurring(fold(text).split(". "))


def _lens(*, model: bool) -> Callable[[str], object]:
    import stagelens

    return stagelens.load(model=model).tag


def _spacy() -> object:
    import spacy

    language = spacy.blank("en")
    language.max_length = 100_000_000
    return language


def _ruler() -> Callable[[str], object]:
    language = _spacy()
    language.add_pipe("sentencizer")
    ruler = language.add_pipe("span_ruler")
    wordings = [re.findall(r"\w+", pattern.fires[0].lower())[:4] for pattern in _patterns()]
    ruler.add_patterns([{"label": "M", "pattern": [{"LOWER": word} for word in wording]} for wording in wordings])
    return language


def _medspacy() -> Callable[[str], object]:
    import medspacy

    return medspacy.load()


def _proselint() -> Callable[[str], object]:
    from proselint.checks import __register__
    from proselint.registry import CheckRegistry
    from proselint.tools import LintFile

    CheckRegistry().register_many(__register__)
    return lambda text: LintFile(source="text", content=text).lint()


def _empath() -> Callable[[str], object]:
    from empath import Empath

    lexicon = Empath()
    return lambda text: lexicon.analyze(text, normalize=True)


def _vader() -> Callable[[str], object]:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer().polarity_scores


# --- measuring ---------------------------------------------------------------------------------------------------


def compared(texts: dict[str, list[str]], *, seconds: float) -> dict[str, object]:
    """Return words a CPU second for each, in a process that has read other text before; a slow one reads only what it can in some seconds."""
    result: dict[str, object] = {}
    for name, make in contestants():
        try:
            read = make()
        except Exception as error:
            result[name] = f"not measured: {type(error).__name__}: {error}"[:200]
            continue
        result[name] = {kind: _rate(read, some, seconds) for kind, some in texts.items()}
        print(name, result[name], file=sys.stderr)
    return result


def _rate(read: Callable[[str], object], texts: Sequence[str], seconds: float) -> int:
    warm = max(1, len(texts) // 4)
    for text in _within(texts[:warm], seconds):
        read(text)
    words, began = 0, time.process_time()
    for text in _within(texts[warm:], seconds):
        read(text)
        words += len(text.split())
    return round(words / (time.process_time() - began))


def _within(texts: Sequence[str], seconds: float) -> Iterator[str]:
    end = time.process_time() + seconds
    for text in texts:
        if time.process_time() > end:
            return
        yield text


def draft(text: str) -> float:
    """Return the CPU milliseconds that a 500-word draft takes in a process that has read many other drafts, the median of the last 21."""
    read, words = _lens(model=True), text.split()
    took = []
    for at in range(0, len(words) - 500, 500):
        began = time.process_time()
        read(" ".join(words[at:at + 500]))
        took.append(time.process_time() - began)
    return round(1000 * sorted(took[-21:])[10], 1)


def linear(text: str) -> dict[str, float]:
    """Return the CPU microseconds a word by size of the text, in a process that has read it before."""
    read, result = _lens(model=True), {}
    for size in (1_000, 10_000, 100_000, 1_000_000, 10_000_000):
        pieces = [(text * (size // len(text) + 1))[at:at + size] for at in range(0, max(1, min(len(text), 300_000) - size), size)]
        for piece in pieces:
            read(piece)
        began = time.process_time()
        for piece in pieces:
            read(piece)
        result[f"{size:,}"] = round(1e6 * (time.process_time() - began) / sum(len(piece.split()) for piece in pieces), 2)
    return result


def ways(texts: Sequence[str]) -> dict[str, int]:
    """Return the words a CPU second in a process that has read the texts before: in long pieces, and paragraphs together and one by one."""
    import stagelens

    lens = stagelens.load()
    pieces = [piece for text in texts for piece in text.split("\n\n")]
    words = sum(len(piece.split()) for piece in pieces)
    long = ["\n\n".join(pieces[at:at + 500]) for at in range(0, len(pieces), 500)]
    result = {}
    for name, read in (("long", lambda: [lens.tag(text) for text in long]), ("short, tag_many", lambda: list(lens.tag_many(pieces))),
                       ("short, tag", lambda: [lens.tag(piece) for piece in pieces])):
        took = []
        for _ in range(5):
            began = time.process_time()
            read()
            took.append(time.process_time() - began)
        result[name] = round(words / min(took))
    return {"words a short text": round(words / len(pieces)), **result}


START = {
    "python": ["-c", "pass"],
    "import stagelens": ["-c", "import stagelens"],
    "stagelens --help": ["-m", "stagelens", "--help"],
    "first reading": ["-c", "import stagelens; stagelens.load().tag('I was wrong to read your letter out. I am sorry that it hurt you.')"],
}


def starts() -> dict[str, int]:
    """Return the CPU milliseconds of processes of their own, the best of five."""
    result = {}
    for name, arguments in START.items():
        took = []
        for _ in range(5):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        result[name] = round(1000 * min(took))
    return result


def about() -> dict[str, object]:
    def found(package: str) -> str | None:
        try:
            return version(package)
        except PackageNotFoundError:
            return None

    commit = subprocess.run(["git", "rev-parse", "HEAD"], check=False, capture_output=True, text=True, cwd=ROOT).stdout.strip()
    return {"commit": commit, "python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count(),
            "load": [round(one, 1) for one in os.getloadavg()], "versions": {package: found(package) for package in PACKAGES}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=int, default=60_000, help="of each kind of text")
    parser.add_argument("--seconds", type=float, default=20, help="CPU seconds after which a slow one is stopped")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--skip-linear", action="store_true")
    asked = parser.parse_args()
    texts = {"ordinary": ordinary(asked.words), "dense": dense(asked.words)}
    result = {**about(), "words": {kind: sum(len(text.split()) for text in some) for kind, some in texts.items()}, "start_ms": starts(),
              "draft_ms": draft(" ".join(texts["dense"])), "words_a_second": compared(texts, seconds=asked.seconds), "warm": ways(texts["ordinary"])}
    if not asked.skip_linear:
        result["microseconds_a_word_by_characters"] = linear("\n".join(texts["ordinary"]))
    content = json.dumps(result, indent=1)
    if asked.output:
        asked.output.write_text(content + "\n", encoding="utf-8")
    print(content)


if __name__ == "__main__":
    main()
