"""One coder's annotations as what `stagelens train` learns from and `stagelens evaluate` measures against."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..errors import InputError
from ..segment import segment
from .files import write_whole
from .records import MACHINE, Annotation, Coding

LONGEST = 3
"""Sentences of one phrase."""
COLUMNS = ("id", "text", "start", "end", "marker", "group", "voice", "split")


def the_coder(coding: Coding) -> str:
    """Return the one person whose annotations count.

    Raises
    ------
    InputError
        If there is none, or more than one.
    """
    people = sorted(set(coding.coders) - {MACHINE})
    if len(people) != 1:
        raise InputError(f"the annotations are by {', '.join(people) or 'no person'}; settle on one coding first, and give it alone (--coder NAME)")
    return people[0]


def write_gold(coding: Coding, path: Path, newline: str) -> None:
    """Write a line a document, as `stagelens evaluate` reads it."""
    lines = []
    for document, marks in _read(coding):
        text = coding.documents[document]
        spans = [{"quote": text[a.start:a.end], "marker": a.marker, "occurrence": _occurrence(text, a.start, a.end)} for a in marks]
        lines.append(json.dumps({"id": document, "text": text, "spans": spans}, ensure_ascii=True))
    write_whole(path, "".join(f"{line}\n" for line in lines).encode())


def _occurrence(text: str, start: int, end: int) -> int:
    """Return the how-manieth a quotation is, from 1, counted as `stagelens.evaluation.gold` does."""
    return sum(text.startswith(text[start:end], at) for at in range(start + 1))


def write_phrases(coding: Coding, path: Path, newline: str) -> None:
    """Write annotated phrases of up to three sentences; of ten documents one is set aside for dev and one for test."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=newline)
    writer.writerow(COLUMNS)
    seen: set[str] = set()
    for number, (document, marks) in enumerate(_read(coding)):
        split = {8: "dev", 9: "test"}.get(number % 10, "train")
        for index, (start, end) in enumerate(_windows(coding.documents[document], marks)):
            text = coding.documents[document][start:end]
            if text not in seen:
                seen.add(text)
                inside = [a for a in marks if start <= a.start and a.end <= end]
                rows: list[tuple[object, ...]] = [(_left(a, text, start), _right(a, text, start), a.marker) for a in inside] or [("", "", "")]
                writer.writerows([f"{document}/{index}", text, *row, document, document, split] for row in rows)
    write_whole(path, out.getvalue().encode("utf-8", "replace"))


def _read(coding: Coding) -> Iterator[tuple[str, list[Annotation]]]:
    coder = the_coder(coding)
    for document in sorted(coding.coders[coder]):
        yield document, [a for a in coding.annotations if (a.document, a.coder) == (document, coder)]


def _left(a: Annotation, text: str, start: int) -> int:
    quote = text[a.start - start:a.end - start]
    return a.start - start + len(quote) - len(quote.lstrip())


def _right(a: Annotation, text: str, start: int) -> int:
    quote = text[a.start - start:a.end - start]
    return a.start - start + len(quote.rstrip())


def _windows(text: str, marks: Sequence[Annotation]) -> Iterator[tuple[int, int]]:
    """Yield runs of up to three sentences of one paragraph; more only where a mark runs over."""
    run: list[tuple[int, int]] = []
    for sentence in segment(text).sentences:
        if run and not _goes_on(text, run, sentence.start, marks):
            yield run[0][0], run[-1][1]
            run = []
        run.append((sentence.start, sentence.end))
    if run:
        yield run[0][0], run[-1][1]


def _goes_on(text: str, run: Sequence[tuple[int, int]], start: int, marks: Sequence[Annotation]) -> bool:
    if any(a.start < run[-1][1] and start < a.end for a in marks):
        return True
    return len(run) < LONGEST and "\n" not in text[run[-1][1]:start]
