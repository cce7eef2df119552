"""Gold files: one JSON object a line with ``id``, ``text`` and ``spans`` (``quote``, ``marker``, ``occurrence``)."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError

KEYS = ("pair", "kind", "role")
"""What a line may hold besides."""


@dataclass(frozen=True, slots=True)
class Gold:
    """One annotated text.

    Attributes
    ----------
    id, text : str
    spans : tuple of (int, int, str)
        Start, end and marker; code points into ``text``.
    pair : str or None
        The minimal pair that the text belongs to.
    kind : str or None
        What kind of text it is.
    role : str or None
        Who speaks: ``harmed`` and ``other`` are expected to carry no markers.

    Examples
    --------
    >>> from stagelens.evaluation import Gold
    >>> gold = Gold("t1", "I was wrong to read it out.", ((0, 26, "ownership"),))
    >>> gold.text[slice(*gold.spans[0][:2])]
    'I was wrong to read it out'
    """

    id: str
    text: str
    spans: tuple[tuple[int, int, str], ...]
    pair: str | None = None
    kind: str | None = None
    role: str | None = None


def read_gold(path: str | Path, markers: Collection[str] | None = None) -> list[Gold]:
    """Read a gold file.

    Parameters
    ----------
    path : path
        One JSON object a line: ``id``, ``text``, ``spans`` (each with ``quote``, ``marker`` and perhaps ``occurrence``, from 1).
    markers : collection of str, optional
        The markers that spans may name; any unless given.

    Returns
    -------
    list of Gold

    Raises
    ------
    InputError
        If the file cannot be read, a line is no JSON object, a quote does not stand in its text, or a marker is unknown.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from stagelens.evaluation import read_gold
    >>> line = '{"id": "t1", "text": "I was wrong.", "spans": [{"quote": "I was wrong", "marker": "ownership"}]}'
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "gold.jsonl"
    ...     _ = file.write_text(line)
    ...     read_gold(file)[0].spans
    ((0, 11, 'ownership'),)
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read ({getattr(error, 'strerror', None) or 'it is not UTF-8 text'})") from None
    golds = [(f"{path}, line {number}", line) for number, line in enumerate(lines, start=1) if line.strip()]
    return [_known(_parse(line, where), where, markers) for where, line in golds]


def _known(gold: Gold, where: str, markers: Collection[str] | None) -> Gold:
    for *_, marker in gold.spans:
        if markers is not None and marker not in markers:
            raise InputError(f"{where} names the unknown marker {marker!r}; known are {', '.join(markers)}: mend it, or give the framework it "
                             "belongs to (--framework)")
    return gold


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
