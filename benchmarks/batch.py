"""Batch: words a second with one process and two, and the peak memory of a large corpus.

    git clone https://github.com/thechangelog/transcripts talk
    python benchmarks/batch.py --transcripts talk/* [--megabytes 10] [--times 8]
    python benchmarks/batch.py [--megabytes 2] [--memory 1000]

Transcripts, where there are some: as many of them, evenly spread, as the megabytes ask for. Otherwise the docstrings of the packages
installed beside stagelens: English that no pattern was written for, none of it twice, cut into turns of two speakers; it is full of names
with stops in them, which people do not say. For the memory it is repeated with other numbers in it, since memory does not depend on
what the words are. Transcripts are repeated (``--times``) with one word in fifty misspelt otherwise each time, so that new words keep coming.
"""

import argparse
import ast
import json
import random
import resource
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path


def docstrings(most: int) -> list[str]:
    seen: dict[str, None] = {}
    size = 0
    for path in sorted(Path(sysconfig.get_paths()["purelib"]).rglob("*.py")):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and (text := ast.get_docstring(node)) and text not in seen and ">>>" not in text:
                seen[text] = None
                size += len(text)
        if size > most:
            break
    texts = list(seen)
    random.Random(0).shuffle(texts)
    return texts


def chosen(folders: list[Path], most: int) -> list[Path]:
    """Return transcripts of some folders, evenly spread over them, of so many bytes."""
    files = sorted(file for folder in folders if folder.is_dir() for file in folder.glob("*.*"))
    share = min(1, most / sum(file.stat().st_size for file in files))
    return [file for number, file in enumerate(files) if int(number * share) < int((number + 1) * share)]


def misspelt(text: str, random_: random.Random) -> str:
    """Return a text in which one word in fifty has two of its letters changed about."""
    words = text.split(" ")
    for at in random_.sample(range(len(words)), len(words) // 50):
        if len(words[at]) > 3:
            cut = random_.randrange(1, len(words[at]) - 1)
            words[at] = words[at][:cut - 1] + words[at][cut] + words[at][cut - 1] + words[at][cut + 1:]
    return " ".join(words)


def write(folder: Path, texts: list[str], files: int) -> None:
    for number in range(files):
        part = texts[number::files]
        lines = [f"{'Ama' if i % 2 else 'Ben'}: {' '.join(text.split())}" for i, text in enumerate(part)]
        (folder / f"{number:03}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8", errors="replace")


def timed(folder: Path, output: Path, jobs: int) -> tuple[float, int]:
    """Run the command in a process of its own; return the seconds and the peak memory in MB of the largest process."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "stagelens", "batch", folder, "-o", output, "--jobs", str(jobs), "--log-json"], check=True, capture_output=True)
    return time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=2)
    parser.add_argument("--transcripts", type=Path, nargs="+", metavar="FOLDER", help="folders of transcripts, to be read instead of docstrings")
    parser.add_argument("--times", type=int, default=1, metavar="N", help="how often the transcripts are repeated, misspelt otherwise each time")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2], metavar="N", help="processes, one run after the other")
    parser.add_argument("--memory", type=float, default=0, metavar="MEGABYTES", help="also tag a table of this many MB, for its peak memory")
    asked = parser.parse_args()
    if asked.memory and asked.transcripts:
        parser.error("--memory makes a table of docstrings; give it without --transcripts")
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "in").mkdir()
        if asked.transcripts:
            for time_ in range(asked.times):
                for number, path in enumerate(chosen(asked.transcripts, int(asked.megabytes * 1e6))):
                    text = path.read_text(encoding="utf-8")
                    told = misspelt(text, random.Random(f"{time_} {number}")) if time_ else text
                    (root / "in" / f"{time_}-{number:04}{path.suffix}").write_text(told, encoding="utf-8")
        else:
            texts = docstrings(int(asked.megabytes * 1e6))
            write(root / "in", texts, 40)
        files = list((root / "in").iterdir())
        words = sum(len(path.read_text(encoding="utf-8").split()) for path in files)
        print(f"{sum(path.stat().st_size for path in files) / 1e6:.1f} MB, {words:,} words, {len(files)} files", flush=True)
        for jobs in asked.jobs:
            seconds, memory = timed(root / "in", root / f"out{jobs}", jobs)
            print(f"{jobs} process(es): {seconds:.1f} s, {words / seconds:,.0f} words/s, peak {memory} MB a process", flush=True)
        if asked.memory:
            table = root / "large.jsonl"
            with table.open("w", encoding="utf-8") as file:
                number = 0
                while file.tell() < asked.memory * 1e6:
                    for text in texts:
                        number += 1
                        file.write(json.dumps({"document": f"d{number // 50}", "speaker": "Ama", "text": f"{number} {text}"}) + "\n")
                        if file.tell() >= asked.memory * 1e6:
                            break
            shutil.rmtree(root / "in")
            seconds, memory = timed(table, root / "outm", 1)
            print(f"{asked.memory:.0f} MB in one table: {seconds:.0f} s, peak {memory} MB")


if __name__ == "__main__":
    main()
