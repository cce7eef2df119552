"""Which words before a colon are a speaker's name, and which time stamps stand around it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from math import isfinite

STAMP = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,:]\d{1,3})?"
LABEL = r"[^\W_][\w.'\u2019&()/# -]{0,38}[\w.)]|[^\W\d_]"
"""What may be a name: "Dr A. Osei", "Speaker 1", "MOTHER", "id3", "Q"."""
OFTEN = 3
"""Labels that open at least one line in this many are taken as names even if each stands once."""

_NEVER = frozenset({
    "note", "notes", "question", "answer", "remember", "warning", "example", "tip", "update", "ps", "re", "subject", "date", "time", "to", "from",
    "cc", "dear", "title", "place", "location", "present", "participants", "speakers", "recording", "transcript", "summary", "http", "https",
    "important", "reason", "result", "first", "second", "third", "finally", "one", "two", "kind", "source", "duration", "length", "file", "session"})
_SMALL = frozenset({"of", "de", "van", "von", "der", "da", "di", "la", "le", "el", "al", "bin", "and", "the", "for"})
_NOISE = frozenset({"laughter", "laughs", "laughing", "music", "applause", "crosstalk", "inaudible", "unintelligible", "silence", "pause", "sighs",
                    "crying", "sic", "redacted", "noise", "coughs", "background noise", "overlapping"})


def seconds(stamp: str | None) -> float | None:
    """Return a time stamp ("1:02:03.5", "00:12", "7.38") in seconds; None for what is none."""
    parts = (stamp or "").replace(",", ".").split(":")
    if len(parts) == 4:  # hours, minutes, seconds, frames: frames are left out
        parts = parts[:3]
    total = 0.0
    for part in parts:
        if (number := finite(part)) is None:
            return None
        total = total * 60 + number
    return finite(round(total, 3)) if isfinite(total) else None


def finite(value: object) -> float | None:
    """Return a number as a file gives it; None for what is no number, or none that a clock can show."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def may_be_name(label: str) -> bool:
    """Tell whether a label could be a name at all: short, each word with a capital, a digit or by itself in one case."""
    words = label.split()
    if not words or len(words) > 5 or label.casefold() in _NEVER | _NOISE:
        return False
    return all(word[:1].isupper() or word[:1].isdigit() or word in _SMALL or not word[:1].isalpha() for word in words) or _is_code(label)


def _is_code(label: str) -> bool:
    return bool(re.fullmatch(r"[a-z]{1,12}[ _-]?\d{1,3}|[a-z]", label)) or label.casefold() in {"speaker", "interviewer", "interviewee", "unknown"}


def names(labels: Iterable[str], lines: int) -> frozenset[str]:
    """Return the labels that are names: those that come again, and all of them where labels open many of the lines."""
    counted = Counter(label for label in labels if may_be_name(label))
    if counted.total() * OFTEN >= lines:
        return frozenset(counted)
    return frozenset(label for label, count in counted.items() if count > 1 or re.fullmatch(r"(?i)speaker[ _]?\d+", label))


def is_noise(label: str) -> bool:
    """Tell whether a word in brackets says what is heard ("laughter") rather than who speaks."""
    return label.casefold() in _NOISE
