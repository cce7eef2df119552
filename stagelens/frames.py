"""The work as one pure function over frames: turns in, spans out, with a fixed typed schema on both sides.

It is what runs on one machine, on a cluster and inside a data frame library alike; nothing is read or written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from .errors import InputError
from .export import to_rows
from .records import SPEAKERS

if TYPE_CHECKING:
    from .lens import Lens

TEXT, WHOLE, REAL = "string", "int64", "float64"

TURNS: Mapping[str, str] = {"document": TEXT, "turn": WHOLE, "speaker": TEXT, "role": TEXT, "text": TEXT}
"""The columns of a frame of turns; only ``text`` must be there."""

SPANS: Mapping[str, str] = {
    "document": TEXT, "turn": WHOLE, "speaker": TEXT, "role": TEXT, "start": WHOLE, "end": WHOLE, "text": TEXT, "marker": TEXT, "stage": WHOLE,
    "score": REAL, "certainty": TEXT, "use": TEXT, "evidence": TEXT}
"""The columns of a frame of spans, and their types."""


def tag_frame(frame: pd.DataFrame, lens: Lens | None = None) -> pd.DataFrame:
    """Tag a frame of turns.

    Parameters
    ----------
    frame : DataFrame
        With a column ``text``, and perhaps ``document``, ``turn`` (an integer), ``speaker`` and ``role`` (one of responding,
        harmed, other, unknown). Rows whose text is missing give no spans.
    lens : Lens, optional
        The built-in one with default settings unless given.

    Returns
    -------
    DataFrame
        One row a span, mentions included, in the order of ``frame``; columns and types as in `SPANS`. ``start`` and ``end`` are
        code points into the row's ``text``.

    Raises
    ------
    InputError
        If there is no column ``text``, or a role is unknown.
    """
    if "text" not in frame.columns:
        raise InputError(f"the frame has no column 'text'; it has {', '.join(map(str, frame.columns)) or 'none'}")
    lens = lens or _default()
    rows = [row for turn in _turns(frame) for row in _rows(lens, turn)]
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=kind) for name, kind in SPANS.items()})


def empty() -> pd.DataFrame:
    """Return a frame of spans without rows, as schedulers ask for."""
    return pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in SPANS.items()})


def _default() -> Lens:
    from .lens import load

    return load()


def _turns(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    there = [name for name in TURNS if name in frame.columns]
    for number, values in enumerate(zip(*(frame[name].tolist() for name in there), strict=True)):
        turn: dict[str, Any] = {name: None if _is_missing(value) else value for name, value in zip(there, values, strict=True)}
        if isinstance(turn["text"], str):
            yield {"document": None, "speaker": None, "role": None, **turn, "turn": int(turn["turn"]) if turn.get("turn") is not None else number}


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and value != value)  # noqa: PLR0124 - NaN


def _rows(lens: Lens, turn: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    role = turn["role"] or "unknown"
    if role not in SPEAKERS:
        raise InputError(f"a row has the role {role!r}; allowed are {', '.join(SPEAKERS)}")
    about = {"document": turn["document"], "turn": turn["turn"], "speaker": turn["speaker"], "role": role}
    for row in to_rows(lens.tag(turn["text"], speaker=role)):
        yield {**about, **row}
