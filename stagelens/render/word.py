"""A reading as a DOCX document: the text as it is, a comment on each finding."""

from __future__ import annotations

import io
from typing import Any

from ..errors import InputError
from ..explain import explain
from ..reading import Reading
from ..records import Span
from . import words
from .palette import UNDERLINES
from .pieces import cut
from .visible import visible_line, visible_part

AUTHOR, INITIALS = "stagelens", "sl"


def to_docx(reading: Reading, *, notes: bool = False) -> bytes:
    """Render one reading as a document that Word, LibreOffice and Google Docs open.

    Parameters
    ----------
    reading : Reading
    notes : bool, default False
        Add the notes for mediators to the comments.

    Returns
    -------
    bytes
        A .docx file; the same reading gives the same text and comments.

    Raises
    ------
    InputError
        If python-docx is not installed.
    """
    try:
        from docx import Document
    except ImportError:
        raise InputError("a document with comments needs python-docx, which is not installed; install stagelens[web]") from None
    document = Document()
    document.core_properties.author = AUTHOR
    document.core_properties.title = words.TITLE
    runs = _text(document, reading)
    for number, span in enumerate(reading.spans):
        covered = runs.get(number)
        if covered:
            document.add_comment([covered[0], covered[-1]], text=_comment(span, reading, notes=notes), author=AUTHOR, initials=INITIALS)
    for line in ("", reading.profile.summary, *words.FOOTER):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _text(document: Any, reading: Reading) -> dict[int, list[Any]]:
    """Write the text, a paragraph a line; return the runs of each finding."""
    looks = _looks(reading)
    runs: dict[int, list[Any]] = {}
    paragraph = document.add_paragraph()
    for piece in cut(reading.text, reading.spans):
        for place, line in enumerate(visible_part(reading.text, piece.start, piece.end).split("\n")):
            if place:
                paragraph = document.add_paragraph()
            if line:
                run = paragraph.add_run(line)
                run.underline = looks[piece.spans[-1]] if piece.spans else None  # the innermost finding, as on the page
                for number in piece.spans:
                    runs.setdefault(number, []).append(run)
    return runs


def _looks(reading: Reading) -> list[Any]:
    """Return how the words of each finding are underlined: one pattern a stage, the same as on the page."""
    from docx.enum.text import WD_UNDERLINE

    names = {"dotted": WD_UNDERLINE.DOTTED, "dashed": WD_UNDERLINE.DASH, "solid": WD_UNDERLINE.SINGLE, "wavy": WD_UNDERLINE.WAVY,
             "double": WD_UNDERLINE.DOUBLE, "thick": WD_UNDERLINE.THICK}
    order = list(reading.framework.stages)
    return [names[UNDERLINES[order.index(span.stage) % len(UNDERLINES)]] for span in reading.spans]


def _comment(span: Span, reading: Reading, *, notes: bool) -> str:
    told = explain(span, reading.framework)
    lines = [f"Stage {span.stage} ({told.stage_name}): {told.name}", told.says, f"Why it may matter: {told.why}", f"Another reading: {told.other_reading}",
             f"A question: {told.question}", told.certainty_in_words, visible_line(told.carried_by)]
    if notes and told.mediator_note:
        lines.append(f"{words.NOT_ALOUD}: {told.mediator_note}")
    return "\n".join(lines)
