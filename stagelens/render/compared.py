"""Two drafts compared, in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from ..framework import Framework
from ..records import Span
from . import words
from .paragraph import paragraph
from .visible import visible_line

if TYPE_CHECKING:
    from rich.console import Console

    from ..compare import Comparison


def compared(comparison: Comparison, console: Console) -> None:
    """Print what came, what went, and what stayed or moved."""
    framework = comparison.before.framework
    kept = [(pair.after, ('in other words' if pair.reworded else 'in the same words') + (', at another place' if pair.moved else ''))
            for pair in comparison.kept]
    for title, spans in (("Only in the earlier draft", [(span, "") for span in comparison.gone]),
                         ("Only in the later draft", [(span, "") for span in comparison.new]), ("In both", kept)):
        _list(title, spans, framework, console)
    for title, texts in (("Named in the later draft, not in the earlier one", comparison.named_now),
                         ("Named in the earlier draft, not in the later one", comparison.no_longer_named)):
        if texts:
            paragraph(Text(title, style="bold"), console)
            for line in texts:
                paragraph(Text(line), console, 2, hang=2)
            console.print()
    if not (comparison.gone or comparison.new or any(pair.reworded or pair.moved for pair in comparison.kept)):
        paragraph(Text(words.UNCHANGED if comparison.kept else words.NEITHER), console)
    paragraph(Text(words.COMPARED), console)


def _list(title: str, spans: Sequence[tuple[Span, str]], framework: Framework, console: Console) -> None:
    paragraph(Text(title, style="bold"), console)
    for span, how in spans:
        paragraph(Text(f"{framework.marker(span.marker).name} (stage {span.stage}){f', {how}' if how else ''}"), console, 2, hang=2)
        paragraph(Text(f"\u201c{visible_line(span.text)}\u201d"), console, 4)
    if not spans:
        paragraph(Text("nothing"), console, 2)
    console.print()
