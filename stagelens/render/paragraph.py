"""Paragraphs in the terminal: of a width that can be read, all of their lines indented, in the characters that it has."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

WIDTH = 96
"""Longer lines are hard to read, however wide the window."""
KEPT = "\ufdd0"
"""A space at which no line is broken, while lines are broken. No text that is shown holds it (see `visible`)."""
_PLAIN = str.maketrans("\u201c\u201d\u2018\u2019\u2212\u2013\u2014", "\"\"''---")


def paragraph(text: Text, console: Console, indent: int = 0, *, hang: int = 0) -> None:
    """Print a paragraph; all of its lines but the first stand ``hang`` further in."""
    width = min(console.width, WIDTH)
    indent, hang = min(indent, width // 4), min(hang, width // 4)
    for number, line in enumerate(text.wrap(console, max(1, width - indent - hang), tab_size=4)):
        line.rstrip()  # wrapped here rather than by the console, which would fill each line with spaces
        line.plain = _fit(line.plain.replace(KEPT, " "), console.encoding)
        indented = Text.assemble(" " * (indent + hang * (number > 0)) if line else "", line)
        console.print(indented, highlight=False, no_wrap=True, overflow="ignore", crop=False)


def _fit(text: str, encoding: str) -> str:
    """Replace what the terminal's encoding lacks, rather than fail."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    return text
