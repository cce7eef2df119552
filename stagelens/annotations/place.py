"""Where a quotation stands in a text, when the offsets that came with it are for another copy of the text."""

from __future__ import annotations

import re

_ALIKE = str.maketrans({**dict.fromkeys("\u2018\u2019\u02bc\u00b4`\u2032", "'"), **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb\u2033", '"'),
                        **dict.fromkeys("\u2013\u2014\u2015\u2212\u2010\u2011", "-"), "\u00a0": " "})
FEWEST = 2
"""Letters a quotation must have to be looked for elsewhere."""


def place(text: str, start: int, end: int, quote: str) -> tuple[int, int] | str:
    """Return where a quotation stands.

    Parameters
    ----------
    text : str
        The document.
    start, end : int
        Where it is said to stand, in code points.
    quote : str
        Its words; empty where the file does not give them.

    Returns
    -------
    tuple of int, or str
        Start and end; or why it cannot be placed.
    """
    if 0 <= start < end <= len(text) and (not quote or alike(text[start:end], quote)):
        return start, end
    if not quote:
        return f"the offsets {start} to {end} lie outside the text, which has {len(text)} code points"
    if len(quote.strip()) < FEWEST:
        return "the words are not at these offsets, and too few to look for"
    found = _exact(text, quote) or _loose(text, quote)
    if not found:
        return "the words are not in the text"
    if start < 0 and len(found) > 1:
        return f"it has no offset, and the words stand in the text {len(found)} times"
    return min(found, key=lambda span: (abs(span[0] - start), span))


def alike(words: str, quote: str) -> bool:
    """Tell whether words are those of a quotation, whatever its quotation marks, dashes, spaces and line ends.

    Some tools drop line ends from what they quote, some write them as a backslash and an n.
    """
    return words == quote or _letters(words) in (_letters(quote), _letters(quote.replace("\\n", " ")))


def _letters(words: str) -> str:
    return "".join(words.translate(_ALIKE).split())


def _exact(text: str, quote: str) -> list[tuple[int, int]]:
    return [(m.start(), m.start() + len(quote)) for m in re.finditer(f"(?={re.escape(quote)})", text)]


def _loose(text: str, quote: str) -> list[tuple[int, int]]:
    """Find a quotation whatever its quotation marks, dashes, spaces and line ends."""
    words = quote.replace("\\n", " ").translate(_ALIKE).split()
    expression = r"\s+".join(map(re.escape, words))
    return [(m.start(), m.end()) for m in re.finditer(expression, text.translate(_ALIKE))] if words else []
