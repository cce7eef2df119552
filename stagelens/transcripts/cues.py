"""WebVTT and SRT: timed cues, names in tags or before a colon.

Written by hand since the libraries for these formats lose text behind a blank line, more than one voice in a cue, or offsets.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .names import LABEL, names, seconds
from .records import Fragment, Part, Turn, joined

_CLOCK = r"(?:(?:\d+:)?\d{1,2}:)?\d+[.,]\d{1,3}"
_TIMING = re.compile(rf"\s*({_CLOCK})\s*-->\s*({_CLOCK})")
_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_TAG = re.compile(r"<(?P<tag>/?[A-Za-z0-9:.]+)(?P<rest>[^<>]*)>|\{\\[^{}]*\}|(?P<entity>&(?:#\d+|#x[0-9A-Fa-f]+|\w+);)")
_LABELLED = re.compile(rf"\s*(?P<new>>>\s*)?(?:\[?(?P<name>{LABEL})\]?\s*:\s)?", re.UNICODE)
_DASH = re.compile(r"\s*[-\u2013\u2014]\s*(?=\S)")


HEAD = 4_000
"""Code points in which the first cue must stand."""


@dataclass(slots=True)
class _Cue:
    start: float | None
    end: float | None
    lines: list[tuple[int, int]]


def is_vtt(text: str) -> bool:
    """Tell whether a file is WebVTT."""
    return text.lstrip("\ufeff").startswith("WEBVTT")


def is_srt(text: str) -> bool:
    """Tell whether a file has cues without being WebVTT."""
    return bool(re.match(rf"\s*(?:\d+\s*\n)?{_TIMING.pattern}", text[:HEAD].replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff \t\n")))


def read_cues(text: str, pattern: re.Pattern[str] | None = None) -> list[Turn]:
    """Return the turns of a WebVTT or SRT file.

    Parameters
    ----------
    text : str
        The file's decoded text.
    pattern : compiled expression, optional
        With a group ``speaker``: how a line names its speaker, where the usual ways don't fit.
    """
    cues = list(_cues(text, numbered=not is_vtt(text)))
    tagged = any("<v" in text[a:b] for cue in cues for a, b in cue.lines)
    return list(joined(_by_voice(text, cues) if tagged and not pattern else _by_label(text, cues, pattern)))


# --- cues --------------------------------------------------------------------------------------------------------


def _lines(text: str) -> list[tuple[int, int]]:
    return [(m.start(), m.start() + len(m[0].rstrip("\r\n"))) for m in _LINE.finditer(text) if m[0]]


def _cues(text: str, *, numbered: bool) -> Iterator[_Cue]:
    """Yield the cues. A blank line does not end one: what follows up to the next timing (and its number or name) belongs to it."""
    lines = _lines(text)
    cue: _Cue | None = None
    skipping = False
    for index, (start, end) in enumerate(lines):
        line = text[start:end]
        timing = _TIMING.match(line)
        before_blank = index == 0 or not text[slice(*lines[index - 1])].strip()
        if timing:
            if cue:
                yield cue
            cue, skipping = _Cue(seconds(timing[1]), seconds(timing[2]), []), False
        elif not line.strip():
            skipping = False
        elif skipping or (before_blank and _BLOCK.match(line) and not numbered):
            skipping = True
        elif cue and not _heads(text, lines, index, numbered=numbered):
            cue.lines.append((start, end))
    if cue:
        yield cue


def _heads(text: str, lines: Sequence[tuple[int, int]], index: int, *, numbered: bool) -> bool:
    """Tell whether a line is the number or name of the cue whose timing stands in the next line."""
    if index + 1 >= len(lines) or not _TIMING.match(text[slice(*lines[index + 1])]):
        return False
    line = text[slice(*lines[index])].strip()
    return line.isdigit() if numbered else line.isdigit() or not text[slice(*lines[index - 1])].strip()


# --- speakers ----------------------------------------------------------------------------------------------------


def _by_voice(text: str, cues: Sequence[_Cue]) -> Iterator[Fragment]:
    """Yield the stretches between voice tags; words outside any tag are nobody's known."""
    for cue in cues:
        fragment = Fragment(None, [], cue.start, cue.end)
        for start, end in cue.lines:
            for token, part in _tokens(text, start, end):
                if token is None:
                    fragment.parts.append(part)
                    continue
                yield fragment
                fragment = Fragment(token or None, [], cue.start, cue.end)
            fragment.parts.append(("\n", end, end + 1))
        yield fragment


def _tokens(text: str, start: int, end: int) -> Iterator[tuple[str | None, Part]]:
    """Yield parts of plain text, and for each voice tag its name ("" where the tag closes)."""
    at = start
    for tag in _TAG.finditer(text, start, end):
        if tag.start() > at:
            yield None, (text[at:tag.start()], at, tag.start())
        if tag["entity"]:
            yield None, (html.unescape(tag["entity"]), tag.start(), tag.end())
        elif tag["tag"] and tag["tag"].split(".")[0] in ("v", "/v"):
            yield html.unescape(tag["rest"].strip()) if tag["tag"][0] == "v" else "", ("", tag.start(), tag.end())
        at = tag.end()
    if at < end:
        yield None, (text[at:end], at, end)


def _by_label(text: str, cues: Sequence[_Cue], pattern: re.Pattern[str] | None) -> Iterator[Fragment]:
    """Yield a fragment a line; one without a name goes on with the speaker before."""
    rows = [(cue, start, end) for cue in cues for start, end in cue.lines]
    known = frozenset[str]() if pattern else names((m["name"] for _, a, b in rows if (m := _LABELLED.match(text, a, b)) and m["name"]), len(rows))
    speaker: str | None = None
    for cue, start, end in rows:
        found = (pattern.match(text, start, end) if pattern else _label(text, start, end, known))
        name = found["speaker" if pattern else "name"] if found else None
        dashed = _DASH.match(text, start, end) if _is_dialogue(text, cue) else None
        shouted = bool(found and not pattern and found["new"])
        if name or dashed or shouted:
            speaker = name.strip() if name else None
        begin = found.end() if found else dashed.end() if dashed else start
        parts = [part for _, part in _tokens(text, begin, end) if part[0]]
        yield Fragment(speaker, parts, cue.start, cue.end, new=bool(dashed or (shouted and not name)))


def _label(text: str, start: int, end: int, known: frozenset[str]) -> re.Match[str] | None:
    found = _LABELLED.match(text, start, end)
    if found and found["name"] and found["name"] not in known:
        return re.compile(r"\s*(?P<new>>>\s*)(?P<name>$)?").match(text, start, end) if found["new"] else None
    return found if found and (found["name"] or found["new"]) else None


def _is_dialogue(text: str, cue: _Cue) -> bool:
    """Tell whether a cue has a dash before each of two lines or more: two people, in subtitles."""
    return len(cue.lines) > 1 and all(_DASH.match(text, a, b) for a, b in cue.lines)
