"""The catalogue of stages and markers, for the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..framework import Framework
from .paragraph import paragraph


def catalogue(framework: Framework, console: Console) -> None:
    """Print every stage with its markers and what their words do."""
    for stage in framework.stages.values():
        console.print()
        paragraph(Text(f"{stage.number}  {stage.name}", style="bold"), console)
        paragraph(Text(stage.summary), console)
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        for marker in framework.markers.values():
            if marker.stage == stage.number:
                table.add_row(Text(marker.id, style="cyan"), Text(marker.description))
        console.print(table)
    console.print()
    paragraph(Text("stagelens explain MARKER tells more about one of them."), console)
    if framework.source:
        paragraph(Text(framework.source, style="dim"), console)


def entry(framework: Framework, name: str, console: Console) -> None:
    """Print all that the framework says of one marker."""
    marker = framework.marker(name)
    stage = framework.stages[marker.stage]
    paragraph(Text(f"{marker.id}: {marker.name}", style="bold"), console)
    paragraph(Text(f"stage {stage.number}, {stage.name}"), console)
    for title, lines in (("What the words do", [marker.description, marker.says]), ("Example (invented)", [marker.example]),
                         ("Why it may matter to the harmed person", [marker.why]), ("Other readings", list(marker.other_readings)),
                         ("A question to consider", [marker.question]), ("For mediators", [marker.mediator_note]), ("Source", [marker.source])):
        if any(lines):
            console.print()
            paragraph(Text(title, style="bold"), console)
        for line in filter(None, lines):
            paragraph(Text(line), console, 2)
