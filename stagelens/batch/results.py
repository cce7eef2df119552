"""The parts put together: one JSON Lines file, tables with a row a span and a row a document, and the manifest.

Everything is streamed and put in the order of the files, without a date in it: the same files and settings give the same bytes.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Any

from ..errors import InputError
from ..export import safe_cell
from ..framework import load_framework
from ..transcripts import Transcript, Turn
from ..transcripts.convokit import write_corpus
from ..version import __version__
from .job import FORMAT, Job
from .work import Outcome, part

DOCUMENTS, SPANS, DOCUMENTS_TABLE, MANIFEST = "documents.jsonl", "spans.csv", "documents.csv", "manifest.json"
SPAN_COLUMNS = ("document", "file", "turn", "speaker", "role", "start_s", "start", "end", "file_start", "file_end", "text", "marker", "stage", "score",
                "certainty", "use", "evidence")
DOCUMENT_COLUMNS = ("document", "file", "read_as", "encoding", "turns", "words", "words_tagged", "spans", "mentions")
ROWS = 20_000
"""Rows held in memory at once."""
SHEET = 1_048_575
"""Rows a sheet of XLSX can hold below its header."""
ALSO = ("xlsx", "parquet", "convokit")


def assemble(outcomes: Sequence[Outcome], job: Job, output: Path, also: Sequence[str] = ()) -> None:
    """Write the results of a run from its parts; each file is written beside its place and moved there when it is whole."""
    markers = tuple(load_framework(job.framework).markers)
    parts = output / "parts"
    columns = tuple(name for name in SPAN_COLUMNS if name != "text" or job.keep_text)
    wide = (*DOCUMENT_COLUMNS, *markers)
    with ExitStack() as stack:
        lines = stack.enter_context(_whole(output / DOCUMENTS))
        spans = _tables(stack, output / SPANS, columns, also)
        documents = _tables(stack, output / DOCUMENTS_TABLE, wide, also)
        for record, line in _records(outcomes, parts):
            lines.write(line)
            for table in spans:
                table.write(span_rows(record))
            for table in documents:
                table.write([document_row(record, markers)])
    if "convokit" in also:
        _corpus(outcomes, parts, output / "convokit", keep_text=job.keep_text)
    _manifest(outcomes, job, output)


def _corpus(outcomes: Sequence[Outcome], parts: Path, folder: Path, *, keep_text: bool) -> None:
    """Write the documents as a ConvoKit corpus, the spans of each turn in its metadata, one document at a time."""
    if not keep_text:
        raise InputError("a ConvoKit corpus is its text; leave out --no-text or --also convokit")
    rough = folder.with_name(f".{folder.name}.part")
    rmtree(rough, ignore_errors=True)
    write_corpus(rough, ((_transcript(record), [turn["spans"] for turn in record["turns"]]) for record, _ in _records(outcomes, parts)))
    rmtree(folder, ignore_errors=True)
    rough.rename(folder)


def _transcript(record: Mapping[str, Any]) -> Transcript:
    turns = tuple(Turn(turn["speaker"], turn["text"], turn["role"], turn["start_s"], turn["end_s"]) for turn in record["turns"])
    return Transcript(record["document"], record["read_as"], record["encoding"], "", turns)


def _records(outcomes: Iterable[Outcome], parts: Path) -> Iterator[tuple[dict[str, Any], str]]:
    for outcome in outcomes:
        if outcome.key and outcome.status != "failed":
            with part(parts, outcome.key).open(encoding="utf-8", newline="\n") as file:
                for line in file:
                    yield json.loads(line), line


def span_rows(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return one row a span of a document, mentions included, in the order of the text."""
    return [_span_row(record, turn, span) for turn in record["turns"]
            for span in sorted((*turn["spans"], *turn["mentions"]), key=lambda s: (s["start"], -s["end"], s["stage"], s["marker"], s["use"]))]


def _span_row(record: Mapping[str, Any], turn: Mapping[str, Any], span: Mapping[str, Any]) -> dict[str, Any]:
    return {**{key: turn[key] for key in ("turn", "speaker", "role", "start_s")}, **span, "document": record["document"], "file": record["file"],
            "evidence": " ".join(e["id"] for e in span["evidence"])}


def document_row(record: Mapping[str, Any], markers: Sequence[str]) -> dict[str, Any]:
    """Return one row for a document: sizes, and how often each marker stands in it as the speaker's own move."""
    turns = record["turns"]
    counts = Counter(span["marker"] for turn in turns for span in turn["spans"])
    return {"document": record["document"], "file": record["file"], "read_as": record["read_as"], "encoding": record["encoding"], "turns": len(turns),
            "words": record["words"], "words_tagged": sum(t["words"] for t in turns if t["role"] not in ("harmed", "other")),
            "spans": counts.total(), "mentions": sum(len(turn["mentions"]) for turn in turns), **{marker: counts[marker] for marker in markers}}


def _manifest(outcomes: Sequence[Outcome], job: Job, output: Path) -> None:
    files = [{"file": o.name, "key": o.key, "status": "failed" if o.status == "failed" else "done", "reason": o.reason, "documents": o.documents,
              "words": o.words, "spans": o.spans} for o in outcomes]
    about = {"format": FORMAT, "stagelens": __version__, "job": job.about(), "files": files}
    with _whole(output / MANIFEST) as file:
        file.write(json.dumps(about, indent=1, ensure_ascii=True, default=list) + "\n")


@contextmanager
def _whole(path: Path, *, binary: bool = False) -> Iterator[Any]:
    """Open a file for writing beside its place; move it there when all went well."""
    rough = path.with_name(f".{path.name}.part")
    try:
        with rough.open("wb") if binary else rough.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        rough.replace(path)
    finally:
        rough.unlink(missing_ok=True)


# --- tables ------------------------------------------------------------------------------------------------------


def _tables(stack: ExitStack, path: Path, columns: Sequence[str], also: Sequence[str]) -> list[Any]:
    made: list[Any] = [_Csv(stack.enter_context(_whole(path)), columns)]
    if "xlsx" in also:
        made.append(stack.enter_context(_xlsx(path.with_suffix(".xlsx"), columns)))
    if "parquet" in also:
        made.append(stack.enter_context(_parquet(path.with_suffix(".parquet"), columns)))
    return made


class _Csv:
    def __init__(self, file: Any, columns: Sequence[str]) -> None:
        self._writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        self._writer.writeheader()

    def write(self, rows: Iterable[Mapping[str, Any]]) -> None:
        for row in rows:
            self._writer.writerow({key: safe_cell(value) for key, value in row.items()})


class _Xlsx:
    def __init__(self, sheet: Any, columns: Sequence[str], path: Path) -> None:
        self._sheet, self._columns, self._path, self._count = sheet, columns, path, 0
        sheet.append(columns)

    def write(self, rows: Iterable[Mapping[str, Any]]) -> None:
        for row in rows:
            self._count += 1
            if self._count > SHEET:
                raise InputError(f"{self._path} would have more than {SHEET:,} rows, which a sheet cannot hold; leave --also xlsx out")
            self._sheet.append([_printable(row.get(name)) for name in self._columns])


def _printable(value: Any) -> Any:
    """Return what a cell can hold: no control characters, no formula."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    safe = safe_cell(value)
    return ILLEGAL_CHARACTERS_RE.sub("\ufffd", safe)[:32_767] if isinstance(safe, str) else safe


@contextmanager
def _xlsx(path: Path, columns: Sequence[str]) -> Iterator[_Xlsx]:
    openpyxl = _needed("openpyxl", "office", path)
    book = openpyxl.Workbook(write_only=True)
    yield _Xlsx(book.create_sheet(path.stem), columns, path)
    with _whole(path, binary=True) as file:
        book.save(file)


class _Parquet:
    def __init__(self, writer: Any, schema: Any, arrow: Any) -> None:
        self._writer, self._schema, self._arrow, self._rows = writer, schema, arrow, list[Mapping[str, Any]]()

    def write(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._rows += rows
        if len(self._rows) >= ROWS:
            self.flush()

    def flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._arrow.Table.from_pylist([{name: row.get(name) for name in self._schema.names} for row in self._rows],
                                                                   schema=self._schema))
            self._rows = []


_REAL, _TEXT = {"start_s", "score"}, {"document", "file", "speaker", "role", "text", "marker", "certainty", "use", "evidence", "read_as", "encoding"}


@contextmanager
def _parquet(path: Path, columns: Sequence[str]) -> Iterator[_Parquet]:
    arrow = _needed("pyarrow", "parquet", path)
    parquet = _needed("pyarrow.parquet", "parquet", path)
    schema = arrow.schema([(name, arrow.float64() if name in _REAL else arrow.string() if name in _TEXT else arrow.int64()) for name in columns])
    with _whole(path, binary=True) as file, parquet.ParquetWriter(file, schema) as writer:
        table = _Parquet(writer, schema, arrow)
        yield table
        table.flush()


def _needed(package: str, extra: str, path: Path) -> Any:
    from importlib import import_module

    try:
        return import_module(package)
    except ImportError:
        raise InputError(f"{path} needs {package.split('.', maxsplit=1)[0]}, which is not installed; install stagelens[{extra}]") from None
