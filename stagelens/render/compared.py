"""Two drafts compared, in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

from rich.text import Text

from ..framework import Framework
from ..records import Span
from . import words
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
            console.print(Text(title, style="bold"))
            for line in texts:
                console.print(Text(f"  {line}"))
            console.print()
    if not (comparison.gone or comparison.new or any(pair.reworded or pair.moved for pair in comparison.kept)):
        console.print(Text(words.UNCHANGED if comparison.kept else words.NEITHER))
    console.print(Text(words.COMPARED))


def _list(title: str, spans: Sequence[tuple[Span, str]], framework: Framework, console: Console) -> None:
    console.print(Text(title, style="bold"))
    lines = [(f"  {framework.marker(span.marker).name} (stage {span.stage}){f', {how}' if how else ''}", f"    \u201c{visible_line(span.text)}\u201d")
             for span, how in spans]
    for line in chain.from_iterable(lines) if lines else ("  nothing",):
        console.print(Text(line))
    console.print()
