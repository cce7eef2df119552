"""A reading as HTML: one self-contained page or fragment, without script or outside reference."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from ..framework import Framework
from ..reading import Reading
from . import words
from .palette import DARK, LIGHT, UNDERLINES
from .view import ReadingView, view
from .visible import visible_line


def to_html(reading: Reading, *, title: str | None = None, full: bool = True, notes: bool = True) -> str:
    """Render one reading.

    Parameters
    ----------
    reading : Reading
        The reading.
    title : str, optional
        A heading of your own, such as the name of the text.
    full : bool, default True
        A whole page; otherwise a fragment for notebooks, whose styles touch nothing outside of it.
    notes : bool, default True
        With the note for mediators beside the next step.

    Returns
    -------
    str
        HTML that encodes to UTF-8, whatever the text holds.
    """
    if full:
        return page([view(reading, title=title, notes=notes)])
    shown = view(reading, title=title, prefix=_prefix(reading), notes=notes)
    return _environment().get_template("fragment.html.j2").render(**_shared(), readings=[shown], level=3)


def page(readings: Sequence[ReadingView], *, title: str | None = None) -> str:
    """Render one page of one or more views; several need prefixes of their own."""
    title = visible_line(title or "") or readings[0].title
    level = 1 if len(readings) == 1 else 2
    return _environment().get_template("page.html.j2").render(**_shared(), readings=readings, title=title, level=level)


def report_page(*, tables: Any, framework: Framework, plates: Sequence[Any], examples: Sequence[Any]) -> str:
    """Render the report about a batch (see `stagelens.report`) as one page without script."""
    words_in_all = int(tables.turns["words"].sum())
    return _environment().get_template("report.html.j2").render(**_shared(), tables=tables, framework=framework, plates=plates, examples=examples,
                                                                words_in_all=words_in_all)


def _prefix(reading: Reading) -> str:
    """Return what tells this reading's anchors from those of other fragments on the same page; the same reading gives the same one."""
    key = repr((reading.text, reading.spans, reading.mentions)).encode("utf-8", "backslashreplace")
    return f"sl{hashlib.sha256(key).hexdigest()[:10]}-"


def _shared() -> dict[str, object]:
    return {"light": LIGHT, "dark": DARK, "underlines": UNDERLINES, "words": words}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("stagelens.render"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["visible"] = visible_line
    return environment
