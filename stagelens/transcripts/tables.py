"""Tables with a row a turn: CSV, TSV, XLSX, JSON and JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, groupby, islice
from pathlib import Path
from typing import Any, TextIO

from ..errors import InputError
from ..records import SPEAKERS
from .names import finite, seconds
from .office import checked
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
HELD = 20_000
"""Rows of a table that may be held in memory at once."""
LARGEST = 1_000_000_000
"""Bytes of an unpacked workbook above which it is refused."""
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
        raise InputError(f"{name} has no column that is known to hold the text; name it with --column text=TITLE (it has {', '.join(there) or 'no header'})")
    return chosen


def csv_rows(lines: TextIO) -> Iterator[dict[str, Any]]:
    """Yield the rows of a CSV or TSV file; the separator is found out from the header line."""
    header = lines.readline().lstrip("\ufeff")
    separator = max("\t;,|", key=header.count)
    for row in csv.DictReader(chain([header], lines), delimiter=separator):
        yield {key: value for key, value in row.items() if key is not None}


def jsonl_rows(lines: TextIO, name: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of JSON Lines."""
    for number, line in enumerate(lines, 1):
        if line.strip("\ufeff \t\r\n"):
            yield from _objects([_parsed(line.lstrip("\ufeff"), name, f"line {number}")], name)


def json_rows(text: str, name: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of one JSON array."""
    yield from _objects(_parsed(text.lstrip("\ufeff"), name, "the file"), name)


def rows(path: Path, form: str, name: str, encoding: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a CSV, TSV or JSON Lines file, a few at a time whatever its size."""
    try:
        with path.open(encoding=encoding, newline="" if form == "csv" else None) as lines:
            yield from csv_rows(lines) if form == "csv" else jsonl_rows(lines, name)
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not {encoding} text all through ({error.reason}); save it as UTF-8 text") from None
    except (OSError, csv.Error) as error:
        raise InputError(f"{name} cannot be read to its end ({error}); save it again as CSV") from None


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
    checked(path, raw, most=LARGEST)
    try:
        sheet = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True).worksheets[0]
        rows = sheet.iter_rows(values_only=True)
        header = [str(cell) if cell is not None else "" for cell in next(rows, ())]
        for row in rows:
            yield {title: cell for title, cell in zip(header, row, strict=False) if title}
    except Exception as error:  # whatever openpyxl stumbles over in a damaged file
        raise InputError(f"{path} cannot be read as XLSX ({type(error).__name__}); save it again, or as CSV") from None


def read_rows(rows: Iterator[Mapping[str, Any]], name: str, form: str, *, encoding: str | None, notes: tuple[str, ...],
              given: Mapping[str, str]) -> Iterator[Transcript]:
    """Yield a transcript a document; rows of one document stand together in the order of the table.

    Without a column for documents, a table with speakers is one conversation and one without is a statement a row. A table of more
    than `HELD` rows is never held in memory whole: the rows of each of its documents must stand together.

    Raises
    ------
    InputError
        If there are no rows, no column holds the text, or a long table's documents are scattered.
    """
    first = list(islice(rows, HELD))
    if not first:
        raise InputError(f"{name} has no rows below its header")
    chosen = columns(dict.fromkeys(key for row in first for key in row), given, name)
    key = _key(chosen)
    following = next(rows, None)
    groups = _together(first, key) if following is None else _one_after_another(chain(first, [following], rows), key, name)
    for document, members in groups:
        yield _transcript(f"{name}#{document}" if document else name, form, encoding, notes, members, chosen)


def _key(chosen: Mapping[str, str]) -> Callable[[int, Mapping[str, Any]], str]:
    """Return how a row tells its document: by its column, by its own number or id, or not at all."""
    if "document" in chosen:
        return lambda number, row: str(row.get(chosen["document"]) or "")
    if "speaker" in chosen:
        return lambda number, row: ""
    return lambda number, row: str(row.get("id") or number)


def _together(rows: Iterable[Mapping[str, Any]], key: Callable[[int, Mapping[str, Any]], str]) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    documents: dict[str, list[Mapping[str, Any]]] = {}
    for number, row in enumerate(rows, 1):
        documents.setdefault(key(number, row), []).append(row)
    yield from documents.items()


def _one_after_another(rows: Iterable[Mapping[str, Any]], key: Callable[[int, Mapping[str, Any]], str],
                       name: str) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    seen: set[str] = set()
    for document, members in groupby(enumerate(rows, 1), key=lambda numbered: key(*numbered)):
        if document in seen:
            raise InputError(f"{name} has more than {HELD:,} rows and those of {document!r} stand apart; sort it by document, or split it")
        seen.add(document)
        yield document, [row for _, row in members]


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
    return finite(value) if isinstance(value, int | float) else seconds(str(value)) if value is not None else None


