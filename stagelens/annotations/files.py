"""Reading and writing the files of other tools: errors in one sentence, files moved into place whole."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import InputError
from .place import place
from .records import Annotation, Coding, Unplaced

Mark = tuple[str, str, int, int, str, str, str]
"""Document, coder, start, end (`NOWHERE` if they cannot be read), marker ("" if unknown), quote ("" if unknown), note."""

NOWHERE = -1
LARGEST = 500_000_000
"""Bytes that an archive may unpack to."""
LONGEST = 200
"""Bytes of a file's name: systems allow 255, with the ending."""


def read_text(path: Path) -> str:
    """Return a file's text exactly, line ends too."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); give a readable file") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text (byte {error.start}); export it again as UTF-8") from None


def read_json(path: Path) -> Any:
    """Return a parsed JSON file."""
    return parsed(read_text(path), path, "the file")


def read_json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of JSON Lines."""
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            data = parsed(line, path, f"line {number}")
            if not isinstance(data, dict):
                raise InputError(f"{path} has no object in line {number}; each line must be one JSON object")
            yield data


def parsed(text: str, path: Path, where: str) -> Any:
    """Return parsed JSON, or say where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InputError(f"{path} is not valid JSON in {where}; export it again") from None


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there."""
    rough = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        rough.write_bytes(content)
        rough.replace(path)
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}); give a place you may write to") from None
    finally:
        with suppress(OSError):
            rough.unlink(missing_ok=True)


def write_json(path: Path, data: Any) -> None:
    """Write JSON in ASCII, so that any text survives."""
    write_whole(path, (json.dumps(data, ensure_ascii=True, indent=1) + "\n").encode())


def coding(documents: dict[str, str], marks: Iterable[Mark], read: dict[str, set[str]]) -> Coding:
    """Return a coding, each mark placed by its words; what cannot be placed is listed."""
    annotations: dict[Annotation, None] = {}
    unplaced: list[Unplaced] = []
    for document, coder, start, end, marker, quote, note in marks:
        read.setdefault(coder, set()).add(document)
        where = _where(documents.get(document), start, end, marker, quote)
        if isinstance(where, str):
            unplaced.append(Unplaced(document, coder, marker, quote, where))
        else:
            annotations[Annotation(document, coder, *where, marker, note)] = None
    coders = {coder: frozenset(names & documents.keys()) for coder, names in read.items()}
    return Coding(documents, tuple(annotations), coders, tuple(unplaced))


def _where(text: str | None, start: int, end: int, marker: str, quote: str) -> tuple[int, int] | str:
    if text is None:
        return "the document is not there"
    return place(text, start, end, quote) if marker else "it names no marker that is known here"


def offset(value: object) -> int:
    """Return an offset as a file gives it, `NOWHERE` if it is none."""
    try:
        return max(NOWHERE, int(value))  # type: ignore[call-overload, no-any-return]
    except (TypeError, ValueError, OverflowError):
        return NOWHERE


def open_archive(path: Path, kind: str) -> zipfile.ZipFile:
    """Return an archive, refusing one that would unpack to too much."""
    try:
        package = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); give a readable file") from None
    except (zipfile.BadZipFile, ValueError):
        raise InputError(f"{path} is damaged or no {kind}; export it again") from None
    if sum(entry.file_size for entry in package.infolist()) > LARGEST:
        raise InputError(f"{path} would unpack to more than {LARGEST:,} bytes; leave sound and film out of the export")
    return package


def unpack(package: zipfile.ZipFile, name: str, path: Path) -> bytes:
    """Return one file of an archive."""
    try:
        return package.read(name)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
        raise InputError(f"{path} has no readable {name} in it; export it again, without a password") from None


def with_newlines(text: str, newline: str) -> tuple[str, Callable[[int], int]]:
    """Return a text with other line ends, and where each code point of the first stands in it."""
    if newline == "\n" or "\n" not in text:
        return text, lambda offset: offset
    lone = [i for i, letter in enumerate(text) if letter == "\n" and (i == 0 or text[i - 1] != "\r")]
    parts, last = [], 0
    for i in lone:
        parts += [text[last:i], newline]
        last = i + 1
    added = len(newline) - 1
    return "".join([*parts, text[last:]]), lambda offset: offset + added * bisect_left(lone, offset)


def safe_names(names: Iterable[str]) -> dict[str, str]:
    """Return a file name for each name, no two alike."""
    taken: set[str] = set()
    return {name: _safe_name(name, taken) for name in sorted(set(names))}


def _safe_name(name: str, taken: set[str]) -> str:
    plain = "".join(letter if letter.isalnum() or letter in "-_. " else "_" for letter in name).strip(". ") or "document"
    plain, number = plain.encode("utf-8", "replace")[:LONGEST].decode("utf-8", "ignore").rstrip(". "), 1
    chosen = plain
    while chosen.casefold() in taken:
        number += 1
        chosen = f"{plain}-{number}"
    taken.add(chosen.casefold())
    return chosen
