"""brat standoff: a folder with NAME.txt and NAME.ann for each document, or a folder a coder with such folders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ..errors import InputError
from .files import NOWHERE, Mark, coding, read_text, safe_names, with_newlines, write_whole
from .records import Annotation, Coding

_SPAN = re.compile(r"(T\d+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t(.*)")
_OTHER = re.compile(r"T\d+\t(\S*)[^\t]*\t?(.*)")
_BREAK = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029\t]+")
"""What brat does not have within a stretch: it makes two pieces of it."""
_NOTE = re.compile(r"#\d+\tAnnotatorNotes (T\d+)\t(.*)")


def is_brat(path: Path) -> bool:
    """Tell whether a folder, or the folders in it, hold .ann files."""
    return (path.is_dir() and any(path.glob("*.ann"))) or (path.is_dir() and any(path.glob("*/*.ann")))


def read_brat(path: Path, coder: str | None) -> Coding:
    """Read a folder; brat counts code points, each line end as written.

    Pieces with nothing but space between them, as brat writes a stretch over several lines, are one annotation; others are one a piece.
    """
    if not path.is_dir():
        raise InputError(f"{path} is no folder; brat keeps a .txt and an .ann file for each document in one")
    documents: dict[str, str] = {}
    marks: list[Mark] = []
    read: dict[str, set[str]] = {}
    folders = [path] if any(path.glob("*.ann")) else sorted(p for p in path.iterdir() if p.is_dir())
    for folder in folders:
        name = coder or folder.name
        for file in sorted(folder.glob("*.ann")):
            text = read_text(file.with_suffix(".txt"))
            documents.setdefault(file.stem, text)
            read.setdefault(name, set()).add(file.stem)
            marks += _marks(read_text(file), file.stem, name, text)
    return coding(documents, marks, read)


def _marks(content: str, document: str, coder: str, text: str) -> Iterator[Mark]:
    lines = re.split(r"\r?\n", content)
    notes = {m[1]: m[2] for line in lines if (m := _NOTE.match(line))}
    for line in lines:
        if found := _SPAN.match(line):
            for start, end, quote in _joined(_pieces(found[3], found[4]), text):
                yield document, coder, start, end, found[2], quote, notes.get(found[1], "")
        elif other := _OTHER.match(line):
            yield document, coder, NOWHERE, NOWHERE, other[1], other[2], ""


def _pieces(offsets: str, words: str) -> list[tuple[int, int, str]]:
    """Return the pieces of a span with the words of each, which brat puts side by side with a space between."""
    spans = [(int(start), int(end)) for start, end in (piece.split() for piece in offsets.split(";"))]
    if len(spans) == 1:
        return [(*spans[0], words)]
    known, at, pieces = len(words) == sum(end - start + 1 for start, end in spans) - 1, 0, []
    for start, end in spans:
        pieces.append((start, end, words[at:at + end - start] if known else ""))
        at += end - start + 1
    return pieces


def _joined(pieces: list[tuple[int, int, str]], text: str) -> list[tuple[int, int, str]]:
    """Join pieces with only white space between them."""
    joined = pieces[:1]
    for start, end, words in pieces[1:]:
        first, last, before = joined[-1]
        if not text[last:start].strip() and last <= start:
            joined[-1] = first, end, f"{before} {words}" if before and words else ""
        else:
            joined.append((start, end, words))
    return joined


def write_brat(made: Coding, path: Path, newline: str) -> None:
    """Write a folder a coder, each with the texts that the coder read and their marks."""
    if spaced := next((a.marker for a in made.annotations if not re.fullmatch(r"\S+", a.marker)), None):
        raise InputError(f"brat cannot hold the marker {spaced!r}, which has a space in it; name it without")
    folders, stems = safe_names(made.coders), safe_names(made.documents)
    for coder, names in made.coders.items():
        for document in sorted(names):
            text, at = with_newlines(made.documents[document], newline)
            folder, stem = path / folders[coder], stems[document]
            lines = list(_lines([a for a in made.annotations if a.coder == coder and a.document == document], text, at))
            write_whole(folder / f"{stem}.txt", text.encode("utf-8", "replace"))
            write_whole(folder / f"{stem}.ann", "".join(lines).encode("utf-8", "replace"))


def _lines(annotations: list[Annotation], text: str, at: object) -> Iterator[str]:
    for number, a in enumerate(annotations, 1):
        start, end = at(a.start), at(a.end)  # type: ignore[operator]
        yield from (f"T{number}\t{a.marker} {pieces}\t{quote}\n" for pieces, quote in [_in_pieces(text, start, end)])
        if a.note:
            yield f"#{number}\tAnnotatorNotes T{number}\t{' '.join(a.note.split())}\n"


def _in_pieces(text: str, start: int, end: int) -> tuple[str, str]:
    """Return a span as brat writes it: a piece a line, the words side by side."""
    edges = [start, *(edge for m in _BREAK.finditer(text, start, end) for edge in m.span()), end]
    pieces = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]
    if not pieces:
        return f"{start} {end}", " " * (end - start)
    return ";".join(f"{a} {b}" for a, b in pieces), " ".join(text[a:b] for a, b in pieces)
