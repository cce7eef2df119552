"""Write the statements of `stagelens practise` from the test split of the annotated phrases: ``python data/practice.py`` (or ``make practice``).

The same phrases give the same bytes; a test tells when it must be run again.
"""

import csv
import io
from pathlib import Path

from stagelens.framework import load_framework
from stagelens.practice import suitable
from stagelens.training.phrases import Phrase, read_phrases

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "data" / "annotated_phrases.csv"
TARGET = ROOT / "stagelens" / "resources" / "practice" / "phrases.csv"
COLUMNS = ("id", "group", "text", "start", "end", "marker", "kind", "split")


def made() -> bytes:
    """Return the file: what can be asked about, and the twins that tell what a statement looks like."""
    phrases = [phrase for phrase in read_phrases(SOURCE, load_framework().markers) if phrase.split == "test"]
    asked = suitable(phrases)
    groups = {phrase.group for phrase in asked if not phrase.spans}
    kept = {phrase.id for phrase in asked} | {phrase.id for phrase in phrases if phrase.group in groups and phrase.spans}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for phrase in phrases:
        if phrase.id in kept:
            writer.writerows(_rows(phrase))
    return out.getvalue().encode()


def _rows(phrase: Phrase) -> list[tuple[object, ...]]:
    return [(phrase.id, phrase.group, phrase.text, start, end, marker, phrase.kind, phrase.split) for start, end, marker in phrase.spans or [("", "", "")]]


if __name__ == "__main__":
    TARGET.write_bytes(made())
