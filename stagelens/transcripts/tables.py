"""Tables with a row a turn: CSV, TSV, XLSX, JSON and JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..records import SPEAKERS
from .names import seconds
from .records import Piece, Transcript, Turn

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "utterance", "statement", "message", "body", "content", "words", "transcript", "comment", "response", "letter"),
    "speaker": ("speaker", "speaker_name", "name", "author", "user", "participant", "who", "sender"),
    "role": ("role", "speaker_role"),
    "time": ("time", "start", "start_time", "starttime", "begin", "timestamp"),
    "document": ("document", "document_id", "doc", "doc_id", "conversation_id", "conversation", "session", "session_id", "dialogue_id", "transcript_id",
                 "thread", "case", "case_id", "file"),
}
"""What a column may be called, the first that is there counts; case, spaces and hyphens don't."""
csv.field_size_limit(50_000_000)


def columns(header: Iterable[str], given: Mapping[str, str], name: str) -> dict[str, str]:
    """Return which column holds what.

    Raises
    ------
    InputError
        If no column holds the text, or a named one is not there.
    """
    there = [str(title) for title in header if title is not None]
    plain = {title.strip().casefold().replace(" ", "_").replace("-", "_"): title for title in reversed(there)}
    chosen = {}
    for kind, usual in COLUMNS.items():
        wanted = given.get(kind)
        if wanted and wanted not in there:
            raise InputError(f"{name} has no column {wanted!r}; it has {', '.join(there)}")
        found = wanted or next((plain[title] for title in usual if title in plain), None)
        if found:
            chosen[kind] = found
    if "text" not in chosen:
        raise InputError(f"{name} has no column that is known to hold the text; name it with --text-column (it has {', '.join(there) or 'no header'})")
    return chosen


def csv_rows(text: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a CSV or TSV text; the separator is found out from the header line."""
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    separator = max("\t;,|", key=first.count)
    for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=separator):
        yield {key: value for key, value in row.items() if key is not None}


def jsonl_rows(text: str, name: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of JSON Lines, or of one JSON array."""
    if text.lstrip("\ufeff \n\r\t").startswith("["):
        yield from _objects(_parsed(text.lstrip("\ufeff"), name, "the file"), name)
        return
    for number, line in enumerate(text.lstrip("\ufeff").split("\n"), 1):
        if line.strip():
            yield from _objects([_parsed(line, name, f"line {number}")], name)


def _parsed(text: str, name: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InputError(f"{name} is not valid JSON in {where}; each line must be one object") from None


def _objects(values: list[Any], name: str) -> Iterator[dict[str, Any]]:
    for value in values:
        if not isinstance(value, dict):
            raise InputError(f"{name} holds a {type(value).__name__} where a row was expected; each line must be one object")
        yield value


def xlsx_rows(path: Path, raw: bytes) -> Iterator[dict[str, Any]]:
    """Yield the rows of the first sheet, named by its first row."""
    try:
        import openpyxl
    except ImportError:
        raise InputError(f"{path} is an XLSX file, and openpyxl, which reads those, is not installed; install stagelens[office]") from None
    try:
        sheet = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True).worksheets[0]
        rows = sheet.iter_rows(values_only=True)
        header = [str(cell) if cell is not None else "" for cell in next(rows, ())]
        for row in rows:
            yield {title: cell for title, cell in zip(header, row, strict=False) if title}
    except (OSError, KeyError, ValueError, IndexError) as error:
        raise InputError(f"{path} cannot be read as XLSX ({type(error).__name__}); save it again, or as CSV") from None


def read_rows(rows: Iterable[Mapping[str, Any]], name: str, form: str, *, encoding: str | None, notes: tuple[str, ...],
              given: Mapping[str, str]) -> Iterator[Transcript]:
    """Yield a transcript a document; rows of one document stand together in the order of the table."""
    rows = list(rows)
    if not rows:
        raise InputError(f"{name} has no rows below its header")
    header = list(dict.fromkeys(key for row in rows for key in row))
    chosen = columns(header, given, name)
    documents: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        documents.setdefault(str(row.get(chosen["document"]) or "") if "document" in chosen else "", []).append(row)
    for document, members in documents.items():
        title = f"{name}#{document}" if document else name
        yield _transcript(title, form, encoding, notes, members, chosen)


def _transcript(title: str, form: str, encoding: str | None, notes: tuple[str, ...], rows: list[Mapping[str, Any]], chosen: Mapping[str, str]) -> Transcript:
    text, turns = "", []
    for row in rows:
        words = _cell(row, chosen, "text") or ""
        if words.strip():
            at = len(text)
            turns.append(Turn(_cell(row, chosen, "speaker"), words, _role(_cell(row, chosen, "role")), _time(row.get(chosen.get("time", ""))),
                              pieces=(Piece(0, len(words), at, at + len(words)),)))
            text += words + "\n"
    return Transcript(title, form, encoding, text, tuple(turns), notes)


def _cell(row: Mapping[str, Any], chosen: Mapping[str, str], kind: str) -> str | None:
    value = row.get(chosen[kind]) if kind in chosen else None
    if value is None:
        return None
    return value if kind == "text" and isinstance(value, str) else str(value).strip() or None if kind != "text" else str(value)


def _role(value: str | None) -> str:
    return value.casefold() if value and value.casefold() in SPEAKERS else "unknown"


def _time(value: Any) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    try:
        return seconds(str(value)) if value is not None else None
    except ValueError:
        return None


