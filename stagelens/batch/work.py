"""One file: read, tagged, written as one part. What a process does; it shares nothing with the others but the folder."""

from __future__ import annotations

import gc
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..conversation import Found, tag_turns
from ..errors import StagelensError
from ..export import FORMAT as READING_FORMAT
from ..export import Utf16, span_dict
from ..lens import SILENT, Lens
from ..transcripts import Transcript, Turn, read_transcripts
from ..version import __version__
from .job import FORMAT, Job
from .sources import Source

CHUNK = 1 << 20
SELDOM = 200_000
"""Objects made between two looks for reference cycles."""
Counts = tuple[int, int, int, int, int]
"""Documents, words, spans, untagged, undivided (see `Outcome`)."""
NOTHING: Counts = (0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: ``done`` now, ``kept`` from an earlier run, or ``failed`` with the reason.

    Of its documents, ``untagged`` hold nobody whose words were to be tagged, and ``undivided`` several speakers of whom nothing is known.
    """

    name: str
    key: str | None
    status: str
    reason: str | None = None
    documents: int = 0
    words: int = 0
    spans: int = 0
    untagged: int = 0
    undivided: int = 0


def part(parts: Path, key: str) -> Path:
    """Return where the results of a file stand."""
    return parts / key[:2] / f"{key}.jsonl"


def failure(parts: Path, key: str) -> Path:
    """Return where the reason stands why a file gave no results."""
    return parts / key[:2] / f"{key}.error.json"


def work(source: Source, job: Job, parts: Path, *, retry: bool = False) -> Outcome:
    """Read and tag one file, unless an earlier run did; never raises for what is wrong with the file.

    Raises
    ------
    OSError
        If the results cannot be written.
    """
    if source.problem:
        return Outcome(source.name, None, "failed", source.problem)
    try:
        before = _state(source.path)
        key = job.key(source.name, _digest(source.path))
    except OSError as error:
        return Outcome(source.name, None, "failed", f"{source.path} cannot be read ({error.strerror}); give a readable file")
    if part(parts, key).exists():
        return _kept(source, key, parts)
    if failure(parts, key).exists() and not retry:
        return Outcome(source.name, key, "failed", json.loads(failure(parts, key).read_text(encoding="utf-8"))["reason"])
    outcome = _written(source, job, parts, key)
    if outcome.status == "done" and _state(source.path) != before:
        part(parts, key).unlink()
        return Outcome(source.name, None, "failed", f"{source.path} changed while it was read; run again when nothing writes to it")
    return outcome


def _written(source: Source, job: Job, parts: Path, key: str) -> Outcome:
    """Write the part beside its place and move it there when it is whole, so that what is there is always whole."""
    target = part(parts, key)
    target.parent.mkdir(parents=True, exist_ok=True)
    rough = target.with_name(f".{key}.{os.getpid()}")
    counts = NOTHING
    try:
        with _seldom_collected(), rough.open("w", encoding="utf-8", newline="\n") as file:
            for record in records(source, job):
                file.write(json.dumps(record, ensure_ascii=True, separators=(",", ":")) + "\n")
                counts = _and(counts, record)
            file.flush()
            os.fsync(file.fileno())
        rough.replace(target)
    except (StagelensError, MemoryError, RecursionError) as error:
        return _failed(source, parts, key, str(error) or f"{source.path} is too large for the memory of this machine")
    finally:
        rough.unlink(missing_ok=True)
    failure(parts, key).unlink(missing_ok=True)
    return Outcome(source.name, key, "done", None, *counts)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Let Python look for reference cycles less often: the model makes many small tuples and no cycles, and the looking took a quarter of the time."""
    before = gc.get_threshold()
    gc.set_threshold(SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _failed(source: Source, parts: Path, key: str, reason: str) -> Outcome:
    path = failure(parts, key)
    rough = path.with_name(f".{path.name}.{os.getpid()}")
    rough.write_text(json.dumps({"file": source.name, "reason": reason}), encoding="utf-8")
    rough.replace(path)
    return Outcome(source.name, key, "failed", reason)


def _kept(source: Source, key: str, parts: Path) -> Outcome:
    return Outcome(source.name, key, "kept", None, *counted(part(parts, key)))


def counted(path: Path) -> Counts:
    """Return how many documents, words and spans a part holds, and in how many documents nobody, or perhaps too many, were tagged."""
    counts = NOTHING
    with path.open(encoding="utf-8") as file:
        for line in file:
            counts = _and(counts, json.loads(line))
    return counts


def _and(counts: Counts, record: Mapping[str, Any]) -> Counts:
    documents, words, spans, untagged, undivided = counts
    turns = record["turns"]
    speakers = {turn["speaker"] for turn in turns if turn["role"] == "unknown"}
    return (documents + 1, words + record["words"], spans + sum(len(turn["spans"]) for turn in turns),
            untagged + (record["words"] > 0 and all(turn["role"] in SILENT for turn in turns)), undivided + (len(speakers) > 1))


def _state(path: Path) -> list[tuple[str, int, int]]:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return [(str(file), (stat := file.stat()).st_mtime_ns, stat.st_size) for file in files]


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(path.iterdir()) if path.is_dir() else [path]:
        with file.open("rb") as opened:
            while block := opened.read(CHUNK):
                digest.update(block)
    return digest.hexdigest()


# --- records -----------------------------------------------------------------------------------------------------


def records(source: Source, job: Job) -> Iterator[dict[str, Any]]:
    """Yield the record of each document in a file, as written to ``documents.jsonl``."""
    lens = job.lens()
    for transcript in read_transcripts(source.path, speaker_pattern=job.speaker_pattern, columns=job.columns):
        yield record(lens, job, source.name, job.roles.apply(transcript))


def record(lens: Lens, job: Job, file: str, transcript: Transcript) -> dict[str, Any]:
    """Return one document with its turns and what was found in them, as plain data."""
    strangers = job.roles.strangers(transcript) if job.roles else ()
    notes = [*transcript.notes, *(f"no speaker is named {name!r}; the speakers are {', '.join(s or 'unnamed' for s in transcript.speakers)}"
                                  for name in strangers)]
    name = file + transcript.name[len(transcript.name.split("#", 1)[0]):]
    found = tag_turns(lens, [(turn.text, turn.speaker, turn.role) for turn in transcript.turns])
    turns = [_turn(number, turn, found[number], job) for number, turn in enumerate(transcript.turns)]
    return {"format": FORMAT, "stagelens": __version__, "reading_format": READING_FORMAT, "document": name, "file": file, "read_as": transcript.format,
            "encoding": transcript.encoding, "preset": job.preset, "words": sum(turn["words"] for turn in turns), "notes": notes, "turns": turns}


def _turn(number: int, turn: Turn, found: Found, job: Job) -> dict[str, Any]:
    utf16 = Utf16(turn.text)
    plain: dict[str, Any] = {"turn": number, "speaker": turn.speaker, "role": turn.role, "start_s": turn.start, "end_s": turn.end,
                             "words": len(turn.text.split()), "sha256": hashlib.sha256(turn.text.encode("utf-8", "surrogatepass")).hexdigest()}
    if job.keep_text:
        plain["text"] = turn.text
    for kind, spans in (("spans", found.spans), ("mentions", found.mentions)):
        plain[kind] = [_placed(span_dict(span, utf16), turn, job) for span in spans]
    return plain


def _placed(span: dict[str, Any], turn: Turn, job: Job) -> dict[str, Any]:
    span["file_start"], span["file_end"] = turn.place(span["start"], span["end"])
    if not job.keep_text:
        span["sha256"] = hashlib.sha256(span.pop("text").encode("utf-8", "surrogatepass")).hexdigest()
    return span
