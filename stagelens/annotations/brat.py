"""brat standoff: a folder with NAME.txt and NAME.ann for each document, or a folder a coder with such folders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ..errors import InputError
from .files import Mark, coding, read_text, safe_name, with_newlines, write_whole
from .records import Annotation, Coding

_SPAN = re.compile(r"(T\d+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t(.*)")
_NOTE = re.compile(r"#\d+\tAnnotatorNotes (T\d+)\t(.*)")


def is_brat(path: Path) -> bool:
    """Tell whether a folder, or the folders in it, hold .ann files."""
    return (path.is_dir() and any(path.glob("*.ann"))) or (path.is_dir() and any(path.glob("*/*.ann")))


def read_brat(path: Path, coder: str | None) -> Coding:
    """Read a folder. A span of several pieces becomes one annotation a piece; brat counts code points, each line end as written."""
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
    notes = {m[1]: m[2] for line in content.splitlines() if (m := _NOTE.match(line))}
    for line in content.splitlines():
        if found := _SPAN.match(line):
            for piece in found[3].split(";"):
                start, end = map(int, piece.split())
                quote = text[start:end] or found[4]
                yield document, coder, start, end, found[2], quote, notes.get(found[1], "")


def write_brat(made: Coding, path: Path, newline: str) -> None:
    """Write a folder a coder, each with the texts that the coder read and their marks."""
    for coder, names in made.coders.items():
        folder, taken = path / safe_name(coder, set()), set[str]()
        for document in sorted(names):
            text, at = with_newlines(made.documents[document], newline)
            stem = safe_name(document, taken)
            lines = list(_lines([a for a in made.annotations if a.coder == coder and a.document == document], text, at))
            write_whole(folder / f"{stem}.txt", text.encode("utf-8", "replace"))
            write_whole(folder / f"{stem}.ann", "".join(lines).encode("utf-8", "replace"))


def _lines(annotations: list[Annotation], text: str, at: object) -> Iterator[str]:
    for number, a in enumerate(annotations, 1):
        if " " in a.marker:
            raise InputError(f"brat cannot hold the marker {a.marker!r}, which has a space in it; name it without")
        start, end = at(a.start), at(a.end)  # type: ignore[operator]
        yield from (f"T{number}\t{a.marker} {pieces}\t{quote}\n" for pieces, quote in [_in_pieces(text, start, end)])
        if a.note:
            yield f"#{number}\tAnnotatorNotes T{number}\t{' '.join(a.note.split())}\n"


def _in_pieces(text: str, start: int, end: int) -> tuple[str, str]:
    """Return a span as brat writes it; the words are shown on one line."""
    return f"{start} {end}", re.sub(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029\t]", " ", text[start:end])
