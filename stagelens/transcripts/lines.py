"""Plain text with speaker lines, as recorders and typists write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .names import LABEL, STAMP, is_noise, may_be_name, names, seconds
from .records import Piece, Turn

_TIME = rf"[\[(]?(?P<{{0}}>{STAMP})[\])]?"
_BEFORE, _BEHIND, _AFTER = (_TIME.replace("{0}", group) for group in ("before", "behind", "after"))
_STAMPED = rf"[\[(](?P<after>{STAMP})[\])]"

_COLON = re.compile(rf"^[ \t]*(?:\*\*|__)?(?:{_BEFORE}(?:[ \t]*[-\u2013|])?[ \t]*)?(?P<speaker>{LABEL})(?:[ \t]*\*\*)?(?:[ \t]+{_BEHIND})?[ \t]*:"
                    rf"(?:[ \t]*{_STAMPED})?(?:\*\*|__)?(?=\s|$)[ \t]*", re.M)
_HEADER = re.compile(rf"^[ \t]*(?:\*\*|__)?(?P<speaker>{LABEL})(?:\*\*|__)?[ \t]+{_AFTER}(?:\*\*|__)?(?=\s|$)[ \t]*", re.M)
_STAMP_FIRST = re.compile(rf"^[ \t]*[\[(]?(?P<before>{STAMP})[\])]?[ \t]+(?P<speaker>{LABEL})[ \t]*$\n?", re.M)
_PIPE = re.compile(r"^[ \t]*(?P<speaker>[^|\s][^|\n]{0,39}?)[ \t]*\|[ \t]*(?=\S)", re.M)
_BRACKET = re.compile(r"^[ \t]*\[(?P<speaker>[^\W\d_][\w .'-]{0,30})\][ \t]*:?[ \t]*(?=\S)", re.M)
SHARE = 0.5
"""Bars and brackets name speakers only where they open at least this share of the lines that are not blank."""


def read_lines(text: str, pattern: re.Pattern[str] | None = None) -> list[Turn]:
    """Return the turns of a plain text; a text without speaker lines is one turn of an unnamed speaker.

    Parameters
    ----------
    text : str
        The file's decoded text.
    pattern : compiled expression, optional
        Matched at the start of a line, with a group ``speaker`` (and perhaps ``time``); the words follow it.
    """
    heads = sorted(_heads(text, pattern), key=lambda head: head.start())
    starts: list[tuple[int, int, str | None, float | None]] = [(0, 0, None, None)] if not heads or text[:heads[0].start()].strip() else []
    starts += [(head.start(), head.end(), head["speaker"].strip(), _time(head)) for head in heads]
    return [turn for turn in _turns(text, starts) if turn.text]


def _heads(text: str, pattern: re.Pattern[str] | None) -> list[re.Match[str]]:
    if pattern:
        return list(re.compile(pattern.pattern, pattern.flags | re.M).finditer(text)) if pattern.pattern.startswith("^") else _at_line_starts(pattern, text)
    lines = [line for line in text.splitlines() if line.strip()]
    for finder in (_with_bars, _with_brackets, _with_names):
        if found := finder(text, lines):
            return found
    return []


def _at_line_starts(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    starts = [0, *(m.end() for m in re.finditer(r"\n", text))]
    return [found for start in starts if (found := pattern.match(text, start)) and found["speaker"]]


def _with_bars(text: str, lines: Sequence[str]) -> list[re.Match[str]]:
    found = list(_PIPE.finditer(text))
    return found if len(found) > 1 and len(found) >= SHARE * len(lines) else []


def _with_brackets(text: str, lines: Sequence[str]) -> list[re.Match[str]]:
    found = [m for m in _BRACKET.finditer(text) if not is_noise(m["speaker"])]
    return found if len(found) > 1 and len(found) >= SHARE * len(lines) * 0.5 else []


def _with_names(text: str, lines: Sequence[str]) -> list[re.Match[str]]:
    colons = list(_COLON.finditer(text))
    stamped = [m for m in (*_HEADER.finditer(text), *_STAMP_FIRST.finditer(text)) if may_be_name(m["speaker"])]
    known = names((m["speaker"] for m in colons), len(lines)) | {m["speaker"] for m in stamped}
    named = [m for m in colons if m["speaker"] in known or (_time(m) is not None and may_be_name(m["speaker"]))]
    taken = {m.start() for m in named}
    return named + [m for m in stamped if m.start() not in taken]


def _time(head: re.Match[str]) -> float | None:
    groups = head.groupdict()
    return next((seconds(groups[name]) for name in ("before", "behind", "after", "time") if groups.get(name)), None)


def _turns(text: str, starts: Sequence[tuple[int, int, str | None, float | None]]) -> Iterator[Turn]:
    """Yield each turn as the file has it, from behind its head to the next head; neighbours of one speaker stay apart."""
    for index, (_, begin, speaker, time) in enumerate(starts):
        until = starts[index + 1][0] if index + 1 < len(starts) else len(text)
        left, right = _bounds(text, begin, until)
        yield Turn(speaker, text[left:right], start=time, pieces=(Piece(0, right - left, left, right),))


def _bounds(text: str, begin: int, until: int) -> tuple[int, int]:
    piece = text[begin:until]
    left = begin + len(piece) - len(piece.lstrip(" \t\r\n\ufeff"))
    return left, max(left, begin + len(piece.rstrip()))
