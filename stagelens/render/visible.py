"""Any text, made safe to show: it encodes to UTF-8, breaks its lines with line feeds only and steers no terminal and no line.

This changes the length of a text, so it is the last step before escaping; offsets are used up by then.
"""

from __future__ import annotations

import re

_UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def _table() -> dict[int, str]:
    table = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"}  # a bell becomes a small BEL
    table[0x7F] = "\N{SYMBOL FOR DELETE}"
    table |= dict.fromkeys(range(0x80, 0xA0), _UNKNOWN)  # C1 controls; some terminals obey them
    table |= dict.fromkeys(range(0xD800, 0xE000), _UNKNOWN)  # lone surrogates have no UTF-8 form
    table |= dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), _UNKNOWN)  # they could turn round the words that follow
    table |= dict.fromkeys(range(0xFDD0, 0xFDF0), _UNKNOWN)  # noncharacters are errors in HTML
    table |= {plane + code: _UNKNOWN for plane in range(0, 0x110000, 0x10000) for code in (0xFFFE, 0xFFFF)}
    return table | dict.fromkeys(map(ord, "\v\f\x85\u2028\u2029"), "\n")


_TABLE = _table()
_RETURN = re.compile(r"\r\n?")


def visible(text: str) -> str:
    r"""Return a text with every control character shown, and every kind of line break as ``\n``.

    A ``str`` subclass comes back as a plain ``str``, so that none can pass itself off as escaped already.
    """
    return str.translate(_RETURN.sub("\n", str(text)), _TABLE)


def visible_part(text: str, start: int, end: int) -> str:
    r"""Return one stretch of a text as `visible` shows it; a ``\r\n`` that is cut in two stays one line break."""
    if text[end - 1:end] == "\r" and text[end:end + 1] == "\n":
        end -= 1
    return visible(text[start:end])


def visible_line(text: str) -> str:
    """Return a text as one line, with single spaces."""
    return " ".join(visible(text).split())
