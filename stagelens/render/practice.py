"""A statement to practise with, and what is seen after an answer: as plain text and for notebooks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import IO, TYPE_CHECKING

from rich.text import Text

from ..errors import InputError
from .visible import visible_line

if TYPE_CHECKING:
    from rich.console import Console

    from ..practice import Answer, Item

ASKED = "Which move do these words make?"
QUIT = ("q", "quit", "exit")


def question(item: Item) -> str:
    """Return the statement and its choices as lines of text."""
    words = [f"The words asked about: \u201c{visible_line(item.words)}\u201d"] if item.words else []
    choices = [f"  {number}  {choice.name}" for number, choice in enumerate(item.choices, 1)]
    return "\n".join([visible_line(item.text), *words, ASKED, *choices])


def answer(told: Answer) -> str:
    """Return what is seen after an answer as lines of text."""
    return "\n".join(f"{label}: {visible_line(said)}" if label else visible_line(said) for label, said in told.told)


def quiz(items: Sequence[Item], answers: IO[str], console: Console) -> Iterator[Answer]:
    """Show one statement after the other, read the answers line by line, and yield them; ends early at ``q``, at the end of input or at Ctrl+C."""
    for number, item in enumerate(items, 1):
        console.rule(f"{number} of {len(items)}")
        _say(console, question(item))
        told = _answered(item, answers, console)
        if told is None:
            return
        _say(console, f"\n{answer(told)}\n")
        yield told


def _answered(item: Item, answers: IO[str], console: Console) -> Answer | None:
    """Read lines until one is an answer; None at the end."""
    while True:
        console.print(f"Your answer (1 to {len(item.choices)}, q to end): ", end="", highlight=False)
        try:
            line = answers.readline()
        except KeyboardInterrupt:
            line = ""
        except UnicodeDecodeError:
            line = "?\n"
        if not answers.isatty():
            console.print()
        if not line or line.strip().casefold() in QUIT:
            return None
        try:
            return item.answer(line)
        except InputError as error:
            _say(console, f"{str(error)[:1].upper()}{str(error)[1:]}.")


def _say(console: Console, text: str) -> None:
    fitting = text.encode(console.encoding, "replace").decode(console.encoding)
    console.print(Text(fitting), highlight=False)


def question_html(item: Item) -> str:
    """Return the statement and its choices for a notebook."""
    words = f"<p>The words asked about: <b>{_safe(item.words)}</b></p>" if item.words else ""
    choices = "".join(f"<li title=\"{_safe(choice.description)}\">{_safe(choice.name)}</li>" for choice in item.choices)
    return f"<blockquote>{_safe(item.text)}</blockquote>{words}<p>{ASKED}</p><ol>{choices}</ol>"


def answer_html(told: Answer) -> str:
    """Return what is seen after an answer for a notebook."""
    return "".join(f"<p>{f'<b>{label}:</b> ' if label else ''}{_safe(said)}</p>" for label, said in told.told)


def _safe(text: str) -> str:
    return escape(visible_line(text))
