"""Gold files: one JSON object a line with ``id``, ``text`` and ``spans`` (``quote``, ``marker``, ``occurrence``)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError


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
        lines = Path(path).read_text(encoding="utf-8").splitlines()
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
        text, spans = entry["text"], entry.get("spans", [])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(f"{where} is not a JSON object with 'text' and 'spans'") from None
    return Gold(str(entry.get("id", where)), text, tuple(_place(text, spans, where)), entry.get("pair"), entry.get("kind"), entry.get("role"))


def _place(text: str, spans: list[dict[str, object]], where: str) -> Iterator[tuple[int, int, str]]:
    for span in spans:
        quote, at = str(span["quote"]), -1
        for _ in range(int(str(span.get("occurrence", 1)))):
            at = text.find(quote, at + 1)
            if at < 0:
                raise InputError(f"{where} quotes {quote!r}, which does not stand in its text")
        yield at, at + len(quote), str(span["marker"])
