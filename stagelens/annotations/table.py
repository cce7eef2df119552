"""Our own form: a CSV with a row an annotation, and the texts in a folder beside it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from ..errors import InputError
from ..export import safe_cell
from .files import Mark, coding, parsed, read_text, write_json, write_whole
from .records import Coding

COLUMNS = ("document", "coder", "start", "end", "marker", "quote", "note")


def texts_of(path: Path) -> Path:
    """Return where the texts of a CSV of annotations stand."""
    return path.with_suffix(".texts.json")


def read_table(path: Path, coder: str | None) -> Coding:
    """Read a CSV of annotations; its texts stand beside it in ``NAME.texts.json``, with who read which.

    A row without a marker says that its coder read the document.
    """
    beside = texts_of(path)
    if not beside.exists():
        raise InputError(f"{path} has no {beside.name} beside it; it must hold the documents' texts, as stagelens coding import writes them")
    held = parsed(read_text(beside), beside, "the file")
    if not isinstance(held, dict) or not isinstance(held.get("documents"), dict):
        raise InputError(f"{beside} holds no documents; it must be an object with documents and coders")
    marks: list[Mark] = []
    read = {name: set(names) for name, names in held.get("coders", {}).items()}
    reader = csv.DictReader(io.StringIO(read_text(path), newline=""))
    if missing := set(COLUMNS[:6]) - set(reader.fieldnames or ()):
        raise InputError(f"{path} lacks the columns {', '.join(sorted(missing))}; it needs {', '.join(COLUMNS)}")
    for number, row in enumerate(reader, 2):
        name = row["coder"] or coder or "coder"
        read.setdefault(name, set()).add(row["document"])
        if row["marker"]:
            start, end = _number(row["start"], path, number), _number(row["end"], path, number)
            there = str(held["documents"].get(row["document"], ""))[start:end]
            quote = row["quote"] if row["quote"] == there else _unguarded(row["quote"])
            marks.append((row["document"], name, start, end, row["marker"], quote, row.get("note") or ""))
    return coding(held["documents"], marks, read)


def _number(value: str, path: Path, row: int) -> int:
    if not value.lstrip("-").isdigit():
        raise InputError(f"{path} has {value!r} for an offset in row {row}; it must be a whole number")
    return int(value)


def _unguarded(quote: str) -> str:
    """Take off the apostrophe that was put before a cell which a spreadsheet would take for a formula."""
    return quote[1:] if quote.startswith("'") and safe_cell(quote[1:]) == quote else quote


def write_table(made: Coding, path: Path, newline: str) -> None:
    """Write annotations and texts."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=newline)
    writer.writerow(COLUMNS)
    for a in made.annotations:
        quote = made.documents[a.document][a.start:a.end]
        writer.writerow([safe_cell(v) for v in (a.document, a.coder, a.start, a.end, a.marker, quote, a.note)])
    write_json(texts_of(path), {"documents": dict(made.documents), "coders": {c: sorted(names) for c, names in made.coders.items()}})
    write_whole(path, out.getvalue().encode("utf-8", "backslashreplace"))


def read_gold(path: Path, coder: str | None) -> Coding:
    """Read gold JSON Lines as `stagelens evaluate` does: text, and spans with marker and quote or offsets."""
    documents: dict[str, str] = {}
    marks: list[Mark] = []
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            entry = parsed(line, path, f"line {number}")
            name = str(entry.get("id", number))
            documents[name] = entry["text"]
            for span in entry.get("spans", ()):
                start = span.get("start", max(0, entry["text"].find(span.get("quote", ""))))
                marks.append((name, coder or "gold", start, span.get("end", start + len(span.get("quote", ""))), span["marker"], span.get("quote", ""), ""))
    return coding(documents, marks, {coder or "gold": set(documents)})


