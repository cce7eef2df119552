"""A reading in the terminal: with colour where there is some, and just as readable without."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.style import Style
from rich.text import Text

from ..reading import Reading
from . import words
from .palette import LIGHT
from .view import DimensionView, Entry, Link, PieceView, ReadingView, StageLabel, view

WIDTH = 96
"""Longer lines are hard to read, however wide the window."""
_PLAIN = str.maketrans("\u201c\u201d\u2018\u2019\u2212\u2013\u2014", "\"\"''---")


def to_terminal(reading: Reading, console: Console) -> None:
    """Print one reading.

    Highlighted words stand between numbered brackets, ``[1 ... 1]``, so that they can be told apart without colour, also
    where they overlap. Nothing in the text is taken as markup, and no control character reaches the terminal.

    Parameters
    ----------
    reading : Reading
        The reading.
    console : rich.console.Console
        Where to print.
    """
    _Printer(console).reading(view(reading, speakers=words.SPEAKERS_IN_TERMINAL))


class _Printer:
    """Prints the parts of a view in order."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._width = min(console.width, WIDTH)

    def reading(self, shown: ReadingView) -> None:
        self._heading("The text")
        self._print(self._marked(shown.pieces), 2)
        self._heading("What was found")
        self._say(shown.nothing or f"{shown.counts}. {words.LEAD}", 2)
        self._say(shown.speaker, 2, "dim")
        for entry in shown.entries:
            self._finding(entry)
        if shown.mentions:
            self._heading("Mentioned, not said")
            self._say(words.MENTIONS, 2, "dim")
        for entry in shown.mentions:
            self._head(entry)
            self._say(entry.explanation.use_in_words, 5)
        if shown.stages:
            self._together(shown)
            self._step(shown)
        if shown.missing and shown.entries:
            self._missing(shown)
        self._heading("About this")
        for paragraph in filter(None, (*words.FOOTER, shown.source)):
            self._say(paragraph, 2, "dim")

    def _marked(self, pieces: Iterable[PieceView]) -> Text:
        text = Text()
        for piece in pieces:
            for link in piece.links:
                text.append(f"[{link.number} ", "bold")
            text.append(self._fit(piece.text), _style(piece))
            for link in piece.closes:
                text.append(f" {link.number}]", "bold")
        return text

    def _head(self, entry: Entry) -> None:
        self._console.print()
        self._print(Text(f"[{entry.link.number}] {self._fit(entry.explanation.name)}", "bold"), 2)
        self._print(self._stage(entry.stage), 5)
        self._say(f"\u201c{entry.words}\u201d", 5, "italic")

    def _finding(self, entry: Entry) -> None:
        told = entry.explanation
        self._head(entry)
        self._say(told.says, 5)
        if entry.same_as:
            self._label("More", f"see [{entry.same_as.number}], which makes the same move.")
        else:
            self._label("Why it may matter", told.why)
            for other in told.other_readings:
                self._label("Another reading", other)
            self._label("A question", told.question)
        self._label("How sure", f"{told.certainty_in_words} {entry.carried_by}")

    def _together(self, shown: ReadingView) -> None:
        self._heading("What the words do together")
        self._say(shown.summary, 2)
        self._say(words.NEVER, 2)
        for stage in shown.stages:
            self._console.print()
            self._print(Text.assemble(self._stage(stage.label), f"  {_numbers(stage.links)}"), 2)
            self._say(stage.summary, 5)
        self._console.print()
        for dimension in shown.dimensions:
            self._say(_dimension(dimension), 2)

    def _step(self, shown: ReadingView) -> None:
        self._heading("A next step that may help")
        step = shown.step
        if step is None:
            self._say(words.STEP_NONE, 2)
            return
        goal = Text.assemble(" toward ", self._stage(step.goal)) if step.goal else Text()
        self._print(Text.assemble(self._stage(step.start), goal), 2)
        self._say(step.text, 2)
        for question in step.questions:
            self._say(f"- {question}", 4)
        if step.mediator_note:
            self._label("For mediators", step.mediator_note, 2)

    def _missing(self, shown: ReadingView) -> None:
        self._heading("Not named yet")
        self._say(words.MISSING, 2)
        for text, question in shown.missing:
            self._say(f"- {text}", 2)
            self._say(question, 4, "dim")

    def _stage(self, stage: StageLabel) -> Text:
        label = Text(self._fit(f"stage {stage.number}"), Style(color=LIGHT.ink, bgcolor=LIGHT.marks[stage.look]))
        return Text.assemble(label, self._fit(f" {stage.name}"))

    def _heading(self, title: str) -> None:
        self._console.print()
        self._print(Text(title, "bold underline"), 0)

    def _label(self, label: str, text: str, indent: int = 5) -> None:
        self._print(Text.assemble((f"{label}: ", "bold"), self._fit(text)), indent)

    def _say(self, text: str, indent: int, style: str = "") -> None:
        self._print(Text(self._fit(text), style), indent)

    def _print(self, text: Text, indent: int) -> None:
        indent = min(indent, self._width // 4)
        for line in text.wrap(self._console, max(1, self._width - indent), tab_size=4):
            line.rstrip()  # wrapped here rather than by the console, which would fill each line with spaces
            indented = Text.assemble(" " * indent if line else "", line)
            self._console.print(indented, highlight=False, no_wrap=True, overflow="ignore", crop=False)

    def _fit(self, text: str) -> str:
        """Replace what the terminal's encoding lacks, rather than fail."""
        try:
            text.encode(self._console.encoding)
        except UnicodeEncodeError:
            return text.translate(_PLAIN).encode(self._console.encoding, "replace").decode(self._console.encoding)
        return text


def _style(piece: PieceView) -> Style:
    if piece.look is None:
        return Style(overline=True) if piece.mentioned else Style()
    return Style(color=LIGHT.ink, bgcolor=LIGHT.marks[piece.look], underline=True)


def _numbers(links: Iterable[Link]) -> str:
    return " ".join(f"[{link.number}]" for link in links)


def _dimension(dimension: DimensionView) -> str:
    return f"{dimension.name}: {dimension.levels} {_numbers(dimension.links)}".rstrip()
