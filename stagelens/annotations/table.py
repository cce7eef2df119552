"""Our own form: a CSV with a row an annotation, and the texts in a folder beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..export import safe_cell
from .files import Mark, coding, offset, parsed, read_json_lines, read_text, write_json, write_whole
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
    if not _holds_texts(held):
        raise InputError(f"{beside} holds no documents; it must be an object with documents and coders")
    documents: dict[str, str] = held["documents"]
    marks: list[Mark] = []
    read = {name: set(names) for name, names in held.get("coders", {}).items()}
    for row in _rows(path):
        name = _unguarded(row["coder"], read) or coder or "coder"
        document = _unguarded(row["document"], documents)
        read.setdefault(name, set()).add(document)
        if row["marker"]:
            start, end = offset(row["start"]), offset(row["end"])
            quote = _unguarded(row["quote"], (documents.get(document, "")[max(0, start):max(0, end)],))
            marks.append((document, name, start, end, _unguarded(row["marker"]), quote, _unguarded(row.get("note", ""))))
    return coding(documents, marks, read)


def _holds_texts(held: object) -> bool:
    if not isinstance(held, dict):
        return False
    documents, coders = held.get("documents"), held.get("coders", {})
    return (isinstance(documents, dict) and all(isinstance(text, str) for text in documents.values())
            and isinstance(coders, dict) and all(isinstance(names, list) for names in coders.values()))


def _rows(path: Path) -> list[dict[str, str]]:
    """Return the rows; a row that ends early has empty cells."""
    reader = csv.DictReader(io.StringIO(read_text(path), newline=""), restval="")
    try:
        rows = list(reader)
    except csv.Error as error:
        raise InputError(f"{path} cannot be read as CSV in line {reader.line_num} ({error}); save it again as CSV") from None
    if missing := set(COLUMNS[:6]) - set(reader.fieldnames or ()):
        raise InputError(f"{path} lacks the columns {', '.join(sorted(missing))}; it needs {', '.join(COLUMNS)}")
    return rows


def _unguarded(cell: str, known: Container[str] = ()) -> str:
    """Take off the apostrophe that was put before a cell which a spreadsheet would take for a formula."""
    return cell[1:] if cell not in known and cell.startswith("'") and safe_cell(cell[1:]) == cell else cell


def write_table(made: Coding, path: Path, newline: str) -> None:
    """Write annotations and texts."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=newline, quoting=csv.QUOTE_NONNUMERIC)  # else a lone carriage return would break a row
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
    for number, entry in enumerate(read_json_lines(path), 1):
        text, spans = entry.get("text"), entry.get("spans") or ()
        if not isinstance(text, str) or not isinstance(spans, list | tuple):
            raise InputError(f"{path} has no text, or no list of spans, in object {number}; each needs both")
        name = str(entry.get("id", number))
        documents[name] = text
        for span in spans:
            about = span if isinstance(span, dict) else {}
            marks.append((name, coder or "gold", *_gold_span(about, text), str(about.get("marker") or ""), str(about.get("quote") or ""), ""))
    return coding(documents, marks, {coder or "gold": set(documents)})


def _gold_span(span: Mapping[str, Any], text: str) -> tuple[int, int]:
    """Return the offsets, or where the quotation stands for the time that ``occurrence`` says."""
    if "start" in span:
        return offset(span["start"]), offset(span.get("end"))
    quote, start = str(span.get("quote") or ""), -1
    for _ in range(min(max(1, offset(span.get("occurrence", 1))), len(text) + 1)):
        start = text.find(quote, start + 1)
        if start < 0:
            break
    return start, start + len(quote)
