"""One door to all formats: what a file is, which reader reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ..errors import InputError
from . import convokit, office, tables
from .chat import is_chat, read_chat
from .cues import is_srt, is_vtt, read_cues
from .decode import Decoded, decode, read_bytes, read_start
from .elan import read_eaf, read_tei
from .lines import read_lines
from .podcast import is_html, is_podcast_json, read_html, read_podcast_json
from .records import Transcript, Turn

FORMATS = ("vtt", "srt", "chat", "eaf", "tei", "text", "html", "podcast-json", "docx", "odt", "pdf", "csv", "xlsx", "jsonl", "convokit")
_TABLES = {".csv": "csv", ".tsv": "csv", ".tab": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_OFFICE = {".docx": ("docx", office.docx_text), ".odt": ("odt", office.odt_text), ".pdf": ("pdf", office.pdf_text)}
LARGEST = 32_000_000
"""Bytes of one file that is read as a whole; tables and corpora, read piece by piece, may be of any size."""
_SOUND = {".mp3", ".wav", ".m4a", ".mp4", ".mov", ".ogg", ".flac", ".aac", ".webm"}
_REFUSED = {".doc": "the old Word format; save it as .docx", ".rtf": "rich text; save it as .docx or .txt", ".pages": "a Pages document; export it as .docx",
            ".xls": "the old Excel format; save it as .xlsx or .csv", ".zip": "an archive; unpack it first"}
NOBODY = "no speaker lines were found; the file is read as one statement (name the lines with --speaker-pattern if it has speakers)"


def read_transcript(path: str | Path, *, speaker_pattern: str | None = None, columns: Mapping[str, str] | None = None) -> Transcript:
    r"""Read one transcript; for a table or corpus with several, use `read_transcripts`.

    Parameters
    ----------
    path : path
        A file in one of `FORMATS`.
    speaker_pattern : str, optional
        A regular expression (Python's) for how a line names its speaker, with a group ``speaker`` and perhaps ``time``.
    columns : mapping, optional
        For tables: which column is the ``text``, ``speaker``, ``role``, ``time``, ``document``.

    Returns
    -------
    Transcript

    Raises
    ------
    InputError
        If the file cannot be read, or holds several conversations.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from stagelens.transcripts import read_transcript
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "talk.txt"
    ...     _ = file.write_text("Ann: I was wrong to read it out.\nBo: You were.\nAnn: Yes.\nBo: Thank you.\n")
    ...     transcript = read_transcript(file)
    >>> [(turn.speaker, turn.text) for turn in transcript.turns][:2]
    [('Ann', 'I was wrong to read it out.'), ('Bo', 'You were.')]
    """
    found = list(read_transcripts(path, speaker_pattern=speaker_pattern, columns=columns))
    if len(found) != 1:
        raise InputError(f"{path} holds {len(found)} conversations; read them with read_transcripts")
    return found[0]


def read_transcripts(path: str | Path, *, speaker_pattern: str | None = None, columns: Mapping[str, str] | None = None) -> Iterator[Transcript]:
    r"""Read a file or corpus.

    Parameters
    ----------
    path : path
        A file in one of `FORMATS`, or the folder of a ConvoKit corpus.
    speaker_pattern : str, optional
        A regular expression (Python's) for how a line names its speaker, with a group ``speaker`` and perhaps ``time``.
    columns : mapping, optional
        For tables: which column is the ``text``, ``speaker``, ``role``, ``time``, ``document``.

    Returns
    -------
    iterator of Transcript
        One, or one a conversation of a table or corpus.

    Raises
    ------
    InputError
        If it cannot be read; one sentence with what is wrong and what helps.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from stagelens.transcripts import read_transcripts
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "talks.csv"
    ...     _ = file.write_text("talk,who,said\n1,Ann,I was wrong.\n1,Bo,You were.\n2,Cy,We had tea.\n")
    ...     talks = list(read_transcripts(file, columns={"document": "talk", "speaker": "who", "text": "said"}))
    >>> [(talk.name, len(talk.turns)) for talk in talks]
    [('talks.csv#1', 2), ('talks.csv#2', 1)]
    """
    path = Path(path)
    pattern = _pattern(speaker_pattern)
    if convokit.is_corpus(path):
        return convokit.read_corpus(path)
    if path.suffix.casefold() in _TABLES:
        return _table(path, columns or {})
    return _read(path, read_bytes(path, most=LARGEST), pattern, columns or {})


def _table(path: Path, columns: Mapping[str, str]) -> Iterator[Transcript]:
    """Read a table row by row; its encoding is told from how it begins."""
    form = _TABLES[path.suffix.casefold()]
    begin = read_start(path)
    if not begin.strip():
        raise InputError(f"{path} is empty; there is nothing to read")
    sample = decode(begin, str(path))
    rows = tables.rows(path, form, str(path), sample.encoding)
    return tables.read_rows(rows, path.name, form, encoding=sample.encoding, notes=sample.notes, given=columns)


def _pattern(expression: str | None) -> re.Pattern[str] | None:
    if expression is None:
        return None
    try:
        pattern = re.compile(expression)
    except re.error as error:
        raise InputError(f"the speaker pattern {expression!r} is not a regular expression ({error.msg})") from None
    if "speaker" not in pattern.groupindex:
        raise InputError(f"the speaker pattern {expression!r} has no group named speaker; write the name as (?P<speaker>...)")
    return pattern


def _read(path: Path, raw: bytes, pattern: re.Pattern[str] | None, columns: Mapping[str, str]) -> Iterator[Transcript]:
    kind = _refused(path, raw)
    if kind in _OFFICE:
        form, reader = _OFFICE[kind]
        return iter([_in_lines(path, form, Decoded(reader(path, raw), ""), pattern)])
    if kind == ".xlsx":
        return tables.read_rows(tables.xlsx_rows(path, raw), path.name, "xlsx", encoding=None, notes=(), given=columns)
    decoded = decode(raw, str(path))
    if not decoded.text.strip("\ufeff \t\r\n\0"):
        raise InputError(f"{path} is empty; there is nothing to read")
    if _is_rows(kind, decoded.text):
        return tables.read_rows(tables.json_rows(decoded.text, str(path)), path.name, "jsonl", encoding=decoded.encoding, notes=decoded.notes, given=columns)
    return iter([_one(path, decoded, pattern)])


def _refused(path: Path, raw: bytes) -> str:
    """Return the file's kind, or refuse what is no transcript in a sentence that says what to do."""
    kind = path.suffix.casefold()
    if kind in _SOUND:
        raise InputError(f"{path} is sound or film; have it transcribed first")
    if kind in _REFUSED:
        raise InputError(f"{path} is {_REFUSED[kind]}")
    if kind not in _OFFICE and kind != ".xlsx" and raw.startswith((b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0")):
        raise InputError(f"{path} holds a packed document whatever its name says; give it the ending it belongs to (.docx, .odt, .xlsx, .pdf)")
    return kind


def _is_rows(kind: str, text: str) -> bool:
    """Tell whether a .json file is a table: an array of objects."""
    return kind == ".json" and text.lstrip("\ufeff \t\r\n").startswith("[")


def _one(path: Path, decoded: Decoded, pattern: re.Pattern[str] | None) -> Transcript:
    """Read a text file by what it holds, whatever its name says."""
    text, kind = decoded.text, path.suffix.casefold()
    form = next((form for form, fits in _FITS if fits(kind, text)), "text")
    if form == "unknown":
        raise InputError(f"{path} is XML of a kind we don't know; TEI and ELAN are read")
    if form == "html":
        return _html(path, decoded, pattern)
    if form == "json":
        return _json(path, decoded)
    return _made(path, form, decoded, _turns(form, path, text, pattern))


_FITS: tuple[tuple[str, Callable[[str, str], bool]], ...] = (
    ("vtt", lambda kind, text: is_vtt(text) or kind == ".vtt"),
    ("srt", lambda kind, text: is_srt(text) or kind == ".srt"),
    ("chat", lambda kind, text: is_chat(text)),
    ("eaf", lambda kind, text: kind == ".eaf" or "<ANNOTATION_DOCUMENT" in text[:2000]),
    ("tei", lambda kind, text: kind == ".tei" or bool(re.search(r"<(?:\w+:)?TEI\b|<teiCorpus\b", text[:4000]))),
    ("json", lambda kind, text: kind == ".json"),
    ("html", lambda kind, text: kind in (".html", ".htm", ".xhtml") or is_html(text)),
    ("unknown", lambda kind, text: kind == ".xml"))
"""What a text file is, the first that fits: by its content where that tells, else by the ending of its name."""


def _turns(form: str, path: Path, text: str, pattern: re.Pattern[str] | None) -> list[Turn]:
    if form in ("vtt", "srt"):
        return read_cues(text, pattern)
    if form in ("eaf", "tei"):
        return read_eaf(text, str(path)) if form == "eaf" else read_tei(text, str(path))
    return read_chat(text) if form == "chat" else read_lines(text, pattern)


def _html(path: Path, decoded: Decoded, pattern: re.Pattern[str] | None) -> Transcript:
    turns, named = read_html(decoded.text, str(path))
    if named or not pattern:
        return _made(path, "html", decoded, turns)
    return _in_lines(path, "html", Decoded("\n".join(turn.text for turn in turns), decoded.encoding, decoded.notes), pattern)


def _json(path: Path, decoded: Decoded) -> Transcript:
    try:
        data = json.loads(decoded.text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise InputError(f"{path} is not valid JSON; export it again") from None
    if not is_podcast_json(data):
        raise InputError(f"{path} is JSON of a kind we don't know; podcast transcripts (segments) and arrays of rows are read")
    return _made(path, "podcast-json", decoded, read_podcast_json(decoded.text, str(path)))


def _in_lines(path: Path, form: str, decoded: Decoded, pattern: re.Pattern[str] | None) -> Transcript:
    return _made(path, form, decoded, read_lines(decoded.text, pattern))


def _made(path: Path, form: str, decoded: Decoded, turns: list[Turn]) -> Transcript:
    if not turns:
        raise InputError(f"{path} was read as {form} and holds no words; check that it is a transcript")
    notes = decoded.notes if any(turn.speaker for turn in turns) else (*decoded.notes, NOBODY)
    return Transcript(path.name, form, decoded.encoding or None, decoded.text, tuple(turns), notes)
