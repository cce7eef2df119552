"""A reading in the terminal: with colour where there is some, and just as readable without."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.style import Style
from rich.text import Text

from ..explain import CERTAINTY
from ..reading import Reading
from . import words
from .palette import LIGHT
from .paragraph import KEPT, paragraph
from .view import DimensionView, Entry, Link, PieceView, ReadingView, StageLabel, view


def to_terminal(reading: Reading, console: Console, *, why: bool = False, about: bool = True) -> None:
    """Print one reading.

    Highlighted words stand between numbered brackets, ``[1 ... 1]``, so that they can be told apart without colour, also
    where they overlap. What would be the same in several places (what a marker does, what a stage is called, what
    "likely" means) is said once. Nothing in the text is taken as markup, and no control character reaches the terminal.

    Parameters
    ----------
    reading : Reading
        The reading.
    console : rich.console.Console
        Where to print.
    why : bool, default False
        Say of each finding which words led to it.
    about : bool, default True
        End with what such a reading can tell and what not; of several readings, the last need only say it.
    """
    shown = view(reading, speakers=words.SPEAKERS_IN_TERMINAL)
    printer = _Printer(console, why=why)
    printer.reading(shown)
    if about:
        printer.about(shown)


class _Printer:
    """Prints the parts of a view in order."""

    def __init__(self, console: Console, *, why: bool) -> None:
        self._console = console
        self._why = why
        self._called: set[str] = set()

    def reading(self, shown: ReadingView) -> None:
        self._heading("The text")
        self._print(self._marked(shown.pieces), 2)
        self._heading("What was found")
        self._say(shown.nothing or f"{shown.counts}. {words.LEAD}", 2)
        self._say(shown.speaker, 2, "dim")
        self._certainties(shown.entries)
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

    def about(self, shown: ReadingView) -> None:
        self._heading("About this")
        for said in filter(None, (*words.FOOTER, shown.source)):
            self._say(said, 2, "dim")

    def _marked(self, pieces: Iterable[PieceView]) -> Text:
        text = Text()
        for piece in pieces:
            for link in piece.links:
                text.append(f"[{link.number}{KEPT}", "bold")
            text.append(piece.text, _style(piece))
            for link in piece.closes:
                text.append(f"{KEPT}{link.number}]", "bold")
        text.rstrip()
        return text

    def _certainties(self, entries: Sequence[Entry]) -> None:
        """Say once what the certainties that follow mean, and how to see what led to them."""
        there = {entry.certainty for entry in entries}
        for certainty, meaning in CERTAINTY.items():
            if certainty in there:
                self._say(f"{certainty.capitalize()}: {meaning}", 2, "dim")
        if entries and not self._why:
            self._say(words.WHY, 2, "dim")

    def _head(self, entry: Entry) -> None:
        name = (f"[{entry.link.number}] {entry.explanation.name}", "bold")
        again = f"explained at [{entry.same_as.number}]; " if entry.same_as and not entry.link.aside else ""
        sure = f"; {entry.certainty}" if not entry.link.aside else ""
        self._console.print()
        self._print(Text.assemble(name, f" ({again}", self._briefly(entry.stage), f"{sure})"), 2, hang=3)
        self._say(f"\u201c{entry.words}\u201d", 5, "italic")

    def _finding(self, entry: Entry) -> None:
        told = entry.explanation
        self._head(entry)
        if entry.same_as:
            self._label("Another reading", told.other_readings[0])  # what comes first is said at each: that it may be about not wanting to live
        else:
            self._say(f"{told.says} {told.why}", 5)
            self._label("Another reading" if len(told.other_readings) == 1 else "Other readings", " Or: ".join(told.other_readings))
            self._label("A question", told.question)
        if self._why:
            self._say(entry.carried_by, 5, "dim")

    def _together(self, shown: ReadingView) -> None:
        self._heading("What the words do together")
        self._say(shown.summary, 2)
        self._say(words.NEVER, 2)
        self._console.print()
        for stage in shown.stages:
            self._print(Text.assemble(self._stage(stage.label), f"  {_numbers(stage.links)}"), 2, hang=3)
            self._say(stage.summary, 5)
        if shown.dimensions:
            self._console.print()
        for dimension in shown.dimensions:
            self._say(_dimension(dimension), 2, hang=3)

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
            self._say(f"- {question}", 4, hang=2)
        if step.mediator_note:
            self._label("For mediators", step.mediator_note, 2)

    def _missing(self, shown: ReadingView) -> None:
        self._heading("Not named yet")
        self._say(words.MISSING, 2)
        for text, question in shown.missing:
            self._print(Text.assemble("- ", text, (f" {question}", "dim")), 2, hang=2)

    def _stage(self, stage: StageLabel, *, named: bool = True) -> Text:
        label = Text(f"stage {stage.number}", Style(color=LIGHT.ink, bgcolor=LIGHT.marks[stage.look]))
        return Text.assemble(label, f" {stage.name}" if named else "")

    def _briefly(self, stage: StageLabel) -> Text:
        """Call a stage by its name where it comes first, and then by its number."""
        label = self._stage(stage, named=stage.number not in self._called)
        self._called.add(stage.number)
        return label

    def _heading(self, title: str) -> None:
        self._console.print()
        self._print(Text(title, "bold underline"), 0)

    def _label(self, label: str, text: str, indent: int = 5) -> None:
        self._print(Text.assemble((f"{label}: ", "bold"), text), indent)

    def _say(self, text: str, indent: int, style: str = "", *, hang: int = 0) -> None:
        self._print(Text(text, style), indent, hang=hang)

    def _print(self, text: Text, indent: int, *, hang: int = 0) -> None:
        paragraph(text, self._console, indent, hang=hang)


def _style(piece: PieceView) -> Style:
    if piece.look is None:
        return Style(overline=True) if piece.mentioned else Style()
    return Style(color=LIGHT.ink, bgcolor=LIGHT.marks[piece.look], underline=True)


def _numbers(links: Iterable[Link]) -> str:
    return " ".join(f"[{link.number}]" for link in links)


def _dimension(dimension: DimensionView) -> str:
    return f"{dimension.name}: {dimension.levels} {_numbers(dimension.links)}".rstrip()
