"""The work as one pure function over frames: turns in, spans out, with a fixed typed schema on both sides.

It is what runs on one machine, on a cluster and inside a data frame library alike; nothing is read or written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from .conversation import Found, tag_turns
from .errors import InputError
from .export import span_rows, storable
from .records import SPEAKERS

if TYPE_CHECKING:
    from .lens import Lens

__all__ = ["SPANS", "TURNS", "empty", "tag_frame"]

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
        harmed, other, unknown). Rows of one document are read together, those without a document each by itself; rows whose text
        is missing give no spans.
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

    Examples
    --------
    >>> import pandas
    >>> from stagelens.frames import tag_frame
    >>> turns = pandas.DataFrame({"text": ["I was wrong to read your letter out.", None], "role": ["responding", "responding"]})
    >>> tag_frame(turns)[["turn", "start", "end", "marker"]].values.tolist()
    [[0, 0, 35, 'ownership']]
    """
    if "text" not in frame.columns:
        raise InputError(f"the frame has no column 'text'; it has {', '.join(map(str, frame.columns)) or 'none'}")
    lens = lens or _default()
    turns = list(_turns(frame))
    found = _found(lens, turns)
    rows = [{**turn, **row} for turn, one in zip(turns, found, strict=True) for row in span_rows(turn["text"], (*one.spans, *one.mentions))]
    return pd.DataFrame({name: pd.Series([storable(row[name]) for row in rows], dtype=kind) for name, kind in SPANS.items()})


def _found(lens: Lens, turns: Sequence[Mapping[str, Any]]) -> list[Found]:
    """Tag the turns, those of one document together; a row without a document stands for itself."""
    documents: dict[Any, list[int]] = {}
    for number, turn in enumerate(turns):
        documents.setdefault(turn["document"] if turn["document"] is not None else (number,), []).append(number)
    result = [Found()] * len(turns)
    for numbers in documents.values():
        tagged = tag_turns(lens, [(turns[n]["text"], turns[n]["speaker"], turns[n]["role"]) for n in numbers])
        for number, found in zip(numbers, tagged, strict=True):
            result[number] = found
    return result


def empty() -> pd.DataFrame:
    """Return a frame of spans without rows, as schedulers ask for.

    Returns
    -------
    DataFrame, shape (0, 13)
        Columns and types as in `SPANS`.

    Examples
    --------
    >>> from stagelens.frames import empty
    >>> empty().shape
    (0, 13)
    """
    return pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in SPANS.items()})


def _default() -> Lens:
    from .lens import load

    return load()


def _turns(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    there = [name for name in TURNS if name in frame.columns]
    for number, values in enumerate(zip(*(frame[name].tolist() for name in there), strict=True)):
        turn: dict[str, Any] = {name: None if _is_missing(value) else value for name, value in zip(there, values, strict=True)}
        if isinstance(turn["text"], str):
            number = int(turn["turn"]) if turn.get("turn") is not None else number  # noqa: PLW2901
            yield {"document": None, "speaker": None, **turn, "turn": number, "role": _role(turn.get("role"))}


def _role(role: str | None) -> str:
    if role is not None and role not in SPEAKERS:
        raise InputError(f"a row has the role {role!r}; allowed are {', '.join(SPEAKERS)}")
    return role or "unknown"


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and value != value)  # noqa: PLR0124 - NaN
