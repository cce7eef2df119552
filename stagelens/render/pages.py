"""Several named readings in one page, or as plain text."""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich.console import Console

from ..reading import Reading
from . import html, words
from .paragraph import WIDTH
from .terminal import to_terminal
from .view import view
from .visible import visible_line


def page(readings: Sequence[tuple[str, Reading]]) -> str:
    """Render named readings as one HTML page; each name is a heading."""
    if len(readings) == 1:
        return html.page([view(readings[0][1], title=readings[0][0])])
    views = [view(reading, title=name, prefix=f"t{number}-") for number, (name, reading) in enumerate(readings, start=1)]
    return html.page(views, title=words.TITLE)


def plain(readings: Sequence[tuple[str, Reading]], *, why: bool = False) -> str:
    """Render named readings as text without colour; with ``why``, say which words led to each finding."""
    out = io.StringIO()
    console = Console(file=out, width=WIDTH, color_system=None, force_terminal=False, _environ={})
    for number, (name, reading) in enumerate(readings, start=1):
        if len(readings) > 1:
            console.print(f"=== {visible_line(name)} ===", markup=False, highlight=False, emoji=False)
        to_terminal(reading, console, why=why, about=number == len(readings))
        console.print()
    return out.getvalue()
