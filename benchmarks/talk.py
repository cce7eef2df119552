"""What is found in long talk in which nobody answers for harm, and what of statements that stand in the midst of it.

    python benchmarks/talk.py data/held_out/statements_unread.jsonl --transcripts FOLDER… [--model DIR] [--preset NAME]

The talk is read a speaker at a time, like a batch. Then four statements each, with their gold spans, are put between the turns of a speaker
who says 1,500 to 7,000 words, and it is told how many of their markers are found there.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import stagelens
from stagelens.errors import InputError
from stagelens.evaluation.gold import Gold, read_gold
from stagelens.transcripts import Transcript, read_transcripts

EACH = 4
"""Statements put into one speaker's talk."""
LEAST, MOST = 1_500, 7_000
"""Words of a speaker into whose talk they are put."""
BETWEEN = "\n\n"


def speakers(folders: list[Path], every: int) -> Iterator[list[str]]:
    """Yield the turns of each speaker in each of the transcripts, or in every so manieth of them."""
    for folder in folders:
        files = (file for file in folder.rglob("*") if file.is_file() and not any(part.startswith(".") for part in file.relative_to(folder).parts))
        for path in sorted(files)[::every]:
            for transcript in readable(path):
                said = defaultdict(list)
                for turn in transcript.turns:
                    said[turn.speaker].append(turn.text)
                yield from said.values()


def readable(path: Path) -> list[Transcript]:
    """Return the transcripts of a file; none if it is no transcript."""
    try:
        return list(read_transcripts(path))
    except InputError:
        return []


def words(turns: list[str]) -> int:
    return sum(len(turn.split()) for turn in turns)


def plain(lens: stagelens.Lens, talk: list[list[str]]) -> dict[str, Any]:
    """Count what is found in talk as it is."""
    found = sum(len(reading.spans) for reading in lens.tag_many(BETWEEN.join(turns) for turns in talk))
    total = sum(map(words, talk))
    return {"words": total, "findings": found, "in 1,000 words": round(1000 * found / max(1, total), 2)}


def amid(lens: stagelens.Lens, talk: list[list[str]], golds: list[Gold]) -> dict[str, Any]:
    """Count the markers of statements that are found where they stand between turns of talk."""
    hosts = [turns for turns in talk if LEAST <= words(turns) <= MOST] or [[]]
    right = found = there = 0
    for number, first in enumerate(range(0, len(golds), EACH)):
        chosen = golds[first:first + EACH]
        turns = list(hosts[number % len(hosts)])
        for place, gold in enumerate(chosen, 1):
            turns.insert(place * len(turns) // (EACH + 1), gold.text)
        text = BETWEEN.join(turns)
        spans = lens.tag(text).spans
        start = 0
        for gold in chosen:
            start = text.index(gold.text, start)
            seen = {span.marker for span in spans if start <= span.start < start + len(gold.text)}
            marked = {marker for _, _, marker in gold.spans}
            right, found, there = right + len(seen & marked), found + len(seen), there + len(marked)
    return {"statements": len(golds), "precision": round(right / max(1, found), 3), "recall": round(right / max(1, there), 3)}


def main() -> None:
    """Print both as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--transcripts", nargs="+", type=Path, required=True, help="folders of talk in which nobody answers for harm")
    parser.add_argument("--every", type=int, default=1, help="read every so manieth file of a folder")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--preset", default="balanced")
    asked = parser.parse_args()
    lens = stagelens.load(model=asked.model or True, preset=asked.preset)
    talk = list(speakers(asked.transcripts, asked.every))
    golds = [gold for path in asked.gold for gold in read_gold(path)]
    print(json.dumps({"talk": plain(lens, talk), "statements amid talk": amid(lens, talk, golds)}, indent=1))


if __name__ == "__main__":
    main()
