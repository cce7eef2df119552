"""The HTML and JSON forms of podcast transcripts: ``cite``, ``time`` and ``p``; ``segments`` with ``speaker`` and ``body``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from html.parser import HTMLParser
from typing import Any

from ..errors import InputError
from .names import finite, seconds
from .records import Fragment, Part, Turn, joined

_BREAKS = frozenset({"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "td", "dd", "dt"})
_HIDDEN = frozenset({"script", "style", "head", "title", "noscript", "template"})


def is_html(text: str) -> bool:
    """Tell whether a text is a web page or a piece of one."""
    return bool(re.match(r"(?is)\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body|cite|time|p|div|article|section|table)\b", text.lstrip("\ufeff")[:4000]))


class _Page(HTMLParser):
    """Gathers the text of a page with its places, and what ``cite`` and ``time`` say of the words behind them."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.text = text
        self.lines = [0, *(m.end() for m in re.finditer("\n", text))]
        self.fragments: list[Fragment] = []
        self.inside: list[str] = []
        self.speaker: str | None = None
        self.time: float | None = None
        self.cited = False
        self.feed(_with_ends(text))
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in _HIDDEN or tag in ("cite", "time"):
            self.inside.append(tag)
        if tag in _BREAKS:
            self.fragments.append(Fragment(self.speaker, [], self.time))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            del self.inside[self.inside.index(tag):]
        if tag in _BREAKS:
            self.fragments.append(Fragment(self.speaker, [], self.time))

    def handle_data(self, data: str) -> None:
        at = self._at()
        self._said(self.text[at:at + len(data)], len(data))

    def handle_entityref(self, name: str) -> None:
        self._entity(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._entity(f"&#{name}")

    def _entity(self, written: str) -> None:
        import html

        at = self._at()
        length = len(written) + self.text.startswith(";", at + len(written))
        self._said(html.unescape(f"{written};"), length)

    def _at(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def _said(self, words: str, length: int) -> None:
        where = self.inside[-1] if self.inside else ""
        if where == "cite":
            self.speaker, self.cited = words.strip().rstrip(":").strip() or self.speaker, True
        elif where == "time":
            self.time = seconds(m[0]) if (m := re.search(r"[\d:.,]*\d", words)) else self.time
        elif where not in _HIDDEN:
            if not self.fragments:
                self.fragments.append(Fragment(self.speaker, [], self.time))
            if words.strip():
                self.fragments[-1].speaker = self.speaker
            at = self._at()
            self.fragments[-1].parts.append((words, at, at + length))


def _with_ends(text: str) -> str:
    """Return a page, code point for code point, in which nothing is opened that is never closed: the parser would look for its end from each place anew."""
    for opening, end in (("<![", "]>"), ("<!--", "-->"), ("<", ">")):
        whole = text.rfind(end) + len(end) if end in text else 0
        text = text[:whole] + text[whole:].replace(opening, "\0" + opening[1:])
    return text


def read_html(text: str, name: str) -> tuple[list[Turn], bool]:
    """Return the turns of a page, and whether it names speakers with ``cite``; else its paragraphs are one statement."""
    try:
        page = _Page(text)
    except AssertionError:  # what Python's parser ends in on a declaration that is none
        raise InputError(f"{name} is damaged HTML; save the page again, or as plain text") from None
    return list(joined(page.fragments)), page.cited


def is_podcast_json(data: Any) -> bool:
    """Tell whether parsed JSON is a podcast transcript."""
    return isinstance(data, dict) and isinstance(data.get("segments"), list)


def read_podcast_json(text: str, name: str) -> list[Turn]:
    """Return the turns of a podcast transcript in JSON; places are those of the strings in the file."""
    bodies = _bodies(text)
    return list(joined(_segment(segment, bodies, name) for segment in json.loads(text.lstrip("\ufeff"))["segments"]))


def _bodies(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield what may be the words of a segment, and where they stand."""
    for found in re.finditer(r'"(?:body|text)"\s*:\s*"((?:[^"\\]|\\.)*)"', text):
        with suppress(ValueError):
            yield json.loads(f'"{found[1]}"'), found.start(1), found.end(1)


def _segment(segment: Any, bodies: Iterator[tuple[str, int, int]], name: str) -> Fragment:
    words = segment.get("body", segment.get("text")) if isinstance(segment, dict) else None
    if not isinstance(words, str):
        raise InputError(f"{name} has a segment without a text in body; each needs speaker, startTime, endTime and body")
    at, until = next(((at, until) for said, at, until in bodies if said == words), (0, 0))
    part: Part = (words, at, until)
    speaker = segment.get("speaker")
    return Fragment(speaker if isinstance(speaker, str) and speaker else None, [part], finite(segment.get("startTime")), finite(segment.get("endTime")))
