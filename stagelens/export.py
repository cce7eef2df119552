"""Readings as rows, JSON (numbered format) and data frames."""

from __future__ import annotations

import csv
import io
import json
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .records import Span
from .version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from .reading import Reading

__all__ = ["COLUMNS", "FORMAT", "to_csv", "to_dict", "to_frame", "to_json", "to_json_many", "to_rows"]

FORMAT = 1
"""The number of the JSON format; what each number means stands in ``docs/format.md``."""

COLUMNS = ("start", "end", "start_utf16", "end_utf16", "text", "marker", "stage", "score", "certainty", "use", "evidence")
"""The columns of the frame and the CSV, one row a span."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_RISKY = ("=", "+", "-", "@", "\t", "\r")


class Utf16:
    """Turns code points of one text into UTF-16 code units, as browsers count."""

    def __init__(self, text: str) -> None:
        self._wide = [] if text.isascii() else [i for i, c in enumerate(text) if ord(c) > 0xFFFF]

    def __call__(self, offset: int) -> int:
        """Return the UTF-16 offset of a code-point offset."""
        return offset + bisect_left(self._wide, offset)


def to_dict(reading: Reading) -> dict[str, Any]:
    """Return a reading as plain data.

    Parameters
    ----------
    reading : Reading

    Returns
    -------
    dict
        Format 1, as described in ``docs/format.md``.

    Examples
    --------
    >>> import stagelens
    >>> from stagelens.export import to_dict
    >>> sorted(to_dict(stagelens.load().tag("We had tea.")))[:3]
    ['format', 'framework', 'mentions']
    """
    utf16 = Utf16(reading.text)
    return {
        "format": FORMAT,
        "stagelens": __version__,
        "framework": reading.framework.name,
        "speaker": reading.speaker,
        "text": reading.text,
        "spans": [span_dict(span, utf16) for span in reading.spans],
        "mentions": [span_dict(span, utf16) for span in reading.mentions],
        "profile": asdict(reading.profile),
        "missing": [asdict(gap) for gap in reading.missing],
        "next_step": asdict(reading.next_step) if reading.next_step else None,
    }


def span_dict(span: Span, utf16: Utf16) -> dict[str, Any]:
    """Return a span as plain data."""
    plain = asdict(span)
    return {"start": plain.pop("start"), "end": plain.pop("end"), "start_utf16": utf16(span.start), "end_utf16": utf16(span.end), **plain}


def to_json(reading: Reading, *, indent: int | None = None) -> str:
    """Return a reading as JSON text, in ASCII: a lone surrogate survives as its escape.

    Parameters
    ----------
    reading : Reading
    indent : int, optional
        Spaces a level; everything on one line unless given.

    Returns
    -------
    str

    Examples
    --------
    >>> import stagelens
    >>> from stagelens.export import to_json
    >>> to_json(stagelens.load().tag("We had tea."))[:12]
    '{"format": 1'
    """
    return json.dumps(to_dict(reading), ensure_ascii=True, indent=indent)


def to_rows(reading: Reading) -> list[dict[str, Any]]:
    """Return one plain row a span, own moves and mentions together in text order.

    Parameters
    ----------
    reading : Reading

    Returns
    -------
    list of dict
        With the keys of `COLUMNS`; offsets in code points and in UTF-16 code units.

    Examples
    --------
    >>> import stagelens
    >>> from stagelens.export import to_rows
    >>> [row["marker"] for row in to_rows(stagelens.load().tag("I was wrong to read your letter out."))]
    ['ownership']
    """
    return span_rows(reading.text, (*reading.spans, *reading.mentions))


def span_rows(text: str, spans: Sequence[Span]) -> list[dict[str, Any]]:
    """Return one plain row a span of a text, in its order."""
    utf16 = Utf16(text)
    spans = sorted(spans, key=lambda s: (s.start, -s.end, s.stage, s.marker, s.use))
    return [{"start": s.start, "end": s.end, "start_utf16": utf16(s.start), "end_utf16": utf16(s.end), "text": s.text, "marker": s.marker,
             "stage": s.stage, "score": s.score, "certainty": s.certainty, "use": s.use, "evidence": " ".join(e.id for e in s.evidence)}
            for s in spans]


def to_json_many(readings: Sequence[tuple[str, Reading]]) -> str:
    """Return one reading as one JSON object, several as a JSON array; each names its file.

    Parameters
    ----------
    readings : sequence of (str, Reading)
        Each with the name of its file.

    Returns
    -------
    str

    Examples
    --------
    >>> import json, stagelens
    >>> from stagelens.export import to_json_many
    >>> lens = stagelens.load()
    >>> both = to_json_many([("a.txt", lens.tag("We had tea.")), ("b.txt", lens.tag("It rained."))])
    >>> [entry["file"] for entry in json.loads(both)]
    ['a.txt', 'b.txt']
    """
    objects = [{"file": name, **to_dict(reading)} for name, reading in readings]
    return json.dumps(objects[0] if len(objects) == 1 else objects, ensure_ascii=True, indent=1)


def to_frame(reading: Reading) -> pd.DataFrame:
    """Return a pandas frame with one row a span.

    Parameters
    ----------
    reading : Reading

    Returns
    -------
    DataFrame, shape (spans and mentions, 11)
        Columns as in `COLUMNS`. Half a character pair, which no proper text holds, is U+FFFD there.

    Examples
    --------
    >>> import stagelens
    >>> from stagelens.export import to_frame
    >>> to_frame(stagelens.load().tag("I was wrong to read your letter out.")).shape
    (1, 11)
    """
    import pandas as pd

    return pd.DataFrame([{name: storable(value) for name, value in row.items()} for row in to_rows(reading)], columns=list(COLUMNS))


def storable(value: Any) -> Any:
    """Return a value with the odd mark for each half of a character pair that stands alone: pandas keeps texts as UTF-8, which has none."""
    return _SURROGATE.sub("\ufffd", value) if isinstance(value, str) else value


def to_csv(readings: Sequence[tuple[str, Reading]]) -> str:
    """Return the rows of named readings as CSV. Cells that a spreadsheet would take for a formula get a leading apostrophe.

    Parameters
    ----------
    readings : sequence of (str, Reading)
        Each with the name of its file.

    Returns
    -------
    str
        With a header; the name stands in the column ``file``.

    Examples
    --------
    >>> import stagelens
    >>> from stagelens.export import to_csv
    >>> print(to_csv([("a.txt", stagelens.load().tag("We had tea."))]), end="")
    file,start,end,start_utf16,end_utf16,text,marker,stage,score,certainty,use,evidence
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, ("file", *COLUMNS), lineterminator="\n")
    writer.writeheader()
    for name, reading in readings:
        for row in to_rows(reading):
            writer.writerow({key: safe_cell(value) for key, value in {"file": name, **row}.items()})
    return out.getvalue()


def safe_cell(value: Any) -> Any:
    """Return a cell's value such that no spreadsheet takes it for a formula."""
    if not isinstance(value, str):
        return value
    value = value.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")
    return f"'{value}" if value.startswith(_RISKY) else value
