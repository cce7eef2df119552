"""Gold files: one JSON object a line with ``id``, ``text`` and ``spans`` (``quote``, ``marker``, ``occurrence``)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError

KEYS = ("pair", "kind", "role")
"""What a line may hold besides."""


@dataclass(frozen=True, slots=True)
class Gold:
    """One annotated text. ``spans`` are (start, end, marker), in code points."""

    id: str
    text: str
    spans: tuple[tuple[int, int, str], ...]
    pair: str | None = None
    kind: str | None = None
    role: str | None = None


def read_gold(path: str | Path) -> list[Gold]:
    """Read a gold file.

    Raises
    ------
    InputError
        If the file cannot be read, a line is no JSON object, or a quote does not stand in its text.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read ({getattr(error, 'strerror', None) or 'it is not UTF-8 text'})") from None
    return [_parse(line, f"{path}, line {number}") for number, line in enumerate(lines, start=1) if line.strip()]


def _parse(line: str, where: str) -> Gold:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        entry = None
    spans = entry.get("spans", []) if isinstance(entry, dict) else None
    if not (isinstance(entry, dict) and isinstance(entry.get("text"), str) and isinstance(spans, list)):
        raise InputError(f"{where} is not a JSON object with 'text' and 'spans'")
    text = entry["text"]
    return Gold(str(entry.get("id", where)), text, tuple(_place(text, span, where) for span in spans), *(_optional(entry, key, where) for key in KEYS))


def _optional(entry: dict[str, Any], key: str, where: str) -> str | None:
    value = entry.get(key)
    if value is not None and not isinstance(value, str):
        raise InputError(f"{where} has {value!r} as its {key}; give a text, or leave it out")
    return value


def _place(text: str, span: Any, where: str) -> tuple[int, int, str]:
    """Return where a quotation stands, for the time that ``occurrence`` says, and its marker."""
    quote, marker = (span.get("quote"), span.get("marker")) if isinstance(span, dict) else (None, None)
    if not (isinstance(quote, str) and quote and isinstance(marker, str) and marker):
        raise InputError(f"{where} has a span without quote and marker; each needs both, as texts")
    occurrence = span.get("occurrence", 1)
    if isinstance(occurrence, bool) or not isinstance(occurrence, int) or occurrence < 1:
        raise InputError(f"{where} has the occurrence {occurrence!r}; allowed is a whole number from 1")
    at = -1
    for _ in range(occurrence):
        at = text.find(quote, at + 1)
        if at < 0:
            raise InputError(f"{where} quotes {quote!r}, which does not stand in its text" + (f" {occurrence} times" if occurrence > 1 else ""))
    return at, at + len(quote), marker
