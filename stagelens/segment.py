"""Step 1: sentences, clauses and quotations, as offsets into the text as given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from .records import Document, Quote, Sentence
from .stops import sentence_starts

# One code point in, one code point out: the folded text has the length and the offsets of the original.
_FOLD: dict[int, str] = {code: chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}
_FOLD |= dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u00b4`\u2032"), "'")
_FOLD |= dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033"), '"')
_FOLD |= dict.fromkeys(map(ord, "\u2013\u2014\u2015\u2212"), "\u2014")
_FOLD |= dict.fromkeys(map(ord, "\t\r\n\v\f\0\u00a0\u2002\u2003\u2009\u202f\u2028\u2029\x85\ufeff"), " ")
_FOLD |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")

LONGEST = 2_000
"""Code points of one sentence. What runs on longer without a stop is cut at a space, so that the work on a sentence stays bounded."""
WRAPPED = 50
"""A line at least this long that ends in no stop, before a line in lower case, is taken as wrapped rather than ended, unless one of the lines around it
ended so though the next word had room: then nobody wrapped them, as in a chat without stops."""

_BLANK = " \t\r\n\v\f\ufeff\0"
_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_BULLET = re.compile(r"\s*(?:[-*\u2022\u2013]\s|\d{1,3}[.)]\s|[a-z][.)]\s)")
_STOPPED = re.compile(r"[.!?:;,\u2026][\"')\]\u201d\u2019]*\s*$")

_SUBJECT = (r"(?:i|you|u|he|she|it|we|they|there|this|that|these|those|nobody|no one|everyone|everybody|somebody|what|both|your \w+|my \w+|our \w+|"
            r"her \w+|his \w+|their \w+|the \w+)(?:'(?:m|re|ve|ll|d|s))?")
_CLAUSE = re.compile(
    r"(?=[\s;:,.\u2014\u2026-])(?:"  # most places are none, and are told so at once
    r"\s*;\s*|\s*\u2014+\s*|\s+-+\s+|\s*--+\s*|:\s+|\.\.+\s*|\u2026\s*"
    rf"|\s*,\s*(?:(?:and|but|so|yet|or|only|still|though|although|however|nevertheless|because|cos|since|while|whereas|then|plus),?\s+)?(?={_SUBJECT}\s)"
    rf"|\s+(?:and|but|so|yet|cos|because)\s+(?=(?:i|you|he|she|it|we|they|there|that|nobody)(?:'(?:m|re|ve|ll|d|s))?\s)"
    r"|\s*,\s*(?:but|only|yet|however|nevertheless|though|although)\s+)"
)


def fold(text: str) -> str:
    """Return the text in lower case with plain quotation marks, dashes and spaces, code point for code point."""
    return text.translate(_FOLD)


def segment(text: str) -> Document:
    """Cut a text into sentences and clauses and find its quotations; every offset is into ``text`` as given."""
    folded = fold(text)
    sentences = tuple(Sentence(start, end, tuple(_clauses(folded, start, end))) for start, end in _sentences(text, folded))
    return Document(text, folded, sentences, tuple(_quotes(text, folded)))


# --- sentences ---------------------------------------------------------------------------------------------------


def _sentences(text: str, folded: str) -> Iterator[tuple[int, int]]:
    for begin, finish in _paragraphs(text):
        previous: tuple[int, int] | None = None
        for start, end in _split(text, begin, finish):
            if previous and end - previous[0] <= LONGEST and _continues(text, folded, previous, start):
                previous = (previous[0], end)
                continue
            if previous:
                yield previous
            previous = (start, end)
        if previous:
            yield previous


def _continues(text: str, folded: str, previous: tuple[int, int], start: int) -> bool:
    """Tell whether a stop inside quotation marks was only the quotation's: "Why now?" she asked."""
    return folded[previous[1] - 1] in "\"'" and text[start].islower()


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield runs of lines that belong together: wrapped lines are joined, other line ends part sentences."""
    begin, line_start = 0, 0
    for end, is_wrapped in _line_ends(text):
        line, rest = text[line_start:end.start()], text[end.end():end.end() + 80]
        long = is_wrapped and len(line) >= WRAPPED and not _BULLET.match(rest)
        wrapped = long and not _STOPPED.search(line[-8:]) and rest[:1].islower()
        running = long and _STOPPED.search(line[-8:]) and line.rstrip()[-1:] not in ":" and rest[:1].strip()
        if not wrapped and not running:
            yield begin, end.start()
            begin = end.end()
        line_start = end.end()
    yield begin, len(text)


def _line_ends(text: str) -> Iterator[tuple[re.Match[str], bool]]:
    """Yield the ends of lines, and whether the lines around each are wrapped: at those of some length the next word had no room beside the longest."""
    ends = list(_LINE_END.finditer(text))
    starts = [0, *(end.end() for end in ends)]
    lines = [text[start:end.start()] for start, end in zip(starts, ends, strict=False)] + [text[starts[-1]:]]
    wrapped = [told for _, block in groupby(lines, bool) for some in [list(block)] for told in [_is_wrapped(some)] * len(some)]
    yield from zip(ends, wrapped, strict=False)


def _is_wrapped(lines: Sequence[str]) -> bool:
    width = max(map(len, lines))
    return all(len(line) < WRAPPED or _STOPPED.search(line[-8:]) or len(line) + len(following.split(" ", 1)[0]) >= width for line, following in pairwise(lines))


def _split(text: str, begin: int, finish: int) -> Iterator[tuple[int, int]]:
    """Yield the sentences of one paragraph, trimmed of outer white space."""
    start = begin
    for at in sentence_starts(text, begin, finish):
        if at > start and _STOPPED.search(text[max(0, at - 8):at]):
            yield from _trimmed(text, start, at)
            start = at
    yield from _trimmed(text, start, finish)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip(_BLANK))
    right = len(piece.rstrip(_BLANK))
    while right - left > LONGEST:
        cut = piece.rfind(" ", left + 1, left + LONGEST) if " " in piece[left + 1:left + LONGEST] else left + LONGEST
        yield start + left, start + left + len(piece[left:cut].rstrip(_BLANK))
        left = cut + len(piece[cut:cut + LONGEST]) - len(piece[cut:cut + LONGEST].lstrip(_BLANK))
    if left < right:
        yield start + left, start + right


# --- clauses -----------------------------------------------------------------------------------------------------


def _clauses(folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the clauses of a sentence; what stands between them (comma, conjunction, dash) belongs to none."""
    begin = start
    for gap in _CLAUSE.finditer(folded, start, end):
        if gap.start() > begin and gap.end() < end:
            yield begin, gap.start()
            begin = gap.end()
    if begin < end:
        yield begin, end


# --- quotations --------------------------------------------------------------------------------------------------

_DOUBLE = re.compile(r'"(?:""+)?')
"""A mark; three and more in a row, as tables leave them, are one."""
_SINGLE = re.compile(r"'(?<![\w']')(?=[\w\"(.])((?:[^'\n]|'(?=\w))*?[^\s'])'(?!\w)")


_PARAGRAPH = re.compile(r"\n\s*\n|\r\s*\r|\Z")
_OF_MAIL = re.compile(r"(?:^[ \t]*>[^\n]*(?:\n|\Z))+", re.MULTILINE)
"""Lines that a mail program quotes from the message that is answered."""


def _quotes(text: str, folded: str) -> Iterator[Quote]:
    """Yield quotations in text order: marks of quotation, and lines quoted from an earlier mail, in which marks are not looked for."""
    begin = 0
    for quoted in _OF_MAIL.finditer(text) if ">" in text else ():
        yield from _marked(text, folded, begin, quoted.start())
        yield Quote(quoted.start(), quoted.end(), True)
        begin = quoted.end()
    yield from _marked(text, folded, begin, len(text))


def _marked(text: str, folded: str, begin: int, end: int) -> Iterator[Quote]:
    """Yield quotations paragraph by paragraph; a mark that is never closed quotes, perhaps, the rest of its paragraph."""
    for gap in _PARAGRAPH.finditer(text, begin, end):
        marks = [m.span() for m in _DOUBLE.finditer(folded, begin, gap.start())]
        for (left, _), (_, right) in zip(marks[::2], marks[1::2], strict=False):
            yield Quote(left, right, True)
        if len(marks) % 2:
            yield Quote(marks[-1][0], gap.start(), False)
        if not marks:
            for single in _SINGLE.finditer(folded, begin, gap.start()):
                yield Quote(single.start(), single.end(), True)
        begin = gap.end()
